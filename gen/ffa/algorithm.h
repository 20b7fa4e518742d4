// SPDX-License-Identifier: Apache-2.0
// A bilinear algorithm as a value: three small matrices whose identity is checked when it is built.

#pragma once

#include <string>
#include <vector>

namespace ffa {

using Row = std::vector<int>;
using Matrix = std::vector<Row>;

// What the algorithm computes from coefficients h and samples x.
enum class Kind {
  kProduct,      // c[k] = sum over i + j = k of h[i] x[j], the product of two polynomials
  kCorrelation,  // y[k] = sum over i of h[i] x[k + i], outputs of a sliding filter
};

// out = post [(coefficient h) o (data x)], o the product element by element: `rank`
// multiplications.
class Algorithm {
 public:
  // coefficient: rank x taps; data: rank x window; post: outputs x rank. `branches` names the
  // products. Throws std::invalid_argument that names the first wrong entry unless
  //   sum_r post[k][r] coefficient[r][i] data[r][j] = [i + j = k]  (product), [j = k + i]
  //   (correlation)
  // holds over the integers for all i, j, k.
  Algorithm(Kind kind, std::vector<std::string> branches, Matrix coefficient, Matrix data,
            Matrix post);

  Kind kind() const { return kind_; }
  int rank() const { return static_cast<int>(branches_.size()); }
  int taps() const { return static_cast<int>(coefficient_.front().size()); }
  int window() const { return static_cast<int>(data_.front().size()); }
  int outputs() const { return static_cast<int>(post_.size()); }
  const std::vector<std::string>& branches() const { return branches_; }
  const Matrix& coefficient() const { return coefficient_; }
  const Matrix& data() const { return data_; }
  const Matrix& post() const { return post_; }

 private:
  Kind kind_;
  std::vector<std::string> branches_;
  Matrix coefficient_;
  Matrix data_;
  Matrix post_;
};

// Product of two polynomials of n terms with n single products and one per pair of indices
// (Weimerskirch and Paar): 3, 6, 10 products for n = 2, 3, 4; sums of two terms at most.
// Branches "0", "1", .., "01", "02", ..; n in 2..9.
Algorithm pairwise(int n);

// Tellegen transposition, y = V^T [(V h) o (C^T x)]: the same products compute the correlation of n
// taps with a window of 2n - 1 samples, n outputs; additions move from wide results to narrow
// samples. Throws std::invalid_argument for an algorithm that is not a square product.
Algorithm transposed(const Algorithm& product);

// Changes the sign of data rows with more negative than positive entries, and of the matching post
// column: a row of negative entries only would waste a subtractor.
Algorithm with_positive_rows(const Algorithm& algorithm);

// Largest sum of absolute entries of a row: how far values grow. Word growth is its log2, rounded
// up.
int gain(const Matrix& matrix);

}  // namespace ffa
