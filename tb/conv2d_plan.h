// SPDX-License-Identifier: Apache-2.0
// What the streaming engine is fed: sizes, kernels, pictures, planted errors, and what must come.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tb/conv2d_frames.h"

namespace tb {

// Frames that are sent back to back under one configuration.
struct FrameGroup {
  enum class Commit { kIdle, kInFrame };  // when the configuration is written
  Conv2dConfig config;
  Commit commit = Commit::kIdle;
  std::vector<sim::Beat> beats;
  std::vector<ExpectedBeat> expected;
  size_t last_start = 0;  // where its last frame begins
  unsigned errors = 0;    // status bits that it leaves
  bool broken = false;    // holds planted framing errors
};

// In a frame whose configuration is replaced for the next one, so many beats come before that.
inline constexpr size_t kBeatsBeforeCommit = 6;

struct Conv2dPlan {
  std::vector<FrameGroup> groups;
  int64_t frames = 0;  // numbered from 0 by their first beats
  std::map<std::string, int64_t> coverage;
};

// Groups for at least `frames` frames: sizes that matter first, a third of them with planted
// framing errors. With options.image: that picture (its upper left part), one group for each
// kernel.
Conv2dPlan make_conv2d_plan(const Conv2dSizes& sizes, const Options& options, int64_t frames);

// A beat of random samples, and tlast at random.
sim::Beat junk_beat(const Conv2dSizes& sizes, sim::Random& random, bool user);

Conv2dConfig draw_config(const Conv2dSizes& sizes, int width, int height, sim::Random& random);

// One whole frame of random samples as a group of its own.
FrameGroup single_frame(const Conv2dSizes& sizes, const Conv2dConfig& config, sim::Random& random,
                        int64_t number);

}  // namespace tb
