// SPDX-License-Identifier: Apache-2.0
// The recorded arrays at another technology, with their memories and with DRAM, beside published
// designs.

#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "analysis/technology.h"
#include "golden/bw_layer.h"

namespace cli {

// What a layer or several make an engine do.
struct BwWork {
  int64_t operations = 0;        // of the layer: two for a weight and a sum
  int64_t array_words = 0;       // cycles of the array
  int64_t array_operations = 0;  // in these cycles, lanes without a channel too
  int64_t memory_bits = 0;  // read from the stores of lines and signs, and written to them once
  int64_t dram_bits = 0;    // across the pins
};

BwWork bw_work(const golden::BwLayer& layer, int width, int height, const golden::BwStreams& s);

// pJ, each part apart.
struct BwEnergy {
  double core = 0, memories = 0, dram = 0;
};

// `pj_per_operation` of the array at `from`; all but the DRAM by the rule to `to`.
BwEnergy bw_energy(const BwWork& work, double pj_per_operation,
                   const analysis::OperatingPoint& from, const analysis::OperatingPoint& to,
                   const analysis::ScalingRule& rule);

// Reads bench/arrays.txt, measures nothing.
void print_arrays_scaled(const std::filesystem::path& file);

}  // namespace cli
