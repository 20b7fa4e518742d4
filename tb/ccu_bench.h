// SPDX-License-Identifier: Apache-2.0
// What the parts of the configurable unit's bench share: signals, drivers, what must come out.

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/axi_lite.h"
#include "sim/axi_stream.h"
#include "sim/scheduler.h"
#include "sim/triggers.h"
#include "tb/bench.h"
#include "tb/ccu_frames.h"

namespace tb {

// When the beats of a frame went by, in cycles.
struct CcuTimes {
  int64_t first_in = 0, last_in = 0, last_out = 0;
};

// Everything that the processes of one run share.
struct CcuBench {
  const CcuSizes& sizes;
  const Options& options;
  Verdict& verdict;
  sim::Scheduler scheduler;
  sim::Signal clock, reset;
  sim::StreamSignals input, output;
  sim::AxiLiteSignals axil;

  std::deque<CcuOutput> expected;
  int64_t last_frame = -1;
  sim::Event drained;
  CcuTimes times;      // of the frame that went by last
  int64_t frames = 0;  // whole ones sent since the last reset

  CcuBench(sim::Model& model, const CcuSizes& the_sizes, const Options& the_options,
           Verdict& the_verdict);

  void count(const std::string& name, int64_t n = 1) { verdict.coverage[name] += n; }
  int64_t now() const { return static_cast<int64_t>(scheduler.cycles()); }

  // Compares a beat that came out.
  void check(const sim::Beat& actual);

 private:
  // A place where a beat fitted a frame that was broken off, and might as well be another's.
  struct Guess {
    std::deque<CcuOutput> expected;  // before that beat
    size_t place;                    // of that beat in `log_`
  };
  bool matches(const sim::Beat& actual, size_t place);
  [[noreturn]] void fail(const sim::Beat& actual) const;

  std::vector<sim::Beat> log_;  // beats since the oldest guess
  std::vector<Guess> guesses_;
  std::optional<CcuOutput> wanted_;  // by the comparison that failed last
};

// How a run's beats are paced.
struct CcuTraffic {
  sim::Pacing gaps, pressure;
  uint64_t seed = 0;
  bool after_valid = false;  // the sink waits for valid
  bool sink = true;          // false: the test drives ready itself
};

// Source, sink, monitors and bus master of one run; made before it, since they write idle levels.
struct CcuDrivers {
  sim::StreamSource source;
  std::optional<sim::StreamSink> sink;
  sim::StreamMonitor monitor, entry;
  sim::AxiLiteMaster bus;
  sim::StreamMonitor writes, reads;  // answers of the bus: valid and stable until taken

  CcuDrivers(CcuBench& bench, const CcuTraffic& traffic);
};

sim::Task<> reset_ccu(CcuBench& bench, int64_t cycles);
// Every beat sent so far is accepted, and what must come has come, each within `patience` cycles.
sim::Task<> wait_drained(CcuBench& bench, CcuDrivers& with, int64_t patience, std::string what);
sim::Task<> send_all(sim::StreamSource& source, const std::vector<sim::Beat>& beats);

}  // namespace tb
