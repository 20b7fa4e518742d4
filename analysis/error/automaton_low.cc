// SPDX-License-Identifier: Apache-2.0
// Adders with an approximate low part and an exact upper part.

#include "analysis/error/automaton_parts.h"

namespace analysis {
namespace {

// Positions below `k` are low(); the state that position k-1 leaves is the carry into position k.
class LowPartAdder : public Automaton {
 public:
  LowPartAdder(int width, int k) : Automaton(width), k_(k) {}
  uint32_t states() const override { return 4; }
  Outcomes step(int bit, uint32_t state, bool a, bool b) const final {
    return bit < k_ ? low(bit, state, a, b) : exact_step(state, a, b);
  }
  bool carry_out(uint32_t state) const final { return state != 0; }

 protected:
  virtual Outcomes low(int bit, uint32_t state, bool a, bool b) const = 0;
  int k() const { return k_; }
  bool last(int bit) const { return bit == k_ - 1; }

 private:
  int k_;
};

// z_i = a_i | b_i, and ones below `ones`; carry g_{k-1}, or none.
class Loa : public LowPartAdder {
 public:
  Loa(int width, int k, int ones, bool carry)
      : LowPartAdder(width, k), ones_(ones), carry_(carry) {}

 private:
  Outcomes low(int bit, uint32_t, bool a, bool b) const override {
    return {last(bit) && carry_ && a && b, bit < ones_ || a || b};
  }
  int ones_;
  bool carry_;
};

// Sum bits that depend on nothing: zeros, ones, or a one at the top of the low part.
class Truncated : public LowPartAdder {
 public:
  Truncated(int width, int k, std::string fill) : LowPartAdder(width, k), fill_(std::move(fill)) {}

 private:
  Outcomes low(int bit, uint32_t, bool, bool) const override {
    return {0, fill_ == "ones" || (fill_ == "half" && last(bit))};
  }
  std::string fill_;
};

// z_i = f_i | x_i, f_i = some g_j with i <= j < k; no carry. The state is the guess of f_i.
class Eta1 : public LowPartAdder {
 public:
  using LowPartAdder::LowPartAdder;
  std::vector<uint32_t> initial() const override {
    return k() > 0 ? std::vector<uint32_t>{0, 1} : std::vector<uint32_t>{0};
  }

 private:
  Outcomes low(int bit, uint32_t state, bool a, bool b) const override {
    const bool flag = state != 0;
    const bool generate = a && b;
    if (generate && !flag) return {};
    const bool sum = flag || a != b;
    if (last(bit)) return flag == generate ? Outcomes(0, sum) : Outcomes();
    if (!generate) return {state, sum};
    Outcomes free(0, sum);  // above a generating pair the flag may be either
    free.add(1, sum);
    return free;
  }
};

// With x = x_{k-1}, g = g_{k-2}: z_{k-1} = x | g; z_{k-2} = (a|b) & ~(~x & g); below a|b|(x & g);
// carry g_{k-1}. The state below k-2 is the guess of x & g, that between k-2 and k-1 is 2x + g.
class Herloa : public LowPartAdder {
 public:
  using LowPartAdder::LowPartAdder;
  std::vector<uint32_t> initial() const override {
    return k() > 1 ? std::vector<uint32_t>{0, 1} : std::vector<uint32_t>{0};
  }

 private:
  Outcomes low(int bit, uint32_t state, bool a, bool b) const override {
    if (last(bit)) {
      if (k() == 1) return {a && b, a != b};
      const bool x = (state & 2) != 0;
      const bool g = (state & 1) != 0;
      return x == (a != b) ? Outcomes(a && b, x || g) : Outcomes();
    }
    if (bit < k() - 2) return {state, a || b || state != 0};
    Outcomes result;
    const bool g = a && b;
    for (const bool x : {false, true})
      if ((x && g) == (state != 0)) result.add(2U * x + g, (a || b) && (x || !g));
    return result;
  }
};

// Ones below k-2; z_{k-2} = a|b; z_{k-1} = g_{k-1} ? g_{k-2} : a|b; carry g_{k-1}. The state is
// g_{i-1}.
class Hoeraa : public LowPartAdder {
 public:
  using LowPartAdder::LowPartAdder;

 private:
  Outcomes low(int bit, uint32_t state, bool a, bool b) const override {
    const bool generate = a && b;
    if (last(bit)) return {generate, generate ? state != 0 : a || b};
    return {bit == k() - 2 && generate, bit < k() - 2 || a || b};
  }
};

// Mirror adder cells, Gupta et al., IEEE TCAD 32(1), 2013, table I. Bit 4a + 2b + c of a table is
// the value for (a, b, carry).
struct MirrorCell {
  uint8_t sum;
  uint8_t carry;
};
constexpr std::array<MirrorCell, 5> kMirrorCells = {{
    {0b10000010, 0b11101100},  // 1: carry = b | a c; exact sum but for (0,1,0) and (1,0,0)
    {0b00010111, 0b11101000},  // 2: exact carry, sum = ~carry
    {0b00010011, 0b11101100},  // 3: carry of 1, sum = ~carry
    {0b10001010, 0b11110000},  // 4: carry = a, sum = c & (~a | b)
    {0b11001100, 0b11110000},  // 5: carry = a, sum = b
}};

class Mirror : public LowPartAdder {
 public:
  Mirror(int width, int k, int cell)
      : LowPartAdder(width, k), cell_(kMirrorCells.at(static_cast<size_t>(cell - 1))) {}

 private:
  Outcomes low(int, uint32_t state, bool a, bool b) const override {
    const unsigned row = 4U * a + 2U * b + state;
    return {(cell_.carry >> row & 1U) != 0, (cell_.sum >> row & 1U) != 0};
  }
  MirrorCell cell_;
};

}  // namespace

std::unique_ptr<Automaton> low_part_automaton(const base::Spec& spec) {
  const std::string& unit = spec.unit();
  const auto size = [&](const char* key) { return static_cast<int>(spec.size(key)); };
  if (!spec.has("ApproxWidth")) return nullptr;
  const int width = size("Width");
  const int k = size("ApproxWidth");
  if (unit == "add_loa") return std::make_unique<Loa>(width, k, 0, spec.is("carry", "and"));
  if (unit == "add_oloca") return std::make_unique<Loa>(width, k, size("OnesWidth"), true);
  if (unit == "add_eta1") return std::make_unique<Eta1>(width, k);
  if (unit == "add_herloa") return std::make_unique<Herloa>(width, k);
  if (unit == "add_hoeraa") return std::make_unique<Hoeraa>(width, k);
  if (unit == "add_trunc") return std::make_unique<Truncated>(width, k, spec.get("fill"));
  if (unit == "add_ama") return std::make_unique<Mirror>(width, k, size("cell"));
  return nullptr;
}

}  // namespace analysis
