// SPDX-License-Identifier: Apache-2.0
// Parallel-prefix networks as values: who combines with whom to make every carry of an adder.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace arith {

// Bits hi..lo of the operands, both included.
struct Span {
  int hi = 0, lo = 0;
  friend auto operator<=>(const Span&, const Span&) = default;
};

// (g, p) of `span` from those of two shorter ones: g = g_upper | p_upper & g_lower,
// p = p_upper & p_lower. The lower one begins right below the upper one, or (knowles) inside it:
// the operator is idempotent.
struct PrefixNode {
  Span span, upper, lower;
};

// Nodes by level; a node's parents stand in levels above (single bits: before the first). No span
// occurs twice. Among the nodes are all spans [i:0], i = 1..width-1: the carries.
struct PrefixNetwork {
  int width = 1;
  std::vector<std::vector<PrefixNode>> levels;

  int nodes() const;
  int depth() const { return static_cast<int>(levels.size()); }
  // How many nodes take (g, p) of a span as a parent, the largest of all spans.
  int max_fanout() const;
  // Throws std::logic_error unless parents exist in earlier levels, every span is the union of its
  // parents and every carry is there.
  void check() const;
};

// What `timing` knows beside the width; the unit is the delay of a node.
struct PrefixTiming {
  std::vector<double> arrival;  // of each bit's (g, p), bit 0 first; empty: all at 0
  double fanout = 0.1;          // delay that each further user of a span adds
  double slack = 0;             // how much later than the fastest found the last carry may be
};

// By name: brent_kung, sklansky, kogge_stone, han_carlson, ladner_fischer, knowles, sparse2,
// sparse4, timing. Width from 1. Other names: std::invalid_argument.
PrefixNetwork prefix_network(std::string_view name, int width, const PrefixTiming& timing = {});
const std::vector<std::string_view>& prefix_network_names();

// When each span's (g, p) is there, under the model of PrefixTiming.
std::map<Span, double> prefix_arrival(const PrefixNetwork& network, const PrefixTiming& timing);

}  // namespace arith
