// SPDX-License-Identifier: Apache-2.0
// Filter plans against the definition of the filter, number by number.

#include "gen/units/filter_plan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "gen/ffa/family.h"

namespace gen {
namespace {

using Numbers = std::vector<int64_t>;

// What a graph's outputs are for these inputs.
Numbers evaluate(const SumGraph& graph, const Numbers& inputs) {
  Numbers nodes = inputs, outputs;
  const auto sum = [&](const SumGraph::Sum& s) {
    int64_t total = 0;
    for (const ffa::Term& t : s.terms)
      total += t.sign * (nodes.at(static_cast<size_t>(t.node)) << t.shift);
    return total;
  };
  for (const SumGraph::Sum& s : graph.inner) nodes.push_back(sum(s));
  for (const SumGraph::Sum& s : graph.outputs) outputs.push_back(sum(s));
  return outputs;
}

Numbers random_numbers(std::mt19937_64& random, int count) {
  Numbers numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(static_cast<int64_t>(random() % 201) - 100);
  return numbers;
}

// divisor * y, through the plan.
Numbers planned(const FilterPlan& plan, const Numbers& x, const Numbers& h) {
  const Numbers u = evaluate(plan.samples("s"), x), v = evaluate(plan.coefficients("c"), h);
  Numbers branches(static_cast<size_t>(plan.branches()), 0);
  for (const FilterPlan::Product& p : plan.products())
    branches[static_cast<size_t>(p.branch)] +=
        u[static_cast<size_t>(p.data)] * v[static_cast<size_t>(p.coefficient)];
  return evaluate(plan.results("r"), branches);
}

Numbers defined(const FilterPlan& plan, const Numbers& x, const Numbers& h) {
  const LineShape& rows = plan.rows.shape;
  const LineShape& columns = plan.columns.shape;
  Numbers y;
  for (int i = 0; i < rows.outputs; ++i) {
    for (int j = 0; j < columns.outputs; ++j) {
      int64_t sum = 0;
      for (int r = 0; r < rows.taps; ++r) {
        for (int k = 0; k < columns.taps; ++k) {
          const int row = rows.stride * i + rows.dilation * r;
          const int column = columns.stride * j + columns.dilation * k;
          sum += h[static_cast<size_t>(int64_t{r} * columns.taps + k)] *
                 x[static_cast<size_t>(int64_t{row} * columns.window() + column)];
        }
      }
      y.push_back(plan.divisor() * sum);
    }
  }
  return y;
}

void expect_filter(const FilterPlan& plan, const std::string& what) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 3; ++round) {
    const Numbers x =
        random_numbers(random, plan.rows.shape.window() * plan.columns.shape.window());
    const Numbers h = random_numbers(random, plan.taps());
    EXPECT_EQ(planned(plan, x, h), defined(plan, x, h)) << what;
  }
}

TEST(FilterPlan, ComputesTheFilterForEveryShape) {
  for (int taps = 1; taps <= 5; ++taps) {
    for (int outputs = 1; outputs <= 5; ++outputs) {
      for (int stride = 1; stride <= 3; ++stride) {
        for (int dilation = 1; dilation <= 3; ++dilation) {
          const LineShape line{outputs, taps, stride, dilation};
          const LineShape other{2, 3, stride, dilation};
          const LinePlan fast = fast_line(line, best_algorithm(line));
          const std::string what = std::to_string(outputs) + " of " + std::to_string(taps) +
                                   ", stride " + std::to_string(stride) + ", dilation " +
                                   std::to_string(dilation);
          expect_filter({direct_line(other), fast}, "rows, " + what);
          expect_filter({fast, fast_line(other, best_algorithm(other))}, "2-D, " + what);
          EXPECT_LE(fast.products.size(), direct_line(line).products.size()) << what;
        }
      }
    }
  }
}

TEST(FilterPlan, ComputesTheFilterWithEveryAlgorithm) {
  for (const auto& [outputs, taps] :
       std::vector<std::pair<int, int>>{{3, 3}, {5, 5}, {2, 3}, {7, 7}}) {
    const LineShape line{outputs, taps, 1, 1};
    for (const std::string& name : ffa::names_for(outputs, taps)) {
      const LinePlan fast = fast_line(line, name);
      expect_filter({fast, fast}, name);
      expect_filter({direct_line(line), fast}, name);
    }
  }
}

// Products of equal columns of post share a branch: rows, and phases of a stride.
TEST(FilterPlan, SumsBeforeThePostAdders) {
  const LineShape three{3, 3, 1, 1};
  EXPECT_EQ((FilterPlan{direct_line({1, 3, 1, 1}), fast_line(three, "k3")}.branches()), 6);
  EXPECT_EQ((FilterPlan{direct_line(three), direct_line(three)}.branches()), 9);
  // Two phases of two taps for two outputs: one K2 for both.
  EXPECT_EQ(fast_line({2, 4, 2, 1}, "k2").branch_names.size(), 3u);
  EXPECT_EQ(fast_line({2, 4, 2, 1}, "k2").products.size(), 6u);
}

TEST(FilterPlan, FindsPlantedFaults) {
  const LinePlan right = fast_line({3, 3, 1, 1}, "k3");
  EXPECT_NO_THROW(right.verify());
  for (const auto plant :
       std::vector<void (*)(LinePlan&)>{[](LinePlan& plan) { plan.post[1][1] = -plan.post[1][1]; },
                                        [](LinePlan& plan) { plan.data[0][0] += 1; },
                                        [](LinePlan& plan) { plan.products[2].coefficient = 0; },
                                        [](LinePlan& plan) { plan.products.pop_back(); },
                                        [](LinePlan& plan) { plan.divisor = 2; }}) {
    LinePlan wrong = right;
    plant(wrong);
    EXPECT_THROW(wrong.verify(), std::logic_error);
  }
}

// A node that every output takes shifted has as many high bits that do not count.
TEST(SumGraph, KnowsWhichBitsOutputsTake) {
  SumGraph graph;
  graph.inputs = 2;
  graph.inner = {{"a", {{0, 1, 1}, {1, 1, 0}}, {3, 0}}};
  graph.outputs = {{"y", {{2, 1, 2}, {1, -1, 1}}, {12, 2}}};
  EXPECT_EQ(graph.least_shifts(), (std::vector<int>{3, 1, 2}));
}

}  // namespace
}  // namespace gen
