// SPDX-License-Identifier: Apache-2.0
// Short algorithms, written from their formulas.

#include "gen/ffa/elements.h"

#include <stdexcept>

namespace ffa {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

Matrix zeros(int rows, int columns) { return Matrix(index(rows), Row(index(columns), 0)); }

// Products p_i = h_i x_i and q_ij = (h_i + sign h_j)(x_i + sign x_j):
// c_k = sum_{i<j, i+j=k} sign (q_ij - p_i - p_j) + [k even] p_{k/2}
Algorithm pairs(std::string name, int n, int sign) {
  const int products = n * (n + 1) / 2;
  Matrix forms = zeros(products, n);
  Matrix post = zeros(2 * n - 1, products);
  std::vector<std::string> branches;
  for (int i = 0; i < n; ++i) {
    branches.push_back(std::to_string(i));
    forms[index(i)][index(i)] = 1;
    post[index(2 * i)][index(i)] = 1;
  }
  int r = n;
  for (int i = 0; i < n; ++i) {
    for (int j = i + 1; j < n; ++j, ++r) {
      const char* between = sign < 0 ? "m" : n > 10 ? "p" : "";
      branches.push_back(std::to_string(i) + between + std::to_string(j));
      forms[index(r)][index(i)] = 1;
      forms[index(r)][index(j)] = sign;
      Row& c = post[index(i + j)];
      c[index(r)] += sign;
      c[index(i)] -= sign;
      c[index(j)] -= sign;
    }
  }
  return Algorithm(std::move(name), Kind::kProduct, std::move(branches), forms, forms,
                   std::move(post));
}

}  // namespace

Algorithm pairwise(int n) {
  if (n < 2 || n > 12) throw std::invalid_argument("pairwise: n must be in 2..12");
  return pairs(n < 4 ? "k" + std::to_string(n) : "pw" + std::to_string(n), n, 1);
}

Algorithm differences3() { return pairs("k3d", 3, -1); }

Algorithm parhi3() {
  const Matrix forms = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}, {0, 1, 1}, {1, 1, 1}};
  // c1 = p01 - p0 - p1, c3 = p12 - p1 - p2, c2 = p012 - (c0 + c1 + c3 + c4)
  const Matrix post = {{1, 0, 0, 0, 0, 0},
                       {-1, -1, 0, 1, 0, 0},
                       {0, 2, 0, -1, -1, 1},
                       {0, -1, -1, 0, 1, 0},
                       {0, 0, 1, 0, 0, 0}};
  return Algorithm("p3", Kind::kProduct, {"0", "1", "2", "01", "12", "012"}, forms, forms, post);
}

Algorithm direct(int taps, int samples) {
  if (taps < 1 || samples < 1) throw std::invalid_argument("direct: sizes must be positive");
  Matrix h, x;
  Matrix post = zeros(taps + samples - 1, taps * samples);
  std::vector<std::string> branches;
  for (int i = 0; i < taps; ++i) {
    for (int j = 0; j < samples; ++j) {
      post[index(i + j)][branches.size()] = 1;
      branches.push_back(std::to_string(i) + "_" + std::to_string(j));
      h.emplace_back(index(taps), 0).at(index(i)) = 1;
      x.emplace_back(index(samples), 0).at(index(j)) = 1;
    }
  }
  return Algorithm("direct", Kind::kProduct, std::move(branches), std::move(h), std::move(x),
                   std::move(post));
}

}  // namespace ffa
