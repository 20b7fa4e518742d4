// SPDX-License-Identifier: Apache-2.0
// Matching of port names.

#include "cli/foreign.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"

namespace cli {
namespace {

// `A_in`, `i_a`, `a_i` and `a` are one name.
std::string bare(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const std::string suffix : {"_in", "_out", "_i", "_o"})
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      name.resize(name.size() - suffix.size());
      break;
    }
  for (const std::string prefix : {"i_", "o_"})
    if (name.size() > prefix.size() && name.starts_with(prefix)) {
      name.erase(0, prefix.size());
      break;
    }
  return name;
}

const std::map<std::string, bool> kResetNames = {  // bare name: active low
    {"rst_n", true},   {"rst_ni", true}, {"rstn", true}, {"resetn", true}, {"reset_n", true},
    {"aresetn", true}, {"nreset", true}, {"rst", false}, {"reset", false}, {"areset", false}};
const std::vector<std::string> kClockNames = {"clk", "clock", "aclk", "ck"};

class Matcher {
 public:
  Matcher(const std::vector<gen::Port>& expected, const std::vector<sim::ModelPort>& actual,
          std::string subject)
      : subject_(std::move(subject)),
        expected_(expected),
        actual_(actual),
        clocked_(std::any_of(expected.begin(), expected.end(),
                             [](const gen::Port& port) { return port.name == "clk_i"; })) {}

  ForeignPorts match(const ForeignNames& given) {
    apply_given(given);
    by_equal_name();
    clock_and_reset();
    by_rule(
        [](const gen::Port& e, const sim::ModelPort& a) { return bare(e.name) == bare(a.name); },
        "its name");
    by_rule([](const gen::Port&, const sim::ModelPort&) { return true; },
            "the only one left of its width and direction");
    absent();
    for (const sim::ModelPort& port : actual_)
      if (port.input && !taken(port.name)) {
        for (const gen::Port& wanted : expected_)
          if (wanted.name == port.name)
            base::usage_error(subject_,
                              fmt::format("{0} is given as {1}, which leaves the RTL's own "
                                          "{0} without a use",
                                          port.name, found_[port.name]));
        result_.map.tied.emplace_back(port.name, 0);
        result_.guesses.push_back(fmt::format("input {} is of no known use: held at 0", port.name));
      }
    for (const auto& [name, other] : found_)
      if (name != other) result_.map.names.emplace_back(name, other);
    return result_;
  }

 private:
  const sim::ModelPort& actual(const std::string& name) const {
    std::vector<std::string> names;
    for (const sim::ModelPort& port : actual_) {
      if (port.name == name) return port;
      names.push_back(port.name);
    }
    const std::string near = base::nearest(name, names);
    base::usage_error(subject_,
                      fmt::format("the RTL has no port '{}'; {}", name,
                                  near.empty() ? fmt::format("it has {}", fmt::join(names, ", "))
                                               : fmt::format("did you mean '{}'?", near)));
  }

  bool taken(const std::string& name) const {
    return std::any_of(found_.begin(), found_.end(),
                       [&](const auto& f) { return f.second == name; });
  }

  void apply_given(const ForeignNames& given) {
    for (const std::string& word : given.ports) {
      const size_t equals = word.find('=');
      if (equals == std::string::npos)
        base::usage_error(subject_,
                          fmt::format("--port {} is not of the form expected=actual", word));
      const std::string name = word.substr(0, equals);
      std::vector<std::string> names;
      for (const gen::Port& port : expected_) names.push_back(port.name);
      if (std::find(names.begin(), names.end(), name) == names.end())
        base::usage_error(subject_, fmt::format("--port {}: the unit has no port '{}'; it has {}",
                                                word, name, fmt::join(names, ", ")));
      if (found_.contains(name))
        base::usage_error(subject_, fmt::format("--port {}: {} is given twice", word, name));
      found_[name] = actual(word.substr(equals + 1)).name;
    }
    if (!clocked_ && !(given.clock.empty() && given.reset.empty()))
      base::usage_error(subject_, "--clock, --reset: the unit is combinational, it has neither");
    if (!given.clock.empty()) found_["clk_i"] = actual(given.clock).name;
    if (given.reset.empty()) return;
    const size_t colon = given.reset.find(':');
    const std::string level = colon == std::string::npos ? "low" : given.reset.substr(colon + 1);
    if (level != "low" && level != "high")
      base::usage_error(subject_,
                        fmt::format("--reset {}: the level must be low or high", given.reset));
    set_reset(actual(given.reset.substr(0, colon)).name, level == "low");
  }

  void set_reset(const std::string& name, bool active_low) {
    found_["rst_ni"] = name;
    if (!active_low) result_.map.inverted.push_back(name);
  }

  void by_equal_name() {
    for (const gen::Port& port : expected_)
      for (const sim::ModelPort& other : actual_)
        if (port.name == other.name && !found_.contains(port.name) && !taken(other.name))
          found_[port.name] = other.name;
  }

  void clock_and_reset() {
    for (const sim::ModelPort& port : actual_) {
      if (!port.input || port.width != 1 || taken(port.name)) continue;
      const std::string name = bare(port.name);
      const bool is_clock =
          std::find(kClockNames.begin(), kClockNames.end(), name) != kClockNames.end();
      if (!clocked_ && (is_clock || kResetNames.contains(name)))
        base::usage_error(subject_,
                          fmt::format("the RTL has a clock or reset '{}', but the unit is "
                                      "combinational",
                                      port.name));
      if (is_clock && !found_.contains("clk_i")) {
        found_["clk_i"] = port.name;
        result_.guesses.push_back(fmt::format("the clock is {}", port.name));
      }
      const auto reset = kResetNames.find(name);
      if (reset == kResetNames.end() || found_.contains("rst_ni")) continue;
      set_reset(port.name, reset->second);
      result_.guesses.push_back(
          fmt::format("the reset is {}, active {}", port.name, reset->second ? "low" : "high"));
    }
  }

  template <class Rule>
  void by_rule(Rule rule, const char* why) {
    for (const gen::Port& port : expected_) {
      if (found_.contains(port.name) || port.name == "clk_i" || port.name == "rst_ni") continue;
      std::vector<std::string> candidates;
      for (const sim::ModelPort& other : actual_)
        if (other.input == port.input && other.width == port.width_value && !taken(other.name) &&
            rule(port, other))
          candidates.push_back(other.name);
      if (candidates.size() != 1) continue;
      found_[port.name] = candidates.front();
      result_.guesses.push_back(fmt::format("{} is {} ({})", port.name, candidates.front(), why));
    }
  }

  void absent() {
    for (const gen::Port& port : expected_) {
      if (found_.contains(port.name)) continue;
      static const std::set<std::string> optional = {"clk_i", "rst_ni", "en_i", "valid_i",
                                                     "valid_o"};
      if (!optional.contains(port.name))
        base::usage_error(
            subject_, fmt::format("the RTL has no counterpart of {} ({} bits); name it with --port "
                                  "{}=NAME",
                                  port.name, port.width_value, port.name));
      result_.guesses.push_back(fmt::format("{} has no counterpart", port.name));
      if (port.input) result_.map.ignored.emplace_back(port.name, port.width_value);
      if (port.name == "en_i" || port.name.starts_with("valid_")) result_.has_enable = false;
    }
  }

  std::string subject_;
  const std::vector<gen::Port>& expected_;
  const std::vector<sim::ModelPort>& actual_;
  bool clocked_;
  std::map<std::string, std::string> found_;  // expected: actual
  ForeignPorts result_;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The words of a Verilog text, comments left out.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "//") == 0) {
      i = std::min(text.find('\n', i), text.size());
    } else if (text.compare(i, 2, "/*") == 0) {
      const size_t end = text.find("*/", i + 2);
      i = end == std::string::npos ? text.size() : end + 2;
    } else if (is_word(text[i])) {
      size_t end = i;
      while (end < text.size() && is_word(text[end])) ++end;
      words.push_back(text.substr(i, end - i));
      i = end;
    } else {
      ++i;
    }
  }
  return words;
}

}  // namespace

std::string guess_top(const std::vector<std::string>& texts) {
  std::map<std::string, int> count;
  std::vector<std::string> modules;
  for (const std::string& text : texts) {
    std::string previous;
    for (const std::string& word : words_of(text)) {
      if (previous == "module") modules.push_back(word);
      ++count[word];
      previous = word;
    }
  }
  std::vector<std::string> tops;
  for (const std::string& name : modules)
    if (count[name] == 1) tops.push_back(name);
  if (tops.size() == 1) return tops.front();
  if (modules.empty()) base::usage_error("rtl", "no file holds a module");
  base::usage_error("rtl", fmt::format("name the top module with --top; the files hold {}",
                                       fmt::join(tops.empty() ? modules : tops, ", ")));
}

ForeignPorts match_ports(const std::vector<gen::Port>& expected,
                         const std::vector<sim::ModelPort>& actual, const ForeignNames& given) {
  return Matcher(expected, actual, given.command).match(given);
}

}  // namespace cli
