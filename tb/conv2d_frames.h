// SPDX-License-Identifier: Apache-2.0
// Frames of the streaming engine as beats, and what must come out for any sequence of beats.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/spec.h"
#include "golden/conv2d.h"
#include "sim/axi_stream.h"
#include "tb/bench.h"

namespace tb {

// Register addresses and bits, see gen/units/README.md.
namespace conv2d_regs {
inline constexpr uint64_t kId = 0x00, kVersion = 0x04, kParams = 0x08, kMaxima = 0x0c;
inline constexpr uint64_t kWidth = 0x10, kHeight = 0x14, kShift = 0x18, kCommit = 0x1c;
inline constexpr uint64_t kStatus = 0x20, kShape = 0x24, kCoefficients = 0x40;
inline constexpr uint64_t kNowhere = 0x28;  // where no register is
inline constexpr unsigned kLastEarly = 1, kLastLate = 2, kUserEarly = 4, kUserLate = 8;
inline constexpr unsigned kRefused = 16, kErrors = 31;
inline constexpr unsigned kPending = 0x100, kInFrame = 0x200, kConfigured = 0x400;
}  // namespace conv2d_regs

// A beat is `columns` pixels of each of `rows` lines, a pixel all channels: sample (i, j, c) in
// lane (i * columns + j) * channels + c.
struct Conv2dSizes {
  explicit Conv2dSizes(const base::Spec& spec);

  golden::KernelShape kernel;
  int columns, rows;
  int data, coefficient, lane_bytes;
  int max_width, max_height;
  bool data_signed;
  int scheme;  // as PARAMS tells it

  int lane_bits() const { return 8 * lane_bytes; }
  int lanes_in() const { return rows * columns * kernel.in_channels; }
  int lanes_out() const { return rows * columns * kernel.out_channels; }
  int beats(int width) const { return (width + columns - 1) / columns; }  // of a line
  int groups(int height) const { return (height + rows - 1) / rows; }     // of lines
  int64_t frame(int width, int height) const { return int64_t{beats(width)} * groups(height); }
  // A result needs the samples that the kernel reaches to the right and below: it comes so many
  // beats of a line, and whole lines of beats, behind its own beat.
  int beats_ahead() const { return beats(kernel.columns / 2); }
  int groups_ahead() const { return groups(kernel.rows / 2); }
  int64_t ahead(int width) const { return int64_t{groups_ahead()} * beats(width) + beats_ahead(); }
  int address_bits() const;
};

struct Conv2dConfig {
  int width = 1, height = 1, shift = 0;
  golden::Kernel kernel;

  std::string text() const;  // `WIDTH=7 HEIGHT=3 SHIFT=2 COEF=1,2,..`
  bool operator==(const Conv2dConfig&) const = default;
};

// Another beat that is as good, and whether it was the one that came.
struct EitherBeat {
  sim::Beat other;
  bool taken = false;
};

// A beat that must come out, and where it belongs.
struct ExpectedBeat {
  sim::Beat beat;
  int64_t frame = 0;
  int line = 0, position = 0;
  std::shared_ptr<const Conv2dConfig> config;
  std::shared_ptr<EitherBeat> either = {};
};

// The beats of a frame. `padding` fills what the engine must ignore: bits above DataWidth, lanes
// outside the picture, nothing if null.
std::vector<sim::Beat> frame_beats(const Conv2dSizes& sizes, const golden::Channels& picture,
                                   sim::Random* padding);

// The beats that carry the result of a frame. Padding bits repeat the sign.
std::vector<sim::Beat> result_beats(const Conv2dSizes& sizes, const golden::Channels& result);

// Follows the framing rules beat by beat: hunts for tuser, breaks frames off at errors, and keeps
// the samples of good beats. A frame's result is golden's for its picture; of a frame broken off
// after n good beats the first n - sizes.ahead(width) beats come.
class FrameReference {
 public:
  explicit FrameReference(const Conv2dSizes& sizes) : sizes_(sizes) {}

  // Frames are numbered from `frame` in the order of their tuser beats; `frame` advances.
  void take(const sim::Beat& beat, const Conv2dConfig& config, int64_t& frame);
  void reset() { state_ = State::kHunt; }
  unsigned errors() const { return errors_; }  // status bits since the last clear
  void clear_errors() { errors_ = 0; }
  bool in_frame() const { return state_ == State::kFrame; }
  std::vector<ExpectedBeat>& expected() { return expected_; }  // in order; the caller takes them
  int64_t saturated() const { return saturated_; }

 private:
  enum class State { kIdle, kHunt, kFrame };
  void emit(int64_t beats);

  Conv2dSizes sizes_;
  State state_ = State::kHunt;  // as after reset: no error before the first tuser
  std::shared_ptr<const Conv2dConfig> config_;
  golden::Channels picture_;
  int64_t frame_ = 0;  // number of the frame that runs
  int64_t good_ = 0;   // its good beats
  unsigned errors_ = 0;
  int64_t saturated_ = 0;  // samples at an end of their range
  std::vector<ExpectedBeat> expected_;
};

}  // namespace tb
