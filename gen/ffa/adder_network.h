// SPDX-License-Identifier: Apache-2.0
// A matrix of 0, +1 and -1 as a network of adders with shared partial sums.

#pragma once

#include <string>
#include <vector>

#include "gen/ffa/algorithm.h"

namespace ffa {

// Plus or minus a node times 2^shift. Nodes 0 .. inputs-1 are the inputs, then come the shared sums
// in order.
struct Term {
  int node = 0;
  int sign = 1;
  int shift = 0;
  bool operator==(const Term&) const = default;
};

struct Sum {
  std::string label;        // of the inputs in it: "1p2" for in_1 + in_2, "1m2" for in_1 - in_2
  std::vector<Term> terms;  // a positive term first where there is one
};

// output[i] = sum of its terms. A row of zeros has no terms.
class AdderNetwork {
 public:
  // Greedy: the pair of nodes (with relative sign) that occurs in most rows becomes a shared sum,
  // until no pair occurs twice; the first of equals wins, so that equal input gives an equal
  // network. Throws std::invalid_argument for entries other than -1, 0, 1.
  explicit AdderNetwork(const Matrix& matrix, const std::vector<std::string>& input_labels = {});

  int inputs() const { return inputs_; }
  const std::vector<Sum>& shared() const { return shared_; }
  const std::vector<Sum>& outputs() const { return outputs_; }
  int adders() const;            // two-input adders and subtractors
  Matrix matrix() const;         // what the outputs are, over the inputs
  Matrix shared_matrix() const;  // the same of the shared sums

 private:
  Matrix evaluate(const std::vector<Sum>& sums) const;
  int inputs_ = 0;
  std::vector<Sum> shared_;
  std::vector<Sum> outputs_;
};

}  // namespace ffa
