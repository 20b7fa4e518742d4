// SPDX-License-Identifier: Apache-2.0
// Multilinear polynomials over bits, with coefficients modulo a power of two.

#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace analysis {

// Product of distinct bits, sorted; empty: the constant 1. A bit times itself is itself.
using Monomial = std::vector<uint32_t>;
Monomial product(const Monomial& a, const Monomial& b);

struct MonomialHash {
  size_t operator()(const Monomial& monomial) const;
};

// Every function of bits into the integers modulo 2^width has exactly one such polynomial, so two
// are equal as functions if and only if they are equal term by term.
class Polynomial {
 public:
  using Terms = std::unordered_map<Monomial, mpz_class, MonomialHash>;

  explicit Polynomial(int width) : width_(width) {}
  int width() const { return width_; }
  const Terms& terms() const { return terms_; }
  size_t size() const { return terms_.size(); }

  void add(const Monomial& monomial, const mpz_class& coefficient);
  void add(const Polynomial& other, const mpz_class& factor, const Monomial& cofactor = {});
  Polynomial times(const Polynomial& other) const;
  // Takes a term out and returns its coefficient, 0 when there is none.
  mpz_class take(const Monomial& monomial);
  mpz_class reduced(const mpz_class& value) const;  // modulo 2^width, not negative

 private:
  int width_;
  Terms terms_;
};

// The polynomial of a Boolean function of k bits, from its table: entry v is the value for the bits
// of v. Entry m of the result is the coefficient of the product of the bits of m (Moebius
// transform).
std::vector<int64_t> coefficients(const std::vector<uint8_t>& truth_table);

}  // namespace analysis
