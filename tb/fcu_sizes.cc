// SPDX-License-Identifier: Apache-2.0
// Sizes and ports of the convolution unit, from its resolved spec.

#include "tb/fcu_sizes.h"

namespace tb {
namespace {

int number(const base::Spec& spec, const char* key) { return static_cast<int>(spec.size(key)); }

int window(const golden::FilterLine& line) {
  return line.steps.stride * (line.outputs - 1) + golden::reach(line.taps, line.steps);
}

}  // namespace

FcuSizes::FcuSizes(const base::Spec& spec)
    : kernel{number(spec, "kernel_rows"), number(spec, "kernel"), number(spec, "InChannels"),
             number(spec, "OutChannels")},
      steps{number(spec, "stride"), number(spec, "dilation")},
      rows{number(spec, "parallel_rows"), kernel.rows, steps, spec.get("algorithm_rows")},
      columns{number(spec, "parallel"), kernel.columns, steps, spec.get("algorithm")},
      down(golden::coefficient_forms(rows)),
      across(golden::coefficient_forms(columns)),
      data(number(spec, "DataWidth")),
      coefficient(number(spec, "CoefWidth")),
      data_signed(spec.is("data", "signed")),
      offline(spec.is("preadd", "offline")) {
  result = data + coefficient + growth(kernel.count() / kernel.out_channels, data_signed);
}

int FcuSizes::window_rows() const { return window(rows); }
int FcuSizes::window_columns() const { return window(columns); }

Field FcuSizes::x() const { return {"x_i", samples(), data, data_signed}; }

Field FcuSizes::preadded_field() const {
  const int planes = kernel.in_channels * kernel.out_channels;
  const int64_t gain = golden::largest_gain(down) * golden::largest_gain(across);
  return {"h_i", planes * static_cast<int>(down.size() * across.size()),
          coefficient + ceil_log2(gain), true};
}

Values FcuSizes::preadded(const Values& coefficients) const {
  return golden::preadded({kernel, coefficients}, down, across);
}

Field FcuSizes::y() const {
  return {"y_o", kernel.out_channels * rows.outputs * columns.outputs, result, true};
}

}  // namespace tb
