// SPDX-License-Identifier: Apache-2.0
// Bench of the configurable unit: every kernel size, back to back, refusals, errors, counters.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "sim/failure.h"
#include "tb/ccu.h"
#include "tb/ccu_bench.h"
#include "tb/ccu_framing.h"
#include "tb/ccu_registers.h"
#include "tb/model_ports.h"

namespace tb {
namespace {

using sim::Pacing;
using sim::Task;

constexpr int64_t kExtraFrames = 1'000'000;  // numbers of the frames outside the plan begin here
constexpr int64_t kDoorBeats = 2;            // accepted before anything is configured, at most

constexpr uint64_t kPlayStream = 0x63700000, kScene = 0x63730000;
constexpr int64_t kQuietCycles = 40;    // nothing is on its way any more
constexpr int64_t kPatience = 100'000;  // cycles that the last frames of a run may take

// Cycles in which a frame must have come, whatever the pauses: loading, computing, emitting.
int64_t patience(const CcuFrame& frame) {
  const auto beats = static_cast<int64_t>(frame.beats.size() + frame.outputs.size());
  return 20 * beats + 4 * frame.work.issued + 20'000;
}

// Looks at the counters of a frame that has come to its end.
Task<> check_counters(CcuBench& bench, CcuDrivers& with, const CcuFrame& frame) {
  const CcuCounters counters = co_await read_counters(with);
  const auto expect = [&](const char* name, int64_t got, int64_t wanted) {
    if (got == wanted) return;
    throw sim::Mismatch(fmt::format("vector {}: {}: {}={}, expected {}", bench.last_frame,
                                    frame.config.text(), name, got, wanted));
  };
  expect("MACS", counters.macs, frame.work.macs / bench.sizes.cores);
  expect("ISSUED", counters.issued, frame.work.issued);
  expect("CYCLES", counters.cycles, bench.times.last_out - bench.times.first_in + 1);
  expect("INPUT_CYCLES", counters.input_cycles, bench.times.last_in - bench.times.first_in + 1);
  expect("FRAMES", counters.frames, bench.frames);
  bench.count("counters checked");
}

Task<> play_frame(CcuBench& bench, CcuDrivers& with, CcuFrame& frame) {
  bench.expected.insert(bench.expected.end(), frame.outputs.begin(), frame.outputs.end());
  co_await sim::with_timeout(send_all(with.source, frame.beats),
                             sim::clock_cycles(bench.clock, patience(frame)),
                             "acceptance of a frame, " + frame.config.text());
  ++bench.frames;
  count_shape(bench.sizes, frame.config, bench.verdict.coverage);
}

// Frames back to back, each with a configuration of its own, which is written as soon as the one
// before is in use; now and then the unit comes to rest and its counters are read.
Task<> play(CcuBench& bench, CcuDrivers& with, std::span<const CcuShape> shapes, int64_t number) {
  sim::Random random(bench.options.seed, kPlayStream + static_cast<uint64_t>(number));
  std::optional<CcuConfig> before;
  bool uncommitted = false;  // the last frame came under the configuration of the one before
  for (const CcuShape& shape : shapes) {
    CcuFrame frame = draw_frame(bench.sizes, shape, bench.options.seed, number);
    const bool same_kernel = shape.same_kernel && before.has_value();
    if (same_kernel) {
      CcuConfig again = *before;
      again.width = shape.width, again.height = shape.height;
      frame = draw_frame(bench.sizes, again, bench.options.seed, number);
    }
    ++number;
    if (!(before == frame.config)) {
      // A frame that came without a commit might not have begun, and would take this one.
      if (uncommitted) {
        co_await wait_drained(bench, with, kPatience, fmt::format("before frame {}", number - 1));
      }
      uncommitted = false;
      co_await wait_not_pending(with);
      if (!bench.expected.empty()) bench.count("configured while a frame runs");
      if (same_kernel) {
        co_await write_frame_size(with, shape.width, shape.height);
        bench.count("commits without coefficients");
      } else {
        co_await write_config(bench, with, frame.config);
      }
      co_await commit(with);
    } else {
      uncommitted = true;
    }
    before = frame.config;
    co_await play_frame(bench, with, frame);
    if (random.below(4) != 0) continue;
    co_await wait_drained(bench, with, patience(frame), fmt::format("of frame {}", number - 1));
    co_await check_counters(bench, with, frame);
  }
  co_await wait_drained(bench, with, kPatience, "at the end");
  co_await sim::clock_cycles(bench.clock, kQuietCycles);
  co_await expect_status(with, ccu_regs::kErrors | ccu_regs::kInFrame | ccu_regs::kPending, 0,
                         "at the end");
}

// Out of reset: a frame waits at the door until registers are checked and a commit is accepted;
// then a refused commit leaves the configuration in use as it is.
Task<> play_start(CcuBench& bench, CcuDrivers& with, int64_t number) {
  co_await reset_ccu(bench, 3);
  const int k = std::min(bench.sizes.max_kernel, 3);
  CcuFrame frame = draw_frame(bench.sizes, shape_for(k, 2, 1, 13, 5), bench.options.seed, number++);
  const sim::ProcessHandle sending =
      bench.scheduler.start_soon(send_all(with.source, frame.beats), "first frame");
  co_await check_registers(bench, with);
  co_await check_refusals(bench, with);
  co_await check_coefficients(bench, with);
  if (with.entry.transfers() > kDoorBeats) {
    throw sim::Mismatch(fmt::format("s_axis_tready_o: {} beats accepted before a configuration",
                                    with.entry.transfers()));
  }
  bench.expected.insert(bench.expected.end(), frame.outputs.begin(), frame.outputs.end());
  co_await write_config(bench, with, frame.config);
  co_await commit(with);
  co_await sim::join(sending);
  ++bench.frames;
  co_await wait_drained(bench, with, patience(frame), "of the first frame");
  co_await check_refusals(bench, with);
  co_await check_coefficients(bench, with);
  frame = draw_frame(bench.sizes, frame.config, bench.options.seed, number++);
  co_await play_frame(bench, with, frame);
  co_await wait_drained(bench, with, patience(frame), "behind a refused commit");
  co_await check_counters(bench, with, frame);
  frame = draw_frame(bench.sizes, shape_for(2, k, 2, 4, 3), bench.options.seed, number++);
  co_await write_config(bench, with, frame.config);
  co_await commit(with);
  co_await check_pending(bench, with, frame.config);
  co_await play_frame(bench, with, frame);
  co_await wait_drained(bench, with, patience(frame), "behind a pending commit");
  co_await check_counters(bench, with, frame);
}

// Breaks a frame off by reset, with samples, sums and results under way.
Task<> play_reset(CcuBench& bench, CcuDrivers& with, int64_t number) {
  const CcuShape shape = shape_for(2, 2, 1, 15, 13);
  sim::Random random(bench.options.seed, static_cast<uint64_t>(number));
  CcuFrame frame = draw_frame(bench.sizes, shape, bench.options.seed, number);
  co_await write_config(bench, with, frame.config);
  co_await commit(with);
  bench.expected.assign(frame.outputs.begin(), frame.outputs.end());
  const auto cycles = static_cast<int64_t>(random.below(500));
  co_await sim::first(send_all(with.source, frame.beats),
                      sim::clock_cycles(bench.clock, 100 + cycles));
  bench.expected.clear();
}

Task<> play_after_reset(CcuBench& bench, CcuDrivers& with, int64_t number) {
  co_await reset_ccu(bench, 2);
  co_await expect_status(with, ~0U, 0, "after a reset in a frame");
  co_await expect_register(with, ccu_regs::kWidth, 0, "WIDTH after a reset in a frame");
  CcuFrame frame = draw_frame(bench.sizes, shape_for(2, 2, 2, 5, 14), bench.options.seed, number);
  co_await write_config(bench, with, frame.config);
  co_await commit(with);
  co_await play_frame(bench, with, frame);
  co_await wait_drained(bench, with, patience(frame), "after a reset in a frame");
  co_await expect_status(with, ccu_regs::kErrors, 0, "after a reset in a frame");
  bench.count("reset while a frame runs");
}

// m_axis_tready must not reach s_axis_tready without a register between: it changes at the falling
// edge, and s_axis_tready must not follow before the next rising one.
Task<> play_ready_paths(CcuBench& bench, CcuDrivers& with, int64_t number) {
  sim::Random random(bench.options.seed, static_cast<uint64_t>(number));
  bench.output.ready.set(1);
  CcuFrame frame = draw_frame(bench.sizes, shape_for(2, 2, 1, 14, 26), bench.options.seed, number);
  co_await write_config(bench, with, frame.config);
  co_await commit(with);
  bench.expected.assign(frame.outputs.begin(), frame.outputs.end());
  bench.scheduler.start_soon(send_all(with.source, frame.beats), "frame");
  for (int n = 0; n < 2000; ++n) {
    co_await sim::falling_edge(bench.clock);
    const bool accepting = bench.input.ready.high(), offering = bench.output.valid.high();
    bench.output.ready.set(random.below(3) == 0 ? 1 : 0);
    co_await sim::read_only();
    if (bench.input.ready.high() != accepting || bench.output.valid.high() != offering) {
      throw sim::Mismatch(
          "m_axis_tready_i reaches s_axis_tready_o or m_axis_tvalid_o within a cycle");
    }
  }
  bench.count("ready moved within a cycle", 2000);
}

// Plays one part with drivers of its own; false when it failed.
template <class Play, class... Arguments>
bool run(CcuBench& bench, const CcuTraffic& traffic, Play part, Arguments&&... arguments) {
  CcuDrivers with(bench, traffic);
  run_checked(bench.scheduler, part(bench, with, std::forward<Arguments>(arguments)...),
              bench.verdict);
  bench.count("output beats that waited", with.monitor.stalls());
  bench.count("input beats that waited", with.entry.stalls());
  return bench.verdict.mismatch.empty();
}

void check_ccu_ports(const sim::Model& model, const base::Spec& spec, const CcuSizes& sizes) {
  std::vector<PortWidth> ports = {{"clk_i", 1}, {"rst_ni", 1}};
  for (const auto& [prefix, data_i, data_o, bits] :
       {std::tuple{"s_axis_", "_i", "_o", sizes.beat_bits()},
        std::tuple{"m_axis_", "_o", "_i", sizes.result_bits()}}) {
    ports.push_back({fmt::format("{}tdata{}", prefix, data_i), bits});
    for (const char* name : {"tuser", "tlast", "tvalid"}) {
      ports.push_back({fmt::format("{}{}{}", prefix, name, data_i), 1});
    }
    ports.push_back({fmt::format("{}tready{}", prefix, data_o), 1});
  }
  for (const auto& [name, width] :
       {std::pair{"awaddr_i", 8}, std::pair{"awvalid_i", 1}, std::pair{"awready_o", 1},
        std::pair{"wdata_i", 32}, std::pair{"wstrb_i", 4}, std::pair{"wvalid_i", 1},
        std::pair{"wready_o", 1}, std::pair{"bresp_o", 2}, std::pair{"bvalid_o", 1},
        std::pair{"bready_i", 1}, std::pair{"araddr_i", 8}, std::pair{"arvalid_i", 1},
        std::pair{"arready_o", 1}, std::pair{"rdata_o", 32}, std::pair{"rresp_o", 2},
        std::pair{"rvalid_o", 1}, std::pair{"rready_i", 1}}) {
    ports.push_back({std::string("s_axil_") + name, width});
  }
  check_ports(model, spec, ports);
}

// Every frame of `shapes` on its own, from rest to rest.
Task<> play_measured(CcuBench& bench, CcuDrivers& with, std::span<const CcuShape> shapes,
                     std::vector<CcuFigures>& figures) {
  co_await reset_ccu(bench, 3);
  int64_t number = 0;
  for (const CcuShape& shape : shapes) {
    CcuFrame frame = draw_frame(bench.sizes, shape, bench.options.seed, number++);
    co_await write_config(bench, with, frame.config);
    co_await commit(with);
    co_await play_frame(bench, with, frame);
    co_await wait_drained(bench, with, patience(frame), "of a measured frame");
    co_await check_counters(bench, with, frame);
    const CcuCounters counters = co_await read_counters(with);
    figures.push_back(
        {shape, counters.cycles, counters.input_cycles, counters.issued, counters.macs});
  }
}

}  // namespace

Verdict run_ccu(sim::Model& model, const base::Spec& spec, const Options& options) {
  const CcuSizes sizes(spec);
  check_ccu_ports(model, spec, sizes);
  Verdict verdict;
  CcuBench bench(model, sizes, options, verdict);
  std::vector<CcuShape> shapes = plan_ccu(sizes, options.seed);
  const size_t frames = options.vectors > 0 ? static_cast<size_t>(options.vectors) : shapes.size();
  for (size_t i = 0; shapes.size() < frames; ++i) shapes.push_back(shapes[i]);
  shapes.resize(frames);
  if (options.only < kExtraFrames) {
    check_only(spec.unit(), options, static_cast<int64_t>(shapes.size()));
  }

  const CcuTraffic smooth{Pacing::none(), Pacing::none(), options.seed};
  const CcuTraffic gaps{Pacing::random(0.5), Pacing::none(), options.seed + 1};
  const CcuTraffic pressure{Pacing::none(), Pacing::random(0.5), options.seed + 2, true};
  const CcuTraffic bursts{Pacing::bursts(), Pacing::bursts(), options.seed + 3};
  const CcuTraffic sinkless{Pacing::none(), Pacing::none(), options.seed, false, false};

  const auto passed = [&] {
    int64_t number = kExtraFrames;
    if (!run(bench, options.gaps ? gaps : smooth, play_start, number)) return false;
    // The plan in parts, each under other traffic.
    const CcuTraffic traffic[] = {smooth, gaps, smooth, pressure, bursts};
    const size_t parts = std::size(traffic), part = (shapes.size() + parts - 1) / parts;
    for (size_t i = 0; i < parts; ++i) {
      const size_t begin = std::min(shapes.size(), i * part);
      const size_t end = std::min(shapes.size(), begin + part);
      const auto chunk = std::span(shapes).subspan(begin, end - begin);
      if (chunk.empty()) continue;
      const CcuTraffic& now = options.gaps ? traffic[i] : smooth;
      if (!run(bench, now, play, chunk, static_cast<int64_t>(begin))) return false;
      number = kExtraFrames + 100 * static_cast<int64_t>(i + 1);
      if (!run(bench, pressure, play_reset, number)) return false;
      if (!run(bench, now, play_after_reset, number + 1)) return false;
    }
    sim::Random random(options.seed, kScene);
    if (!run(bench, options.gaps ? bursts : smooth, play_framing_errors, random, number)) {
      return false;
    }
    return run(bench, sinkless, play_ready_paths, number);
  };
  verdict.passed = passed();
  verdict.cycles = bench.now();
  return verdict;
}

std::vector<CcuFigures> measure_ccu(sim::Model& model, const base::Spec& spec,
                                    std::span<const CcuShape> shapes, uint64_t seed) {
  const CcuSizes sizes(spec);
  check_ccu_ports(model, spec, sizes);
  Options options;
  options.seed = seed;
  Verdict verdict;
  CcuBench bench(model, sizes, options, verdict);
  CcuDrivers with(bench, {Pacing::none(), Pacing::none(), seed});
  std::vector<CcuFigures> figures;
  bench.scheduler.run(play_measured(bench, with, shapes, figures));
  return figures;
}

}  // namespace tb
