// SPDX-License-Identifier: Apache-2.0
// Texts and comparison of words.

#include "tb/vector_unit.h"

#include <algorithm>
#include <cstddef>

namespace tb {
namespace {

constexpr int kMostBits = 128;  // of golden::Wide

template <class Word>
std::string hex_of(const Field& field, const Word* words) {
  std::vector<bool> bits(static_cast<size_t>((field.bits() + 3) / 4 * 4), false);
  size_t next = 0;
  for (int i = 0; i < field.count; ++i) {
    for (int b = 0; b < field.width; ++b) {
      const int shift = std::min(b, static_cast<int>(sizeof(Word)) * 8 - 1);
      bits[next++] = ((words[i] >> shift) & 1) != 0;
    }
  }
  std::string digits;
  for (size_t d = bits.size() / 4; d-- > 0;) {
    const int nibble =
        bits[4 * d] + 2 * bits[4 * d + 1] + 4 * bits[4 * d + 2] + 8 * bits[4 * d + 3];
    digits.push_back("0123456789abcdef"[nibble]);
  }
  return digits;
}

}  // namespace

std::string port_hex(const Field& field, const int64_t* words) { return hex_of(field, words); }
std::string port_hex(const Field& field, const golden::Wide* words) { return hex_of(field, words); }

int64_t word_of_bits(uint64_t bits, int width, bool is_signed) {
  if (!is_signed) return static_cast<int64_t>(bits);
  return static_cast<int64_t>(bits << (64 - width)) >> (64 - width);
}

std::string inputs_text(const VectorUnit& unit, const Values& in) {
  std::string text;
  size_t first = 0;
  for (const Field& f : unit.inputs()) {
    if (!text.empty()) text += ' ';
    text += f.port + "=0x" + port_hex(f, &in[first]);
    first += static_cast<size_t>(f.count);
  }
  return text;
}

bool same_word(const Field& field, golden::Wide actual, golden::Wide expected) {
  if (field.width >= kMostBits) return actual == expected;
  const golden::Wide half = golden::Wide{1} << (field.width - 1);
  const golden::Wide most = field.is_signed ? half - 1 : half - 1 + half;
  if (expected < -half || expected > most) return false;
  const auto bits = static_cast<golden::UnsignedWide>(actual ^ expected);
  return (bits << (kMostBits - field.width)) == 0;
}

int growth(int terms, bool data_signed) {
  const int bits = ceil_log2(terms);
  const bool power_of_two = (int64_t{1} << bits) == terms;
  return data_signed && !power_of_two ? bits - 1 : bits;
}

int ceil_log2(int64_t count) {
  int bits = 0;
  while ((int64_t{1} << bits) < count) ++bits;
  return bits;
}

}  // namespace tb
