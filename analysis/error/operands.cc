// SPDX-License-Identifier: Apache-2.0
// Reading of operand files and chances.

#include "analysis/error/operands.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/error.h"

namespace analysis {
namespace {

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : line.substr(0, line.find('#'))) {
    if (c == ',' || c == ';' || c == ' ' || c == '\t' || c == '\r') {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::optional<mpz_class> integer(const std::string& word) {
  const bool negative = word.starts_with("-");
  std::string digits = word.substr(negative || word.starts_with("+") ? 1 : 0);
  const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
  if (hex) digits.erase(0, 2);
  if (digits.empty() ||
      digits.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789") != std::string::npos)
    return std::nullopt;
  mpz_class value(digits, hex ? 16 : 10);
  return negative ? mpz_class(-value) : value;
}

class Reader {
 public:
  Reader(std::string name, const OperandFormat& format) : name_(std::move(name)), format_(format) {}

  OperandFile read(std::string_view text) {
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      ++line_;
      const std::vector<std::string> words = words_of(text.substr(begin, end - begin));
      if (!words.empty()) read_line(words);
      begin = end + 1;
    }
    if (columns_ == 0) base::usage_error(name_, "the file holds no operands");
    for (const auto& [value, count] : values_) {
      file_.a.emplace_back(pattern(value, format_.width_a, format_.a_signed), count);
      file_.b.emplace_back(pattern(value, format_.width_b, format_.b_signed), count);
    }
    return std::move(file_);
  }

 private:
  [[noreturn]] void refuse(const std::string& text) const {
    base::usage_error(name_, fmt::format("line {}: {}", line_, text));
  }

  void read_line(const std::vector<std::string>& words) {
    if (columns_ == 0 && !integer(words[0])) {  // a heading
      if (heading_) refuse(fmt::format("'{}' is no whole number", words[0]));
      heading_ = true;
      counts_ = words.size() == 2 && words[1] == "count";
      return;
    }
    if (words.size() > 2)
      refuse(
          fmt::format("{} numbers; one (a value) or two (a pair, or below the heading "
                      "'value,count' a value and how often it occurs) are read",
                      words.size()));
    if (columns_ != 0 && words.size() != columns_)
      refuse(fmt::format("{} numbers, where the lines above have {}", words.size(), columns_));
    columns_ = words.size();
    const mpz_class first = number(words[0]);
    if (columns_ == 1 || counts_) {
      const mpz_class count = counts_ ? number(words.at(1)) : mpz_class(1);
      if (count < 0 || count > UINT32_MAX)
        refuse(fmt::format("count {} must be in 0..{}", count.get_str(), UINT32_MAX));
      pattern(first, format_.width_a, format_.a_signed);  // refuses here what does not fit
      pattern(first, format_.width_b, format_.b_signed);
      if (count > 0) values_[first] += count.get_ui();
      return;
    }
    file_.pairs.emplace_back(pattern(first, format_.width_a, format_.a_signed),
                             pattern(number(words[1]), format_.width_b, format_.b_signed));
  }

  mpz_class number(const std::string& word) const {
    const std::optional<mpz_class> value = integer(word);
    if (!value) refuse(fmt::format("'{}' is no whole number", word));
    return *value;
  }

  uint64_t pattern(const mpz_class& value, int width, bool is_signed) const {
    const mpz_class size = mpz_class(1) << static_cast<unsigned>(is_signed ? width - 1 : width);
    const mpz_class least = is_signed ? mpz_class(-size) : mpz_class(0);
    if (value < least || value >= size)
      refuse(fmt::format("{} does not fit into {} {} bits ({}..{})", value.get_str(), width,
                         is_signed ? "signed" : "unsigned", least.get_str(),
                         mpz_class(size - 1).get_str()));
    mpz_class bits = value;
    if (bits < 0) bits += mpz_class(1) << static_cast<unsigned>(width);
    return mpz_class(bits >> 32).get_ui() << 32 | mpz_class(bits & 0xFFFFFFFF).get_ui();
  }

  std::string name_;
  OperandFormat format_;
  OperandFile file_;
  std::map<mpz_class, uint64_t> values_;
  size_t columns_ = 0;
  bool heading_ = false;
  bool counts_ = false;
  int line_ = 0;
};

std::optional<mpq_class> fraction(const std::string& word) {
  const size_t slash = word.find('/');
  const size_t point = word.find('.');
  mpq_class value;
  if (slash != std::string::npos) {
    const auto top = integer(word.substr(0, slash)), bottom = integer(word.substr(slash + 1));
    if (!top || !bottom || *bottom == 0) return std::nullopt;
    value = mpq_class(*top, *bottom);
  } else {
    const std::string whole = point == std::string::npos ? word : word.substr(0, point);
    const std::string rest = point == std::string::npos ? "" : word.substr(point + 1);
    if (whole.empty() && rest.empty()) return std::nullopt;
    const auto digits = integer(whole + rest);
    if (!digits || (whole + rest).find_first_of("xX") != std::string::npos) return std::nullopt;
    mpz_class scale = 1;
    for (size_t i = 0; i < rest.size(); ++i) scale *= 10;
    value = mpq_class(*digits, scale);
  }
  value.canonicalize();
  return value;
}

}  // namespace

OperandFile parse_operands(std::string_view text, const std::string& name,
                           const OperandFormat& format) {
  return Reader(name, format).read(text);
}

std::vector<mpq_class> parse_chances(const std::string& option, const std::string& text,
                                     int width) {
  std::vector<mpq_class> chances;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const std::optional<mpq_class> value = fraction(word);
    if (!value || *value < 0 || *value > 1)
      base::usage_error(option, fmt::format("'{}' must be a chance in 0..1, as 0.25 or 1/4", word));
    chances.push_back(*value);
    begin = end + 1;
  }
  if (chances.size() == 1) chances.resize(static_cast<size_t>(width), chances[0]);
  if (chances.size() != static_cast<size_t>(width))
    base::usage_error(option, fmt::format("{} chances, but the operand has {} bits: give 1 or {}",
                                          chances.size(), width, width));
  return chances;
}

}  // namespace analysis
