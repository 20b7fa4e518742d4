// SPDX-License-Identifier: Apache-2.0
// Bit heaps: what they hold, and what trees make of them.

#include <gmpxx.h>
#include <gtest/gtest.h>

#include <random>

#include "gen/arith/compress.h"

namespace arith {
namespace {

mpz_class power(int exponent) {
  mpz_class one = 1;
  return one << static_cast<mp_bitcnt_t>(exponent);
}

mpz_class modulo(const mpz_class& value, int width) {
  mpz_class rest;
  mpz_fdiv_r_2exp(rest.get_mpz_t(), value.get_mpz_t(), static_cast<mp_bitcnt_t>(width));
  return rest;
}

// The wires of a heap's bits, one value each.
using Wires = std::vector<bool>;

Wires random_wires(const BitHeap& heap, std::mt19937& random) {
  Wires wires;
  for (size_t i = 0; i < heap.bits().size(); ++i) wires.push_back(random() % 2 == 1);
  return wires;
}

mpz_class constant_of(const BitHeap& heap) {
  mpz_class sum = 0;
  for (int c = 0; c < heap.width(); ++c) {
    if (heap.constant(c)) sum += power(c);
  }
  return sum;
}

mpz_class sum_of(const BitHeap& heap, const Wires& wires) {
  mpz_class sum = constant_of(heap);
  for (size_t i = 0; i < wires.size(); ++i) {
    if (wires[i] != heap.bits()[i].inverted) sum += power(heap.bits()[i].column);
  }
  return modulo(sum, heap.width());
}

// What the wires of the tree compute: each counter adds the wires that it sees, with inverters
// where a bit has the other polarity. Knows nothing of values.
mpz_class sum_of(const Compressed& tree, const Wires& inputs) {
  Wires wires = inputs;
  wires.resize(tree.bits.size());
  for (const Counter& counter : tree.counters) {
    int sum = counter.wire_kind() == CounterKind::kHalfOne ? 1 : 0;
    const bool parity_only = counter.kind == CounterKind::kFullSum;
    int chain_sum = 0;
    for (size_t k = 0; k < 7; ++k) {
      const int in = counter.inputs.at(k);
      const bool absent = in == kNone;
      if (absent && !(counter.kind == CounterKind::kFour && k == 4)) continue;
      const bool other = !absent && !parity_only &&
                         tree.bits[static_cast<size_t>(in)].inverted != counter.inverted;
      const bool wire = absent ? counter.inverted : wires[static_cast<size_t>(in)] != other;
      sum += wire ? 1 : 0;
      if (k < 3) chain_sum += wire ? 1 : 0;
    }
    const auto set = [&](size_t k, bool value) {
      if (counter.outputs.at(k) != kNone) {
        wires[static_cast<size_t>(counter.outputs.at(k))] = value;
      }
    };
    set(0, sum % 2 == 1);
    if (counter.kind == CounterKind::kFour) {
      const int chain = chain_sum / 2;
      set(1, (sum - 2 * chain) / 2 == 1);
      set(2, chain == 1);
    } else {
      set(1, sum / 2 % 2 == 1);
      set(2, sum / 4 == 1);
    }
  }
  mpz_class total = 0;
  for (int c = 0; c < tree.width; ++c) {
    for (const int id : tree.rows[static_cast<size_t>(c)]) {
      if (id == kOne) total += power(c);
      if (id < 0) continue;
      const auto i = static_cast<size_t>(id);
      if (wires[i] != tree.bits[i].inverted) total += power(c);
    }
  }
  return modulo(total, tree.width);
}

struct Kind {
  const char* name;
  Tree tree;
  Counters counters;
};
const Kind kKinds[] = {{"wallace", Tree::kWallace, Counters::kFull},
                       {"dadda", Tree::kDadda, Counters::kFull},
                       {"timing", Tree::kTiming, Counters::kFull},
                       {"four", Tree::kDadda, Counters::kFour},
                       {"seven", Tree::kDadda, Counters::kSeven},
                       {"wallace_seven", Tree::kWallace, Counters::kSeven}};

CompressOptions options_of(const Kind& kind) {
  return {.tree = kind.tree, .counters = kind.counters};
}

BitHeap multiplier(int n, bool complements = true) {
  BitHeap heap(2 * n);
  for (int i = 0; i < n; ++i) heap.add_unsigned(i, n, {.column = i, .inverted = complements});
  return heap;
}

BitHeap random_heap(std::mt19937& random) {
  const int width =
      random() % 8 == 0 ? 1 + static_cast<int>(random() % 3) : 1 + static_cast<int>(random() % 40);
  BitHeap heap(width);
  const int bits = static_cast<int>(random() % (random() % 4 == 0 ? 400 : 60));
  const bool narrow = random() % 2 == 0;  // high columns
  for (int i = 0; i < bits; ++i) {
    const int column = static_cast<int>(random()) % (narrow ? std::min(width, 4) : width + 2);
    const HeapBit bit{
        {0, i}, std::abs(column), static_cast<int>(random() % 200), random() % 3 == 0};
    random() % 4 == 0 ? heap.subtract(bit) : heap.add(bit);
  }
  for (int i = static_cast<int>(random() % 4); i > 0; --i) {
    heap.add_constant(static_cast<int>(random() % static_cast<unsigned>(width)));
  }
  return heap;
}

TEST(BitHeap, AddsWhatItIsGiven) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    const int width = 1 + static_cast<int>(random() % 20);
    BitHeap heap(width);
    mpz_class expected = 0;
    Wires wires;
    for (int v = 0; v < 6; ++v) {
      const int n = 1 + static_cast<int>(random() % 9), column = static_cast<int>(random() % 12);
      const bool is_signed = random() % 2 == 0, negative = random() % 2 == 0;
      const bool inverted = random() % 2 == 0;
      const OperandOptions at{.column = column, .inverted = inverted};
      mpz_class value = 0;
      for (int i = 0; i < n; ++i) {
        const bool bit = random() % 2 == 0;
        if (column + i < width) wires.push_back(bit != inverted);
        if (bit) value += is_signed && i == n - 1 ? mpz_class(-power(i)) : power(i);
      }
      expected += (negative ? -1 : 1) * value * power(column);
      if (negative) {
        is_signed ? heap.subtract_signed(v, n, at) : heap.subtract_unsigned(v, n, at);
      } else {
        is_signed ? heap.add_signed(v, n, at) : heap.add_unsigned(v, n, at);
      }
    }
    ASSERT_EQ(sum_of(heap, wires), modulo(expected, width));
  }
}

TEST(BitHeap, ConstantsFoldIntoOneWord) {
  BitHeap heap(8);
  for (int i = 0; i < 100; ++i) heap.add_constant(0);
  EXPECT_EQ(constant_of(heap), 100);
  for (int i = 0; i < 30; ++i) heap.subtract_constant(2);
  EXPECT_EQ(constant_of(heap), modulo(100 - 120, 8));
  EXPECT_EQ(heap.height(), 1);
  EXPECT_TRUE(heap.bits().empty());
  EXPECT_THROW(heap.add_constant(-1), std::logic_error);
  EXPECT_THROW(BitHeap(0), std::logic_error);
}

TEST(BitHeap, DropsWhatLiesAboveTheResult) {
  BitHeap heap(4);
  heap.add_unsigned(0, 8);
  EXPECT_EQ(heap.bits().size(), 4u);
  EXPECT_EQ(heap.height(), 1);
  EXPECT_EQ(heap.height(3), 1);
}

class Trees : public testing::TestWithParam<Kind> {};

TEST_P(Trees, ConserveTheSumOfRandomHeaps) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 400; ++trial) {
    const BitHeap heap = random_heap(random);
    const Compressed tree = compress(heap, options_of(GetParam()));
    for (int vector = 0; vector < 8; ++vector) {
      const Wires wires = random_wires(heap, random);
      ASSERT_EQ(sum_of(tree, wires), sum_of(heap, wires)) << "trial " << trial;
    }
  }
}

TEST_P(Trees, TakeTheSmallestAndTheLargest) {
  std::mt19937 random(3);
  const auto check = [&](const BitHeap& heap) {
    const Compressed tree = compress(heap, options_of(GetParam()));
    for (int vector = 0; vector < 4; ++vector) {
      const Wires wires = random_wires(heap, random);
      EXPECT_EQ(sum_of(tree, wires), sum_of(heap, wires));
    }
  };
  check(BitHeap(1));
  BitHeap column(1);  // a column that is the highest
  for (int i = 0; i < 100; ++i) column.add({{0, i}, 0});
  column.add_constant(0);
  check(column);
  BitHeap ones(3);  // constants alone
  ones.add_constant(1);
  check(ones);
  BitHeap wide(600);
  for (int i = 0; i < 9; ++i) wide.add_signed(i, 590 - i, {.column = i});
  check(wide);
  check(multiplier(64));
  BitHeap tall(12);
  for (int i = 0; i < 1024; ++i) tall.add({{0, i}, 0});
  check(tall);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Trees, testing::ValuesIn(kKinds),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Dadda, SequenceOfHeights) {
  const std::vector<int> heights = {2, 3, 4, 6, 9, 13, 19, 28, 42, 63, 94};
  for (size_t i = 0; i < heights.size(); ++i) {
    EXPECT_EQ(dadda_height(static_cast<int>(i)), heights[i]);
  }
}

int fewest_stages(int height) {
  int stages = 0;
  for (int h = 2; h < height; h = h * 3 / 2) ++stages;
  return stages;
}

// N^2 - 4N + 3 full and N - 1 half adders, stages by Dadda's sequence.
TEST(Dadda, CountersOfMultipliers) {
  for (int n = 3; n <= 64; ++n) {
    const Compressed tree = compress(multiplier(n), {.tree = Tree::kDadda});
    EXPECT_EQ(tree.count(CounterKind::kFull), n * n - 4 * n + 3) << n;
    EXPECT_EQ(tree.count(CounterKind::kHalf), n - 1) << n;
    EXPECT_EQ(tree.count(CounterKind::kHalfOne), 0) << n;
    EXPECT_EQ(tree.stages, fewest_stages(n)) << n;
  }
}

TEST(Wallace, StagesOfMultipliersAndSums) {
  for (int n = 2; n <= 64; ++n) {
    EXPECT_EQ(compress(multiplier(n), {.tree = Tree::kWallace}).stages, fewest_stages(n)) << n;
    BitHeap operands(40);
    for (int i = 0; i < n; ++i) operands.add_unsigned(i, 20);
    EXPECT_EQ(compress(operands, {.tree = Tree::kWallace}).stages, fewest_stages(n)) << n;
    EXPECT_EQ(compress(operands, {.tree = Tree::kDadda}).stages, fewest_stages(n)) << n;
  }
}

// A full adder takes one bit away, a half adder none: bits in, less bits out, are full adders.
TEST(Counters, FullAddersAreTheBitsThatGo) {
  for (const Kind& kind : {kKinds[0], kKinds[1], kKinds[2]}) {
    for (int n = 2; n <= 20; ++n) {
      const Compressed tree = compress(multiplier(n), options_of(kind));
      int left = 0;
      for (const auto& row : tree.rows) left += (row[0] >= 0 ? 1 : 0) + (row[1] >= 0 ? 1 : 0);
      EXPECT_EQ(tree.count(CounterKind::kFull), n * n - left) << kind.name << n;
    }
  }
}

TEST(FourTwo, HalvesHeights) {
  for (int stages = 1; stages <= 5; ++stages) {
    BitHeap heap(24);
    for (int i = 0; i < 2 << stages; ++i) heap.add_unsigned(i, 12);
    const Compressed tree = compress(heap, {.tree = Tree::kDadda, .counters = Counters::kFour});
    EXPECT_EQ(tree.stages, stages);
    EXPECT_GT(tree.count(CounterKind::kFour), 0);
  }
}

TEST(SevenThree, TakesSevenWhereTheyAre) {
  BitHeap heap(12);
  for (int i = 0; i < 7; ++i) heap.add_unsigned(i, 8);
  const Compressed tree = compress(heap, {.tree = Tree::kDadda, .counters = Counters::kSeven});
  EXPECT_EQ(tree.count(CounterKind::kSeven), 8);
}

// a + b + 1 needs no full adder, a one in the highest column no gate.
TEST(Constants, AreMerged) {
  BitHeap heap(8);
  heap.add_unsigned(0, 7);
  heap.add_unsigned(1, 7);
  heap.add_constant(3);
  heap.add_constant(7);
  for (const Kind& kind : {kKinds[0], kKinds[1], kKinds[2]}) {
    const Compressed tree = compress(heap, options_of(kind));
    EXPECT_EQ(tree.count(CounterKind::kHalfOne), 1) << kind.name;
    EXPECT_EQ(tree.count(CounterKind::kFull), 0) << kind.name;
    for (const auto& row : tree.rows) {
      EXPECT_NE(row[0], kOne) << kind.name;
      EXPECT_NE(row[1], kOne) << kind.name;
    }
  }
}

TEST(Polarity, ComplementsNeedNoInverters) {
  for (const Kind& kind : {kKinds[0], kKinds[1], kKinds[2]}) {
    const Compressed tree = compress(multiplier(16), options_of(kind));
    for (const Counter& counter : tree.counters) {
      EXPECT_TRUE(counter.inverted);
      for (const int in : counter.inputs) {
        if (in == kNone) continue;
        EXPECT_TRUE(tree.bits[static_cast<size_t>(in)].inverted);
      }
    }
  }
}

TEST(Timing, IsNoLaterThanTheOthers) {
  for (int n = 3; n <= 64; n = n * 3 / 2 + 1) {
    const int timing = compress(multiplier(n)).arrival();
    EXPECT_LE(timing, compress(multiplier(n), {.tree = Tree::kDadda}).arrival()) << n;
    EXPECT_LE(timing, compress(multiplier(n), {.tree = Tree::kWallace}).arrival()) << n;
  }
}

// Lower columns come to a single bit without making the tree later: a shorter final adder.
TEST(Timing, FinishesLowerColumnsOnTheWay) {
  for (int n = 8; n <= 64; n *= 2) {
    const Compressed with = compress(multiplier(n));
    const Compressed without = compress(multiplier(n), {.ripple = false});
    EXPECT_GE(with.adder_lsb(), without.adder_lsb() + n / 8) << n;
    EXPECT_LE(with.arrival(), without.arrival()) << n;
  }
}

// One late bit goes through one counter only.
TEST(Timing, LateBitsWait) {
  BitHeap heap(16);
  for (int i = 0; i < 15; ++i) heap.add_unsigned(i, 12);
  heap.add({{15, 0}, 4, 1000});
  const DelayModel delays;
  EXPECT_LE(compress(heap).arrival(), 1000 + delays.full.sum_ab);
  for (const Counter& counter : compress(heap).counters) {
    if (counter.kind != CounterKind::kFull) continue;
    const Compressed tree = compress(heap);
    const auto time = [&](size_t k) {
      return tree.bits[static_cast<size_t>(counter.inputs.at(k))].arrival;
    };
    EXPECT_GE(time(2), time(0));
    EXPECT_GE(time(2), time(1));
  }
}

}  // namespace
}  // namespace arith
