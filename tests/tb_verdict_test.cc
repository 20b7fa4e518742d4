// SPDX-License-Identifier: Apache-2.0
// What a bench says: tampered expectations, replay, options, and the errors of the caller.

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "base/error.h"
#include "golden/conv2d.h"
#include "tb/activations.h"
#include "tb/bench.h"
#include "tb/conv2d_stream.h"
#include "tb/pipelined.h"
#include "tests/tb_support.h"

namespace {

gen::Design design_of(const std::string& line) {
  return gen::generate(base::Spec::parse_line(line));
}

class Tampered : public testing::TestWithParam<const char*> {};

TEST_P(Tampered, ExpectationIsCaughtAndReplayed) {
  const gen::Design design = design_of(GetParam());
  const auto model = tb_test::load(design);
  tb::Options options;
  options.seed = 7;
  // Two vectors that have results: a frame that was broken off at once has none.
  std::vector<int64_t> compared;
  options.tamper = [&](int64_t vector, int, golden::Wide&) {
    if (vector >= 18 && (compared.empty() || compared.back() < vector)) compared.push_back(vector);
  };
  EXPECT_TRUE(tb::run_bench(*model, design.spec, options).passed);
  ASSERT_GE(compared.size(), 2U);
  const int64_t target = compared[0];
  options.tamper = [&](int64_t vector, int index, golden::Wide& expected) {
    if (vector == target && index == 0) expected += 1;
  };
  const tb::Verdict verdict = tb::run_bench(*model, design.spec, options);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.failed_vector, target);
  EXPECT_EQ(verdict.seed, 7U);
  const std::string begin =
      design.spec.line() + ": seed 7, vector " + std::to_string(target) + ": ";
  EXPECT_TRUE(verdict.mismatch.starts_with(begin)) << verdict.mismatch;
  EXPECT_NE(verdict.mismatch.find(", expected 0x"), std::string::npos) << verdict.mismatch;

  options.only = target;
  const tb::Verdict replay = tb::run_bench(*model, design.spec, options);
  EXPECT_FALSE(replay.passed);
  EXPECT_EQ(replay.mismatch, verdict.mismatch);
  options.only = compared[1];  // the tampered vector is driven, but not compared
  const tb::Verdict other = tb::run_bench(*model, design.spec, options);
  EXPECT_TRUE(other.passed) << other.mismatch;
  EXPECT_EQ(other.vectors, 1);
  EXPECT_LE(replay.cycles, other.cycles);
}

INSTANTIATE_TEST_SUITE_P(Benches, Tampered,
                         testing::Values("fcu scheme=ffa", "fir taps=3 parallel=3",
                                         "line_buffer MaxWidth=20",
                                         "conv2d_stream scheme=ffa MaxWidth=40 MaxHeight=12"),
                         [](const auto& point) { return tb_test::test_name(point.param); });

TEST(Verdict, AWrongLatencyIsCaught) {
  const gen::Design design = design_of("fcu scheme=ffa");
  const auto model = tb_test::load(design);
  for (int latency = 0; latency <= 4; ++latency) {
    tb::Options options;
    options.latency = latency;
    EXPECT_EQ(tb::run_bench(*model, design.spec, options).passed, latency == design.latency_cycles);
  }
}

TEST(Verdict, DependsOnTheSeedAlone) {
  const gen::Design design = design_of("fir taps=3 parallel=3");
  const auto model = tb_test::load(design);
  const tb::Verdict first = tb::run_bench(*model, design.spec, {.seed = 3});
  const tb::Verdict again = tb::run_bench(*model, design.spec, {.seed = 3});
  const tb::Verdict other = tb::run_bench(*model, design.spec, {.seed = 4});
  EXPECT_TRUE(first.passed && again.passed && other.passed);
  EXPECT_EQ(first.cycles, again.cycles);
  EXPECT_EQ(first.coverage, again.coverage);
  EXPECT_NE(first.cycles, other.cycles);
}

TEST(Verdict, VectorsAndGapsAreOptions) {
  const gen::Design design = design_of("fcu scheme=ffa");
  const auto model = tb_test::load(design);
  const tb::Verdict verdict = tb::run_bench(*model, design.spec, {.vectors = 300, .gaps = false});
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
  EXPECT_EQ(verdict.vectors, 300);
  EXPECT_EQ(verdict.cycles, 300 + 3 + 2);  // reset, latency
  EXPECT_EQ(verdict.coverage.count("result held by en_i"), 0U);
}

TEST(Verdict, APictureGivesTheActivations) {
  tb::Picture picture(40, 30);
  for (int64_t& sample : picture.samples) sample = 200;
  constexpr const char* kChannels =
      "conv2d_stream kernel=2 parallel=2 InChannels=2 OutChannels=2 MaxWidth=40 MaxHeight=12";
  for (const char* line : {"fcu scheme=ffa", "fir taps=3 parallel=3", "line_buffer MaxWidth=20",
                           "fcu kernel=2 kernel_rows=4 stride=2 InChannels=2 OutChannels=2",
                           "conv2d_stream scheme=ffa MaxWidth=40 MaxHeight=12", kChannels}) {
    const gen::Design design = design_of(line);
    const auto model = tb_test::load(design);
    const tb::Verdict verdict = tb::run_bench(*model, design.spec, {.image = &picture});
    EXPECT_TRUE(verdict.passed) << verdict.mismatch;
  }
  // Windows of a flat picture: the sum of the coefficients times the grey value.
  const gen::Design design = design_of("fcu");
  int64_t sum = 0;
  for (const int64_t c : tb::quantised(tb::named_kernel("blur").coefficients, 8)) sum += c;
  int64_t seen = 0;
  tb::Options options;
  options.vectors = 100;
  options.image = &picture;
  options.tamper = [&](int64_t, int, golden::Wide& expected) {
    ++seen;
    EXPECT_EQ(static_cast<int64_t>(expected), 200 * sum);
  };
  EXPECT_TRUE(tb::run_bench(*tb_test::load(design), design.spec, options).passed);
  EXPECT_GE(seen, 300);
}

TEST(Activations, KernelsKeepTheirMeaningInEverySize) {
  using Row = std::vector<int64_t>;
  EXPECT_EQ(tb::named_kernel("blur").coefficients, (Row{1, 2, 1, 2, 4, 2, 1, 2, 1}));
  EXPECT_EQ(tb::named_kernel("sharpen").coefficients, (Row{0, -1, 0, -1, 5, -1, 0, -1, 0}));
  EXPECT_EQ(tb::named_kernel("edge").coefficients, (Row{-1, -1, -1, -1, 8, -1, -1, -1, -1}));
  EXPECT_EQ(tb::named_kernel("blur", 2, 5).coefficients, (Row{1, 2, 3, 2, 1, 1, 2, 3, 2, 1}));
  EXPECT_EQ(tb::named_kernel("sharpen", 1, 4).coefficients, (Row{-1, 3, -1, 0}));
  for (int rows = 1; rows <= 12; ++rows) {
    for (int columns = 1; columns <= 12; ++columns) {
      const auto sum = [&](const char* name) {
        const Row all = tb::named_kernel(name, rows, columns).coefficients;
        return std::accumulate(all.begin(), all.end(), int64_t{0});
      };
      EXPECT_EQ(sum("sharpen"), 1);
      EXPECT_EQ(sum("edge"), 0);
    }
  }
  EXPECT_THROW(tb::named_kernel("emboss"), std::invalid_argument);
}

TEST(Verdict, ErrorsOfTheCallerAreNamed) {
  const gen::Design design = design_of("fcu scheme=ffa");
  const auto model = tb_test::load(design);
  base::Spec wider = design.spec;
  wider.set("DataWidth", 9);
  try {
    tb::run_bench(*model, wider);
    FAIL() << "another width was accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::kUsage);
    EXPECT_EQ(std::string(error.what()),
              "fcu: port 'x_i' has 120 bits, 135 expected\n"
              "fcu: port 'y_o' has 60 bits, 63 expected");
  }
  EXPECT_THROW(tb::run_bench(*model, gen::resolve(base::Spec::parse_line("line_buffer"))),
               base::Error);
  EXPECT_THROW(tb::run_bench(*model, base::Spec("nothing")), base::Error);
  EXPECT_FALSE(tb::has_bench("nothing"));
  for (const gen::Unit* unit : gen::units()) EXPECT_TRUE(tb::has_bench(std::string(unit->name)));
}

TEST(Verdict, VectorsOutOfRangeAreUsageErrors) {
  struct Case {
    const char* line;
    tb::Options options;
    std::string expected;
  };
  const std::string engine = "conv2d_stream MaxWidth=40 MaxHeight=12";
  const std::vector<Case> cases = {
      {"fcu",
       {.vectors = int64_t{1} << 60},
       "fcu: vectors=1152921504606846976 must be in 1..10000000"},
      {"fcu", {.vectors = -1}, "fcu: vectors=-1 must be in 1..10000000"},
      {"fcu", {.vectors = 300, .only = 300}, "fcu: only=300 must be in 0..299"},
      {"fcu", {.only = -2}, "fcu: only=-2 must be in 0..9999999"},
      {engine.c_str(), {.vectors = 10001}, "conv2d_stream: vectors=10001 must be in 1..10000"},
      {engine.c_str(), {.vectors = -7}, "conv2d_stream: vectors=-7 must be in 1..10000"},
      {engine.c_str(), {.only = -3}, "conv2d_stream: only=-3 must be in 0..9999"},
      {engine.c_str(), {.only = 99999999}, "conv2d_stream: only=99999999 must be in 0..139"},
  };
  for (const Case& wrong : cases) {
    const gen::Design design = design_of(wrong.line);
    const auto model = tb_test::load(design);
    try {
      tb::run_bench(*model, design.spec, wrong.options);
      ADD_FAILURE() << "accepted, " << wrong.expected;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::kUsage);
      EXPECT_EQ(std::string(error.what()), wrong.expected);
    }
  }
  tb::Picture large(640, 480);
  EXPECT_LE(tb::most_vectors("conv2d_stream", {.image = &large}), 100);
}

TEST(Verdict, ResultWidthsAreTheSmallestThatHoldEverySum) {
  for (const bool data_signed : {false, true}) {
    for (int terms = 1; terms <= 25; ++terms) {
      for (int data = 2; data <= 6; ++data) {
        for (int coefficient = 2; coefficient <= 6; ++coefficient) {
          const int64_t x_low = golden::smallest(data, data_signed);
          const int64_t x_high = golden::largest(data, data_signed);
          const int64_t h_low = golden::smallest(coefficient, true);
          const int64_t low = terms * x_high * h_low, high = terms * x_low * h_low;
          const int width = data + coefficient + tb::growth(terms, data_signed);
          const int64_t reach = std::max(-low - 1, high);
          EXPECT_LE(reach, golden::largest(width, true));
          // One bit less would not do for the widest operands.
          if (data == 6 && coefficient == 6) {
            EXPECT_GT(reach, golden::largest(width - 1, true));
          }
        }
      }
    }
  }
  EXPECT_EQ(tb::latency_of_cut("none"), 0);
  EXPECT_EQ(tb::latency_of_cut("fused"), 2);
  EXPECT_EQ(tb::latency_of_cut("mult"), 1);
  EXPECT_EQ(tb::latency_of_cut("pre,mult,branch,post"), 4);
}

TEST(StreamPicture, GivesGoldensPictureAtThreePixelsACycle) {
  const gen::Design design = design_of("conv2d_stream scheme=ffa MaxWidth=40 MaxHeight=30");
  const auto model = tb_test::load(design);
  tb::Picture picture(40, 30);
  for (size_t i = 0; i < picture.samples.size(); ++i) {
    picture.samples[i] = static_cast<int64_t>(i * i % 251);
  }
  for (const std::string& name : tb::kernel_names()) {
    for (const bool gaps : {false, true}) {
      const golden::Kernel kernel = tb::named_kernel(name);
      const tb::StreamedPicture out =
          tb::stream_picture(*model, design.spec, {picture}, kernel, 2, {.gaps = gaps});
      EXPECT_EQ(out.channels.at(0), golden::convolve_frame(picture, kernel, 2, 8, false)) << name;
      if (!gaps) {
        EXPECT_LT(out.cycles, 14 * 30 + 60);
      }
    }
  }
}

// Two channels in and three out, a tile of three lines, a kernel that is not square.
TEST(StreamPicture, GivesGoldensChannels) {
  const gen::Design design = design_of(
      "conv2d_stream kernel=2 kernel_rows=3 parallel=2 parallel_rows=3 InChannels=2 OutChannels=3 "
      "scheme=ffa MaxWidth=40 MaxHeight=30");
  const auto model = tb_test::load(design);
  golden::Channels picture(2, tb::Picture(37, 28));
  std::vector<int64_t> coefficients;
  for (int64_t i = 0; i < 36; ++i) coefficients.push_back(i * i % 37 - 18);
  const golden::Kernel kernel(golden::KernelShape{3, 2, 2, 3}, coefficients);
  for (size_t i = 0; i < picture[0].samples.size(); ++i) {
    picture[0].samples[i] = static_cast<int64_t>(i * i % 251);
    picture[1].samples[i] = static_cast<int64_t>(i * 7 % 256);
  }
  const tb::StreamedPicture out = tb::stream_picture(*model, design.spec, picture, kernel, 3, {});
  EXPECT_EQ(out.channels, golden::convolve_frame(picture, kernel, 3, 8, false));
}

TEST(StreamPicture, RefusesWhatTheEngineCannotDo) {
  const gen::Design design = design_of("conv2d_stream scheme=ffa MaxWidth=40 MaxHeight=30");
  const auto model = tb_test::load(design);
  const golden::Kernel blur = tb::named_kernel("blur");
  EXPECT_THROW(tb::stream_picture(*model, design.spec, {tb::Picture(41, 2)}, blur, 4, {}),
               base::Error);
  EXPECT_THROW(tb::stream_picture(*model, design.spec, {tb::Picture(0, 0)}, blur, 4, {}),
               base::Error);
  EXPECT_THROW(
      tb::stream_picture(*model, design.spec, {tb::Picture(4, 4), tb::Picture(4, 4)}, blur, 4, {}),
      base::Error);
  EXPECT_THROW(tb::stream_picture(*model, design.spec, {tb::Picture(4, 4)},
                                  tb::named_kernel("blur", 3, 5), 4, {}),
               base::Error);
  golden::Kernel large = blur;
  large.coefficients[4] = 128;
  EXPECT_THROW(tb::stream_picture(*model, design.spec, {tb::Picture(4, 4)}, large, 4, {}),
               base::Error);
}

}  // namespace
