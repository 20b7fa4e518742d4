// SPDX-License-Identifier: Apache-2.0
// Explores what is reachable, layer by layer.

#include "analysis/error/digit_graph.h"

#include <algorithm>

namespace analysis {
namespace {

using Edge = DigitGraph::Edge;

// Numbers the pairs (exact carry, state) of one layer as they are met.
class Layer {
 public:
  explicit Layer(uint32_t states) : numbers_(size_t{2} * states, kNone) {}
  uint32_t number(bool carry, uint32_t state) {
    uint32_t& n = numbers_[size_t{2} * state + (carry ? 1 : 0)];
    if (n == kNone) {
      n = static_cast<uint32_t>(pairs_.size());
      pairs_.push_back({carry, state});
    }
    return n;
  }
  struct Pair {
    bool carry;
    uint32_t state;
  };
  const std::vector<Pair>& pairs() const { return pairs_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  std::vector<uint32_t> numbers_;
  std::vector<Pair> pairs_;
};

// Adds the edge to those of the same node, from `first` on.
void merge(std::vector<Edge>& edges, size_t first, const Edge& edge) {
  for (size_t i = first; i < edges.size(); ++i) {
    Edge& e = edges[i];
    if (e.to == edge.to && e.digit == edge.digit && e.y == edge.y) {
      e.pairs |= edge.pairs;
      return;
    }
  }
  edges.push_back(edge);
}

class Builder {
 public:
  Builder(const Automaton& automaton, bool is_signed) : automaton_(automaton) {
    graph_.is_signed = is_signed;
  }

  DigitGraph build() {
    Layer layer(automaton_.states());
    for (const uint32_t state : automaton_.initial()) layer.number(false, state);
    for (int bit = 0; bit < automaton_.width(); ++bit) {
      const bool last = bit == automaton_.width() - 1;
      Layer next(last ? 2 : automaton_.states());
      begin_layer(layer);
      for (uint32_t from = 0; from < layer.pairs().size(); ++from)
        add_edges(bit, from, layer.pairs()[from], next);
      layer = std::move(next);
    }
    begin_layer(layer);
    for (uint32_t from = 0; from < layer.pairs().size(); ++from) {
      const auto [exact, given] = layer.pairs()[from];
      const int digit = static_cast<int>(given) - (exact ? 1 : 0);
      graph_.edges.back().push_back(
          {.from = from,
           .digit = static_cast<int8_t>(graph_.is_signed ? -digit : digit),
           .y = static_cast<uint8_t>(exact ? 1 : 0)});
    }
    graph_.nodes.push_back(1);
    prune();
    return std::move(graph_);
  }

 private:
  void begin_layer(const Layer& layer) {
    graph_.nodes.push_back(static_cast<uint32_t>(layer.pairs().size()));
    graph_.edges.emplace_back();
  }

  void add_edges(int bit, uint32_t from, Layer::Pair pair, Layer& next) {
    std::vector<Edge>& edges = graph_.edges.back();
    const size_t first = edges.size();
    const bool last = bit == automaton_.width() - 1;
    for (unsigned ab = 0; ab < 4; ++ab) {
      const bool a = (ab & 2U) != 0;
      const bool b = (ab & 1U) != 0;
      const int total = (a ? 1 : 0) + (b ? 1 : 0) + (pair.carry ? 1 : 0);
      const bool y = (total & 1) != 0;
      const bool carry = total > 1;
      for (const Outcome& outcome : automaton_.step(bit, pair.state, a, b)) {
        uint32_t to = 0;
        if (last) {
          // The sign of an exact-width sum is a ^ b ^ carry out.
          const bool flip = graph_.is_signed && a != b;
          const bool given = automaton_.carry_out(outcome.next) != flip;
          to = next.number(carry != flip, given ? 1 : 0);
        } else {
          to = next.number(carry, outcome.next);
        }
        merge(edges, first,
              {.from = from,
               .to = to,
               .digit = static_cast<int8_t>((outcome.sum ? 1 : 0) - (y ? 1 : 0)),
               .y = static_cast<uint8_t>(y ? 1 : 0),
               .pairs = static_cast<uint8_t>(1U << ab)});
      }
    }
  }

  // Drops edges into nodes from which no guess comes true.
  void prune() {
    for (size_t layer = graph_.edges.size() - 1; layer-- > 0;) {
      std::vector<bool> alive(graph_.nodes[layer + 1], false);
      for (const Edge& edge : graph_.edges[layer + 1]) alive[edge.from] = true;
      std::erase_if(graph_.edges[layer], [&](const Edge& edge) { return !alive[edge.to]; });
    }
  }

  const Automaton& automaton_;
  DigitGraph graph_;
};

}  // namespace

DigitGraph digit_graph(const Automaton& automaton, bool is_signed) {
  return Builder(automaton, is_signed).build();
}

}  // namespace analysis
