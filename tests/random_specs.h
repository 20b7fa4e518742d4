// SPDX-License-Identifier: Apache-2.0
// Random legal points of a unit, from its parameter table alone.

#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "gen/generate.h"

namespace gen {

// What a spec's structure grows by: the product of its sizes but for the widths of words, maxima of
// what is set at run time, and the steps between samples.
inline int64_t structure_of(const Unit& unit, const base::Spec& spec) {
  int64_t product = 1;
  for (const Param& param : unit.params) {
    const bool counts = param.kind == ParamKind::kFixedSize && !param.name.ends_with("Width") &&
                        !param.name.starts_with("Max") && param.name != "stride" &&
                        param.name != "dilation";
    if (!counts || !spec.has(param.name) || spec.is(param.name, "auto")) continue;
    product = std::min(product * std::max<int64_t>(spec.size(param.name), 1), INT64_MAX / 100'000);
  }
  return product;
}

// The spec with a fast algorithm drawn for each key that takes a name, if a legal one is hit.
inline base::Spec with_words(const Unit& unit, base::Spec spec, std::mt19937_64& random) {
  static constexpr std::string_view kNames[] = {
      "k2",    "k3",    "k3d",   "p3",    "k5",     "m5",       "m6",       "k7",
      "m7",    "w",     "pw4",   "pw5",   "pw6",    "pw7",      "pw8",      "pw12",
      "k2.k2", "k2.k3", "k3.k2", "k3.k3", "k3d.k2", "k2.k2.k2", "k3.k2.k2", "direct"};
  for (const Param& param : unit.params) {
    if (param.kind != ParamKind::kWord || random() % 2 == 0) continue;
    for (int attempt = 0; attempt < 4; ++attempt) {
      base::Spec changed = spec;
      changed.set(param.name, kNames[random() % std::size(kNames)]);
      try {
        spec = resolve(changed);
        break;
      } catch (const base::Error&) {  // not for these sizes
      }
    }
  }
  return spec;
}

// Sizes up to `largest` (maxima of a picture: twice that), but as large as their least; keys whose
// condition fails keep their defaults. Nothing when the draw breaks a rule or has more than
// `most_structure`.
inline std::optional<base::Spec> draw_spec(const Unit& unit, std::mt19937_64& random,
                                           int64_t largest, int64_t most_structure = INT64_MAX) {
  const auto below = [&](size_t count) { return static_cast<size_t>(random() % count); };
  base::Spec spec{std::string(unit.name)};
  for (const Param& param : unit.params) {
    const bool settled =
        param.only_if.key.empty() || (spec.has(param.only_if.key) && param.only_if.holds(spec));
    if (param.kind == ParamKind::kWord) continue;  // the words depend on the sizes
    if (!settled || (param.automatic != nullptr && below(2) == 0)) continue;
    // Strides, channels: sizes that most points leave alone.
    if (param.is_size() && param.silent == "1" && below(3) > 0) continue;
    if (param.is_size()) {
      int64_t most = std::min(param.max, param.name.starts_with("Max") ? 2 * largest : largest);
      if (!param.at_most.empty()) most = std::min(most, spec.size(param.at_most));
      most = std::max(most, param.min);
      spec.set(param.name,
               param.min + static_cast<int64_t>(below(static_cast<size_t>(most - param.min + 1))));
    } else if (param.kind == ParamKind::kOption) {
      const std::string_view word = param.values[below(param.values.size())].name;
      // scheme=auto is one of the other words, which are drawn as well.
      const bool choice = word == "auto" && param.automatic_word == nullptr;
      spec.set(param.name, choice ? param.values.front().name : word);
    } else {
      std::string list;
      for (const Value& value : param.values) {
        if (!value.stands_for.empty() || value.name == "none" || below(2) == 0) continue;
        list += (list.empty() ? "" : ",") + std::string(value.name);
      }
      spec.set(param.name, list.empty() ? "none" : list);
    }
  }
  if (structure_of(unit, spec) > most_structure) return std::nullopt;
  try {
    const base::Spec resolved = resolve(spec);
    if (structure_of(unit, resolved) > most_structure) return std::nullopt;
    return resolved;
  } catch (const base::Error&) {  // a rule between parameters
    return std::nullopt;
  }
}

// `count` resolved specs, none with more than `most_structure`.
inline std::vector<base::Spec> random_specs(const Unit& unit, int count, uint64_t seed,
                                            int64_t largest = 32,
                                            int64_t most_structure = INT64_MAX) {
  std::mt19937_64 random(seed);
  std::vector<base::Spec> specs;
  for (int attempt = 0; static_cast<int>(specs.size()) < count; ++attempt) {
    if (attempt > 100'000 * count) throw std::logic_error("no legal points found");
    if (auto spec = draw_spec(unit, random, largest, most_structure)) {
      specs.push_back(with_words(unit, *spec, random));
    }
  }
  return specs;
}

}  // namespace gen
