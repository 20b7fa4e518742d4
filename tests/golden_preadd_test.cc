// SPDX-License-Identifier: Apache-2.0
// Converted coefficients: from them, and from nothing else, the convolution must follow.

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "golden/preadd.h"

namespace {

using golden::Form;
using golden::FormPair;
using golden::modulo;
using golden::times;
using golden::Wide;
using Row = std::vector<int64_t>;

Row random_row(int length, std::mt19937_64& random) {
  Row row;
  for (int i = 0; i < length; ++i) row.push_back(static_cast<int64_t>(random() % 65536) - 32768);
  return row;
}

struct Point {
  std::string algorithm;
  int taps, samples, products;
  friend std::ostream& operator<<(std::ostream& out, const Point& p) {
    return out << p.algorithm << " " << p.taps << " " << p.samples;
  }
};

class GoldenPreadd : public testing::TestWithParam<Point> {};

// There are weights with which the products of the sums of coefficients and the sums of samples are
// the convolution; and then they are for random numbers.
TEST_P(GoldenPreadd, ProductsSpanTheConvolution) {
  const auto& [algorithm, taps, samples, expected] = GetParam();
  const std::vector<FormPair> products = golden::product_forms(algorithm, taps, samples);
  EXPECT_EQ(products.size(), static_cast<size_t>(expected));
  const auto weights = golden::weights_of(products, taps, samples);
  ASSERT_TRUE(weights.has_value()) << "the convolution does not follow from the products";
  std::mt19937_64 random(5);
  const Row h = random_row(taps, random), x = random_row(samples, random);
  for (int k = 0; k < taps + samples - 1; ++k) {
    Wide direct = 0;
    for (int i = 0; i < taps; ++i) {
      const int j = k - i;
      if (j >= 0 && j < samples) {
        direct += Wide{h[static_cast<size_t>(i)]} * x[static_cast<size_t>(j)];
      }
    }
    int64_t fast = 0;
    for (size_t p = 0; p < products.size(); ++p) {
      const int64_t product = times(modulo(golden::sum_of_form(products[p].taps, h)),
                                    modulo(golden::sum_of_form(products[p].samples, x)));
      fast = modulo(Wide{fast} + times((*weights)[static_cast<size_t>(k)][p], product));
    }
    EXPECT_EQ(fast, modulo(direct)) << "term " << k;
  }
}

// Counts: Parhi; Weimerskirch and Paar; Montgomery; rectangles: blocks and trimming by hand.
INSTANTIATE_TEST_SUITE_P(
    Algorithms, GoldenPreadd,
    testing::Values(Point{"direct", 4, 3, 12}, Point{"k2", 2, 2, 3}, Point{"k3", 3, 3, 6},
                    Point{"k3d", 3, 3, 6}, Point{"p3", 3, 3, 6}, Point{"pw4", 4, 4, 10},
                    Point{"pw5", 5, 5, 15}, Point{"pw12", 12, 12, 78}, Point{"k5", 5, 5, 14},
                    Point{"m5", 5, 5, 13}, Point{"m6", 6, 6, 17}, Point{"k7", 7, 7, 23},
                    Point{"m7", 7, 7, 22}, Point{"k2.k2", 4, 4, 9}, Point{"k3.k2", 5, 5, 14},
                    Point{"k3.k2", 6, 6, 18}, Point{"k2.k3", 6, 6, 18}, Point{"k2.k2.k2", 7, 7, 23},
                    Point{"k3.k3", 7, 7, 25}, Point{"k2.k2.k2", 8, 8, 27}, Point{"k3.k3", 9, 9, 36},
                    Point{"k2.m5", 10, 10, 39}, Point{"k2.k2.k3", 11, 11, 49},
                    Point{"k2.m6", 11, 11, 47}, Point{"k3.k2.k2", 12, 12, 54},
                    Point{"k2.m6", 12, 12, 51}, Point{"k2", 3, 2, 5}, Point{"k2", 5, 2, 8},
                    Point{"k3", 5, 3, 11}, Point{"k3", 7, 3, 15}, Point{"k2.k2", 3, 4, 8},
                    Point{"k2.k2", 5, 4, 13}, Point{"k2.k2", 7, 4, 17}, Point{"k53", 3, 5, 10},
                    Point{"k53", 5, 3, 10}, Point{"k2.k53", 6, 10, 30}, Point{"k2.k2.k2", 6, 2, 9},
                    Point{"w", 3, 2, 4}, Point{"w", 3, 3, 5}, Point{"w", 3, 4, 6},
                    Point{"w", 5, 4, 8}, Point{"w", 2, 7, 8}),
    [](const auto& point) {
      std::string name = point.param.algorithm + "_" + std::to_string(point.param.taps) + "_" +
                         std::to_string(point.param.samples);
      for (char& c : name) c = c == '.' ? '_' : c;
      return name;
    });

// The test above can fail.
TEST(GoldenPreaddForms, AMissingOrWrongFormIsSeen) {
  const std::vector<std::pair<std::string, int>> algorithms = {
      {"k3", 3}, {"m5", 5}, {"m7", 7}, {"k2.k2", 4}};
  for (const auto& [algorithm, terms] : algorithms) {
    const std::vector<FormPair> right = golden::product_forms(algorithm, terms, terms);
    for (size_t p = 0; p < right.size(); ++p) {
      std::vector<FormPair> wrong = right;
      wrong.erase(wrong.begin() + static_cast<std::ptrdiff_t>(p));
      EXPECT_FALSE(golden::weights_of(wrong, terms, terms).has_value()) << algorithm << " " << p;
      wrong = right;
      wrong[p].taps[0] += 1;  // never a multiple of what it was
      wrong[p].taps[1] += 2;
      EXPECT_FALSE(golden::weights_of(wrong, terms, terms).has_value()) << algorithm << " " << p;
    }
  }
}

TEST(GoldenPreaddForms, MatchExamplesByHand) {
  using Forms = std::vector<Form>;
  EXPECT_EQ(golden::forms_of_word("k3d"),
            (Forms{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, -1, 0}, {1, 0, -1}, {0, 1, -1}}));
  // Of 0-2-3-4+6 three parts in five are negative: its sign is changed.
  EXPECT_EQ(golden::coefficient_forms({7, 7, {}, "m7"})[18], (Form{-1, 0, 1, 1, 1, 0, -1}));
  // F(4 outputs, 3 taps) by K2 over K2 without h3: even taps h0 h2 h02, odd h1, both h01 h2 h012.
  EXPECT_EQ(golden::coefficient_forms({4, 3, {}, "k2.k2"}),
            (Forms{{1, 0, 0}, {0, 0, 1}, {1, 0, 1}, {0, 1, 0}, {1, 1, 0}, {1, 1, 1}}));
  // Winograd F(2, 3): h0, h0+h1+h2, h0-h1+h2, h2.
  EXPECT_EQ(golden::coefficient_forms({2, 3, {}, "w"}),
            (Forms{{1, 0, 0}, {1, 1, 1}, {1, -1, 1}, {0, 0, 1}}));
  // Stride 2 parts taps 0 2 from 1: k2 of 0 and 2, then tap 1 alone.
  EXPECT_EQ(golden::coefficient_forms({2, 3, {2, 1}, "k2"}),
            (Forms{{1, 0, 0}, {0, 0, 1}, {1, 0, 1}, {0, 1, 0}}));
  // Of five taps 0 2 4 and 1 3.
  EXPECT_EQ(golden::coefficient_forms({2, 5, {2, 1}, "k2"}), (Forms{{1, 0, 0, 0, 0},
                                                                    {0, 0, 0, 0, 1},
                                                                    {0, 0, 1, 0, 0},
                                                                    {1, 0, 1, 0, 0},
                                                                    {0, 1, 0, 0, 0},
                                                                    {0, 0, 0, 1, 0},
                                                                    {0, 1, 0, 1, 0}}));
  // Dilation parts the outputs: both parts use the same sums.
  EXPECT_EQ(golden::coefficient_forms({4, 2, {1, 2}, "k2"}), (Forms{{1, 0}, {0, 1}, {1, 1}}));
  EXPECT_EQ(golden::coefficient_forms({4, 2, {}, "direct"}), (Forms{{1, 0}, {0, 1}}));
  EXPECT_EQ(golden::largest_gain({{1, -1, 2}, {1, 1, 1}}), 4);
  EXPECT_THROW(golden::forms_of_word("k4"), std::invalid_argument);
  EXPECT_THROW(golden::product_forms("w", 5, 5), std::invalid_argument);
}

TEST(GoldenPreaddForms, KernelsAreConvertedChannelByChannel) {
  const golden::Kernel one = {3, {1, 2, 3, 10, 20, 30, 100, 200, 300}};
  EXPECT_EQ(golden::preadded(one, golden::coefficient_forms({1, 3}),
                             golden::coefficient_forms({3, 3, {}, "k3"})),
            (Row{1, 2, 3, 3, 4, 5, 10, 20, 30, 30, 40, 50, 100, 200, 300, 300, 400, 500}));
  // Phases 0 2 and 1 3 of four taps by K2 of two: each sum of phases over both taps.
  EXPECT_EQ(golden::preadded({{1, 4, 1, 1}, {1, 10, 100, 1000}}, golden::coefficient_forms({1, 1}),
                             golden::coefficient_forms({2, 4, {}, "k2"})),
            (Row{1, 100, 10, 1000, 11, 1100}));
  const golden::Kernel two = {{2, 2, 2, 1}, {1, 2, 10, 20, 100, 200, 1000, 2000}};
  EXPECT_EQ(
      golden::preadded(two, golden::coefficient_forms({2, 2, {}, "k2"}),
                       golden::coefficient_forms({2, 2, {}, "k2"})),
      (Row{1, 2, 3, 10, 20, 30, 11, 22, 33, 100, 200, 300, 1000, 2000, 3000, 1100, 2200, 3300}));
}

TEST(GoldenPreaddForms, FiltersGoBlockByBlock) {
  const Row h = {1, 10, 100, 1000, 10000};
  // Blocks h0 h1, h2 h3, h4: from the last to the first in a sliding window.
  EXPECT_EQ(golden::preadded(h, golden::block_forms({5, 2, "k2"})),
            (Row{10, 1, 11, 1000, 100, 1100, 10000}));
  EXPECT_EQ(golden::preadded(h, golden::block_forms({5, 2, "k2", true})),
            (Row{1, 10, 11, 100, 1000, 1100, 10000}));
  // A filter of two taps and three outputs: k3 without its third tap.
  EXPECT_EQ(golden::preadded({1, 10}, golden::block_forms({2, 3, "k3"})), (Row{10, 1, 11}));
  EXPECT_EQ(golden::preadded({1, 10, 100}, golden::block_forms({3, 1, "direct"})),
            (Row{1, 10, 100}));
  // h1 - h0 of the differences has its place; in the last block h4 alone is left of three.
  EXPECT_EQ(golden::preadded(h, golden::block_forms({5, 3, "k3d"})),
            (Row{100, 10, 1, 90, 99, 9, 10000, 1000, -10000, -1000, 9000}));
}

}  // namespace
