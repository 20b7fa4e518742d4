// SPDX-License-Identifier: Apache-2.0
// Fast FIR filters from the short algorithms of the family.

#include "gen/units/fir_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "gen/ffa/adder_network.h"
#include "gen/ffa/family.h"

namespace gen {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

// The number of a row in the matrix, which it joins if it is new.
int join(ffa::Matrix& matrix, std::vector<std::string>& names, const ffa::Row& row,
         const std::string& name, size_t first = 0) {
  const auto at = std::find(matrix.begin() + static_cast<std::ptrdiff_t>(first), matrix.end(), row);
  if (at == matrix.end()) {
    matrix.push_back(row);
    names.push_back(name);
    return static_cast<int>(matrix.size()) - 1;
  }
  return static_cast<int>(at - matrix.begin());
}

std::vector<std::string> numbers(const std::string& stem, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(stem + std::to_string(i));
  return names;
}

// One network as a graph.
SumGraph graph(const ffa::Matrix& matrix, const std::vector<std::string>& inputs,
               const std::vector<std::string>& outputs, const std::string& prefix) {
  const ffa::AdderNetwork network(matrix, inputs);
  SumGraph result;
  result.inputs = network.inputs();
  const ffa::Matrix shared = network.shared_matrix();
  for (size_t i = 0; i < shared.size(); ++i) {
    const ffa::Sum& sum = network.shared()[i];
    result.inner.push_back({prefix + sum.label, sum.terms, gain_of(shared[i])});
  }
  for (size_t i = 0; i < matrix.size(); ++i)
    result.outputs.push_back({outputs[i], network.outputs()[i].terms, gain_of(matrix[i])});
  return result;
}

int number(const base::Spec& spec, const char* key) { return static_cast<int>(spec.size(key)); }

}  // namespace

int fir_block(const base::Spec& spec) {
  return std::min(number(spec, "taps"), number(spec, "parallel"));
}

FirPlan fir_plan(const base::Spec& spec) {
  FirPlan plan;
  plan.taps = number(spec, "taps");
  plan.parallel = number(spec, "parallel");
  plan.transposed = spec.is("form", "T");
  const int block = fir_block(spec);
  const std::string& name = spec.get("algorithm");
  const ffa::Algorithm fast =
      plan.transposed ? ffa::correlation(name, plan.parallel, block)
                      : ffa::with_positive_rows(ffa::product(name, block, plan.parallel));
  plan.divisor = fast.divisor();
  std::vector<int> data, branch;
  ffa::Matrix columns;
  for (size_t b = 0; b < index(fast.rank()); ++b) {
    const std::string& label = fast.branches()[b];
    data.push_back(join(plan.data, plan.data_names, fast.data()[b], label));
    ffa::Row column;
    for (const ffa::Row& row : fast.post()) column.push_back(row[b]);
    branch.push_back(join(columns, plan.branch_names, column, label));
  }
  for (size_t k = 0; k < fast.post().size(); ++k) {
    plan.post.emplace_back();
    for (const ffa::Row& column : columns) plan.post.back().push_back(column[k]);
  }
  plan.ages.assign(plan.data.size(), 0);
  for (int first = 0, age = 0; first < plan.taps; first += plan.parallel, ++age) {
    const size_t known = plan.coefficient.size();
    for (size_t b = 0; b < index(fast.rank()); ++b) {
      ffa::Row row(index(plan.taps), 0);
      bool used = false;
      for (int a = 0; a < block; ++a) {
        const int tap = first + (plan.transposed ? block - 1 - a : a);
        if (tap >= plan.taps) continue;
        row[index(tap)] = fast.coefficient()[b][index(a)];
        used = used || row[index(tap)] != 0;
      }
      if (!used) continue;
      const std::string product = fmt::format("{}_{}", fast.branches()[b], age);
      const int form = join(plan.coefficient, plan.coefficient_names, row, product, known);
      plan.products.push_back({product, data[b], age, form, branch[b]});
      plan.ages[index(data[b])] = age;
    }
    plan.blocks.resize(plan.coefficient.size(), age);
  }
  return plan;
}

SumGraph FirPlan::samples() const { return graph(data, numbers("", window()), data_names, "sum_"); }

// Block by block: full blocks are all alike, and the search for shared sums stays short.
SumGraph FirPlan::coefficients() const {
  SumGraph result;
  result.inputs = taps;
  for (int age = 0; age * parallel < taps; ++age) {
    const int first = age * parallel, count = std::min(parallel, taps - first);
    std::vector<std::string> inputs, names;
    for (int k = 0; k < count; ++k) inputs.push_back(std::to_string(first + k));
    ffa::Matrix matrix;
    for (size_t f = 0; f < coefficient.size(); ++f) {
      if (blocks[f] != age) continue;
      const auto begin = coefficient[f].begin() + first;
      matrix.emplace_back(begin, begin + count);
      names.push_back(coefficient_names[f]);
    }
    SumGraph part = graph(matrix, inputs, names, fmt::format("h_{}_", age));
    const int before = static_cast<int>(result.inner.size());
    for (auto* const sums : {&part.inner, &part.outputs}) {
      for (SumGraph::Sum& sum : *sums) {
        for (ffa::Term& term : sum.terms)
          term.node += term.node < count ? first : taps - count + before;
        (sums == &part.inner ? result.inner : result.outputs).push_back(std::move(sum));
      }
    }
  }
  return result;
}

SumGraph FirPlan::results() const {
  std::vector<std::string> names = numbers("y_", parallel);
  for (const std::string& name : numbers("carry_", carried())) names.push_back(name);
  const int branches = static_cast<int>(branch_names.size());
  SumGraph result = graph(post, branch_names, names, "post_");
  result.inputs += carried();
  for (auto* const sums : {&result.inner, &result.outputs})
    for (SumGraph::Sum& sum : *sums)
      for (ffa::Term& term : sum.terms)
        if (term.node >= branches) term.node += carried();
  for (int i = 0; i < carried(); ++i)
    result.outputs[index(i)].terms.push_back({branches + i, 1, 0});
  return result;
}

FilterPlan fir_window_plan(const base::Spec& spec) {
  const LineShape shape{number(spec, "parallel"), number(spec, "taps"), 1, 1};
  if (spec.is("scheme", "direct")) return {direct_line({}), direct_line(shape)};
  base::Spec transposed = spec;
  transposed.set("form", "T");
  const FirPlan plan = fir_plan(transposed);
  LinePlan line;
  line.shape = shape;
  line.divisor = plan.divisor;
  line.post = plan.post;
  line.branch_names = plan.branch_names;
  for (const FirPlan::Product& p : plan.products) {
    ffa::Row samples(index(shape.window()), 0);
    const int first = shape.window() - plan.window() - plan.parallel * p.age;
    const ffa::Row& form = plan.data[index(p.data)];
    // Samples before the window are those of taps that do not exist, whose sums cancel.
    for (int i = 0; i < plan.window(); ++i)
      if (first + i >= 0) samples[index(first + i)] = form[index(i)];
    ffa::Row taps = plan.coefficient[index(p.coefficient)];
    std::reverse(taps.begin(), taps.end());
    line.products.push_back({p.name, join(line.data, line.data_names, samples, p.name),
                             join(line.coefficient, line.coefficient_names, taps, p.name),
                             p.branch});
  }
  line.verify();
  return {direct_line({}), line};
}

}  // namespace gen
