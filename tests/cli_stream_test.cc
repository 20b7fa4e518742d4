// SPDX-License-Identifier: Apache-2.0
// The demonstration's picture as three channels through an engine, against golden.

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "cli/image.h"
#include "cli/sources.h"
#include "gen/generate.h"
#include "golden/conv2d.h"
#include "sim/loader.h"
#include "tb/conv2d_stream.h"

namespace cli_test {
namespace {

// Two lines of two pixels a beat; the last line and the last column are half a beat.
TEST(Stream, MakesTwoChannelsOfThree) {
  const golden::Picture grey = cli::read_png("demo/picture.png", 640, 480);
  golden::Channels picture(3, golden::Picture(grey.width - 1, grey.height - 1));
  for (int row = 0; row + 1 < grey.height; ++row) {
    for (int column = 0; column + 1 < grey.width; ++column) {
      picture[0].at(row, column) = grey.at(row, column);
      picture[1].at(row, column) = grey.at(grey.height - 1 - row, column);
      picture[2].at(row, column) = grey.at(row, grey.width - 1 - column);
    }
  }
  std::vector<int64_t> coefficients;
  for (int64_t i = 0; i < 54; ++i) coefficients.push_back(i * i % 41 - 20);
  const golden::Kernel kernel(golden::KernelShape{3, 3, 3, 2}, coefficients);
  const gen::Design design = gen::generate(base::Spec::parse_line(
      "conv2d_stream parallel=2 parallel_rows=2 InChannels=3 OutChannels=2 CoefWidth=6"));
  const auto model = sim::load_verilog(cli::model_request(design));
  const tb::StreamedPicture out =
      tb::stream_picture(*model, design.spec, picture, kernel, 3, {.gaps = false});
  EXPECT_EQ(out.channels, golden::convolve_frame(picture, kernel, 3, 8, false));
  // A cycle for each beat, of one line and one beat more, and for the registers and the pipeline.
  EXPECT_LT(out.cycles, 320 * (240 + 1) + 100);
}

}  // namespace
}  // namespace cli_test
