// SPDX-License-Identifier: Apache-2.0
// Nesting is the Kronecker product of the forms, phase by phase, and the outputs overlapped.

#include "gen/ffa/nest.h"

#include <map>
#include <stdexcept>
#include <utility>

namespace ffa {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

// Rows r * rows(inner) + s, columns a + columns(outer) * b: phase a of outer, index b of inner.
Matrix interleaved(const Matrix& outer, const Matrix& inner) {
  Matrix result;
  result.reserve(outer.size() * inner.size());
  for (const Row& p : outer) {
    for (const Row& q : inner) {
      Row row;
      row.reserve(p.size() * q.size());
      for (const int w : q) {
        for (const int v : p) row.push_back(v * w);
      }
      result.push_back(std::move(row));
    }
  }
  return result;
}

void check_product(const Algorithm& a) {
  if (a.kind() != Kind::kProduct) throw std::invalid_argument(a.name() + " is not a product");
}

// The row times +1 or -1 that makes its first entry positive; 0: the row is empty.
int sign_of(const Row& row) {
  for (const int v : row) {
    if (v != 0) return v > 0 ? 1 : -1;
  }
  return 0;
}

}  // namespace

Algorithm nested(const Algorithm& outer, const Algorithm& inner) {
  check_product(outer);
  check_product(inner);
  if (outer.taps() != outer.window()) {
    throw std::invalid_argument("nested: the outer product must be square");
  }
  std::vector<std::string> branches;
  for (const std::string& a : outer.branches()) {
    for (const std::string& b : inner.branches()) branches.push_back(a + "_" + b);
  }
  // Output o of outer, q of inner is part of coefficient o + phases * q: phases overlap.
  const size_t phases = index(outer.taps());
  const size_t h = phases * index(inner.taps()), x = phases * index(inner.window());
  Matrix post(h + x - 1, Row(branches.size(), 0));
  for (size_t o = 0; o < outer.post().size(); ++o) {
    for (size_t q = 0; q < inner.post().size(); ++q) {
      Row& to = post[o + phases * q];
      size_t column = 0;
      for (const int v : outer.post()[o]) {
        for (const int w : inner.post()[q]) to[column++] += v * w;
      }
    }
  }
  return Algorithm(outer.name() + "." + inner.name(), Kind::kProduct, std::move(branches),
                   interleaved(outer.coefficient(), inner.coefficient()),
                   interleaved(outer.data(), inner.data()), std::move(post),
                   outer.divisor() * inner.divisor());
}

Algorithm trimmed(const Algorithm& product, int taps, int samples) {
  check_product(product);
  if (taps < 1 || taps > product.taps() || samples < 1 || samples > product.window()) {
    throw std::invalid_argument("trimmed: " + product.name() + " has no such part");
  }
  std::vector<std::string> branches;
  Matrix coefficient, data;
  Matrix post(index(taps + samples - 1));
  std::map<std::pair<Row, Row>, size_t> seen;
  for (size_t r = 0; r < index(product.rank()); ++r) {
    Row h = product.coefficient()[r], x = product.data()[r];
    h.resize(index(taps));
    x.resize(index(samples));
    const int sign = sign_of(h) * sign_of(x);
    if (sign == 0) continue;
    std::pair<Row, Row> key{h, x};
    for (int& v : key.first) v *= sign_of(h);
    for (int& v : key.second) v *= sign_of(x);
    const auto [at, fresh] = seen.try_emplace(std::move(key), branches.size());
    const size_t column = at->second;
    int relative = 1;
    if (fresh) {
      branches.push_back(product.branches()[r]);
      for (Row& row : post) row.push_back(0);
    } else {
      relative = sign * sign_of(coefficient[column]) * sign_of(data[column]);
    }
    for (size_t k = 0; k < post.size(); ++k) post[k][column] += relative * product.post()[k][r];
    if (fresh) {
      coefficient.push_back(std::move(h));
      data.push_back(std::move(x));
    }
  }
  // What a merged product contributes may cancel.
  for (size_t r = branches.size(); r-- > 0;) {
    bool used = false;
    for (const Row& row : post) used = used || row[r] != 0;
    if (used) continue;
    const auto at = static_cast<std::ptrdiff_t>(r);
    branches.erase(branches.begin() + at);
    coefficient.erase(coefficient.begin() + at);
    data.erase(data.begin() + at);
    for (Row& row : post) row.erase(row.begin() + at);
  }
  return Algorithm(product.name(), Kind::kProduct, std::move(branches), std::move(coefficient),
                   std::move(data), std::move(post), product.divisor());
}

Algorithm renamed(const Algorithm& a, std::string name) {
  return Algorithm(std::move(name), a.kind(), a.branches(), a.coefficient(), a.data(), a.post(),
                   a.divisor());
}

}  // namespace ffa
