// SPDX-License-Identifier: Apache-2.0
// A signed integer of a fixed number of 64-bit words: exact sums without allocation.

#pragma once

#include <gmpxx.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "golden/wide.h"

namespace analysis {

// Two's complement, least significant word first. Results are modulo 2^(64 Words): who uses it
// shows that nothing overflows.
template <size_t Words>
class FixedInt {
 public:
  FixedInt() = default;
  FixedInt(int64_t value) {  // NOLINT(google-explicit-constructor): a number like any other
    words_.fill(value < 0 ? ~uint64_t{0} : 0);
    words_[0] = static_cast<uint64_t>(value);
  }

  static FixedInt from_wide(golden::Wide value) {
    FixedInt result(value < 0 ? -1 : 0);
    result.words_[0] = static_cast<uint64_t>(value);
    if constexpr (Words > 1) result.words_[1] = static_cast<uint64_t>(value >> 64);
    return result;
  }

  FixedInt& operator+=(const FixedInt& other) {
    uint64_t carry = 0;
    for (size_t i = 0; i < Words; ++i) {
      const Double sum = Double{words_[i]} + other.words_[i] + carry;
      words_[i] = static_cast<uint64_t>(sum);
      carry = static_cast<uint64_t>(sum >> 64);
    }
    return *this;
  }
  FixedInt& operator-=(const FixedInt& other) {
    uint64_t borrow = 0;
    for (size_t i = 0; i < Words; ++i) {
      const Double difference = Double{words_[i]} - other.words_[i] - borrow;
      words_[i] = static_cast<uint64_t>(difference);
      borrow = static_cast<uint64_t>(difference >> 64) & 1;
    }
    return *this;
  }
  FixedInt& operator*=(uint64_t factor) {
    uint64_t carry = 0;
    for (size_t i = 0; i < Words; ++i) {
      const Double product = Double{words_[i]} * factor + carry;
      words_[i] = static_cast<uint64_t>(product);
      carry = static_cast<uint64_t>(product >> 64);
    }
    return *this;
  }
  FixedInt& operator<<=(unsigned shift) {
    const size_t whole = shift / 64;
    const unsigned rest = shift % 64;
    for (size_t i = Words; i-- > 0;) {
      uint64_t word = i >= whole ? words_[i - whole] << rest : 0;
      if (rest != 0 && i > whole) word |= words_[i - whole - 1] >> (64 - rest);
      words_[i] = word;
    }
    return *this;
  }
  FixedInt& operator*=(const FixedInt& other) {
    FixedInt result;
    for (size_t i = 0; i < Words; ++i) {
      if (words_[i] == 0) continue;
      uint64_t carry = 0;
      for (size_t j = 0; i + j < Words; ++j) {
        const Double sum = Double{words_[i]} * other.words_[j] + result.words_[i + j] + carry;
        result.words_[i + j] = static_cast<uint64_t>(sum);
        carry = static_cast<uint64_t>(sum >> 64);
      }
    }
    return *this = result;
  }
  bool operator==(const FixedInt&) const = default;
  friend bool operator<(FixedInt a, const FixedInt& b) { return (a -= b).negative(); }

  bool negative() const { return (words_[Words - 1] >> 63) != 0; }
  long double to_long_double() const {  // of a value that is not negative
    long double result = 0;
    for (size_t i = Words; i-- > 0;)
      result = result * 18446744073709551616.0L + static_cast<long double>(words_[i]);
    return result;
  }
  mpz_class to_mpz() const {
    FixedInt magnitude = *this;
    if (negative()) {
      magnitude = 0;
      magnitude -= *this;
    }
    mpz_class result;
    mpz_import(result.get_mpz_t(), Words, -1, sizeof(uint64_t), 0, 0, magnitude.words_.data());
    return negative() ? mpz_class(-result) : result;
  }

 private:
  __extension__ typedef unsigned __int128 Double;
  std::array<uint64_t, Words> words_{};
};

}  // namespace analysis
