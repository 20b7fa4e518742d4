// SPDX-License-Identifier: Apache-2.0
// What a conv2d_stream may be asked for: keys, limits, the shape of its beats and windows.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "gen/units/conv2d_parts.h"
#include "gen/units/fcu.h"

namespace gen {
namespace {

// What an fcu has and the engine has not: its outputs have the places of its samples, and the
// registers hold plain coefficients.
constexpr std::array kNotHere = {"stride", "dilation", "preadd"};

bool not_here(std::string_view key) {
  return std::find(kNotHere.begin(), kNotHere.end(), key) != kNotHere.end();
}

constexpr int kMostCoefficients = 1024;
constexpr int kMostLanes = 256;

int64_t lanes_of(const base::Spec& s) {
  return s.size("parallel") * s.size("parallel_rows") *
         std::max(s.size("InChannels"), s.size("OutChannels"));
}

Rule coefficients_rule() {
  return {
      .keys = {"kernel", "kernel_rows", "parallel", "parallel_rows", "InChannels", "OutChannels"},
      .broken =
          [](const base::Spec& s) { return StreamShape(s).coefficients() > kMostCoefficients; },
      .text = "the registers hold at most 1024 coefficients",
      .explain =
          [](const base::Spec& s) {
            const StreamShape shape(s);
            return fmt::format(
                "{} coefficients (OutChannels*InChannels*kernel_rows*kernel) are more than {}; "
                "use at most InChannels*OutChannels={}",
                shape.coefficients(), kMostCoefficients,
                kMostCoefficients / (shape.kernel * shape.kernel_rows));
          }};
}

Rule lanes_rule() {
  return {.keys = {"parallel", "parallel_rows", "InChannels", "OutChannels"},
          .broken = [](const base::Spec& s) { return lanes_of(s) > kMostLanes; },
          .text = "a beat has at most 256 samples",
          .explain =
              [](const base::Spec& s) {
                return fmt::format(
                    "a beat of {} samples (parallel*parallel_rows*channels) is more "
                    "than {}; use a smaller tile or fewer channels",
                    lanes_of(s), kMostLanes);
              }};
}

}  // namespace

std::vector<Param> conv2d_params() {
  constexpr int64_t kMostParallel = 12;
  std::vector<Param> params;
  for (Param param : fcu_params()) {
    if (not_here(param.name)) continue;
    if (param.name == "kernel" || param.name == "DataWidth") param.min = 2;
    if (param.name == "parallel" || param.name == "parallel_rows") param.max = kMostParallel;
    const bool last_size = param.name == "CoefWidth";
    params.push_back(std::move(param));
    if (!last_size) continue;
    params.push_back(free_size("MaxWidth", "640", 8, 16384, "Longest line, in pixels."));
    params.push_back(free_size("MaxHeight", "480", 1, 16384, "Most lines of a frame."));
  }
  return params;
}

std::vector<Rule> conv2d_rules() {
  std::vector<Rule> rules{coefficients_rule(), lanes_rule()};
  for (Rule rule : fcu_rules()) {
    if (std::find(rule.keys.begin(), rule.keys.end(), "preadd") != rule.keys.end()) continue;
    std::erase_if(rule.keys, not_here);
    rules.push_back(std::move(rule));
  }
  return rules;
}

StreamShape::StreamShape(const base::Spec& spec) {
  const auto size = [&](const char* key) { return static_cast<int>(spec.size(key)); };
  kernel = size("kernel"), kernel_rows = size("kernel_rows");
  columns = size("parallel"), rows = size("parallel_rows");
  in_channels = size("InChannels"), out_channels = size("OutChannels");
}

int StreamShape::address_bits() const {
  int bits = 8;
  while ((1 << bits) < kCoefBase + 4 * coefficients()) ++bits;
  return bits;
}

void for_each_sample(hdl::Module& m, const std::string& what, int rows, int columns, int channels,
                     const std::function<void(const hdl::Dim& row, const hdl::Dim& column,
                                              const hdl::Dim& channel)>& body) {
  const auto over_channels = [&](const hdl::Dim& row, const hdl::Dim& column) {
    if (channels == 1) return body(row, column, 0);
    m.generate_for("gen_channel_" + what, "c", channels,
                   [&](const hdl::Dim& channel) { body(row, column, channel); });
  };
  const auto over_columns = [&](const hdl::Dim& row) {
    if (columns == 1) return over_channels(row, 0);
    m.generate_for("gen_" + what, "j", columns,
                   [&](const hdl::Dim& column) { over_channels(row, column); });
  };
  if (rows == 1) return over_columns(0);
  m.generate_for("gen_row_" + what, "i", rows, over_columns);
}

std::string sum_text(const StreamShape& shape) {
  const auto offset = [](const char* place, const char* tap, int before) {
    return before == 0 ? fmt::format("[{}+{}]", place, tap)
                       : fmt::format("[{}+{}-{}]", place, tap, before);
  };
  std::string index = fmt::format("{}*r+k", shape.kernel), loop = "r, k", in = "in", out = "out";
  if (shape.in_channels > 1) {
    index = fmt::format("{}*c+{}", shape.kernel_rows * shape.kernel, index);
    loop = "c, " + loop, in += "[c]";
  }
  if (shape.out_channels > 1) {
    index = fmt::format("{}*o+{}", shape.in_channels * shape.kernel_rows * shape.kernel, index);
    out += "[o]";
  }
  return fmt::format("{}[v][u] = saturate((sum over {} of COEF[{}] * {}{}{} + half) >> SHIFT)", out,
                     loop, index, in, offset("v", "r", shape.top()),
                     offset("u", "k", shape.left()));
}

}  // namespace gen
