// SPDX-License-Identifier: Apache-2.0
// One source for all widths: a word is a vector type, a gate a loop over a run.

#include "synth/net_kernels.h"

#include <cstring>

namespace synth {
namespace {

// Vectors are read and written as whole slots; aliasing with uint64_t is what they are for.
using Word64 = uint64_t;
typedef uint64_t Word512 __attribute__((vector_size(64), may_alias));

#define SYNTH_INLINE inline __attribute__((always_inline))

template <typename Word>
SYNTH_INLINE void run_program(const NetProgram& program, const GateRun& run, Word* values) {
  const uint32_t* input = program.inputs.data() + run.inputs;
  Word stack[kMaxProgram] = {};
  for (uint32_t i = 0; i < run.count; ++i, input += 2) {
    const uint32_t* slots = program.program_inputs.data() + input[1];
    int top = -1;
    for (const Expression::Step& step : program.programs[input[0]]) {
      switch (step.op) {
        case Expression::Op::kVariable:
          stack[++top] = values[slots[step.variable]];
          break;
        case Expression::Op::kZero:
          stack[++top] = values[0];
          break;
        case Expression::Op::kOne:
          stack[++top] = values[1];
          break;
        case Expression::Op::kNot:
          stack[top] = ~stack[top];
          break;
        case Expression::Op::kAnd:
          stack[top - 1] &= stack[top];
          --top;
          break;
        case Expression::Op::kXor:
          stack[top - 1] ^= stack[top];
          --top;
          break;
        case Expression::Op::kOr:
          stack[top - 1] |= stack[top];
          --top;
          break;
      }
    }
    values[run.output + i] = stack[0];
  }
}

template <typename Word>
SYNTH_INLINE void settle(const NetProgram& program, uint64_t* words) {
  Word* const values = reinterpret_cast<Word*>(words);
  for (const GateRun& run : program.runs) {
    const uint32_t* in = program.inputs.data() + run.inputs;
    Word* out = values + run.output;
    Word* const end = out + run.count;
    switch (run.gate) {
#define SYNTH_A const Word a = values[in[0]]
#define SYNTH_LOAD1 SYNTH_A
#define SYNTH_LOAD2 SYNTH_LOAD1, b = values[in[1]]
#define SYNTH_LOAD3 SYNTH_LOAD2, c = values[in[2]]
#define SYNTH_LOAD4 SYNTH_LOAD3, d = values[in[3]]
#define SYNTH_CASE(name, inputs, value)         \
  case Gate::k##name:                           \
    for (; out != end; ++out, in += (inputs)) { \
      SYNTH_LOAD##inputs;                       \
      *out = value;                             \
    }                                           \
    break;
      SYNTH_GATES(SYNTH_CASE)
#undef SYNTH_CASE
#undef SYNTH_LOAD1
#undef SYNTH_LOAD2
#undef SYNTH_LOAD3
#undef SYNTH_LOAD4
#undef SYNTH_A
      case Gate::kProgram:
        run_program<Word>(program, run, values);
        break;
      case Gate::kAsyncClear:
        for (; out != end; ++out, in += 2) *out = (*out | values[in[1]]) & ~values[in[0]];
        break;
      case Gate::kAsyncPreset:
        for (; out != end; ++out, in += 2) *out = (*out & ~values[in[0]]) | values[in[1]];
        break;
      case Gate::kLatch:
        for (; out != end; ++out, in += 2) {
          const Word enable = values[in[0]];
          *out = (values[in[1]] & enable) | (*out & ~enable);
        }
        break;
    }
  }
}

template <int kWords>
SYNTH_INLINE void count(const uint64_t* values, uint64_t* previous, const uint64_t* mask,
                        uint64_t* counts, uint32_t slots) {
  for (uint32_t slot = 0; slot < slots; ++slot) {
    uint64_t changes = 0;
    for (int word = 0; word < kWords; ++word) {
      const uint64_t changed = (values[word] ^ previous[word]) & mask[word];
      changes += static_cast<uint64_t>(__builtin_popcountll(changed));
      previous[word] = values[word];
    }
    counts[slot] += changes;
    values += kWords;
    previous += kWords;
  }
}

// NOLINTBEGIN(bugprone-macro-parentheses): an attribute takes none.
#define SYNTH_VARIANT(suffix, attribute)                                                           \
  attribute void settle64_##suffix(const NetProgram& p, uint64_t* v) { settle<Word64>(p, v); }     \
  attribute void settle512_##suffix(const NetProgram& p, uint64_t* v) { settle<Word512>(p, v); }   \
  attribute void count64_##suffix(const uint64_t* v, uint64_t* p, const uint64_t* m, uint64_t* c,  \
                                  uint32_t n) {                                                    \
    count<1>(v, p, m, c, n);                                                                       \
  }                                                                                                \
  attribute void count512_##suffix(const uint64_t* v, uint64_t* p, const uint64_t* m, uint64_t* c, \
                                   uint32_t n) {                                                   \
    count<8>(v, p, m, c, n);                                                                       \
  }
SYNTH_VARIANT(plain, )
#if defined(__x86_64__)
SYNTH_VARIANT(avx2, __attribute__((target("avx2,popcnt"))))
SYNTH_VARIANT(avx512, __attribute__((target("avx512f,avx512vpopcntdq,popcnt"))))
#endif
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace

std::vector<NetKernels> net_kernels(int words) {
  std::vector<NetKernels> result;
  const auto add = [&](const NetKernels& one, const NetKernels& eight) {
    result.push_back(words == 1 ? one : eight);
  };
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq")) {
    add({settle64_avx512, count64_avx512}, {settle512_avx512, count512_avx512});
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) {
    add({settle64_avx2, count64_avx2}, {settle512_avx2, count512_avx2});
  }
#endif
  add({settle64_plain, count64_plain}, {settle512_plain, count512_plain});
  return result;
}

}  // namespace synth
