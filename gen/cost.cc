// SPDX-License-Identifier: Apache-2.0
// Estimates and the search for the cheapest form.

#include "gen/cost.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "gen/design_builder.h"
#include "gen/ffa/family.h"
#include "gen/generate.h"

namespace gen {
namespace {

Composition built(const base::Spec& resolved) {
  const Unit& unit = find_unit(resolved.unit());
  DesignBuilder builder(unit, resolved);
  unit.build(resolved, builder);
  std::vector<const hdl::Module*> modules;
  for (const Part& part : builder.parts()) modules.push_back(part.here.get());
  return {hdl::census(modules), builder.outputs_per_cycle};
}

int64_t channels(const base::Spec& spec, std::string_view key) {
  return spec.has(key) ? spec.size(key) : 1;
}

base::Spec with_channels(base::Spec spec, int64_t in, int64_t out) {
  spec.set("InChannels", in);
  spec.set("OutChannels", out);
  return spec;
}

// Up to here every channel is built.
constexpr int64_t kBuiltChannels = 2;

// Forms that are looked at more closely, how far behind the best they may be, and how many
// algorithms of each.
constexpr size_t kFinalists = 3, kAlgorithms = 4;
constexpr double kHopeful = 1.08;

class Search {
 public:
  Search(const base::Spec& wanted, const CostModel& model) : wanted_(wanted), model_(model) {}

  std::vector<Candidate> run() {
    for (const std::string_view scheme : schemes()) {
      base::Spec spec = wanted_;
      spec.set("scheme", scheme);
      if (!wanted_.has("arith")) spec.set("arith", "heap");
      if (!wanted_.has("final_adder") && spec.is("arith", "heap"))
        spec.set("final_adder", "ripple");  // the smallest
      for (const base::Spec& tile : tiles(spec)) consider(tile);
    }
    if (found_.empty()) throw base::Error(*fault_);
    sort();
    std::vector<base::Spec> finalists;
    for (const Candidate& candidate : found_)
      if (finalists.size() < kFinalists &&
          candidate.area_per_output() <= kHopeful * found_.front().area_per_output())
        finalists.push_back(candidate.spec);
    for (const base::Spec& spec : finalists) vary(spec);
    sort();
    return std::move(found_);
  }

 private:
  std::vector<std::string_view> schemes() const {
    std::vector<std::string_view> names;
    for (const Value& value : find_unit(wanted_.unit()).find("scheme")->values)
      if (value.name != "auto") names.push_back(value.name);
    return names;
  }

  // Where the tile is free: a row of outputs as wide as the kernel, and a square of them.
  std::vector<base::Spec> tiles(const base::Spec& spec) const {
    const Unit& unit = find_unit(spec.unit());
    if (unit.find("parallel_rows") == nullptr || unit.find("kernel") == nullptr ||
        wanted_.has("parallel") || wanted_.has("parallel_rows"))
      return {spec};
    base::Spec plain = wanted_;
    plain.set("scheme", "direct");
    std::optional<base::Spec> sizes;
    try {
      sizes = resolve(plain);
    } catch (const base::Error&) {
      return {spec};  // its fault will be found with every scheme
    }
    std::vector<base::Spec> tiles;
    for (const int64_t rows : {int64_t{1}, sizes->size("kernel_rows")}) {
      base::Spec tile = spec;
      tile.set("parallel", std::max<int64_t>(2, sizes->size("kernel")));
      tile.set("parallel_rows", rows);
      if (tiles.empty() || !(tile == tiles.back())) tiles.push_back(std::move(tile));
    }
    return tiles;
  }

  void consider(const base::Spec& spec) {
    try {
      const base::Spec resolved = resolve(spec);
      for (const Candidate& known : found_)
        if (known.spec == resolved) return;
      const Composition made = composition(resolved);
      found_.push_back({resolved, estimated_area(made, model_), made.outputs_per_cycle});
    } catch (const base::Error& error) {
      if (!fault_) fault_ = error;
    }
  }

  // The same form with its registers elsewhere, and with other partial products.
  void vary(const base::Spec& spec) {
    const auto with = [&](std::string_view key, std::string_view value) {
      base::Spec other = spec;
      other.set(key, value);
      consider(other);
    };
    if (!wanted_.has("cut") && spec.has("cut"))
      for (const char* cut : {"mult,post", "branch,post"}) with("cut", cut);
    if (!wanted_.has("products") && spec.is("arith", "heap"))
      for (const char* form : {"booth4", "baugh_wooley"}) with("products", form);
    if (!wanted_.has("form") && spec.is("form", "T")) with("form", "D");
    if (!wanted_.has("algorithm") && !wanted_.has("algorithm_rows")) algorithms(spec);
  }

  // Other fast algorithms of the same size, in both dimensions alike where these are equal.
  void algorithms(const base::Spec& spec) {
    if (spec.is("scheme", "direct") || !spec.has("algorithm") || !spec.has("parallel")) return;
    const char* const taps = spec.has("kernel") ? "kernel" : "taps";
    const bool both = spec.has("algorithm_rows") && !spec.is("algorithm_rows", "direct");
    if (both && (spec.size("kernel_rows") != spec.size("kernel") ||
                 spec.size("parallel_rows") != spec.size("parallel")))
      return;
    const std::vector<std::string> names =
        ffa::names_for(static_cast<int>(spec.size("parallel")), static_cast<int>(spec.size(taps)));
    for (size_t i = 0; i < std::min(kAlgorithms, names.size()); ++i) {
      if (names[i] == "direct") continue;  // is scheme=direct
      if (names[i] == "w") continue;       // where it has no divisor it is another name of k2
      base::Spec other = spec;
      other.set("algorithm", names[i]);
      if (both) other.set("algorithm_rows", names[i]);
      consider(other);
    }
  }

  void sort() {
    std::stable_sort(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
      return a.area_per_output() < b.area_per_output();
    });
  }

  const base::Spec& wanted_;
  const CostModel& model_;
  std::vector<Candidate> found_;
  std::optional<base::Error> fault_;
};

}  // namespace

Composition composition(const base::Spec& resolved) {
  const int64_t in = channels(resolved, "InChannels"), out = channels(resolved, "OutChannels");
  if (in <= kBuiltChannels && out <= kBuiltChannels) return built(resolved);
  // f(in, out) = products * in * out + pre * in + post * out.
  const Composition one = built(with_channels(resolved, 1, 1));
  const Composition two_in = built(with_channels(resolved, 2, 1));
  const Composition two_out = built(with_channels(resolved, 1, 2));
  Composition result{.outputs_per_cycle = one.outputs_per_cycle * static_cast<int>(out)};
  const auto i = static_cast<double>(in), o = static_cast<double>(out);
  for (size_t f = 0; f < hdl::kFeatures; ++f) {
    const double with_in = two_in.census[f] - one.census[f];    // products + pre
    const double with_out = two_out.census[f] - one.census[f];  // products + post
    const double post = one.census[f] - with_in, pre = one.census[f] - with_out;
    result.census[f] = (with_in - pre) * i * o + pre * i + post * o;
  }
  return result;
}

double estimated_area(const Composition& composition, const CostModel& model) {
  double area = 0;
  for (size_t f = 0; f < hdl::kFeatures; ++f) area += composition.census[f] * model.um2[f];
  return area;
}

bool is_automatic(const base::Spec& wanted) { return wanted.is("scheme", "auto"); }

std::vector<Candidate> candidates(const base::Spec& wanted, const CostModel& model) {
  return Search(wanted, model).run();
}

}  // namespace gen
