// SPDX-License-Identifier: Apache-2.0
// The configurable unit: every kernel size, and how busy its multipliers are.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tb/bench.h"
#include "tb/ccu.h"
#include "tests/tb_support.h"

namespace {

// These run for hundreds of thousands of cycles, so the model is compiled for speed.
std::unique_ptr<sim::Model> fast_model(const gen::Design& design) {
  sim::ModelRequest wanted = tb_test::request(design);
  wanted.optimise = 2;
  return sim::load_verilog(wanted);
}

class CcuPoint : public testing::TestWithParam<const char*> {};

// The bench's own plan has every kernel up to 12x12 at strides 1 and 2.
TEST_P(CcuPoint, EverySizeIsExact) {
  const gen::Design design = gen::generate(base::Spec::parse_line(GetParam()));
  const tb::Verdict verdict = tb::run_bench(*fast_model(design), design.spec);
  ASSERT_TRUE(verdict.passed) << verdict.mismatch;
  EXPECT_GT(verdict.vectors, 2 * 12 * 12);
  std::vector<std::string> cases = {"frames of stride 1",
                                    "frames of stride 2",
                                    "rectangular kernels",
                                    "frames of whole tiles",
                                    "frames with partial tiles",
                                    "frames of several tiles",
                                    "frames of the maximum width",
                                    "lines that end within a beat",
                                    "configured while a frame runs",
                                    "commits without coefficients",
                                    "commits refused",
                                    "coefficients checked",
                                    "writes refused while a commit is pending",
                                    "register map checked",
                                    "counters checked",
                                    "reset while a frame runs",
                                    "frames with a planted framing error",
                                    "outputs of frames broken off",
                                    "input beats that waited",
                                    "output beats that waited"};
  for (int k = 1; k <= 12; ++k) cases.push_back(fmt::format("square kernels of {}", k));
  for (const unsigned bit : {0x1U, 0x2U, 0x4U, 0x8U}) {
    cases.push_back(fmt::format("STATUS {:#x} set and cleared", bit));
  }
  for (const std::string& seen : cases) {
    const auto found = verdict.coverage.find(seen);
    EXPECT_TRUE(found != verdict.coverage.end() && found->second > 0) << seen;
  }
}

INSTANTIATE_TEST_SUITE_P(Units, CcuPoint,
                         testing::Values("ccu InChannels=2 MaxWidth=48",
                                         "ccu InChannels=1 Cores=3 Pixels=5 MaxWidth=37 "
                                         "data=signed DataWidth=5 CoefWidth=7 reset=sync"),
                         [](const auto& point) { return tb_test::test_name(point.param); });

// Useful multiplications per multiplier and cycle, from the first accepted beat of a frame to the
// last, by the unit's own counters: at least 0.99 of what its algorithms allow. Frames of whole
// tiles, 96 outputs wide. A beat of five pixels brings a line in 20 cycles, so that little is lost
// before the first window. 96 x 96 of 2x2 is out of reach: one hundredth of it is 92 cycles, and
// five lines in and a row of places out take more.
TEST(Ccu, KeepsItsMultipliersBusy) {
  const gen::Design design = gen::generate(base::Spec::parse_line("ccu Pixels=5"));
  struct Row {
    int kernel, height;
    double bound, wanted;
  };
  std::vector<Row> rows = {{2, 96, 16.0 / 9, 0.9},
                           {2, 480, 16.0 / 9, 0.99},
                           {3, 96, 9.0 / 4, 0.99},
                           {4, 96, 16.0 / 9, 0.99},
                           {5, 96, 100.0 / 49, 0.99}};
  if (std::getenv("FIRCONE_LONG") != nullptr) {
    for (const Row& row :
         {Row{6, 96, 9.0 / 4, 0.99}, Row{7, 96, 49.0 / 25, 0.99}, Row{8, 96, 256.0 / 121, 0.99},
          Row{9, 96, 9.0 / 4, 0.99}, Row{10, 96, 100.0 / 49, 0.99}, Row{11, 96, 484.0 / 225, 0.99},
          Row{12, 96, 9.0 / 4, 0.99}})
      rows.push_back(row);
  }
  std::vector<tb::CcuShape> shapes;
  shapes.reserve(rows.size());
  for (const Row& row : rows) {
    shapes.push_back(tb::shape_for(row.kernel, row.kernel, 1, 96, row.height));
  }
  const std::vector<tb::CcuFigures> all =
      tb::measure_ccu(*fast_model(design), design.spec, shapes, 1);
  ASSERT_EQ(all.size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const double got = all[i].per_multiplier();
    fmt::print(
        "{0:2}x{0:<2}  96x{1:<4} {2:8} cycles, {3:8} with products: {4:.4f} of {5:.4f}, {6:.4f}\n",
        rows[i].kernel, rows[i].height, all[i].cycles, all[i].issued, got, rows[i].bound,
        got / rows[i].bound);
    EXPECT_GE(got, rows[i].wanted * rows[i].bound) << rows[i].kernel;
    EXPECT_LE(got, rows[i].bound) << rows[i].kernel;
  }
}

}  // namespace
