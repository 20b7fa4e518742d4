// SPDX-License-Identifier: Apache-2.0
// Frames of the streaming engine as beats, and what must come out for any sequence of beats.

#include "tb/conv2d_frames.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tb {

namespace regs = conv2d_regs;

Conv2dSizes::Conv2dSizes(const base::Spec& spec)
    : data(static_cast<int>(spec.size("DataWidth"))),
      coefficient(static_cast<int>(spec.size("CoefWidth"))),
      lane_bytes((data + 7) / 8),
      max_width(static_cast<int>(spec.size("MaxWidth"))),
      max_height(static_cast<int>(spec.size("MaxHeight"))),
      data_signed(spec.is("data", "signed")),
      ffa(spec.is("scheme", "ffa")) {}

std::string Conv2dConfig::text() const {
  return fmt::format("WIDTH={} HEIGHT={} SHIFT={} COEF={}", width, height, shift,
                     fmt::join(kernel.coefficients, ","));
}

std::vector<sim::Beat> frame_beats(const Conv2dSizes& sizes, const Picture& picture,
                                   sim::Random* padding) {
  std::vector<sim::Beat> beats;
  for (int row = 0; row < picture.height; ++row) {
    for (int first = 0; first < picture.width; first += Conv2dSizes::kLanes) {
      sim::Beat beat;
      beat.keep = 0;
      for (int lane = 0; lane < Conv2dSizes::kLanes; ++lane) {
        const int lsb = lane * sizes.lane_bits();
        if (padding != nullptr) {
          beat.set_field(lsb, sizes.lane_bits(), padding->bits(sizes.lane_bits()));
        }
        if (first + lane >= picture.width) continue;
        beat.set_field(lsb, sizes.data, static_cast<uint64_t>(picture.at(row, first + lane)));
        beat.keep |= ((uint64_t{1} << sizes.lane_bytes) - 1) << (lane * sizes.lane_bytes);
      }
      beat.user = row == 0 && first == 0 ? 1 : 0;
      beat.last = first + Conv2dSizes::kLanes >= picture.width;
      beats.push_back(beat);
    }
  }
  return beats;
}

std::vector<sim::Beat> result_beats(const Conv2dSizes& sizes, const Picture& result) {
  std::vector<sim::Beat> beats = frame_beats(sizes, result, nullptr);
  // Padding bits repeat the sign; samples are negative for signed data only.
  for (size_t n = 0; n < beats.size(); ++n) {
    const int per_line = Conv2dSizes::beats(result.width);
    const int row = static_cast<int>(n) / per_line;
    const int first = static_cast<int>(n) % per_line * Conv2dSizes::kLanes;
    for (int lane = 0; lane < Conv2dSizes::kLanes && first + lane < result.width; ++lane) {
      beats[n].set_field(lane * sizes.lane_bits(), sizes.lane_bits(),
                         static_cast<uint64_t>(result.at(row, first + lane)));
    }
  }
  return beats;
}

void FrameReference::take(const sim::Beat& beat, const Conv2dConfig& config, int64_t& frame) {
  const bool starts = (beat.user & 1) != 0;
  if (!starts && state_ != State::kFrame) {
    if (state_ == State::kIdle) errors_ |= regs::kUserLate;
    state_ = State::kHunt;
    return;
  }
  if (starts) {
    if (state_ == State::kFrame) {
      errors_ |= regs::kUserEarly;
      emit(good_ - Conv2dSizes::beats(config_->width) - 1);
    }
    state_ = State::kFrame;
    config_ = std::make_shared<const Conv2dConfig>(config);
    picture_ = Picture(config.width, config.height);
    frame_ = frame++;
    good_ = 0;
  }
  const int per_line = Conv2dSizes::beats(config_->width);
  const int position = static_cast<int>(good_ % per_line);
  const int line = static_cast<int>(good_ / per_line);
  const bool ends_line = position == per_line - 1;
  if (beat.last != ends_line) {
    errors_ |= beat.last ? regs::kLastEarly : regs::kLastLate;
    emit(good_ - per_line - 1);
    state_ = State::kHunt;
    return;
  }
  for (int lane = 0; lane < Conv2dSizes::kLanes; ++lane) {
    const int column = position * Conv2dSizes::kLanes + lane;
    if (column >= config_->width) break;
    auto value = static_cast<int64_t>(beat.field(lane * sizes_.lane_bits(), sizes_.data));
    if (sizes_.data_signed && (value >> (sizes_.data - 1)) != 0) value -= int64_t{1} << sizes_.data;
    picture_.at(line, column) = value;
  }
  ++good_;
  if (good_ == int64_t{per_line} * config_->height) {
    emit(good_);
    state_ = State::kIdle;
  }
}

void FrameReference::emit(int64_t beats) {
  if (beats <= 0) return;
  const Picture result = golden::convolve_frame(picture_, config_->kernel, config_->shift,
                                                sizes_.data, sizes_.data_signed);
  const int64_t low = golden::smallest(sizes_.data, sizes_.data_signed);
  const int64_t high = golden::largest(sizes_.data, sizes_.data_signed);
  for (const int64_t sample : result.samples) saturated_ += sample == low || sample == high;
  const std::vector<sim::Beat> all = result_beats(sizes_, result);
  const int per_line = Conv2dSizes::beats(config_->width);
  for (int64_t n = 0; n < beats; ++n) {
    expected_.push_back({all[static_cast<size_t>(n)], frame_, static_cast<int>(n) / per_line,
                         static_cast<int>(n) % per_line, config_, nullptr});
  }
}

}  // namespace tb
