// SPDX-License-Identifier: Apache-2.0
// The models of libraries: text in gen/models, which is part of the program, so that an installed
// one has no file to look for.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "gen/cost.h"

namespace gen {
namespace {

// gen/models/*.toml, written by the Makefile; osu018 first.
constexpr std::string_view kTexts[] = {
#include "cost_models.inc"
};

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

}  // namespace

CostModel read_cost_model(std::string_view text, const std::string& file) {
  CostModel model;
  std::array<bool, kFilterParts> known{};
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view words = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty() || words.starts_with('#')) continue;
    const std::string where = fmt::format("{}:{}", file, line);
    const size_t equal = words.find('=');
    if (equal == std::string_view::npos) base::usage_error(where, "must read KEY = VALUE");
    const std::string_view key = trimmed(words.substr(0, equal));
    const std::string_view value = trimmed(words.substr(equal + 1));
    if (key == "library" || key == "fit") {
      (key == "fit" ? model.fit : model.library) = unquoted(value);
      continue;
    }
    size_t part = 0;
    while (part < kFilterParts && filter_part_name(static_cast<FilterPart>(part)) != key) ++part;
    if (part == kFilterParts) {
      std::vector<std::string> names{"library", "fit"};
      for (size_t p = 0; p < kFilterParts; ++p)
        names.emplace_back(filter_part_name(static_cast<FilterPart>(p)));
      base::usage_error(where, fmt::format("'{}' must be one of {}", key, fmt::join(names, ", ")));
    }
    const auto [last, error] =
        std::from_chars(value.data(), value.data() + value.size(), model.um2[part]);
    if (error != std::errc() || last != value.data() + value.size() || !(model.um2[part] >= 0) ||
        model.um2[part] > 1e9)
      base::usage_error(where, fmt::format("{} = {} must be a number of um2", key, value));
    known[part] = true;
  }
  if (model.library.empty()) base::usage_error(file, "must name its library");
  for (size_t p = 0; p < kFilterParts; ++p) {
    if (!known[p])
      base::usage_error(
          file, fmt::format("lacks the um2 of '{}'", filter_part_name(static_cast<FilterPart>(p))));
  }
  return model;
}

std::string cost_model_text(const CostModel& model) {
  std::string text = fmt::format(
      "# um2 of what filters are made of, for scheme=auto; written by fircone fit.\n"
      "library = \"{}\"\n"
      "fit = \"{}\"\n",
      model.library, model.fit);
  for (size_t p = 0; p < kFilterParts; ++p)
    text +=
        fmt::format("{} = {:.4g}\n", filter_part_name(static_cast<FilterPart>(p)), model.um2[p]);
  return text;
}

const std::vector<CostModel>& cost_models() {
  static const std::vector<CostModel> models = [] {
    std::vector<CostModel> all;
    for (const std::string_view text : kTexts) all.push_back(read_cost_model(text, "gen/models"));
    return all;
  }();
  return models;
}

const CostModel* find_cost_model(std::string_view library) {
  const std::vector<CostModel>& models = cost_models();
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&](const CostModel& model) { return model.library == library; });
  return found == models.end() ? nullptr : &*found;
}

}  // namespace gen
