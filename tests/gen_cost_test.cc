// SPDX-License-Identifier: Apache-2.0
// The cost model: what is counted, extrapolation over channels, and the choice of scheme=auto.

#include "gen/cost.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "gen/generate.h"

namespace {

using gen::Candidate;
using hdl::Feature;

base::Spec spec(const std::string& line) { return base::Spec::parse_line(line); }

double count(const std::string& line, Feature feature) {
  return gen::composition(gen::resolve(spec(line))).census[static_cast<size_t>(feature)];
}

TEST(Census, CountsRegistersAndOperators) {
  // 15 samples and 9 coefficients of 8 bits, 3 results of 20, two valid bits.
  EXPECT_EQ(count("fcu", Feature::kRegister), 15 * 8 + 9 * 8 + 3 * 20 + 2);
  // Products of an unsigned sample, one bit more with its sign, and a coefficient.
  EXPECT_EQ(count("fcu", Feature::kMultiplier), 27 * 9 * 8);
  EXPECT_EQ(count("fcu", Feature::kFullAdder), 0);
}

// A full adder takes one bit away, so their number is that of the bits put in less those left over.
TEST(Census, CountsFullAdders) {
  EXPECT_EQ(count("sum Count=8 Width=4 arith=heap", Feature::kMultiplier), 0);
  const double adders = count("sum Count=3 Width=5 arith=heap tree=dadda", Feature::kFullAdder);
  EXPECT_GE(adders, 4);
  EXPECT_LE(adders, 6);
}

TEST(Composition, ExtrapolatesChannels) {
  const std::string form = "fcu kernel=2 scheme=ffa2d DataWidth=4 CoefWidth=4 ";
  const auto four = [&](Feature feature) {
    return count(form + "InChannels=4 OutChannels=3", feature);
  };
  // Products of both, pre-additions of inputs, post-additions of outputs.
  const double multipliers = count(form, Feature::kMultiplier);
  EXPECT_EQ(four(Feature::kMultiplier), 12 * multipliers);
  const gen::Composition all =
      gen::composition(gen::resolve(spec(form + "InChannels=4 OutChannels=3")));
  EXPECT_EQ(all.outputs_per_cycle, 12);
  EXPECT_GT(four(Feature::kRegister), count(form + "InChannels=4", Feature::kRegister));
}

TEST(Automatic, IsThePlainSpecOfTheBestCandidate) {
  const base::Spec wanted = spec("fcu kernel=2 scheme=auto DataWidth=6");
  const gen::CostModel& model = gen::cost_models().front();
  const std::vector<Candidate> candidates = gen::candidates(wanted, model);
  ASSERT_GE(candidates.size(), 4u);
  EXPECT_EQ(gen::resolve(wanted), candidates.front().spec);
  EXPECT_FALSE(candidates.front().spec.is("scheme", "auto"));
  EXPECT_TRUE(std::is_sorted(
      candidates.begin(), candidates.end(),
      [](const auto& a, const auto& b) { return a.area_per_output() < b.area_per_output(); }));
  for (const Candidate& c : candidates) {
    EXPECT_EQ(c.spec, gen::resolve(c.spec));  // plain
    EXPECT_NEAR(c.area, gen::estimated_area(gen::composition(c.spec), model), 1e-6);
    EXPECT_TRUE(c.spec.is("DataWidth", "6"));
  }
}

TEST(Automatic, KeepsWhatIsGiven) {
  const base::Spec wanted = spec(
      "fcu kernel=2 scheme=auto parallel=2 parallel_rows=2 cut=none arith=operators algorithm=k2");
  for (const Candidate& c : gen::candidates(wanted, gen::cost_models().front())) {
    for (const auto& [key, value] : wanted.items()) {
      EXPECT_TRUE(key == "scheme" || c.spec.is(key, value)) << c.spec.line();
    }
  }
}

// Fast forms win where B.3 of the literature says so: wide data, many channels; not in a small unit
// of narrow data.
TEST(Automatic, FollowsTheArithmetic) {
  const auto scheme = [](const std::string& line) {
    return gen::resolve(spec(line)).get("scheme");
  };
  const std::string tile = " parallel=3 parallel_rows=3";
  EXPECT_EQ(scheme("fcu kernel=3 scheme=auto DataWidth=16 CoefWidth=16" + tile), "ffa2d");
  EXPECT_EQ(scheme("fcu kernel=3 scheme=auto InChannels=4 OutChannels=4" + tile), "ffa2d");
  EXPECT_EQ(scheme("fcu kernel=2 scheme=auto DataWidth=2 CoefWidth=2 parallel=2"), "direct");
}

TEST(Automatic, NamesFaultsAsResolveDoes) {
  try {
    gen::resolve(spec("fcu kernel=13 scheme=auto"));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::kUsage);
    EXPECT_NE(std::string(error.what()).find("kernel=13 must be in 1..12"), std::string::npos)
        << error.what();
  }
}

TEST(CostModels, AreThereByName) {
  EXPECT_EQ(gen::cost_models().front().library, "osu018");
  EXPECT_NE(gen::find_cost_model("osu018"), nullptr);
  EXPECT_EQ(gen::find_cost_model("nothing"), nullptr);
}

}  // namespace
