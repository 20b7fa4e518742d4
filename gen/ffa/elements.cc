// SPDX-License-Identifier: Apache-2.0
// Short algorithms, written from their formulas.

#include "gen/ffa/elements.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
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

// Forms by their terms; a sign holds until the next: "0-23+4" is h_0 - h_2 - h_3 + h_4.
struct Forms {
  const char* name;
  int terms;
  const char* forms;
};

constexpr Forms kForms[] = {
    // Split 3 + 2.
    {"k5", 5, "0 1 2 01 02 12 3 4 34 03 14 0134 023 124"},
    // As many products as Montgomery's (IEEE Trans. Computers 54(3), 2005, 362-369) and, among all
    // sets of forms with entries 0 and +-1, the fewest additions.
    {"m5", 5, "0 1 2 3 4 01 0-2 2-4 34 0-2+3 1-2+4 0134 01-2+34"},
    // Montgomery; of his 18 forms, which have one relation, 0-2-3+5 is left out: fewest additions.
    {"m6", 6, "012345 0134 0-2-5 03-5 012 345 23 1-4 12 34 01 45 0 1 4 5 1245"},
    // Split 4 + 3, one product of both halves merged.
    {"k7", 7, "0 1 01 2 3 23 02 13 0123 4 5 6 45 46 56 04 15 0145 26 236 0246 135 0123456"},
    // Supports of the characteristic-2 formula in gf2x, with signs.
    {"m7", 7,
     "0 1 2 3 4 5 6 56 46 35 26 13 04 02 01 12-4-5 123-5-6 0-2-3+56 0-2-3-4+6 01-3-4+6 01-3-4-5 "
     "0123456"},
};

// The columns of `post` that make sum_r post[k][r] v_r v_r^T the form of coefficient k, v_r the
// rows of `forms`: n(n+1)/2 equations, solved modulo a prime; small integers are what they are, and
// the algorithm's identity is the proof.
Matrix solve_post(const Matrix& forms) {
  constexpr int64_t kPrime = 2147483647;
  const size_t rank = forms.size(), n = forms.front().size(), outputs = 2 * n - 1;
  std::vector<std::vector<int64_t>> rows;  // rank unknowns, then the right sides of all k
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = i; j < n; ++j) {
      std::vector<int64_t> row(rank + outputs, 0);
      for (size_t r = 0; r < rank; ++r) row[r] = int64_t{forms[r][i]} * forms[r][j];
      row[rank + i + j] = 1;
      rows.push_back(std::move(row));
    }
  }
  const auto inverse = [](int64_t v) {
    int64_t result = 1;
    for (int64_t e = kPrime - 2; e > 0; e /= 2, v = v * v % kPrime) {
      if (e % 2 == 1) result = result * v % kPrime;
    }
    return result;
  };
  for (size_t r = 0; r < rank; ++r) {
    size_t pivot = r;
    while (pivot < rows.size() && rows[pivot][r] % kPrime == 0) ++pivot;
    if (pivot == rows.size()) throw std::invalid_argument("forms are not independent");
    std::swap(rows[pivot], rows[r]);
    const int64_t scale = inverse((rows[r][r] + kPrime) % kPrime);
    for (int64_t& v : rows[r]) v = (v + kPrime) % kPrime * scale % kPrime;
    for (size_t i = 0; i < rows.size(); ++i) {
      const int64_t factor = (rows[i][r] + kPrime) % kPrime;
      if (i == r || factor == 0) continue;
      for (size_t c = r; c < rows[i].size(); ++c) {
        rows[i][c] = (rows[i][c] + (kPrime - factor) * rows[r][c]) % kPrime;
      }
    }
  }
  Matrix post(outputs, Row(rank));
  for (size_t k = 0; k < outputs; ++k) {
    for (size_t r = 0; r < rank; ++r) {
      const int64_t v = rows[r][rank + k];
      post[k][r] = static_cast<int>(v > kPrime / 2 ? v - kPrime : v);
    }
  }
  return post;
}

}  // namespace

Algorithm symmetric(const std::string& name) {
  const auto* const found = std::find_if(std::begin(kForms), std::end(kForms),
                                         [&](const Forms& f) { return f.name == name; });
  if (found == std::end(kForms)) throw std::invalid_argument("no algorithm '" + name + "'");
  Matrix forms;
  std::vector<std::string> branches;
  int sign = 1;
  for (const char* c = found->forms;; ++c) {
    if (c == found->forms || *c == ' ') {
      forms.emplace_back(index(found->terms), 0);
      branches.emplace_back();
      sign = 1;
    }
    if (*c == '\0') break;
    if (*c == '-' || *c == '+') {
      sign = *c == '-' ? -1 : 1;
    } else if (*c != ' ') {
      forms.back()[index(*c - '0')] = sign;
      branches.back() += sign < 0 ? std::string("m") + *c : std::string(1, *c);
    }
  }
  Matrix post = solve_post(forms);
  return Algorithm(name, Kind::kProduct, std::move(branches), forms, forms, std::move(post));
}

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

Algorithm three_by_five() {
  const std::vector<std::string> branches = {"0_0",   "1_1",  "2_2",   "2_4",   "01_4",
                                             "1_3m4", "12_3", "01_01", "02_02", "012_0123"};
  const Matrix h = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 1}, {1, 1, 0},
                    {0, 1, 0}, {0, 1, 1}, {1, 1, 0}, {1, 0, 1}, {1, 1, 1}};
  const Matrix x = {{1, 0, 0, 0, 0}, {0, 1, 0, 0, 0},  {0, 0, 1, 0, 0}, {0, 0, 0, 0, 1},
                    {0, 0, 0, 0, 1}, {0, 0, 0, 1, -1}, {0, 0, 0, 1, 0}, {1, 1, 0, 0, 0},
                    {1, 0, 1, 0, 0}, {1, 1, 1, 1, 0}};
  const Matrix post = {{1, 0, 0, 0, 0, 0, 0, 0, 0, 0},  // c0 .. c6
                       {-1, -1, 0, 0, 0, 0, 0, 1, 0, 0},  {-1, 1, -1, 0, 0, 0, 0, 0, 1, 0},
                       {1, 0, 0, 0, 0, 0, -1, -1, -1, 1}, {0, 0, 1, 0, 1, 1, 0, 0, 0, 0},
                       {0, 0, 0, 0, 0, -1, 1, 0, 0, 0},   {0, 0, 0, 1, 0, 0, 0, 0, 0, 0}};
  return Algorithm("k53", Kind::kProduct, branches, h, x, post);
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
