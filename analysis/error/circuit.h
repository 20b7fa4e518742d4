// SPDX-License-Identifier: Apache-2.0
// A circuit of gates with two operands and a result, beside what the result ought to be.

#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/gate_netlist.h"
#include "analysis/gate_simulator.h"
#include "golden/wide.h"

namespace analysis {

// Gates and the nets of their operands and result, least significant first. Inputs that are named
// nowhere are 0.
struct OperandNets {
  std::shared_ptr<const GateNetlist> netlist;
  std::vector<uint32_t> a;
  std::vector<uint32_t> b;
  std::vector<uint32_t> result;
};

enum class Reference { kAdd, kMultiply, kCircuit };

struct Circuit {
  OperandNets given;
  bool a_signed = false;
  bool b_signed = false;
  Reference reference = Reference::kAdd;
  OperandNets exact = {};  // of kCircuit

  // The result is signed when an operand is.
  bool result_signed() const { return a_signed || b_signed; }
  int operand_bits() const { return static_cast<int>(given.a.size() + given.b.size()); }
  int result_bits() const { return static_cast<int>(given.result.size()); }
  // Bits that the exact result needs. Where the circuit's is shorter, the exact one is taken modulo
  // 2^result_bits.
  int exact_bits() const;
  mpz_class span() const;  // largest - smallest exact result
};

// Evaluates both. Not to be shared between threads. Operands have at most 64 bits, results 126.
class CircuitRunner {
 public:
  static constexpr size_t kPairs = GateSimulator::kLanes;

  explicit CircuitRunner(const Circuit& circuit);

  // Up to kPairs pairs of bit patterns.
  void pairs(std::span<const uint64_t> a, std::span<const uint64_t> b, std::span<golden::Wide> z,
             std::span<golden::Wide> y);

  // All pairs whose patterns, read as one number (a in the low bits), are in kPairs * index ..
  // kPairs * (index + 1) - 1, in some order; all pairs when they are fewer. Results must have at
  // most 58 bits. Returns how many pairs there are.
  size_t block(uint64_t index, std::span<int64_t, kPairs> z, std::span<int64_t, kPairs> y);

 private:
  void set_block(uint64_t index);

  Circuit circuit_;
  GateSimulator given_;
  GateSimulator exact_;
  uint64_t block_ = 0;  // whose operands are set
  bool any_block_ = false;
};

}  // namespace analysis
