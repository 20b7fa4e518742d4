// SPDX-License-Identifier: Apache-2.0
// Recorded quality holds: area, delay and depth of some points of bench/quality.txt.

#include "cli/quality.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "cli/measure.h"
#include "gen/generate.h"
#include "synth/map.h"
#include "synth/netlist.h"

namespace {

const cli::QualityTable& table() {
  static const cli::QualityTable read = cli::read_quality("bench/quality.txt");
  return read;
}

// Of each group one point, the balanced one where there is one; the largest take too long.
std::vector<cli::QualityPoint> some() {
  std::vector<cli::QualityPoint> points;
  for (const cli::QualityPoint& point : table().points) {
    const bool known = std::any_of(points.begin(), points.end(),
                                   [&](const auto& p) { return p.group == point.group; });
    const bool large = point.group == "add 64" || point.group == "mul 16x16";
    if (!known && !large && point.recipe == "balanced") points.push_back(point);
  }
  return points;
}

std::string name(const std::string& text) {
  std::string result;
  for (const char c : text) result += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return result;
}

class Quality : public testing::TestWithParam<cli::QualityPoint> {};

TEST_P(Quality, IsAsRecorded) {
  const cli::QualityFigures now = cli::measure_quality(GetParam());
  const cli::QualityFigures& then = GetParam().recorded;
  EXPECT_FALSE(cli::is_worse(now, then))
      << now.area << " um2, " << now.delay << " ns, depth " << now.depth << "; recorded "
      << then.area << ", " << then.delay << ", " << then.depth;
  EXPECT_GT(now.depth, 0);
}

INSTANTIATE_TEST_SUITE_P(Points, Quality, testing::ValuesIn(some()),
                         [](const auto& p) { return name(p.param.group); });

// The recorded figures themselves meet the limits: a table that was recorded worse is no excuse.
TEST(QualityTable, RecordedFiguresMeetTheLimits) {
  EXPECT_GE(table().limits.size(), 17u);
  for (const cli::QualityLimit& limit : table().limits) {
    if (limit.ratio > 0) continue;  // needs the plain operator: `make bench`
    EXPECT_TRUE(std::any_of(table().points.begin(), table().points.end(),
                            [&](const cli::QualityPoint& point) {
                              return point.group == limit.group &&
                                     point.recorded.area <= limit.area &&
                                     point.recorded.delay <= limit.delay;
                            }))
        << limit.group << " " << limit.area << " / " << limit.delay;
  }
}

TEST(QualityTable, WorseIsNoticed) {
  const cli::QualityFigures figures{1000, 2, 10};
  EXPECT_FALSE(cli::is_worse({1029, 2.05, 11}, figures));
  EXPECT_FALSE(cli::is_worse({900, 1, 5}, figures));
  EXPECT_TRUE(cli::is_worse({1031, 2, 10}, figures));
  EXPECT_TRUE(cli::is_worse({1000, 2.07, 10}, figures));
  EXPECT_TRUE(cli::is_worse({1000, 2, 12}, figures));
}

TEST(QualityTable, BadLinesAreNamed) {
  const base::TemporaryDirectory folder;
  const auto message = [&](const std::string& text) {
    base::write_file(folder.path() / "q", "# first\n" + text + "\n");
    try {
      cli::read_quality(folder.path() / "q");
    } catch (const base::Error& error) {
      const std::string what = error.what();
      return what.substr(what.find(":2: ") + 4);
    }
    return std::string();
  };
  EXPECT_EQ(message("nonsense"), "must read KIND GROUP: FIELDS");
  EXPECT_EQ(message("limits add: 1 2"), "'limits' must be one of plain, point, limit");
  EXPECT_EQ(message("limit add: 1 x"), "'x' is no number");
  EXPECT_EQ(message("point add: area | add_skip | 1 2"), "needs area, delay and depth");
}

// Gates are faster than cells at more area; the result says what it is made of.
TEST(AdderCells, SpeedTriesBothForms) {
  const base::Spec spec = base::Spec::parse_line("mul arith=heap WidthA=6 WidthB=6");
  const auto measured = [&](const std::string& recipe, cli::AdderCellUse use) {
    return cli::measure(spec, {.recipe = recipe, .adder_cells = use});
  };
  const cli::Measurement cells = measured("speed", cli::AdderCellUse::kYes);
  const cli::Measurement gates = measured("speed", cli::AdderCellUse::kNo);
  const cli::Measurement both = measured("speed", cli::AdderCellUse::kAuto);
  EXPECT_EQ(cells.adder_cells, "FAX1");
  EXPECT_EQ(cells.arithmetic(), "heap: full adders are FAX1 cells");
  EXPECT_EQ(gates.adder_cells, "");
  EXPECT_LT(cells.figures.area_um2, gates.figures.area_um2);
  EXPECT_NEAR(both.figures.delay_ns, std::min(cells.figures.delay_ns, gates.figures.delay_ns),
              1e-5);
  EXPECT_EQ(measured("area", cli::AdderCellUse::kAuto).adder_cells, "FAX1");
  EXPECT_NE(both.verified, "");
}

size_t mapped_depth(const std::string& line) {
  const gen::Design design = gen::generate(base::Spec::parse_line(line));
  synth::MapRequest request;
  for (const gen::SourceFile& file : design.files) request.files.push_back({file.name, file.text});
  request.top = design.top;
  request.library = synth::Library::open("osu018");
  request.recipe = "structure";
  const synth::Mapped mapped = synth::map(request);
  return synth::Netlist::read(mapped.json, mapped.top, request.library).depth();
}

// Structure beside function: no multiplier of a size may be much deeper than the best of it.
TEST(Depth, OfEveryMultiplierIsNearTheBest) {
  constexpr double kFactor = 1.35;  // Booth's digits are two gates more than an AND
  const auto check = [&](const std::string& size, const std::vector<std::string>& keys) {
    std::vector<std::pair<size_t, std::string>> depths;
    for (const std::string& choice : keys) {
      const std::string line = "mul arith=heap " + size + " " + choice;
      depths.emplace_back(mapped_depth(line), line);
    }
    const auto best = *std::min_element(depths.begin(), depths.end());
    for (const auto& [depth, line] : depths)
      EXPECT_LE(static_cast<double>(depth), kFactor * static_cast<double>(best.first))
          << line << " against " << best.second;
    return best.first;
  };
  std::vector<std::string> keys;
  for (const char* form : {"baugh_wooley", "booth4", "plain"}) {
    for (const char* tree : {"timing", "dadda", "wallace"})
      keys.push_back(std::string("form=") + form + " tree=" + tree);
    for (const char* operands : {"signed", "mixed"})
      keys.push_back(std::string("form=") + form + " operands=" + operands);
  }
  for (const char* choice : {"tree=dadda compressors=4_2", "tree=dadda compressors=7_3",
                             "final_adder=sklansky", "final_adder=kogge_stone"})
    keys.emplace_back(choice);
  check("WidthA=8 WidthB=8", keys);
  const size_t best =
      check("WidthA=16 WidthB=16", {"tree=timing", "tree=dadda", "operands=signed", "form=booth4"});
  // The check can fail: a right but deep multiplier.
  EXPECT_GT(
      static_cast<double>(mapped_depth("mul arith=heap WidthA=16 WidthB=16 final_adder=ripple")),
      kFactor * static_cast<double>(best));
}

}  // namespace
