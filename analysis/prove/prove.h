// SPDX-License-Identifier: Apache-2.0
// Proofs that a unit's Verilog computes what its spec says.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/prove/claim.h"
#include "analysis/prove/solver.h"
#include "base/spec.h"

namespace analysis {

enum class ProofResult { kProved, kRefuted, kUnknown };

// One property of one point.
struct Proof {
  std::string property;  // "sum_o == a_i + b_i for all inputs"
  ProofResult result = ProofResult::kUnknown;
  std::string engine = {};  // what gave the result
  double seconds = 0;
  std::string detail = {};  // counterexample, where a rewriting failed, why nothing is known
};

enum class EngineChoice {
  kAuto,
  kSat,
  kSmt,
  kExhaustive,  // every input, bit-parallel
  kRewriting,   // compositional: polynomials over the adder cells
};

struct ProveOptions {
  EngineChoice engine = EngineChoice::kAuto;
  double timeout_seconds = 60;          // of each property
  std::optional<mpz_class> bound = {};  // approximate adders: prove this one
  bool by_words = true;                 // prove_same() may compare words; a mapped netlist has none
};

// All properties of a resolved spec over the Verilog of `sources`, which may be generated or not;
// empty for a unit that has none. `found` is told of each as soon as it is known.
using ProofListener = std::function<void(const Proof&)>;
std::vector<Proof> prove(const base::Spec& resolved, const Sources& sources,
                         const ProveOptions& options, const ProofListener& found = {});

// One row: both designs compute the same. `right` has the ports of `left`, and may be a mapped
// netlist.
Proof prove_same(const Sources& left, const Sources& right, const std::string& property,
                 const ProveOptions& options);

}  // namespace analysis
