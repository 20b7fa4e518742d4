// SPDX-License-Identifier: Apache-2.0
// Parsing and printing of spec lines.

#include "base/spec.h"

#include <charconv>
#include <sstream>
#include <stdexcept>

#include "base/error.h"

namespace base {

Spec Spec::parse(std::span<const std::string> words) {
  if (words.empty()) usage_error("spec", "a unit is needed; see 'fircone list'");
  Spec spec(words[0]);
  if (words[0].find('=') != std::string::npos)
    usage_error("spec", "'" + words[0] + "' stands where the unit is expected: unit key=value ...");
  for (const std::string& word : words.subspan(1)) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      usage_error(spec.unit_, "'" + word + "' is not of the form key=value");
    const std::string key = word.substr(0, equals);
    if (spec.has(key)) usage_error(spec.unit_, "'" + key + "' is given twice");
    spec.set(key, word.substr(equals + 1));
  }
  return spec;
}

Spec Spec::parse_line(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return parse(words);
}

bool Spec::has(std::string_view key) const {
  for (const auto& item : items_)
    if (item.first == key) return true;
  return false;
}

const std::string& Spec::get(std::string_view key) const {
  for (const auto& item : items_)
    if (item.first == key) return item.second;
  throw std::out_of_range("spec " + unit_ + " has no key " + std::string(key));
}

int64_t Spec::size(std::string_view key) const { return parse_integer(unit_, key, get(key)); }

bool Spec::is(std::string_view key, std::string_view value) const {
  return has(key) && get(key) == value;
}

void Spec::set(std::string_view key, std::string_view value) {
  for (auto& item : items_) {
    if (item.first == key) {
      item.second = value;
      return;
    }
  }
  items_.emplace_back(key, value);
}

void Spec::set(std::string_view key, int64_t value) { set(key, std::to_string(value)); }

std::string Spec::line() const {
  std::string out = unit_;
  for (const auto& [key, value] : items_) out += " " + key + "=" + value;
  return out;
}

int64_t parse_integer(std::string_view subject, std::string_view key, std::string_view value) {
  int64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (value.empty() || error != std::errc() || stop != end)
    usage_error(subject, std::string(key) + "=" + std::string(value) + " must be an integer");
  return number;
}

}  // namespace base
