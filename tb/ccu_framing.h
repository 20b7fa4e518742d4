// SPDX-License-Identifier: Apache-2.0
// The framing rules of the configurable unit, beat by beat, and frames that break them.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tb/ccu_bench.h"

namespace tb {

// Follows the rules: hunts for tuser, breaks frames off at errors, keeps the samples of good beats.
// A whole frame's outputs must come. Of one that is broken off, tiles whose samples were all good
// may come (CcuOutput::optional), from the first on.
class CcuReference {
 public:
  CcuReference(const CcuSizes& sizes, const CcuConfig& config);

  // Frames are numbered from `frame` in the order of their tuser beats; `frame` advances.
  void take(const sim::Beat& beat, int64_t& frame);
  unsigned errors() const { return errors_; }  // status bits
  int64_t whole_frames() const { return whole_; }
  const std::vector<CcuOutput>& outputs() const { return outputs_; }

 private:
  enum class State { kIdle, kHunt, kFrame };
  void emit(bool whole);

  const CcuSizes& sizes_;
  const CcuConfig& config_;
  State state_ = State::kIdle;
  golden::Channels channels_;
  int64_t frame_ = 0;  // number of the frame that runs
  int64_t good_ = 0;   // its good beats
  int64_t whole_ = 0;
  unsigned errors_ = 0;
  std::vector<CcuOutput> outputs_;
};

// Frames of one configuration back to back, some with errors planted: lines too short or too long,
// starts that are missing or too early, frames cut off, beats from nowhere; then STATUS. Needs an
// idle unit without errors and leaves it so. `number` counts the frames on.
sim::Task<> play_framing_errors(CcuBench& bench, CcuDrivers& with, sim::Random& random,
                                int64_t& number);

}  // namespace tb
