// SPDX-License-Identifier: Apache-2.0
// Approximate adders as finite automata that read one bit position after the other.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/spec.h"

namespace analysis {

// What a position may do: the next state and the sum bit.
struct Outcome {
  uint32_t next = 0;
  bool sum = false;
};

// None: the inputs contradict what was guessed. Several: a guess about higher positions.
struct Outcomes {
  std::array<Outcome, 4> list{};
  int count = 0;

  Outcomes() = default;
  Outcomes(uint32_t next, bool sum) { add(next, sum); }
  void add(uint32_t next, bool sum) { list[static_cast<size_t>(count++)] = {next, sum}; }
  const Outcome* begin() const { return list.data(); }
  const Outcome* end() const { return list.data() + count; }
};

// An adder of `width` positions, read from the least significant one. Logic that looks at higher
// positions is guessed: for every pair of operands exactly one sequence of guesses reaches the end.
class Automaton {
 public:
  explicit Automaton(int width) : width_(width) {}
  virtual ~Automaton() = default;

  int width() const { return width_; }
  virtual uint32_t states() const = 0;  // they are numbered from 0
  virtual std::vector<uint32_t> initial() const { return {0}; }
  virtual Outcomes step(int bit, uint32_t state, bool a, bool b) const = 0;
  virtual bool carry_out(uint32_t state) const = 0;

 private:
  int width_;
};

// The adder that a resolved spec describes, after the definitions of gen/units/README.md; nullptr
// for a unit that is none.
std::unique_ptr<Automaton> adder_automaton(const base::Spec& resolved);

}  // namespace analysis
