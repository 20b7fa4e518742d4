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

// divisor * out = post [(coefficient h) o (data x)], o the product element by element: `rank`
// multiplications. The divisor is 1 but for algorithms with points like 2 (Toom-Cook, Winograd).
class Algorithm {
 public:
  // coefficient: rank x taps; data: rank x window; post: outputs x rank. `branches` names the
  // products. Throws std::invalid_argument that names the first wrong entry unless
  //   sum_r post[k][r] coefficient[r][i] data[r][j] = divisor * [i + j = k]  (product)
  //                                                 = divisor * [j = k + i]  (correlation)
  // holds over the integers for all i, j, k.
  Algorithm(std::string name, Kind kind, std::vector<std::string> branches, Matrix coefficient,
            Matrix data, Matrix post, int divisor = 1);

  const std::string& name() const { return name_; }
  Kind kind() const { return kind_; }
  int divisor() const { return divisor_; }
  int rank() const { return static_cast<int>(branches_.size()); }
  int taps() const { return static_cast<int>(coefficient_.front().size()); }
  int window() const { return static_cast<int>(data_.front().size()); }
  int outputs() const { return static_cast<int>(post_.size()); }
  const std::vector<std::string>& branches() const { return branches_; }
  const Matrix& coefficient() const { return coefficient_; }
  const Matrix& data() const { return data_; }
  const Matrix& post() const { return post_; }

 private:
  std::string name_;
  Kind kind_;
  std::vector<std::string> branches_;
  Matrix coefficient_;
  Matrix data_;
  Matrix post_;
  int divisor_ = 1;
};

// A two-dimensional algorithm, their Kronecker product, never multiplied out: its products are all
// pairs of a product of `rows` (vertical) and one of `columns` (horizontal); each matrix is the
// product of both, and so is the identity, which holds because it holds for both.
struct Algorithm2d {
  Algorithm rows, columns;
  int rank() const { return rows.rank() * columns.rank(); }
  int divisor() const { return rows.divisor() * columns.divisor(); }
};

// Tellegen transposition, y = V^T [(V h) o (C^T x)]: a product of K taps with P samples (K + P - 1
// outputs) becomes a correlation of K taps with P outputs (a window of K + P - 1 samples) with the
// same multiplications; additions move from wide results to narrow samples. Throws
// std::invalid_argument for an algorithm that is not a product.
Algorithm transposed(const Algorithm& product);

// Moves common factors of a data row to its post column: the multiplier's operand stays narrow.
Algorithm with_primitive_data(const Algorithm& algorithm);

// Changes the sign of data rows with more negative than positive entries, and of the matching post
// column: a row of negative entries only would waste a subtractor. The same for coefficient rows.
Algorithm with_positive_rows(const Algorithm& algorithm);

// Largest sum of absolute entries of a row: how far values grow. Word growth is its log2, rounded
// up.
int gain(const Matrix& matrix);

// Width of the form `row` of numbers of `width` bits, exact: an unsigned one when no entry is
// negative and the numbers are unsigned.
int form_width(const Row& row, int width, bool is_signed);

}  // namespace ffa
