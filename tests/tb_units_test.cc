// SPDX-License-Identifier: Apache-2.0
// Every unit against golden: the catalogue's points and random legal ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "tb/adder_functions.h"
#include "tb/bench.h"
#include "tests/random_specs.h"
#include "tests/tb_support.h"

namespace {

constexpr uint64_t kSeed = 2026;

std::vector<base::Spec> catalogue() {
  std::vector<base::Spec> specs;
  for (const gen::Unit* unit : gen::units()) {
    for (base::Spec& spec : tb_test::catalogue_specs(*unit)) specs.push_back(std::move(spec));
  }
  return specs;
}

std::vector<base::Spec> random_points() {
  const bool thorough = std::getenv("FIRCONE_LONG") != nullptr;
  std::vector<base::Spec> specs;
  for (const gen::Unit* unit : gen::units()) {
    // Adders are held against golden at every small size (tb_approximate_test) and on carry chains.
    const int points = thorough ? 60 : tb::is_adder(std::string(unit->name)) ? 2 : 5;
    // A heap of many products is a text for minutes of Verilator: those points are small.
    const bool products = unit->find("Count") != nullptr || unit->find("taps") != nullptr ||
                          unit->find("kernel") != nullptr || unit->find("Simd") != nullptr;
    // So are convolution units: kernels, tiles and channels multiply.
    const bool convolution = unit->name == "fcu" || unit->name == "conv2d_stream";
    constexpr int64_t kHeap = 60, kOperators = 300;
    std::vector<base::Spec> small = gen::random_specs(*unit, points, kSeed,
                                                      convolution ? 4
                                                      : products  ? 8
                                                                  : 32,
                                                      convolution ? kHeap : INT64_MAX);
    // 36 multipliers a core: few channels and cores.
    const int64_t largest = convolution ? 5 : unit->name == "ccu" ? 4 : 32;
    std::vector<base::Spec> all =
        gen::random_specs(*unit, points, kSeed, largest, convolution ? kOperators : INT64_MAX);
    for (size_t i = 0; i < all.size(); ++i) {
      const bool heap = all[i].has("arith") && all[i].is("arith", "heap");
      const base::Spec& spec = heap ? small[i] : all[i];
      if (std::find(specs.begin(), specs.end(), spec) == specs.end()) specs.push_back(spec);
    }
  }
  return specs;
}

// Frames of the configurable unit take thousands of cycles; tb_ccu_test runs its whole plan.
tb::Options options_for(const base::Spec& spec, uint64_t seed = 1) {
  tb::Options options;
  options.seed = seed;
  if (spec.unit() == "ccu") options.vectors = 24;
  return options;
}

std::string name_of(const testing::TestParamInfo<base::Spec>& info) {
  return tb_test::test_name(info.param.line());
}

class CataloguePoint : public testing::TestWithParam<base::Spec> {};

TEST_P(CataloguePoint, MatchesGoldenFromEveryInitialState) {
  const gen::Design design = gen::generate(GetParam());
  for (uint64_t state = 1; state <= 2; ++state) {
    const auto model = tb_test::load(design, state);
    const tb::Verdict verdict = tb::run_bench(*model, design.spec, options_for(design.spec, state));
    EXPECT_TRUE(verdict.passed) << verdict.mismatch;
    int bits = 0;  // few inputs have few combinations
    for (const gen::Port& port : design.ports) bits += port.input ? port.width_value : 0;
    EXPECT_GE(verdict.vectors, bits < 6 ? 1 << bits : 50);
  }
}

INSTANTIATE_TEST_SUITE_P(Units, CataloguePoint, testing::ValuesIn(catalogue()), name_of);

class RandomPoint : public testing::TestWithParam<base::Spec> {};

TEST_P(RandomPoint, MatchesGolden) {
  const gen::Design design = gen::generate(GetParam());
  const tb::Verdict verdict =
      tb::run_bench(*tb_test::load(design), design.spec, options_for(design.spec));
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
}

// The text generated for the default sizes, overridden where it is instantiated.
TEST_P(RandomPoint, MatchesGoldenWithOverriddenSizes) {
  base::Spec wanted(GetParam().unit());
  const gen::Unit& unit = gen::find_unit(wanted.unit());
  for (const auto& [key, value] : GetParam().items()) {
    if (!unit.find(key)->is_free(GetParam())) wanted.set(key, value);
  }
  const gen::Design design = gen::generate(wanted);
  const auto model = sim::load_verilog(tb_test::request(design, &GetParam()));
  const tb::Verdict verdict = tb::run_bench(*model, GetParam(), options_for(GetParam()));
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
}

INSTANTIATE_TEST_SUITE_P(Units, RandomPoint, testing::ValuesIn(random_points()), name_of);

TEST(Engine, AcceptsNearlyEveryBeatOfBackToBackFrames) {
  const gen::Design design = gen::generate(base::Spec::parse_line("conv2d_stream scheme=ffa"));
  const tb::Verdict verdict = tb::run_bench(*tb_test::load(design), design.spec);
  ASSERT_TRUE(verdict.passed) << verdict.mismatch;
  EXPECT_GT(verdict.accepted_without_stall, 0.99);
  for (const char* seen :
       {"STATUS 0x1 set and cleared", "STATUS 0x2 set and cleared", "STATUS 0x4 set and cleared",
        "STATUS 0x8 set and cleared", "commits refused", "commit pending while a frame runs",
        "registers written while a frame runs", "configured between frames", "frames one line high",
        "frames one pixel wide", "frames of the maximum width", "frames of the maximum height",
        "frames, width mod 3 = 0", "frames, width mod 3 = 1", "frames, width mod 3 = 2",
        "input beats that waited", "output beats that waited", "reset while a frame runs",
        "samples at an end of their range"}) {
    const auto found = verdict.coverage.find(seen);
    EXPECT_TRUE(found != verdict.coverage.end() && found->second > 0) << seen;
  }
}

TEST(Filter, SmallOnesAreDrivenExhaustively) {
  const gen::Design design =
      gen::generate(base::Spec::parse_line("fir taps=2 parallel=2 DataWidth=3 CoefWidth=3"));
  const tb::Verdict verdict = tb::run_bench(*tb_test::load(design), design.spec);
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
  EXPECT_EQ(verdict.vectors, 4096);
  EXPECT_GT(verdict.coverage.at("result held by en_i"), 100);
  EXPECT_GT(verdict.coverage.at("bubble"), 100);
  EXPECT_EQ(verdict.coverage.at("reset while running"), 1);
}

}  // namespace
