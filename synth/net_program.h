// SPDX-License-Identifier: Apache-2.0
// A netlist compiled for simulation: gates in levels, grouped by kind, over numbered slots.

#pragma once

#include <cstdint>
#include <vector>

#include "synth/expression.h"
#include "synth/netlist.h"

namespace synth {

// Gates with a kernel of their own: name, inputs, value. Any other function runs as postfix code.
#define SYNTH_GATES(X)                    \
  X(Buf, 1, a)                            \
  X(Inv, 1, ~a)                           \
  X(And2, 2, a& b)                        \
  X(Nand2, 2, ~(a & b))                   \
  X(Or2, 2, a | b)                        \
  X(Nor2, 2, ~(a | b))                    \
  X(Xor2, 2, a ^ b)                       \
  X(Xnor2, 2, ~(a ^ b))                   \
  X(Andn2, 2, a & ~b)                     \
  X(Orn2, 2, a | ~b)                      \
  X(And3, 3, a& b& c)                     \
  X(Nand3, 3, ~(a & b & c))               \
  X(Or3, 3, a | b | c)                    \
  X(Nor3, 3, ~(a | b | c))                \
  X(Xor3, 3, a ^ b ^ c)                   \
  X(Xnor3, 3, ~(a ^ b ^ c))               \
  X(Andn3, 3, a& b & ~c)                  \
  X(Orn3, 3, a | b | ~c)                  \
  X(Ao21, 3, (a & b) | c)                 \
  X(Aoi21, 3, ~((a & b) | c))             \
  X(Oa21, 3, (a | b) & c)                 \
  X(Oai21, 3, ~((a | b) & c))             \
  X(Aon21, 3, (a & b) | ~c)               \
  X(Oan21, 3, (a | b) & ~c)               \
  X(Mux2, 3, (a & ~c) | (b & c))          \
  X(Muxi2, 3, ~((a & ~c) | (b & c)))      \
  X(Maj3, 3, (a & b) | (c & (a | b)))     \
  X(Maji3, 3, ~((a & b) | (c & (a | b)))) \
  X(And4, 4, a& b& c& d)                  \
  X(Nand4, 4, ~(a & b & c & d))           \
  X(Or4, 4, a | b | c | d)                \
  X(Nor4, 4, ~(a | b | c | d))            \
  X(Ao22, 4, (a & b) | (c & d))           \
  X(Aoi22, 4, ~((a & b) | (c & d)))       \
  X(Oa22, 4, (a | b) & (c | d))           \
  X(Oai22, 4, ~((a | b) & (c | d)))       \
  X(Ao211, 4, (a & b) | c | d)            \
  X(Aoi211, 4, ~((a & b) | c | d))        \
  X(Oa211, 4, (a | b) & c & d)            \
  X(Oai211, 4, ~((a | b) & c & d))        \
  X(Ao31, 4, (a & b & c) | d)             \
  X(Aoi31, 4, ~((a & b & c) | d))         \
  X(Oa31, 4, (a | b | c) & d)             \
  X(Oai31, 4, ~((a | b | c) & d))

enum class Gate : uint8_t {
#define SYNTH_ENUM(name, inputs, value) k##name,
  SYNTH_GATES(SYNTH_ENUM)
#undef SYNTH_ENUM
      kProgram,  // postfix code; inputs: which of `programs`, where in `program_inputs`
  kAsyncClear,   // state = (state | preset) & ~clear; inputs clear, preset
  kAsyncPreset,  // state = (state & ~clear) | preset
  kLatch,        // state = enable ? data : state; inputs enable, data
};

// Steps of a postfix program: the depth of the kernels' stack.
constexpr size_t kMaxProgram = 64;

// Consecutive gates of one kind: outputs are slots output, output + 1, ...
struct GateRun {
  Gate gate;
  uint32_t count;
  uint32_t output;
  uint32_t inputs;  // of the first gate, in NetProgram::inputs; each gate has `stride` of them
  uint32_t stride;
};

struct NetProgram {
  // A flip-flop: on a rising edge of its clock's slot, `state` takes the value of `next`.
  struct Register {
    uint32_t state, next;
  };
  // Flip-flops on one clock slot.
  struct ClockGroup {
    uint32_t clock;
    std::vector<Register> registers;
  };

  uint32_t slots = 2;                 // 0 and 1 are the constants
  std::vector<uint32_t> slot_of_net;  // every net has one
  std::vector<GateRun> runs;          // in order of evaluation
  std::vector<uint32_t> inputs;
  std::vector<std::vector<Expression::Step>> programs;  // variables count from their program's
  std::vector<uint32_t> program_inputs;                 // place in here: slots
  std::vector<ClockGroup> clocks;
  uint32_t clock_slot = 0;              // of the design's clock port; 0: none
  bool simple_clock = true;             // every flip-flop rises with the clock port itself
  std::vector<uint32_t> state_of_cell;  // slot of a register's state, 0 for other cells
  size_t gate_count = 0;
};

// Check error for a combinational loop and for a cell that has no two-valued function.
NetProgram compile(const Netlist& netlist);

}  // namespace synth
