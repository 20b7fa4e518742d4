// SPDX-License-Identifier: Apache-2.0
// Fast-FIR algorithms: identities, counts, shared sums, sub-filters.

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <stdexcept>

#include "gen/ffa/adder_network.h"
#include "gen/ffa/algorithm.h"
#include "gen/ffa/elements.h"

namespace ffa {
namespace {

std::vector<long> times(const Matrix& m, const std::vector<long>& v) {
  std::vector<long> result;
  for (const Row& row : m) {
    long sum = 0;
    for (size_t i = 0; i < row.size(); ++i) sum += row[i] * v[i];
    result.push_back(sum);
  }
  return result;
}

std::vector<long> random_values(size_t n, std::mt19937& random) {
  std::vector<long> v(n);
  for (long& x : v) x = std::uniform_int_distribution<long>(-1000, 1000)(random);
  return v;
}

TEST(Algorithm, PairwiseHasOneProductForEachIndexAndPair) {
  EXPECT_EQ(pairwise(2).rank(), 3);
  EXPECT_EQ(pairwise(3).rank(), 6);
  EXPECT_EQ(pairwise(5).rank(), 15);
  EXPECT_EQ(pairwise(7).rank(), 28);
  EXPECT_EQ(gain(pairwise(3).data()), 2);
  EXPECT_EQ(gain(transposed(pairwise(3)).data()), 3);
  EXPECT_THROW(pairwise(1), std::invalid_argument);
}

TEST(Algorithm, TransposedComputesTheSlidingSum) {
  std::mt19937 random(1);
  for (int n = 2; n <= 6; ++n) {
    const Algorithm t = with_positive_rows(transposed(pairwise(n)));
    const std::vector<long> h = random_values(static_cast<size_t>(n), random);
    const std::vector<long> x = random_values(static_cast<size_t>(2 * n - 1), random);
    std::vector<long> products = times(t.coefficient(), h);
    const std::vector<long> u = times(t.data(), x);
    for (size_t r = 0; r < products.size(); ++r) products[r] *= u[r];
    const std::vector<long> y = times(t.post(), products);
    for (size_t j = 0; j < static_cast<size_t>(n); ++j) {
      long expected = 0;
      for (size_t k = 0; k < static_cast<size_t>(n); ++k) expected += h[k] * x[j + k];
      EXPECT_EQ(y[j], expected) << "n " << n << " j " << j;
    }
  }
}

TEST(Algorithm, RefusesEveryWrongEntry) {
  const Algorithm good = transposed(pairwise(3));
  for (int which = 0; which < 3; ++which) {
    const Matrix& original = which == 0   ? good.coefficient()
                             : which == 1 ? good.data()
                                          : good.post();
    for (size_t i = 0; i < original.size(); ++i) {
      for (size_t j = 0; j < original[i].size(); ++j) {
        for (const int delta : {-1, 1}) {
          Matrix m[3] = {good.coefficient(), good.data(), good.post()};
          m[which][i][j] += delta;
          EXPECT_THROW(Algorithm("x", good.kind(), good.branches(), m[0], m[1], m[2]),
                       std::invalid_argument)
              << which << " " << i << " " << j << " " << delta;
        }
      }
    }
  }
}

TEST(Algorithm, RefusesWrongShapes) {
  const Algorithm good = pairwise(2);
  Matrix post = good.post();
  post[1].push_back(0);
  EXPECT_THROW(Algorithm("x", good.kind(), good.branches(), good.coefficient(), good.data(), post),
               std::invalid_argument);
  EXPECT_THROW(Algorithm("x", good.kind(), {}, {}, {}, {}), std::invalid_argument);
  EXPECT_THROW(transposed(transposed(good)), std::invalid_argument);
}

TEST(Algorithm, PositiveRowsHaveNoMoreMinusThanPlus) {
  for (int n = 2; n <= 5; ++n) {
    const Algorithm algorithm = with_positive_rows(transposed(pairwise(n)));
    for (const Row& row : algorithm.data()) {
      int sum = 0;
      for (const int v : row) sum += v;
      EXPECT_GE(sum, 0);
    }
  }
}

TEST(AdderNetwork, CountsOfTheShortForms) {
  // fast-FIR literature: 2-parallel 2 + 2, 3-parallel 6 + 6 adders in the transposed form.
  const Algorithm k2 = with_positive_rows(transposed(pairwise(2)));
  EXPECT_EQ(AdderNetwork(k2.data()).adders(), 2);
  EXPECT_EQ(AdderNetwork(k2.post()).adders(), 2);
  EXPECT_EQ(AdderNetwork(k2.coefficient()).adders(), 1);
  const Algorithm k3 = with_positive_rows(transposed(pairwise(3)));
  EXPECT_EQ(AdderNetwork(k3.data()).adders(), 6);
  EXPECT_EQ(AdderNetwork(k3.post()).adders(), 6);
  EXPECT_EQ(AdderNetwork(k3.coefficient()).adders(), 3);
  EXPECT_EQ(AdderNetwork(pairwise(3).post()).adders(), 7);  // the classical orientation shares one
}

TEST(AdderNetwork, SharesAndStaysEqualToItsMatrix) {
  const Matrix m = {{1, 1, 0, 1}, {1, 1, -1, 0}, {-1, -1, 0, 1}, {0, 0, 0, 0}};
  const AdderNetwork network(m, {"a", "b", "c", "d"});
  ASSERT_EQ(network.shared().size(), 1u);
  EXPECT_EQ(network.shared()[0].label, "apb");
  EXPECT_EQ(network.adders(), 4);
  EXPECT_EQ(network.matrix(), m);
  EXPECT_TRUE(network.outputs()[3].terms.empty());
  EXPECT_EQ(network.outputs()[2].terms[0], (Term{3, 1, 0}));  // a positive term comes first
}

TEST(AdderNetwork, EntriesBeyondOneAreShifts) {
  const AdderNetwork four(Matrix{{4, 1}});
  EXPECT_EQ(four.adders(), 1);
  EXPECT_EQ(four.outputs()[0].terms, (std::vector<Term>{{0, 1, 2}, {1, 1, 0}}));
  EXPECT_EQ(AdderNetwork(Matrix{{3}, {-6}, {12}}).adders(), 1);  // 4 - 1 once
  EXPECT_EQ(AdderNetwork(Matrix{{5, 10, 1}}).adders(), 3);       // (x0 + 2 x1) * 5 + x2
}

TEST(AdderNetwork, RandomMatrices) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    const size_t rows = 1 + random() % 7, columns = 1 + random() % 7;
    const int most = trial % 2 == 0 ? 1 : 13;
    Matrix m(rows, Row(columns));
    int raw = 0;
    for (Row& row : m) {
      int terms = 0;
      for (int& v : row)
        v = static_cast<int>(random() % static_cast<unsigned>(2 * most + 1)) - most;
      for (const int v : row) terms += most == 1 ? v != 0 : 3;
      raw += terms == 0 ? 0 : terms - 1;
    }
    const AdderNetwork network(m);
    EXPECT_EQ(network.matrix(), m);
    EXPECT_LE(network.adders(), raw);
    std::set<std::string> labels;
    for (const Sum& sum : network.shared()) EXPECT_TRUE(labels.insert(sum.label).second);
    EXPECT_EQ(network.adders(), AdderNetwork(m).adders());
  }
  EXPECT_THROW(AdderNetwork(Matrix{{1, 0}, {1}}), std::invalid_argument);
}

}  // namespace
}  // namespace ffa
