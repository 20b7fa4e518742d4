// SPDX-License-Identifier: Apache-2.0
// From what the user wrote to a complete spec, or to a list of everything that is wrong with it.

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.h"
#include "gen/cost.h"
#include "gen/generate.h"

namespace gen {
namespace {

std::string quoted(std::string_view word) { return "'" + std::string(word) + "'"; }

std::string join(const std::vector<std::string>& words, std::string_view separator = ", ") {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

// "; did you mean 'x'?", or nothing when no candidate is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = base::nearest(word, candidates);
  return near.empty() ? "" : "; did you mean " + quoted(near) + "?";
}

std::vector<std::string> value_names(const Param& param) {
  std::vector<std::string> names;
  for (const Value& value : param.values) names.emplace_back(value.name);
  return names;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// Collects faults; resolved values of one key at a time.
class Resolver {
 public:
  explicit Resolver(const Unit& unit) : unit_(unit) {}

  void fault(const std::string& text) { faults_.push_back(std::string(unit_.name) + ": " + text); }
  const std::vector<std::string>& faults() const { return faults_; }

  std::optional<std::string> value(const Param& param, const std::string& text) {
    switch (param.kind) {
      case ParamKind::kFreeSize:
      case ParamKind::kFixedSize:
        return size(param, text);
      case ParamKind::kOption:
        return word(param, text);
      case ParamKind::kSubset:
        return subset(param, text);
      case ParamKind::kWord:
        return text;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> size(const Param& param, const std::string& text) {
    const std::string range = param.min == param.max ? std::to_string(param.min)
                                                     : "in " + std::to_string(param.min) + ".." +
                                                           std::to_string(param.max);
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
      fault(std::string(param.name) + "=" + text + " must be an integer " + range +
            (param.automatic != nullptr ? ", or auto" : ""));
      return std::nullopt;
    }
    if (error != std::errc() || number < param.min || number > param.max) {
      fault(std::string(param.name) + "=" + text + " must be " + range);
      return std::nullopt;
    }
    return std::to_string(number);
  }

  std::optional<std::string> word(const Param& param, const std::string& text) {
    for (const Value& value : param.values) {
      if (value.name == text)
        return std::string(value.stands_for.empty() ? value.name : value.stands_for);
    }
    const std::vector<std::string> names = value_names(param);
    fault(std::string(param.name) + "=" + text + " must be " + join(names, " or ") +
          suggestion(text, names));
    return std::nullopt;
  }

  // The members in the order of the table, so that equal sets have equal text.
  std::optional<std::string> subset(const Param& param, const std::string& text) {
    const std::string list = expand(param, text);
    std::vector<std::string> members =
        list == "none" ? std::vector<std::string>{} : split(list, ',');
    std::vector<std::string> in_order;
    for (const Value& value : param.values) {
      if (!value.stands_for.empty()) continue;
      for (auto member = members.begin(); member != members.end(); ++member) {
        if (*member != value.name) continue;
        in_order.push_back(*member);
        members.erase(member);
        break;
      }
    }
    if (members.empty()) return in_order.empty() ? "none" : join(in_order, ",");
    std::vector<std::string> known, aliases{"none"};
    for (const Value& value : param.values) {
      (value.stands_for.empty() ? known : aliases).emplace_back(value.name);
    }
    const std::string& odd = members.front();
    const bool alone = std::find(aliases.begin(), aliases.end(), odd) != aliases.end();
    const bool twice = std::find(in_order.begin(), in_order.end(), odd) != in_order.end();
    std::vector<std::string> candidates = known;
    candidates.insert(candidates.end(), aliases.begin(), aliases.end());
    const std::string set =
        join(known) + " (joined by commas), " + join(aliases, alone ? " or " : ", ");
    std::string why = quoted(odd) + " is none of " + set + suggestion(odd, candidates);
    if (alone) why = quoted(odd) + " must stand alone: the choices are " + set;
    if (twice) why = quoted(odd) + " stands twice";
    fault(std::string(param.name) + "=" + text + ": " + why);
    return std::nullopt;
  }

  static std::string expand(const Param& param, const std::string& text) {
    for (const Value& value : param.values) {
      if (value.name == text && !value.stands_for.empty()) return std::string(value.stands_for);
    }
    return text;
  }

  const Unit& unit_;
  std::vector<std::string> faults_;
};

// What the key has when nobody gives it.
std::string default_of(Resolver& resolver, const Param& param, const base::Spec& resolved) {
  if (param.automatic != nullptr && param.default_value == "auto")
    return std::to_string(param.automatic(resolved));
  if (param.automatic_word != nullptr && param.default_value == "auto")
    return std::string(param.automatic_word(resolved));
  if (param.kind == ParamKind::kWord) return param.automatic_name(resolved);
  return resolver.value(param, std::string(param.default_value)).value_or("");
}

}  // namespace

base::Spec resolve(const base::Spec& wanted) {
  const Unit& unit = find_unit(wanted.unit());
  if (is_automatic(wanted) && unit.find("scheme") != nullptr)
    return candidates(wanted, cost_models().front()).front().spec;
  Resolver resolver(unit);
  std::vector<std::string> keys;
  for (const Param& param : unit.params) keys.emplace_back(param.name);
  for (const auto& item : wanted.items()) {
    if (unit.find(item.first) != nullptr) continue;
    const std::string near = suggestion(item.first, keys);
    resolver.fault("unknown option " + quoted(item.first) +
                   (near.empty() ? "; it has " + join(keys) : near));
  }
  base::Spec resolved{std::string(unit.name)};
  for (const Param& param : unit.params) {
    const std::string text =
        wanted.has(param.name) ? wanted.get(param.name) : std::string(param.default_value);
    if (param.kind == ParamKind::kWord) {
      if (!resolver.faults().empty()) continue;
      const std::string fault = text == "auto" ? "" : param.fault(resolved, text);
      if (fault.empty()) {
        resolved.set(param.name, text == "auto" ? param.automatic_name(resolved) : text);
      } else {
        resolver.fault(std::string(param.name) + "=" + text + " " + fault);
      }
      continue;
    }
    const bool computed = param.automatic != nullptr || param.automatic_word != nullptr;
    if (computed && text == "auto") {
      // Without the keys that it is computed from there is a fault already.
      if (!resolver.faults().empty()) continue;
      if (param.automatic != nullptr) resolved.set(param.name, param.automatic(resolved));
      if (param.automatic_word != nullptr) resolved.set(param.name, param.automatic_word(resolved));
      continue;
    }
    const std::optional<std::string> value = resolver.value(param, text);
    if (value.has_value()) resolved.set(param.name, *value);
  }
  for (const Param& param : unit.params) {
    if (param.at_most.empty() || !resolved.has(param.name) || !resolved.has(param.at_most))
      continue;
    if (resolved.size(param.name) > resolved.size(param.at_most)) {
      resolver.fault(std::string(param.name) + "=" + resolved.get(param.name) + " must be in " +
                     std::to_string(param.min) + ".." + resolved.get(param.at_most) + " (at most " +
                     std::string(param.at_most) + ")");
    }
  }
  for (const Rule& rule : unit.rules) {
    bool complete = true;
    for (const std::string_view key : rule.keys) complete = complete && resolved.has(key);
    if (!complete || !rule.broken(resolved)) continue;
    resolver.fault(rule.explain != nullptr ? rule.explain(resolved) : std::string(rule.text));
  }
  for (const Param& param : unit.params) {
    if (param.only_if.key.empty() || !wanted.has(param.name) || !resolved.has(param.name) ||
        !resolved.has(param.only_if.key) || param.only_if.holds(resolved) ||
        resolved.is(param.name, default_of(resolver, param, resolved))) {
      continue;
    }
    resolver.fault(std::string(param.name) + "=" + resolved.get(param.name) + " needs " +
                   param.only_if.text());
  }
  if (!resolver.faults().empty()) {
    throw base::Error(base::ExitCode::kUsage, join(resolver.faults(), "\n"));
  }
  return resolved;
}

}  // namespace gen
