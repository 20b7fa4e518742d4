// SPDX-License-Identifier: Apache-2.0
// The table of fast filters: its recorded figures meet the limits, and one pair is measured again.

#include "cli/filter_quality.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"

namespace {

const cli::FilterTable& table() {
  static const cli::FilterTable read = cli::read_filters("bench/filters.txt");
  return read;
}

TEST(FilterTable, RecordedFiguresMeetTheLimits) {
  ASSERT_FALSE(table().pairs.empty());
  for (const cli::FilterPair& pair : table().pairs) {
    EXPECT_GT(pair.recorded_direct.area, 0) << pair.name;
    // A goal that is reached becomes a pair.
    EXPECT_EQ(cli::change(pair.recorded_fast.area, pair.recorded_direct.area) <= pair.must,
              pair.enforced)
        << pair.name;
    EXPECT_LE(pair.stretch, pair.must) << pair.name;
  }
}

TEST(FilterTable, RowsAreAsRecorded) {
  const auto pair = std::find_if(table().pairs.begin(), table().pairs.end(),
                                 [](const auto& p) { return p.name == "3x3 rows 8 bit"; });
  ASSERT_NE(pair, table().pairs.end());
  const cli::FilterFigures direct = cli::measure_filter(pair->direct);
  const cli::FilterFigures fast = cli::measure_filter(pair->fast);
  EXPECT_LE(cli::change(fast.area, direct.area), pair->must);
  EXPECT_LE(cli::change(fast.area, pair->recorded_fast.area), 3);
  EXPECT_GT(fast.energy, 0);
  EXPECT_LE(cli::change(fast.energy, direct.energy), 0);
}

TEST(FilterTable, RefusesWrongLines) {
  const base::TemporaryDirectory folder;
  const auto wrong = [&](const std::string& text) {
    base::write_file(folder.path() / "t.txt", text);
    EXPECT_THROW(cli::read_filters(folder.path() / "t.txt"), base::Error) << text;
  };
  wrong("pair a: fcu | fcu | 1 2 | 1 2 3 4 5 6\n");
  wrong("pair a: fcu | fcu | 1 2 x | 1 2 3 4 5 6\n");
  wrong("pair a: fcu | fcu\n");
  wrong("point a: fcu\n");
}

}  // namespace
