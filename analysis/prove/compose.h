// SPDX-License-Identifier: Apache-2.0
// Compositional proof: the boxes by themselves, then the sum over them by rewriting.

#pragma once

#include <map>
#include <string>

#include "analysis/prove/claim.h"
#include "analysis/prove/network.h"
#include "analysis/prove/rewrite.h"

namespace analysis {

// Whether each box computes its equation: adder cells by their polynomials, final adders by
// rewriting or SAT.
struct BoxProofs {
  bool proved = true;
  std::string detail;   // the first that is not: why, with a counterexample
  std::string engines;  // "adder cells by polynomials, final adder by yosys sat"
};
// `blif` is what elaborate() gave, `modules` are its networks' box_modules().
BoxProofs prove_boxes(const std::string& blif, const std::map<std::string, std::string>& modules,
                      double timeout_seconds);

}  // namespace analysis
