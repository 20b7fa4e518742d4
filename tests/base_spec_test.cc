// SPDX-License-Identifier: Apache-2.0
// Spec lines, errors and suggestions.

#include "base/spec.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace base {
namespace {

std::string message(const std::string& line) {
  try {
    Spec::parse_line(line);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    return error.what();
  }
  return "";
}

TEST(Spec, LineRoundTrips) {
  const Spec spec = Spec::parse_line("fcu  kernel=3 scheme=ffa cut=pre,mult");
  EXPECT_EQ(spec.unit(), "fcu");
  EXPECT_EQ(spec.line(), "fcu kernel=3 scheme=ffa cut=pre,mult");
  EXPECT_EQ(Spec::parse_line(spec.line()), spec);
  EXPECT_EQ(spec.size("kernel"), 3);
  EXPECT_TRUE(spec.is("scheme", "ffa"));
  EXPECT_FALSE(spec.is("form", "T"));
  EXPECT_THROW((void)spec.get("form"), std::out_of_range);
}

TEST(Spec, SetReplacesInPlace) {
  Spec spec = Spec::parse_line("fir taps=3 parallel=2");
  spec.set("taps", 5);
  spec.set("data", "signed");
  EXPECT_EQ(spec.line(), "fir taps=5 parallel=2 data=signed");
}

TEST(Spec, BadWordsAreNamed) {
  EXPECT_EQ(message(""), "spec: a unit is needed; see 'fircone list'");
  EXPECT_EQ(message("kernel=3"),
            "spec: 'kernel=3' stands where the unit is expected: unit key=value ...");
  EXPECT_EQ(message("fcu kernel"), "fcu: 'kernel' is not of the form key=value");
  EXPECT_EQ(message("fcu kernel="), "");
  EXPECT_EQ(message("fcu =3"), "fcu: '=3' is not of the form key=value");
  EXPECT_EQ(message("fcu kernel=3 kernel=3"), "fcu: 'kernel' is given twice");
}

TEST(Spec, IntegersAreWhole) {
  EXPECT_EQ(parse_integer("fcu", "Width", "-12"), -12);
  for (const char* bad : {"", "1.5", "0x10", " 1", "1 ", "99999999999999999999", "eight"})
    EXPECT_THROW(parse_integer("fcu", "Width", bad), Error) << bad;
}

TEST(Nearest, FindsTyposAndNothingElse) {
  const std::vector<std::string> names = {"kernel", "scheme", "cut", "DataWidth", "CoefWidth"};
  EXPECT_EQ(nearest("kernal", names), "kernel");
  EXPECT_EQ(nearest("shceme", names), "scheme");
  EXPECT_EQ(nearest("datawidth", names), "DataWidth");
  EXPECT_EQ(nearest("cat", names), "cut");
  EXPECT_EQ(nearest("parallel", names), "");
  EXPECT_EQ(nearest("", names), "");
}

}  // namespace
}  // namespace base
