// SPDX-License-Identifier: Apache-2.0
// The two families behind adder_automaton(): low parts and blocks.

#pragma once

#include <memory>

#include "analysis/error/automaton.h"

namespace analysis {

// A full adder; the state is the carry.
inline Outcomes exact_step(uint32_t carry, bool a, bool b) {
  const uint32_t sum = static_cast<uint32_t>(a) + static_cast<uint32_t>(b) + carry;
  return {sum >> 1, (sum & 1) != 0};
}

// nullptr for a unit of the other family.
std::unique_ptr<Automaton> low_part_automaton(const base::Spec& spec);
std::unique_ptr<Automaton> block_automaton(const base::Spec& spec);

}  // namespace analysis
