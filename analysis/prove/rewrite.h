// SPDX-License-Identifier: Apache-2.0
// Proof of sums by rewriting: the outputs' weighted sum, box by box, becomes a polynomial of
// inputs.

#pragma once

#include <optional>
#include <string>

#include "analysis/prove/claim.h"
#include "analysis/prove/network.h"
#include "analysis/prove/polynomial.h"

namespace analysis {

struct Rewriting {
  enum class Kind {
    kEqual,
    kDiffers,  // `inputs` is a counterexample
    kStuck,    // too many terms, or no more time: nothing is known
  } kind = Kind::kStuck;
  std::string where;  // kDiffers: terms of the difference; kStuck: where it grew too large
  Values inputs;
  size_t boxes = 0;  // replaced
  size_t terms = 0;  // of the specification
};

// Rests on the equations of the boxes, which are to be proved apart. Backward from the outputs, a
// full adder's sum and carry with coefficients w and 2 w are replaced by w (a + b + c), a final
// adder or a `+` likewise, modulo 2^width of the claim; so all integer sums stay linear and the
// text of the proof is as long as the circuit. What is left are the leaves: functions of few bits
// (partial products, Booth rows, complements), which are expanded into polynomials. Cf. Yu, Brown,
// Liu, Rossi, Ciesielski, "Formal verification of arithmetic circuits by function extraction", IEEE
// TCAD 35(12), 2016.
Rewriting rewrite(const Network& network, const Claim& claim, double timeout_seconds = 60);

// The same without a claim: an output, modulo 2^its width, as the one polynomial of the inputs that
// it is; none when that gets stuck.
std::optional<Polynomial> polynomial_of(const Network& network, const std::string& output,
                                        double timeout_seconds = 60);

}  // namespace analysis
