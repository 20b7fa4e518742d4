// SPDX-License-Identifier: Apache-2.0
// Sizes, buffers and rewires a mapped netlist where ABC cannot: across adder cells and hierarchy.

#pragma once

#include <memory>

#include "synth/netlist.h"
#include "synth/timer.h"

namespace synth {

enum class RefineGoal {
  kFree,      // what costs no area: exchangeable pins, drives of equal area
  kBalanced,  // delay as long as it is cheap
  kDelay,     // delay at nearly any price, then the area that this delay leaves
};

struct Refined {
  Netlist netlist;
  double delay_before = 0, delay = 0;  // seconds, by our own timer
  double area_before = 0, area = 0;
};

// The function is untouched: cells are exchanged for others of the same function, equivalent input
// pins swapped, nets split behind buffers or between two copies of their driver, buffers removed.
Refined refine(const Netlist& netlist, RefineGoal goal,
               const std::shared_ptr<const CellModels>& models);

}  // namespace synth
