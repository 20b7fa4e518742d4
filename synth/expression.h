// SPDX-License-Identifier: Apache-2.0
// Boolean expressions of Liberty: `function`, `when`, `next_state`.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace synth {

// A Liberty expression as postfix code over named variables. Liberty's operators, tightest first: !
// and ' (not), ^ (xor), & * and juxtaposition (and), | + (or).
class Expression {
 public:
  enum class Op : uint8_t { kVariable, kZero, kOne, kNot, kAnd, kXor, kOr };
  struct Step {
    Op op;
    uint16_t variable = 0;
  };

  // Variables are numbered by `index_of(name)`, which returns -1 for a name that is none.
  // Throws std::invalid_argument with a short text for what is no expression.
  static Expression parse(std::string_view text,
                          const std::function<int(std::string_view)>& index_of);

  const std::vector<Step>& steps() const { return steps_; }
  std::vector<uint16_t> variables() const;  // used ones, ascending, each once

  // Value for one assignment: bit i of `assignment` is variable i (the first 64 variables).
  bool value(uint64_t assignment) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace synth
