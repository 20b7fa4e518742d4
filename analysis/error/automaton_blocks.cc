// SPDX-License-Identifier: Apache-2.0
// Exact adders, and adders whose carries come from a limited distance.

#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/error/automaton_parts.h"

namespace analysis {
namespace {

constexpr uint32_t majority(uint32_t carry, bool a, bool b) {
  return a == b ? static_cast<uint32_t>(a) : carry;
}

// Blocks whose carry-in is that of the top `pairs` pairs of the block before, without a carry into
// those: none (ESA), one (SARA), a few (CESA), all (ETA-II). The last block keeps its carry-out.
// The state is 2 * carry + carry of the top pairs alone.
class Blocks : public Automaton {
 public:
  Blocks(int width, int block, int pairs)
      : Automaton(width), block_(block), pairs_(std::min(pairs, block)) {}
  uint32_t states() const override { return 4; }
  Outcomes step(int bit, uint32_t state, bool a, bool b) const override {
    const int place = bit % block_;
    const uint32_t carry = state >> 1;
    const uint32_t top = place == block_ - pairs_ ? 0 : state & 1U;
    const bool sum = (a != b) != (carry != 0);
    const uint32_t next_carry = majority(carry, a, b);
    const uint32_t next_top = place < block_ - pairs_ ? 0 : majority(top, a, b);
    const bool cut = place == block_ - 1 && bit != width() - 1;
    return {2 * (cut ? next_top : next_carry) + next_top, sum};
  }
  bool carry_out(uint32_t state) const override { return (state & 2) != 0; }

 private:
  int block_;
  int pairs_;
};

// BCSA: as ETA-II, but a carry that the top pair of the block before did not make itself is lost
// where this block's first pair is (0,0). The state is 2 * carry + carry of the block alone;
// between blocks 2 * (made by the top pair) + carry of the block alone.
class CarrySpeculating : public Automaton {
 public:
  CarrySpeculating(int width, int block) : Automaton(width), block_(block) {}
  uint32_t states() const override { return 4; }
  Outcomes step(int bit, uint32_t state, bool a, bool b) const override {
    uint32_t carry = state >> 1;
    uint32_t alone = state & 1U;
    if (bit % block_ == 0) {
      carry = carry != 0 || (alone != 0 && (a || b)) ? 1 : 0;
      alone = 0;
    }
    const bool sum = (a != b) != (carry != 0);
    const uint32_t next_alone = majority(alone, a, b);
    const bool cut = bit % block_ == block_ - 1 && bit != width() - 1;
    return {2 * (cut ? (a && b ? 1U : 0U) : majority(carry, a, b)) + next_alone, sum};
  }
  bool carry_out(uint32_t state) const override { return (state & 2) != 0; }

 private:
  int block_;
};

// The carry into a position comes from the `window` pairs below it alone. State 0: no carry; 1 + t:
// the last pair that did not propagate generated, t propagating pairs stand above it.
class SlidingWindow : public Automaton {
 public:
  SlidingWindow(int width, int window)
      : Automaton(width), window_(static_cast<uint32_t>(std::min(width, window))) {}
  uint32_t states() const override { return window_ + 1; }
  Outcomes step(int, uint32_t state, bool a, bool b) const override {
    const bool sum = (a != b) != (state != 0);
    if (a != b) return {state == 0 || state == window_ ? 0 : state + 1, sum};
    return {a && window_ > 0 ? 1U : 0U, sum};
  }
  bool carry_out(uint32_t state) const override { return state != 0; }

 private:
  uint32_t window_;
};

// GeAr: sub-adders of r + p positions, one every r positions, each without a carry-in; the first
// gives all of its sum bits, the others the upper r. A sub-adder that began earlier has a carry at
// least as large, so the state is how many of those in flight have a carry.
class SubAdders : public Automaton {
 public:
  SubAdders(int width, int r, int p)
      : Automaton(width), r_(r), length_(r + p), last_((width - p + r - 1) / r - 1) {}
  uint32_t states() const override { return static_cast<uint32_t>(length_ / r_) + 2; }
  Outcomes step(int bit, uint32_t state, bool a, bool b) const override {
    // In flight at this position; the oldest gives the sum bit.
    const int oldest = bit < length_ ? 0 : std::min((bit - length_) / r_ + 1, last_);
    const int newest = std::min(bit / r_, last_);
    const bool sum = (a != b) != (state != 0);
    uint32_t carries = state;
    if (a == b) carries = a ? static_cast<uint32_t>(newest - oldest + 1) : 0;
    const bool ends = bit + 1 < width() && oldest < last_ && bit + 1 == oldest * r_ + length_;
    return {ends && carries > 0 ? carries - 1 : carries, sum};
  }
  bool carry_out(uint32_t state) const override { return state != 0; }

 private:
  int r_;
  int length_;
  int last_;
};

}  // namespace

std::unique_ptr<Automaton> block_automaton(const base::Spec& spec) {
  static constexpr std::array<std::string_view, 5> kExact = {"add_ripple", "add_prefix", "add_skip",
                                                             "add_select", "add_increment"};
  const std::string& unit = spec.unit();
  const auto size = [&](const char* key) { return static_cast<int>(spec.size(key)); };
  if (!spec.has("Width")) return nullptr;
  const int width = size("Width");
  const auto blocks = [&](int pairs) {
    return std::make_unique<Blocks>(width, size("block"), pairs);
  };
  if (std::find(kExact.begin(), kExact.end(), unit) != kExact.end())
    return std::make_unique<Blocks>(width, width, 0);
  if (unit == "add_esa") return blocks(0);
  if (unit == "add_sara") return blocks(1);
  if (unit == "add_cesa") return blocks(spec.is("rectify", "yes") ? 4 : 2);
  if (unit == "add_eta2") return blocks(width);
  if (unit == "add_bcsa") return std::make_unique<CarrySpeculating>(width, size("block"));
  if (unit == "add_gear") return std::make_unique<SubAdders>(width, size("r"), size("p"));
  if (unit == "add_aca1") return std::make_unique<SlidingWindow>(width, size("window"));
  return nullptr;
}

std::unique_ptr<Automaton> adder_automaton(const base::Spec& resolved) {
  std::unique_ptr<Automaton> low = low_part_automaton(resolved);
  return low ? std::move(low) : block_automaton(resolved);
}

}  // namespace analysis
