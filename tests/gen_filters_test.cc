// SPDX-License-Identifier: Apache-2.0
// Filters of every shape and algorithm are built: their identities hold, their ranges fit, no bit
// is left over.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

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

// Of the lines, each a choice of one word from each list, those that are legal; and how many.
std::string line_faults(const std::string& unit, const std::vector<std::vector<const char*>>& lists,
                        int* legal) {
  std::string text;
  std::vector<size_t> at(lists.size(), 0);
  for (size_t done = 0; done < lists.size();) {
    std::string line = unit;
    for (size_t i = 0; i < lists.size(); ++i) line += std::string(" ") + lists[i][at[i]];
    std::optional<base::Spec> spec;
    try {
      spec = gen::resolve(base::Spec::parse_line(line));
    } catch (const base::Error&) {  // a rule forbids it
    }
    if (spec) {
      ++*legal;
      try {
        (void)gen::generate(*spec);
      } catch (const std::exception& error) {
        text += "\n" + line + "\n    " + error.what();
      }
    }
    for (done = 0; done < lists.size() && ++at[done] == lists[done].size(); ++done) at[done] = 0;
  }
  return text;
}

const std::vector<const char*> kCuts = {"cut=none",
                                        "cut=pre",
                                        "cut=mult",
                                        "cut=branch",
                                        "cut=post",
                                        "cut=mult,branch",
                                        "cut=pre,mult,branch,post"};
// Trees that end in one row and such as end in two, words of all widths down to the smallest.
const std::vector<const char*> kHeaps = {
    "arith=heap final_adder=ripple DataWidth=3 CoefWidth=8",
    "arith=heap final_adder=ripple DataWidth=1 CoefWidth=2 data=signed",
    "arith=heap DataWidth=2 CoefWidth=3", "arith=operators"};

TEST(Filters, BlockFiltersAreBuiltWithEveryCutAndAdder) {
  int legal = 0;
  EXPECT_EQ(line_faults("fir",
                        {{"scheme=direct", "scheme=ffa form=T", "scheme=ffa form=D preadd=offline",
                          "scheme=winograd form=T", "scheme=winograd form=D"},
                         {"taps=3 parallel=3", "taps=5 parallel=5", "taps=7 parallel=4"},
                         kCuts,
                         kHeaps},
                        &legal),
            "");
  EXPECT_GE(legal, 300);
}

TEST(Filters, ConvolutionUnitsAreBuiltWithEveryCutAndAdder) {
  int legal = 0;
  EXPECT_EQ(line_faults("fcu",
                        {{"scheme=direct", "scheme=ffa", "scheme=ffa2d", "scheme=ffa algorithm=w",
                          "scheme=winograd preadd=offline"},
                         {"kernel=3", "kernel=2 parallel=6 kernel_rows=1",
                          "kernel=4 parallel=5 kernel_rows=2 parallel_rows=2"},
                         kCuts,
                         kHeaps},
                        &legal),
            "");
  EXPECT_GE(legal, 300);
}

}  // namespace
