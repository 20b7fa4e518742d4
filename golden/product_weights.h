// SPDX-License-Identifier: Apache-2.0
// How a product of polynomials follows from the products of linear forms.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "golden/wide.h"

namespace golden {

// A linear form: the factor of each of the numbers it adds.
using Form = std::vector<int64_t>;

// Row after row.
inline Form outer_product(const Form& a, const Form& b) {
  Form product;
  for (const int64_t x : a) {
    for (const int64_t y : b) product.push_back(x * y);
  }
  return product;
}

// One product: its form of coefficients and its form of samples.
struct FormPair {
  Form taps, samples;
};

// Arithmetic modulo a prime above all numbers here, so that linear equations have exact solutions.
inline constexpr int64_t kPrime = (int64_t{1} << 61) - 1;
inline int64_t modulo(Wide value) {
  return static_cast<int64_t>(value % kPrime + (value < 0 ? kPrime : 0)) % kPrime;
}
inline int64_t times(int64_t a, int64_t b) { return modulo(Wide{a} * b); }
inline int64_t inverse(int64_t value) {
  int64_t result = 1;
  for (int64_t power = kPrime - 2, square = value; power > 0; power /= 2) {
    if (power % 2 == 1) result = times(result, square);
    square = times(square, square);
  }
  return result;
}

// Weights w with sum_p w[p] columns[p] = target[t] for each target, by elimination.
inline std::optional<std::vector<Form>> solve(const std::vector<Form>& columns,
                                              const std::vector<Form>& targets) {
  const size_t unknowns = columns.size(), width = unknowns + targets.size();
  std::vector<Form> rows(columns.at(0).size(), Form(width));
  for (size_t e = 0; e < rows.size(); ++e) {
    for (size_t c = 0; c < width; ++c) {
      rows[e][c] = modulo(c < unknowns ? columns[c][e] : targets[c - unknowns][e]);
    }
  }
  std::vector<size_t> pivots;
  for (size_t c = 0; c < unknowns; ++c) {
    size_t at = pivots.size();
    while (at < rows.size() && rows[at][c] == 0) ++at;
    if (at == rows.size()) continue;
    std::swap(rows[at], rows[pivots.size()]);
    Form& pivot = rows[pivots.size()];
    const int64_t scale = inverse(pivot[c]);
    for (int64_t& v : pivot) v = times(v, scale);
    for (size_t r = 0; r < rows.size(); ++r) {
      if (r == pivots.size() || rows[r][c] == 0) continue;
      const int64_t factor = rows[r][c];
      for (size_t k = 0; k < width; ++k) {
        rows[r][k] = modulo(rows[r][k] - Wide{factor} * pivot[k]);
      }
    }
    pivots.push_back(c);
  }
  std::vector<Form> weights(targets.size(), Form(unknowns, 0));
  for (size_t t = 0; t < targets.size(); ++t) {
    for (size_t r = 0; r < rows.size(); ++r) {
      const int64_t value = rows[r][unknowns + t];
      if (r < pivots.size()) {
        weights[t][pivots[r]] = value;
      } else if (value != 0) {
        return std::nullopt;
      }
    }
  }
  return weights;
}

// For each term k = 0, 1, .. of the product of two polynomials of `taps` and `samples` coefficients
// the weight, modulo kPrime, of each of the products in it; nothing if it does not follow from
// them.
inline std::optional<std::vector<Form>> weights_of(const std::vector<FormPair>& products, int taps,
                                                   int samples) {
  std::vector<Form> columns, targets;
  for (const FormPair& product : products) {
    columns.push_back(outer_product(product.taps, product.samples));
  }
  for (int k = 0; k < taps + samples - 1; ++k) {
    Form target;
    for (int i = 0; i < taps; ++i) {
      for (int j = 0; j < samples; ++j) target.push_back(i + j == k ? 1 : 0);
    }
    targets.push_back(target);
  }
  return solve(columns, targets);
}

}  // namespace golden
