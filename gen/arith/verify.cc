// SPDX-License-Identifier: Apache-2.0
// The proof that a compressed heap has the heap's sum: each counter is an identity between its
// bits.

#include <algorithm>
#include <stdexcept>

#include "gen/arith/compress.h"

namespace arith {
namespace {

size_t at(int i) { return static_cast<size_t>(i); }

[[noreturn]] void wrong(const std::string& text) {
  throw std::logic_error("compressed heap: " + text);
}

struct Shape {
  int inputs, outputs;
  bool one;      // takes the constant of its column
  int optional;  // inputs that may be absent, the last ones
};

Shape shape(const Counter& counter) {
  switch (counter.kind) {
    case CounterKind::kFull:
      return {3, 2, false, 0};
    case CounterKind::kHalf:
      return {2, 2, false, 0};
    case CounterKind::kHalfOne:
      return {2, 2, true, 0};
    case CounterKind::kFullSum:
      return {3, 1, false, 0};
    case CounterKind::kFour:
      return {5, 3, false, 1};
    case CounterKind::kSeven:
      return {7, 3, false, 0};
  }
  wrong("no such counter");
}

}  // namespace

void Compressed::verify(const BitHeap& heap) const {
  const int top = width - 1;
  if (width != heap.width() || rows.size() != at(width)) wrong("has another width");
  std::vector<int> used(bits.size(), 0);
  std::vector<bool> one(at(width), false);  // constants that counters and rows account for
  const auto take_one = [&](int column) {
    if (one[at(column)]) wrong("the constant of column " + std::to_string(column) + " twice");
    one[at(column)] = true;
  };
  const auto use = [&](int id, int column) {
    if (id < 0 || at(id) >= bits.size()) wrong("a bit that is none");
    if (bits[at(id)].column != column) wrong("bit " + std::to_string(id) + " in another column");
    ++used[at(id)];
  };

  // Where each bit comes from. In the highest column a one is an inversion: x + 1 = ~x modulo 2.
  size_t inputs = 0;
  for (size_t i = 0; i < bits.size(); ++i) {
    const TreeBit& bit = bits[i];
    bool inverted = false;
    if (bit.counter < 0) {
      if (bit.stage != 0 || at(bit.output) != inputs || inputs >= heap.bits().size() ||
          heap.bits()[inputs].column != bit.column) {
        wrong("bits that are not the heap's");
      }
      inverted = heap.bits()[inputs++].inverted;
    } else {
      if (at(bit.counter) >= counters.size()) wrong("a bit of no counter");
      const Counter& counter = counters[at(bit.counter)];
      if (counter.outputs.at(at(bit.output)) != static_cast<int>(i) || bit.stage != counter.stage) {
        wrong("bit " + std::to_string(i) + " is not its counter's");
      }
      inverted = counter.inverted;
    }
    if (bit.inverted == inverted) continue;
    if (bit.column != top) wrong("bit " + std::to_string(i) + " is inverted");
    take_one(top);
  }
  if (inputs != heap.bits().size()) wrong("bits of the heap are missing");

  size_t outputs = 0;
  for (size_t i = 0; i < counters.size(); ++i) {
    const Counter& counter = counters[i];
    const Shape s = shape(counter);
    if (counter.kind == CounterKind::kFullSum ? counter.column != top : counter.column >= top) {
      wrong("a counter in the wrong column");
    }
    if (i > 0 && counter.stage < counters[i - 1].stage) wrong("counters are not by stage");
    bool odd = false;
    for (int k = 0; k < 7; ++k) {
      const int in = counter.inputs.at(at(k));
      if (k >= s.inputs || (in == kNone && k >= s.inputs - s.optional)) {
        if (in != kNone) wrong("a counter has too many inputs");
        continue;
      }
      use(in, counter.column);
      odd = odd != bits[at(in)].inverted;
      const bool chain = k == 4 && counter.kind == CounterKind::kFour &&
                         bits[at(in)].stage == counter.stage && bits[at(in)].output == 2 &&
                         counters[at(bits[at(in)].counter)].kind == CounterKind::kFour;
      if (!chain && bits[at(in)].stage >= counter.stage) wrong("a counter reads a later stage");
    }
    if (counter.kind == CounterKind::kFullSum && odd != counter.inverted) {
      wrong("a sum of the wrong polarity");
    }
    if (s.one) take_one(counter.column);
    for (int k = 0; k < 3; ++k) {
      const int out = counter.outputs.at(at(k));
      const int weight = counter.kind == CounterKind::kFour ? std::min(k, 1) : k;
      const bool dropped = counter.column + weight > top;
      if ((out != kNone) != (k < s.outputs && !dropped)) wrong("outputs of a counter");
      if (out == kNone) continue;
      ++outputs;
      if (bits[at(out)].column != counter.column + weight || bits[at(out)].output != k ||
          bits[at(out)].counter != static_cast<int>(i)) {
        wrong("an output in the wrong column");
      }
    }
  }
  if (inputs + outputs != bits.size()) wrong("bits that nothing makes");

  for (int c = 0; c < width; ++c) {
    const auto& row = rows[at(c)];
    if (row[0] == kNone && row[1] != kNone) wrong("rows are not filled in order");
    for (const int id : row) {
      if (id == kOne) take_one(c);
      if (id >= 0) use(id, c);
    }
    if (one[at(c)] != heap.constant(c)) wrong("the constant of column " + std::to_string(c));
  }
  if (std::any_of(used.begin(), used.end(), [](int n) { return n != 1; })) {
    wrong("a bit is not used once");
  }
}

}  // namespace arith
