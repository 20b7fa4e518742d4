// SPDX-License-Identifier: Apache-2.0
// The reference line buffer against a picture written out by hand.

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "golden/line_buffer.h"

namespace {

using Row = std::vector<int64_t>;

TEST(GoldenLineBuffer, AlignsTheLinesAbove) {
  golden::LineBuffer buffer(3);
  EXPECT_EQ(buffer.beat(Row{1, 2}, true, false), (Row{0, 0, 0, 0, 1, 2}));
  EXPECT_EQ(buffer.beat(Row{3, 4}, false, true), (Row{0, 0, 0, 0, 3, 4}));
  EXPECT_EQ(buffer.beat(Row{5, 6}, false, false), (Row{0, 0, 1, 2, 5, 6}));
  EXPECT_EQ(buffer.beat(Row{7, 8}, false, true), (Row{0, 0, 3, 4, 7, 8}));
  EXPECT_EQ(buffer.beat(Row{9, 10}, false, false), (Row{1, 2, 5, 6, 9, 10}));
  EXPECT_EQ(buffer.beat(Row{11, 12}, false, true), (Row{3, 4, 7, 8, 11, 12}));
  EXPECT_EQ(buffer.beat(Row{13, 14}, false, false), (Row{5, 6, 9, 10, 13, 14}));
}

TEST(GoldenLineBuffer, ANewPictureForgetsTheLinesAbove) {
  golden::LineBuffer buffer(2);
  buffer.beat(Row{1}, true, true);
  EXPECT_EQ(buffer.beat(Row{2}, false, true), (Row{1, 2}));
  EXPECT_EQ(buffer.beat(Row{3}, true, true), (Row{0, 3}));
  EXPECT_EQ(buffer.beat(Row{4}, false, false), (Row{3, 4}));
  EXPECT_EQ(buffer.beat(Row{5}, true, true), (Row{0, 5}));  // in the middle of a line
}

TEST(GoldenLineBuffer, TakesLinesTogether) {
  golden::LineBuffer buffer(3, 2);
  EXPECT_EQ(buffer.beat(Row{1, 2, 3, 4}, true, true), (Row{0, 0, 1, 2, 3, 4}));
  EXPECT_EQ(buffer.beat(Row{5, 6, 7, 8}, false, true), (Row{3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(buffer.beat(Row{1, 2}, true, false), (Row{0, 1, 2}));
}

TEST(GoldenLineBuffer, RefusesALineLongerThanTheOneAbove) {
  golden::LineBuffer buffer(2);
  buffer.beat(Row{1}, true, true);
  buffer.beat(Row{2}, false, false);
  EXPECT_THROW(buffer.beat(Row{3}, false, true), std::out_of_range);
  EXPECT_THROW(golden::LineBuffer(0), std::invalid_argument);
}

}  // namespace
