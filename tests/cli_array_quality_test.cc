// SPDX-License-Identifier: Apache-2.0
// The table of arrays for binary weights: its recorded figures meet the limits, and the small one
// is measured again.

#include "cli/array_quality.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"

namespace {

const std::vector<cli::ArrayRow>& table() {
  static const std::vector<cli::ArrayRow> read = cli::read_arrays("bench/arrays.txt");
  return read;
}

TEST(ArrayTable, RecordedFiguresMeetTheLimits) {
  ASSERT_GT(table().size(), 3u);
  for (const cli::ArrayRow& row : table()) {
    EXPECT_GT(row.recorded.gates, 0) << row.name;
    EXPECT_GT(row.recorded.energy, 0) << row.name;
    if (row.most_gates > 0) {
      EXPECT_LE(row.recorded.gates, row.most_gates) << row.name;
      EXPECT_LT(row.recorded.registers, 9) << row.name;
    }
    if (row.least_saving > 0) {
      EXPECT_GE(table().front().recorded.energy / row.recorded.energy, row.least_saving)
          << row.name;
    }
  }
}

// share=auto takes 2.
TEST(ArrayTable, PairsAreTheSmallest) {
  double pairs = 0, others = 1e9;
  for (const cli::ArrayRow& row : table()) {
    if (row.name == "share 2") {
      pairs = row.recorded.gates;
    } else if (row.name.starts_with("share")) {
      others = std::min(others, row.recorded.gates);
    }
  }
  EXPECT_GT(pairs, 0);
  EXPECT_LT(pairs, others);
}

TEST(ArrayTable, TheSmallOneMeasuredAgain) {
  const auto row = std::find_if(table().begin(), table().end(),
                                [](const cli::ArrayRow& r) { return r.name == "small"; });
  ASSERT_NE(row, table().end());
  const cli::ArrayFigures now = cli::measure_array(row->spec);
  EXPECT_LE(now.gates, 1.03 * row->recorded.gates);
  EXPECT_LE(now.energy, 1.03 * row->recorded.energy);
}

TEST(ArrayTable, RefusesOtherLines) {
  const base::TemporaryDirectory folder;
  const auto file = folder.path() / "arrays.txt";
  for (const char* line : {"no colon", "a: b | 1 | 2", "a: b | 1 | 2 | 1 2 3",
                           "a: b | 1 | x | 1 2 3 4", "a: b | 1 | 2 | 1 2 3 4 5"}) {
    base::write_file(file, std::string("# head\n") + line + "\n");
    try {
      cli::read_arrays(file);
      FAIL() << line;
    } catch (const base::Error& error) {
      EXPECT_NE(std::string(error.what()).find("arrays.txt:2"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
