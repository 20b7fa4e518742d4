// SPDX-License-Identifier: Apache-2.0
// Units with the common pipeline interface: what they are fed, cycle by cycle, and what must come.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/spec.h"
#include "sim/random.h"
#include "tb/bench.h"
#include "tb/vector_unit.h"

namespace tb {

// One clock cycle: what is at the inputs before its rising edge, and what must be at the outputs.
struct Cycle {
  bool reset = false;  // rst_ni = 0
  bool en = false;
  bool valid = false;
  Values in;  // any bits unless en and valid
  int64_t vector = -1;
  Sums states;  // of the outputs that follow what the unit holds; none under reset

  bool check_valid = false;  // compare valid_o
  bool out_valid = false;    // and the data, if valid
  int64_t out_vector = -1;
  Values out_in;  // operands that `out` belongs to
  Sums out;
};

// Plays the vectors with random gaps, stalls and one reset on the way. The reference of time: a
// shift register of `latency` results that moves when en is high.
class PipelineScript {
 public:
  PipelineScript(VectorUnit& unit, const Options& options);

  // False when every vector has come out.
  bool next(Cycle& cycle);
  int64_t vectors() const { return vectors_; }
  const std::map<std::string, int64_t>& coverage() const { return coverage_; }

 private:
  struct Result {
    int64_t vector = -1;  // -1: a bubble
    bool valid = false;   // of valid_o
    Values in;
    Sums out;
  };
  void draw(Cycle& cycle);
  void junk(Values& in);

  VectorUnit& unit_;
  Options options_;
  sim::Random random_;
  int64_t vectors_;
  int64_t next_vector_ = 0;
  int64_t reset_at_;  // vector; -1: no more
  int reset_cycles_ = 3;
  int64_t cycle_ = 0;
  bool was_reset_ = false;
  int mode_ = 0;
  std::vector<Result> pipe_;  // [0] the youngest
  std::map<std::string, int64_t> coverage_;
};

Verdict run_pipelined(sim::Model& model, VectorUnit& unit, const base::Spec& spec,
                      const Options& options);

}  // namespace tb
