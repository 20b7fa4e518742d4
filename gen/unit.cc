// SPDX-License-Identifier: Apache-2.0
// Short forms for a unit's parameter table.

#include "gen/unit.h"

namespace gen {

Param free_size(std::string_view name, std::string_view default_value, int64_t min, int64_t max,
                std::string_view doc) {
  return {.name = name,
          .kind = ParamKind::kFreeSize,
          .default_value = default_value,
          .doc = doc,
          .min = min,
          .max = max};
}

Param fixed_size(std::string_view name, std::string_view tag, std::string_view default_value,
                 int64_t min, int64_t max, std::string_view doc) {
  return {.name = name,
          .kind = ParamKind::kFixedSize,
          .default_value = default_value,
          .doc = doc,
          .min = min,
          .max = max,
          .tag = tag};
}

Param option(std::string_view name, std::vector<Value> values, std::string_view doc) {
  const std::string_view first = values.front().name;
  return {.name = name,
          .kind = ParamKind::kOption,
          .default_value = first,
          .doc = doc,
          .values = std::move(values)};
}

Param subset(std::string_view name, std::string_view default_value, std::vector<Value> values,
             std::string_view doc) {
  return {.name = name,
          .kind = ParamKind::kSubset,
          .default_value = default_value,
          .doc = doc,
          .values = std::move(values)};
}

const Param* Unit::find(std::string_view key) const {
  for (const Param& param : params) {
    if (param.name == key) return &param;
  }
  return nullptr;
}

}  // namespace gen
