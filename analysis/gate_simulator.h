// SPDX-License-Identifier: Apache-2.0
// Gates for 512 input vectors at a time.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/gate_netlist.h"

namespace analysis {

// One bit of 512 vectors; vector 64 w + i is bit i of word w.
using LaneWord = std::array<uint64_t, 8>;

// One gate over slots of values.
struct GateStep {
  GateOp op = GateOp::kAnd;
  std::array<uint32_t, 3> inputs{};
  uint32_t output = 0;
};

// Not to be shared between threads; copies are independent and cheap.
class GateSimulator {
 public:
  static constexpr int kLanes = 512;

  // `inputs`, `outputs`: nets that are set and read, in this order.
  GateSimulator(const GateNetlist& netlist, std::span<const uint32_t> inputs,
                std::span<const uint32_t> outputs);

  void set(size_t input, const LaneWord& value);
  void set_all(size_t input, bool value);  // in every lane
  void run();
  const LaneWord& output(size_t index) const { return values_[outputs_[index]]; }

  // The outputs from `first` on as numbers, bit i from output first + i, at most 64 of them: number
  // m belongs to lane lane_of(m).
  void read_numbers(std::span<uint64_t, kLanes> numbers, size_t first = 0) const;
  static int lane_of(int number) { return 64 * (number % 8) + number / 8; }

 private:
  struct alignas(64) Slot : LaneWord {};

  std::vector<GateStep> steps_;
  std::vector<uint32_t> inputs_, outputs_;  // slots
  std::vector<Slot> values_;
};

}  // namespace analysis
