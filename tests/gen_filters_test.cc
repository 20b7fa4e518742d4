// SPDX-License-Identifier: Apache-2.0
// Filters of every shape and algorithm are built: their identities hold, their ranges fit, no bit
// is left over.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/random_specs.h"

namespace {

// Points with an exception, one a line.
std::string faults(const char* unit, int points, uint64_t seed, int64_t largest,
                   int64_t most_structure) {
  std::string text;
  for (const base::Spec& spec :
       gen::random_specs(gen::find_unit(unit), points, seed, largest, most_structure)) {
    try {
      (void)gen::generate(spec);
    } catch (const std::exception& error) {
      text += "\n" + spec.line() + "\n    " + error.what();
    }
  }
  return text;
}

TEST(Filters, ConvolutionUnitsAreBuiltAtRandomPoints) {
  const bool thorough = std::getenv("FIRCONE_LONG") != nullptr;
  EXPECT_EQ(faults("fcu", thorough ? 2000 : 100, 11, 5, 100), "");
  EXPECT_EQ(faults("fcu", thorough ? 500 : 30, 12, 12, 300), "");
}

TEST(Filters, BlockFiltersAreBuiltAtRandomPoints) {
  const bool thorough = std::getenv("FIRCONE_LONG") != nullptr;
  EXPECT_EQ(faults("fir", thorough ? 1000 : 60, 13, 9, 100), "");
}

}  // namespace
