// SPDX-License-Identifier: Apache-2.0
// Directed scenes for the streaming engine: moments that random frames seldom hit.

#include "tb/conv2d_scenes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "sim/failure.h"
#include "tb/conv2d_plan.h"

namespace tb {

namespace regs = conv2d_regs;
using sim::AxiResponse;
using sim::Beat;
using sim::Task;

namespace {

// Few small positive coefficients, and shifts two apart: where one value of another configuration
// enters, the result is another one.
Conv2dConfig telling_config(const Conv2dSizes& sizes, int width, int height, bool odd,
                            sim::Random& random) {
  constexpr uint64_t kFew = 9;
  Conv2dConfig config = draw_config(sizes, width, height, random);
  const golden::KernelShape& shape = sizes.kernel;
  const auto products = static_cast<uint64_t>(shape.count() / shape.out_channels);
  const int64_t high = golden::largest(sizes.coefficient, true);
  for (int64_t& c : config.kernel.coefficients) {
    c = random.below(products) < kFew ? std::min<int64_t>(random.between(0, 3), high) : 0;
  }
  const int centre = (shape.rows - 1) / 2 * shape.columns + (shape.columns - 1) / 2;
  for (uint64_t o = 0; o < static_cast<uint64_t>(shape.out_channels); ++o) {
    config.kernel.coefficients[o * products + static_cast<uint64_t>(centre)] = 1;
  }
  config.shift = odd ? 1 : 3;
  return config;
}

Task<> apply_config(Drivers& with, Conv2dConfig config) {
  co_await write_config(with.bus, std::move(config));
  co_await commit(with.bus);
  co_await wait_not_pending(with.bus);
}

void expect_all(EngineBench& bench, FrameReference& reference) {
  std::vector<ExpectedBeat>& beats = reference.expected();
  bench.expected.insert(bench.expected.end(), beats.begin(), beats.end());
  beats.clear();
}

}  // namespace

Task<> play_early_starts(EngineBench& bench, Drivers& with, sim::Random& random, int64_t& number) {
  constexpr int kRounds = 16;
  FrameReference reference(bench.sizes);
  for (int round = 0; round < kRounds; ++round) {
    const Conv2dSizes& sizes = bench.sizes;
    const int beats = std::min(1 + round % 4, 3);  // a line
    const int width =
        std::min(sizes.max_width, sizes.columns * beats - (sizes.columns > 1 ? 1 : 0));
    const int height = std::min(sizes.max_height, sizes.rows * (sizes.groups_ahead() + 5));
    const auto all = static_cast<size_t>(sizes.frame(width, height));
    const size_t sent = std::min(all - 1, static_cast<size_t>(sizes.ahead(width)) + 1 +
                                              static_cast<size_t>(random.below(3)));
    if (sent < 2) continue;  // the commit would find no frame
    const Conv2dConfig before = telling_config(bench.sizes, width, height, round % 2 != 0, random);
    const Conv2dConfig behind = telling_config(bench.sizes, static_cast<int>(random.between(1, 8)),
                                               height, round % 2 == 0, random);
    const FrameGroup broken = single_frame(bench.sizes, before, random, number);
    const FrameGroup whole = single_frame(bench.sizes, behind, random, number);
    co_await apply_config(with, before);
    for (size_t i = 0; i < sent; ++i) reference.take(broken.beats[i], before, number);
    for (const Beat& beat : whole.beats) reference.take(beat, behind, number);
    expect_all(bench, reference);
    co_await send(with.source, broken.beats, 0, sent - 1);
    co_await with.source.idle();
    co_await write_config(with.bus, behind);
    co_await commit(with.bus);
    co_await sim::clock_cycles(bench.clock, 3 * kQuietCycles);
    co_await send(with.source, broken.beats, sent - 1, sent);
    if (round / 4 > 0) co_await sim::clock_cycles(bench.clock, round / 4);
    co_await send(with.source, whole.beats, 0, whole.beats.size());
    co_await wait_quiet(bench, with, "behind an early start");
    co_await check_errors(with.registers, regs::kUserEarly, "behind an early start");
    bench.count("early starts with a commit pending");
  }
}

Task<> play_commits_around_a_frame(EngineBench& bench, Drivers& with, sim::Random& random,
                                   int64_t& number) {
  constexpr int kFirst = -6;  // cycles from the beat to the commit
  const int last = 12 + static_cast<int>(bench.sizes.ahead(1));
  const int width = std::min(bench.sizes.columns, bench.sizes.max_width);
  Conv2dConfig used = telling_config(bench.sizes, width, 1, false, random);
  co_await apply_config(with, used);
  for (int distance = kFirst; distance <= last; ++distance) {
    const Conv2dConfig next =
        telling_config(bench.sizes, width, 1, (distance - kFirst) % 2 == 0, random);
    const FrameGroup frame = single_frame(bench.sizes, used, random, number);
    FrameReference other(bench.sizes), behind(bench.sizes);
    int64_t same = number++;
    other.take(frame.beats.front(), next, same);
    const auto either = std::make_shared<EitherBeat>();
    either->other = other.expected().front().beat;
    bench.expected.push_back(frame.expected.front());
    bench.expected.back().either = either;
    co_await write_config(with.bus, next);
    sim::ProcessHandle committing;
    if (distance < 0) {
      committing = bench.scheduler.start_soon(commit(with.bus), "commit");
      if (distance == kFirst) {
        co_await sim::join(committing);
      } else {
        co_await sim::clock_cycles(bench.clock, -distance);
      }
    }
    co_await with.source.send(frame.beats.front());
    if (distance >= 0) {
      if (distance == last) co_await wait_quiet(bench, with, "of a lone frame");
      if (distance > 0) co_await sim::clock_cycles(bench.clock, distance);
      committing = bench.scheduler.start_soon(commit(with.bus), "commit");
    }
    co_await sim::join(committing);
    co_await wait_quiet(bench, with, "of a lone frame");
    bench.count(either->taken ? "lone frames behind a commit" : "lone frames before a commit");
    // Committed before the beat was offered, or behind its result.
    if (distance == kFirst) {
      behind.take(frame.beats.front(), next, number);
      expect_all(bench, behind);
      co_await with.source.send(frame.beats.front());
      co_await wait_quiet(bench, with, "behind a commit");
      if (!either->taken) throw sim::Mismatch("a frame behind a commit has the old configuration");
    }
    if (distance == last && either->taken && !(either->other == frame.expected.front().beat)) {
      throw sim::Mismatch("a frame before a commit has the new configuration");
    }
    co_await wait_not_pending(with.bus);
    used = next;
  }
}

Task<> play_errors_while_cleared(EngineBench& bench, Drivers& with, sim::Random& random,
                                 int64_t& number) {
  constexpr int kDistances = 10;
  constexpr size_t kStarts = 600;
  const Conv2dSizes& sizes = bench.sizes;
  const Conv2dConfig config =
      telling_config(sizes, std::min(2 * sizes.columns + 2, sizes.max_width),
                     std::min(2 * sizes.rows, sizes.max_height), false, random);
  if (sizes.frame(config.width, config.height) < 2) co_return;  // no start would be early
  co_await apply_config(with, config);
  const FrameGroup frame = single_frame(sizes, config, random, number);
  std::vector<Beat> beats(kStarts, frame.beats.front());
  beats.insert(beats.end(), frame.beats.begin(), frame.beats.end());
  FrameReference reference(bench.sizes);
  for (const Beat& beat : beats) reference.take(beat, config, number);
  expect_all(bench, reference);
  const int64_t before = with.source.accepted();
  const sim::ProcessHandle sending =
      bench.scheduler.start_soon(send(with.source, beats, 0, beats.size()), "starts");
  co_await sim::clock_cycles(bench.clock, kQuietCycles);
  for (int distance = 0; distance < kDistances; ++distance) {
    const sim::ProcessHandle clearing =
        bench.scheduler.start_soon(with.bus.write_ok(regs::kStatus, regs::kErrors), "clear");
    if (distance > 0) co_await sim::clock_cycles(bench.clock, distance);
    co_await expect_status(with.bus, regs::kErrors, regs::kUserEarly,
                           fmt::format("{} cycles behind its clear, errors going on", distance));
    co_await sim::join(clearing);
    if (with.source.accepted() - before < static_cast<int64_t>(kStarts)) {
      bench.count("errors in the cycle of their clear");
    }
  }
  co_await sim::join(sending);
  co_await wait_quiet(bench, with, "behind many starts");
  co_await check_errors(with.registers, regs::kUserEarly, "behind many starts");
}

Task<> play_frame_in_progress(EngineBench& bench, Drivers& with, sim::Random& random,
                              int64_t& number) {
  const Conv2dConfig config = telling_config(bench.sizes, 8, 1, false, random);
  // With those below the picture.
  const int64_t steps = bench.sizes.beats(config.width) + bench.sizes.ahead(config.width);
  co_await apply_config(with, config);
  int64_t seen = 0;
  for (int64_t distance = 0; distance < steps + 12; ++distance) {
    const FrameGroup frame = single_frame(bench.sizes, config, random, number++);
    bench.expected.insert(bench.expected.end(), frame.expected.begin(), frame.expected.end());
    co_await send(with.source, frame.beats, 0, frame.beats.size());
    if (distance > 0) co_await sim::clock_cycles(bench.clock, distance);
    const uint64_t status = co_await with.bus.read_ok(regs::kStatus);
    if ((status & regs::kInFrame) != 0) ++seen;
    co_await wait_quiet(bench, with, "of a frame of one line");
  }
  // It shows from the first beat on, so in one cycle fewer than there are steps; and the first
  // distance may be too late by one.
  if (seen < steps - 2) {
    throw sim::Mismatch(
        fmt::format("register STATUS: a frame in progress in {} cycles of {} steps", seen, steps));
  }
  bench.count("cycles with a frame in progress", seen);
}

Task<> play_overlapping_accesses(EngineBench& bench, Drivers& with) {
  constexpr int kRounds = 4;
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t value = 5 + static_cast<uint64_t>(round);
    std::vector<sim::AxiWrite> writes = {{regs::kWidth, value},
                                         {regs::kNowhere, 1},
                                         {regs::kHeight, value + 1},
                                         {regs::kShift, value}};
    const std::vector<AxiResponse> answers = co_await with.bus.write_all(std::move(writes));
    for (size_t i = 0; i < answers.size(); ++i) {
      const AxiResponse wanted = i == 1 ? AxiResponse::kSlaveError : AxiResponse::kOkay;
      if (answers[i] == wanted) continue;
      throw sim::Mismatch(fmt::format("overlapping write {}: s_axil_bresp_o={}, expected {}", i,
                                      static_cast<int>(answers[i]), static_cast<int>(wanted)));
    }
    std::vector<uint64_t> addresses = {regs::kId, regs::kHeight, regs::kNowhere, regs::kShift,
                                       regs::kWidth};
    const std::vector<uint64_t> wanted = {0x46434f4e, value + 1, 0, value, value};
    const std::vector<sim::AxiRead> reads = co_await with.bus.read_all(std::move(addresses));
    for (size_t i = 0; i < reads.size(); ++i) {
      const bool refused = reads[i].response != AxiResponse::kOkay;
      if (refused == (i == 2) && (refused || reads[i].data == wanted[i])) continue;
      throw sim::Mismatch(
          fmt::format("overlapping read {}: s_axil_rdata_o={:#010x}, expected {:#010x}", i,
                      reads[i].data, wanted[i]));
    }
    bench.count("overlapping accesses", 9);
  }
}

}  // namespace tb
