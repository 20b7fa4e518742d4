// SPDX-License-Identifier: Apache-2.0
// The same networks at speed, for whole test sets: equal to golden/bw_network.h, picture by
// picture.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "golden/bw_network.h"

namespace golden {

// Activations of up to 8 bits. A sum is twice that of the samples with weight +1 less that of all
// samples. The first is made for many filters at a time, sample & mask, in words of 16 bits, into
// which 257 samples of 8 bits fit; a sample of zero is left out. Because the output stage never
// falls when a sum rises, the largest of 2x2 is taken of the sums.
class BwFastNetwork {
 public:
  // Throws std::invalid_argument where the network does not fit together or has wider activations.
  explicit BwFastNetwork(const BwNetwork& network) {
    const std::vector<BwShape> shapes = bw_shapes(network);
    for (size_t l = 0; l < network.layers.size(); ++l) {
      const BwLayer& layer = network.layers[l];
      if (layer.data_width > 8 || layer.out_width > 8) {
        throw std::invalid_argument("layer " + std::to_string(l + 1) +
                                    ": activations of more than 8 bits");
      }
      layers_.emplace_back(layer, shapes[l]);
    }
  }

  // The outputs of the last layer for a picture [row][column][channel].
  std::vector<uint8_t> run(const uint8_t* picture) const {
    std::vector<uint8_t> x(picture, picture + layers_.front().shape.count());
    for (const Layer& layer : layers_) x = layer.run(x);
    return x;
  }

 private:
  static constexpr int kBlock = 16;        // filters at a time
  static constexpr size_t kSamples = 257;  // of 8 bits in a sum of 16

  using Masks = std::array<uint16_t, kBlock>;  // all ones where the weight is +1
  struct Sample {
    uint16_t value;
    uint32_t place;  // among those of a filter: [row][column][in]
  };

  struct Layer {
    BwLayer plain;
    BwShape shape;
    int blocks;                // of filters
    std::vector<Masks> masks;  // [block][place]

    Layer(const BwLayer& layer, const BwShape& x)
        : plain(layer), shape(x), blocks((layer.out_channels + kBlock - 1) / kBlock) {
      masks.resize(static_cast<size_t>(blocks) * layer.terms());
      for (int o = 0; o < layer.out_channels; ++o) {
        for (int r = 0; r < layer.kernel; ++r) {
          for (int k = 0; k < layer.kernel; ++k) {
            for (int c = 0; c < layer.in_channels; ++c) {
              const int place = (r * layer.kernel + k) * layer.in_channels + c;
              const size_t at =
                  static_cast<size_t>(o / kBlock) * layer.terms() + static_cast<size_t>(place);
              masks[at][static_cast<size_t>(o % kBlock)] = layer.sign(o, c, r, k) ? 0 : 0xffff;
            }
          }
        }
      }
    }

    std::vector<uint8_t> run(const std::vector<uint8_t>& x) const {
      const int width = plain.outputs_along(shape.width),
                height = plain.outputs_along(shape.height);
      const int each = plain.pool ? 2 : 1;
      const auto outputs = static_cast<size_t>(plain.out_channels);
      std::vector<uint8_t> y(static_cast<size_t>(width) * static_cast<size_t>(height) * outputs);
      std::vector<Sample> samples(plain.terms());
      std::vector<int32_t> sums(static_cast<size_t>(blocks) * kBlock), largest(sums.size());
      auto out = y.begin();
      for (int i = 0; i < height; ++i) {
        for (int j = 0; j < width; ++j) {
          for (int place = 0; place < each * each; ++place) {
            const size_t count =
                gather(x, each * i + place / each, each * j + place % each, samples.data());
            add_up(samples.data(), count, place == 0 ? largest : sums);
            if (place == 0) continue;
            for (size_t o = 0; o < sums.size(); ++o) largest[o] = std::max(largest[o], sums[o]);
          }
          for (size_t o = 0; o < outputs; ++o) {
            *out++ = static_cast<uint8_t>(
                bw_result(plain, static_cast<int>(o), largest[o] + plain.bias[o]));
          }
        }
      }
      return y;
    }

    // The samples under the kernel that are not zero.
    size_t gather(const std::vector<uint8_t>& x, int row, int column, Sample* samples) const {
      size_t count = 0;
      const int top = plain.stride * row - plain.padding,
                left = plain.stride * column - plain.padding;
      for (int r = std::max(0, -top); r < plain.kernel && top + r < shape.height; ++r) {
        const int first = std::max(0, -left), last = std::min(plain.kernel, shape.width - left);
        const auto start =
            static_cast<size_t>(((top + r) * shape.width + left + first) * shape.channels);
        const int length = std::max(0, last - first) * shape.channels;
        auto place = static_cast<uint32_t>((r * plain.kernel + first) * shape.channels);
        for (int n = 0; n < length; ++n, ++place) {
          samples[count] = {x[start + static_cast<size_t>(n)], place};
          count += samples[count].value != 0 ? 1 : 0;
        }
      }
      return count;
    }

    void add_up(const Sample* samples, size_t count, std::vector<int32_t>& sums) const {
      int32_t all = 0;
      for (size_t n = 0; n < count; ++n) all += samples[n].value;
      for (size_t b = 0; b < static_cast<size_t>(blocks); ++b) {
        const Masks* filters = masks.data() + b * plain.terms();
        int32_t* block = sums.data() + b * kBlock;
        std::fill_n(block, kBlock, -all);
        for (size_t first = 0; first < count; first += kSamples) {
          const size_t last = std::min(count, first + kSamples);
          Masks part = {};
          for (size_t n = first; n < last; ++n) {
            const Masks& mask = filters[samples[n].place];
            for (size_t o = 0; o < kBlock; ++o) {
              part[o] = static_cast<uint16_t>(part[o] + (samples[n].value & mask[o]));
            }
          }
          for (size_t o = 0; o < kBlock; ++o) block[o] += 2 * part[o];
        }
      }
    }
  };

  std::vector<Layer> layers_;
};

}  // namespace golden
