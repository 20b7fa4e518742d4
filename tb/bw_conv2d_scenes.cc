// SPDX-License-Identifier: Apache-2.0
// Directed scenes for the binary-weight engine.

#include "tb/bw_conv2d_scenes.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/failure.h"
#include "sim/signal.h"

namespace tb {

namespace regs = bw_regs;
using sim::Beat;
using sim::Task;

namespace {

constexpr int64_t kFlush = 200;     // cycles from an abort to idle, bus accesses included
constexpr int64_t kMostAtDoor = 2;  // results that wait in a slice
constexpr int64_t kBegin = 400;     // cycles of a setup of these layers

BwCase next_case(BwBench& bench, sim::Random& random, int64_t& number) {
  return draw_bw_case(bench.sizes, draw_bw_shape(bench.sizes, random), bench.options.seed,
                      number++);
}

// Beats with one thing wrong about their end.
std::vector<Beat> broken(std::vector<Beat> beats, bool late, sim::Random& random) {
  if (late) {
    beats.back().last = false;
    for (uint64_t n = 1 + random.below(9); n > 0; --n)
      beats.push_back(beats[random.below(beats.size())]);
    for (Beat& beat : beats) beat.last = false;
  } else {
    beats.resize(1 + random.below(beats.size() - 1));
  }
  beats.back().last = true;
  return beats;
}

// All beats have gone through the door, and what is dropped has been.
Task<> wait_sent(BwBench& bench, BwDrivers& with, int64_t cycles, std::string what) {
  co_await sim::with_timeout(with.weights.idle(), sim::clock_cycles(bench.clock, cycles),
                             "acceptance of the weights, " + what);
  co_await sim::with_timeout(with.samples.idle(), sim::clock_cycles(bench.clock, cycles),
                             "acceptance of the samples, " + what);
  co_await sim::clock_cycles(bench.clock, 10);
}

// What came out was the beginning of what had to; nothing else is on its way.
Task<> settle(BwBench& bench) {
  co_await sim::clock_cycles(bench.clock, 100);
  bench.expected.clear();
}

Task<> play_stream_error(BwBench& bench, BwDrivers& with, bool of_weights, bool late,
                         sim::Random& random, int64_t& number) {
  BwCase layer = next_case(bench, random, number);
  const auto& faulty = of_weights ? layer.weights : layer.beats;
  if (!late && faulty.size() < 2) co_return;  // one beat cannot end too early
  const unsigned error = of_weights ? (late ? regs::kWeightsLate : regs::kWeightsEarly)
                                    : (late ? regs::kSamplesLate : regs::kSamplesEarly);
  const std::string what =
      fmt::format("layer {} with STATUS {:#x}, {}", number - 1, error, layer.text());
  const int64_t limit = patience(layer);
  co_await write_setting(with, layer.setting());
  bench.expect(layer, number - 1);
  co_await start_layer(with);
  const std::vector<Beat> wrong = broken(faulty, late, random);
  bench.scheduler.start_soon(send_beats(with.weights, of_weights ? wrong : layer.weights),
                             "weights");
  bench.scheduler.start_soon(send_beats(with.samples, of_weights ? layer.beats : wrong), "samples");
  co_await wait_idle(bench, with, limit, what);
  co_await wait_sent(bench, with, limit, what);
  co_await expect_status(with, ~0U, error, "behind " + what);
  co_await expect_register(with, regs::kLayers, static_cast<uint64_t>(bench.layers),
                           "LAYERS behind " + what);
  co_await clear_status(with);
  co_await settle(bench);
  bench.count(fmt::format("STATUS {:#x} set and cleared", error));
  const BwCase sane = next_case(bench, random, number);
  co_await play_layer(bench, with, sane, number - 1);
}

// An error while the other stream pauses: its rest is still to be dropped, so that no layer starts;
// what is left comes later, or an abort ends the waiting.
Task<> play_dropping(BwBench& bench, BwDrivers& with, bool of_weights, bool comes,
                     sim::Random& random, int64_t& number) {
  const BwCase layer = next_case(bench, random, number);
  // Samples wait for the weights when the store is full: all of them must fit.
  const int64_t line =
      int64_t{layer.samples.width} * bench.sizes.in_groups(layer.layer.in_channels);
  if (!of_weights && line * (layer.samples.height + layer.layer.padding) > bench.sizes.line_words)
    co_return;
  const auto& faulty = of_weights ? layer.weights : layer.beats;
  const auto& other = of_weights ? layer.beats : layer.weights;
  const size_t sent = random.below(std::min<size_t>(other.size(), 5));
  const std::string what = fmt::format("layer {} with beats to drop, {}", number - 1, layer.text());
  const int64_t limit = patience(layer);
  co_await write_setting(with, layer.setting());
  bench.expect(layer, number - 1);
  co_await start_layer(with);
  sim::StreamSource& wrong = of_weights ? with.weights : with.samples;
  sim::StreamSource& slow = of_weights ? with.samples : with.weights;
  const auto middle = other.begin() + static_cast<std::ptrdiff_t>(sent);
  bench.scheduler.start_soon(send_beats(wrong, broken(faulty, true, random)), "wrong");
  bench.scheduler.start_soon(send_beats(slow, {other.begin(), middle}), "slow");
  co_await sim::with_timeout(wrong.idle(), sim::clock_cycles(bench.clock, limit),
                             "acceptance of a stream that is too long, " + what);
  co_await sim::clock_cycles(bench.clock, 20);
  const unsigned dropped = of_weights ? regs::kSamplesDropped : regs::kWeightsDropped;
  const unsigned error = of_weights ? regs::kWeightsLate : regs::kSamplesLate;
  co_await expect_status(with, ~0U, error | dropped, "of " + what);
  co_await with.bus.write_ok(regs::kStatus, regs::kSticky);
  co_await start_layer(with);
  co_await expect_status(with, ~0U, regs::kRefused | regs::kStillDropped | dropped,
                         "behind a start in " + what);
  bench.count(fmt::format("starts refused while {:#x}", dropped));
  if (comes) {
    bench.scheduler.start_soon(send_beats(slow, {middle, other.end()}), "rest");
  } else {
    co_await abort_layer(with);
  }
  co_await wait_idle(bench, with, kFlush, what);
  co_await wait_sent(bench, with, limit, what);
  co_await expect_status(with, regs::kBusy | regs::kWeightsDropped | regs::kSamplesDropped, 0,
                         "behind " + what);
  co_await clear_status(with);
  co_await settle(bench);
  const BwCase sane = next_case(bench, random, number);
  co_await play_layer(bench, with, sane, number - 1);
}

}  // namespace

Task<> play_stream_errors(BwBench& bench, BwDrivers& with, sim::Random& random, int64_t& number) {
  for (int round = 0; round < 6; ++round) {
    for (const bool of_weights : {true, false}) {
      for (const bool late : {true, false})
        co_await play_stream_error(bench, with, of_weights, late, random, number);
      co_await play_dropping(bench, with, of_weights, round % 2 == 0, random, number);
    }
  }
}

Task<> play_aborts(BwBench& bench, BwDrivers& with, sim::Random& random, int64_t& number) {
  for (int round = 0; round < 12; ++round) {
    const BwCase layer = next_case(bench, random, number);
    const std::string what = fmt::format("abort in layer {}, {}", number - 1, layer.text());
    co_await write_setting(with, layer.setting());
    bench.expect(layer, number - 1);
    const int kind = round % 4;  // at rest, in the setup, with few beats of each, with all of one
    if (kind > 0) co_await start_layer(with);
    if (kind > 1) {
      // No more than the engine takes: what waits outside when it aborts is the host's affair.
      const auto some = [&](const std::vector<Beat>& beats, bool all) {
        const size_t most = all ? beats.size() : random.below(beats.size() + 1);
        return std::vector<Beat>(beats.begin(), beats.begin() + static_cast<std::ptrdiff_t>(most));
      };
      std::vector<Beat> samples = some(layer.beats, false);
      samples.resize(std::min<size_t>(samples.size(), 4));
      bench.scheduler.start_soon(send_beats(with.weights, some(layer.weights, kind == 3)),
                                 "weights");
      bench.scheduler.start_soon(send_beats(with.samples, samples), "samples");
      co_await sim::with_timeout(with.weights.idle(),
                                 sim::clock_cycles(bench.clock, patience(layer)),
                                 "acceptance of the weights, " + what);
      co_await sim::clock_cycles(bench.clock, kBegin);
      const bool busy = (co_await read_status(with) & regs::kBusy) != 0;
      if (busy) {
        for (const uint64_t address : {regs::kWidth, regs::kKernel, regs::kShift}) {
          const sim::AxiResponse answer = co_await with.bus.write(address, 1);
          if (answer != sim::AxiResponse::kSlaveError)
            throw sim::Mismatch("a setting was written while a layer is in progress");
        }
        co_await start_layer(with);  // no effect
        bench.count("settings refused while a layer runs");
      }
      const bool whole = !busy;  // so few beats may be all of it
      if (whole) ++bench.layers;
    }
    co_await abort_layer(with);
    co_await wait_idle(bench, with, kFlush, what);
    co_await wait_sent(bench, with, kFlush, what);
    co_await expect_status(with, ~0U & ~regs::kDone, 0, "behind " + what);
    co_await clear_status(with);
    co_await settle(bench);
    bench.count(fmt::format("aborts of kind {}", kind));
    const BwCase sane = next_case(bench, random, number);
    co_await play_layer(bench, with, sane, number - 1);
  }
}

Task<> play_reset(BwBench& bench, BwDrivers& with, sim::Random& random, int64_t& number) {
  const BwCase layer = next_case(bench, random, number);
  co_await write_setting(with, layer.setting());
  bench.expect(layer, number - 1);
  co_await start_layer(with);
  const auto cycles = static_cast<int64_t>(20 + random.below(300));
  bench.scheduler.start_soon(send_beats(with.weights, layer.weights), "weights");
  bench.scheduler.start_soon(send_beats(with.samples, layer.beats), "samples");
  co_await sim::clock_cycles(bench.clock, cycles);
  bench.expected.clear();
  bench.count("reset while a layer runs");
}

Task<> play_ready_paths(BwBench& bench, BwDrivers& with, sim::Random& random, int64_t& number) {
  const BwCase layer = next_case(bench, random, number);
  co_await write_setting(with, layer.setting());
  bench.expect(layer, number - 1);
  bench.output.ready.set(1);
  co_await start_layer(with);
  bench.scheduler.start_soon(send_beats(with.weights, layer.weights), "weights");
  bench.scheduler.start_soon(send_beats(with.samples, layer.beats), "samples");
  const int64_t limit = patience(layer);
  for (int64_t n = 0; n < limit && !bench.expected.empty(); ++n) {
    co_await sim::falling_edge(bench.clock);
    const bool valid = bench.output.valid.high();
    const bool weights = bench.weights.ready.high(), samples = bench.input.ready.high();
    bench.output.ready.set(random.below(3) == 0 ? 1 : 0);
    co_await sim::read_only();
    if (bench.output.valid.high() != valid || bench.weights.ready.high() != weights ||
        bench.input.ready.high() != samples) {
      throw sim::Mismatch(
          "m_axis_tready_i reaches m_axis_tvalid_o, s_weight_tready_o or s_axis_tready_o within a "
          "cycle");
    }
    bench.count("ready moved within a cycle");
  }
  co_await sim::rising_edge(bench.clock);
  co_await wait_idle(bench, with, limit, "with a sink that changes its mind");
  co_await expect_status(with, ~0U, regs::kDone, "with a sink that changes its mind");
  ++bench.layers;
  co_await clear_status(with);
  // Layers that nobody takes: an abort ends them all the same, what is at the door stays, and what
  // was behind it never comes, whenever the sink wakes up.
  const int side = 4;
  const BwShape busy{side, side, 1, 1, 1, 1, 0, false};  // a result in each cycle
  for (int round = 0; round < 16; ++round) {
    const BwCase stuck = draw_bw_case(bench.sizes, busy, bench.options.seed, number++);
    bench.output.ready.set(0);
    co_await write_setting(with, stuck.setting());
    bench.expect(stuck, number - 1);
    co_await start_layer(with);
    bench.scheduler.start_soon(send_beats(with.weights, stuck.weights), "weights");
    bench.scheduler.start_soon(send_beats(with.samples, stuck.beats), "samples");
    co_await sim::clock_cycles(bench.clock, patience(stuck) / 4);
    if (!bench.output.valid.high()) throw sim::Mismatch("no result of a layer at the door");
    const int64_t before = with.monitor.transfers();
    bench.scheduler.start_soon(abort_layer(with), "abort");
    co_await sim::clock_cycles(bench.clock, 5 + static_cast<int64_t>(random.below(14)));
    if (!bench.output.valid.high())
      throw sim::Mismatch("m_axis_tvalid_o falls without m_axis_tready_i");
    if (round % 4 != 0) bench.output.ready.set(1);
    co_await sim::clock_cycles(bench.clock, 40);
    co_await wait_idle(bench, with, kFlush, "an abort of results that nobody takes");
    bench.output.ready.set(1);
    co_await wait_sent(bench, with, kFlush, "behind an abort of results that nobody takes");
    co_await clear_status(with);
    co_await settle(bench);
    if (with.monitor.transfers() - before > kMostAtDoor)
      throw sim::Mismatch("results of a layer come behind its end");
    bench.count("aborts with results at the door");
    const BwCase sane = next_case(bench, random, number);
    co_await play_layer(bench, with, sane, number - 1);
  }
}

}  // namespace tb
