// SPDX-License-Identifier: Apache-2.0
// Expressions over the pins of a cell.

#include "synth/cell_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/error.h"

namespace synth {

Expression cell_expression(const LibCell& cell, std::string_view text) {
  const auto index_of = [&](std::string_view name) {
    for (size_t i = 0; i < cell.pins.size(); ++i) {
      if (cell.pins[i].name == name) return static_cast<int>(i);
    }
    if (cell.sequential && name == cell.sequential->state) return state_variable(cell);
    if (cell.sequential && name == cell.sequential->state_inverted) return state_variable(cell) + 1;
    return -1;
  };
  try {
    return Expression::parse(text, index_of);
  } catch (const std::invalid_argument& error) {
    base::usage_error(fmt::format("cell {}", cell.name), error.what());
  }
}

std::optional<uint64_t> truth_table(const Expression& expression) {
  const std::vector<uint16_t> variables = expression.variables();
  if (variables.size() > 6 || (!variables.empty() && variables.back() > 63)) return std::nullopt;
  uint64_t table = 0;
  for (uint64_t row = 0; row < (uint64_t{1} << variables.size()); ++row) {
    uint64_t assignment = 0;
    for (size_t i = 0; i < variables.size(); ++i) assignment |= (row >> i & 1) << variables[i];
    table |= static_cast<uint64_t>(expression.value(assignment)) << row;
  }
  return table;
}

int unateness(const LibCell& cell, const LibPin& output, std::string_view input) {
  if (output.function.empty()) return 0;
  const Expression expression = cell_expression(cell, output.function);
  const std::optional<uint64_t> table = truth_table(expression);
  if (!table) return 0;
  const std::vector<uint16_t> variables = expression.variables();
  for (size_t i = 0; i < variables.size(); ++i) {
    if (variables[i] >= cell.pins.size() || cell.pins[variables[i]].name != input) continue;
    bool rises = false, falls = false;
    for (uint64_t row = 0; row < (uint64_t{1} << variables.size()); ++row) {
      if ((row >> i & 1) != 0) continue;
      const bool low = (*table >> row & 1) != 0;
      const bool high = (*table >> (row | uint64_t{1} << i) & 1) != 0;
      rises |= high && !low;
      falls |= low && !high;
    }
    return rises && !falls ? 1 : falls && !rises ? -1 : 0;
  }
  return 0;
}

}  // namespace synth
