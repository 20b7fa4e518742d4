// SPDX-License-Identifier: Apache-2.0
// bw_array: what `auto` stands for, what is refused, what channels share.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "gen/generate.h"
#include "gen/units/bw_share.h"

namespace gen {
namespace {

base::Spec resolved(const std::string& line) {
  return resolve(base::Spec::parse_line("bw_array " + line));
}

std::string refusal(const std::string& line) {
  try {
    resolved(line);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

// The text of the file that begins so.
std::string file(const Design& design, const std::string& begin) {
  const auto found = std::find_if(design.files.begin(), design.files.end(),
                                  [&](const SourceFile& f) { return f.name.starts_with(begin); });
  return found == design.files.end() ? "" : found->text;
}

TEST(BwArray, AutoIsTheSmallest) {
  EXPECT_EQ(resolved("").get("form"), "xor");
  EXPECT_EQ(resolved("share=auto").get("share"), "1");
  EXPECT_EQ(resolved("arith=heap").get("form"), "and");
  EXPECT_EQ(resolved("arith=heap share=auto").get("share"), "2");
  EXPECT_EQ(resolved("arith=heap form=xor").get("share"), "1");
  EXPECT_EQ(resolved("arith=heap data=binary").get("form"), "xor");
  EXPECT_EQ(resolved("data=binary").size("DataWidth"), 1);
  EXPECT_EQ(resolved("DataWidth=6").size("AccWidth"), 18);
}

TEST(BwArray, RefusesWhatDoesNotGoTogether) {
  EXPECT_EQ(refusal("AccWidth=9"),
            "bw_array: AccWidth=9 must be in 10..48 (at least DataWidth + 2)");
  EXPECT_EQ(refusal("arith=heap form=xor share=2"), "bw_array: share above 1 needs form=and");
  EXPECT_EQ(refusal("share=2"), "bw_array: share=2 needs arith=heap");
  EXPECT_EQ(
      refusal("weights=stored cut=none"),
      "bw_array: weights must be stream unless cut has pre, where a beat waits for its weights");
  EXPECT_EQ(refusal("cut=mult"),
            "bw_array: cut must be without mult unless output=multiply, which has the product");
  EXPECT_EQ(refusal("output=threshold OutWidth=5"),
            "bw_array: OutWidth must be in 1..4 with output=threshold, which has 2^OutWidth - 1 "
            "thresholds a channel");
  EXPECT_EQ(refusal("output=shift relu=no OutWidth=1"),
            "bw_array: OutWidth=1 must be in 2..20 (at most AccWidth; at least 2 with relu=no)");
  EXPECT_EQ(refusal("output=multiply AccWidth=12 OutWidth=13"),
            "bw_array: OutWidth=13 must be in 1..12 (at most AccWidth)");
  EXPECT_NE(refusal("data=binary form=and"), "");
  EXPECT_NE(refusal("Pe=0"), "");
}

TEST(BwArray, LatencyCountsPlaces) {
  const auto latency = [](const std::string& line) {
    return generate(base::Spec::parse_line("bw_array " + line)).latency_cycles;
  };
  EXPECT_EQ(latency("cut=none"), 1);
  EXPECT_EQ(latency(""), 2);
  EXPECT_EQ(latency("output=multiply cut=pre,mult,post"), 4);
  EXPECT_EQ(latency("output=multiply cut=pre,mult,post pool=max"), 5);
}

// A chain needs no second row of registers.
TEST(BwArray, ChainsHaveOneRow) {
  const Design rows = generate(base::Spec::parse_line("bw_array arith=heap"));
  const Design chain = generate(base::Spec::parse_line("bw_array arith=heap final_adder=ripple"));
  EXPECT_NE(file(rows, "fircone_bw_channel").find("sum_b_q"), std::string::npos);
  EXPECT_EQ(file(chain, "fircone_bw_channel").find("sum_b_q"), std::string::npos);
  EXPECT_NE(file(chain, "fircone_bw_channel").find("sum_a_q"), std::string::npos);
}

// Channels are alike: one module, whose text does not grow with their number.
TEST(BwArray, ChannelsAreOneModule) {
  const Design few = generate(base::Spec::parse_line("bw_array arith=heap Pe=2"));
  const Design many = generate(base::Spec::parse_line("bw_array arith=heap Pe=32"));
  ASSERT_EQ(few.files.size(), many.files.size());
  EXPECT_EQ(few.top, many.top);
  EXPECT_EQ(file(few, "fircone_bw_channel"), file(many, "fircone_bw_channel"));
}

TEST(BwGroups, Sizes) {
  const BwGroups pairs{.lanes = 5, .share = 2, .data_width = 8};
  EXPECT_EQ(pairs.whole(), 2);
  EXPECT_EQ(pairs.rest(), 1);
  EXPECT_EQ(pairs.sums_width(2), 9);
  EXPECT_EQ(pairs.shared_width(), 18);
  EXPECT_EQ(pairs.rest_width(), 11);
  const BwGroups threes{.lanes = 8, .share = 3, .data_width = 4};
  EXPECT_EQ(threes.sums_width(3), 3 * 5 + 6);  // three pairs of 5 bits, the sum of all of 6
  EXPECT_EQ(threes.sum_lsb(5), 5);
  EXPECT_EQ(threes.sum_lsb(7), 15);
  EXPECT_EQ(threes.shared_width(), 2 * 21 + 5);
  const BwGroups one{.lanes = 1, .share = 4, .data_width = 8};
  EXPECT_EQ(one.shared_width(), 0);
}

}  // namespace
}  // namespace gen
