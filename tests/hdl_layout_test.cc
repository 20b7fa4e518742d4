// SPDX-License-Identifier: Apache-2.0
// Where long lines break.

#include "gen/hdl/layout.h"

#include <gtest/gtest.h>

namespace hdl {
namespace {

std::string words(int count, const std::string& mark, const std::string& word = "abcdefghi") {
  std::string text = word;
  for (int i = 1; i < count; ++i) text += mark + word;
  return text;
}

std::string laid_out(const std::string& text, size_t indent) {
  std::string out;
  lay_out(out, text, indent);
  return out;
}

TEST(LayoutTest, ShortLinesStayWhole) {
  EXPECT_EQ(laid_out("assign y =" + assign_mark() + "a +" + break_mark(0) + "b;", 2),
            "  assign y = a + b;\n");
}

TEST(LayoutTest, ValueStaysWholeOnItsOwnLine) {
  const std::string value = words(9, break_mark(0));  // 89 columns
  EXPECT_EQ(laid_out("assign a_long_name =" + assign_mark() + value, 2),
            "  assign a_long_name =\n      " + words(9, " ") + "\n");
}

TEST(LayoutTest, LongValuesFillLines) {
  const std::string value = words(12, break_mark(0));
  EXPECT_EQ(laid_out("assign a_long_name =" + assign_mark() + value, 2),
            "  assign a_long_name = " + words(7, " ") + "\n      " + words(5, " ") + "\n");
}

TEST(LayoutTest, OuterOperatorsBreakFirst) {
  const std::string inner = words(6, break_mark(1));
  const std::string text = inner + break_mark(0) + inner + break_mark(0) + inner;
  EXPECT_EQ(laid_out(text, 0),
            words(6, " ") + "\n    " + words(6, " ") + "\n    " + words(6, " ") + "\n");
}

TEST(LayoutTest, InnerOperatorsBreakWhereNothingElseFits) {
  const std::string text = words(12, break_mark(1)) + break_mark(0) + "x";
  EXPECT_EQ(laid_out(text, 0), words(10, " ") + "\n    " + words(2, " ") + " x\n");
}

TEST(LayoutTest, CommentsWrap) {
  EXPECT_EQ(comment_lines(words(10, " "), 2), "  // " + words(9, " ") + "\n  // abcdefghi\n");
  EXPECT_EQ(comment_lines("", 2), "  //\n");
}

}  // namespace
}  // namespace hdl
