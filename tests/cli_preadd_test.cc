// SPDX-License-Identifier: Apache-2.0
// fircone preadd: what it prints, and how it refuses what it cannot convert.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli_program.h"

namespace cli_test {
namespace {

class Preadd : public testing::Test {
 protected:
  std::string file(const std::string& text) {
    const auto path = folder_.path() / "kernel.txt";
    base::write_file(path, text);
    return path.string();
  }
  // Standard output behind the first line, which is a remark.
  static std::string numbers(const std::vector<std::string>& words) {
    const base::Output output = fircone(words);
    EXPECT_EQ(output.status, 0) << output.err;
    EXPECT_TRUE(output.out.starts_with("# ") || output.out.starts_with("// ")) << output.out;
    return output.out.substr(output.out.find('\n') + 1);
  }
  base::TemporaryDirectory folder_;
};

TEST_F(Preadd, WritesTheSumsRowByRow) {
  const std::string kernel = file("1 2 3\n10,20,30 # the middle\n\n 100 -100 +0\n");
  EXPECT_EQ(numbers({"preadd", "fcu", "scheme=ffa", kernel}),
            "1 2 3 3 4 5\n10 20 30 30 40 50\n100 -100 0 0 100 -100\n");
  EXPECT_EQ(numbers({"preadd", "fcu", "scheme=ffa2d", "CoefWidth=8", kernel}),
            "1 2 3 3 4 5\n10 20 30 30 40 50\n100 -100 0 0 100 -100\n"
            "11 22 33 33 44 55\n101 -98 3 3 104 -95\n110 -80 30 30 140 -50\n");
}

TEST_F(Preadd, ReadsStandardInputAndItsOwnOutput) {
  const base::Output first = base::run({.argv = {program().string(), "preadd", "fcu", "kernel=2",
                                                 "kernel_rows=1", "scheme=ffa", "-"},
                                        .input = "-3\n5\n",
                                        .timeout_seconds = 300});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.out.substr(first.out.find('\n') + 1), "-3 5 2\n");
  const base::Output second = base::run(
      {.argv = {program().string(), "preadd", "fcu", "kernel=3", "kernel_rows=1", "scheme=ffa"},
       .input = first.out,
       .timeout_seconds = 300});
  EXPECT_EQ(second.out.substr(second.out.find('\n') + 1), "-3 5 2 2 -1 7\n");
}

TEST_F(Preadd, WritesWordsForReadmemhAndJson) {
  const std::vector<std::string> words = {"preadd",     "fcu",        "kernel=2", "kernel_rows=1",
                                          "scheme=ffa", file("-3 5"), "--hex"};
  EXPECT_EQ(numbers(words), "1fd\n005\n002\n");
  const base::Output json =
      fircone({"preadd", "fcu", "kernel=2", "kernel_rows=1", "scheme=ffa", file("-3 5"), "--json"});
  // 000000010 000000101 111111101
  EXPECT_NE(json.out.find(R"("port":"h_i","width":9,"sums":[-3,5,2],"hex":"0080bfd"})"),
            std::string::npos)
      << json.out;
}

TEST_F(Preadd, NamesEveryWrongNumber) {
  const std::string kernel = file("1 2 3\n4 x 128\n7 99999999999999999999\n");
  const base::Output output = fircone({"preadd", "fcu", "scheme=ffa", kernel});
  const std::string line = "fircone: error: preadd: " + kernel;
  EXPECT_EQ(output.status, 2);
  EXPECT_EQ(output.out, "");
  EXPECT_EQ(output.err,
            line + ":2: 'x' is not a whole number\n" + line +
                ":2: 128 must be in -128..127 (CoefWidth=8)\n" + line +
                ":3: 99999999999999999999 must be in -128..127 (CoefWidth=8)\n" + line +
                ": 8 numbers, 9 needed (OutChannels * InChannels * kernel_rows * kernel = "
                "1 * 1 * 3 * 3)\n");
}

TEST_F(Preadd, RefusesWhatHasNoSums) {
  expect_error({"preadd", "dot"}, 2, "preadd: dot takes no sums of coefficients; fcu and fir do");
  expect_error({"preadd", "fcu", "scheme=ffa", "preadd=hardware"}, 2,
               "preadd: with preadd=hardware the unit adds coefficients itself");
  expect_error({"preadd", "fcu", "scheme=ffa", "a", "b"}, 2, "preadd: one file, not 'a' and 'b'");
  expect_error({"preadd", "fcu", "scheme=ffa", "/nowhere/h"}, 2,
               "/nowhere/h: cannot read: No such file or directory");
  EXPECT_EQ(fircone({"preadd", "fcu", "scheme=direct", "-"}).status, 2);
}

}  // namespace
}  // namespace cli_test
