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

Param word(std::string_view name, std::string_view tag, std::string_view doc,
           std::string (*automatic)(const base::Spec& spec),
           std::string (*fault)(const base::Spec& spec, const std::string& word)) {
  return {.name = name,
          .kind = ParamKind::kWord,
          .default_value = "auto",
          .doc = doc,
          .tag = tag,
          .automatic_name = automatic,
          .fault = fault};
}

bool Condition::holds(const base::Spec& spec) const {
  if (key.empty()) return true;
  for (std::string_view words = value;;) {
    const size_t end = words.find('|');
    if (spec.is(key, words.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    words.remove_prefix(end + 1);
  }
}

std::string Condition::text() const {
  std::string words(value);
  for (size_t at = 0; (at = words.find('|', at)) != std::string::npos;)
    words.replace(at, 1, " or ");
  return std::string(key) + "=" + words;
}

Param Param::free_with(std::string_view other, std::string_view value) const {
  Param param = *this;
  param.free_if = {other, value};
  return param;
}

Param Param::fixed_with(std::string_view other, std::string_view value) const {
  Param param = *this;
  param.fixed_if = {other, value};
  return param;
}

Param Param::needs(std::string_view other, std::string_view value) const {
  Param param = *this;
  param.only_if = {other, value};
  return param;
}

Param Param::up_to(std::string_view size) const {
  Param param = *this;
  param.at_most = size;
  return param;
}

Param Param::tagged(std::string_view text) const {
  Param param = *this;
  param.tag = text;
  return param;
}

Param Param::silent_at(std::string_view number) const {
  Param param = *this;
  param.silent = number;
  return param;
}

Param Param::or_auto(int64_t (*number)(const base::Spec& spec)) const {
  Param param = *this;
  param.automatic = number;
  param.default_value = "auto";
  return param;
}

Param Param::or_auto(std::string_view (*word)(const base::Spec& spec),
                     std::string_view text) const {
  Param param = *this;
  param.automatic_word = word;
  param.default_value = "auto";
  param.values.insert(param.values.begin(), {"auto", text, "auto"});
  return param;
}

const Param* Unit::find(std::string_view key) const {
  for (const Param& param : params) {
    if (param.name == key) return &param;
  }
  return nullptr;
}

}  // namespace gen
