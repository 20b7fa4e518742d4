// SPDX-License-Identifier: Apache-2.0
// Directed scenes for the binary-weight engine: streams that end wrongly, aborts, resets.

#pragma once

#include <cstdint>

#include "sim/random.h"
#include "tb/bw_conv2d_bench.h"

namespace tb {

// Each needs an idle engine without errors and leaves it so. `number` counts the layers on.

// One stream ends too early or too late, while the results wait at times: the error's bit, idle
// again, a true beginning of the results, and the next layer is right.
sim::Task<> play_stream_errors(BwBench& bench, BwDrivers& with, sim::Random& random,
                               int64_t& number);

// ABORT in the setup, in a layer whose streams have stopped, in a layer whose results nobody takes,
// and at rest; settings cannot be written in a layer.
sim::Task<> play_aborts(BwBench& bench, BwDrivers& with, sim::Random& random, int64_t& number);

// A reset in the middle of a layer.
sim::Task<> play_reset(BwBench& bench, BwDrivers& with, sim::Random& random, int64_t& number);

// m_axis_tready moves within a cycle: nothing else must. The bench drives ready itself.
sim::Task<> play_ready_paths(BwBench& bench, BwDrivers& with, sim::Random& random, int64_t& number);

}  // namespace tb
