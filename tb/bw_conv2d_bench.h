// SPDX-License-Identifier: Apache-2.0
// What the parts of the binary-weight engine's bench share: signals, drivers, registers.

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sim/axi_lite.h"
#include "sim/axi_stream.h"
#include "sim/scheduler.h"
#include "sim/triggers.h"
#include "tb/bench.h"
#include "tb/bw_conv2d_plan.h"

namespace tb {

// A beat that must come out, and where it belongs.
struct BwOutput {
  sim::Beat beat;
  int64_t layer = 0, place = 0;
};

// Everything that the processes of one run share.
struct BwBench {
  const BwSizes& sizes;
  const Options& options;
  Verdict& verdict;
  sim::Scheduler scheduler;
  sim::Signal clock, reset;
  sim::StreamSignals weights, input, output;
  sim::AxiLiteSignals axil;

  std::deque<BwOutput> expected;
  int64_t last_layer = -1;
  int64_t layers = 0;  // complete ones since the last reset

  BwBench(sim::Model& model, const BwSizes& the_sizes, const Options& the_options,
          Verdict& the_verdict);

  void count(const std::string& name, int64_t n = 1) { verdict.coverage[name] += n; }
  int64_t now() const { return static_cast<int64_t>(scheduler.cycles()); }
  void expect(const BwCase& layer, int64_t number);
  // Compares a beat that came out.
  void check(const sim::Beat& actual);
};

// How a run's beats are paced.
struct BwPacing {
  sim::Pacing gaps, pressure;
  uint64_t seed = 0;
  bool after_valid = false;  // the sink waits for valid
  bool sink = true;          // false: the test drives ready itself
};

// Sources, sink, monitors and bus master of one run; made before it, since they write idle levels.
struct BwDrivers {
  sim::StreamSource weights, samples;
  std::optional<sim::StreamSink> sink;
  sim::StreamMonitor monitor, weight_entry, sample_entry;
  sim::AxiLiteMaster bus;
  sim::StreamMonitor writes, reads;  // answers of the bus: valid and stable until taken

  BwDrivers(BwBench& bench, const BwPacing& pacing);
};

// Cycles in which a layer must be done, whatever the pauses.
int64_t patience(const BwCase& layer);

sim::Task<> reset_bw(BwBench& bench, int64_t cycles);
sim::Task<> send_beats(sim::StreamSource& source, std::vector<sim::Beat> beats);
sim::Task<> write_setting(BwDrivers& with, BwSetting setting);
sim::Task<> start_layer(BwDrivers& with);
sim::Task<> abort_layer(BwDrivers& with);
sim::Task<uint64_t> read_status(BwDrivers& with);
// Until STATUS is not busy any more; a Timeout that names `what` behind so many cycles.
sim::Task<> wait_idle(BwBench& bench, BwDrivers& with, int64_t cycles, std::string what);

// A wrong value or answer is a sim::Mismatch.
sim::Task<> expect_register(BwDrivers& with, uint64_t address, uint64_t wanted, std::string name);
sim::Task<> expect_status(BwDrivers& with, unsigned mask, unsigned wanted, std::string when);
sim::Task<> clear_status(BwDrivers& with);

// A whole layer on an idle engine: settings, streams, results, counters.
sim::Task<> play_layer(BwBench& bench, BwDrivers& with, const BwCase& layer, int64_t number);

// Out of reset: constants, reset values, reading back, strobes, addresses that are refused.
sim::Task<> check_registers(BwBench& bench, BwDrivers& with);
// Starts that must be refused, and why; needs an idle engine, leaves it so.
sim::Task<> check_refusals(BwBench& bench, BwDrivers& with);

}  // namespace tb
