// SPDX-License-Identifier: Apache-2.0
// The array for weights of +1 and -1: an example by hand, offsets that leave the plain sum, weights
// that are exchanged.

#include "golden/bw_array.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace golden {
namespace {

using Words = std::vector<int64_t>;
using Data = BwArrayShape::Data;
using Form = BwArrayShape::Form;

TEST(BwArray, Example) {
  BwArray array({.pe = 2, .simd = 2, .data_width = 3, .acc_width = 6});
  // x ^ s: 5 + (7 - 3), (7 - 5) + (7 - 3).
  EXPECT_EQ(array.add(Words{5, 3}, Words{0, 1, 1, 1}, Words{1, 10}, true),
            (std::vector<Wide>{10, 16}));
  EXPECT_EQ(array.add(Words{7, 7}, Words{0, 0, 0, 0}, Words{9, 9}, false),
            (std::vector<Wide>{24, 30}));
  EXPECT_EQ(array.add(Words{7, 7}, Words{0, 0, 0, 0}, Words{9, 9}, false),
            (std::vector<Wide>{-26, -20}));  // modulo 64
  EXPECT_THROW(array.add(Words{1}, Words{0, 0}, Words{0, 0}, true), std::invalid_argument);
}

TEST(BwArray, OffsetLeavesBiasAndPlainSum) {
  std::mt19937_64 random(1);
  for (const Data data : {Data::kUnsigned, Data::kSigned, Data::kBinary}) {
    for (const Form form : {Form::kXor, Form::kAnd}) {
      for (int width = 1; width <= (data == Data::kBinary ? 1 : 9); ++width) {
        const BwArrayShape shape{
            .pe = 1, .simd = 5, .data_width = width, .acc_width = 30, .data = data, .form = form};
        Words x, s;
        int64_t plain = 0, minus = 0;
        for (int term = 0; term < 15; ++term) {
          const auto word = static_cast<int64_t>(random() % (uint64_t{1} << width));
          const bool negative = random() % 2 != 0;
          const int64_t half = int64_t{1} << (width - 1);
          const int64_t number = data == Data::kSigned && word >= half ? word - 2 * half : word;
          const int64_t value = data == Data::kBinary ? 1 - 2 * word : number;
          x.push_back(number);
          s.push_back(negative ? 1 : 0);
          plain += negative ? -value : value;
          minus += negative ? 1 : 0;
        }
        BwArray array(shape);
        const Words offset = {shape.offset(-77, 15, minus)};
        Wide sum = 0;
        for (size_t beat = 0; beat < 3; ++beat)
          sum = array.add(std::span(x).subspan(5 * beat, 5), std::span(s).subspan(5 * beat, 5),
                          offset, beat == 0)[0];
        EXPECT_EQ(sum, plain - 77) << width;
      }
    }
  }
}

TEST(BwArray, Activations) {
  EXPECT_EQ(bw_activation(10, 3, 2, 8, true), 8);     // 7.5
  EXPECT_EQ(bw_activation(9, 3, 2, 8, true), 7);      // 6.75
  EXPECT_EQ(bw_activation(-10, 3, 2, 8, false), -7);  // -7.5: half up
  EXPECT_EQ(bw_activation(-10, 3, 2, 8, true), 0);
  EXPECT_EQ(bw_activation(1000, 1, 0, 8, true), 255);
  EXPECT_EQ(bw_activation(1000, 1, 0, 8, false), 127);
  EXPECT_EQ(bw_activation(-1000, 1, 0, 8, false), -128);
  EXPECT_EQ(bw_activation(-1, 1, 31, 8, false), 0);
  const Words thresholds = {-5, 0, 7};
  EXPECT_EQ(bw_reached(-6, thresholds), 0);
  EXPECT_EQ(bw_reached(-5, thresholds), 1);
  EXPECT_EQ(bw_reached(6, thresholds), 2);
  EXPECT_EQ(bw_reached(7, thresholds), 3);
}

TEST(BwWeights, KeepRowsThatWereNotLoaded) {
  BwWeights weights(2);
  weights.load({{0}, 1});
  weights.load({{1}, 2});
  EXPECT_FALSE(weights.ready());
  EXPECT_THROW(weights.load({{1}, 3}), std::out_of_range);
  weights.swap();
  EXPECT_EQ(weights.at_work()[1].offset, 2);
  weights.load({{1}, 4});
  EXPECT_EQ(weights.at_work()[0].offset, 1);
  weights.swap();
  EXPECT_EQ(weights.at_work()[0].offset, 4);
  EXPECT_EQ(weights.at_work()[1].offset, 2);
}

}  // namespace
}  // namespace golden
