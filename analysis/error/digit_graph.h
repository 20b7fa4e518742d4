// SPDX-License-Identifier: Apache-2.0
// The error of an adder as a walk through a layered graph, one signed digit a layer.

#pragma once

#include <cstdint>
#include <vector>

#include "analysis/error/automaton.h"

namespace analysis {

// Layer i has the reachable pairs (exact carry, state of the automaton) at position i; an edge is
// what some operand pairs (a_i, b_i) do there. Layer N has the carry out, or with signed operands
// the sign, whose weight is -2^N; its edges lead to a single end and read no operands. The error
// z - y is the sum of digit * 2^i over a walk, y the sum of its y bits. Edges that no accepted walk
// takes are left out.
struct DigitGraph {
  struct Edge {
    uint32_t from = 0;
    uint32_t to = 0;
    int8_t digit = 0;   // of the error: -1, 0 or 1
    uint8_t y = 0;      // exact sum bit
    uint8_t pairs = 0;  // bit 2a + b: taken by these operand bits; 0 in layer N
  };
  bool is_signed = false;
  std::vector<uint32_t> nodes;           // of layer 0..N+1; every node of layer 0 is a start
  std::vector<std::vector<Edge>> edges;  // of layer 0..N

  size_t layers() const { return edges.size(); }  // N + 1
};

DigitGraph digit_graph(const Automaton& automaton, bool is_signed);

}  // namespace analysis
