// SPDX-License-Identifier: Apache-2.0
// Sums of products, written out.

#include "gen/units/filter_operators.h"

#include <fmt/format.h>

namespace gen {
namespace {

hdl::Num add_up(const SumGraph::Sum& sum, const std::vector<hdl::Num>& nodes) {
  hdl::Num total;
  for (const ffa::Term& term : sum.terms) {
    const hdl::Num node = nodes[static_cast<size_t>(term.node)].shift_left(term.shift);
    if (total.valid()) {
      total = term.sign > 0 ? total + node : total - node;
    } else {
      total = term.sign > 0 ? node : -node;
    }
  }
  return total;
}

}  // namespace

int ResultKind::dropped() const {
  int zeros = 0;
  while ((divisor >> zeros) % 2 == 0) ++zeros;
  return zeros;
}

std::vector<hdl::Num> emit_branches(Pipeline& pipeline, const FilterSizes& sizes,
                                    const std::vector<OperandProduct>& products,
                                    const std::vector<std::string>& branch_names,
                                    const ResultKind& result) {
  hdl::Module& m = pipeline.module();
  const hdl::Dim width = result.width + result.dropped();
  const int room = sizes.growth(result.products) + result.dropped();
  // What outgrows the result counts modulo 2^width.
  const auto stage = [&](Place place, const std::string& name, int gain, const hdl::Num& value) {
    if (sizes.growth(gain) > room)
      return pipeline.stage(place, name, hdl::sint(width), value.wrap(width));
    return pipeline.stage(place, name, sizes.product_sum(gain), value);
  };
  m.section("Stage mult: products.");
  std::vector<std::vector<hdl::Num>> of_branch(branch_names.size());
  std::vector<int> gains(branch_names.size(), 0);
  for (const OperandProduct& product : products) {
    const auto b = static_cast<size_t>(product.branch);
    gains[b] += product.gain;
    of_branch[b].push_back(stage(Place::kMult, "product_" + product.name, product.gain,
                                 sizes.operand(product.u) * product.v));
  }
  pipeline.end_stage();
  m.section("Stage branch: the products that go the same way to the outputs, added up.");
  std::vector<hdl::Num> branches;
  for (size_t b = 0; b < branch_names.size(); ++b) {
    branches.push_back(
        stage(Place::kBranch, "branch_" + branch_names[b], gains[b], hdl::sum(of_branch[b])));
  }
  pipeline.end_stage();
  return branches;
}

std::vector<hdl::Num> emit_results(Pipeline& pipeline, const FilterSizes& sizes,
                                   const SumGraph& results, const std::vector<hdl::Num>& branches,
                                   const ResultKind& result) {
  hdl::Module& m = pipeline.module();
  m.section("Stage post: the outputs.");
  std::vector<hdl::Num> nodes = branches, outputs;
  const hdl::Dim width = result.width + result.dropped();
  for (const SumGraph::Sum& sum : results.inner) {
    // A partial sum has no identity of its own: it keeps what the final sums need, modulo 2^width.
    nodes.push_back(m.wire(sum.name, hdl::sint(width), add_up(sum, nodes).wrap(width)));
  }
  const hdl::Range exact = sizes.exact(result.products);
  const std::string why = fmt::format("the sum of {} products", result.products);
  for (const SumGraph::Sum& sum : results.outputs) {
    const hdl::Num total = add_up(sum, nodes);
    outputs.push_back(pipeline.stage(Place::kPost, sum.name, hdl::sint(result.width),
                                     hdl::sint(result.width).range().contains(total.range())
                                         ? total
                                         : total.known_range(exact.lo, exact.hi, why)));
  }
  pipeline.end_stage();
  return outputs;
}

}  // namespace gen
