// SPDX-License-Identifier: Apache-2.0
// Frames of the streaming engine as beats, and what must come out for any sequence of beats.

#include "tb/conv2d_frames.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tb {

namespace regs = conv2d_regs;

namespace {

golden::KernelShape kernel_shape(const base::Spec& spec) {
  const auto size = [&](const char* key) { return static_cast<int>(spec.size(key)); };
  return {size("kernel_rows"), size("kernel"), size("InChannels"), size("OutChannels")};
}

int scheme_number(const base::Spec& spec) {
  const std::array<std::string_view, 4> names = {"direct", "ffa", "ffa2d", "winograd"};
  const auto* const found = std::find(names.begin(), names.end(), spec.get("scheme"));
  return static_cast<int>(found - names.begin());
}

// Beats of a picture whose samples stand `width` bits wide in their lanes.
std::vector<sim::Beat> to_beats(const Conv2dSizes& sizes, const golden::Channels& picture, int bits,
                                sim::Random* padding) {
  const int width = picture.at(0).width, height = picture.at(0).height;
  const int channels = static_cast<int>(picture.size());
  std::vector<sim::Beat> beats;
  beats.reserve(static_cast<size_t>(sizes.frame(width, height)));
  for (int top = 0; top < height; top += sizes.rows) {
    for (int left = 0; left < width; left += sizes.columns) {
      sim::Beat& beat = beats.emplace_back();
      beat.keep = 0;
      for (int lane = 0; lane < sizes.rows * sizes.columns * channels; ++lane) {
        const int row = top + lane / channels / sizes.columns;
        const int column = left + lane / channels % sizes.columns;
        const int lsb = lane * sizes.lane_bits();
        if (padding != nullptr) {
          beat.set_field(lsb, sizes.lane_bits(), padding->bits(sizes.lane_bits()));
        }
        if (row >= height || column >= width) continue;
        const int64_t sample = picture[static_cast<size_t>(lane % channels)].at(row, column);
        beat.set_field(lsb, bits, static_cast<uint64_t>(sample));
        beat.set_keep_field(lane * sizes.lane_bytes, sizes.lane_bytes, ~uint64_t{0});
      }
      beat.user = top == 0 && left == 0 ? 1 : 0;
      beat.last = left + sizes.columns >= width;
    }
  }
  return beats;
}

}  // namespace

Conv2dSizes::Conv2dSizes(const base::Spec& spec)
    : kernel(kernel_shape(spec)),
      columns(static_cast<int>(spec.size("parallel"))),
      rows(static_cast<int>(spec.size("parallel_rows"))),
      data(static_cast<int>(spec.size("DataWidth"))),
      coefficient(static_cast<int>(spec.size("CoefWidth"))),
      lane_bytes((data + 7) / 8),
      max_width(static_cast<int>(spec.size("MaxWidth"))),
      max_height(static_cast<int>(spec.size("MaxHeight"))),
      data_signed(spec.is("data", "signed")),
      scheme(scheme_number(spec)) {}

int Conv2dSizes::address_bits() const {
  int bits = 8;
  while ((uint64_t{1} << bits) < regs::kCoefficients + 4 * static_cast<uint64_t>(kernel.count()))
    ++bits;
  return bits;
}

std::string Conv2dConfig::text() const {
  constexpr size_t kShown = 25;
  const std::vector<int64_t>& all = kernel.coefficients;
  const std::span<const int64_t> shown(all.data(), std::min(kShown, all.size()));
  return fmt::format("WIDTH={} HEIGHT={} SHIFT={} COEF={}{}", width, height, shift,
                     fmt::join(shown, ","), all.size() > kShown ? ",.." : "");
}

std::vector<sim::Beat> frame_beats(const Conv2dSizes& sizes, const golden::Channels& picture,
                                   sim::Random* padding) {
  return to_beats(sizes, picture, sizes.data, padding);
}

std::vector<sim::Beat> result_beats(const Conv2dSizes& sizes, const golden::Channels& result) {
  return to_beats(sizes, result, sizes.lane_bits(), nullptr);
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
      emit(good_ - sizes_.ahead(config_->width));
    }
    state_ = State::kFrame;
    config_ = std::make_shared<const Conv2dConfig>(config);
    picture_.assign(static_cast<size_t>(sizes_.kernel.in_channels),
                    Picture(config.width, config.height));
    frame_ = frame++;
    good_ = 0;
  }
  const int per_line = sizes_.beats(config_->width);
  const int position = static_cast<int>(good_ % per_line);
  const int group = static_cast<int>(good_ / per_line);
  const bool ends_line = position == per_line - 1;
  if (beat.last != ends_line) {
    errors_ |= beat.last ? regs::kLastEarly : regs::kLastLate;
    emit(good_ - sizes_.ahead(config_->width));
    state_ = State::kHunt;
    return;
  }
  const int channels = sizes_.kernel.in_channels;
  for (int lane = 0; lane < sizes_.lanes_in(); ++lane) {
    const int row = group * sizes_.rows + lane / channels / sizes_.columns;
    const int column = position * sizes_.columns + lane / channels % sizes_.columns;
    if (row >= config_->height || column >= config_->width) continue;
    auto value = static_cast<int64_t>(beat.field(lane * sizes_.lane_bits(), sizes_.data));
    if (sizes_.data_signed && (value >> (sizes_.data - 1)) != 0) value -= int64_t{1} << sizes_.data;
    picture_[static_cast<size_t>(lane % channels)].at(row, column) = value;
  }
  ++good_;
  if (good_ == sizes_.frame(config_->width, config_->height)) {
    emit(good_);
    state_ = State::kIdle;
  }
}

void FrameReference::emit(int64_t beats) {
  if (beats <= 0) return;
  const golden::Channels result = golden::convolve_frame(picture_, config_->kernel, config_->shift,
                                                         sizes_.data, sizes_.data_signed);
  const int64_t low = golden::smallest(sizes_.data, sizes_.data_signed);
  const int64_t high = golden::largest(sizes_.data, sizes_.data_signed);
  for (const Picture& channel : result) {
    for (const int64_t sample : channel.samples) saturated_ += sample == low || sample == high;
  }
  const std::vector<sim::Beat> all = result_beats(sizes_, result);
  const int per_line = sizes_.beats(config_->width);
  for (int64_t n = 0; n < beats; ++n) {
    expected_.push_back({all[static_cast<size_t>(n)], frame_,
                         static_cast<int>(n) / per_line * sizes_.rows,
                         static_cast<int>(n) % per_line, config_, nullptr});
  }
}

}  // namespace tb
