// SPDX-License-Identifier: Apache-2.0
// Random legal points of a unit, from its parameter table alone.

#pragma once

#include <algorithm>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "gen/generate.h"

namespace gen {

// Sizes up to `largest` (maxima of a picture: twice that), but as large as their least; keys whose
// condition fails keep their defaults. Nothing when the draw breaks a rule.
inline std::optional<base::Spec> draw_spec(const Unit& unit, std::mt19937_64& random,
                                           int64_t largest) {
  const auto below = [&](size_t count) { return static_cast<size_t>(random() % count); };
  base::Spec spec{std::string(unit.name)};
  for (const Param& param : unit.params) {
    const bool settled =
        param.only_if.key.empty() || (spec.has(param.only_if.key) && param.only_if.holds(spec));
    if (param.kind == ParamKind::kWord) continue;  // the words depend on the sizes
    if (!settled || (param.automatic != nullptr && below(2) == 0)) continue;
    if (param.is_size()) {
      int64_t most = std::min(param.max, param.name.starts_with("Max") ? 2 * largest : largest);
      if (!param.at_most.empty()) most = std::min(most, spec.size(param.at_most));
      most = std::max(most, param.min);
      spec.set(param.name,
               param.min + static_cast<int64_t>(below(static_cast<size_t>(most - param.min + 1))));
    } else if (param.kind == ParamKind::kOption) {
      spec.set(param.name, param.values[below(param.values.size())].name);
    } else {
      std::string list;
      for (const Value& value : param.values) {
        if (!value.stands_for.empty() || value.name == "none" || below(2) == 0) continue;
        list += (list.empty() ? "" : ",") + std::string(value.name);
      }
      spec.set(param.name, list.empty() ? "none" : list);
    }
  }
  try {
    return resolve(spec);
  } catch (const base::Error&) {  // a rule between parameters
    return std::nullopt;
  }
}

// `count` resolved specs.
inline std::vector<base::Spec> random_specs(const Unit& unit, int count, uint64_t seed,
                                            int64_t largest = 32) {
  std::mt19937_64 random(seed);
  std::vector<base::Spec> specs;
  for (int attempt = 0; static_cast<int>(specs.size()) < count; ++attempt) {
    if (attempt > 1000 * count) throw std::logic_error("no legal points found");
    if (auto spec = draw_spec(unit, random, largest)) specs.push_back(*spec);
  }
  return specs;
}

}  // namespace gen
