// SPDX-License-Identifier: Apache-2.0
// Sums and products of multilinear polynomials.

#include "analysis/prove/polynomial.h"

#include <algorithm>
#include <iterator>

namespace analysis {

Monomial product(const Monomial& a, const Monomial& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  Monomial result;
  result.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

size_t MonomialHash::operator()(const Monomial& monomial) const {
  uint64_t hash = 0x9e3779b97f4a7c15;
  for (const uint32_t bit : monomial) hash = (hash ^ bit) * 0xff51afd7ed558ccd + (hash >> 29);
  return hash;
}

mpz_class Polynomial::reduced(const mpz_class& value) const {
  mpz_class result;
  mpz_fdiv_r_2exp(result.get_mpz_t(), value.get_mpz_t(), static_cast<mp_bitcnt_t>(width_));
  return result;
}

void Polynomial::add(const Monomial& monomial, const mpz_class& coefficient) {
  const auto [place, fresh] = terms_.try_emplace(monomial, 0);
  place->second = reduced(place->second + coefficient);
  if (place->second == 0) terms_.erase(place);
}

void Polynomial::add(const Polynomial& other, const mpz_class& factor, const Monomial& cofactor) {
  for (const auto& [monomial, coefficient] : other.terms_)
    add(product(monomial, cofactor), factor * coefficient);
}

Polynomial Polynomial::times(const Polynomial& other) const {
  Polynomial result(width_);
  for (const auto& [monomial, coefficient] : terms_) result.add(other, coefficient, monomial);
  return result;
}

mpz_class Polynomial::take(const Monomial& monomial) {
  const auto found = terms_.find(monomial);
  if (found == terms_.end()) return 0;
  mpz_class coefficient = std::move(found->second);
  terms_.erase(found);
  return coefficient;
}

std::vector<int64_t> coefficients(const std::vector<uint8_t>& truth_table) {
  std::vector<int64_t> values(truth_table.begin(), truth_table.end());
  for (size_t bit = 1; bit < values.size(); bit *= 2)
    for (size_t i = 0; i < values.size(); ++i)
      if ((i & bit) != 0) values[i] -= values[i ^ bit];
  return values;
}

}  // namespace analysis
