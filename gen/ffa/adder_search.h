// SPDX-License-Identifier: Apache-2.0
// The search behind adder networks: sums of two that many rows share, from many random starts.

#pragma once

#include <vector>

#include "gen/ffa/adder_network.h"

namespace ffa {

// Sums over nodes: 0 .. inputs-1 are the inputs, then come the shared sums, each of earlier nodes.
struct SharedSums {
  int inputs = 0;
  std::vector<std::vector<Term>> shared;
  std::vector<std::vector<Term>> outputs;

  int adders() const;
  int depth() const;  // adders in a row, when the terms of a sum are added as a balanced tree
};

// A network for the matrix with few adders, the shallowest of those found. The same for the same
// matrix on every machine. The time is bounded: fewer starts for larger matrices.
SharedSums share_sums(const Matrix& matrix);

}  // namespace ffa
