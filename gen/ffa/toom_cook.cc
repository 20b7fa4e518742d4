// SPDX-License-Identifier: Apache-2.0
// Evaluation, products, interpolation by Lagrange's formula in homogeneous form.

#include "gen/ffa/toom_cook.h"

#include <iterator>
#include <numeric>
#include <stdexcept>

namespace ffa {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

struct Point {
  const char* name;
  int a, b;  // a / b
};

constexpr Point kFinite[] = {{"0", 0, 1},   {"p1", 1, 1}, {"m1", -1, 1}, {"p2", 2, 1},
                             {"m2", -2, 1}, {"ph", 1, 2}, {"mh", -1, 2}};

// a^i b^(n-1-i)
Row evaluation(const Point& p, int n) {
  Row row(index(n), 1);
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < i; ++k) row[index(i)] *= p.a;
    for (int k = i; k < n - 1; ++k) row[index(i)] *= p.b;
  }
  return row;
}

}  // namespace

Algorithm toom_cook(int taps, int samples) {
  const int rank = taps + samples - 1;
  if (taps < 1 || samples < 1 || rank < 2 || index(rank) > std::size(kFinite) + 1) {
    throw std::invalid_argument("toom_cook: 2 to 8 products");
  }
  std::vector<Point> points(kFinite, kFinite + rank - 1);
  points.push_back({"inf", 1, 0});
  std::vector<std::string> branches;
  Matrix h, x, numerators;  // of the polynomial that is 1 at its point and 0 at the others
  std::vector<int> denominators;
  for (const Point& p : points) {
    branches.emplace_back(p.name);
    h.push_back(evaluation(p, taps));
    x.push_back(evaluation(p, samples));
    Row polynomial = {1};  // coefficients of u^i v^(n-1-i), multiplied by (b u - a v) in turn
    int denominator = 1;
    for (const Point& s : points) {
      if (s.a == p.a && s.b == p.b) continue;
      Row next(polynomial.size() + 1, 0);
      for (size_t i = 0; i < polynomial.size(); ++i) {
        next[i] -= s.a * polynomial[i];
        next[i + 1] += s.b * polynomial[i];
      }
      polynomial = std::move(next);
      denominator *= p.a * s.b - p.b * s.a;
    }
    numerators.push_back(std::move(polynomial));
    denominators.push_back(denominator);
  }
  int divisor = 1;
  for (const int d : denominators) divisor = std::lcm(divisor, d);
  Matrix post(index(rank), Row(index(rank)));
  for (size_t k = 0; k < post.size(); ++k) {
    for (size_t r = 0; r < post.size(); ++r) {
      post[k][r] = numerators[r][k] * (divisor / denominators[r]);
    }
  }
  return Algorithm("w", Kind::kProduct, std::move(branches), std::move(h), std::move(x),
                   std::move(post), divisor);
}

}  // namespace ffa
