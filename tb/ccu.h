// SPDX-License-Identifier: Apache-2.0
// Bench of the configurable unit, and its own figures for chosen frames.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tb/bench.h"
#include "tb/ccu_plan.h"

namespace tb {

Verdict run_ccu(sim::Model& model, const base::Spec& spec, const Options& options);

// What the unit's counters say of a frame that nobody held up, from rest to rest.
struct CcuFigures {
  CcuShape shape;
  int64_t cycles = 0;        // first accepted input beat to last accepted output beat
  int64_t input_cycles = 0;  // first to last accepted input beat
  int64_t issued = 0;        // cycles with products
  int64_t macs = 0;          // useful multiplications of a core

  // Useful multiplications per multiplier and cycle; a core has 36.
  double per_multiplier() const {
    return static_cast<double>(macs) / (36.0 * static_cast<double>(cycles));
  }
};

// Random frames of these shapes, one after the other, their results compared. Throws sim::Failure.
std::vector<CcuFigures> measure_ccu(sim::Model& model, const base::Spec& spec,
                                    std::span<const CcuShape> shapes, uint64_t seed);

}  // namespace tb
