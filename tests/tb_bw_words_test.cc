// SPDX-License-Identifier: Apache-2.0
// With a picture, units with binary weights get its grey values as samples and random signs.

#include "tb/bw_words.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "golden/picture.h"

namespace {

// 4 beats of 16 lanes, and a bias.
TEST(BwWords, SamplesAreThePicturesInOrder) {
  golden::Picture picture(16, 4);
  for (size_t i = 0; i < 64; ++i) picture.samples[i] = static_cast<int64_t>(i * 3);
  tb::Options options;
  options.image = &picture;
  const tb::BwWords words({{"x_i", 16, 8, false}, {"s_i", 16, 1, false}, {"offset_i", 1, 20, true}},
                          options, 8);
  EXPECT_EQ(words.default_vectors(), 4);
  tb::Values in;
  int minus = 0;
  for (int64_t beat = 0; beat < 5; ++beat) {
    words.values(beat, in);
    ASSERT_EQ(in.size(), 33U);
    for (size_t k = 0; k < 16; ++k) {
      EXPECT_EQ(in[k], static_cast<int64_t>((static_cast<size_t>(beat) % 4 * 16 + k) * 3));
      minus += static_cast<int>(in[16 + k]);
    }
    EXPECT_LT(std::abs(in[32]), 2049);
  }
  EXPECT_GT(minus, 20);
  EXPECT_LT(minus, 60);
}

TEST(BwWords, PlanesAreTheBitsOfTheSamples) {
  golden::Picture picture(2, 1);
  picture.samples = {0b10110000, 0b01000001};
  tb::Options options;
  options.image = &picture;
  const tb::BwWords words({{"x_i", 2, 1, false}, {"s_i", 2, 1, false}, {"offset_i", 1, 20, true}},
                          options, 8);
  EXPECT_EQ(words.default_vectors(), 8);
  tb::Values in;
  std::vector<int64_t> samples(2);
  for (int plane = 0; plane < 8; ++plane) {
    words.values(plane, 0, plane, in);
    for (size_t k = 0; k < 2; ++k) samples[k] = 2 * samples[k] + in[k];
  }
  EXPECT_EQ(samples, picture.samples);
}

}  // namespace
