// SPDX-License-Identifier: Apache-2.0
// Construction of fast-FIR algorithms, each checked against the definition.

#include "gen/ffa/algorithm.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace ffa {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

Matrix zeros(int rows, int columns) { return Matrix(index(rows), Row(index(columns), 0)); }

Matrix transpose(const Matrix& m) {
  Matrix result = zeros(static_cast<int>(m.front().size()), static_cast<int>(m.size()));
  for (size_t i = 0; i < m.size(); ++i) {
    for (size_t j = 0; j < m[i].size(); ++j) result[j][i] = m[i][j];
  }
  return result;
}

void check_shape(const Matrix& m, const char* name, size_t rows) {
  bool fits = !m.empty() && !m.front().empty() && (rows == 0 || m.size() == rows);
  for (const Row& row : m) fits = fits && row.size() == m.front().size();
  if (!fits) throw std::invalid_argument(std::string("bilinear algorithm: shape of ") + name);
}

}  // namespace

Algorithm::Algorithm(Kind kind, std::vector<std::string> branches, Matrix coefficient, Matrix data,
                     Matrix post)
    : kind_(kind),
      branches_(std::move(branches)),
      coefficient_(std::move(coefficient)),
      data_(std::move(data)),
      post_(std::move(post)) {
  const size_t products = branches_.size();
  if (products == 0) throw std::invalid_argument("bilinear algorithm: no products");
  check_shape(coefficient_, "coefficient", products);
  check_shape(data_, "data", products);
  check_shape(post_, "post", 0);
  if (post_.front().size() != products) {
    throw std::invalid_argument("bilinear algorithm: shape of post");
  }
  for (int k = 0; k < outputs(); ++k) {
    for (int i = 0; i < taps(); ++i) {
      for (int j = 0; j < window(); ++j) {
        long sum = 0;
        for (size_t r = 0; r < products; ++r) {
          sum += long{post_[index(k)][r]} * coefficient_[r][index(i)] * data_[r][index(j)];
        }
        const bool wanted = kind_ == Kind::kProduct ? i + j == k : j == k + i;
        if (sum != (wanted ? 1 : 0)) {
          throw std::invalid_argument("bilinear algorithm: output " + std::to_string(k) + " has " +
                                      std::to_string(sum) + " times h[" + std::to_string(i) +
                                      "] x[" + std::to_string(j) + "]");
        }
      }
    }
  }
}

Algorithm pairwise(int n) {
  if (n < 2 || n > 9) throw std::invalid_argument("pairwise: n must be in 2..9");
  const int products = n * (n + 1) / 2;
  Matrix forms = zeros(products, n);
  Matrix post = zeros(2 * n - 1, products);
  std::vector<std::string> branches;
  for (int i = 0; i < n; ++i) {
    branches.push_back(std::to_string(i));
    forms[index(i)][index(i)] = 1;
    post[index(2 * i)][index(i)] = 1;  // [k even] p_{k/2}
  }
  // c_k = sum_{i<j, i+j=k} (q_ij - p_i - p_j) + [k even] p_{k/2}
  int r = n;
  for (int i = 0; i < n; ++i) {
    for (int j = i + 1; j < n; ++j, ++r) {
      branches.push_back(std::to_string(i) + std::to_string(j));
      forms[index(r)][index(i)] = forms[index(r)][index(j)] = 1;
      Row& c = post[index(i + j)];
      c[index(r)] += 1;
      c[index(i)] -= 1;
      c[index(j)] -= 1;
    }
  }
  return Algorithm(Kind::kProduct, std::move(branches), forms, forms, std::move(post));
}

Algorithm transposed(const Algorithm& product) {
  if (product.kind() != Kind::kProduct || product.taps() != product.window()) {
    throw std::invalid_argument("transposed: needs a product of equal lengths");
  }
  return Algorithm(Kind::kCorrelation, product.branches(), product.coefficient(),
                   transpose(product.post()), transpose(product.data()));
}

Algorithm with_positive_rows(const Algorithm& algorithm) {
  Matrix data = algorithm.data();
  Matrix post = algorithm.post();
  for (size_t r = 0; r < data.size(); ++r) {
    const auto negative =
        std::count_if(data[r].begin(), data[r].end(), [](int v) { return v < 0; });
    const auto positive =
        std::count_if(data[r].begin(), data[r].end(), [](int v) { return v > 0; });
    if (negative <= positive) continue;
    for (int& v : data[r]) v = -v;
    for (Row& row : post) row[r] = -row[r];
  }
  return Algorithm(algorithm.kind(), algorithm.branches(), algorithm.coefficient(), std::move(data),
                   std::move(post));
}

int gain(const Matrix& matrix) {
  int largest = 0;
  for (const Row& row : matrix) {
    int sum = 0;
    for (const int v : row) sum += std::abs(v);
    largest = std::max(largest, sum);
  }
  return largest;
}

}  // namespace ffa
