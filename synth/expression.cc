// SPDX-License-Identifier: Apache-2.0
// Recursive descent over Liberty's boolean expressions.

#include "synth/expression.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace synth {
namespace {

class Parser {
 public:
  Parser(std::string_view text, const std::function<int(std::string_view)>& index_of)
      : text_(text), index_of_(index_of) {}

  std::vector<Expression::Step> run() {
    parse_or();
    if (peek() != '\0') fail("unexpected '" + std::string(1, peek()) + "'");
    return std::move(steps_);
  }

 private:
  using Op = Expression::Op;

  [[noreturn]] void fail(const std::string& what) const {
    throw std::invalid_argument(what + " in expression \"" + std::string(text_) + "\"");
  }
  char peek() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  static bool name_start(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '\\' || c == '"';
  }
  void emit(Op op, int variable = 0) { steps_.push_back({op, static_cast<uint16_t>(variable)}); }

  void parse_or() {
    parse_and();
    while (peek() == '+' || peek() == '|') {
      ++at_;
      parse_and();
      emit(Op::kOr);
    }
  }
  void parse_and() {
    parse_xor();
    while (true) {
      const char c = peek();
      const bool written = c == '*' || c == '&';
      if (written) ++at_;
      // Two operands side by side are a product as well.
      if (!written && !(name_start(c) || c == '(' || c == '!')) return;
      parse_xor();
      emit(Op::kAnd);
    }
  }
  void parse_xor() {
    parse_not();
    while (peek() == '^') {
      ++at_;
      parse_not();
      emit(Op::kXor);
    }
  }
  void parse_not() {
    if (++depth_ > 200) fail("too deep nesting");
    if (peek() == '!') {
      ++at_;
      parse_not();
      emit(Op::kNot);
    } else if (peek() == '(') {
      ++at_;
      parse_or();
      if (peek() != ')') fail("missing ')'");
      ++at_;
    } else {
      parse_name();
    }
    while (peek() == '\'') {
      ++at_;
      emit(Op::kNot);
    }
    --depth_;
  }
  void parse_name() {
    const char c = peek();
    if (!name_start(c)) fail("missing operand");
    size_t end = at_;
    std::string name;
    while (end < text_.size()) {
      const char d = text_[end];
      if (std::isalnum(static_cast<unsigned char>(d)) || d == '_' || d == '[' || d == ']' ||
          d == '.') {
        name += d;
      } else if (d != '\\' && d != '"') {
        break;
      }
      ++end;
    }
    at_ = end;
    if (name == "0" || name == "1") {
      emit(name == "1" ? Op::kOne : Op::kZero);
      return;
    }
    const int index = index_of_(name);
    if (index < 0) fail("unknown pin '" + name + "'");
    emit(Op::kVariable, index);
  }

  std::string_view text_;
  const std::function<int(std::string_view)>& index_of_;
  size_t at_ = 0;
  int depth_ = 0;
  std::vector<Expression::Step> steps_;
};

}  // namespace

Expression Expression::parse(std::string_view text,
                             const std::function<int(std::string_view)>& index_of) {
  Expression result;
  result.steps_ = Parser(text, index_of).run();
  return result;
}

std::vector<uint16_t> Expression::variables() const {
  std::vector<uint16_t> used;
  for (const Step& step : steps_) {
    if (step.op == Op::kVariable) used.push_back(step.variable);
  }
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  return used;
}

bool Expression::value(uint64_t assignment) const {
  std::vector<bool> stack;
  for (const Step& step : steps_) {
    if (step.op == Op::kVariable) {
      stack.push_back((assignment >> step.variable & 1) != 0);
    } else if (step.op == Op::kZero || step.op == Op::kOne) {
      stack.push_back(step.op == Op::kOne);
    } else if (step.op == Op::kNot) {
      stack.back() = !stack.back();
    } else {
      const bool right = stack.back();
      stack.pop_back();
      const bool left = stack.back();
      stack.back() = step.op == Op::kAnd   ? left && right
                     : step.op == Op::kXor ? left != right
                                           : left || right;
    }
  }
  return stack.back();
}

}  // namespace synth
