// SPDX-License-Identifier: Apache-2.0
// Exact adders as text: nodes and depth as emitted, adders inside other modules, bad specs.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>

#include "base/error.h"
#include "gen/arith/blocks.h"
#include "gen/generate.h"
#include "gen/hdl/print.h"
#include "gen/units/adders.h"

namespace gen {
namespace {

std::string text_of(const std::string& line) {
  return generate(base::Spec::parse_line(line)).files.back().text;
}

// What the text itself says: nodes `g_i_j = ..` and the levels that lie between bits and carries.
struct Emitted {
  int generates = 0, propagates = 0, depth = 0;
};

Emitted read(const std::string& text) {
  Emitted result;
  std::map<std::string, int> level;
  std::istringstream lines(text);
  const std::regex node("  wire +([gp])(_[0-9]+_[0-9]+) = (.*);"), name("[gp]_[0-9]+_[0-9]+");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, node)) continue;
    (match[1] == "g" ? result.generates : result.propagates)++;
    const std::string value = match[3];
    int at = 0;
    for (std::sregex_iterator i(value.begin(), value.end(), name), end; i != end; ++i) {
      EXPECT_TRUE(level.count(i->str())) << i->str() << " is used before it is made";
      at = std::max(at, level[i->str()]);
    }
    level[match[1].str() + match[2].str()] = at + 1;
    result.depth = std::max(result.depth, at + 1);
  }
  return result;
}

class Networks : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Adders, Networks,
                         testing::Values("brent_kung", "sklansky", "kogge_stone", "han_carlson",
                                         "ladner_fischer", "knowles", "sparse2", "sparse4",
                                         "timing"),
                         [](const auto& point) { return point.param; });

TEST_P(Networks, AreEmittedNodeByNode) {
  for (const int width : {1, 2, 5, 16, 31, 64}) {
    const arith::PrefixNetwork network = arith::prefix_network(GetParam(), width);
    const Emitted emitted =
        read(text_of("add_prefix Width=" + std::to_string(width) + " network=" + GetParam()));
    EXPECT_EQ(emitted.generates, network.nodes()) << width;
    EXPECT_EQ(emitted.depth, network.depth()) << width;
    // No carry needs to know what its own bits pass on: [i:0] has no p.
    EXPECT_LE(emitted.propagates, network.nodes() - (width - 1)) << width;
  }
}

// Closed forms, as the user reads them in the text.
TEST(Adders, HaveTheNodesOfTheBooks) {
  const auto emitted = [](const std::string& keys) { return read(text_of("add_prefix " + keys)); };
  EXPECT_EQ(emitted("Width=32 network=kogge_stone").generates, 32 * 5 - 32 + 1);
  EXPECT_EQ(emitted("Width=32 network=sklansky").generates, 16 * 5);
  EXPECT_EQ(emitted("Width=32 network=brent_kung").generates, 2 * 32 - 2 - 5);
  EXPECT_EQ(emitted("Width=64 network=kogge_stone").depth, 6);
  EXPECT_EQ(emitted("Width=64 network=brent_kung").depth, 10);
  EXPECT_EQ(emitted("Width=64 network=sparse4").depth, 8);
  EXPECT_LE(emitted("Width=64").depth, 8);
  EXPECT_EQ(read(text_of("add_ripple Width=64")).depth, 63);
  EXPECT_EQ(read(text_of("add_skip Width=64")).depth, 15);
  EXPECT_EQ(read(text_of("add_increment Width=64")).depth, 11);
  EXPECT_EQ(read(text_of("add_skip Width=64 block=8")).depth, 7 + 6 + 7);
}

TEST(Adders, SlackTakesOutNodes) {
  int before = 1 << 20;
  for (const char* slack : {"0", "2", "4", "8", "16"}) {
    const Emitted now = read(text_of("add_prefix Width=64 slack=" + std::string(slack)));
    EXPECT_LE(now.generates, before) << slack;
    before = now.generates;
  }
  EXPECT_LE(before, 2 * 64 - 2 - 6);  // Brent-Kung's
}

TEST(Adders, AreShort) {
  EXPECT_LE(text_of("add_prefix Width=64").size(), 40000u);
  EXPECT_LE(text_of("add_prefix Width=16").size(), 5000u);
}

TEST(Adders, StandTwiceInAModule) {
  hdl::Module m("two");
  const hdl::Bits a = m.input("a_i", hdl::bits(8), "");
  const hdl::Bits b = m.input("b_i", hdl::bits(8), "");
  const hdl::Bits sum = m.output("sum_o", hdl::bits(17), "");
  const AdderResult low =
      emit_adder(m, {.network = "sklansky"}, {.a = a, .b = b, .prefix = "low_"});
  const AdderResult high =
      emit_adder(m, {.network = "select", .blocks = {3, 5}},
                 {.a = a, .b = b, .carry = low.carry, .carry_out = true, .prefix = "high_"});
  m.assign(sum, hdl::concat({high.carry, high.sum, low.sum}));
  const std::string text = hdl::print(m);
  EXPECT_NE(text.find("wire low_g_3_0 = low_g_3_2 | (low_p_3_2 & low_g_1_0);"), std::string::npos)
      << text;
  EXPECT_NE(text.find("high_g_2_0 ? high_sum1_7_3 : high_sum0_7_3"), std::string::npos) << text;
}

TEST(Adders, LeaveOutTheCarryThatNobodyReads) {
  for (const char* network : {"operators", "ripple", "skip", "select", "increment", "sklansky"}) {
    hdl::Module m("modulo");
    const hdl::Bits a = m.input("a_i", hdl::bits(16), "");
    const hdl::Bits b = m.input("b_i", hdl::bits(16), "");
    const hdl::Bits sum = m.output("sum_o", hdl::bits(16), "");
    const AdderResult result =
        emit_adder(m, {.network = network}, {.a = a, .b = b, .carry_out = false});
    EXPECT_FALSE(result.carry.valid());
    m.assign(sum, result.sum);
    EXPECT_EQ(hdl::print(m).find("g_15_0"), std::string::npos) << network;
  }
}

std::string fault(const std::string& line) {
  try {
    resolve(base::Spec::parse_line(line));
  } catch (const base::Error& error) {
    return error.what();
  }
  return "none";
}

TEST(Adders, RefuseWhatIsNotLegal) {
  EXPECT_EQ(fault("add_prefix Width=0"), "add_prefix: Width=0 must be in 1..64");
  EXPECT_EQ(fault("add_ripple Width=65"), "add_ripple: Width=65 must be in 1..64");
  EXPECT_EQ(fault("add_skip Width=16 block=5"),
            "add_skip: block=5 must divide Width=16 (1, 2, 4, 8, 16), or be 0; nearest: 4");
  EXPECT_EQ(fault("add_select Width=7 block=8"),
            "add_select: block=8 must divide Width=7 (1, 7), or be 0; nearest: 7");
  EXPECT_EQ(fault("add_prefix network=sklansky slack=2"),
            "add_prefix: slack=2 needs network=timing");
  EXPECT_NE(fault("add_prefix network=kogge_stne").find("did you mean 'kogge_stone'?"),
            std::string::npos);
  EXPECT_EQ(fault("add_increment Width=64 block=auto"), "none");
}

}  // namespace
}  // namespace gen
