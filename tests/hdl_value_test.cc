// SPDX-License-Identifier: Apache-2.0
// Ranges of numbers, widths of vectors, and each refusal.

#include "gen/hdl/value.h"

#include <gtest/gtest.h>

#include "gen/hdl/module.h"
#include "tests/hdl_support.h"

namespace hdl {
namespace {

class ValueTest : public testing::Test {
 protected:
  Module m_{"m"};
  Dim width_ = m_.parameter("Width", 8, 1, 16, "Width.");
  Dim other_ = m_.parameter("Other", 8, 1, 16, "Width.");
  Num a_ = m_.input("a_i", hdl::uint(8), "a.");
  Num b_ = m_.input("b_i", hdl::uint(8), "b.");
  Num s_ = m_.input("s_i", sint(8), "s.");
  Num w_ = m_.input("w_i", sint(width_), "w.");
  Num o_ = m_.input("o_i", sint(other_), "o.");
  Bits v_ = m_.input("v_i", bits(width_), "v.");
  Bits k_ = m_.input("k_i", bits(8), "k.");
};

struct RangeCase {
  const char* name;
  Num (*make)(const Num& a, const Num& s);
  Range range;
};

class RangeTest : public ValueTest, public testing::WithParamInterface<RangeCase> {};

TEST_P(RangeTest, FollowsFromOperands) {
  EXPECT_EQ(GetParam().make(a_, s_).range().text(), GetParam().range.text());
}

INSTANTIATE_TEST_SUITE_P(
    Operators, RangeTest,
    testing::Values(
        RangeCase{"Add", [](const Num& a, const Num&) { return a + a; }, {0, 510}},
        RangeCase{"AddConstant", [](const Num&, const Num& s) { return s + 7; }, {-121, 134}},
        RangeCase{"SubtractSigned", [](const Num&, const Num& s) { return s - s; }, {-255, 255}},
        RangeCase{"SubtractConverted",
                  [](const Num& a, const Num&) { return a.as_signed() - a.as_signed(); },
                  {-255, 255}},
        RangeCase{"Negate", [](const Num&, const Num& s) { return -s; }, {-127, 128}},
        RangeCase{"Multiply", [](const Num&, const Num& s) { return s * s; }, {-16256, 16384}},
        RangeCase{"MultiplyMixed",
                  [](const Num& a, const Num& s) { return a.as_signed() * s; },
                  {-32640, 32385}},
        RangeCase{
            "ShiftLeft", [](const Num&, const Num& s) { return s.shift_left(3); }, {-1024, 1016}},
        RangeCase{
            "ShiftRight", [](const Num&, const Num& s) { return s.shift_right(3); }, {-16, 15}},
        RangeCase{"ShiftRightByNumber",
                  [](const Num& a, const Num& s) { return s.shift_right(a.shift_right(7)); },
                  {-128, 127}},
        RangeCase{"SaturateUnsigned",
                  [](const Num&, const Num& s) { return s.saturate(hdl::uint(4)); },
                  {0, 15}},
        RangeCase{"SaturateSigned",
                  [](const Num&, const Num& s) { return s.saturate(sint(4)); },
                  {-8, 7}},
        RangeCase{"Wrap", [](const Num& a, const Num&) { return (a + 1).wrap(8); }, {0, 255}},
        RangeCase{"Known",
                  [](const Num&, const Num& s) { return (s + s).known_range(-9, 300, "x"); },
                  {-9, 254}},
        RangeCase{"Sum",
                  [](const Num& a, const Num&) {
                    return sum({a, a, a});
                  },
                  {0, 765}},
        RangeCase{"Constants",
                  [](const Num&, const Num&) { return Num(5) * Num(-3) + Num(1); },
                  {-14, -14}}),
    [](const auto& param) { return param.param.name; });

TEST_F(ValueTest, MuxHoldsBothRanges) {
  EXPECT_EQ(mux(a_ == b_, s_, -s_).range().text(), "[-128, 128]");
  EXPECT_EQ(mux(a_ == b_, a_, Num(300)).range().text(), "[0, 300]");
}

TEST_F(ValueTest, WideRangesAreExact) {
  Module m("wide");
  const Num x = m.input("x_i", sint(64), "x.");
  EXPECT_EQ((x * x).range().hi.get_str(), "85070591730234615865843651857942052864");
}

TEST_F(ValueTest, SignsNeverMix) {
  EXPECT_REFUSED(a_ + s_, "'a_i' and 's_i' mix signed and unsigned; write a_i.as_signed()");
  EXPECT_REFUSED(s_ * a_, "mix signed and unsigned");
  EXPECT_REFUSED(a_ < s_, "mix signed and unsigned");
  EXPECT_REFUSED(mux(k_.bit(0), a_, s_), "mix signed and unsigned");
  EXPECT_REFUSED(-a_, "negates an unsigned number; use as_signed()");
  EXPECT_REFUSED(a_ - b_, "'a_i - b_i' has range [-255, 255], negative but unsigned");
  EXPECT_REFUSED(s_.as_unsigned(), "which has range [-128, 127]");
  EXPECT_EQ((a_ - 0).range().text(), "[0, 255]");
}

TEST_F(ValueTest, OperatorsThatNeedAWidthTakeNamesOnly) {
  EXPECT_REFUSED((a_ + b_) < b_, "name it in a wire first");
  EXPECT_REFUSED((a_ + b_).bits(), "'a_i + b_i' has no width of its own; name it in a wire first");
  EXPECT_REFUSED((a_ + b_).shift_right(1), "name it in a wire first");
  EXPECT_REFUSED((s_ + s_).saturate(sint(4)), "name it in a wire first");
  EXPECT_REFUSED((a_ + b_) * b_, "name it in a wire first");
  EXPECT_REFUSED((k_ & k_).slice(0, 4), "name it in a wire first");
}

TEST_F(ValueTest, ComparisonsNeedAKnownOrder) {
  EXPECT_REFUSED(w_ < o_, "comparison of 'w_i' and 'o_i': order of");
  EXPECT_REFUSED(a_ == 256, "outside what its 8 bits can hold");
  EXPECT_REFUSED(s_ > 128, "outside what its 8 bits can hold");
  EXPECT_REFUSED(Num(1) == Num(2), "comparison of two constants");
  EXPECT_EQ((s_ >= -128).width(), Dim(1));
}

TEST_F(ValueTest, VectorsHaveEqualWidths) {
  EXPECT_REFUSED(v_ & k_, "&: 'v_i' is Width bits wide, 'k_i' is 8");
  EXPECT_REFUSED(v_ == k_, "'v_i' is Width bits wide, 'k_i' is 8");
  EXPECT_REFUSED(mux(k_.bit(0), v_, k_), "mux: 'v_i' is Width bits wide");
  EXPECT_REFUSED(mux(k_, a_, b_), "condition 'k_i' is 8 bits wide, must be 1");
  EXPECT_TRUE(concat({v_, k_, v_}).width() == 2 * width_ + 8);
  EXPECT_TRUE(replicate(3, v_).width() == 3 * width_);
}

TEST_F(ValueTest, SlicesStayInsideForAllSizes) {
  EXPECT_REFUSED(v_.slice(0, width_ - 1), "not inside for all legal sizes");  // Width may be 1
  EXPECT_REFUSED(v_.slice(1, width_), "not inside for all legal sizes");
  EXPECT_REFUSED(v_.bit(1), "not inside for all legal sizes");
  EXPECT_REFUSED(k_.slice(-1, 2), "not inside for all legal sizes");
  EXPECT_REFUSED(k_.slice(0, 0), "not inside for all legal sizes");
  EXPECT_TRUE(k_.slice(2, 5).slice(1, 3).width() == Dim(3));
  EXPECT_REFUSED(k_.slice(2, 5).slice(3, 3), "not inside");
  EXPECT_TRUE(v_.slice(0, width_).width() == width_);
}

TEST_F(ValueTest, SelectStaysInside) {
  EXPECT_REFUSED(k_.select(a_), "select of 'k_i' (8 bits) by 'a_i' with range [0, 255]");
  EXPECT_REFUSED(k_.select(s_.shift_right(6)), "select of 'k_i'");
  EXPECT_TRUE(k_.select(a_.shift_right(5)).width() == Dim(1));
}

TEST_F(ValueTest, FillsAndCopiesAreNeverEmpty) {
  EXPECT_REFUSED(zeros(width_ - 1), "may be 0");
  EXPECT_REFUSED(ones(0), "may be 0");
  EXPECT_REFUSED(replicate(width_ - 1, k_), "which may be below 1");
  EXPECT_REFUSED(literal(3, 8), "literal 8 does not fit 3 bits");
  EXPECT_REFUSED(concat({}), "concat of nothing");
  EXPECT_REFUSED(s_.shift_left(width_ - 1), "may be below 1");
}

TEST_F(ValueTest, SaturateOnlyNarrows) {
  EXPECT_REFUSED(s_.saturate(sint(8)), "is not needed");
  EXPECT_REFUSED(s_.saturate(sint(width_)), "order of");
  EXPECT_REFUSED(a_.saturate(sint(4)), "use as_signed()");
}

TEST_F(ValueTest, StatedRangesNeedAReasonAndAnOverlap) {
  EXPECT_REFUSED(a_.known_range(0, 7, ""), "no reason");
  EXPECT_REFUSED(a_.known_range(-7, -1, "wrong"), "nothing is in both");
  EXPECT_REFUSED(hdl::uint(8).in(0, 256), "does not fit 8 unsigned bits");
  EXPECT_REFUSED(sint(8).in(3, 2), "is empty");
}

TEST_F(ValueTest, UnsetValuesAreRefused) {
  EXPECT_REFUSED(Num() + 1, "without a value");
  EXPECT_REFUSED(Bits().slice(0, 1), "without a value");
}

}  // namespace
}  // namespace hdl
