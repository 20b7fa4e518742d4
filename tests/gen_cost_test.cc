// SPDX-License-Identifier: Apache-2.0
// The cost model: what is counted, the text of a model, and the choice of scheme=auto.

#include "gen/cost.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "gen/generate.h"

namespace {

using gen::Candidate;
using gen::FilterPart;

base::Spec spec(const std::string& line) { return base::Spec::parse_line(line); }

double count(const std::string& line, FilterPart part) {
  const base::Spec resolved = gen::resolve(spec(line));
  return gen::FilterCounter(resolved).parts(resolved)[static_cast<size_t>(part)];
}

TEST(FilterParts, CountsRegistersAndOperators) {
  // 15 samples and 9 coefficients of 8 bits, 3 results of 20, two valid bits.
  EXPECT_EQ(count("fcu", FilterPart::kRegister), 15 * 8 + 9 * 8 + 3 * 20 + 2);
  // Products of an unsigned sample, one bit more with its sign, and a coefficient.
  EXPECT_EQ(count("fcu", FilterPart::kMultiplierBit), 27 * 9 * 8);
  EXPECT_EQ(count("fcu", FilterPart::kFullAdder), 0);
  // Delay line of 2 samples, a block of 3, 3 coefficients, 3 results of 18.
  EXPECT_EQ(count("fir", FilterPart::kRegister), 5 * 8 + 3 * 8 + 3 * 18 + 2);
}

// Each product 8 x 8 has four Booth rows of nine bits; the nine coefficients are recoded once each.
TEST(FilterParts, CountsPartialProducts) {
  const std::string line = "fcu arith=heap final_adder=ripple cut=post products=";
  EXPECT_EQ(count(line + "booth4", FilterPart::kBoothBit), 27 * 4 * 9);
  EXPECT_EQ(count(line + "booth4", FilterPart::kBoothDigit), 9 * 4);
  EXPECT_EQ(count(line + "booth4", FilterPart::kAnd), 0);
  EXPECT_EQ(count(line + "baugh_wooley", FilterPart::kAnd), 27 * 64);
  EXPECT_EQ(count(line + "baugh_wooley", FilterPart::kBoothDigit), 0);
}

// A full adder takes one bit away: their number is that of the bits put in less those left over,
// with half adders and the carries of the highest column lost in it.
TEST(FilterParts, CountsFullAdders) {
  const double adders = count("fcu arith=heap final_adder=ripple cut=post products=baugh_wooley",
                              FilterPart::kFullAdder);
  EXPECT_NEAR(adders, 27 * 64 - 3 * 20, 0.03 * 27 * 64);
}

TEST(FilterParts, ChannelsMultiply) {
  const std::string form =
      "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple DataWidth=4 CoefWidth=4 ";
  const std::string four = form + "InChannels=4 OutChannels=3";
  EXPECT_EQ(count(four, FilterPart::kAnd), 12 * count(form, FilterPart::kAnd));
  // Sums of samples once for all outputs; results of four channels are two bits wider.
  const double in = count(form + "InChannels=4", FilterPart::kFullAdder);
  EXPECT_GT(count(four, FilterPart::kFullAdder), 2.5 * in);
  EXPECT_LT(count(four, FilterPart::kFullAdder), 3 * in);
  EXPECT_EQ(gen::FilterCounter(gen::resolve(spec(four))).outputs_per_cycle(), 12);
}

TEST(Automatic, IsThePlainSpecOfTheBestCandidate) {
  const base::Spec wanted = spec("fcu kernel=2 scheme=auto DataWidth=6");
  const gen::CostModel& model = gen::cost_models().front();
  const std::vector<Candidate> candidates = gen::candidates(wanted, model);
  ASSERT_GE(candidates.size(), 4u);
  EXPECT_EQ(gen::resolve(wanted), candidates.front().spec);
  EXPECT_FALSE(candidates.front().spec.is("scheme", "auto"));
  EXPECT_TRUE(std::is_sorted(
      candidates.begin(), candidates.end(),
      [](const auto& a, const auto& b) { return a.area_per_output() < b.area_per_output(); }));
  for (const Candidate& c : candidates) {
    EXPECT_EQ(c.spec, gen::resolve(c.spec));  // plain
    EXPECT_NEAR(c.area, gen::estimated_area(gen::FilterCounter(c.spec).parts(c.spec), model), 1e-6);
    EXPECT_TRUE(c.spec.is("DataWidth", "6"));
  }
}

// Nothing that the user leaves open is left out.
TEST(Automatic, TriesWhatIsOpen) {
  std::set<std::string> schemes, tiles, cuts, products, algorithms;
  for (const Candidate& c :
       gen::candidates(spec("fcu kernel=3 scheme=auto"), gen::cost_models().front())) {
    schemes.insert(c.spec.get("scheme"));
    tiles.insert(c.spec.get("parallel") + "x" + c.spec.get("parallel_rows"));
    cuts.insert(c.spec.get("cut"));
    products.insert(c.spec.get("products"));
    algorithms.insert(c.spec.get("algorithm"));
    EXPECT_TRUE(c.spec.get("cut").ends_with("post"));
  }
  EXPECT_EQ(schemes, (std::set<std::string>{"direct", "ffa", "ffa2d", "winograd"}));
  EXPECT_EQ(tiles, (std::set<std::string>{"2x1", "2x2", "2x3", "3x1", "3x2", "3x3"}));
  EXPECT_EQ(cuts.size(), 8u);
  EXPECT_EQ(products, (std::set<std::string>{"booth4", "baugh_wooley"}));
  for (const char* name : {"direct", "k3", "k3d", "p3", "w"})
    EXPECT_TRUE(algorithms.contains(name));
}

// A tile that is open is one of those that are legal, where only the least is, that.
TEST(Automatic, TriesOnlyLegalTiles) {
  const auto outputs = [](const char* line, std::string& left_out) {
    std::set<std::string> tiles;
    for (const Candidate& c : gen::candidates(spec(line), gen::cost_models().front(), &left_out))
      tiles.insert(c.spec.get("parallel") + "x" + c.spec.get("parallel_rows"));
    return tiles;
  };
  using Tiles = std::set<std::string>;
  std::string left_out = "?";
  EXPECT_EQ(outputs("fcu kernel=3 scheme=auto parallel_rows=1", left_out), (Tiles{"2x1", "3x1"}));
  EXPECT_EQ(left_out, "");
  EXPECT_EQ(outputs("fcu kernel=9 InChannels=8 OutChannels=8 scheme=auto", left_out),
            (Tiles{"2x1", "2x2", "5x1"}));
  EXPECT_EQ(left_out,
            "9 of 12 tiles; parallel=9 parallel_rows=9: 419904 multiplications, must be at most "
            "16384");
  EXPECT_EQ(outputs("fcu kernel=12 InChannels=8 OutChannels=8 scheme=auto", left_out),
            (Tiles{"2x1"}));
  EXPECT_EQ(outputs("fcu kernel=9 InChannels=12 OutChannels=16 scheme=auto", left_out),
            (Tiles{"1x1"}));
  EXPECT_EQ(left_out.rfind("15 of 16 tiles; ", 0), 0u) << left_out;
  EXPECT_EQ(outputs("conv2d_stream InChannels=64 scheme=auto", left_out),
            (Tiles{"2x1", "2x2", "3x1"}));
}

TEST(Automatic, KeepsWhatIsGiven) {
  const base::Spec wanted = spec(
      "fcu kernel=2 scheme=auto parallel=2 parallel_rows=2 cut=none arith=operators algorithm=k2");
  for (const Candidate& c : gen::candidates(wanted, gen::cost_models().front())) {
    for (const auto& [key, value] : wanted.items()) {
      EXPECT_TRUE(key == "scheme" || c.spec.is(key, value)) << c.spec.line();
    }
  }
}

// Fast forms win where B.3 of the literature says so: wide data, many channels; not in a small unit
// of narrow data.
TEST(Automatic, FollowsTheArithmetic) {
  const auto scheme = [](const std::string& line) {
    return gen::resolve(spec(line)).get("scheme");
  };
  const std::string tile = " parallel=3 parallel_rows=3";
  EXPECT_EQ(scheme("fcu kernel=3 scheme=auto DataWidth=16 CoefWidth=16" + tile), "ffa2d");
  EXPECT_EQ(scheme("fcu kernel=3 scheme=auto InChannels=4 OutChannels=4" + tile), "ffa2d");
  EXPECT_EQ(scheme("fcu kernel=2 scheme=auto DataWidth=2 CoefWidth=2 parallel=2"), "direct");
  EXPECT_EQ(scheme("fir scheme=auto taps=16 parallel=8"), "ffa");
  EXPECT_EQ(scheme("conv2d_stream scheme=auto DataWidth=16 CoefWidth=16"), "ffa2d");
}

TEST(Automatic, NamesFaultsAsResolveDoes) {
  for (const char* line : {"fcu kernel=13 scheme=auto", "fcu scheme=auto kernel=13 parallel=2",
                           "fcu scheme=auto kernel=13 algorithm=k3"}) {
    try {
      gen::resolve(spec(line));
      FAIL() << line;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::kUsage);
      EXPECT_NE(std::string(error.what()).find("kernel=13 must be in 1..12"), std::string::npos)
          << error.what();
    }
  }
}

// No tile is small enough: what of the channels is.
TEST(Automatic, NamesTheMostChannels) {
  try {
    gen::resolve(spec("fcu kernel=3 InChannels=64 OutChannels=64 scheme=auto"));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "fcu: 110592 multiplications, must be at most 16384; use at most "
              "InChannels*OutChannels=606, or 1820 with the tile parallel=1 parallel_rows=1");
  }
}

TEST(CostModels, AreThereByName) {
  EXPECT_EQ(gen::cost_models().front().library, "osu018");
  EXPECT_NE(gen::find_cost_model("osu018"), nullptr);
  EXPECT_EQ(gen::find_cost_model("nothing"), nullptr);
}

TEST(CostModels, TextComesBack) {
  const gen::CostModel& model = gen::cost_models().front();
  const gen::CostModel again = gen::read_cost_model(gen::cost_model_text(model), "text");
  EXPECT_EQ(again.library, model.library);
  EXPECT_EQ(again.fit, model.fit);
  for (size_t p = 0; p < gen::kFilterParts; ++p)
    EXPECT_NEAR(again.um2[p], model.um2[p], 1e-3 * model.um2[p]);
}

TEST(CostModels, BadTextIsNamed) {
  const std::string good = gen::cost_model_text(gen::cost_models().front());
  const auto fault = [](const std::string& text) {
    try {
      gen::read_cost_model(text, "file");
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::kUsage);
      return std::string(error.what());
    }
    return std::string("none");
  };
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_PRED2(has, fault(""), "file: must name its library");
  EXPECT_PRED2(has, fault("library = \"x\"\nregister = 3\n"), "lacks the um2 of 'full_adder'");
  EXPECT_PRED2(has, fault("\nnonsense\n"), "file:2: must read KEY = VALUE");
  EXPECT_PRED2(has, fault(good + "registers = 3\n"), "'registers' must be one of library, fit, ");
  EXPECT_PRED2(has, fault(good + "register = -3\n"), "register = -3 must be a number of um2");
  EXPECT_PRED2(has, fault(good + "register = 3x\n"), "register = 3x must be a number of um2");
  EXPECT_PRED2(has, fault(good + "register = nan\n"), "register = nan must be a number of um2");
  EXPECT_EQ(fault(good), "none");
}

}  // namespace
