// SPDX-License-Identifier: Apache-2.0
// Straight-line evaluation in reused slots, and the transposition of bits to numbers.

#include "analysis/gate_simulator.h"

#include <algorithm>
#include <cstring>

namespace analysis {
namespace {

typedef uint64_t Vector __attribute__((vector_size(64), may_alias));

#define ANALYSIS_INLINE inline __attribute__((always_inline))

ANALYSIS_INLINE void run_steps(const GateStep* steps, size_t count, void* memory) {
  auto* const v = static_cast<Vector*>(memory);
  for (const GateStep* s = steps; s != steps + count; ++s) {
    const Vector& a = v[s->inputs[0]];
    const Vector& b = v[s->inputs[1]];
    Vector& y = v[s->output];
    switch (s->op) {
      case GateOp::kAnd:
        y = a & b;
        break;
      case GateOp::kOr:
        y = a | b;
        break;
      case GateOp::kXor:
        y = a ^ b;
        break;
      case GateOp::kNand:
        y = ~(a & b);
        break;
      case GateOp::kNor:
        y = ~(a | b);
        break;
      case GateOp::kXnor:
        y = ~(a ^ b);
        break;
      case GateOp::kAndNot:
        y = a & ~b;
        break;
      case GateOp::kOrNot:
        y = a | ~b;
        break;
      case GateOp::kNot:
        y = ~a;
        break;
      case GateOp::kMux: {
        const Vector& select = v[s->inputs[2]];
        y = a ^ ((a ^ b) & select);
        break;
      }
    }
  }
}

// Rows of 64 bits: with `Rows` = 64 a 64 x 64 transposition in each of the 8 words, with 32 one of
// both halves (Warren, Hacker's Delight, 7-3).
template <int Rows>
ANALYSIS_INLINE void transpose(void* memory) {
  auto* const v = static_cast<Vector*>(memory);
  uint64_t mask = Rows == 64 ? 0x00000000FFFFFFFF : 0x0000FFFF0000FFFF;
  for (int j = Rows / 2; j != 0; j /= 2, mask ^= mask << j) {
    for (int k = 0; k < Rows; k = (k + j + 1) & ~j) {
      const Vector t = ((v[k] >> j) ^ v[k + j]) & mask;
      v[k] ^= t << j;
      v[k + j] ^= t;
    }
  }
}

struct Kernels {
  void (*run)(const GateStep*, size_t, void*);
  void (*transpose64)(void*);
  void (*transpose32)(void*);
};

// NOLINTBEGIN(bugprone-macro-parentheses)
#define ANALYSIS_VARIANT(suffix, attribute)                                                 \
  attribute void run_##suffix(const GateStep* s, size_t n, void* v) { run_steps(s, n, v); } \
  attribute void transpose64_##suffix(void* v) { transpose<64>(v); }                        \
  attribute void transpose32_##suffix(void* v) { transpose<32>(v); }
ANALYSIS_VARIANT(plain, )
#if defined(__x86_64__)
ANALYSIS_VARIANT(avx2, __attribute__((target("avx2"))))
ANALYSIS_VARIANT(avx512, __attribute__((target("avx512f"))))
#endif
// NOLINTEND(bugprone-macro-parentheses)

Kernels choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return {run_avx512, transpose64_avx512, transpose32_avx512};
  if (__builtin_cpu_supports("avx2")) return {run_avx2, transpose64_avx2, transpose32_avx2};
#endif
  return {run_plain, transpose64_plain, transpose32_plain};
}

const Kernels& kernels() {
  static const Kernels chosen = choose();
  return chosen;
}

}  // namespace

GateSimulator::GateSimulator(const GateNetlist& netlist, std::span<const uint32_t> inputs,
                             std::span<const uint32_t> outputs) {
  // Gates that no output needs are left out.
  std::vector<bool> needed(netlist.nets, false);
  for (const uint32_t net : outputs) needed[net] = true;
  std::vector<const Gate*> gates;
  for (auto gate = netlist.gates.rbegin(); gate != netlist.gates.rend(); ++gate) {
    if (!needed[gate->output]) continue;
    gates.push_back(&*gate);
    for (const uint32_t net : gate->inputs) needed[net] = true;
  }
  std::reverse(gates.begin(), gates.end());
  // Where each net's value is used last; outputs and inputs keep their slots.
  constexpr size_t kForever = SIZE_MAX;
  std::vector<size_t> last(netlist.nets, 0);
  for (size_t i = 0; i < gates.size(); ++i)
    for (const uint32_t net : gates[i]->inputs) last[net] = i;
  for (const auto& kept : {inputs, outputs})
    for (const uint32_t net : kept) last[net] = kForever;
  last[0] = last[1] = kForever;

  std::vector<uint32_t> slots(netlist.nets, 0);
  uint32_t count = 2;
  slots[1] = 1;
  for (const uint32_t net : inputs) {
    slots[net] = count++;
    inputs_.push_back(slots[net]);
  }
  std::vector<uint32_t> free;
  for (size_t i = 0; i < gates.size(); ++i) {
    const Gate& gate = *gates[i];
    GateStep step{gate.op, {}, 0};
    for (size_t k = 0; k < 3; ++k) step.inputs[k] = slots[gate.inputs[k]];
    for (size_t k = 0; k < 3; ++k) {
      const uint32_t net = gate.inputs[k];
      if (last[net] != i) continue;
      free.push_back(slots[net]);
      last[net] = kForever;  // once, though it may be at several pins
    }
    if (free.empty()) {
      step.output = count++;
    } else {
      step.output = free.back();
      free.pop_back();
    }
    slots[gate.output] = step.output;
    steps_.push_back(step);
  }
  for (const uint32_t net : outputs) outputs_.push_back(slots[net]);
  values_.resize(count);
  values_[1].fill(~uint64_t{0});
}

void GateSimulator::set(size_t input, const LaneWord& value) {
  static_cast<LaneWord&>(values_[inputs_[input]]) = value;
}

void GateSimulator::set_all(size_t input, bool value) {
  values_[inputs_[input]].fill(value ? ~uint64_t{0} : 0);
}

void GateSimulator::run() { kernels().run(steps_.data(), steps_.size(), values_.data()); }

void GateSimulator::read_numbers(std::span<uint64_t, kLanes> numbers, size_t first) const {
  alignas(64) std::array<Slot, 64> rows;
  const size_t count = std::min<size_t>(64, outputs_.size() - first);
  const size_t used = count > 32 ? 64 : 32;
  for (size_t i = 0; i < used; ++i) {
    if (i < count)
      rows[i] = values_[outputs_[first + i]];
    else
      rows[i].fill(0);
  }
  if (used == 64) {
    kernels().transpose64(rows.data());
    std::memcpy(numbers.data(), rows.data(), sizeof(rows));
    return;
  }
  kernels().transpose32(rows.data());
  for (size_t i = 0; i < 32; ++i)
    for (size_t w = 0; w < 8; ++w) {
      numbers[8 * i + w] = rows[i][w] & 0xFFFFFFFF;
      numbers[256 + 8 * i + w] = rows[i][w] >> 32;
    }
}

}  // namespace analysis
