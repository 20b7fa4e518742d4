// SPDX-License-Identifier: Apache-2.0
// Rules of scaling: the published example of the erratum, and ratios reckoned by hand.

#include "analysis/technology.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace {

using analysis::first_order_energy;
using analysis::OperatingPoint;
using analysis::stillmaker_baas_energy;

// The corrected example: 65 nm at 1.3 V to 32 nm at 0.9 V makes 0.1755 pJ of 1 pJ.
TEST(Technology, StillmakerBaasGivesTheExampleOfTheErratum) {
  EXPECT_NEAR(stillmaker_baas_energy({32, 0.9}), 0.4571, 5e-5);
  EXPECT_NEAR(stillmaker_baas_energy({65, 1.3}), 2.604, 5e-4);
  const analysis::ScalingRule& rule = analysis::scaling_rules().at(1);
  EXPECT_NEAR(analysis::energy_ratio(rule, {65, 1.3}, {32, 0.9}), 0.1755, 1e-4);
}

// 24.64 x 1.8 - 17.98 = 26.372; 3.755 x 1.44 - 4.398 x 1.2 + 1.975 = 2.1046;
// 1.018 x 0.81 - 0.3107 x 0.9 + 0.1539 = 0.69885.
TEST(Technology, StillmakerBaasByHand) {
  EXPECT_NEAR(stillmaker_baas_energy({180, 1.8}), 26.372, 1e-9);
  EXPECT_NEAR(stillmaker_baas_energy({65, 1.2}), 2.1046, 1e-9);
  EXPECT_NEAR(stillmaker_baas_energy({45, 0.9}), 0.69885, 1e-9);
}

// (65 / 180) (1.2 / 1.8)^2 = 13 / 81; (65 / 45) (1.2 / 0.9)^2 = 208 / 81.
TEST(Technology, FirstOrderByHand) {
  const analysis::ScalingRule& rule = analysis::scaling_rules().at(0);
  EXPECT_NEAR(analysis::energy_ratio(rule, {180, 1.8}, {65, 1.2}), 13.0 / 81, 1e-12);
  EXPECT_NEAR(analysis::energy_ratio(rule, {45, 0.9}, {65, 1.2}), 208.0 / 81, 1e-12);
}

TEST(Technology, RatiosOfEveryRuleChain) {
  const OperatingPoint a = {180, 1.8}, b = {45, 0.9}, c = {65, 1.2};
  for (const analysis::ScalingRule& rule : analysis::scaling_rules()) {
    EXPECT_NEAR(analysis::energy_ratio(rule, a, b) * analysis::energy_ratio(rule, b, c),
                analysis::energy_ratio(rule, a, c), 1e-12)
        << rule.name;
    EXPECT_FALSE(rule.source.empty());
  }
}

// 10 pJ and 1.3 nJ for 64 bits.
TEST(Technology, DeclaredMemories) {
  EXPECT_NEAR(analysis::kSmallMemory.pj_per_bit, 0.15625, 1e-12);
  EXPECT_NEAR(analysis::kDram.pj_per_bit, 20.3125, 1e-12);
}

std::string refusal(double (*energy)(const OperatingPoint&), const OperatingPoint& at) {
  try {
    energy(at);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "taken";
}

TEST(Technology, RefusesWhatTheRulesDoNotCover) {
  EXPECT_EQ(refusal(stillmaker_baas_energy, {28, 0.9}),
            "scaling: 28 nm must be one of 180, 65, 45, 32");
  // Below 0.73 V the line of 180 nm is negative, at 0.5 V the parabola of 65 nm falls.
  EXPECT_EQ(refusal(stillmaker_baas_energy, {180, 0.7}),
            "scaling: 0.7 V is outside the equations of 180 nm");
  EXPECT_EQ(refusal(stillmaker_baas_energy, {65, 0.5}),
            "scaling: 0.5 V is outside the equations of 65 nm");
  EXPECT_EQ(refusal(first_order_energy, {65, 0}),
            "scaling: 65 nm at 0 V must be more than 0 nm and 0 V");
  EXPECT_EQ(refusal(first_order_energy, {65, 0.5}), "taken");
}

}  // namespace
