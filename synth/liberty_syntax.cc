// SPDX-License-Identifier: Apache-2.0
// Recursive descent over Liberty text.

#include "synth/liberty_syntax.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>

#include "base/error.h"

namespace synth {
namespace {

class Parser {
 public:
  Parser(std::string_view text, std::string_view subject) : text_(text), subject_(subject) {}

  LibertyStatement run() {
    skip();
    LibertyStatement library;
    if (at_end() || !word_char(text_[at_])) fail("not a Liberty file: no 'library' group");
    library = statement(0);
    if (library.name != "library" || library.kind != LibertyStatement::Kind::kGroup) {
      fail("not a Liberty file: no 'library' group");
    }
    skip();
    if (!at_end()) fail("text after the end of the library");
    return library;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    base::usage_error(fmt::format("{}:{}", subject_, line_), what);
  }
  bool at_end() const { return at_ >= text_.size(); }
  static bool word_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' ||
           c == '+' || c == '*' || c == '/' || c == '[' || c == ']' || c == '!' || c == '&' ||
           c == '|' || c == '^' || c == '\'' || c == '$' || c == '%' || c == '<' || c == '>';
  }
  // Blanks, comments and line continuations.
  void skip() {
    while (!at_end()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        ++at_;
      } else if (std::isspace(static_cast<unsigned char>(c)) || c == '\\') {
        ++at_;
      } else if (text_.substr(at_, 2) == "/*") {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) fail("comment without end");
        count_lines(at_, end);
        at_ = end + 2;
      } else if (text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }
  void count_lines(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) line_ += text_[i] == '\n';
  }
  char peek() {
    skip();
    return at_end() ? '\0' : text_[at_];
  }
  void expect(char c) {
    if (peek() != c) {
      fail(at_end() ? fmt::format("'{}' expected at the end of the file", c)
                    : fmt::format("'{}' expected, not '{}'", c, printable(text_[at_])));
    }
    ++at_;
  }
  static std::string printable(char c) {
    if (std::isprint(static_cast<unsigned char>(c))) return std::string(1, c);
    return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }

  std::string_view quoted() {
    const size_t begin = ++at_;
    size_t end = begin;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size()) fail("string without end");
    count_lines(begin, end);
    at_ = end + 1;
    return text_.substr(begin, end - begin);
  }
  std::string_view word() {
    const size_t begin = at_;
    while (!at_end() && word_char(text_[at_])) {
      if (text_[at_] == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '*') break;
      ++at_;
    }
    if (at_ == begin) {
      fail(at_end() ? "unexpected end of the file"
                    : fmt::format("unexpected '{}'", printable(text_[at_])));
    }
    return text_.substr(begin, at_ - begin);
  }
  // The value of a simple attribute: a string, or everything to the end of the statement.
  std::string_view simple_value() {
    if (peek() == '"') return quoted();
    const size_t begin = at_;
    size_t end = begin;
    while (end < text_.size() && text_[end] != ';' && text_[end] != '\n' && text_[end] != '}' &&
           text_.substr(end, 2) != "/*") {
      ++end;
    }
    at_ = end;
    while (end > begin && std::isspace(static_cast<unsigned char>(text_[end - 1]))) --end;
    return text_.substr(begin, end - begin);
  }

  LibertyStatement statement(int depth) {
    if (depth > 50) fail("too deep nesting");
    LibertyStatement result;
    skip();
    result.line = line_;
    result.name = peek() == '"' ? quoted() : word();
    const char next = peek();
    if (next == ':') {
      ++at_;
      result.arguments.push_back(simple_value());
      if (peek() == ';') ++at_;
      return result;
    }
    if (next != '(') fail(fmt::format("':' or '(' expected after '{}'", result.name));
    ++at_;
    while (peek() != ')') {
      if (peek() == ',') {
        ++at_;
        continue;
      }
      // `A : B` and the like occur within the parentheses of rarely used attributes.
      if (peek() == ':') ++at_;
      result.arguments.push_back(peek() == '"' ? quoted() : word());
    }
    ++at_;
    if (peek() != '{') {
      result.kind = LibertyStatement::Kind::kComplex;
      if (peek() == ';') ++at_;
      return result;
    }
    ++at_;
    result.kind = LibertyStatement::Kind::kGroup;
    while (peek() != '}') {
      if (at_end()) fail(fmt::format("group '{}' of line {} has no end", result.name, result.line));
      if (peek() == ';') {
        ++at_;
        continue;
      }
      result.body.push_back(statement(depth + 1));
    }
    expect('}');
    return result;
  }

  std::string_view text_;
  std::string_view subject_;
  size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

const LibertyStatement* LibertyStatement::find(std::string_view statement) const {
  for (const LibertyStatement& candidate : body) {
    if (candidate.name == statement) return &candidate;
  }
  return nullptr;
}

LibertyStatement parse_liberty_syntax(std::string_view text, std::string_view subject) {
  return Parser(text, subject).run();
}

void liberty_numbers(const LibertyStatement& statement, std::string_view text,
                     std::string_view subject, std::vector<double>& into) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    while (at < end && (std::isspace(static_cast<unsigned char>(*at)) || *at == ',' ||
                        *at == '\\' || *at == '+')) {
      ++at;
    }
    if (at == end) return;
    double value = 0;
    const auto [rest, code] = std::from_chars(at, end, value);
    if (code != std::errc()) {
      base::usage_error(
          fmt::format("{}:{}", subject, statement.line),
          fmt::format("'{}' needs numbers, not '{}'", statement.name, text.substr(0, 40)));
    }
    into.push_back(value);
    at = rest;
  }
}

double liberty_number(const LibertyStatement& statement, std::string_view text,
                      std::string_view subject) {
  std::vector<double> values;
  liberty_numbers(statement, text, subject, values);
  if (values.size() != 1) {
    base::usage_error(
        fmt::format("{}:{}", subject, statement.line),
        fmt::format("'{}' needs one number, not '{}'", statement.name, text.substr(0, 40)));
  }
  return values[0];
}

}  // namespace synth
