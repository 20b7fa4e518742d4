// SPDX-License-Identifier: Apache-2.0
// Sums of products, written out.

#include "gen/units/filter_operators.h"

#include <fmt/format.h>

#include <algorithm>

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

// Smallest k with 2^k = 1 modulo `odd`.
int order_of_two(int64_t odd) {
  int k = 1;
  for (int64_t power = 2 % odd; power != 1; power = 2 * power % odd) ++k;
  return k;
}

// Factors that divide 2^k - 1 for a small k, 15 at once: a product of several may need a large one.
std::vector<int64_t> small_factors(int64_t odd) {
  std::vector<int64_t> factors;
  const auto take = [&](int64_t factor) {
    for (; odd % factor == 0; odd /= factor) factors.push_back(factor);
  };
  take(15);
  for (int64_t factor = 3; odd > 1; factor += 2) take(factor);
  return factors;
}

// The sum of +-value * 2^shift over the signed digits of `factor`.
hdl::Num times(const hdl::Num& value, int64_t factor) {
  hdl::Num total;
  // Beyond the width nothing is left.
  for (int shift = 0; factor != 0 && shift < value.width().value(); ++shift, factor /= 2) {
    if (factor % 2 == 0) continue;
    const int digit = factor % 4 == 3 ? -1 : 1;
    const hdl::Num part = value.shift_left(shift);
    total = !total.valid() ? (digit > 0 ? part : -part) : digit > 0 ? total + part : total - part;
    factor -= digit;
  }
  return total;
}

// The sum modulo 2^width, a wire. With the smallest of free sizes a term may stand above `width`
// altogether: then there is room for it, which nothing reads.
hdl::Num modular_sum(hdl::Module& m, const std::string& name, const SumGraph::Sum& sum,
                     const std::vector<hdl::Num>& nodes, const hdl::Dim& width) {
  const hdl::Num total = add_up(sum, nodes);
  int highest = 0;
  for (const ffa::Term& term : sum.terms) highest = std::max(highest, term.shift);
  const int64_t missing = highest + 1 - hdl::bounds(width).min;
  if (missing <= 0) return m.wire(name, hdl::sint(width), total.wrap(width));
  const hdl::Dim wide = width + missing;
  const hdl::Num all = m.wire(name + "_wide", hdl::sint(wide), total.wrap(wide));
  m.unused("unused_" + name, all.bits().slice(width, missing));
  return all.bits().slice(0, width).as_signed();
}

}  // namespace

// 1 / odd = -q / (1 - 2^k) with q = (2^k - 1) / odd, and 1 / (1 - 2^k) = (1 + 2^k)(1 + 2^2k) ..
// modulo any power of two.
hdl::Num exact_quotient(hdl::Module& module, const hdl::Num& scaled, const ResultKind& result,
                        const std::string& name) {
  const hdl::Num part = scaled.bits().slice(result.dropped(), result.width).as_signed();
  if (result.dropped() > 0)
    module.unused("unused_" + name + "_zeros", scaled.bits().slice(0, result.dropped()));
  const int64_t odd = result.divisor >> result.dropped();
  if (odd == 1) return part;
  // A free width is computed above its largest; what is above it counts for nothing.
  const bool is_free = !result.width.is_constant();
  const auto width = static_cast<int>(hdl::bounds(result.width).max) + (is_free ? 1 : 0);
  const hdl::NumType type = hdl::sint(width);
  hdl::Num value = module.wire(name + "_shifted", type, part);
  const std::vector<int64_t> factors = small_factors(odd);
  for (size_t i = 0; i < factors.size(); ++i) {
    const int k = order_of_two(factors[i]);
    module.comment(fmt::format("Times the inverse of {} modulo 2^{}.", factors[i], width));
    for (int e = k; e < width; e *= 2) {
      value = module.wire(fmt::format("{}_series_{}_{}", name, i, e), type,
                          (value + value.shift_left(e)).wrap(width));
    }
    const hdl::Num inverse = times(value, ((int64_t{1} << k) - 1) / factors[i]);
    value = module.wire(fmt::format("{}_quotient_{}", name, i), type, (-inverse).wrap(width));
  }
  const hdl::Num& quotient = value;
  if (!is_free) return quotient;
  module.unused("unused_" + name + "_top",
                quotient.bits().slice(result.width, width - result.width));
  return quotient.bits().slice(0, result.width).as_signed();
}

int ResultKind::dropped() const {
  int zeros = 0;
  while ((divisor >> zeros) % 2 == 0) ++zeros;
  return zeros;
}

std::vector<hdl::Num> emit_branches(Pipeline& pipeline, const FilterSizes& sizes,
                                    const std::vector<OperandProduct>& products,
                                    const std::vector<std::string>& branch_names,
                                    const SumGraph& results, const ResultKind& result) {
  hdl::Module& m = pipeline.module();
  const std::vector<int> shifts = results.least_shifts();
  const int room = sizes.growth(result.products) + result.dropped();
  // What outgrows the result counts modulo 2^width.
  const auto stage = [&](Place place, const std::string& name, size_t branch, int gain,
                         const hdl::Num& value) {
    const hdl::Dim width = result.width + (result.dropped() - shifts[branch]);
    if (sizes.growth(gain) > room - shifts[branch])
      return pipeline.stage(place, name, hdl::sint(width), value.wrap(width));
    return pipeline.stage(place, name, sizes.product_sum(gain), value);
  };
  m.section("Stage mult: products.");
  std::vector<std::vector<hdl::Num>> of_branch(branch_names.size());
  std::vector<int> gains(branch_names.size(), 0);
  for (const OperandProduct& product : products) {
    const auto b = static_cast<size_t>(product.branch);
    gains[b] += product.gain;
    const hdl::Num u = sizes.operand(product.u), value = u * product.v;
    const hdl::Dim needed = result.width + (result.dropped() - shifts[b]);
    const std::string name = "product_" + product.name;
    if (hdl::proves_at_least(needed, u.width()) &&
        hdl::proves_at_least(needed, product.v.width())) {
      of_branch[b].push_back(stage(Place::kMult, name, b, product.gain, value));
      continue;
    }
    // With the smallest of free sizes an operand is wider than what counts of the product.
    const hdl::NumType whole = sizes.product_sum(product.gain);
    const hdl::Num exact = pipeline.stage(Place::kMult, name, whole, value);
    m.unused("unused_" + name, exact.bits().slice(needed, whole.width - needed));
    of_branch[b].push_back(exact.bits().slice(0, needed).as_signed());
  }
  pipeline.end_stage();
  // A lone product is the branch.
  const bool registered = pipeline.cut().at(Place::kBranch);
  const auto is_sum = [&](const std::vector<hdl::Num>& all) {
    return registered || all.size() > 1;
  };
  if (std::any_of(of_branch.begin(), of_branch.end(), is_sum))
    m.section("Stage branch: the products that go the same way to the outputs, added up.");
  std::vector<hdl::Num> branches;
  for (size_t b = 0; b < branch_names.size(); ++b) {
    branches.push_back(is_sum(of_branch[b]) ? stage(Place::kBranch, "branch_" + branch_names[b], b,
                                                    gains[b], hdl::sum(of_branch[b]))
                                            : of_branch[b].front());
  }
  pipeline.end_stage();
  return branches;
}

std::vector<hdl::Num> emit_results(Pipeline& pipeline, const FilterSizes& sizes,
                                   const SumGraph& results, const std::vector<hdl::Num>& branches,
                                   const ResultKind& result, size_t registered) {
  hdl::Module& m = pipeline.module();
  m.section("Stage post: the outputs.");
  std::vector<hdl::Num> nodes = branches, outputs;
  const hdl::Dim width = result.width + result.dropped();
  const std::vector<int> shifts = results.least_shifts();
  if (!results.inner.empty()) m.comment("Sums of branches that several outputs take.");
  for (const SumGraph::Sum& sum : results.inner) {
    // A partial sum has no identity of its own: it keeps what the final sums need, modulo 2^width.
    const hdl::Dim needed = width - shifts[nodes.size()];
    nodes.push_back(modular_sum(m, sum.name, sum, nodes, needed));
  }
  if (result.divisor != 1)
    m.comment(fmt::format("Each output times {}, and the exact quotient.", result.divisor));
  const hdl::Range exact = sizes.exact(result.products);
  const std::string why = fmt::format("the sum of {} products", result.products);
  for (const SumGraph::Sum& sum : results.outputs) {
    if (outputs.size() >= registered) {
      outputs.push_back(modular_sum(m, sum.name, sum, nodes, width));
      continue;
    }
    if (result.divisor != 1) {
      const hdl::Num scaled = modular_sum(m, sum.name + "_scaled", sum, nodes, width);
      const hdl::Num y = exact_quotient(m, scaled, result, sum.name);
      outputs.push_back(
          pipeline.stage(Place::kPost, sum.name, hdl::sint(result.width), y.wrap(result.width)));
      continue;
    }
    outputs.push_back(pipeline.stage(Place::kPost, sum.name, hdl::sint(result.width),
                                     add_up(sum, nodes).known_range(exact.lo, exact.hi, why)));
  }
  pipeline.end_stage();
  return outputs;
}

}  // namespace gen
