// SPDX-License-Identifier: Apache-2.0
// The syntax of Liberty files: groups of attributes, before any meaning.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace synth {

// `name(arguments) { statements }`, `name : value;` or `name(arguments);`. The views point into the
// text; quotes are taken off, line continuations inside quotes are not.
struct LibertyStatement {
  enum class Kind { kGroup, kSimple, kComplex };
  Kind kind = Kind::kSimple;
  int line = 0;
  std::string_view name;
  std::vector<std::string_view> arguments;  // of a simple attribute: its one value
  std::vector<LibertyStatement> body;

  // First argument, empty when there is none.
  std::string_view value() const { return arguments.empty() ? std::string_view{} : arguments[0]; }
  const LibertyStatement* find(std::string_view statement) const;
};

// The one `library` group of the text. Usage error `subject:line: text` for what is none.
LibertyStatement parse_liberty_syntax(std::string_view text, std::string_view subject);

// One number, or all of a list in quotes: `"0.1, 0.2"`. Usage error on anything else.
double liberty_number(const LibertyStatement& statement, std::string_view text,
                      std::string_view subject);
void liberty_numbers(const LibertyStatement& statement, std::string_view text,
                     std::string_view subject, std::vector<double>& into);

}  // namespace synth
