// SPDX-License-Identifier: Apache-2.0
// What filters share: word growth, sums of samples and coefficients.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gen/units/filter_plan.h"
#include "gen/units/pipeline.h"

namespace gen {

// Sizes and number kinds of a filter's operands.
struct FilterSizes {
  hdl::Dim data_width, coef_width;
  bool signed_data = false;

  // Sum of `gain` products of a sample and a coefficient: the bits beyond DataWidth + CoefWidth.
  // Unsigned samples stay below 2^DataWidth, so growth = ceil(log2 gain); with signed samples
  // gain * 2^(DataWidth + CoefWidth - 2) is reached, growth = floor(log2 gain).
  int growth(int gain) const;
  hdl::NumType product_sum(int gain) const;
  // Sum of +-samples; one of unsigned samples that are all added stays unsigned.
  hdl::NumType sample_sum(const Gain& gain) const;
  hdl::NumType coefficient_sum(const Gain& gain) const;
  // The same values, exactly.
  hdl::Range sample_range(const Gain& gain) const;
  hdl::Range coefficient_range(const Gain& gain) const;
  // |sum| in samples of full scale, as a factor of a product's gain.
  int sample_gain(const Gain& gain) const;

  hdl::Num sample(const hdl::Bits& lane) const;
  hdl::Num operand(const hdl::Num& sample) const;  // signed, ready for a product
  // Exact range of `count` products of samples and coefficients.
  hdl::Range exact(int count) const;
};

// Width of a result, as a localparam where it is not fixed.
hdl::Dim declare_result_width(hdl::Module& module, const FilterSizes& sizes, int products);

// What the sums of a graph are: their type and their exact range.
struct SumKind {
  std::function<hdl::NumType(const Gain&)> type;
  std::function<hdl::Range(const Gain&)> range;
};
SumKind sample_sums(const FilterSizes& sizes);
SumKind coefficient_sums(const FilterSizes& sizes);

// The outputs of a graph, each declared by `declare`; sums inside are wires, and outputs that are
// no more than one of those are not declared again where `reuse`. Inputs that no sum reads need not
// be valid().
using Declare =
    std::function<hdl::Num(const std::string& name, const hdl::NumType&, const hdl::Num& value)>;
std::vector<hdl::Num> emit_graph(hdl::Module& module, const SumGraph& graph,
                                 const std::vector<hdl::Num>& inputs, const SumKind& kind,
                                 const Declare& declare, bool reuse = false);

}  // namespace gen
