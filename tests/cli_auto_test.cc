// SPDX-License-Identifier: Apache-2.0
// scheme=auto: what the program says, and that the choice is right on the grid.

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "cli/auto_grid.h"
#include "cli/measure.h"
#include "gen/cost.h"
#include "gen/generate.h"
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

// Every point has a record, of the form that is chosen today, and no record is bad.
TEST(AutoGridFile, HasARecordOfEveryPoint) {
  const std::vector<cli::GridPoint> points = grid(true);
  EXPECT_EQ(points.size(), 40u);
  for (const cli::GridPoint& point : points) {
    ASSERT_GT(point.recorded.best, 0) << "no record: " << point.spec;
    EXPECT_EQ(point.recorded.chosen_form, cli::choice_of(point.spec)) << point.spec;
    EXPECT_LE(point.recorded.ratio(), cli::kGridTolerance) << point.spec;
    EXPECT_LE(point.recorded.best, point.recorded.chosen) << point.spec;
    EXPECT_GE(point.recorded.tried, 2) << point.spec;
  }
}

TEST(AutoGridFile, CoversSizes) {
  std::set<int64_t> kernels, widths, channels;
  std::set<std::string> schemes;
  for (const cli::GridPoint& point : grid(true)) {
    const base::Spec spec = base::Spec::parse_line(point.spec);
    kernels.insert(spec.size("kernel"));
    widths.insert(spec.size("DataWidth"));
    for (const char* key : {"InChannels", "OutChannels"})
      if (spec.has(key)) channels.insert(spec.size(key));
    const std::string& form = point.recorded.chosen_form;
    schemes.insert(form.substr(0, form.find(' ')));
  }
  EXPECT_EQ(kernels, (std::set<int64_t>{2, 3, 4, 5, 6, 7}));
  EXPECT_TRUE(widths.contains(4) && widths.contains(8) && widths.contains(16));
  EXPECT_TRUE(channels.contains(2) && channels.contains(4) && channels.contains(16));
  EXPECT_GE(schemes.size(), 3u);  // a grid on which one scheme always wins tests no choice
}

// What the model counts is what synthesis finds: registers to the bit, but for one whose value
// another one has; cells of adders nearly.
TEST(FilterParts, AgreeWithTheNetlist) {
  for (const char* line :
       {"fcu kernel=2 DataWidth=4 CoefWidth=4 arith=heap final_adder=ripple",
        "fcu kernel=2 scheme=ffa2d DataWidth=4 CoefWidth=6 arith=heap final_adder=ripple cut=post",
        "fir taps=4 parallel=2 scheme=ffa form=D DataWidth=5 arith=heap final_adder=ripple"}) {
    const base::Spec spec = gen::resolve(base::Spec::parse_line(line));
    const gen::FilterParts parts = gen::FilterCounter(spec).parts(spec);
    const auto part = [&](gen::FilterPart p) { return parts[static_cast<size_t>(p)]; };
    const synth::Netlist netlist = cli::mapped_netlist(spec, "osu018");
    double full = 0, half = 0;
    for (const synth::NetCell& cell : netlist.cells()) {
      full += cell.type->name == "FAX1" ? 1 : 0;
      half += cell.type->name == "HAX1" ? 1 : 0;
    }
    EXPECT_NEAR(part(gen::FilterPart::kRegister), static_cast<double>(netlist.register_count()), 1)
        << line;
    const double adders = part(gen::FilterPart::kFullAdder);
    EXPECT_NEAR(adders / full, 1, 0.06) << line << ": " << adders << " counted, " << full;
    EXPECT_GE(part(gen::FilterPart::kHalfAdder), 0.5 * half) << line;
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

TEST(Auto, SaysWhichTilesAreLeftOut) {
  const base::TemporaryDirectory folder;
  const base::Output output =
      fircone({"generate", "fcu", "kernel=2", "scheme=auto", "InChannels=40", "OutChannels=64",
               "DataWidth=4", "-o", folder.path().string()});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.err,
                       "left out: 1 of 2 tiles; parallel=2 parallel_rows=2: 40960 multiplications, "
                       "must be at most 16384\n"))
      << output.err;
  EXPECT_TRUE(contains(output.err, " parallel=2 parallel_rows=1 ")) << output.err;
}

TEST(Auto, UsesTheDefaultModelWhereALibraryHasNone) {
  const base::TemporaryDirectory folder;
  const base::Output output =
      fircone({"characterize", "fcu", "kernel=1", "scheme=auto", "--library",
               "/usr/share/qflow/tech/osu018/osu018_stdcells.lib"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.err, "no cost model of ")) << output.err;
  EXPECT_TRUE(
      contains(output.err, "that of osu018 is used; to make one: fircone fit --library /usr"))
      << output.err;
}

// Where registers alone cost something, all schemes are alike, and the first is direct.
TEST(Auto, TakesTheModelOfAFile) {
  const base::TemporaryDirectory folder;
  const std::string file = (folder.path() / "model.toml").string();
  gen::CostModel model;
  model.library = "registers_only";
  model.um2[static_cast<size_t>(gen::FilterPart::kRegister)] = 1;
  base::write_file(file, gen::cost_model_text(model));
  const std::vector<std::string> words = {"generate",    "fcu", "kernel=3",
                                          "scheme=auto", "-o",  folder.path().string()};
  std::vector<std::string> with_model = words;
  with_model.insert(with_model.end(), {"--model", file});
  const base::Output other = fircone(with_model);
  EXPECT_EQ(other.status, 0) << other.err;
  EXPECT_TRUE(contains(other.err, "expected in registers_only")) << other.err;
  EXPECT_FALSE(contains(other.out, "ffa")) << other.out;
  EXPECT_TRUE(contains(fircone(words).out, "fcu_k3_ffa2d"));

  base::write_file(file, "register = 1\n");
  const base::Output bad = fircone(with_model);
  EXPECT_EQ(bad.status, 2);
  EXPECT_TRUE(contains(bad.err, "must name its library")) << bad.err;
}

TEST(Auto, FitFindsOutFirstThatItCannotWrite) {
  const base::Output output = fircone({"fit", "-o", "/proc/x/y"});
  EXPECT_NE(output.status, 0);
  EXPECT_FALSE(contains(output.err, "% done")) << output.err;
}

}  // namespace
