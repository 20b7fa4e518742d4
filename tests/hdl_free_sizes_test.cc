// SPDX-License-Identifier: Apache-2.0
// Free sizes: what depends on them is found, what does not passes.

#include <gtest/gtest.h>

#include "tests/hdl_support.h"

namespace hdl {
namespace {

using Modules = std::vector<Module>;

Modules only(Module m) {
  Modules list;
  list.push_back(std::move(m));
  return list;
}

bool legal(const Point& p) {
  return p.at("ApproxWidth") < p.at("Width") && p.at("Lanes") * p.at("Width") <= 120;
}

TEST(FreeSizesTest, EverythingIsFree) {
  int points = 0;
  check_free_sizes(
      [&](const Point& p) {
        ++points;
        return hdl_test::everything(p);
      },
      hdl_test::everything_sizes(), legal);
  EXPECT_GT(points, 10);
}

TEST(FreeSizesTest, VisitsEveryCorner) {
  std::vector<Point> seen;
  check_free_sizes(
      [&](const Point& p) {
        seen.push_back(p);
        return only(hdl_test::mac_pair(p.at("DataWidth"), p.at("CoefWidth")));
      },
      {{"DataWidth", 8, 1, 32}, {"CoefWidth", 9, 2, 32}});
  EXPECT_EQ(seen.size(), 9u);  // default, 4 corners, 4 with one size at a limit
  EXPECT_EQ(seen[0], (Point{{"DataWidth", 8}, {"CoefWidth", 9}}));
  EXPECT_EQ(seen[1], (Point{{"DataWidth", 1}, {"CoefWidth", 2}}));
  EXPECT_EQ(seen[2], (Point{{"DataWidth", 32}, {"CoefWidth", 32}}));
}

// A sum in `extra` more bits, right at the default only.
Modules sum_module(int64_t width, int64_t terms) {
  Module m("m");
  const Dim w = m.parameter("Width", width, 1, 8, "w.");
  const Num a = m.input("a_i", hdl::uint(w), "a.");
  const Num y = m.output("y_o", hdl::uint(w + 4), "y.");
  m.assign(y, a + terms);
  return only(std::move(m));
}

TEST(FreeSizesTest, ARangeThatFailsAtALimitIsFound) {
  EXPECT_NO_THROW(check_free_sizes([](const Point& p) { return sum_module(p.at("Width"), 15); },
                                   {{"Width", 8, 1, 8}}));
  EXPECT_NO_THROW(sum_module(8, 300));
  EXPECT_REFUSED(check_free_sizes([](const Point& p) { return sum_module(p.at("Width"), 300); },
                                  {{"Width", 8, 1, 8}}),
                 "at Width=1: m: 'y_o' has range [300, 301], too wide for 5 bits");
}

TEST(FreeSizesTest, StructureThatDependsOnASizeIsFound) {
  const auto build = [](const Point& p) {
    Module m("m");
    const Dim w = m.parameter("Width", p.at("Width"), 1, 8, "w.");
    const Bits x = m.input("x_i", bits(w), "x.");
    const Bits y = m.output("y_o", bits(w), "y.");
    m.assign(y, w.value() > 4 ? ~x : x);
    return only(std::move(m));
  };
  EXPECT_REFUSED(check_free_sizes(build, {{"Width", 8, 1, 8}}),
                 "at Width=1: the text depends on free sizes: '  assign y_o = ~x_i;' against "
                 "'  assign y_o = x_i;'");
}

TEST(FreeSizesTest, ValuesThatDependOnASizeAreFound) {
  const auto build = [](const Point& p) {
    Module m("m");
    const Dim w = m.parameter("Width", p.at("Width"), 2, 8, "w.");
    const Bits x = m.input("x_i", bits(w), "x.");
    m.assign(m.output("y_o", bits(w + Dim(w.value())), "y."), concat({zeros(w.value()), x}));
    return only(std::move(m));
  };
  EXPECT_REFUSED(check_free_sizes(build, {{"Width", 8, 2, 8}}), "the text depends on free sizes");
}

// ones[i] = OR of the bits from i up to ApproxWidth - 1, under the guard ApproxWidth >= 1: both
// ends of the loop lie inside, each by another fact. One bit more does not.
Modules suffix_or(const Point& p, int more) {
  Module m("suffix_or");
  const Dim width = m.parameter("Width", p.at("Width"), 1, 8, "Bits.");
  const Dim low = m.parameter("ApproxWidth", p.at("ApproxWidth"), 0, width, "Low bits.");
  const Bits x = m.input("x_i", bits(width), "x.");
  const Bits y = m.output("y_o", bits(width), "y.");
  m.generate_if("gen_low", is_at_least(low, 1), [&] {
    const Bits part = m.wire("part", bits(low), x.slice(0, low));
    m.generate_for("gen_bit", "i", low,
                   [&](const Dim& i) { m.assign(y.bit(i), part.slice(i, low - i + more).any()); });
  });
  m.generate_if("gen_high", is_above(width, low),
                [&] { m.assign(y.slice(low, width - low), x.slice(low, width - low)); });
  return only(std::move(m));
}

TEST(FreeSizesTest, EndsOfALoopAreProvedEachByItself) {
  const std::vector<FreeSize> sizes = {{"Width", 8, 1, 8}, {"ApproxWidth", 4, 0, 8}};
  const auto fits = [](const Point& p) { return p.at("ApproxWidth") <= p.at("Width"); };
  check_free_sizes([](const Point& p) { return suffix_or(p, 0); }, sizes, fits);
  EXPECT_THROW(check_free_sizes([](const Point& p) { return suffix_or(p, 1); }, sizes, fits),
               std::logic_error);
}

}  // namespace
}  // namespace hdl
