// SPDX-License-Identifier: Apache-2.0
// One pass from the least to the most significant digit, and one back for the bit errors.

#include "analysis/error/dp.h"

#include <utility>

#include "analysis/error/fixed_int.h"
#include "golden/wide.h"

namespace analysis {
namespace {

using Edge = DigitGraph::Edge;

// 4^64 pairs, squares below 2^130: nothing reaches 2^260.
using Uniform = FixedInt<5>;

mpz_class wide_to_mpz(golden::Wide value) { return mpz_class(golden::to_string(value)); }

// What is kept for a node: sums over all walks to it.
template <class Int>
struct Cell {
  Int mass{0};
  Int zero{0};
  Int error{0};
  Int square{0};
  Int absolute{0};
  golden::Wide least = 0, most = 0;
  bool reached = false;
};

template <class Int>
Int shifted(const Int& value, unsigned shift) {
  Int result = value;
  result <<= shift;
  return result;
}

template <class Int, class Weight>
Cell<Int> weighted(const Cell<Int>& cell, const Weight& weight) {
  Cell<Int> result = cell;
  if (weight == 1) return result;
  result.mass *= weight;
  result.zero *= weight;
  result.error *= weight;
  result.square *= weight;
  result.absolute *= weight;
  return result;
}

// |e| stays exact because the error of the digits below position i is below 2^i in size: the sign
// of the first digit that is not 0 from the top is the sign of the error.
template <class Int>
void add(Cell<Int>& to, const Cell<Int>& from, int digit, unsigned bit) {
  to.mass += from.mass;
  to.error += from.error;
  to.square += from.square;
  if (digit == 0) {
    to.zero += from.zero;
    to.absolute += from.absolute;
  } else {
    const Int mass = shifted(from.mass, bit);        // 2^i n
    const Int cross = shifted(from.error, bit + 1);  // 2 2^i S1
    to.square += shifted(from.mass, 2 * bit);        // 4^i n
    to.absolute += mass;
    if (digit > 0) {
      to.error += mass;
      to.square += cross;
      to.absolute += from.error;
    } else {
      to.error -= mass;
      to.square -= cross;
      to.absolute -= from.error;
    }
  }
  const golden::Wide shift = golden::Wide{digit} << bit;
  const golden::Wide least = from.least + shift;
  const golden::Wide most = from.most + shift;
  to.least = !to.reached || least < to.least ? least : to.least;
  to.most = !to.reached || most > to.most ? most : to.most;
  to.reached = true;
}

template <class Int, class Weight>
ErrorSums sums(const DigitGraph& graph, const Weights<Weight>& weights) {
  const size_t layers = graph.layers();
  // How much weight of continuations each node has.
  std::vector<std::vector<Int>> ahead(layers + 1);
  ahead[layers] = {Int{1}};
  for (size_t i = layers; i-- > 0;) {
    ahead[i].assign(graph.nodes[i], Int{0});
    for (const Edge& edge : graph.edges[i]) {
      Int mass = ahead[i + 1][edge.to];
      mass *= weights[i][edge.pairs];
      ahead[i][edge.from] += mass;
    }
  }
  std::vector<Cell<Int>> cells(graph.nodes[0]);
  for (Cell<Int>& cell : cells) {
    cell.mass = Int{1};
    cell.zero = Int{1};
    cell.reached = true;
  }
  std::vector<Int> flips(layers, Int{0});
  for (size_t i = 0; i < layers; ++i) {
    std::vector<Cell<Int>> next(graph.nodes[i + 1]);
    for (const Edge& edge : graph.edges[i]) {
      const Weight& weight = weights[i][edge.pairs];
      if (weight == 0 || !cells[edge.from].reached) continue;
      const Cell<Int> cell = weighted(cells[edge.from], weight);
      add(next[edge.to], cell, edge.digit, static_cast<unsigned>(i));
      if (edge.digit == 0) continue;
      Int mass = cell.mass;
      mass *= ahead[i + 1][edge.to];
      flips[i] += mass;
    }
    cells = std::move(next);
  }
  const Cell<Int>& end = cells.front();
  ErrorSums result{.total = to_mpz(end.mass),
                   .zero = to_mpz(end.zero),
                   .error = to_mpz(end.error),
                   .square = to_mpz(end.square),
                   .absolute = to_mpz(end.absolute),
                   .least = wide_to_mpz(end.least),
                   .most = wide_to_mpz(end.most),
                   .flips = {}};
  for (const Int& flip : flips) result.flips.push_back(to_mpz(flip));
  return result;
}

}  // namespace

ErrorSums error_sums(const DigitGraph& graph, const BitChances& chances) {
  if (chances.uniform()) return sums<Uniform>(graph, uniform_weights(graph.layers()));
  return sums<mpz_class>(graph, chance_weights(graph.layers(), chances));
}

}  // namespace analysis
