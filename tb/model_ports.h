// SPDX-License-Identifier: Apache-2.0
// Checks and reads shared by the benches.

#pragma once

#include <string>
#include <vector>

#include "base/spec.h"
#include "golden/wide.h"
#include "sim/scheduler.h"
#include "sim/signal.h"
#include "tb/bench.h"

namespace tb {

struct PortWidth {
  std::string name;
  int width = 1;
};

// Usage error that lists every port that is absent or of another width.
void check_ports(const sim::Model& model, const base::Spec& spec,
                 const std::vector<PortWidth>& needed);

// A word of up to 128 bits out of a port of any width; unsigned words of 128 bits stay a pattern.
golden::Wide read_word(const sim::Signal& signal, int lsb, int width, bool is_signed);
golden::Wide read_word(const sim::ModelPort& port, int lsb, int width, bool is_signed);

// Runs the test; a sim::Failure becomes the verdict's mismatch, one line.
void run_checked(sim::Scheduler& scheduler, sim::Task<> test, Verdict& verdict);

}  // namespace tb
