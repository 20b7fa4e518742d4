// SPDX-License-Identifier: Apache-2.0
// A spec line as plain data: a unit and its key=value pairs, in order.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

// `fcu kernel=3 scheme=ffa DataWidth=8`. Sizes are keys in UpperCamelCase, options in snake_case.
// A spec is *resolved* when every key of its unit is present, in the unit's order, with no `auto`;
// gen/resolve makes it so, everything downstream reads resolved specs only.
class Spec {
 public:
  Spec() = default;
  explicit Spec(std::string unit) : unit_(std::move(unit)) {}

  // One word each: the unit first, then key=value. Throws a usage error for a word without '=',
  // an empty key, or a key given twice. An empty value is for gen/resolve to judge with the others.
  static Spec parse(std::span<const std::string> words);
  static Spec parse_line(std::string_view line);  // words separated by blanks

  const std::string& unit() const { return unit_; }
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }
  bool has(std::string_view key) const;
  const std::string& get(std::string_view key) const;  // throws std::out_of_range when absent
  int64_t size(std::string_view key) const;            // get() as an integer
  bool is(std::string_view key, std::string_view value) const;  // present and equal
  void set(std::string_view key, std::string_view value);       // replaces or appends
  void set(std::string_view key, int64_t value);
  std::string line() const;  // `unit key=value ...`, parses back to an equal spec

  bool operator==(const Spec&) const = default;

 private:
  std::string unit_;
  std::vector<std::pair<std::string, std::string>> items_;
};

// Decimal integer, whole text; throws a usage error `subject: key=value must be an integer`.
int64_t parse_integer(std::string_view subject, std::string_view key, std::string_view value);

}  // namespace base
