// SPDX-License-Identifier: Apache-2.0
// Work and energy of layers, reckoned by hand; the report over the committed table.

#include "cli/array_scaling.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "base/files.h"
#include "cli/array_quality.h"

namespace {

// The second layer of the demo network: 14 x 14 sums of 144 terms for 64 channels.
TEST(ArrayScaling, WorkOfALayerByHand) {
  golden::BwLayer layer;
  layer.in_channels = 16, layer.out_channels = 64;
  layer.kernel = 3, layer.padding = 1, layer.pool = true;
  const cli::BwWork work = cli::bw_work(layer, 14, 14, {});
  EXPECT_EQ(work.operations, 2 * 14 * 14 * 144 * 64);
  EXPECT_EQ(work.array_words, 14 * 14 * 4 * 9);
  EXPECT_EQ(work.array_operations, work.operations);  // no lane is empty
  // Weights 64 (10 + 9 x 4) 4 = 11 776 bits, in 14 x 14 x 16 x 8 = 25 088, out 7 x 7 x 64 x 8 = 25
  // 088; a word of samples and one of signs are 128 + 256 bits.
  EXPECT_EQ(work.memory_bits, 7056 * 384 + 25088 + 11776);
  EXPECT_EQ(work.dram_bits, 11776 + 25088 + 25088);
}

// One input channel of 16 lanes: sixteen times the operations; what pooling leaves out is no work.
TEST(ArrayScaling, EmptyLanesAndRowsLeftOut) {
  golden::BwLayer layer;
  layer.in_channels = 1, layer.out_channels = 16;
  layer.kernel = 3, layer.padding = 1, layer.pool = true;
  const cli::BwWork work = cli::bw_work(layer, 5, 5, {});
  EXPECT_EQ(work.operations, 2 * 4 * 4 * 9 * 16);
  EXPECT_EQ(work.array_operations, 16 * work.operations);
}

TEST(ArrayScaling, EnergyByHand) {
  const cli::BwWork work = {.operations = 1000,
                            .array_words = 1,
                            .array_operations = 2000,
                            .memory_bits = 640,
                            .dram_bits = 64};
  // 2000 x 0.5 x 13 / 81; 640 x 10 / 64 x 208 / 81; 1300.
  const cli::BwEnergy first =
      cli::bw_energy(work, 0.5, {180, 1.8}, {65, 1.2}, analysis::scaling_rules().at(0));
  EXPECT_NEAR(first.core, 1000 * 13.0 / 81, 1e-9);
  EXPECT_NEAR(first.memories, 100 * 208.0 / 81, 1e-9);
  EXPECT_NEAR(first.dram, 1300, 1e-9);
  // Ratios 2.1046 / 26.372 and 2.1046 / 0.69885; DRAM stays.
  const cli::BwEnergy fitted =
      cli::bw_energy(work, 0.5, {180, 1.8}, {65, 1.2}, analysis::scaling_rules().at(1));
  EXPECT_NEAR(fitted.core, 79.8043, 1e-4);
  EXPECT_NEAR(fitted.memories, 301.152, 1e-3);
  EXPECT_NEAR(fitted.dram, 1300, 1e-9);
}

// Each recorded row at 65 nm is between the rules: 81 / 13 = 6.23 and 12.53 times as much a watt.
TEST(ArrayScaling, ReportHoldsTheRecordedFiguresAndThePublished) {
  testing::internal::CaptureStdout();
  cli::print_arrays_scaled("bench/arrays.txt");
  const std::string report = testing::internal::GetCapturedStdout();
  for (const cli::ArrayRow& row : cli::read_arrays("bench/arrays.txt")) {
    const size_t at = report.find("\n" + row.name + " ");
    ASSERT_NE(at, std::string::npos) << row.name;
    const std::string scaled = fmt::format("{:.1f}", 81 / 13.0 / row.recorded.energy);
    const std::string line = report.substr(at + 1, report.find('\n', at + 1) - at);
    EXPECT_NE(line.find(scaled), std::string::npos) << line;
  }
  for (const char* text : {"2.08", "9.9", "Not alike", "first-order", "Stillmaker-Baas"})
    EXPECT_NE(report.find(text), std::string::npos) << text;
}

TEST(ArrayScaling, RefusesATableWithoutTheEngine) {
  const base::TemporaryDirectory folder;
  const auto file = folder.path() / "arrays.txt";
  base::write_file(file, "small: bw_array Pe=4 Simd=16 | 0 | 0 | 1 1 1 1\n");
  try {
    cli::print_arrays_scaled(file);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_NE(std::string(error.what()).find("must have a row 'engine'"), std::string::npos);
  }
}

}  // namespace
