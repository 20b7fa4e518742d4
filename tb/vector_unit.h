// SPDX-License-Identifier: Apache-2.0
// A unit as a bench knows it: ports, operands by vector number, golden results.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/spec.h"
#include "golden/wide.h"
#include "tb/bench.h"

namespace tb {

// `count` words of `width` bits, side by side in one port, word 0 in the lowest bits. Inputs have
// words of up to 64 bits, outputs of up to 128.
struct Field {
  std::string port;
  int count = 1;
  int width = 1;
  bool is_signed = false;

  int bits() const { return count * width; }
};

// Words of all input fields, in the fields' order. Unsigned words of 64 bits are bit patterns.
using Values = std::vector<int64_t>;
// Words of all output fields. Unsigned words of 128 bits are bit patterns.
using Sums = std::vector<golden::Wide>;

// With the common pipeline interface and a latency, or combinational: operands and results are all
// the ports there are.
class VectorUnit {
 public:
  virtual ~VectorUnit() = default;

  const std::vector<Field>& inputs() const { return inputs_; }
  const std::vector<Field>& outputs() const { return outputs_; }
  bool combinational() const { return latency_ < 0; }
  int latency() const { return latency_; }

  virtual int64_t default_vectors() const = 0;
  // Operands of a vector: a function of its number (and of the seed) alone.
  virtual void values(int64_t vector, Values& in) = 0;
  // Golden result of the next vector; advances what the unit remembers.
  virtual void expect(const Values& in, Sums& out) = 0;
  // Of the vector that expect() was called for last: a result comes out. An accumulator has one
  // only behind the last product of a sum.
  virtual bool has_result() const { return true; }
  virtual void reset() {}
  // False: no vector yet, the unit is not loaded.
  virtual bool ready() const { return true; }
  // Inputs mean something in other cycles than those in which vectors are taken.
  virtual bool always_read() const { return false; }
  // What stands at the inputs in a cycle, operands of a vector that is taken or anything, before it
  // is driven; for units that are always read. `moves`: enabled, no reset. The last call of a
  // cycle.
  virtual void at_ports(Values& in, bool taken, bool moves) { (void)in, (void)taken, (void)moves; }
  // Outputs that follow what the unit holds, in each cycle without reset; before the cycle's
  // expect().
  virtual const std::vector<Field>& states() const {
    static const std::vector<Field> none;
    return none;
  }
  virtual void state(Sums& out) { (void)out; }
  // First vector, not before `vector`, that may follow a reset.
  virtual int64_t resume(int64_t vector) { return vector; }

 protected:
  // Combinational.
  VectorUnit(std::vector<Field> inputs, std::vector<Field> outputs)
      : VectorUnit(std::move(inputs), std::move(outputs), -1) {}
  // Pipelined, with a latency of 0 or more.
  VectorUnit(std::vector<Field> inputs, std::vector<Field> outputs, int latency)
      : inputs_(std::move(inputs)), outputs_(std::move(outputs)), latency_(latency) {}

 private:
  std::vector<Field> inputs_, outputs_;
  int latency_;
};

std::unique_ptr<VectorUnit> make_fir(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_fcu(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_line_buffer(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_sum(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_popcount(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_mul(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_dot(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_bw_dot(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_bw_pe(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_mac(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_bw_array(const base::Spec& spec, const Options& options);
std::unique_ptr<VectorUnit> make_adder(const base::Spec& spec, const Options& options);
// By the spec's unit; nullptr for any other.
std::unique_ptr<VectorUnit> make_unit(const base::Spec& spec, const Options& options);

// Bits by which a sum of `terms` products of a sample and a signed coefficient exceeds the bits of
// both together. Extremes: unsigned data (2^w - 1) * -2^(c-1) needs ceil(log2 terms), signed data
// -2^(w-1) * -2^(c-1) = 2^(w+c-2) leaves one bit for floor(log2 terms).
int growth(int terms, bool data_signed);

// The smallest n with 2^n >= count.
int ceil_log2(int64_t count);

// Hexadecimal text of a field's words as they lie in the port.
std::string port_hex(const Field& field, const int64_t* words);
std::string port_hex(const Field& field, const golden::Wide* words);

// The number that `bits` are in a word of 1 to 64 bits; unsigned words of 64 bits stay a pattern.
int64_t word_of_bits(uint64_t bits, int width, bool is_signed);

// `x_i=0x03f h_i=0x001`.
std::string inputs_text(const VectorUnit& unit, const Values& in);

// The expected word fits the field and has its bits. Signed fields hold -2^(w-1)..2^(w-1)-1; words
// of unsigned fields may be given as numbers or, below 0, as the two's complement of the field.
bool same_word(const Field& field, golden::Wide actual, golden::Wide expected);

}  // namespace tb
