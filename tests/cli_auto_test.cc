// SPDX-License-Identifier: Apache-2.0
// scheme=auto: what the program says, and that the choice is right on the grid.

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "cli/auto_grid.h"
#include "tests/cli_program.h"

namespace {

using cli_test::fircone;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<cli::GridPoint> grid(bool all) {
  std::vector<cli::GridPoint> points = cli::read_grid("bench/auto_grid.txt");
  if (!all && points.size() > cli::kCheapPoints) points.resize(cli::kCheapPoints);
  return points;
}

class AutoGrid : public testing::TestWithParam<cli::GridPoint> {};

TEST_P(AutoGrid, ChoiceIsNearTheBest) {
  const cli::GridResult now = cli::measure_grid_point(GetParam().spec);
  EXPECT_LE(now.ratio(), cli::kGridTolerance)
      << now.chosen_form << ": " << now.chosen << ", best " << now.best_form << ": " << now.best;
  EXPECT_GE(now.tried, 2);  // else there was nothing to choose from
}

INSTANTIATE_TEST_SUITE_P(Points, AutoGrid,
                         testing::ValuesIn(grid(std::getenv("FIRCONE_LONG") != nullptr)),
                         [](const auto& p) { return "at" + std::to_string(p.index); });

TEST(AutoGridFile, HasItsPointsAndNoBadRecord) {
  const std::vector<cli::GridPoint> points = grid(true);
  EXPECT_EQ(points.size(), 40u);
  for (const cli::GridPoint& point : points) {
    EXPECT_LE(point.recorded.ratio(), cli::kGridTolerance) << point.spec;
  }
}

TEST(AutoGridFile, BadLinesAreNamed) {
  const base::TemporaryDirectory folder;
  base::write_file(folder.path() / "grid", "# first\nfcu scheme=auto | 1 2\n");
  try {
    cli::read_grid(folder.path() / "grid");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_TRUE(contains(error.what(), "grid:2: must read SPEC | chosen best tried"))
        << error.what();
  }
}

TEST(Auto, StatesTheChoiceTheEstimateAndTheRunnersUp) {
  const base::TemporaryDirectory folder;
  const base::Output output = fircone(
      {"generate", "fcu", "kernel=2", "scheme=auto", "DataWidth=4", "-o", folder.path().string()});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.err, "um2 an output expected in osu018")) << output.err;
  EXPECT_TRUE(contains(output.err, "chosen")) << output.err;
  EXPECT_TRUE(contains(output.err, "scheme=direct")) << output.err;
  EXPECT_FALSE(contains(output.out, "auto"));  // names say the form
}

TEST(Auto, UsesTheDefaultModelWhereALibraryHasNone) {
  const base::TemporaryDirectory folder;
  const base::Output output =
      fircone({"characterize", "fcu", "kernel=1", "scheme=auto", "--library",
               "/usr/share/qflow/tech/osu018/osu018_stdcells.lib"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.err, "no cost model of ")) << output.err;
  EXPECT_TRUE(contains(output.err, "that of osu018 is used")) << output.err;
}

}  // namespace
