// SPDX-License-Identifier: Apache-2.0
// Frames of the configurable unit as beats, and what must come out for any sequence of beats.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/spec.h"
#include "golden/ccu.h"
#include "sim/axi_stream.h"
#include "sim/random.h"
#include "tb/bench.h"

namespace tb {

struct CcuSizes {
  explicit CcuSizes(const base::Spec& spec);

  static constexpr int kTile = 12;  // outputs of a tile in each dimension
  int data, coefficient, channels, cores, max_kernel, max_width, pixels;
  int result;  // bits of an output
  bool data_signed;

  int beat_bits() const { return pixels * channels * data; }
  int result_bits() const { return cores * result; }
  int beats(int width) const { return (width + pixels - 1) / pixels; }
};

struct CcuConfig {
  int width = 1, height = 1, stride = 1;
  golden::Kernel kernel;  // an output channel a core

  int across() const { return golden::outputs_along(width, kernel.shape.columns, {stride, 1}); }
  int down() const { return golden::outputs_along(height, kernel.shape.rows, {stride, 1}); }
  std::string text() const;  // `3x5 stride 2, 20x9`
  bool operator==(const CcuConfig&) const = default;
};

// A beat that must come out, and where it belongs.
struct CcuOutput {
  sim::Beat beat;
  int64_t frame = 0;
  int row = 0, column = 0;
  std::shared_ptr<const CcuConfig> config;
  bool optional = false;  // of a frame that was broken off: its tile comes whole or not at all

  bool starts_tile() const { return row % CcuSizes::kTile == 0 && column % CcuSizes::kTile == 0; }
  golden::Wide value(const CcuSizes& sizes, int core) const;
  void set_value(const CcuSizes& sizes, int core, golden::Wide value);
};

// The beats of a frame. `padding` fills what the unit must ignore: the second pixel of the last
// beat of an odd width; nothing if null.
std::vector<sim::Beat> input_beats(const CcuSizes& sizes, const golden::Channels& channels,
                                   sim::Random* padding);

// The results of a frame: tile after tile, each row after row, all cores in a beat.
std::vector<CcuOutput> output_beats(const CcuSizes& sizes, const CcuConfig& config,
                                    const golden::Channels& channels, int64_t frame);

golden::Channels draw_channels(const CcuSizes& sizes, const CcuConfig& config, sim::Random& random);

// Random coefficients for every core, some runs at the ends of the range.
CcuConfig draw_ccu_config(const CcuSizes& sizes, int rows, int columns, int stride, int width,
                          int height, sim::Random& random);

}  // namespace tb
