// SPDX-License-Identifier: Apache-2.0
// What a library cell computes, as expressions over its own pins.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "synth/expression.h"
#include "synth/liberty.h"

namespace synth {

// Variables of a cell's expressions: pin i of cell.pins is i; behind them come the state of its
// `ff` or `latch` and the inverted state.
inline int state_variable(const LibCell& cell) { return static_cast<int>(cell.pins.size()); }

// Usage error naming the cell for text that is no expression over them.
Expression cell_expression(const LibCell& cell, std::string_view text);

// Truth table over the expression's own variables (bit i of the row number is the i-th of
// expression.variables()), when there are at most 6 of them.
std::optional<uint64_t> truth_table(const Expression& expression);

// How the output pin follows one input with the others free: +1 rising input never makes it fall,
// -1 the opposite, 0 both occur or the pin does not matter alone.
int unateness(const LibCell& cell, const LibPin& output, std::string_view input);

}  // namespace synth
