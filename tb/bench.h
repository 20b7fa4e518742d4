// SPDX-License-Identifier: Apache-2.0
// A test bench is one function of (model, spec, options) that returns a verdict.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/spec.h"
#include "golden/picture.h"

namespace sim {
class Model;
}

namespace tb {

using golden::Picture;

struct Options {
  uint64_t seed = 1;
  // Valid vectors to drive (frames for conv2d_stream); 0: the bench's default. At most
  // most_vectors.
  int64_t vectors = 0;
  // Not negative: replay. The same stimulus runs again, only this vector is compared, and the run
  // (with its trace) ends behind it. What the unit remembers of earlier vectors is thus the same.
  int64_t only = -1;               // one that is driven
  std::string trace_file = {};     // FST; empty: none. The model must be built with trace.
  const Picture* image = nullptr;  // activations are windows of this grey picture (0..255)
  bool gaps = true;                // random en_i, valid_i, back-pressure; false: full throughput
  int latency = -1;                // overrides the latency that follows from the spec
  // Planted faults: changes one expected value (vector, output index) before it is compared.
  std::function<void(int64_t vector, int index, golden::Wide& expected)> tamper = {};
};

struct Verdict {
  bool passed = false;
  int64_t vectors = 0;  // compared
  int64_t cycles = 0;
  uint64_t seed = 0;
  int64_t failed_vector = -1;
  // One line, empty when passed: `fcu kernel=3 ..: seed 7, vector 118: x_i=0x03f: y_o=0x40,
  // expected 0x3f`.
  std::string mismatch;
  std::map<std::string, int64_t> coverage;  // cases seen, by name
  // conv2d_stream: share of the input beats, frames back to back and nobody pausing, that were
  // accepted without a stall; below 0 when not measured.
  double accepted_without_stall = -1;
};

// Chooses the bench by the unit's name. `resolved` holds every key of the unit. Throws base::Error
// when the model lacks a port, a port has the wrong width, or no bench exists for the unit.
Verdict run_bench(sim::Model& model, const base::Spec& resolved, const Options& options = {});

// True if run_bench knows the unit.
bool has_bench(const std::string& unit);

// The largest Options::vectors of a unit. Frames are kept in memory: fewer with a large picture.
int64_t most_vectors(const std::string& unit, const Options& options);

// Usage errors for `vectors` that are negative or too many, and for `only` below -1; the benches
// call it. `check_only` for a vector beyond those that are driven.
void check_vectors(const std::string& unit, const Options& options);
void check_only(const std::string& unit, const Options& options, int64_t vectors);

// Number of register stages named by `cut=none|fused|pre,mult,..`.
int latency_of_cut(const std::string& cut);

}  // namespace tb
