// SPDX-License-Identifier: Apache-2.0
// What an fcu may be asked for: keys, limits, and the plan that they stand for.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gen/units/fcu.h"
#include "gen/units/filter_heap.h"

namespace gen {
namespace {

int number(const base::Spec& spec, const char* key) { return static_cast<int>(spec.size(key)); }

// conv2d_stream has the keys of an fcu but these two.
int step(const base::Spec& spec, const char* key) { return spec.has(key) ? number(spec, key) : 1; }

LineShape row_shape(const base::Spec& spec) {
  return {number(spec, "parallel_rows"), number(spec, "kernel_rows"), step(spec, "stride"),
          step(spec, "dilation")};
}

LineShape column_shape(const base::Spec& spec) {
  return {number(spec, "parallel"), number(spec, "kernel"), step(spec, "stride"),
          step(spec, "dilation")};
}

}  // namespace

FilterPlan fcu_plan(const base::Spec& spec) {
  if (spec.is("scheme", "direct"))
    return {direct_line(row_shape(spec)), direct_line(column_shape(spec))};
  const std::string& rows = spec.get("algorithm_rows");
  return {rows == "direct" ? direct_line(row_shape(spec)) : fast_line(row_shape(spec), rows),
          fast_line(column_shape(spec), spec.get("algorithm"))};
}

namespace {

constexpr int64_t kMostParallel = 24, kMostMultiplications = 16384, kMostPoints = 8;

int64_t multiplications(const base::Spec& spec) {
  return int64_t{fcu_plan(spec).multiplications()} * spec.size("InChannels") *
         spec.size("OutChannels");
}

bool too_many_points(const LineShape& shape) {
  const auto filters = short_filters(shape);
  return std::any_of(filters.begin(), filters.end(),
                     [](const auto& size) { return size.first + size.second - 1 > kMostPoints; });
}

bool too_many_points(const base::Spec& spec) {
  return spec.is("scheme", "winograd") &&
         (too_many_points(row_shape(spec)) || too_many_points(column_shape(spec)));
}

std::string fast_algorithm(const base::Spec& spec, const LineShape& shape) {
  if (!spec.is("scheme", "winograd")) return best_algorithm(shape);
  return short_filters(shape).empty() ? "direct" : "w";
}

std::string column_algorithm(const base::Spec& spec) {
  if (spec.is("scheme", "direct")) return "direct";
  return fast_algorithm(spec, column_shape(spec));
}

std::string row_algorithm(const base::Spec& spec) {
  if (spec.is("scheme", "ffa") || spec.is("scheme", "direct")) return "direct";
  return fast_algorithm(spec, row_shape(spec));
}

// Winograd's scheme is an algorithm of its own; the others are those of ffa and ffa2d.
std::string filter_algorithm_fault(const base::Spec& spec, const LineShape& shape,
                                   const std::string& name) {
  if (spec.is("scheme", "winograd") && name != "w" && !short_filters(shape).empty())
    return "must be w with scheme=winograd; use scheme=ffa or scheme=ffa2d for the others";
  return algorithm_fault(shape, name);
}

// Whether no line of the scheme has anything that a fast algorithm shares.
bool nothing_shared(const base::Spec& spec) {
  if (spec.is("scheme", "direct") || !short_filters(column_shape(spec)).empty()) return false;
  return spec.is("scheme", "ffa") || short_filters(row_shape(spec)).empty();
}

// The same tile or the nearest smaller one that leaves a fast scheme something to share, suits
// algorithms that are not the default ones, and has few enough multiplications.
struct Tile {
  base::Spec spec;
  bool fits = false;  // else: the smallest that is legal but for that
};
Tile nearest_tile(const base::Spec& spec) {
  const bool named_columns = !spec.is("algorithm", column_algorithm(spec));
  const bool named_rows = !spec.is("algorithm_rows", row_algorithm(spec));
  Tile nearest{spec, false};
  base::Spec tile = spec;
  while (tile.size("parallel") > 1 || tile.size("parallel_rows") > 1) {
    const bool wide = tile.size("parallel") >= tile.size("parallel_rows");
    const char* const key = wide ? "parallel" : "parallel_rows";
    tile.set(key, tile.size(key) - 1);
    if (!named_columns) tile.set("algorithm", column_algorithm(tile));
    if (!named_rows) tile.set("algorithm_rows", row_algorithm(tile));
    const bool legal = !nothing_shared(tile) &&
                       algorithm_fault(column_shape(tile), tile.get("algorithm")).empty() &&
                       (row_algorithm(tile) == "direct" ||
                        algorithm_fault(row_shape(tile), tile.get("algorithm_rows")).empty());
    if (!legal) continue;
    nearest = {tile, multiplications(tile) <= kMostMultiplications};
    if (nearest.fits) break;
  }
  return nearest;
}

std::string tile_text(const base::Spec& spec) {
  return "parallel=" + spec.get("parallel") + " parallel_rows=" + spec.get("parallel_rows");
}

// The tile of so many outputs, or the nearest with as many channels, or the channels that the least
// tile has.
std::string fewer_multiplications(const base::Spec& spec) {
  const Tile tile = nearest_tile(spec);
  const auto channels = [](const base::Spec& of) {
    return kMostMultiplications / fcu_plan(of).multiplications();
  };
  std::string text;
  if (channels(spec) > 0)
    text = fmt::format("use at most InChannels*OutChannels={}", channels(spec));
  if (tile.fits)
    return (text.empty() ? "the nearest tile is " : text + ", or the tile ") + tile_text(tile.spec);
  if (channels(tile.spec) > channels(spec))
    text = fmt::format("{}{} with the tile {}",
                       text.empty() ? "use at most InChannels*OutChannels=" : text + ", or ",
                       channels(tile.spec), tile_text(tile.spec));
  return text.empty() ? "use a smaller tile" : text;
}

// A tile or a number of channels beyond what anyone could use fails here and not for want of
// memory.
Rule size_rule() {
  return {.keys = {"algorithm", "algorithm_rows", "InChannels", "OutChannels"},
          .broken =
              [](const base::Spec& spec) {
                return !too_many_points(spec) && multiplications(spec) > kMostMultiplications;
              },
          .text = "at most 16384 multiplications",
          .explain =
              [](const base::Spec& spec) {
                return fmt::format("{} multiplications, must be at most {}; {}",
                                   multiplications(spec), kMostMultiplications,
                                   fewer_multiplications(spec));
              }};
}

// Why a line has nothing to share, and the least number of outputs that has; 0: none.
std::pair<std::string, int> not_shared(LineShape shape, const std::string& suffix) {
  const auto because = [](const std::string& key, int value, const char* step, int size) {
    return fmt::format("{}={}{}", key, value, size > 1 ? fmt::format(" {}={}", step, size) : "");
  };
  const std::string outputs =
      because("parallel" + suffix, shape.outputs, "dilation", shape.dilation);
  while (shape.outputs < kMostParallel) {
    ++shape.outputs;
    if (!short_filters(shape).empty()) return {outputs, shape.outputs};
  }
  return {because("kernel" + suffix, shape.taps, "stride", shape.stride), 0};
}

// As in fir.
Rule sharing_rule() {
  return {.keys = {"kernel", "kernel_rows", "parallel", "parallel_rows", "scheme"},
          .broken = [](const base::Spec& spec) { return nothing_shared(spec); },
          .text = "a fast scheme needs 2 or more outputs along a line of 2 or more taps",
          .explain =
              [](const base::Spec& spec) {
                auto [why, parallel] = not_shared(column_shape(spec), "");
                std::string key = "parallel";
                if (!spec.is("scheme", "ffa")) {
                  const auto [why_rows, rows] = not_shared(row_shape(spec), "_rows");
                  why += " and " + why_rows;
                  if (parallel == 0 && rows != 0) {
                    parallel = rows;
                    key = "parallel_rows";
                  }
                }
                return fmt::format(
                    "scheme={} has nothing to share with {}: use scheme=direct{}",
                    spec.get("scheme"), why,
                    parallel == 0 ? "" : fmt::format(", or {}={} or more", key, parallel));
              }};
}

Rule winograd_rule() {
  return {.keys = {"scheme", "kernel", "kernel_rows", "parallel", "parallel_rows", "stride",
                   "dilation"},
          .broken = [](const base::Spec& spec) { return too_many_points(spec); },
          .text = "scheme=winograd has 8 points: outputs + taps must be at most 9",
          .explain =
              [](const base::Spec& spec) {
                const bool columns = too_many_points(column_shape(spec));
                LineShape shape = columns ? column_shape(spec) : row_shape(spec);
                const std::string suffix = columns ? "" : "_rows";
                std::string text = fmt::format(
                    "scheme=winograd has {} points, enough for outputs + taps = {}, not for "
                    "parallel{}={} and kernel{}={}",
                    kMostPoints, kMostPoints + 1, suffix, shape.outputs, suffix, shape.taps);
                while (too_many_points(shape)) --shape.outputs;
                if (short_filters(shape).empty()) return text + "; use scheme=ffa or scheme=ffa2d";
                return text + fmt::format("; the nearest is parallel{}={}", suffix, shape.outputs);
              }};
}

Param fcu_scheme_param() {
  Param scheme = scheme_param();
  scheme.values = {{"direct", "one product a coefficient and output"},
                   {"ffa", "fast FIR along the rows"},
                   {"ffa2d", "fast FIR in both dimensions"},
                   {"winograd", "Winograd's F(m, r), in both dimensions where there are rows"},
                   {"auto", "the least area an output with registers, by the cost model"}};
  return scheme;
}

// Outputs along a line of taps: as many as taps, in each of the filters that a dilation makes;
// Winograd's two, where nothing is divided by more than 2.
int64_t fast_parallel(const base::Spec& spec, const char* taps) {
  const int64_t outputs = spec.is("scheme", "winograd") ? 2 : spec.size(taps);
  return std::min(outputs * step(spec, "dilation"), kMostParallel);
}

int64_t auto_parallel(const base::Spec& spec) { return fast_parallel(spec, "kernel"); }

int64_t auto_parallel_rows(const base::Spec& spec) {
  const bool both = spec.is("scheme", "ffa2d") || spec.is("scheme", "winograd");
  return both ? fast_parallel(spec, "kernel_rows") : 1;
}

}  // namespace

std::vector<Param> fcu_params() {
  return {
      fixed_size("kernel", "k", "3", 1, 12, "Columns of the kernel."),
      fixed_size("kernel_rows", "kr", "3", 1, 12, "Rows of the kernel; auto: kernel.")
          .or_auto([](const base::Spec& spec) { return spec.size("kernel"); })
          .silent_at("auto"),
      fcu_scheme_param(),
      fixed_size("stride", "s", "1", 1, 4, "Samples from one output to the next.").silent_at("1"),
      fixed_size("dilation", "dil", "1", 1, 8, "Samples from one tap to the next.").silent_at("1"),
      fixed_size("parallel", "p", "3", 1, kMostParallel, "Columns of outputs a cycle.")
          .or_auto(auto_parallel)
          .silent_at("auto"),
      fixed_size("parallel_rows", "pr", "1", 1, kMostParallel, "Rows of outputs a cycle.")
          .or_auto(auto_parallel_rows)
          .silent_at("auto"),
      word("algorithm", "", "Along the rows: k2, k3, k5, m7, .., nests like k3.k2.",
           column_algorithm,
           [](const base::Spec& spec, const std::string& names) {
             return filter_algorithm_fault(spec, column_shape(spec), names);
           })
          .needs("scheme", "ffa|ffa2d|winograd"),
      word("algorithm_rows", "rows_", "The same from row to row.", row_algorithm,
           [](const base::Spec& spec, const std::string& names) {
             return filter_algorithm_fault(spec, row_shape(spec), names);
           })
          .needs("scheme", "ffa2d|winograd"),
      fixed_size("InChannels", "in", "1", 1, 64, "Input channels, summed.").silent_at("1"),
      fixed_size("OutChannels", "out", "1", 1, 64, "Output channels, side by side.").silent_at("1"),
      cut_param(),
      preadd_param(),
      data_param(),
      reset_param(),
      arith_param(),
      filter_width_param(data_width_param(), "d"),
      filter_width_param(coef_width_param(), "c"),
      filter_products_param(),
      tree_param(),
      compressors_param(),
      final_adder_param()};
}

std::vector<Rule> fcu_rules() {
  return {preadd_rule(), compressors_rule(), sharing_rule(), winograd_rule(), size_rule()};
}

}  // namespace gen
