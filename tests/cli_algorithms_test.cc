// SPDX-License-Identifier: Apache-2.0
// fircone algorithms: counts that are known, the table of the documentation, wrong sizes.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/files.h"
#include "tests/cli_program.h"

namespace cli_test {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Algorithms, DocumentHasTheTableOfToday) {
  const base::Output output = fircone({"algorithms", "--markdown"});
  ASSERT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(
      contains(output.out, "| 3 | 3 | k3 | 6 | 9 | 6 | 6 | 3 | 3 | 9 | 2 | 3 | 2 | 1 | 1 |"));
  EXPECT_TRUE(contains(base::read_file("docs/fast-fir.md"), output.out))
      << "docs/fast-fir.md needs this table:\n"
      << output.out;
}

TEST(Algorithms, OneSizeHasAllItsNames) {
  const base::Output output = fircone({"algorithms", "--taps", "3", "--parallel", "2", "--json"});
  ASSERT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "\"name\":\"k2\""));
  EXPECT_TRUE(contains(output.out, "\"name\":\"w\""));
  EXPECT_TRUE(contains(output.out, "\"multiplications\":4"));  // F(2, 3)
  EXPECT_TRUE(contains(output.out, "\"direct\":6"));
  // As many outputs as taps where one is given.
  EXPECT_EQ(fircone({"algorithms", "--taps", "3"}).out,
            fircone({"algorithms", "--parallel", "3"}).out);
}

TEST(Algorithms, WrongSizes) {
  expect_error({"algorithms", "--taps", "1"}, 2, "algorithms: --taps 1 must be in 2..16");
  expect_error({"algorithms", "--taps", "3", "--parallel", "17"}, 2,
               "algorithms: --parallel 17 must be in 2..16");
}

}  // namespace
}  // namespace cli_test
