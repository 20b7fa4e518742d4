// SPDX-License-Identifier: Apache-2.0
// Chooses the bench of a unit and completes its verdict.

#include "tb/bench.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "tb/adder_functions.h"
#include "tb/bw_conv2d.h"
#include "tb/ccu.h"
#include "tb/combinational.h"
#include "tb/conv2d_stream.h"
#include "tb/pipelined.h"

namespace tb {

namespace {

using Make = std::unique_ptr<VectorUnit> (*)(const base::Spec& spec, const Options& options);

// A unit's bench; a row each.
const std::map<std::string, Make>& vector_units() {
  static const std::map<std::string, Make> all = {
      {"fir", make_fir},           {"fcu", make_fcu},     {"line_buffer", make_line_buffer},
      {"sum", make_sum},           {"mul", make_mul},     {"popcount", make_popcount},
      {"dot", make_dot},           {"mac", make_mac},     {"bw_dot", make_bw_dot},
      {"bw_array", make_bw_array}, {"bw_pe", make_bw_pe},
  };
  return all;
}

}  // namespace

std::unique_ptr<VectorUnit> make_unit(const base::Spec& spec, const Options& options) {
  const auto found = vector_units().find(spec.unit());
  if (found != vector_units().end()) return found->second(spec, options);
  return is_adder(spec.unit()) ? make_adder(spec, options) : nullptr;
}

bool has_bench(const std::string& unit) {
  return unit == "conv2d_stream" || unit == "ccu" || unit == "bw_conv2d_stream" ||
         vector_units().contains(unit) || is_adder(unit);
}

int64_t most_vectors(const std::string& unit, const Options& options) {
  constexpr int64_t kVectors = 10'000'000, kFrames = 10'000, kPixels = 16'000'000;
  if (unit == "ccu" || unit == "bw_conv2d_stream") return kFrames;
  if (unit != "conv2d_stream") return kVectors;
  if (options.image == nullptr) return kFrames;
  const int64_t pixels =
      std::max<int64_t>(1, int64_t{options.image->width} * options.image->height);
  return std::clamp<int64_t>(kPixels / pixels, 8, kFrames);
}

void check_vectors(const std::string& unit, const Options& options) {
  const int64_t most = most_vectors(unit, options);
  if (options.vectors < 0 || options.vectors > most) {
    base::usage_error(unit, fmt::format("vectors={} must be in 1..{}", options.vectors, most));
  }
  if (options.only < -1) {
    base::usage_error(unit, fmt::format("only={} must be in 0..{}", options.only, most - 1));
  }
}

void check_only(const std::string& unit, const Options& options, int64_t vectors) {
  if (options.only < vectors) return;
  base::usage_error(unit, fmt::format("only={} must be in 0..{}", options.only, vectors - 1));
}

Verdict run_bench(sim::Model& model, const base::Spec& resolved, const Options& options) {
  check_vectors(resolved.unit(), options);
  Verdict verdict;
  if (const auto unit = make_unit(resolved, options); unit != nullptr) {
    verdict = unit->combinational() ? run_combinational(model, *unit, resolved, options)
                                    : run_pipelined(model, *unit, resolved, options);
  } else if (resolved.unit() == "conv2d_stream") {
    verdict = run_conv2d_stream(model, resolved, options);
  } else if (resolved.unit() == "ccu") {
    verdict = run_ccu(model, resolved, options);
  } else if (resolved.unit() == "bw_conv2d_stream") {
    verdict = run_bw_conv2d_stream(model, resolved, options);
  } else {
    base::usage_error(resolved.unit(), "no bench knows this unit");
  }
  verdict.seed = options.seed;
  if (!verdict.passed) {
    verdict.mismatch =
        fmt::format("{}: seed {}, {}", resolved.line(), options.seed, verdict.mismatch);
  }
  return verdict;
}

int latency_of_cut(const std::string& cut) {
  if (cut == "none") return 0;
  if (cut == "fused") return 2;
  int places = 1;
  for (const char c : cut) places += c == ',' ? 1 : 0;
  return places;
}

}  // namespace tb
