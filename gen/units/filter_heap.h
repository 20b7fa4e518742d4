// SPDX-License-Identifier: Apache-2.0
// Filters as bit heaps: products summed by branch, branches by output, registers where `cut` says.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gen/units/filter.h"
#include "gen/units/product_sums.h"

namespace gen {

// a * b, both declared signals; b is signed.
struct HeapProduct {
  std::string name;  // "0_1": of its wires
  hdl::Bits a, b;
  bool a_signed = false;
  int a_uses = 1, b_uses = 1;  // products that take the operand
  hdl::Range range = {};       // of the product; 0..0: unknown
};

struct HeapBranch {
  std::string name;
  std::vector<HeapProduct> products;
  hdl::Bits row = {};  // in place of products: a number of the heaps' width, never registered here
};

// What becomes of an output's sum, a declared signal, before it is registered.
using Finish = std::function<hdl::Bits(const hdl::Bits& sum, const std::string& name)>;

// The outputs of `results`, a graph over the branches, modulo 2^width, in registers where `post` is
// cut. Everything merges as far as the cut allows: what is registered crosses a place as two rows,
// and so does a branch or a sum that is taken more than once (as one row, which costs least, where
// is_chained()); all else goes into the output's heap as partial products. Only the first
// `registered` are outputs; the others are wires.
std::vector<hdl::Bits> emit_heaps(DesignBuilder& design, Pipeline& pipeline, int width,
                                  const std::vector<HeapBranch>& branches, const SumGraph& results,
                                  const Finish& finish = {}, size_t registered = SIZE_MAX);

// emit_graph() with each sum in full adders, a heap of its own and a wire, `stem` in front of the
// names of outputs; for is_chained(). Inputs are declared signals.
std::vector<hdl::Num> emit_graph_heaps(DesignBuilder& design, hdl::Module& module,
                                       const SumGraph& graph, const std::vector<hdl::Num>& inputs,
                                       const SumKind& kind, const std::string& stem);

// DataWidth, CoefWidth: fixed in the heap form.
Param filter_width_param(const Param& width, std::string_view tag);
// The keys of the heap form: arith, then (behind the sizes) products, tree, compressors,
// final_adder.
Param filter_products_param();

}  // namespace gen
