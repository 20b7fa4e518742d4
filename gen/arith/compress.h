// SPDX-License-Identifier: Apache-2.0
// Compression of a bit heap: counters by stage until no column holds more than two bits.

#pragma once

#include <array>
#include <string>
#include <vector>

#include "gen/arith/bit_heap.h"

namespace arith {

// No bit; the constant one.
inline constexpr int kNone = -1, kOne = -2;

enum class Tree {
  kWallace,  // each stage takes all it can; stages as few as possible
  kDadda,    // each stage takes as little as it must; stages as few as possible
  kTiming,   // column by column, earliest bits first
};

enum class CounterKind {
  kFull,     // a + b + c = sum + 2 carry
  kHalf,     // a + b = sum + 2 carry
  kHalfOne,  // a + b + 1 = sum + 2 carry: a full adder that takes the constant
  kFullSum,  // the sum alone, in the highest column: what it would carry is dropped
  kFour,     // a + b + c + d + e = sum + 2 carry + 2 chain; chain does not depend on e
  kSeven,    // seven bits = sum + 2 carry + 4 carry2, made of four full adders
};

// Delays from an input to an output. Sums come later than carries; the third input is the fast one.
// One tick is 10 ps of an osu018 full adder under its usual load.
struct DelayModel {
  struct Adder {
    int sum_ab, sum_c, carry_ab, carry_c;
  };
  Adder full = {34, 30, 27, 23};
  Adder half = {20, 20, 16, 16};
  Adder half_one = {20, 20, 16, 16};
};

enum class Counters {
  kFull,   // (3,2) and (2,2)
  kFour,   // (4,2) with a chain to the next column: a stage halves the heights; kDadda only
  kSeven,  // (7,3) as long as seven bits stand in a column, then (3,2)
};

struct CompressOptions {
  Tree tree = Tree::kTiming;
  Counters counters = Counters::kFull;
  DelayModel delays = {};
  // kTiming: how far a lower column may go on to a single bit, so that the final adder starts above
  // it: as long as this bit comes no later than the latest bit of the tree, plus `ripple_slack`.
  bool ripple = true;
  int ripple_slack = 0;
};

// A bit of the heap or of a counter. Its value is the wire's, complemented where `inverted`.
struct TreeBit {
  int column = 0;
  int arrival = 0;
  int stage = 0;     // 0: from the heap; else of the counter that makes it
  int counter = -1;  // index of that counter, or -1
  int output = 0;    // of the counter: 0 sum, 1 carry, 2 chain or carry2; else index in bits()
  bool inverted = false;
};

// A counter in terms of values. Where `inverted`, it works on complements: all of its wires hold
// complements (an input that does not is inverted on the way). Full adders are self-dual; a half
// adder of complements is a half adder with a one and the reverse.
struct Counter {
  CounterKind kind = CounterKind::kFull;
  int column = 0;
  int stage = 1;
  bool inverted = false;
  // TreeBits or kNone. The third of a full adder is the late one; the fifth of kFour is the chain
  // output of the column below in the same stage, or of an earlier stage, or kNone.
  std::array<int, 7> inputs = {kNone, kNone, kNone, kNone, kNone, kNone, kNone};
  std::array<int, 3> outputs = {kNone, kNone, kNone};

  // What the wires see: of complements a half adder is a half adder with a one.
  CounterKind wire_kind() const {
    if (!inverted || (kind != CounterKind::kHalf && kind != CounterKind::kHalfOne)) return kind;
    return kind == CounterKind::kHalf ? CounterKind::kHalfOne : CounterKind::kHalf;
  }
};

struct Compressed {
  int width = 0;
  int stages = 0;
  std::vector<TreeBit> bits;             // the heap's in its order, then those of the counters
  std::vector<Counter> counters;         // by stage; in a stage by wire_kind, then row by row
  std::vector<std::array<int, 2>> rows;  // by column: TreeBits, kOne or kNone; the latter last

  int count(CounterKind kind) const;
  // Lowest column with two entries: below it the rows are the result. `width` when none has two.
  int adder_lsb() const;
  int arrival(int column) const;  // latest of the column's bits
  int arrival() const;            // latest of all

  // Checks that nothing is lost or used twice, that each counter's bits stand in its columns, and
  // that what it takes and gives adds up; modulo 2^width. Throws std::logic_error.
  void verify(const BitHeap& heap) const;
};

// Verified before it is returned.
Compressed compress(const BitHeap& heap, const CompressOptions& options = {});

// Dadda's sequence 2, 3, 4, 6, 9, 13, ...: the largest height that `stages` stages bring down to 2.
int dadda_height(int stages);

Tree tree_of(const std::string& name);  // "wallace", "dadda", "timing"

}  // namespace arith
