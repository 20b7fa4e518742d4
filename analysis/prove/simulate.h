// SPDX-License-Identifier: Apache-2.0
// Bit-parallel simulation of a network against a claim: every input, or many.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analysis/prove/claim.h"
#include "analysis/prove/network.h"

namespace analysis {

// Up to so many input bits every input is tried without being asked for it: 12x12 multipliers.
constexpr int kExhaustiveBits = 24;

struct Simulation {
  bool finished = false;  // false: the time was over
  uint64_t vectors = 0;
  std::optional<Values> inputs = {};  // a counterexample, when there is one
  Values outputs = {};  // what the network gave for it: the claim's bits, by its output
};

// Input bits that a claim is about: all but those of the pipeline interface, which are held at 1.
int free_bits(const std::vector<ProvePort>& ports);

// Every input. The network must have no boxes, at most 40 free bits, the claim 64 bits or less.
Simulation simulate_all(const Network& network, const Claim& claim, double timeout_seconds);

// Zeros, ones, single bits, then random vectors of several densities; any width.
Simulation simulate_random(const Network& network, const Claim& claim, uint64_t vectors,
                           uint64_t seed);

// The same for two networks with equal ports: every input, or random ones. No values of outputs.
Simulation compare_all(const Network& left, const Network& right, double timeout_seconds);
Simulation compare_random(const Network& left, const Network& right, uint64_t vectors,
                          uint64_t seed);

// The claim's bits of the output for one input.
mpz_class simulate_one(const Network& network, const Claim& claim, const Values& inputs);

}  // namespace analysis
