// SPDX-License-Identifier: Apache-2.0
// Bench of units without a clock: drive, settle, compare, vector by vector.

#pragma once

#include "base/spec.h"
#include "sim/model.h"
#include "tb/bench.h"
#include "tb/vector_unit.h"

namespace tb {

// One evaluation a vector, 10 ns apart in a trace. Verdict::cycles counts evaluations; the coverage
// says how many result bits were seen at both levels.
Verdict run_combinational(sim::Model& model, VectorUnit& unit, const base::Spec& spec,
                          const Options& options);

}  // namespace tb
