// SPDX-License-Identifier: Apache-2.0
// Directed scenes for the streaming engine: moments that random frames seldom hit.

#pragma once

#include <cstdint>

#include "sim/random.h"
#include "sim/task.h"
#include "tb/conv2d_bench.h"

namespace tb {

// Each scene needs a configured engine without a frame, a commit or an error, and leaves it so.
// `number` counts the frames on.

// A commit waits in a frame; a pause, one more beat, and a start that breaks the frame off: the
// results before it are the old configuration's, those behind it the new one's.
sim::Task<> play_early_starts(EngineBench& bench, Drivers& with, sim::Random& random,
                              int64_t& number);

// A frame of one beat and a commit in every cycle around it: its result is wholly the old
// configuration's or wholly the new one's. Needs traffic without pauses.
sim::Task<> play_commits_around_a_frame(EngineBench& bench, Drivers& with, sim::Random& random,
                                        int64_t& number);

// An error in every cycle while STATUS is cleared: the bit never reads 0. Without pauses.
sim::Task<> play_errors_while_cleared(EngineBench& bench, Drivers& with, sim::Random& random,
                                      int64_t& number);

// STATUS is read in every cycle of a frame: in progress up to its last step. Without pauses.
sim::Task<> play_frame_in_progress(EngineBench& bench, Drivers& with, sim::Random& random,
                                   int64_t& number);

// Accesses that overlap: the next address stands at the port while an answer waits.
sim::Task<> play_overlapping_accesses(EngineBench& bench, Drivers& with);

}  // namespace tb
