// SPDX-License-Identifier: Apache-2.0
// What the parts of the configurable unit's bench share: signals, drivers, what must come out.

#include "tb/ccu_bench.h"

#include <fmt/format.h>

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

// The answers of the bus as streams, to be watched as such.
sim::StreamSignals answers(const CcuBench& bench, bool writes) {
  const sim::AxiLiteSignals& a = bench.axil;
  sim::StreamSignals s;
  s.clock = bench.clock, s.reset = bench.reset;
  s.valid = writes ? a.bvalid : a.rvalid;
  s.ready = writes ? a.bready : a.rready;
  s.data = writes ? a.bresp : a.rdata;
  if (!writes) s.user = a.rresp;
  return s;
}

}  // namespace

CcuBench::CcuBench(sim::Model& model, const CcuSizes& the_sizes, const Options& the_options,
                   Verdict& the_verdict)
    : sizes(the_sizes),
      options(the_options),
      verdict(the_verdict),
      scheduler(model, scheduling(the_options)),
      clock(scheduler.add_clock("clk_i")),
      reset(scheduler.signal("rst_ni")),
      input(sim::StreamSignals::bind(scheduler, clock, "s_axis_", "rst_ni")),
      output(sim::StreamSignals::bind(scheduler, clock, "m_axis_", "rst_ni")),
      axil(sim::AxiLiteSignals::bind(scheduler, clock, "s_axil_")) {}

namespace {

void drop_frame(std::deque<CcuOutput>& expected) {
  const int64_t frame = expected.front().frame;
  while (!expected.empty() && expected.front().frame == frame) expected.pop_front();
}

}  // namespace

// A frame that was broken off may end with any tile. Where a beat could be both the next of its
// tile or another frame's first, the former is tried, and the latter if that does not work out.
void CcuBench::check(const Beat& actual) {
  times.last_out = now();
  log_.push_back(actual);
  for (size_t place = log_.size() - 1; place < log_.size();) {
    if (matches(log_[place], place)) {
      ++place;
      continue;
    }
    if (guesses_.empty()) fail(log_[place]);
    expected = std::move(guesses_.back().expected);
    place = guesses_.back().place;
    guesses_.pop_back();
    drop_frame(expected);
  }
  if (guesses_.empty()) log_.clear();
  if (!expected.empty()) return;
  guesses_.clear();
  log_.clear();
  drained.set();
}

bool CcuBench::matches(const Beat& actual, size_t place) {
  while (!expected.empty() && expected.front().optional && expected.front().starts_tile()) {
    if (actual == expected.front().beat) {
      guesses_.push_back({expected, place});
      break;
    }
    drop_frame(expected);
  }
  wanted_.reset();
  if (expected.empty()) return false;
  wanted_ = std::move(expected.front());
  expected.pop_front();
  const bool compared = options.only < 0 || wanted_->frame == options.only;
  if (wanted_->frame != last_frame && compared) ++verdict.vectors;
  last_frame = wanted_->frame;
  if (options.tamper) {
    golden::Wide value = wanted_->value(sizes, 0);
    options.tamper(wanted_->frame, wanted_->row * wanted_->config->across() + wanted_->column,
                   value);
    wanted_->set_value(sizes, 0, value);
  }
  if (wanted_->optional) count("outputs of frames broken off");
  return !compared || actual == wanted_->beat;
}

void CcuBench::fail(const Beat& actual) const {
  if (!wanted_.has_value()) {
    throw sim::Mismatch(fmt::format(
        "vector {}: m_axis_tvalid_o=0x1, expected 0x0: a beat behind the last one", last_frame));
  }
  const CcuOutput& want = *wanted_;
  std::string port, got, wanted;
  if (actual.user != want.beat.user) {
    port = "m_axis_tuser_o", got = sim::hex(actual.user, 1), wanted = sim::hex(want.beat.user, 1);
  } else if (actual.last != want.beat.last) {
    port = "m_axis_tlast_o", got = sim::hex(actual.last, 1), wanted = sim::hex(want.beat.last, 1);
  } else {
    CcuOutput came = want;
    came.beat = actual;
    int core = 0;
    while (core + 1 < sizes.cores && came.value(sizes, core) == want.value(sizes, core)) ++core;
    port = sizes.cores == 1 ? "m_axis_tdata_o" : fmt::format("m_axis_tdata_o core {}", core);
    got = golden::to_string(came.value(sizes, core));
    wanted = golden::to_string(want.value(sizes, core));
  }
  verdict.failed_vector = want.frame;
  throw sim::Mismatch(fmt::format("vector {}: {}, output row {} column {}: {}={}, expected {}",
                                  want.frame, want.config->text(), want.row, want.column, port, got,
                                  wanted));
}

CcuDrivers::CcuDrivers(CcuBench& bench, const CcuTraffic& traffic)
    : source(bench.scheduler, bench.input, traffic.gaps, traffic.seed),
      monitor(bench.scheduler, bench.output, "m_axis"),
      entry(bench.scheduler, bench.input, "s_axis"),
      bus(bench.scheduler, bench.axil, traffic.gaps, traffic.seed),
      writes(bench.scheduler, answers(bench, true), "s_axil_b"),
      reads(bench.scheduler, answers(bench, false), "s_axil_r") {
  if (traffic.sink) {
    sink.emplace(bench.scheduler, bench.output, traffic.pressure, traffic.seed, "sink",
                 traffic.after_valid);
  }
  writes.collect(false);
  reads.collect(false);
  monitor.on_beat([&bench](const Beat& beat) { bench.check(beat); });
  entry.on_beat([&bench](const Beat& beat) {
    bench.times.last_in = bench.now();
    if ((beat.user & 1) != 0) bench.times.first_in = bench.times.last_in;
  });
}

Task<> reset_ccu(CcuBench& bench, int64_t cycles) {
  bench.reset.set(0);
  co_await sim::clock_cycles(bench.clock, cycles);
  bench.reset.set(1);
  bench.frames = 0;
  co_await sim::clock_cycles(bench.clock, 1);
}

Task<> wait_drained(CcuBench& bench, CcuDrivers& with, int64_t patience, std::string what) {
  co_await sim::with_timeout(with.source.idle(), sim::clock_cycles(bench.clock, patience),
                             "acceptance of all beats " + what);
  while (!bench.expected.empty()) {
    bench.drained.clear();
    co_await sim::with_timeout(bench.drained.wait(), sim::clock_cycles(bench.clock, patience),
                               fmt::format("output of {} beats {}", bench.expected.size(), what));
  }
}

Task<> send_all(sim::StreamSource& source, const std::vector<Beat>& beats) {
  for (const Beat& beat : beats) co_await source.send(beat);
}

}  // namespace tb
