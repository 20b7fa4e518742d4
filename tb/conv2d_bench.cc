// SPDX-License-Identifier: Apache-2.0
// What the parts of the streaming engine's bench share: signals, drivers, what must come out.

#include "tb/conv2d_bench.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/failure.h"

namespace tb {

using sim::Beat;
using sim::Task;

namespace {

sim::SchedulerOptions scheduling(const Options& options) {
  sim::SchedulerOptions result;
  result.trace_file = options.trace_file;
  return result;
}

}  // namespace

EngineBench::EngineBench(sim::Model& model, const Conv2dSizes& the_sizes,
                         const Options& the_options, Verdict& the_verdict)
    : sizes(the_sizes),
      options(the_options),
      verdict(the_verdict),
      scheduler(model, scheduling(the_options)),
      clock(scheduler.add_clock("clk_i")),
      reset(scheduler.signal("rst_ni")),
      input(sim::StreamSignals::bind(scheduler, clock, "s_axis_", "rst_ni")),
      output(sim::StreamSignals::bind(scheduler, clock, "m_axis_", "rst_ni")),
      axil(sim::AxiLiteSignals::bind(scheduler, clock, "s_axil_")) {}

void EngineBench::check(const Beat& actual) {
  if (expected.empty()) {
    throw sim::Mismatch(
        fmt::format("vector {}: m_axis_tvalid_o=0x1, expected 0x0: a beat "
                    "behind the last one",
                    last_frame));
  }
  ExpectedBeat want = std::move(expected.front());
  expected.pop_front();
  if (want.frame != last_frame) {
    last_frame = want.frame;
    if (options.only < 0 || want.frame == options.only) ++verdict.vectors;
  }
  if (options.tamper) {
    golden::Wide lane = want.beat.field(0, sizes.lane_bits());
    options.tamper(want.frame, static_cast<int>(want.position), lane);
    want.beat.set_field(0, sizes.lane_bits(), static_cast<uint64_t>(lane));
  }
  if (want.either != nullptr && actual == want.either->other) {
    want.either->taken = true;
    want.beat = actual;
  }
  if ((options.only < 0 || want.frame == options.only) && !(actual == want.beat)) {
    fail(actual, want);
  }
  if (expected.empty()) drained.set();
}

namespace {

// As sim::hex, any width.
template <class Field>
std::string wide_hex(int width, const Field& field) {
  std::string text = "0x";
  for (int lsb = (width - 1) / 8 * 8; lsb >= 0; lsb -= 8) {
    text += fmt::format("{:02x}", field(lsb, std::min(8, width - lsb)));
  }
  return text;
}

}  // namespace

void EngineBench::fail(const Beat& actual, const ExpectedBeat& want) {
  const int bits = sizes.lanes_out() * sizes.lane_bits();
  const auto data = [&](const Beat& beat) {
    return wide_hex(bits, [&](int lsb, int width) { return beat.field(lsb, width); });
  };
  const auto keep = [&](const Beat& beat) {
    return wide_hex(bits / 8, [&](int lsb, int width) { return beat.keep_field(lsb, width); });
  };
  std::string port = "m_axis_tdata_o", got = data(actual), wanted = data(want.beat);
  if (actual.user != want.beat.user) {
    port = "m_axis_tuser_o", got = sim::hex(actual.user, 1), wanted = sim::hex(want.beat.user, 1);
  } else if (actual.last != want.beat.last) {
    port = "m_axis_tlast_o", got = sim::hex(actual.last, 1), wanted = sim::hex(want.beat.last, 1);
  } else if (keep(actual) != keep(want.beat)) {
    port = "m_axis_tkeep_o", got = keep(actual), wanted = keep(want.beat);
  }
  verdict.failed_vector = want.frame;
  throw sim::Mismatch(fmt::format("vector {}: {} line {} beat {}: {}={}, expected {}", want.frame,
                                  want.config->text(), want.line, want.position, port, got,
                                  wanted));
}

Drivers::Drivers(EngineBench& bench, const Traffic& traffic)
    : source(bench.scheduler, bench.input, traffic.gaps, traffic.seed),
      monitor(bench.scheduler, bench.output, "m_axis"),
      entry(bench.scheduler, bench.input, "s_axis"),
      bus(bench.scheduler, bench.axil, traffic.gaps, traffic.seed),
      registers{bus, bench.sizes, bench.options.seed, bench.verdict.coverage} {
  if (traffic.sink != Traffic::Sink::kNone) {
    sink.emplace(bench.scheduler, bench.output, traffic.pressure, traffic.seed, "sink",
                 traffic.sink == Traffic::Sink::kAfterValid);
  }
  monitor.on_beat([&bench](const Beat& beat) { bench.check(beat); });
  entry.collect(false);
  if (!traffic.watch_bus) return;
  const sim::AxiLiteSignals& a = bench.axil;
  sim::StreamSignals b = bench.output, r = bench.output;  // clock and reset
  b.valid = a.bvalid, b.ready = a.bready, b.data = a.bresp;
  r.valid = a.rvalid, r.ready = a.rready, r.data = a.rdata, r.user = a.rresp;
  b.keep = b.user = b.last = r.keep = r.last = sim::Signal();
  writes.emplace(bench.scheduler, b, "s_axil_b").collect(false);
  reads.emplace(bench.scheduler, r, "s_axil_r").collect(false);
}

Task<> reset_model(EngineBench& bench, int64_t cycles) {
  bench.reset.set(0);
  co_await sim::clock_cycles(bench.clock, cycles);
  bench.reset.set(1);
  co_await sim::clock_cycles(bench.clock, 1);
}

Task<> wait_drained(EngineBench& bench, sim::StreamSource& source, std::string what) {
  const auto patience = static_cast<int64_t>(bench.expected.size()) * 20 + 20'000;
  co_await sim::with_timeout(source.idle(), sim::clock_cycles(bench.clock, patience),
                             "acceptance of all beats " + what);
  while (!bench.expected.empty()) {
    bench.drained.clear();
    co_await sim::with_timeout(bench.drained.wait(), sim::clock_cycles(bench.clock, patience),
                               fmt::format("output of {} beats {}", bench.expected.size(), what));
  }
}

Task<> wait_quiet(EngineBench& bench, Drivers& with, std::string what) {
  co_await wait_drained(bench, with.source, std::move(what));
  co_await sim::clock_cycles(bench.clock, kQuietCycles);
}

Task<> send(sim::StreamSource& source, const std::vector<Beat>& beats, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) co_await source.send(beats[i]);
}

}  // namespace tb
