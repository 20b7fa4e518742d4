// SPDX-License-Identifier: Apache-2.0
// Faults planted into a compressed heap: its own check finds each.

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include "gen/arith/compress.h"

namespace arith {
namespace {

struct Fault {
  const char* name;
  std::function<void(Compressed&)> plant;
};

Counter& some(Compressed& tree, CounterKind kind) {
  for (Counter& counter : tree.counters) {
    if (counter.kind == kind) return counter;
  }
  throw std::runtime_error("the tree has no such counter");
}

const Fault kFaults[] = {
    {"input_of_another_column",
     [](Compressed& t) { std::swap(t.counters[0].inputs[0], t.counters.back().inputs[0]); }},
    {"input_twice", [](Compressed& t) { t.counters[0].inputs[0] = t.counters[0].inputs[1]; }},
    {"input_lost", [](Compressed& t) { some(t, CounterKind::kFull).inputs[2] = kNone; }},
    {"later_input",
     [](Compressed& t) {
       for (Counter& c : t.counters) {
         for (int& in : c.inputs) {
           if (in != kNone && t.bits[static_cast<size_t>(in)].stage > 0) {
             c.stage = 1;
             return;
           }
         }
       }
     }},
    {"outputs_swapped",
     [](Compressed& t) { std::swap(t.counters[0].outputs[0], t.counters[0].outputs[1]); }},
    {"carry_in_the_wrong_column",
     [](Compressed& t) { ++t.bits[static_cast<size_t>(t.counters[0].outputs[1])].column; }},
    {"half_for_full", [](Compressed& t) { some(t, CounterKind::kFull).kind = CounterKind::kHalf; }},
    {"half_one_for_half",
     [](Compressed& t) { some(t, CounterKind::kHalf).kind = CounterKind::kHalfOne; }},
    {"polarity_of_a_sum",
     [](Compressed& t) {
       auto& bit = t.bits[static_cast<size_t>(t.counters[0].outputs[0])];
       bit.inverted = !bit.inverted;
     }},
    {"polarity_of_a_counter",
     [](Compressed& t) { t.counters[0].inverted = !t.counters[0].inverted; }},
    {"polarity_of_an_input", [](Compressed& t) { t.bits[0].inverted = !t.bits[0].inverted; }},
    {"row_lost", [](Compressed& t) { t.rows[5][1] = kNone; }},
    {"row_of_another_column", [](Compressed& t) { std::swap(t.rows[5], t.rows[6]); }},
    {"constant_lost",
     [](Compressed& t) {
       for (auto& row : t.rows) {
         for (int& id : row) {
           if (id == kOne) id = kNone;
         }
       }
     }},
    {"constant_too_many",
     [](Compressed& t) {
       t.rows.back() = {kOne, kNone};
     }},
    {"counter_lost", [](Compressed& t) { t.counters.pop_back(); }},
    {"width", [](Compressed& t) { ++t.width; }},
};

class Faults : public testing::TestWithParam<size_t> {};

TEST_P(Faults, AreFound) {
  BitHeap heap(16);
  for (int i = 0; i < 7; ++i) heap.add_unsigned(i, 7, {.column = i, .inverted = i % 2 == 0});
  heap.add_constant(0);
  Compressed tree = compress(heap, {.tree = Tree::kDadda});
  ASSERT_EQ(tree.rows[0][1], kOne);
  EXPECT_NO_THROW(tree.verify(heap));
  kFaults[GetParam()].plant(tree);
  EXPECT_THROW(tree.verify(heap), std::logic_error);
}

INSTANTIATE_TEST_SUITE_P(Planted, Faults, testing::Range(size_t{0}, std::size(kFaults)),
                         [](const auto& test) { return std::string(kFaults[test.param].name); });

}  // namespace
}  // namespace arith
