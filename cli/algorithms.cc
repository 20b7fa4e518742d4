// SPDX-License-Identifier: Apache-2.0
// fircone algorithms: names of fast FIR algorithms and what each costs.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/table.h"
#include "gen/ffa/adder_network.h"
#include "gen/ffa/family.h"

namespace cli {
namespace {

constexpr int kMostTerms = 16;  // sums of more take seconds to share

// The table without sizes: as many outputs as taps, the algorithms worth a choice there.
struct Chosen {
  int terms;
  std::vector<const char*> names;
};
const std::vector<Chosen> kChosen = {
    {2, {"k2"}},
    {3, {"k3", "k3d", "p3"}},
    {4, {"k2.k2"}},
    {5, {"k3.k2", "m5", "pw5"}},
    {6, {"k3.k2", "m6"}},
    {7, {"k2.k2.k2", "m7", "k3.k3"}},
    {8, {"k2.k2.k2"}},
    {9, {"k3.k3"}},
    {10, {"k2.k5", "k2.m5"}},
    {11, {"k2.k2.k3", "k2.m6"}},
    {12, {"k3.k2.k2", "k2.m6"}},
};

int largest_entry(const ffa::Matrix& matrix) {
  int most = 0;
  for (const ffa::Row& row : matrix)
    for (const int entry : row) most = std::max(most, std::abs(entry));
  return most;
}

AlgorithmCost cost_of(const std::string& name, int outputs, int taps) {
  const ffa::Algorithm t = ffa::correlation(name, outputs, taps);
  const ffa::Algorithm d = ffa::product(name, taps, outputs);
  return {.name = name,
          .outputs = outputs,
          .taps = taps,
          .products = t.rank(),
          .divisor = t.divisor(),
          .coefficient_adders = ffa::AdderNetwork(t.coefficient()).adders(),
          .coefficient_gain = ffa::gain(t.coefficient()),
          .largest = std::max(
              {largest_entry(t.data()), largest_entry(t.post()), largest_entry(t.coefficient())}),
          .t = {ffa::AdderNetwork(t.data()).adders(), ffa::AdderNetwork(t.post()).adders(),
                ffa::gain(t.data())},
          .d = {ffa::AdderNetwork(d.data()).adders(),
                ffa::AdderNetwork(d.post()).adders() + taps - 1, ffa::gain(d.data())}};
}

std::vector<AlgorithmCost> costs(const AlgorithmsArgs& args) {
  std::vector<AlgorithmCost> result;
  if (args.taps == 0 && args.parallel == 0) {
    for (const Chosen& chosen : kChosen)
      for (const char* name : chosen.names)
        result.push_back(cost_of(name, chosen.terms, chosen.terms));
    return result;
  }
  const int taps = args.taps == 0 ? args.parallel : args.taps;
  const int outputs = args.parallel == 0 ? args.taps : args.parallel;
  for (const auto& [what, value] : {std::pair("--taps", taps), std::pair("--parallel", outputs)})
    if (value < 2 || value > kMostTerms)
      base::usage_error("algorithms",
                        fmt::format("{} {} must be in 2..{}", what, value, kMostTerms));
  for (const std::string& name : ffa::names_for(outputs, taps))
    result.push_back(cost_of(name, outputs, taps));
  return result;
}

}  // namespace

void algorithms(const AlgorithmsArgs& args) {
  const std::vector<AlgorithmCost> all = costs(args);
  if (args.json) return fmt::print("{}", algorithms_json(all));
  std::vector<std::vector<std::string>> rows = {{"outputs", "taps", "name", "products", "direct",
                                                 "T: pre", "post", "gain", "D: pre", "post", "gain",
                                                 "coefficients", "gain", "entries", "divisor"}};
  for (const AlgorithmCost& cost : all) {
    std::vector<std::string> row = {fmt::to_string(cost.outputs), fmt::to_string(cost.taps),
                                    cost.name};
    for (const int number :
         {cost.products, cost.outputs * cost.taps, cost.t.pre, cost.t.post, cost.t.gain, cost.d.pre,
          cost.d.post, cost.d.gain, cost.coefficient_adders, cost.coefficient_gain, cost.largest,
          cost.divisor})
      row.push_back(fmt::to_string(number));
    rows.push_back(row);
  }
  if (!args.markdown) return fmt::print("{}", format_table(rows));
  for (size_t r = 0; r < rows.size(); ++r) {
    fmt::print("| {} |\n", fmt::join(rows[r], " | "));
    if (r == 0)
      fmt::print("|{}\n", fmt::join(std::vector<std::string>(rows[0].size(), "---|"), ""));
  }
}

}  // namespace cli
