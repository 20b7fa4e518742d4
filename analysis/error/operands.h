// SPDX-License-Identifier: Apache-2.0
// Real operands from a text file: pairs as they came, or values and how often they occur.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/error/exhaustive.h"

namespace analysis {

struct OperandFile {
  // A trace of pairs, in order; or values, from which both operands are drawn independently.
  std::vector<std::pair<uint64_t, uint64_t>> pairs;
  WeightedPatterns a, b;
  bool is_trace() const { return !pairs.empty(); }
};

// How operands are read: as numbers that must fit, then as bit patterns.
struct OperandFormat {
  int width_a = 8;
  int width_b = 8;
  bool a_signed = false;
  bool b_signed = false;
};

// Lines of numbers (decimal, or hexadecimal with 0x) between commas, semicolons or blanks; `#`
// begins a comment. One number a line: a value. Two: a pair a, b; below a heading whose second word
// is `count`: a value and how often it occurs. Usage error naming the line for anything else.
OperandFile parse_operands(std::string_view text, const std::string& name,
                           const OperandFormat& format);

// `0.5,0.25,1/3`: chances that bits are 1, least significant first, as exact fractions; a single
// one is that of every bit. Usage error for a wrong number of them, or one outside 0..1.
std::vector<mpq_class> parse_chances(const std::string& option, const std::string& text, int width);

}  // namespace analysis
