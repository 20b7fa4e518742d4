// SPDX-License-Identifier: Apache-2.0
// The inner loops of the netlist simulator, once per word width and processor.

#pragma once

#include <cstdint>
#include <vector>

#include "synth/net_program.h"

namespace synth {

// `values` has `words` words for every slot.
struct NetKernels {
  void (*settle)(const NetProgram& program, uint64_t* values);
  // Adds the changed bits under `mask` (one slot's words) of each slot to its count, and remembers.
  void (*count)(const uint64_t* values, uint64_t* previous, const uint64_t* mask, uint64_t* counts,
                uint32_t slots);
};

// All variants for 1 or 8 words that this processor runs, the fastest first.
std::vector<NetKernels> net_kernels(int words);

}  // namespace synth
