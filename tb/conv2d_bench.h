// SPDX-License-Identifier: Apache-2.0
// What the parts of the streaming engine's bench share: signals, drivers, what must come out.

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
#include "tb/conv2d_frames.h"
#include "tb/conv2d_registers.h"

namespace tb {

// Everything that the processes of one run share.
struct EngineBench {
  const Conv2dSizes& sizes;
  const Options& options;
  Verdict& verdict;
  sim::Scheduler scheduler;
  sim::Signal clock, reset;
  sim::StreamSignals input, output;
  sim::AxiLiteSignals axil;

  std::deque<ExpectedBeat> expected;
  int64_t last_frame = -1;
  sim::Event drained;

  EngineBench(sim::Model& model, const Conv2dSizes& the_sizes, const Options& the_options,
              Verdict& the_verdict);

  void count(const std::string& name, int64_t n = 1) { verdict.coverage[name] += n; }

  // Compares a beat that came out.
  void check(const sim::Beat& actual);
  [[noreturn]] void fail(const sim::Beat& actual, const ExpectedBeat& want);
};

// How a run's beats are paced.
struct Traffic {
  sim::Pacing gaps, pressure;
  uint64_t seed = 0;
  enum class Sink { kFree, kAfterValid, kNone } sink = Sink::kFree;
  bool watch_bus = false;  // monitors on the bus's answers: valid and stable until taken
};

// Source, sink, monitors and bus master of one run; made before it, since they write idle levels.
struct Drivers {
  sim::StreamSource source;
  std::optional<sim::StreamSink> sink;
  sim::StreamMonitor monitor, entry;
  sim::AxiLiteMaster bus;
  std::optional<sim::StreamMonitor> writes, reads;  // answers of the bus
  EngineRegisters registers;

  Drivers(EngineBench& bench, const Traffic& traffic);
};

inline constexpr int64_t kQuietCycles = 24;  // pipeline and slices run empty in fewer

sim::Task<> reset_model(EngineBench& bench, int64_t cycles);
// Every beat sent so far is accepted, and what must come has come.
sim::Task<> wait_drained(EngineBench& bench, sim::StreamSource& source, std::string what);
// As wait_drained; then nothing is on its way any more.
sim::Task<> wait_quiet(EngineBench& bench, Drivers& with, std::string what);
sim::Task<> send(sim::StreamSource& source, const std::vector<sim::Beat>& beats, size_t begin,
                 size_t end);

}  // namespace tb
