// SPDX-License-Identifier: Apache-2.0
// States what the cost model chose.

#include "cli/automatic.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/files.h"
#include "cli/table.h"
#include "gen/cost.h"
#include "gen/generate.h"
#include "synth/library.h"

namespace cli {
namespace {

// Lines of the table: what comes next to the choice; the best of each other scheme is there in any
// case.
constexpr size_t kNearest = 5;

// The keys of `spec` in which the candidates differ.
std::string form_of(const base::Spec& spec, const std::vector<gen::Candidate>& candidates) {
  std::string text;
  for (const auto& item : spec.items()) {
    const std::string& key = item.first;
    const std::string& value = item.second;
    const bool differs =
        std::any_of(candidates.begin(), candidates.end(),
                    [&](const gen::Candidate& other) { return !other.spec.is(key, value); });
    if (differs) text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, value);
  }
  return text.empty() ? spec.line() : text;
}

gen::CostModel model_of(const std::string& library, const std::filesystem::path& file) {
  if (!file.empty()) return gen::read_cost_model(base::read_file(file), file.string());
  const gen::CostModel& fallback = gen::cost_models().front();
  if (library.empty()) return fallback;
  const std::string name = synth::Library::open(library)->name();
  if (const gen::CostModel* found = gen::find_cost_model(name)) return *found;
  fmt::print(stderr,
             "no cost model of {}, that of {} is used; to make one: fircone fit --library {} -o "
             "FILE, then --model FILE\n",
             name, fallback.library, library);
  return fallback;
}

}  // namespace

base::Spec settled(const base::Spec& wanted, const std::string& library,
                   const std::filesystem::path& file) {
  if (!gen::is_automatic(wanted) || gen::find_unit(wanted.unit()).find("scheme") == nullptr) {
    // A file of no use is a mistake all the same where it is none.
    if (!file.empty()) gen::read_cost_model(base::read_file(file), file.string());
    return wanted;
  }
  const gen::CostModel model = model_of(library, file);
  std::string left_out;
  const std::vector<gen::Candidate> candidates = gen::candidates(wanted, model, &left_out);
  const gen::Candidate& best = candidates.front();
  fmt::print(stderr, "scheme=auto: {:.0f} um2 an output expected in {} (model of {}); {} forms\n",
             best.area_per_output(), model.library, model.fit, candidates.size());
  if (!left_out.empty()) fmt::print(stderr, "left out: {}\n", left_out);
  std::vector<std::vector<std::string>> rows = {{"um2 an output", "", "area um2", "form"}};
  std::set<std::string> schemes;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const gen::Candidate& c = candidates[i];
    const bool first = schemes.insert(c.spec.get("scheme")).second;
    if (i >= kNearest && !first) continue;
    rows.push_back({fmt::format("{:.0f}", c.area_per_output()),
                    i == 0 ? "chosen"
                           : fmt::format("{:+.1f} %",
                                         100 * (c.area_per_output() / best.area_per_output() - 1)),
                    fmt::format("{:.0f}", c.area), form_of(c.spec, candidates)});
  }
  fmt::print(stderr, "{}", format_table(rows));
  return best.spec;
}

void note_idle_autos(const base::Spec& wanted, const base::Spec& resolved) {
  for (const gen::Param& param : gen::find_unit(wanted.unit()).params) {
    if (param.only_if.key.empty() || !wanted.has(param.name) || !wanted.is(param.name, "auto") ||
        param.only_if.holds(resolved))
      continue;
    fmt::print(stderr, "note: {}=auto is {} here and means nothing: it needs {}\n", param.name,
               resolved.get(param.name), param.only_if.text());
  }
}

}  // namespace cli
