// SPDX-License-Identifier: Apache-2.0
// Products, branches and results of a filter plan in `*` and `+`.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gen/units/filter.h"

namespace gen {

// u * v of a branch; |u * v| is at most `gain` products of a sample and a coefficient.
struct OperandProduct {
  std::string name;  // "0_01": of its signals
  hdl::Num u, v;
  int gain = 1;
  int branch = 0;
};

// What an output is: the exact sum of `products` products in `width` bits, and `divisor` times that
// in front of the last step.
struct ResultKind {
  hdl::Dim width;
  int products = 1;
  int64_t divisor = 1;
  int dropped() const;  // zeros at the end of the divisor: sums before the last step have those too
};

// y from divisor * y modulo 2^(width + dropped), which `scaled` is: the zeros at the end are
// dropped, then comes the inverse of the odd part modulo 2^width, by shifts and additions. Exact
// because divisor * y is a multiple. The low `width` bits count.
hdl::Num exact_quotient(hdl::Module& module, const hdl::Num& scaled, const ResultKind& result,
                        const std::string& name);

// The sums of like-indexed products, modulo 2^(width + dropped), or what `results` needs of that;
// products at place mult, sums at place branch.
std::vector<hdl::Num> emit_branches(Pipeline& pipeline, const FilterSizes& sizes,
                                    const std::vector<OperandProduct>& products,
                                    const std::vector<std::string>& branch_names,
                                    const SumGraph& results, const ResultKind& result);

// The outputs of `results`, a graph over the branches, at place post: narrower than sums of
// independent terms would need, since the plan's identity makes each the exact sum. Only the first
// `registered` are outputs; the others are sums of their own, wires modulo 2^(width + dropped).
std::vector<hdl::Num> emit_results(Pipeline& pipeline, const FilterSizes& sizes,
                                   const SumGraph& results, const std::vector<hdl::Num>& branches,
                                   const ResultKind& result, size_t registered = SIZE_MAX);

}  // namespace gen
