// SPDX-License-Identifier: Apache-2.0
// Estimates and the search for the smallest form.

#include "gen/cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "gen/ffa/family.h"
#include "gen/generate.h"

namespace gen {
namespace {

// Algorithms of a size that are tried: the first of ffa::names_for, which has them by products.
// In two dimensions of unlike sizes fewer of each, in all pairs.
constexpr size_t kAlgorithms = 6, kPairedAlgorithms = 3;
// Forms that are tried with more registers than at the outputs.
constexpr size_t kFinalists = 4;

// Outputs are registered in any case.
constexpr const char* kLeastCut = "post";
constexpr const char* kMoreCuts[] = {
    "pre,post",        "mult,post",        "branch,post",         "pre,mult,post",
    "pre,branch,post", "mult,branch,post", "pre,mult,branch,post"};

// "fcu: 46656 multiplications, must be at most 16384; use .." without the unit and the advice.
std::string reason(const std::string& fault) {
  const size_t unit = fault.find(": ") + 2;
  return fault.substr(unit, fault.find_first_of(";\n", unit) - unit);
}

class Search {
 public:
  Search(const base::Spec& wanted, const CostModel& model)
      : wanted_(wanted), unit_(find_unit(wanted.unit())), model_(model) {}

  std::vector<Candidate> run() {
    schemes();
    if (found_.empty() && is_free("parallel")) {  // too many channels for any tile but the least
      single_ = true;
      schemes();
    }
    if (found_.empty()) throw base::Error(*fault_);
    sort();
    if (is_free("cut")) {
      std::vector<base::Spec> finalists;
      for (size_t i = 0; i < std::min(kFinalists, found_.size()); ++i)
        finalists.push_back(found_[i].spec);
      for (const base::Spec& spec : finalists) more_registers(spec);
      sort();
    }
    return std::move(found_);
  }

  // How many tiles no scheme can have, and why the largest: a text, or nothing.
  std::string left_out() const {
    std::string text;
    size_t count = 0;
    for (const auto& [tile, fault] : tiles_) {
      if (fault.empty()) continue;
      ++count;
      text = fmt::format("parallel={} parallel_rows={}: {}", tile.second, tile.first, fault);
    }
    return count == 0 ? "" : fmt::format("{} of {} tiles; {}", count, tiles_.size(), text);
  }

 private:
  void schemes() {
    for (const Value& value : unit_.find("scheme")->values) {
      if (value.name == "auto") continue;
      base::Spec spec = wanted_;
      spec.set("scheme", value.name);
      if (!wanted_.has("arith")) spec.set("arith", "heap");
      if (!wanted_.has("final_adder") && spec.is("arith", "heap"))
        spec.set("final_adder", "ripple");  // the smallest
      tiles(spec);
    }
  }

  bool is_free(std::string_view key) const {
    return unit_.find(key) != nullptr && !wanted_.has(key);
  }

  // Resolved, or nothing where it is not legal.
  std::optional<base::Spec> legal(const base::Spec& spec) {
    try {
      return resolve(spec);
    } catch (const base::Error& error) {
      if (error.code() != base::ExitCode::kUsage) throw;
      if (!fault_) fault_ = error;
      last_fault_ = reason(error.what());
      return std::nullopt;
    }
  }

  // Outputs along a line of `taps`: as many as taps, half of that, two; one of a row, or where all
  // else has too many multiplications.
  std::vector<int64_t> outputs(const base::Spec& sizes, const char* key, const char* taps) const {
    if (!is_free(key)) return {sizes.size(key)};
    if (sizes.size(taps) == 1) return {1};  // nothing is shared along it
    const int64_t n = sizes.size(taps), step = sizes.has("dilation") ? sizes.size("dilation") : 1;
    std::vector<int64_t> all;
    for (const int64_t count : {n, (n + 1) / 2, int64_t{2}})
      all.push_back(
          std::clamp(std::max<int64_t>(count, 2) * step, int64_t{2}, unit_.find(key)->max));
    if (single_ || std::string_view(key) == "parallel_rows") all.push_back(1);
    std::vector<int64_t> once;
    for (const int64_t count : all)
      if (std::find(once.begin(), once.end(), count) == once.end()) once.push_back(count);
    return once;
  }

  void tiles(const base::Spec& spec) {
    const std::optional<base::Spec> sizes = legal(spec);
    if (unit_.find("kernel") == nullptr) {
      if (sizes) forms(spec, *sizes);
      return;
    }
    base::Spec direct(spec.unit());
    for (const auto& [key, value] : spec.items())
      if (key != "algorithm" && key != "algorithm_rows")
        direct.set(key, key == "scheme" ? "direct" : value);
    for (const char* key : {"parallel", "parallel_rows"})  // legal if any tile is
      if (is_free(key)) direct.set(key, 1);
    const std::optional<base::Spec> shape = sizes ? sizes : legal(direct);
    if (!shape) return;
    for (const int64_t rows : outputs(*shape, "parallel_rows", "kernel_rows")) {
      for (const int64_t columns : outputs(*shape, "parallel", "kernel")) {
        base::Spec tile = spec;
        tile.set("parallel", columns);
        tile.set("parallel_rows", rows);
        std::string& fault = tiles_.try_emplace({rows, columns}, "none").first->second;
        if (const std::optional<base::Spec> resolved = legal(tile)) {
          fault.clear();
          forms(tile, *resolved);
        } else if (fault == "none") {
          fault = last_fault_;
        }
      }
    }
  }

  // One tile of one scheme: its algorithms.
  void forms(const base::Spec& spec, const base::Spec& resolved) {
    const bool rows = resolved.has("algorithm_rows") && !resolved.is("algorithm_rows", "direct");
    // Without rows a filter in two dimensions is one along the rows.
    if (spec.is("scheme", "ffa2d") && !rows && is_free("algorithm_rows")) return;
    variants(resolved);
    if (!spec.is("scheme", "ffa") && !spec.is("scheme", "ffa2d")) return;
    if (!is_free("algorithm") && !(rows && is_free("algorithm_rows"))) return;
    const bool square = rows && resolved.size("kernel") == resolved.size("kernel_rows") &&
                        resolved.size("parallel") == resolved.size("parallel_rows") &&
                        is_free("algorithm") && is_free("algorithm_rows");
    const size_t most = rows && !square ? kPairedAlgorithms : kAlgorithms;
    const char* const taps = resolved.has("kernel") ? "kernel" : "taps";
    const std::vector<std::string> along = names(resolved, "algorithm", "parallel", taps, most);
    for (const std::string& name : along) {
      const std::vector<std::string> across =
          square ? std::vector{name}
          : rows ? names(resolved, "algorithm_rows", "parallel_rows", "kernel_rows", most)
                 : std::vector<std::string>{""};
      for (const std::string& row : across) {
        base::Spec other = spec;
        other.set("algorithm", name);
        if (!row.empty()) other.set("algorithm_rows", row);
        if (const std::optional<base::Spec> form = legal(other)) variants(*form);
      }
    }
  }

  std::vector<std::string> names(const base::Spec& resolved, const char* key, const char* outputs,
                                 const char* taps, size_t most) const {
    if (!is_free(key)) return {resolved.get(key)};
    const int64_t step = resolved.has("dilation") ? resolved.size("dilation") : 1;
    std::vector<std::string> all =
        ffa::names_for(static_cast<int>((resolved.size(outputs) + step - 1) / step),
                       static_cast<int>(resolved.size(taps)));
    // Winograd's is a scheme of its own, and so is direct.
    std::erase_if(all, [](const std::string& name) { return name == "w" || name == "direct"; });
    all.resize(std::min(all.size(), most));
    return all;
  }

  // Both forms of a fast fir, then registers and partial products, which change no plan.
  void variants(const base::Spec& resolved) {
    if (!known_.insert(resolved.line()).second) return;
    count(resolved);
    if (unit_.find("form") == nullptr || !is_free("form") || resolved.is("scheme", "direct"))
      return;
    base::Spec other = wanted_;
    for (const char* key : {"scheme", "arith", "final_adder", "algorithm"})
      if (resolved.has(key)) other.set(key, resolved.get(key));
    other.set("form", "D");
    if (const std::optional<base::Spec> turned = legal(other)) count(*turned);
  }

  void count(const base::Spec& resolved) {
    const FilterCounter counter(resolved);
    std::vector<std::string> products = {resolved.get("products")};
    if (is_free("products") && resolved.is("arith", "heap")) products = {"booth4", "baugh_wooley"};
    for (const std::string& rows : products) {
      base::Spec form = resolved;
      if (is_free("cut")) form.set("cut", kLeastCut);
      form.set("products", rows);
      put(counter, std::move(form));
    }
  }

  void more_registers(const base::Spec& form) {
    const FilterCounter counter(form);
    for (const char* cut : kMoreCuts) {
      base::Spec other = form;
      other.set("cut", cut);
      put(counter, std::move(other));
    }
  }

  void put(const FilterCounter& counter, base::Spec form) {
    const double area = estimated_area(counter.parts(form), model_);
    found_.push_back({std::move(form), area, counter.outputs_per_cycle()});
  }

  void sort() {
    std::stable_sort(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
      return a.area_per_output() < b.area_per_output();
    });
  }

  const base::Spec& wanted_;
  const Unit& unit_;
  const CostModel& model_;
  std::vector<Candidate> found_;
  std::set<std::string> known_;
  bool single_ = false;                                       // also tiles of one column
  std::map<std::pair<int64_t, int64_t>, std::string> tiles_;  // rows, columns: what is wrong
  std::optional<base::Error> fault_;
  std::string last_fault_;
};

}  // namespace

double estimated_area(const FilterParts& parts, const CostModel& model) {
  double area = 0;
  for (size_t p = 0; p < kFilterParts; ++p) area += parts[p] * model.um2[p];
  return area;
}

bool is_automatic(const base::Spec& wanted) { return wanted.is("scheme", "auto"); }

std::vector<Candidate> candidates(const base::Spec& wanted, const CostModel& model,
                                  std::string* left_out) {
  Search search(wanted, model);
  std::vector<Candidate> found = search.run();
  if (left_out != nullptr) *left_out = search.left_out();
  return found;
}

}  // namespace gen
