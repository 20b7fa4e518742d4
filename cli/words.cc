// SPDX-License-Identifier: Apache-2.0
// Parsing of times and loads, quoting for replay commands.

#include "cli/words.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace cli {

std::string counted(int64_t number, const std::string& noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

double parse_clock(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const std::string unit(stop, end);
  const double scale = unit == "ps"                   ? 1e-3
                       : unit == "us"                 ? 1e3
                       : unit == "ns" || unit.empty() ? 1
                                                      : 0;
  const double nanoseconds = value * scale;
  if (error != std::errc() || !(nanoseconds >= 1e-3 && nanoseconds <= 1e6))
    base::usage_error("clock",
                      fmt::format("'{}' must be a time from 1ps to 1000us, such as 5ns", text));
  return nanoseconds;
}

double parse_load(const std::string& text) {
  if (text.empty()) return 0;
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const std::string unit(stop, end);
  const double farads = value * (unit == "fF" ? 1e-15 : unit == "pF" || unit.empty() ? 1e-12 : 0);
  if (error != std::errc() || !(farads > 0 && farads <= 100e-12))
    base::usage_error("load",
                      fmt::format("'{}' must be a capacitance up to 100pF, such as 20fF", text));
  return farads;
}

std::string shell_quoted(const std::string& word) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace cli
