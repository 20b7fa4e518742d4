// SPDX-License-Identifier: Apache-2.0
// The named algorithms: counts and adders against the published ones, names, outputs by definition.

#include "gen/ffa/family.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "gen/ffa/adder_network.h"
#include "gen/ffa/elements.h"
#include "gen/ffa/nest.h"

namespace ffa {
namespace {

// The published algorithms for as many outputs as taps: multiplications; adders before and behind
// them in form D (without the overlap) and in form T, after sharing.
struct Published {
  const char* name;
  int taps, products, d_pre, d_post, t_pre, t_post;
};
constexpr Published kPublished[] = {{"k2", 2, 3, 1, 2, 2, 2},
                                    {"k3", 3, 6, 3, 7, 6, 6},
                                    {"k3d", 3, 6, 3, 6, 5, 6},
                                    {"p3", 3, 6, 3, 7, 6, 6},
                                    {"k2.k2", 4, 9, 5, 13, 11, 10},
                                    {"k3.k2", 5, 14, 9, 22, 18, 18},
                                    {"pw5", 5, 15, 10, 22, 16, 20},
                                    {"m5", 5, 13, 11, 26, 22, 19},
                                    {"k3.k2", 6, 18, 12, 32, 25, 24},
                                    {"k2.k3", 6, 18, 12, 34, 28, 24},
                                    {"m6", 6, 17, 14, 44, 37, 26},
                                    {"k2.k2.k2", 7, 23, 16, 47, 38, 32},
                                    {"k3.k3", 7, 25, 18, 48, 36, 36},
                                    {"m7", 7, 22, 38, 116, 67, 38},
                                    {"k2.k2.k2", 8, 27, 19, 60, 50, 38},
                                    {"k3.k3", 9, 36, 27, 75, 62, 54},
                                    {"k2.m5", 10, 39, 38, 111, 93, 64},
                                    {"k2.k2.k3", 11, 49, 38, 121, 99, 76},
                                    {"k2.m6", 11, 47, 46, 167, 145, 80},
                                    {"k3.k2.k2", 12, 54, 42, 136, 96, 84},
                                    {"k2.m6", 12, 51, 51, 191, 151, 89}};

TEST(Family, CountsAtOrBelowThePublishedOnes) {
  for (const Published& p : kPublished) {
    SCOPED_TRACE(std::string(p.name) + " " + std::to_string(p.taps));
    const Algorithm d = named(p.name, p.taps);
    const Algorithm t = correlation(p.name, p.taps, p.taps);
    EXPECT_EQ(d.rank(), p.products);
    EXPECT_EQ(t.rank(), p.products);
    const AdderNetwork networks[] = {AdderNetwork(d.data()), AdderNetwork(d.post()),
                                     AdderNetwork(t.data()), AdderNetwork(t.post())};
    EXPECT_LE(networks[0].adders(), p.d_pre);
    EXPECT_LE(networks[1].adders(), p.d_post);
    EXPECT_LE(networks[2].adders(), p.t_pre);
    EXPECT_LE(networks[3].adders(), p.t_post);
    EXPECT_EQ(networks[0].matrix(), d.data());
    EXPECT_EQ(networks[1].matrix(), d.post());
    EXPECT_EQ(networks[2].matrix(), t.data());
    EXPECT_EQ(networks[3].matrix(), t.post());
  }
}

// y[k] = sum over i of h[i] x[k + i], by the algorithm's three steps on random numbers. The
// algorithm proves its identity when it is built; here it is what the identity is for.
void expect_filter(const Algorithm& a, std::mt19937& random) {
  const auto values = [&](int n) {
    std::vector<long> v;
    for (int i = 0; i < n; ++i) v.push_back(static_cast<long>(random() % 2001) - 1000);
    return v;
  };
  const auto dot = [](const Row& row, const std::vector<long>& v) {
    long sum = 0;
    for (size_t i = 0; i < row.size(); ++i) sum += row[i] * v[i];
    return sum;
  };
  const std::vector<long> h = values(a.taps()), x = values(a.window());
  std::vector<long> products;
  for (size_t r = 0; r < a.coefficient().size(); ++r)
    products.push_back(dot(a.coefficient()[r], h) * dot(a.data()[r], x));
  for (size_t k = 0; k < a.post().size(); ++k) {
    long expected = 0;
    for (size_t i = 0; i < h.size(); ++i) expected += h[i] * x[k + i];
    EXPECT_EQ(dot(a.post()[k], products), a.divisor() * expected) << "output " << k;
  }
}

TEST(Family, EveryNameFiltersAsTheDefinitionSays) {
  std::mt19937 random(5);
  for (int outputs = 1; outputs <= 12; ++outputs) {
    for (int taps = 1; taps <= 12; ++taps) {
      if (outputs + taps > 14 && outputs != taps) continue;
      for (const std::string& name : names_for(outputs, taps)) {
        SCOPED_TRACE(name + " F(" + std::to_string(outputs) + ", " + std::to_string(taps) + ")");
        const Algorithm a = correlation(name, outputs, taps);
        EXPECT_EQ(a.name(), name);
        EXPECT_EQ(name_fault(name, {{outputs, taps}}), "");
        EXPECT_EQ(a.taps(), taps);
        EXPECT_EQ(a.outputs(), outputs);
        EXPECT_EQ(a.window(), outputs + taps - 1);
        EXPECT_LE(a.rank(), outputs * taps);
        expect_filter(a, random);
      }
    }
  }
}

TEST(Family, RectangularCounts) {
  const auto fewest = [](int outputs, int taps) {
    return correlation(best(outputs, taps), outputs, taps).rank();
  };
  // Outputs, taps: the published counts with entries 0 and +-1.
  EXPECT_EQ(fewest(2, 3), 5);
  EXPECT_EQ(fewest(2, 5), 8);
  EXPECT_EQ(fewest(2, 7), 11);
  EXPECT_EQ(fewest(3, 5), 10);
  EXPECT_EQ(fewest(5, 3), 10);
  EXPECT_LE(fewest(3, 7), 15);
  EXPECT_EQ(fewest(4, 3), 8);
  EXPECT_LE(fewest(4, 5), 13);
  EXPECT_EQ(fewest(4, 7), 17);
  EXPECT_LE(fewest(5, 7), 21);
  EXPECT_EQ(fewest(6, 10), 30);
  EXPECT_EQ(best(5, 3), "k53");
  const Algorithm k53 = correlation("k53", 5, 3);
  EXPECT_EQ(AdderNetwork(k53.data()).adders(), 8);  // no more than for the 11 products of k3d
  EXPECT_EQ(AdderNetwork(k53.post()).adders(), 10);
  EXPECT_EQ(correlation("m5", 5, 3).rank(), 10);
  EXPECT_EQ(correlation("w", 2, 3).rank(), 4);
  EXPECT_EQ(correlation("w", 4, 3).divisor(), 24);
  EXPECT_EQ(correlation("w", 6, 3).divisor(), 360);
  EXPECT_EQ(correlation("k3", 3, 12).rank(), 24);
  EXPECT_EQ(correlation("k2", 7, 2).rank(), 11);
}

TEST(Family, TheBestHasSmallEntriesAndNoDivisor) {
  for (int n = 2; n <= 12; ++n) {
    const Algorithm a = correlation(best(n, n), n, n);
    EXPECT_EQ(a.divisor(), 1);
    for (const Matrix* m : {&a.coefficient(), &a.data(), &a.post()}) {
      for (const Row& row : *m) {
        for (const int v : row) EXPECT_LE(std::abs(v), 1);
      }
    }
    EXPECT_LE(a.rank(), n == 2 ? 3 : n * (n + 1) / 2);
  }
  EXPECT_EQ(best(2, 2), "k2");
  EXPECT_EQ(best(3, 3), "k3");
  EXPECT_EQ(best(4, 4), "k2.k2");
  EXPECT_EQ(best(6, 6), "k3.k2");
  EXPECT_EQ(best(9, 9), "k3.k3");
  EXPECT_EQ(best(1, 5), "direct");
  EXPECT_EQ(best(5, 1), "direct");
}

TEST(Family, RefusesWhatDoesNotExist) {
  EXPECT_THROW(named("k9", 3), std::invalid_argument);
  EXPECT_THROW(named("", 3), std::invalid_argument);
  EXPECT_THROW(named("k2.", 4), std::invalid_argument);
  EXPECT_THROW(named("k3.w", 6), std::invalid_argument);
  EXPECT_THROW(named("k53", 4), std::invalid_argument);
  EXPECT_THROW(correlation("k53.k2", 5, 3), std::invalid_argument);
  EXPECT_THROW(correlation("k53", 6, 3), std::invalid_argument);
  EXPECT_THROW(correlation("w", 6, 4), std::invalid_argument);
  EXPECT_THROW(correlation("k3", 0, 3), std::invalid_argument);
}

// A name of any length makes no more than it needs, at once.
TEST(Family, LongNamesAreShortWork) {
  std::string name = "k3";
  for (int words = 1; words < 200; ++words) name += ".k3";
  EXPECT_EQ(correlation(name, 3, 3).rank(), 6);
  EXPECT_EQ(correlation(name, 5, 5).rank(), correlation("k3.k3", 5, 5).rank());
  EXPECT_EQ(correlation("m7.m7.m7", 12, 12).rank(), correlation("m7.m7", 12, 12).rank());
}

TEST(Family, FaultsOfNames) {
  EXPECT_EQ(name_fault("k3", {{3, 3}}), "");
  EXPECT_EQ(name_fault("k3.k2", {{5, 2}, {4, 2}}), "");
  EXPECT_EQ(name_fault("k3.k2", {{3, 2}, {2, 2}}),
            "must be no longer than needed: k3 has enough terms for 3 outputs of 2 taps; did you "
            "mean 'k3'?");
  // A longer word than needed, too; but for a quarter, since m5 of 4 may suit better than k2.k2.
  for (const char* name : {"m5", "k5", "m7", "pw5", "k3.k2"})
    EXPECT_EQ(name_fault(name, {{3, 3}}).rfind("must be no longer than needed: k3 has enough ", 0),
              0u)
        << name;
  EXPECT_EQ(name_fault("k3.k2", {{4, 3}, {4, 4}}),
            "must be no longer than needed: k2.k2 has enough terms for 4 outputs of 3 taps; did "
            "you mean 'k2.k2'?");
  for (const char* name : {"k2.k2", "pw4", "p3"}) EXPECT_EQ(name_fault(name, {{3, 3}}), "") << name;
  EXPECT_EQ(name_fault("m5", {{4, 4}}), "");
  EXPECT_EQ(name_fault("k53", {{5, 3}}), "");
  EXPECT_EQ(name_fault("k53", {{6, 3}}),
            "must have room for 6 outputs of 3 taps: k53 is for at most 5 and 3, and the last "
            "word; did you mean 'k3'?");
}

TEST(Family, PositiveRowsHaveNoMoreMinusThanPlus) {
  for (const char* name : {"k3d", "m5", "m6", "m7"}) {
    const Algorithm a = correlation(name, 7, 7);
    for (const Matrix* m : {&a.coefficient(), &a.data()}) {
      for (const Row& row : *m) {
        int balance = 0;
        for (const int v : row) balance += v > 0 ? 1 : v < 0 ? -1 : 0;
        EXPECT_GE(balance, 0) << name;
      }
    }
  }
}

TEST(Family, WidthsOfForms) {
  EXPECT_EQ(form_width({1}, 8, false), 8);
  EXPECT_EQ(form_width({1, 1}, 8, false), 9);
  EXPECT_EQ(form_width({1, -1}, 8, false), 9);
  EXPECT_EQ(form_width({1, 1, 1}, 8, true), 10);
  EXPECT_EQ(form_width({1, 1}, 8, true), 9);
  EXPECT_EQ(form_width({-1}, 8, true), 9);
  EXPECT_EQ(form_width({1, -1, -1}, 8, true), 10);  // -128 - 254 .. 127 + 256
  EXPECT_EQ(form_width({0, 5}, 4, false), 7);
}

TEST(Nest, NeedsProducts) {
  const Algorithm k2 = pairwise(2);
  EXPECT_THROW(nested(transposed(k2), k2), std::invalid_argument);
  EXPECT_THROW(nested(direct(2, 3), k2), std::invalid_argument);
  EXPECT_THROW(trimmed(k2, 3, 2), std::invalid_argument);
  EXPECT_EQ(nested(k2, direct(2, 3)).rank(), 18);
  EXPECT_EQ(trimmed(k2, 1, 1).rank(), 1);
}

}  // namespace
}  // namespace ffa
