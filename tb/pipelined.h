// SPDX-License-Identifier: Apache-2.0
// Units with the common pipeline interface: what they are fed, cycle by cycle, and what must come.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/spec.h"
#include "golden/wide.h"
#include "sim/random.h"
#include "tb/bench.h"

namespace tb {

// `count` words of `width` bits, side by side in one port, word 0 in the lowest bits.
struct Field {
  std::string port;
  int count = 1;
  int width = 1;
  bool is_signed = false;

  int bits() const { return count * width; }
};

using Values = std::vector<int64_t>;     // words of all input fields, in the fields' order
using Sums = std::vector<golden::Wide>;  // words of all output fields

// A unit as a bench knows it: ports, stimulus, golden result.
class PipelinedUnit {
 public:
  virtual ~PipelinedUnit() = default;

  const std::vector<Field>& inputs() const { return inputs_; }
  const std::vector<Field>& outputs() const { return outputs_; }
  int latency() const { return latency_; }

  virtual int64_t default_vectors() const = 0;
  // Operands of a vector: a function of its number (and of the seed) alone.
  virtual void values(int64_t vector, Values& in) = 0;
  // Golden result of the next vector; advances what the unit remembers.
  virtual void expect(const Values& in, Sums& out) = 0;
  virtual void reset() {}
  // First vector, not before `vector`, that may follow a reset.
  virtual int64_t resume(int64_t vector) { return vector; }

 protected:
  PipelinedUnit(std::vector<Field> inputs, std::vector<Field> outputs, int latency)
      : inputs_(std::move(inputs)), outputs_(std::move(outputs)), latency_(latency) {}

 private:
  std::vector<Field> inputs_, outputs_;
  int latency_;
};

std::unique_ptr<PipelinedUnit> make_fir(const base::Spec& spec, const Options& options);
std::unique_ptr<PipelinedUnit> make_fcu(const base::Spec& spec, const Options& options);
std::unique_ptr<PipelinedUnit> make_line_buffer(const base::Spec& spec, const Options& options);
// By the spec's unit; nullptr for any other.
std::unique_ptr<PipelinedUnit> make_pipelined(const base::Spec& spec, const Options& options);

// One clock cycle: what is at the inputs before its rising edge, and what must be at the outputs.
struct Cycle {
  bool reset = false;  // rst_ni = 0
  bool en = false;
  bool valid = false;
  Values in;  // any bits unless en and valid
  int64_t vector = -1;

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
  PipelineScript(PipelinedUnit& unit, const Options& options);

  // False when every vector has come out.
  bool next(Cycle& cycle);
  int64_t vectors() const { return vectors_; }
  const std::map<std::string, int64_t>& coverage() const { return coverage_; }

 private:
  struct Result {
    int64_t vector = -1;  // -1: a bubble
    Values in;
    Sums out;
  };
  void draw(Cycle& cycle);
  void junk(Values& in);

  PipelinedUnit& unit_;
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

// Bits by which a sum of `terms` products of a sample and a signed coefficient exceeds the bits of
// both together. Extremes: unsigned data (2^w - 1) * -2^(c-1) needs ceil(log2 terms), signed data
// -2^(w-1) * -2^(c-1) = 2^(w+c-2) leaves one bit for floor(log2 terms).
int growth(int terms, bool data_signed);

// Hexadecimal text of a field's words as they lie in the port.
std::string port_hex(const Field& field, const int64_t* words);
std::string port_hex(const Field& field, const golden::Wide* words);

Verdict run_pipelined(sim::Model& model, PipelinedUnit& unit, const base::Spec& spec,
                      const Options& options);

}  // namespace tb
