// SPDX-License-Identifier: Apache-2.0
// Layers of the binary-weight engine as beats: weights and samples in, results out.

#pragma once

#include <cstdint>
#include <vector>

#include "base/spec.h"
#include "golden/bw_array.h"
#include "golden/bw_layer.h"
#include "sim/axi_stream.h"
#include "sim/random.h"

namespace tb {

// Registers, see gen/units/bw_conv2d.md.
namespace bw_regs {
inline constexpr uint64_t kId = 0x00, kVersion = 0x04, kParams = 0x08, kArray = 0x0c;
inline constexpr uint64_t kLimits = 0x10, kStores = 0x14, kControl = 0x18, kStatus = 0x1c;
inline constexpr uint64_t kWidth = 0x20, kHeight = 0x24, kInChannels = 0x28, kOutChannels = 0x2c;
inline constexpr uint64_t kKernel = 0x30, kStride = 0x34, kPadding = 0x38, kPool = 0x3c;
inline constexpr uint64_t kShift = 0x40, kLayers = 0x44, kCycles = 0x48, kWords = 0x4c;
inline constexpr uint64_t kWeightBits = 0x50, kInputBits = 0x58, kOutputBits = 0x60;
inline constexpr uint64_t kNowhere = 0x68;
inline constexpr unsigned kStart = 1, kAbort = 2;  // CONTROL
// STATUS.
inline constexpr unsigned kWeightsEarly = 1, kWeightsLate = 2, kSamplesEarly = 4, kSamplesLate = 8;
inline constexpr unsigned kFraming = 15, kRefused = 16;
inline constexpr unsigned kBusy = 0x100, kDone = 0x200;
inline constexpr unsigned kWeightsDropped = 0x400, kSamplesDropped = 0x800;
// Why a start was refused.
inline constexpr unsigned kBadKernel = 1U << 16, kBadStride = 1U << 17, kBadPadding = 1U << 18;
inline constexpr unsigned kBadPool = 1U << 19, kBadShift = 1U << 20, kBadFrame = 1U << 21;
inline constexpr unsigned kBadChannels = 1U << 22, kNoOutput = 1U << 23;
inline constexpr unsigned kLinesUnfit = 1U << 24, kTermsUnfit = 1U << 25, kWeightsUnfit = 1U << 26;
inline constexpr unsigned kStillDropped = 1U << 27;
inline constexpr unsigned kReasons = 0xfffU << 16;
inline constexpr unsigned kSticky = kFraming | kRefused | kDone | kReasons;
}  // namespace bw_regs

// Sizes of one engine.
struct BwSizes {
  explicit BwSizes(const base::Spec& resolved);

  int pe, simd, data, out, scale, bus;
  int max_terms, max_out_channels, line_words, weight_words;
  int acc;  // bits of a sum: data + ceil(log2 max_terms) + 2
  bool data_signed, relu;
  golden::BwArrayShape array;

  int in_lane() const { return 8 * ((data + 7) / 8); }
  int out_lane() const { return 8 * ((out + 7) / 8); }
  int in_groups(int channels) const { return (channels + simd - 1) / simd; }
  int out_groups(int channels) const { return (channels + pe - 1) / pe; }
  golden::BwStreams streams() const { return {pe, simd, bus, in_lane(), out_lane(), acc, scale}; }
};

// What a layer asks of the registers.
struct BwSetting {
  uint64_t width = 0, height = 0, in_channels = 0, out_channels = 0;
  uint64_t kernel = 0, stride = 0, padding = 0, pool = 0, shift = 0;
};
BwSetting setting_of(const golden::BwLayer& layer, int width, int height);
// Bits of STATUS that a start with this setting raises: kRefused and the reasons; 0: it is legal.
unsigned refusal_of(const BwSizes& sizes, const BwSetting& setting);

// The stream of weights: of each group of output channels the offsets, the scales, then the signs
// by row, column and input group; each in whole beats. `junk` fills what the engine must ignore:
// parameters and signs of output channels that there are not, the rest of last beats; zero if null.
// The signs of lanes beyond the input channels are zero.
std::vector<sim::Beat> weight_beats(const BwSizes& sizes, const golden::BwLayer& layer,
                                    sim::Random* junk);
// Samples by row, column and group; `junk`: bits above DataWidth, lanes beyond the channels.
std::vector<sim::Beat> sample_beats(const BwSizes& sizes, const golden::BwActivations& samples,
                                    sim::Random* junk);
// The results likewise; other bits are zero, or repeat the sign above OutWidth.
std::vector<sim::Beat> result_beats(const BwSizes& sizes, const golden::BwActivations& results);
golden::BwActivations read_results(const BwSizes& sizes, const std::vector<sim::Beat>& beats,
                                   int width, int height, int channels);

}  // namespace tb
