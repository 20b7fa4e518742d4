// SPDX-License-Identifier: Apache-2.0
// The framing rules of the configurable unit, beat by beat, and frames that break them.

#include "tb/ccu_framing.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/ccu_plan.h"
#include "tb/ccu_registers.h"

namespace tb {

namespace regs = ccu_regs;
using sim::Beat;

namespace {

Beat junk(const CcuSizes& sizes, sim::Random& random, bool user) {
  Beat beat;
  for (int lsb = 0; lsb < sizes.beat_bits(); lsb += 32) {
    beat.set_field(lsb, std::min(32, sizes.beat_bits() - lsb), random.next());
  }
  beat.last = random.below(3) == 0;
  beat.user = user ? 1 : 0;
  return beat;
}

// An error somewhere in the beats of a frame.
void break_frame(std::vector<Beat>& beats, const CcuSizes& sizes, sim::Random& random) {
  const auto at = static_cast<size_t>(random.below(beats.size()));
  switch (random.below(6)) {
    case 0:
      beats[at].last = !beats[at].last;  // a line too short or too long
      break;
    case 1:
      beats[at].user ^= 1;  // a start in the middle, or a frame without its start
      break;
    case 2:
      beats[0].user = 0;
      break;
    case 3:  // beats from nowhere in front of the frame
      for (uint64_t n = 1 + random.below(5); n > 0; --n) {
        beats.insert(beats.begin(), junk(sizes, random, false));
      }
      break;
    case 4:  // the frame is cut off: the next one starts within it
      beats.resize(at + 1);
      break;
    default:  // anything at all
      for (uint64_t n = 1 + random.below(30); n > 0; --n) {
        beats.push_back(junk(sizes, random, random.below(5) == 0));
      }
      break;
  }
}

}  // namespace

CcuReference::CcuReference(const CcuSizes& sizes, const CcuConfig& config)
    : sizes_(sizes), config_(config) {}

void CcuReference::take(const Beat& beat, int64_t& frame) {
  const bool starts = (beat.user & 1) != 0;
  if (!starts && state_ != State::kFrame) {
    if (state_ == State::kIdle) errors_ |= regs::kUserLate;
    state_ = State::kHunt;
    return;
  }
  if (starts) {
    if (state_ == State::kFrame) {
      errors_ |= regs::kUserEarly;
      emit(false);
    }
    state_ = State::kFrame;
    channels_.assign(static_cast<size_t>(sizes_.channels),
                     golden::Picture(config_.width, config_.height));
    frame_ = frame++;
    good_ = 0;
  }
  const int per_line = sizes_.beats(config_.width);
  const int position = static_cast<int>(good_ % per_line);
  const int line = static_cast<int>(good_ / per_line);
  const bool ends_line = position == per_line - 1;
  if (beat.last != ends_line) {
    errors_ |= beat.last ? regs::kLastEarly : regs::kLastLate;
    emit(false);
    state_ = State::kHunt;
    return;
  }
  for (int p = 0; p < sizes_.pixels; ++p) {
    const int column = position * sizes_.pixels + p;
    if (column >= config_.width) break;
    for (int c = 0; c < sizes_.channels; ++c) {
      const uint64_t bits = beat.field((p * sizes_.channels + c) * sizes_.data, sizes_.data);
      auto value = static_cast<int64_t>(bits);
      if (sizes_.data_signed && (bits >> (sizes_.data - 1)) != 0)
        value -= int64_t{1} << sizes_.data;
      channels_[static_cast<size_t>(c)].at(line, column) = value;
    }
  }
  ++good_;
  if (good_ < int64_t{per_line} * config_.height) return;
  emit(true);
  ++whole_;
  state_ = State::kIdle;
}

void CcuReference::emit(bool whole) {
  const golden::KernelShape& kernel = config_.kernel.shape;
  for (CcuOutput& output : output_beats(sizes_, config_, channels_, frame_)) {
    output.optional = !whole;
    if (!whole) {
      // The last sample that the tile meets; tiles are in the order of these.
      const auto end = [&](int at, int outputs) {
        return std::min(outputs, at / CcuSizes::kTile * CcuSizes::kTile + CcuSizes::kTile) - 1;
      };
      const int row = end(output.row, config_.down()) * config_.stride + kernel.rows - 1;
      const int column = end(output.column, config_.across()) * config_.stride + kernel.columns - 1;
      if (int64_t{row} * sizes_.beats(config_.width) + column / sizes_.pixels >= good_) break;
    }
    outputs_.push_back(std::move(output));
  }
}

sim::Task<> play_framing_errors(CcuBench& bench, CcuDrivers& with, sim::Random& random,
                                int64_t& number) {
  constexpr int kGroups = 12, kFrames = 4;
  const int k = bench.sizes.max_kernel;
  for (int group = 0; group < kGroups; ++group) {
    const CcuShape shape = shape_for(
        static_cast<int>(random.between(1, std::min(k, 4))),
        static_cast<int>(random.between(1, std::min(k, 4))), static_cast<int>(random.between(1, 2)),
        static_cast<int>(random.between(1, 14)), static_cast<int>(random.between(1, 26)));
    CcuFrame frame = draw_frame(bench.sizes, shape, bench.options.seed, number);
    CcuReference reference(bench.sizes, frame.config);
    std::vector<Beat> beats;
    for (int n = 0; n < kFrames; ++n) {
      std::vector<Beat> some = frame.beats;
      if (n + 1 < kFrames) {  // the last one is whole
        break_frame(some, bench.sizes, random);
        bench.count("frames with a planted framing error");
      }
      for (const Beat& beat : some) reference.take(beat, number);
      beats.insert(beats.end(), some.begin(), some.end());
      frame = draw_frame(bench.sizes, frame.config, bench.options.seed, number);
    }
    co_await write_config(bench, with, frame.config);
    co_await commit(with);
    const std::string when = fmt::format("of frames with errors, group {}", group);
    const auto patience = static_cast<int64_t>(beats.size()) * 20 + 8 * frame.work.issued + 20'000;
    const std::vector<CcuOutput>& outputs = reference.outputs();
    bench.frames += reference.whole_frames();
    bench.expected.insert(bench.expected.end(), outputs.begin(), outputs.end());
    co_await sim::with_timeout(send_all(with.source, beats),
                               sim::clock_cycles(bench.clock, patience), "acceptance " + when);
    co_await wait_drained(bench, with, patience, when);
    co_await check_errors(bench, with, reference.errors(), when);
    co_await expect_status(with, regs::kInFrame | regs::kConfigured | regs::kPending,
                           regs::kConfigured, when);
  }
}

}  // namespace tb
