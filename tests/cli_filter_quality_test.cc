// SPDX-License-Identifier: Apache-2.0
// The table of fast filters: its recorded figures meet the limits, and one pair is measured again.

#include "cli/filter_quality.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "base/error.h"
#include "base/files.h"
#include "cli/bench_options.h"
#include "gen/generate.h"
#include "synth/fpga.h"

namespace {

const cli::FilterTable& table() {
  static const cli::FilterTable read = cli::read_filters("bench/filters.txt");
  return read;
}

TEST(FilterTable, RecordedFiguresMeetTheLimits) {
  ASSERT_FALSE(table().pairs.empty());
  for (const cli::FilterPair& pair : table().pairs) {
    EXPECT_GT(pair.recorded_direct.area, 0) << pair.name;
    EXPECT_GT(pair.recorded_fast.delay, 0) << pair.name;
    EXPECT_LE(pair.stretch, pair.must) << pair.name;
    // A goal that is reached becomes a pair.
    if (!pair.limited()) continue;
    EXPECT_EQ(cli::change(pair.recorded_fast.area, pair.recorded_direct.area) <= pair.must,
              pair.enforced)
        << pair.name;
  }
}

TEST(FilterTable, HasEveryLibrary) {
  for (const char* library : {"osu018", "sky130hd", "sg13g2"}) {
    EXPECT_TRUE(std::any_of(table().pairs.begin(), table().pairs.end(), [&](const auto& pair) {
      return pair.library == library;
    })) << library;
  }
}

// On an FPGA a product is a DSP: so the counts are exact.
TEST(FilterTable, RecordedDspsAreTheProducts) {
  ASSERT_EQ(table().fpga.size(), 4u);
  for (const cli::FilterCount& count : table().fpga) {
    std::istringstream text(count.spec);
    std::vector<std::string> spec;
    for (std::string word; text >> word;) spec.push_back(word);
    EXPECT_EQ(gen::generate(base::Spec::parse(spec)).operations.multiplications, count.dsp)
        << count.name;
    ASSERT_EQ(count.recorded.size(), synth::fpga_targets().size());
    EXPECT_EQ(count.recorded.front()[0], count.dsp) << count.name;
  }
}

TEST(FilterTable, TheClockIsMetByBoth) {
  EXPECT_DOUBLE_EQ(cli::common_clock({1, 1, 6.86, 1}, {1, 1, 9.97, 1}), 10.0);
  EXPECT_DOUBLE_EQ(cli::common_clock({1, 1, 8.31, 1}, {1, 1, 7, 1}), 8.4);
}

TEST(FilterTable, RowsAreAsRecorded) {
  const auto pair = std::find_if(table().pairs.begin(), table().pairs.end(),
                                 [](const auto& p) { return p.name == "3x3 rows 8 bit"; });
  ASSERT_NE(pair, table().pairs.end());
  const cli::FilterFigures direct = cli::measure_filter(pair->direct);
  const cli::FilterFigures fast = cli::measure_filter(pair->fast);
  EXPECT_LE(cli::change(fast.area, direct.area), pair->must);
  EXPECT_LE(cli::change(fast.area, pair->recorded_fast.area), 3);
  EXPECT_LE(cli::change(direct.area, pair->recorded_direct.area), 3);
  EXPECT_GT(fast.energy, 0);
  EXPECT_LE(cli::change(fast.energy, direct.energy), 0);
}

// Area and energy of 64 lanes of one bit weights: a quarter below a negation each, with the sum of
// the samples given; the exact XOR is smaller than the approximate form.
TEST(FilterTable, BinaryWeightsAreAQuarterBelowNegation) {
  const auto find = [](const std::string& name) -> const cli::FilterPair& {
    const auto pair = std::find_if(table().pairs.begin(), table().pairs.end(), [&](const auto& p) {
      return p.name == "weights of one bit, 64 lanes, " + name;
    });
    if (pair == table().pairs.end()) throw std::out_of_range("no pair " + name);
    return *pair;
  };
  const cli::FilterPair& given = find("AND, sum of the samples given");
  EXPECT_LE(given.must, -25);
  EXPECT_LE(cli::change(given.recorded_fast.energy, given.recorded_direct.energy), -25);
  EXPECT_LE(cli::change(given.recorded_fast.random, given.recorded_direct.random), -25);
  const cli::FilterPair& exact = find("XOR");
  const cli::FilterPair& approximate = find("approximate, exact by its signs");
  EXPECT_LT(exact.recorded_fast.area, approximate.recorded_fast.area);
  EXPECT_LT(exact.recorded_fast.energy, approximate.recorded_fast.energy);
  const cli::FilterFigures now = cli::measure_filter(given.fast);
  EXPECT_LE(cli::change(now.area, given.recorded_fast.area), 3);
  EXPECT_LE(cli::change(now.energy, given.recorded_direct.energy), -25);
}

TEST(FilterTable, RefusesWrongLines) {
  const base::TemporaryDirectory folder;
  const auto wrong = [&](const std::string& text) {
    base::write_file(folder.path() / "t.txt", text);
    EXPECT_THROW(cli::read_filters(folder.path() / "t.txt"), base::Error) << text;
  };
  wrong("pair a: fcu | fcu | 1 2 | 1 2 3 4 5 6 7 8\n");
  wrong("pair a: fcu | fcu | 1 2 x | 1 2 3 4 5 6 7 8\n");
  wrong("pair a: fcu | fcu\n");
  wrong("point a: fcu\n");
  wrong("on sky130hd a: 1 2 3 4 5 6 7 8\n");
  wrong("pair a: fcu | fcu | 1 2 3 | 1 2 3 4 5 6 7 8\non sky130hd a: 1 2 3 4 5\n");
  wrong("fpga a: fcu | 27 | 1 2 3\n");
}

// Only what is asked for is measured; figures stay with their lines, comments too.
TEST(FilterTable, RecordsKeepTheOthers) {
  const base::TemporaryDirectory folder;
  const std::string text =
      "# head | of it\npair a: fcu | fcu scheme=ffa | -1 -2 0 | 10 1.00 2.00 4.00 9 1.00 3.00 "
      "4.00\n"
      "on elsewhere a: 20 1.00 2.00 4.00 18 1.00 3.00 4.00\n";
  base::write_file(folder.path() / "t.txt", text);
  // A library that is not there is no failure.
  EXPECT_TRUE(cli::print_filters(folder.path() / "t.txt",
                                 {.record = true, .only = "elsewhere", .libraries = {}}));
  EXPECT_EQ(base::read_file(folder.path() / "t.txt"), text);
}

// A word that no row has would measure nothing and pass.
TEST(FilterTable, OnlyNamesARow) {
  const auto fault = [](const std::string& only) {
    try {
      cli::print_filters("bench/filters.txt", {.record = false, .only = only, .libraries = {}});
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::kUsage);
      return std::string(error.what());
    }
    return std::string("none");
  };
  EXPECT_EQ(fault("3x3 rws"), "--only: no row has '3x3 rws' in its name; did you mean '3x3 rows'?");
  EXPECT_EQ(fault("TYPO").rfind(
                "--only: no row has 'TYPO' in its name; the rows are\n  3x3 2-D 8 bit\n", 0),
            0u);
}

TEST(BenchOptions, AreAllKnown) {
  const auto options = [](std::vector<std::string> words) {
    words.insert(words.begin(), "program");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    return cli::bench_options(arguments, {"--record", "--only TEXT"});
  };
  const auto fault = [&](const std::vector<std::string>& words) {
    try {
      options(words);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::kUsage);
      return std::string(error.what());
    }
    return std::string("none");
  };
  using Found = std::map<std::string, std::string>;
  EXPECT_EQ(options({}), Found{});
  EXPECT_EQ(options({"--benchmark_min_time=0.3", "--only", "3x3 rows", "--record"}),
            (Found{{"--only", "3x3 rows"}, {"--record", ""}}));
  EXPECT_EQ(fault({"--recrd"}), "bench: unknown option '--recrd'; did you mean '--record'?");
  EXPECT_EQ(fault({"rows"}), "bench: unknown option 'rows'; there are --record, --only TEXT");
  EXPECT_EQ(fault({"--only"}), "bench: --only needs a word: --only TEXT");
}

}  // namespace
