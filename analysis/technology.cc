// SPDX-License-Identifier: Apache-2.0
// Coefficients and sources of the rules.

#include "analysis/technology.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace analysis {
namespace {

// Table 5 of the paper, the rows that are used or that its erratum prints: 65 nm and 32 nm (high
// performance) are as printed by the authors in the corrected example; 180 nm and 45 nm (high
// performance) are those of the public transcription nodeScale, which agrees with the erratum in
// both rows.
struct Polynomial {
  int node_nm;
  double a2, a1, a0;
};

constexpr std::array<Polynomial, 4> kStillmakerBaas = {{
    {180, 0, 24.64, -17.98},
    {65, 3.755, -4.398, 1.975},
    {45, 1.018, -0.3107, 0.1539},
    {32, 0.8367, -0.4341, 0.1701},
}};

}  // namespace

const DeclaredEnergy kSmallMemory = {10.0 / 64, {45, 0.9}, "Horowitz, ISSCC 2014, fig. 1.1.9"};
const DeclaredEnergy kDram = {1300.0 / 64, {45, 0.9}, "Horowitz, ISSCC 2014, fig. 1.1.9"};

double first_order_energy(const OperatingPoint& at) {
  if (at.node_nm <= 0 || !(at.volts > 0))
    base::usage_error("scaling", fmt::format("{} nm at {} V must be more than 0 nm and 0 V",
                                             at.node_nm, at.volts));
  return at.node_nm * at.volts * at.volts;
}

double stillmaker_baas_energy(const OperatingPoint& at) {
  const auto* const row =
      std::find_if(kStillmakerBaas.begin(), kStillmakerBaas.end(),
                   [&](const Polynomial& p) { return p.node_nm == at.node_nm; });
  if (row == kStillmakerBaas.end())
    base::usage_error("scaling", fmt::format("{} nm must be one of 180, 65, 45, 32", at.node_nm));
  const double energy = (row->a2 * at.volts + row->a1) * at.volts + row->a0;
  const double slope = 2 * row->a2 * at.volts + row->a1;
  if (!(energy > 0) || !(slope > 0))
    base::usage_error("scaling",
                      fmt::format("{} V is outside the equations of {} nm", at.volts, at.node_nm));
  return energy;
}

const std::vector<ScalingRule>& scaling_rules() {
  static const std::vector<ScalingRule> rules = {
      {"first-order", "E ~ C V^2, C ~ feature size", first_order_energy},
      {"Stillmaker-Baas",
       "Integration 58 (2017) 74-81, table 5 and its corrigendum; 180 and 45 nm by nodeScale",
       stillmaker_baas_energy}};
  return rules;
}

double energy_ratio(const ScalingRule& rule, const OperatingPoint& from, const OperatingPoint& to) {
  return rule.energy(to) / rule.energy(from);
}

}  // namespace analysis
