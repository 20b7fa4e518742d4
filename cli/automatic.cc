// SPDX-License-Identifier: Apache-2.0
// States what the cost model chose.

#include "cli/automatic.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/table.h"
#include "gen/cost.h"
#include "gen/generate.h"

namespace cli {
namespace {

// Lines of the table: the choice and what comes next.
constexpr size_t kShown = 6;

// The keys of `spec` in which the candidates differ.
std::string form_of(const base::Spec& spec, const std::vector<gen::Candidate>& candidates) {
  std::string text;
  for (const auto& [key, value] : spec.items()) {
    const bool differs =
        std::any_of(candidates.begin(), candidates.end(),
                    [&](const gen::Candidate& other) { return !other.spec.is(key, value); });
    if (differs) text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, value);
  }
  return text.empty() ? spec.line() : text;
}

}  // namespace

base::Spec settled(const base::Spec& wanted, const std::string& library) {
  if (!gen::is_automatic(wanted) || gen::find_unit(wanted.unit()).find("scheme") == nullptr)
    return wanted;
  const gen::CostModel& fallback = gen::cost_models().front();
  const gen::CostModel* model = gen::find_cost_model(library);
  if (model == nullptr) {
    if (!library.empty())
      fmt::print(stderr, "no cost model of {}; that of {} is used (see 'fircone fit --help')\n",
                 library, fallback.library);
    model = &fallback;
  }
  const std::vector<gen::Candidate> candidates = gen::candidates(wanted, *model);
  const gen::Candidate& best = candidates.front();
  fmt::print(stderr, "scheme=auto: {:.0f} um2 an output expected in {} (model of {})\n",
             best.area_per_output(), model->library, model->fit);
  std::vector<std::vector<std::string>> rows = {{"um2 an output", "", "area um2", "form"}};
  for (size_t i = 0; i < std::min(kShown, candidates.size()); ++i) {
    const gen::Candidate& c = candidates[i];
    rows.push_back({fmt::format("{:.0f}", c.area_per_output()),
                    i == 0 ? "chosen"
                           : fmt::format("{:+.1f} %",
                                         100 * (c.area_per_output() / best.area_per_output() - 1)),
                    fmt::format("{:.0f}", c.area), form_of(c.spec, candidates)});
  }
  fmt::print(stderr, "{}", format_table(rows));
  return best.spec;
}

}  // namespace cli
