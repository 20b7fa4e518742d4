// SPDX-License-Identifier: Apache-2.0
// A tree over the leading digits of y, each leaf an exact sum of |e|; and a ratio by linear steps.

#include "analysis/error/relative.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace analysis {
namespace {

using Edge = DigitGraph::Edge;
using golden::Wide;

template <size_t Words>
long double to_real(const FixedInt<Words>& value) {
  return value.to_long_double();
}
long double to_real(const mpz_class& value) { return value.get_d(); }

template <class Int>
Int shifted(Int value, size_t shift) {
  value <<= static_cast<unsigned>(shift);
  return value;
}

// Sums over the walks to a node: weight, error, |error|.
template <class Int>
struct Cell {
  Int mass{0};
  Int error{0};
  Int absolute{0};
};

// Sums over the walks from a node to the end, D their error: the weight of D = 0, the sum of |D|,
// the weight of D > 0 less that of D < 0. The sum of |error| over all walks through a node is
// still * absolute + size * mass + sign * error.
template <class Int>
struct Tail {
  Int still{0};
  Int size{0};
  Int sign{0};
};

template <class Int, class Weight>
class RelativeTree {
 public:
  using Cells = std::vector<Cell<Int>>;

  RelativeTree(const DigitGraph& graph, const Weights<Weight>& weights, double effort)
      : graph_(graph), weights_(weights), layers_(graph.layers()) {
    split();
    digits_ = affordable_digits(effort);
    free_.push_back(Cells(graph.nodes[0]));
    for (Cell<Int>& cell : free_[0]) cell.mass = Int{1};
    for (size_t i = 0; i < layers_; ++i) {
      free_.emplace_back(graph.nodes[i + 1]);
      for (const int y : {0, 1}) step(i, y, free_[i], free_[i + 1]);
    }
    levels_.resize(layers_ + 1);
  }

  MeanRelative run() {
    const size_t signs = graph_.is_signed ? 1 : 0;
    zero_tails_ = tails(0);
    for (size_t lead = 0; lead < layers_ - signs; ++lead) branch(lead, false);
    if (graph_.is_signed) {
      one_tails_ = tails(1);
      for (size_t lead = 0; lead < layers_ - 1; ++lead) branch(lead, true);
      // y = -1 has no leading zero.
      long double sum = 0;
      for (size_t n = 0; n < free_[0].size(); ++n) sum += leaf(free_[0][n], one_tails_[0][n]);
      low_ += sum;
      high_ += sum;
    }
    const long double total = to_real(free_[layers_][0].mass);
    return {static_cast<double>(low_ / total), static_cast<double>(high_ / total)};
  }

 private:
  void split() {
    for (size_t i = 0; i < layers_; ++i) {
      edges_.emplace_back();
      for (const Edge& edge : graph_.edges[i])
        if (weights_[i][edge.pairs] != 0) edges_[i][edge.y].push_back(edge);
    }
  }

  size_t affordable_digits(double effort) const {
    double per_level = 0;
    for (size_t i = 0; i < layers_; ++i) per_level += static_cast<double>(graph_.edges[i].size());
    per_level /= static_cast<double>(layers_);
    size_t digits = 1;
    for (; digits < layers_; ++digits) {
      double steps = 0;
      for (size_t lead = 0; lead < layers_; ++lead)
        steps += per_level * std::pow(2.0, static_cast<double>(std::min(lead, digits + 1)));
      if (steps > effort) break;
    }
    return digits;
  }

  // One layer of edges with this digit of y.
  void step(size_t i, int y, const Cells& from, Cells& to) const {
    for (const Edge& edge : edges_[i][static_cast<size_t>(y)]) {
      Cell<Int> cell = from[edge.from];
      const Weight& weight = weights_[i][edge.pairs];
      if (weight != 1) {
        cell.mass *= weight;
        cell.error *= weight;
        cell.absolute *= weight;
      }
      Cell<Int>& sum = to[edge.to];
      sum.mass += cell.mass;
      sum.error += cell.error;
      if (edge.digit == 0) {
        sum.absolute += cell.absolute;
        continue;
      }
      const Int mass = shifted(cell.mass, i);
      sum.absolute += mass;
      if (edge.digit > 0) {
        sum.error += mass;
        sum.absolute += cell.error;
      } else {
        sum.error -= mass;
        sum.absolute -= cell.error;
      }
    }
  }

  // For each layer: the walks on which all digits of y from there to the top are `y`.
  std::vector<std::vector<Tail<Int>>> tails(int y) const {
    std::vector<std::vector<Tail<Int>>> result(layers_ + 1);
    result[layers_].resize(1);
    result[layers_][0].still = Int{1};
    for (size_t i = layers_; i-- > 0;) {
      result[i].resize(graph_.nodes[i]);
      for (const Edge& edge : edges_[i][static_cast<size_t>(y)]) {
        Tail<Int> tail = result[i + 1][edge.to];
        if (edge.digit != 0) {
          tail.size += shifted(tail.still, i);
          Int signed_size = shifted(tail.sign, i);
          if (edge.digit > 0) {
            tail.size += signed_size;
            tail.sign += tail.still;
          } else {
            tail.size -= signed_size;
            tail.sign -= tail.still;
          }
          tail.still = Int{0};
        }
        const Weight& weight = weights_[i][edge.pairs];
        tail.still *= weight;
        tail.size *= weight;
        tail.sign *= weight;
        Tail<Int>& sum = result[i][edge.from];
        sum.still += tail.still;
        sum.size += tail.size;
        sum.sign += tail.sign;
      }
    }
    return result;
  }

  static long double leaf(const Cell<Int>& cell, const Tail<Int>& tail) {
    Int sum = cell.absolute;
    sum *= tail.still;
    Int term = cell.mass;
    term *= tail.size;
    sum += term;
    term = cell.error;
    term *= tail.sign;
    sum += term;
    return to_real(sum);
  }

  // All y whose digits above `lead` are 0 (negative: 1) and whose digit there is the other one.
  void branch(size_t lead, bool negative) {
    const size_t digits = std::min(lead, digits_);
    descend(lead - digits, lead, negative, free_[lead - digits], 0);
  }

  void descend(size_t i, size_t lead, bool negative, const Cells& cells, uint64_t y) {
    const size_t first = lead - std::min(lead, digits_);
    if (i < lead) {
      for (const int digit : {0, 1}) {
        levels_[i].assign(graph_.nodes[i + 1], {});
        step(i, digit, cells, levels_[i]);
        descend(i + 1, lead, negative, levels_[i], y | static_cast<uint64_t>(digit) << (i - first));
      }
      return;
    }
    Cells& last = levels_[lead];
    last.assign(graph_.nodes[lead + 1], {});
    step(lead, negative ? 0 : 1, cells, last);
    const auto& tail = (negative ? one_tails_ : zero_tails_)[lead + 1];
    long double sum = 0;
    for (size_t n = 0; n < last.size(); ++n) sum += leaf(last[n], tail[n]);
    // |y| = 2^lead + v, or 2^(lead + 1) - v, where v = y 2^first + (0..2^first - 1).
    const long double unit = std::ldexp(1.0L, static_cast<int>(first));
    const long double v = static_cast<long double>(y) * unit;
    const long double top = std::ldexp(1.0L, static_cast<int>(lead));
    const long double least = negative ? 2 * top - v - unit + 1 : top + v;
    low_ += sum / (least + unit - 1);
    high_ += sum / least;
  }

  const DigitGraph& graph_;
  const Weights<Weight>& weights_;
  size_t layers_;
  size_t digits_ = 1;                                    // told apart below the leading one
  std::vector<std::array<std::vector<Edge>, 2>> edges_;  // by digit of y
  std::vector<Cells> free_;                              // any y so far
  std::vector<std::vector<Tail<Int>>> zero_tails_, one_tails_;
  std::vector<Cells> levels_;
  long double low_ = 0, high_ = 0;
};

// The largest numerator * s * e - denominator * |y| over walks with y != 0 of one sign.
class LinearStep {
 public:
  // |e|, |y| below 2^66, so the objective is below 2^133.
  using Value = FixedInt<3>;

  LinearStep(const DigitGraph& graph, std::vector<std::vector<Edge>> edges)
      : graph_(graph), edges_(std::move(edges)) {}

  struct Best {
    bool found = false;
    Wide error = 0;
    Wide y = 0;
  };

  // Improves on the ratio error / y (e has the sign `s`, y the sign `t`), if a walk does.
  Best improve(Wide error, Wide y, int s, int t) const {
    const Value gain = Value::from_wide(y);
    const Value price = Value::from_wide(error);
    std::vector<Walk> walks(size_t{2} * graph_.nodes[0]);  // 2 * node + (y has a digit 1)
    for (size_t n = 0; n < graph_.nodes[0]; ++n) walks[2 * n].reached = true;
    for (size_t i = 0; i < edges_.size(); ++i) {
      const bool sign_layer = graph_.is_signed && i + 1 == edges_.size();
      std::vector<Walk> next(size_t{2} * graph_.nodes[i + 1]);
      const Value unit_gain = shifted(gain, i);
      const Value unit_price = shifted(price, i);
      for (const Edge& edge : edges_[i]) {
        if (sign_layer && (edge.y != 0) != (t < 0)) continue;
        const bool y_counts_down = (t < 0) != sign_layer;
        for (const size_t seen : {0, 1}) {
          const Walk& from = walks[size_t{2} * edge.from + seen];
          if (!from.reached) continue;
          Walk walk = from;
          if (edge.digit != 0) {
            if (edge.digit == s)
              walk.value += unit_gain;
            else
              walk.value -= unit_gain;
            walk.error += Wide{edge.digit} << i;
          }
          if (edge.y != 0) {
            if (y_counts_down)
              walk.value += unit_price;
            else
              walk.value -= unit_price;
            walk.y += (sign_layer ? -Wide{1} : Wide{1}) << i;
          }
          Walk& to = next[size_t{2} * edge.to + (seen | edge.y)];
          if (!to.reached || to.value < walk.value) to = walk;
        }
      }
      walks = std::move(next);
    }
    const Walk& end = walks[1];
    if (!end.reached || !(Value{0} < end.value)) return {};
    return {true, s * end.error, t * end.y};
  }

 private:
  struct Walk {
    Value value{0};
    Wide error = 0, y = 0;
    bool reached = false;
  };

  const DigitGraph& graph_;
  std::vector<std::vector<Edge>> edges_;
};

template <class Weight>
std::vector<std::vector<Edge>> possible_edges(const DigitGraph& graph,
                                              const Weights<Weight>& weights) {
  std::vector<std::vector<Edge>> edges(graph.layers());
  for (size_t i = 0; i < graph.layers(); ++i)
    for (const Edge& edge : graph.edges[i])
      if (weights[i][edge.pairs] != 0) edges[i].push_back(edge);
  return edges;
}

}  // namespace

MeanRelative mean_relative_error(const DigitGraph& graph, const BitChances& chances,
                                 double effort) {
  const size_t layers = graph.layers();
  if (!chances.uniform()) {
    const Weights<mpz_class> weights = chance_weights(layers, chances);
    return RelativeTree<mpz_class, mpz_class>(graph, weights, effort / 8).run();
  }
  const Weights<uint64_t> weights = uniform_weights(layers);
  // Sums of |e| stay below 4^N 2^(N+1), partial ones below four times that.
  if (3 * layers <= 120) return RelativeTree<FixedInt<2>, uint64_t>(graph, weights, effort).run();
  return RelativeTree<FixedInt<4>, uint64_t>(graph, weights, effort).run();
}

mpq_class worst_relative_error(const DigitGraph& graph, const BitChances& chances) {
  const LinearStep linear(
      graph, chances.uniform() ? possible_edges(graph, uniform_weights(graph.layers()))
                               : possible_edges(graph, chance_weights(graph.layers(), chances)));
  Wide error = 0, y = 1;
  for (bool improved = true; improved;) {
    improved = false;
    for (const int s : {1, -1})
      for (const int t : {1, -1}) {
        if (t < 0 && !graph.is_signed) continue;
        const LinearStep::Best best = linear.improve(error, y, s, t);
        if (!best.found) continue;
        error = best.error;
        y = best.y;
        improved = true;
      }
  }
  mpq_class ratio(mpz_class(golden::to_string(error)), mpz_class(golden::to_string(y)));
  ratio.canonicalize();
  return ratio;
}

}  // namespace analysis
