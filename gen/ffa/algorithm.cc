// SPDX-License-Identifier: Apache-2.0
// Construction of fast-FIR algorithms, each checked against the definition.

#include "gen/ffa/algorithm.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
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

Algorithm::Algorithm(std::string name, Kind kind, std::vector<std::string> branches,
                     Matrix coefficient, Matrix data, Matrix post, int divisor)
    : name_(std::move(name)),
      kind_(kind),
      branches_(std::move(branches)),
      coefficient_(std::move(coefficient)),
      data_(std::move(data)),
      post_(std::move(post)),
      divisor_(divisor) {
  const size_t products = branches_.size();
  if (products == 0) throw std::invalid_argument("bilinear algorithm: no products");
  check_shape(coefficient_, "coefficient", products);
  check_shape(data_, "data", products);
  check_shape(post_, "post", 0);
  if (post_.front().size() != products) {
    throw std::invalid_argument("bilinear algorithm: shape of post");
  }
  if (divisor_ < 1) throw std::invalid_argument("bilinear algorithm: divisor");
  // sums[k][i][j] over the entries that are not zero, of which most rows have few.
  const size_t h = coefficient_.front().size(), x = data_.front().size();
  std::vector<long> sums(post_.size() * h * x, 0);
  using Entries = std::vector<std::pair<size_t, long>>;
  Entries samples, taps;
  const auto collect = [](const Row& row, Entries& entries) {
    entries.clear();
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i] != 0) entries.emplace_back(i, row[i]);
    }
  };
  for (size_t r = 0; r < products; ++r) {
    collect(data_[r], samples);
    collect(coefficient_[r], taps);
    for (size_t k = 0; k < post_.size(); ++k) {
      if (post_[k][r] == 0) continue;
      for (const auto& [i, tap] : taps) {
        const long scale = post_[k][r] * tap;
        long* const row = &sums[(k * h + i) * x];
        for (const auto& [j, v] : samples) row[j] += scale * v;
      }
    }
  }
  size_t at = 0;
  for (size_t k = 0; k < post_.size(); ++k) {
    for (size_t i = 0; i < h; ++i) {
      for (size_t j = 0; j < x; ++j, ++at) {
        const bool wanted = kind_ == Kind::kProduct ? i + j == k : j == k + i;
        if (sums[at] != (wanted ? divisor_ : 0)) {
          throw std::invalid_argument("bilinear algorithm " + name_ + ": output " +
                                      std::to_string(k) + " has " + std::to_string(sums[at]) +
                                      " times h[" + std::to_string(i) + "] x[" + std::to_string(j) +
                                      "]");
        }
      }
    }
  }
}

Algorithm transposed(const Algorithm& product) {
  if (product.kind() != Kind::kProduct) {
    throw std::invalid_argument("transposed: needs a product");
  }
  return Algorithm(product.name(), Kind::kCorrelation, product.branches(), product.coefficient(),
                   transpose(product.post()), transpose(product.data()), product.divisor());
}

Algorithm with_primitive_data(const Algorithm& algorithm) {
  Matrix data = algorithm.data(), post = algorithm.post();
  for (size_t r = 0; r < data.size(); ++r) {
    int content = 0;
    for (const int v : data[r]) content = std::gcd(content, v);
    if (content < 2) continue;
    for (int& v : data[r]) v /= content;
    for (Row& output : post) output[r] *= content;
  }
  return Algorithm(algorithm.name(), algorithm.kind(), algorithm.branches(),
                   algorithm.coefficient(), std::move(data), std::move(post), algorithm.divisor());
}

Algorithm with_positive_rows(const Algorithm& algorithm) {
  Matrix coefficient = algorithm.coefficient(), data = algorithm.data(), post = algorithm.post();
  for (Matrix* const forms : {&coefficient, &data}) {
    for (size_t r = 0; r < forms->size(); ++r) {
      Row& row = (*forms)[r];
      const auto negative = std::count_if(row.begin(), row.end(), [](int v) { return v < 0; });
      const auto positive = std::count_if(row.begin(), row.end(), [](int v) { return v > 0; });
      if (negative <= positive) continue;
      for (int& v : row) v = -v;
      for (Row& output : post) output[r] = -output[r];
    }
  }
  return Algorithm(algorithm.name(), algorithm.kind(), algorithm.branches(), std::move(coefficient),
                   std::move(data), std::move(post), algorithm.divisor());
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

int form_width(const Row& row, int width, bool is_signed) {
  // Samples lie in [-low, high]; 2^64 is beyond every form of up to 48 bits.
  const long long low = is_signed ? 1LL << (width - 1) : 0;
  const long long high = is_signed ? low - 1 : (1LL << width) - 1;
  long long least = 0, most = 0;
  for (const long long v : row) {
    least += v > 0 ? -v * low : v * high;
    most += v > 0 ? v * high : -v * low;
  }
  int bits = 1;
  while ((1LL << bits) <= most) ++bits;
  if (least == 0) return bits;
  while (-(1LL << bits) > least) ++bits;
  return bits + 1;
}

}  // namespace ffa
