// SPDX-License-Identifier: Apache-2.0
// A layer with weights of one bit from its definition, and the bits that it takes across the pins.

#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "golden/wide.h"

namespace golden {

// A picture with its channels together: sample (row, column, channel) in that order, channel
// fastest. A dense layer reads a picture of 1 x 1 with as many channels as there are samples.
struct BwActivations {
  int width = 0, height = 0, channels = 0;
  std::vector<int64_t> samples;

  BwActivations() = default;
  BwActivations(int w, int h, int c)
      : width(w),
        height(h),
        channels(c),
        samples(static_cast<size_t>(w) * static_cast<size_t>(h) * static_cast<size_t>(c), 0) {}
  size_t index(int row, int column, int channel) const {
    return (static_cast<size_t>(row) * static_cast<size_t>(width) + static_cast<size_t>(column)) *
               static_cast<size_t>(channels) +
           static_cast<size_t>(channel);
  }
  int64_t at(int row, int column, int channel) const {
    return samples.at(index(row, column, channel));
  }
  int64_t& at(int row, int column, int channel) { return samples.at(index(row, column, channel)); }
  // The picture continued by zeros on all sides.
  int64_t padded(int row, int column, int channel) const {
    const bool inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? samples[index(row, column, channel)] : 0;
  }
  bool operator==(const BwActivations&) const = default;
};

// sum(o, i, j) = bias(o) + sum_{c, r, k} w(o, c, r, k) x(c, stride i + r - padding, stride j + k -
// padding), w = -1 where the sign is 1, else +1; x zero outside the picture.
struct BwLayer {
  int in_channels = 1, out_channels = 1;
  int kernel = 1;  // rows and columns
  int stride = 1, padding = 0;
  bool pool = false;  // largest of 2 x 2 results; an odd last row or column is left out
  int data_width = 8, out_width = 8;
  bool data_signed = false;
  bool relu = true;            // results 0..2^out_width - 1, else signed
  std::vector<uint8_t> signs;  // [out][in][row][column]
  std::vector<int64_t> bias;   // of an output channel, in units of the sum
  std::vector<int64_t> scale;  // of an output channel, 0 or more
  int shift = 0;               // 0..31
  // [out][2^out_width - 1], ascending; the result is how many are reached. Empty: scale and shift.
  std::vector<int64_t> thresholds = {};

  size_t terms() const {  // of a sum
    return static_cast<size_t>(in_channels) * static_cast<size_t>(kernel) *
           static_cast<size_t>(kernel);
  }
  bool sign(int out, int in, int row, int column) const {
    const size_t place =
        (static_cast<size_t>(out) * static_cast<size_t>(in_channels) + static_cast<size_t>(in)) *
            static_cast<size_t>(kernel) +
        static_cast<size_t>(row);
    return signs.at(place * static_cast<size_t>(kernel) + static_cast<size_t>(column)) != 0;
  }
  // Results along a side of `samples`, before and behind the pooling.
  int sums_along(int samples) const {
    const int rest = samples + 2 * padding - kernel;
    return rest < 0 ? 0 : rest / stride + 1;
  }
  int outputs_along(int samples) const { return sums_along(samples) / (pool ? 2 : 1); }
};

// floor((sum * scale + half) / 2^shift), half = 2^(shift - 1) or 0, saturated; or the thresholds.
inline int64_t bw_result(const BwLayer& layer, int out, int64_t sum) {
  if (!layer.thresholds.empty()) {
    const size_t each = (size_t{1} << layer.out_width) - 1;
    int64_t reached = 0;
    for (size_t j = 0; j < each; ++j) {
      reached += layer.thresholds.at(static_cast<size_t>(out) * each + j) <= sum ? 1 : 0;
    }
    return reached;
  }
  const Wide unit = Wide{1} << layer.shift;
  const Wide product = Wide{sum} * layer.scale.at(static_cast<size_t>(out)) + unit / 2;
  const Wide value = product / unit - (product % unit < 0 ? 1 : 0);
  const Wide least = layer.relu ? 0 : -(Wide{1} << (layer.out_width - 1));
  const Wide most = (Wide{1} << (layer.relu ? layer.out_width : layer.out_width - 1)) - 1;
  return static_cast<int64_t>(value < least ? least : value > most ? most : value);
}

inline int64_t bw_sum(const BwLayer& layer, const BwActivations& x, int out, int row, int column) {
  int64_t sum = layer.bias.at(static_cast<size_t>(out));
  for (int c = 0; c < layer.in_channels; ++c) {
    for (int r = 0; r < layer.kernel; ++r) {
      for (int k = 0; k < layer.kernel; ++k) {
        const int64_t sample = x.padded(layer.stride * row + r - layer.padding,
                                        layer.stride * column + k - layer.padding, c);
        sum += layer.sign(out, c, r, k) ? -sample : sample;
      }
    }
  }
  return sum;
}

inline BwActivations bw_layer(const BwLayer& layer, const BwActivations& x) {
  if (x.channels != layer.in_channels) throw std::invalid_argument("channels of the picture");
  BwActivations y(layer.outputs_along(x.width), layer.outputs_along(x.height), layer.out_channels);
  const int each = layer.pool ? 2 : 1;  // results along a side that make an output
  for (int i = 0; i < y.height; ++i) {
    for (int j = 0; j < y.width; ++j) {
      for (int o = 0; o < y.channels; ++o) {
        int64_t largest = 0;
        for (int place = 0; place < each * each; ++place) {
          const int row = each * i + place / each, column = each * j + place % each;
          const int64_t value = bw_result(layer, o, bw_sum(layer, x, o, row, column));
          if (place == 0 || value > largest) largest = value;
        }
        y.at(i, j, o) = largest;
      }
    }
  }
  return y;
}

// How a layer is cut up into beats.
struct BwStreams {
  int pe = 16, simd = 16;  // output and input channels at a time
  int weight_bus = 64;     // bits of a beat of weights
  int input_lane_bits = 8, output_lane_bits = 8;
  int acc_width = 22, scale_width = 16;  // bits of an output channel's offset and scale
};

// What a layer takes: bits across the pins, and the work.
struct BwTraffic {
  int64_t weight_bits = 0, input_bits = 0, output_bits = 0;
  int64_t words = 0;  // cycles in which all PEs have a word of samples and one of weights
  bool operator==(const BwTraffic&) const = default;
};

// Every weight, every activation and every result crosses once; each stream in whole beats.
inline BwTraffic bw_traffic(const BwLayer& layer, int width, int height, const BwStreams& s) {
  const auto whole = [](int64_t amount, int64_t unit) { return (amount + unit - 1) / unit; };
  const int64_t in_groups = whole(layer.in_channels, s.simd);
  const int64_t out_groups = whole(layer.out_channels, s.pe);
  const int64_t outputs =
      int64_t{layer.outputs_along(width)} * layer.outputs_along(height) * out_groups;
  const int64_t sum_words = int64_t{layer.kernel} * layer.kernel * in_groups;
  const int64_t parameter_beats = whole(int64_t{s.pe} * s.acc_width, s.weight_bus) +
                                  whole(int64_t{s.pe} * s.scale_width, s.weight_bus);
  const int64_t word_beats = whole(int64_t{s.pe} * s.simd, s.weight_bus);
  BwTraffic t;
  t.weight_bits = out_groups * (parameter_beats + sum_words * word_beats) * s.weight_bus;
  t.input_bits = int64_t{width} * height * in_groups * s.simd * s.input_lane_bits;
  t.output_bits = outputs * s.pe * s.output_lane_bits;
  t.words = outputs * (layer.pool ? 4 : 1) * sum_words;
  return t;
}

}  // namespace golden
