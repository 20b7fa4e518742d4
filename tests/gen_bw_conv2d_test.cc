// SPDX-License-Identifier: Apache-2.0
// The binary-weight engine: what it refuses to be, where its memories are, how wide its sums.

#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "gen/generate.h"
#include "gen/units/bw_conv2d_parts.h"

namespace gen {
namespace {

TEST(BwConv2d, RefusesWhatItDoesNotHave) {
  try {
    generate(base::Spec::parse_line(
        "bw_conv2d_stream Pe=65 Simd=0 OutWidth=1 WeightBus=4 LineAddressWidth=16 data=binary"));
    FAIL() << "accepted";
  } catch (const std::exception& error) {
    const std::string text = error.what();
    for (const char* part :
         {"Pe=65 must be in 1..64", "Simd=0 must be in 1..64", "OutWidth=1 must be in 2..16",
          "WeightBus=4 must be in 8..1024", "LineAddressWidth=16 must be in 4..15", "data=binary"})
      EXPECT_NE(text.find(part), std::string::npos) << text;
  }
  try {
    generate(base::Spec::parse_line("bw_conv2d_stream DataWidth=2 MaxTerms=4 OutWidth=7"));
    FAIL() << "accepted";
  } catch (const std::exception& error) {
    EXPECT_NE(std::string(error.what()).find("OutWidth=7 must be in 2..6"), std::string::npos)
        << error.what();
  }
}

TEST(BwConv2d, SumsHoldTheTermsAndABiasAsLarge) {
  const auto width = [](const std::string& line) {
    return bw_conv2d_acc_width(resolve(base::Spec::parse_line(line)));
  };
  EXPECT_EQ(width("bw_conv2d_stream"), 22);
  EXPECT_EQ(width("bw_conv2d_stream MaxTerms=4097"), 23);
  EXPECT_EQ(width("bw_conv2d_stream MaxTerms=1 DataWidth=1 OutWidth=2"), 3);
}

// A synthesis that has a macro for memories replaces one module.
TEST(BwConv2d, AllMemoriesAreOneModule) {
  for (const char* line : {"bw_conv2d_stream",
                           "bw_conv2d_stream Pe=5 WeightBus=24 arith=heap "
                           "Simd=2 DataWidth=3 OutWidth=3 MaxTerms=50"}) {
    const Design design = generate(base::Spec::parse_line(line));
    const std::regex array(R"(\breg\b[^;\n]*\]\s*\w+\s*\[)");
    int found = 0;
    for (const SourceFile& file : design.files) {
      const bool here = std::regex_search(file.text, array);
      EXPECT_EQ(here, file.name == "fircone_ram_1r1w.v") << file.name;
      found += here ? 1 : 0;
    }
    EXPECT_EQ(found, 1);
  }
}

}  // namespace
}  // namespace gen
