// SPDX-License-Identifier: Apache-2.0
// How ccu splits kernels, and that its lines of six products compute what they say.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gen/generate.h"
#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

TEST(CcuSplit, EveryTapOnce) {
  for (int stride = 1; stride <= 2; ++stride) {
    for (int kernel = 1; kernel <= 12; ++kernel) {
      const std::vector<CcuPart> parts = ccu_split(kernel, stride);
      EXPECT_LE(parts.size(), static_cast<size_t>(kCcuParts));
      std::multiset<int> taps;
      for (const CcuPart& part : parts) {
        for (int t = 0; t < part.taps; ++t) taps.insert(part.offset + stride * t);
      }
      std::multiset<int> all;
      for (int tap = 0; tap < kernel; ++tap) all.insert(tap);
      EXPECT_EQ(taps, all) << kernel << " stride " << stride;
      EXPECT_TRUE(std::is_sorted(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
        return (a.taps == 3) > (b.taps == 3);
      })) << "parts of three taps come first";
    }
  }
}

// k = 2a + 3b with the fewest twos: what the rate that ccu promises rests on.
TEST(CcuSplit, FewestTwosAndNoPadding) {
  for (int kernel = 2; kernel <= 12; ++kernel) {
    int twos = 0;
    while ((kernel - 2 * twos) % 3 != 0) ++twos;
    int seen = 0;
    for (const CcuPart& part : ccu_split(kernel, 1)) {
      EXPECT_GE(part.taps, 2) << kernel;
      seen += part.taps == 2;
    }
    EXPECT_EQ(seen, twos) << kernel;
  }
}

// y = post [(coefficient h) o (data x)] is the correlation, coefficient of h_i x_j by coefficient.
TEST(CcuLine, ComputesCorrelations) {
  for (int taps = 2; taps <= 3; ++taps) {
    const CcuLine line = ccu_line(taps);
    const int outputs = taps == 3 ? 3 : 4;
    for (int k = 0; k < outputs; ++k) {
      for (int i = 0; i < kCcuTaps; ++i) {
        for (int j = 0; j < kCcuWindow; ++j) {
          int sum = 0;
          for (size_t b = 0; b < kCcuBranches; ++b) {
            sum += line.post[static_cast<size_t>(k)][b] *
                   line.coefficient[b][static_cast<size_t>(i)] *
                   line.data[b][static_cast<size_t>(j)];
          }
          EXPECT_EQ(sum, i < taps && j == k + i ? 1 : 0) << taps << ": " << k << i << j;
        }
      }
    }
  }
}

TEST(Ccu, HasThirtySixMultipliersACore) {
  const auto multiplications = [](const std::string& line) {
    return generate(base::Spec::parse_line(line)).operations.multiplications;
  };
  EXPECT_EQ(multiplications("ccu"), 36);
  EXPECT_EQ(multiplications("ccu Cores=5"), 180);
}

TEST(Ccu, RefusesWhatItDoesNotHave) {
  try {
    generate(base::Spec::parse_line("ccu MaxKernel=13 Pixels=6 MaxWidth=31"));
    FAIL() << "accepted";
  } catch (const std::exception& error) {
    const std::string text = error.what();
    for (const char* part : {"MaxKernel=13 must be in 2..12", "Pixels=6 must be in 1..5",
                             "MaxWidth=31 must be in 32..4096"})
      EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace gen
