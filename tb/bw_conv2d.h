// SPDX-License-Identifier: Apache-2.0
// Bench of the binary-weight engine.

#pragma once

#include "tb/bench.h"

namespace tb {

Verdict run_bw_conv2d_stream(sim::Model& model, const base::Spec& spec, const Options& options);

}  // namespace tb
