// SPDX-License-Identifier: Apache-2.0
// Bench of the streaming convolution engine: registers, frames, errors, throughput.

#include "tb/conv2d_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "sim/axi_stream.h"
#include "sim/failure.h"
#include "sim/scheduler.h"
#include "sim/triggers.h"
#include "tb/activations.h"
#include "tb/conv2d_bench.h"
#include "tb/conv2d_frames.h"
#include "tb/conv2d_plan.h"
#include "tb/conv2d_registers.h"
#include "tb/conv2d_scenes.h"
#include "tb/model_ports.h"

namespace tb {
namespace {

namespace regs = conv2d_regs;
using sim::Beat;
using sim::Pacing;
using sim::Task;

constexpr uint64_t kFrameStream = 0x6672, kReadyStream = 0x7264, kJunkStream = 0x6a6b;
constexpr int kJunkBeats = 3;   // between a reset and the first frame
constexpr int kSliceBeats = 2;  // beats the input slice takes before anything is configured
constexpr int64_t kDefaultFrames = 140;
constexpr int64_t kExtraFrames = 1'000'000;  // numbers of the frames outside the plan begin here
constexpr int64_t kMostExtraFrames = 1000;
constexpr int kFullSpeedWidth = 640, kFullSpeedHeight = 480;
constexpr int64_t kFullSpeedWork = 4'000'000;  // products of a frame

Task<> play_groups(EngineBench& bench, Drivers& with, std::span<FrameGroup> groups) {
  sim::ProcessHandle committing;
  bool pending = false;  // `committing` runs
  for (size_t g = 0; g < groups.size(); ++g) {
    FrameGroup& group = groups[g];
    const std::string when = fmt::format("of group {}", g);
    if (pending) co_await sim::join(committing);
    if (g == 0 || group.commit == FrameGroup::Commit::kIdle) {
      co_await wait_drained(bench, with.source, when);
      co_await wait_not_pending(with.bus);
      co_await write_config(with.bus, group.config);
      co_await commit(with.bus);
      bench.count("configured between frames");
    }
    bench.expected.insert(bench.expected.end(), group.expected.begin(), group.expected.end());
    const size_t end = group.beats.size();
    size_t sent = 0;
    pending = g + 1 < groups.size() && groups[g + 1].commit == FrameGroup::Commit::kInFrame;
    if (pending) {
      sent = group.last_start + kBeatsBeforeCommit;
      co_await send(with.source, group.beats, 0, sent);
      co_await with.source.idle();
      const bool at_once = g % 2 == 0;
      co_await configure_in_frame(with.registers, groups[g + 1].config, at_once);
      if (at_once) {
        pending = false;
      } else {
        committing = bench.scheduler.start_soon(commit(with.bus), "commit");
      }
    }
    co_await send(with.source, group.beats, sent, end);
    if (group.broken) {
      co_await wait_drained(bench, with.source, when);
      co_await sim::clock_cycles(bench.clock, kQuietCycles);
      co_await check_errors(with.registers, group.errors, when);
    }
  }
  co_await wait_drained(bench, with.source, "at the end");
  co_await sim::clock_cycles(bench.clock, kQuietCycles);
  co_await expect_status(with.bus, regs::kErrors | regs::kInFrame, 0, "at the end");
}

Task<> play(EngineBench& bench, Drivers& with, std::span<FrameGroup> groups) {
  int64_t beats = 0;
  for (const FrameGroup& group : groups) beats += static_cast<int64_t>(group.beats.size());
  const int64_t setup = 2000 + 40 * int64_t{bench.sizes.kernel.count()};  // and the steps below
  const int64_t budget = 20 * beats + setup * static_cast<int64_t>(groups.size()) + 50'000;
  co_await sim::with_timeout(play_groups(bench, with, groups),
                             sim::clock_cycles(bench.clock, budget), "end of the frames");
  bench.count("output beats that waited", with.monitor.stalls());
  bench.count("input beats that waited", with.entry.stalls());
}

// Out of reset: a frame waits at the door until registers are checked and a commit is accepted.
Task<> play_start(EngineBench& bench, Drivers& with, FrameGroup& group) {
  co_await reset_model(bench, 3);
  // What comes before the first start is dropped and is no error, see check_refusals.
  sim::Random random(bench.options.seed, kJunkStream);
  for (int i = 0; i < kJunkBeats; ++i) {
    co_await with.source.send(junk_beat(bench.sizes, random, false));
  }
  co_await send(with.source, group.beats, 0, std::min<size_t>(group.beats.size(), 40));
  co_await check_registers(with.registers);
  co_await check_refusals(with.registers);
  if (with.source.accepted() > kSliceBeats) {
    throw sim::Mismatch(fmt::format("s_axis_tready_o: {} beats accepted before a configuration",
                                    with.source.accepted()));
  }
  bench.expected.assign(group.expected.begin(), group.expected.end());
  co_await write_config(with.bus, group.config);
  co_await commit(with.bus);
  co_await with_timeout(
      send(with.source, group.beats, std::min<size_t>(group.beats.size(), 40), group.beats.size()),
      sim::clock_cycles(bench.clock, 50'000), "acceptance of the first frame");
  co_await wait_drained(bench, with.source, "of the first frame");
  // A commit that is refused leaves the configuration in use as it is.
  co_await check_refusals(with.registers);
  bench.expected.assign(group.expected.begin(), group.expected.end());
  co_await send(with.source, group.beats, 0, group.beats.size());
  co_await wait_drained(bench, with.source, "behind a refused commit");
}

// Breaks a frame off by reset, with results under way.
Task<> play_until_reset(EngineBench& bench, Drivers& with, FrameGroup& group, int64_t cycles) {
  co_await write_config(with.bus, group.config);
  co_await commit(with.bus);
  bench.expected.assign(group.expected.begin(), group.expected.end());
  co_await sim::first(send(with.source, group.beats, 0, group.beats.size()),
                      sim::clock_cycles(bench.clock, cycles));
}

Task<> play_after_reset(EngineBench& bench, Drivers& with, FrameGroup& group) {
  bench.expected.clear();
  co_await reset_model(bench, 2);
  co_await expect_register(with.bus, regs::kStatus, 0, "STATUS after a reset in a frame");
  co_await expect_register(with.bus, regs::kWidth, 0, "WIDTH after a reset in a frame");
  sim::Random random(bench.options.seed, kJunkStream);
  for (int i = 0; i < kJunkBeats; ++i) {
    co_await with.source.send(junk_beat(bench.sizes, random, false));
  }
  bench.expected.assign(group.expected.begin(), group.expected.end());
  co_await write_config(with.bus, group.config);
  co_await commit(with.bus);
  co_await send(with.source, group.beats, 0, group.beats.size());
  co_await wait_drained(bench, with.source, "after a reset in a frame");
  co_await expect_status(with.bus, regs::kErrors, 0, "behind junk after a reset");
  bench.count("reset while a frame runs");
}

// Back to back, nobody pauses: only the steps below the picture may hold the source up.
Task<> play_at_full_speed(EngineBench& bench, Drivers& with, FrameGroup& first,
                          FrameGroup& second) {
  co_await write_config(with.bus, first.config);
  co_await commit(with.bus);
  co_await wait_not_pending(with.bus);
  bench.expected.assign(first.expected.begin(), first.expected.end());
  bench.expected.insert(bench.expected.end(), second.expected.begin(), second.expected.end());
  co_await send(with.source, first.beats, 0, first.beats.size());
  co_await send(with.source, second.beats, 0, second.beats.size());
  co_await wait_drained(bench, with.source, "at full speed");
  const int64_t stalls = with.entry.stalls();
  const auto beats = static_cast<double>(first.beats.size());
  bench.verdict.accepted_without_stall = beats / (beats + static_cast<double>(stalls));
  const int64_t allowed = bench.sizes.ahead(first.config.width);
  if (stalls > allowed) {
    throw sim::Mismatch(fmt::format(
        "s_axis_tready_o: {} stalled cycles between two frames back to back, expected at most {}",
        stalls, allowed));
  }
}

// m_axis_tready must not reach s_axis_tready without a register between: it changes at the falling
// edge, and s_axis_tready must not follow before the next rising one.
Task<> play_ready_paths(EngineBench& bench, Drivers& with, FrameGroup& group) {
  sim::Random random(bench.options.seed, kReadyStream);
  bench.output.ready.set(1);
  co_await write_config(with.bus, group.config);
  co_await commit(with.bus);
  bench.expected.assign(group.expected.begin(), group.expected.end());
  bench.drained.clear();
  for (size_t i = 0; i < std::min<size_t>(group.beats.size(), 60); ++i) {
    co_await with.source.send(group.beats[i]);
  }
  for (int n = 0; n < 300; ++n) {
    co_await sim::falling_edge(bench.clock);
    const bool accepting = bench.input.ready.high(), offering = bench.output.valid.high();
    bench.output.ready.set(random.below(3) == 0 ? 1 : 0);
    co_await sim::read_only();
    if (bench.input.ready.high() != accepting || bench.output.valid.high() != offering) {
      throw sim::Mismatch(
          "m_axis_tready_i reaches s_axis_tready_o or m_axis_tvalid_o within a "
          "cycle");
    }
  }
}

Task<> play_picture(EngineBench& bench, const Conv2dConfig& config, const golden::Channels& picture,
                    StreamedPicture& result, Drivers& with) {
  const Conv2dSizes& sizes = bench.sizes;
  const int64_t all = sizes.frame(config.width, config.height);
  int64_t seen = 0;
  with.monitor.on_beat([&](const Beat& beat) {
    const int per_line = sizes.beats(config.width), channels = sizes.kernel.out_channels;
    const int top = static_cast<int>(seen / per_line) * sizes.rows;
    const int left = static_cast<int>(seen % per_line) * sizes.columns;
    for (int lane = 0; lane < sizes.lanes_out() && seen < all; ++lane) {
      const int row = top + lane / channels / sizes.columns;
      const int column = left + lane / channels % sizes.columns;
      if (row >= config.height || column >= config.width) continue;
      auto sample = static_cast<int64_t>(beat.field(lane * sizes.lane_bits(), sizes.data));
      const bool negative = sizes.data_signed && (sample >> (sizes.data - 1)) != 0;
      if (negative) sample -= int64_t{1} << sizes.data;
      result.channels[static_cast<size_t>(lane % channels)].at(row, column) = sample;
    }
    if (++seen >= all) bench.drained.set();
  });
  co_await reset_model(bench, 3);
  co_await write_config(with.bus, config);
  co_await commit(with.bus);
  const auto begin = static_cast<int64_t>(bench.scheduler.cycles());
  const std::vector<Beat> beats = frame_beats(sizes, picture, nullptr);
  const auto limit = 20 * static_cast<int64_t>(beats.size()) + 10'000;
  co_await sim::with_timeout(
      sim::all(send(with.source, beats, 0, beats.size()), bench.drained.wait()),
      sim::clock_cycles(bench.clock, limit), "end of the picture");
  result.cycles = static_cast<int64_t>(bench.scheduler.cycles()) - begin;
}

// The scenes of conv2d_scenes.h, those of exact cycles only where nothing pauses.
Task<> play_scenes(EngineBench& bench, Drivers& with, sim::Random& random, int64_t& number,
                   bool exact) {
  co_await play_overlapping_accesses(bench, with);
  co_await play_early_starts(bench, with, random, number);
  if (!exact) co_return;
  co_await play_commits_around_a_frame(bench, with, random, number);
  co_await play_errors_while_cleared(bench, with, random, number);
  co_await play_frame_in_progress(bench, with, random, number);
}

// Plays one part with drivers of its own; false when it failed.
template <class Play, class... Arguments>
bool run(EngineBench& bench, const Traffic& traffic, Play part, Arguments&&... arguments) {
  Drivers with(bench, traffic);
  run_checked(bench.scheduler, part(bench, with, std::forward<Arguments>(arguments)...),
              bench.verdict);
  return bench.verdict.mismatch.empty();
}

void check_engine_ports(const sim::Model& model, const base::Spec& spec, const Conv2dSizes& sizes) {
  std::vector<PortWidth> ports = {{"clk_i", 1}, {"rst_ni", 1}};
  for (const auto& [prefix, data_i, data_o, lanes] :
       {std::tuple{"s_axis_", "_i", "_o", sizes.lanes_in()},
        std::tuple{"m_axis_", "_o", "_i", sizes.lanes_out()}}) {
    const int bits = lanes * sizes.lane_bits();
    for (const auto& [name, width] :
         {std::pair{"tdata", bits}, std::pair{"tkeep", bits / 8}, std::pair{"tuser", 1},
          std::pair{"tlast", 1}, std::pair{"tvalid", 1}}) {
      ports.push_back({std::string(prefix) + name + data_i, width});
    }
    ports.push_back({std::string(prefix) + "tready" + data_o, 1});
  }
  for (const auto& [name, width] :
       {std::pair{"awaddr_i", sizes.address_bits()}, std::pair{"awvalid_i", 1},
        std::pair{"awready_o", 1}, std::pair{"wdata_i", 32}, std::pair{"wstrb_i", 4},
        std::pair{"wvalid_i", 1}, std::pair{"wready_o", 1}, std::pair{"bresp_o", 2},
        std::pair{"bvalid_o", 1}, std::pair{"bready_i", 1},
        std::pair{"araddr_i", sizes.address_bits()}, std::pair{"arvalid_i", 1},
        std::pair{"arready_o", 1}, std::pair{"rdata_o", 32}, std::pair{"rresp_o", 2},
        std::pair{"rvalid_o", 1}, std::pair{"rready_i", 1}}) {
    ports.push_back({std::string("s_axil_") + name, width});
  }
  check_ports(model, spec, ports);
}

}  // namespace

Verdict run_conv2d_stream(sim::Model& model, const base::Spec& spec, const Options& options) {
  const Conv2dSizes sizes(spec);
  check_engine_ports(model, spec, sizes);
  Verdict verdict;
  EngineBench bench(model, sizes, options, verdict);
  sim::Random random(options.seed, kFrameStream);

  int64_t frames = options.vectors > 0 ? options.vectors : kDefaultFrames;
  if (options.vectors == 0 && options.image != nullptr) {
    frames = static_cast<int64_t>(kernel_names().size());
  }
  Conv2dPlan plan = make_conv2d_plan(sizes, options, frames);
  if (options.only < kExtraFrames || options.only >= kExtraFrames + kMostExtraFrames) {
    check_only(spec.unit(), options, plan.frames);
  }
  std::vector<FrameGroup>& groups = plan.groups;
  verdict.coverage = plan.coverage;
  int64_t number = kExtraFrames;

  const Traffic smooth{Pacing::none(), Pacing::none(), options.seed};
  const Traffic gaps{Pacing::random(0.5), Pacing::none(), options.seed + 1};
  const Traffic pressure{Pacing::none(), Pacing::random(0.5), options.seed + 2,
                         Traffic::Sink::kAfterValid};
  const Traffic bursts{Pacing::bursts(), Pacing::bursts(), options.seed + 3};
  const Traffic sinkless{Pacing::none(), Pacing::none(), options.seed, Traffic::Sink::kNone};
  const auto small = [&](int width, int height) {
    return draw_config(sizes, std::min(width, sizes.max_width), std::min(height, sizes.max_height),
                       random);
  };

  const auto passed = [&] {
    FrameGroup door = single_frame(sizes, small(13, 3), random, number++);
    Traffic opening = options.gaps ? gaps : smooth;
    opening.watch_bus = true;
    if (!run(bench, opening, play_start, door)) return false;
    // The plan in four parts, each under other traffic; a reset in a frame between two of them.
    const Traffic traffic[] = {smooth, gaps, pressure, bursts};
    const size_t part = (groups.size() + 3) / 4;
    for (size_t i = 0; i < 4; ++i) {
      const size_t begin = std::min(groups.size(), i * part);
      const size_t end = std::min(groups.size(), begin + part);
      const auto chunk = std::span(groups).subspan(begin, end - begin);
      if (chunk.empty()) continue;
      const Traffic& now = options.gaps ? traffic[i] : smooth;
      if (!run(bench, now, play, chunk)) return false;
      if (options.only >= 0 && verdict.vectors > 0) return true;
      if (i != 1 || !options.gaps) continue;
      FrameGroup broken = single_frame(sizes, small(21, 6), random, number++);
      FrameGroup whole = single_frame(sizes, small(7, 4), random, number++);
      if (!run(bench, pressure, play_until_reset, broken, 25)) return false;
      if (!run(bench, now, play_after_reset, whole)) return false;
    }
    if (options.vectors > 0 || options.image != nullptr) return true;
    if (options.only >= 0 && options.only < kExtraFrames) return true;
    for (Traffic now : {smooth, gaps, pressure}) {
      now.watch_bus = true;
      const bool exact = now.gaps.start == 0 && now.pressure.start == 0;
      if (!exact && !options.gaps) continue;
      if (!run(bench, now, play_scenes, random, number, exact)) return false;
    }
    FrameGroup stuttering =
        single_frame(sizes, small(10 * sizes.columns, 8 * sizes.rows), random, number++);
    if (!run(bench, sinkless, play_ready_paths, stuttering)) return false;
    // As high as the reference stays quick.
    const int64_t work = int64_t{kFullSpeedWidth} * sizes.kernel.count();
    const Conv2dConfig large = small(
        kFullSpeedWidth, static_cast<int>(std::clamp<int64_t>(
                             kFullSpeedWork / work, int64_t{2} * sizes.rows, kFullSpeedHeight)));
    FrameGroup first = single_frame(sizes, large, random, number++);
    FrameGroup second = single_frame(sizes, large, random, number++);
    FrameGroup after = single_frame(sizes, small(4, 4), random, number++);
    if (!run(bench, smooth, play_after_reset, after)) return false;
    return run(bench, smooth, play_at_full_speed, first, second);
  };
  verdict.passed = passed();
  verdict.cycles = static_cast<int64_t>(bench.scheduler.cycles());
  return verdict;
}

StreamedPicture stream_picture(sim::Model& model, const base::Spec& spec,
                               const golden::Channels& picture, const golden::Kernel& kernel,
                               int shift, const Options& options) {
  const Conv2dSizes sizes(spec);
  check_engine_ports(model, spec, sizes);
  if (picture.size() != static_cast<size_t>(sizes.kernel.in_channels)) {
    base::usage_error("picture", fmt::format("{} channels, the engine has {}", picture.size(),
                                             sizes.kernel.in_channels));
  }
  const int width = picture.front().width, height = picture.front().height;
  if (width < 1 || height < 1 || width > sizes.max_width || height > sizes.max_height) {
    base::usage_error("picture", fmt::format("{}x{} must be in 1x1..{}x{}", width, height,
                                             sizes.max_width, sizes.max_height));
  }
  if (!(kernel.shape == sizes.kernel)) {
    base::usage_error(
        "kernel", fmt::format("{} rows of {}, {} channels in and {} out; the engine has {} rows of "
                              "{}, {} and {}",
                              kernel.shape.rows, kernel.shape.columns, kernel.shape.in_channels,
                              kernel.shape.out_channels, sizes.kernel.rows, sizes.kernel.columns,
                              sizes.kernel.in_channels, sizes.kernel.out_channels));
  }
  for (const int64_t c : kernel.coefficients) {
    if (golden::saturate(c, sizes.coefficient, true) == c) continue;
    base::usage_error("kernel",
                      fmt::format("coefficient {} needs more than {} bits", c, sizes.coefficient));
  }
  Verdict unused;
  EngineBench bench(model, sizes, options, unused);
  StreamedPicture result;
  result.channels.assign(static_cast<size_t>(sizes.kernel.out_channels), Picture(width, height));
  Conv2dConfig config{width, height, shift, kernel};
  const Traffic traffic = options.gaps ? Traffic{Pacing::bursts(), Pacing::bursts(), options.seed}
                                       : Traffic{Pacing::none(), Pacing::none(), options.seed};
  Drivers with(bench, traffic);
  bench.scheduler.run(play_picture(bench, config, picture, result, with));
  return result;
}

}  // namespace tb
