// SPDX-License-Identifier: Apache-2.0
// Sizes: canonical text, bounds, and order only where it follows.

#include "gen/hdl/dim.h"

#include <gtest/gtest.h>

#include "gen/hdl/module.h"
#include "tests/hdl_support.h"

namespace hdl {
namespace {

class DimTest : public testing::Test {
 protected:
  Module m_{"m"};
  Dim width_ = m_.parameter("Width", 16, 1, 64, "Width.");
  Dim approx_ = m_.parameter("ApproxWidth", 8, 0, width_, "Low part.");
  Dim lanes_ = m_.parameter("Lanes", 3, 1, 8, "Lanes.");
};

TEST_F(DimTest, PrintsCanonically) {
  EXPECT_EQ(((width_ - approx_ + 1) - 1).text(), "Width - ApproxWidth");
  EXPECT_EQ((lanes_ * width_).text(), "Width * Lanes");
  EXPECT_EQ((width_ + width_ - width_ - width_).text(), "0");
  EXPECT_EQ((3 * width_ + 3 * lanes_ + 12).text(), "3 * (Width + Lanes + 4)");
  EXPECT_EQ((lanes_ * width_ - lanes_).text(), "Lanes * (Width - 1)");
  EXPECT_EQ((Dim(4) - width_).text(), "4 - Width");
  EXPECT_EQ((-width_).text(), "-Width");
  EXPECT_EQ((width_ * (lanes_ + 1) - width_).text(), "Width * Lanes");
}

TEST_F(DimTest, KeepsItsValue) {
  EXPECT_EQ((3 * (width_ - approx_) * lanes_ - 1).value(), 3 * 8 * 3 - 1);
  EXPECT_EQ(clog2(width_ + 1).value(), 5);
  EXPECT_EQ(ceil_div(width_, 3).value(), 6);
  EXPECT_EQ(max(width_, lanes_).value(), 16);
}

TEST_F(DimTest, EqualByPolynomial) {
  EXPECT_TRUE((width_ + 1) * (width_ - 1) == width_ * width_ - 1);
  EXPECT_TRUE(clog2(width_ + 1) == clog2(1 + width_));
  EXPECT_FALSE(width_ == Dim(16));
  EXPECT_FALSE(clog2(width_) == clog2(width_ + 1));
}

TEST_F(DimTest, Clog2OfConstants) {
  for (const auto& [n, bits] :
       {std::pair{1, 0}, {2, 1}, {3, 2}, {4, 2}, {5, 3}, {1024, 10}, {1025, 11}}) {
    EXPECT_EQ(clog2(n).value(), bits) << n;
    EXPECT_TRUE(clog2(n).is_constant());
  }
}

TEST_F(DimTest, OpaqueFunctionsPrint) {
  EXPECT_EQ(clog2(width_ + 1).text(), "$clog2(Width + 1)");
  EXPECT_EQ(ceil_div(width_, 3).text(), "((Width + 2) / 3)");
  EXPECT_EQ(ceil_div(width_, 1).text(), "Width");
  EXPECT_EQ(max(width_, lanes_).text(), "((Lanes > Width) ? Lanes : Width)");
  EXPECT_EQ(max(width_, approx_).text(), "Width");  // a declared bound decides
}

TEST_F(DimTest, NamesPrintForTheirPolynomial) {
  const std::vector<DimName> names = {{"SumWidth", width_ + lanes_}, {"Log", clog2(width_)}};
  std::vector<std::string> used;
  EXPECT_EQ(dim_text(width_ + lanes_ - 1, names, &used), "SumWidth - 1");
  EXPECT_EQ(used, std::vector<std::string>{"SumWidth"});
  EXPECT_EQ(
      dim_text(width_ + lanes_ + 1, {{"A", width_ + lanes_}, {"B", width_ + lanes_ + 2}}, nullptr),
      "B - 1");
  EXPECT_EQ(dim_text(width_, names, &used), "Width");
  EXPECT_EQ(dim_text(3 * clog2(width_) + lanes_ * 2, names, &used), "2 * Lanes + 3 * Log");
}

TEST_F(DimTest, PrintsWhatTheAuthorWrote) {
  const Dim bytes = m_.localparam("Bytes", ceil_div(width_, 8));
  const Dim lane = m_.localparam("LaneWidth", 8 * bytes);
  const Dim sum = m_.localparam("SumWidth", width_ + lanes_ + 1);
  const std::vector<DimName> names = m_.localparams();
  EXPECT_EQ(dim_text(2 * lane, names, nullptr), "2 * LaneWidth");
  EXPECT_EQ(dim_text(lanes_ * lane - 1, names, nullptr), "Lanes * LaneWidth - 1");
  EXPECT_EQ(dim_text(16 * bytes, names, nullptr), "16 * Bytes");
  EXPECT_EQ(dim_text(lane - width_, names, nullptr), "LaneWidth - Width");
  EXPECT_EQ(dim_text(sum - 1, names, nullptr), "SumWidth - 1");
  // Longer than what it is, or names that are not known: not as written.
  EXPECT_EQ(dim_text(sum - lanes_ - 1, names, nullptr), "Width");
  EXPECT_EQ(dim_text(sum - sum + 3, names, nullptr), "3");
  EXPECT_EQ((2 * lane).text(), "16 * ((Width + 7) / 8)");
  EXPECT_TRUE(2 * lane == 16 * bytes);
}

TEST_F(DimTest, BoundsAreExactWhereLinear) {
  EXPECT_EQ(bounds(width_ - approx_).min, 0);  // ApproxWidth is at most Width
  EXPECT_EQ(bounds(width_ - approx_).max, 64);
  EXPECT_EQ(bounds(width_ * lanes_ - lanes_).min, 0);
  EXPECT_EQ(bounds(clog2(width_)).max, 6);
  EXPECT_EQ(bounds(max(width_, lanes_)).min, 1);
  EXPECT_TRUE(proves_at_least(max(width_, lanes_), width_));
  EXPECT_FALSE(proves_at_least(width_, max(width_, lanes_)));
  EXPECT_FALSE(proves_at_least(width_ + lanes_, 2 * max(width_, lanes_)));
  EXPECT_EQ(bounds(ceil_div(width_, 3)).max, 22);
  EXPECT_LE(bounds(width_ * width_ - width_).min, 0);
  // ceil(Width / 3) * 3 lies in Width .. Width + 2.
  EXPECT_EQ(bounds(3 * ceil_div(width_, 3) - width_).min, 0);
  EXPECT_EQ(bounds(3 * ceil_div(width_, 3) - width_).max, 2);
}

TEST_F(DimTest, OrderIsProvedOrRefused) {
  EXPECT_TRUE(at_least(width_, approx_));
  EXPECT_TRUE(at_least(width_ * lanes_, width_));
  EXPECT_FALSE(at_least(approx_, width_ + 1));
  EXPECT_REFUSED(at_least(width_, lanes_), "order of Width and Lanes does not follow");
  EXPECT_REFUSED(at_least(approx_, 1), "order of ApproxWidth and 1");
}

TEST_F(DimTest, GuardsAreKnownWhileTheyLive) {
  EXPECT_FALSE(proves_at_least(approx_, 1));
  {
    const Guard guard(is_above(approx_, 0));
    EXPECT_TRUE(proves_at_least(approx_, 1));
    EXPECT_FALSE(point_is_dead());
    const Guard never(is_above(approx_, 100));
    EXPECT_TRUE(point_is_dead());
  }
  EXPECT_FALSE(proves_at_least(approx_, 1));
  EXPECT_FALSE(point_is_dead());
}

TEST_F(DimTest, Substitutes) {
  const Dim d = clog2(width_ * 2) + lanes_;
  EXPECT_TRUE(d.substitute({{"Width", Dim(8)}}) == lanes_ + 4);
  EXPECT_TRUE(d.substitute({{"Width", lanes_}, {"Lanes", width_}}) == clog2(2 * lanes_) + width_);
}

TEST_F(DimTest, CeilDivNeedsPositiveArguments) {
  EXPECT_REFUSED(ceil_div(width_, approx_), "may be below 1");
  EXPECT_REFUSED(ceil_div(approx_ - 1, 2), "ceil_div of ApproxWidth - 1, which may be negative");
}

TEST_F(DimTest, RefusesOverflow) {
  const Dim big = Dim(int64_t{1} << 40) * width_;
  EXPECT_THROW(big * big, std::overflow_error);
}

}  // namespace
}  // namespace hdl
