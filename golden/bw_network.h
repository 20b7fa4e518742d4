// SPDX-License-Identifier: Apache-2.0
// Networks of layers with weights of +1 and -1, from the definition.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "golden/bw_layer.h"

namespace golden {

// One pixel with as many channels as there are samples, in the order in which an engine streams
// them: pixel after pixel, of each its channels.
inline BwActivations flattened(BwActivations x) {
  x.channels *= x.width * x.height;
  x.width = x.height = 1;
  return x;
}

// Layer after layer; the results of one are the samples of the next.
struct BwNetwork {
  int width = 0, height = 0, channels = 1;  // of the pictures
  int data_width = 8;                       // bits of a pixel
  std::vector<BwLayer> layers;
  std::vector<bool> flatten;  // whether a layer takes what comes before as one pixel
};

// A sample of 8 bits as the nearest of fewer.
inline uint8_t bw_narrowed_sample(uint8_t sample, int bits) {
  const int lost = 8 - bits;
  return static_cast<uint8_t>(std::min((int{sample} + (1 << lost >> 1)) >> lost, (1 << bits) - 1));
}

// The same network with activations of fewer bits between its layers and of its pictures, each
// rounded to the nearest that there is; the results of the last layer keep theirs. Layers with
// thresholds cannot be narrowed.
inline BwNetwork bw_narrowed(BwNetwork network, int bits) {
  const auto fewer = [bits](int width) { return width > bits ? width - bits : 0; };
  int taken = fewer(network.data_width);  // bits that samples of a layer have lost
  network.data_width -= taken;
  for (size_t l = 0; l < network.layers.size(); ++l) {
    BwLayer& layer = network.layers[l];
    const bool last = l + 1 == network.layers.size();
    if (!layer.thresholds.empty()) throw std::invalid_argument("a layer with thresholds");
    const int given = last ? 0 : fewer(layer.out_width);
    const int64_t unit = int64_t{1} << taken;
    for (int64_t& bias : layer.bias) bias = (bias + unit / 2) >> taken;
    // Sums are 2^taken too small for the scale, results shall be 2^given smaller.
    layer.shift += given - taken;
    for (; layer.shift > 31; --layer.shift) {
      for (int64_t& scale : layer.scale) scale = (scale + 1) >> 1;
    }
    if (layer.shift < 0) throw std::invalid_argument("a shift below 0");
    layer.data_width -= taken;
    layer.out_width -= given;
    taken = given;
  }
  return network;
}

// What each layer takes: sizes of its picture (or of the flattened one) and its channels; behind
// the last layer what comes out. Throws std::invalid_argument that says which layer does not fit.
struct BwShape {
  int width = 0, height = 0, channels = 0;
  int count() const { return width * height * channels; }
};
inline std::vector<BwShape> bw_shapes(const BwNetwork& network);

// The outputs of each layer.
inline std::vector<BwActivations> bw_infer(const BwNetwork& network, BwActivations x) {
  std::vector<BwActivations> outputs;
  for (size_t l = 0; l < network.layers.size(); ++l) {
    if (network.flatten[l]) x = flattened(x);
    x = bw_layer(network.layers[l], x);
    outputs.push_back(x);
  }
  return outputs;
}

// The class of a picture: where the largest output is, the first of equal ones.
template <class Samples>
int largest_at(const Samples& samples) {
  return static_cast<int>(std::max_element(samples.begin(), samples.end()) - samples.begin());
}

namespace bw_network_detail {

inline void require(bool good, size_t layer, const std::string& text) {
  if (!good) throw std::invalid_argument("layer " + std::to_string(layer + 1) + ": " + text);
}

// `x`: what the layer takes.
inline void check_layer(const BwLayer& layer, const BwShape& x, int data_width, size_t l) {
  const auto one_of = [&](const char* name, int64_t value, int64_t low, int64_t high) {
    require(value >= low && value <= high, l,
            std::string(name) + "=" + std::to_string(value) + " must be in " + std::to_string(low) +
                ".." + std::to_string(high));
  };
  const auto counted = [&](const char* name, size_t found, int64_t wanted) {
    require(found == static_cast<size_t>(wanted), l,
            std::to_string(found) + " " + name + ", must be " + std::to_string(wanted));
  };
  require(!layer.data_signed && layer.relu, l, "activations of a network are unsigned");
  one_of("in_channels", layer.in_channels, 1, 65536);
  one_of("out_channels", layer.out_channels, 1, 65536);
  require(layer.in_channels == x.channels, l,
          "in_channels=" + std::to_string(layer.in_channels) + ", but " +
              std::to_string(x.channels) + " come in");
  require(layer.kernel == 1 || layer.kernel == 3 || layer.kernel == 5, l,
          "kernel=" + std::to_string(layer.kernel) + " must be 1, 3 or 5");
  one_of("stride", layer.stride, 1, 2);
  one_of("padding", layer.padding, 0, 2);
  one_of("out_width", layer.out_width, 1, 16);
  require(layer.data_width == data_width, l,
          "takes activations of " + std::to_string(layer.data_width) + " bits, but they have " +
              std::to_string(data_width));
  counted("signs", layer.signs.size(),
          int64_t{layer.out_channels} * layer.in_channels * layer.kernel * layer.kernel);
  counted("biases", layer.bias.size(), layer.out_channels);
  if (!layer.thresholds.empty()) {
    one_of("out_width with thresholds", layer.out_width, 1, 4);
    const int64_t steps = (int64_t{1} << layer.out_width) - 1;
    counted("scales beside thresholds", layer.scale.size(), 0);
    counted("thresholds", layer.thresholds.size(), layer.out_channels * steps);
    for (size_t i = 1; i < layer.thresholds.size(); ++i) {
      require(i % static_cast<size_t>(steps) == 0 || layer.thresholds[i - 1] <= layer.thresholds[i],
              l, "thresholds do not ascend");
    }
  } else {
    counted("scales", layer.scale.size(), layer.out_channels);
    one_of("shift", layer.shift, 0, 31);
    for (const int64_t scale : layer.scale) one_of("scale", scale, 0, 65535);
  }
  // A sum may be twice the largest one of products.
  const int64_t limit = int64_t{layer.in_channels} * layer.kernel * layer.kernel *
                        ((int64_t{1} << layer.data_width) - 1);
  for (const int64_t bias : layer.bias) one_of("bias", bias, -limit, limit);
}

}  // namespace bw_network_detail

inline std::vector<BwShape> bw_shapes(const BwNetwork& network) {
  using bw_network_detail::require;
  if (network.width < 1 || network.height < 1 || network.channels < 1 || network.width > 4096 ||
      network.height > 4096 || network.channels > 4096) {
    throw std::invalid_argument("width, height and channels of pictures must be in 1..4096");
  }
  if (network.data_width < 1 || network.data_width > 16) {
    throw std::invalid_argument("pixels must have 1 to 16 bits");
  }
  if (network.layers.empty()) throw std::invalid_argument("no layers");
  if (network.flatten.size() != network.layers.size()) {
    throw std::invalid_argument("not a word on flattening for each layer");
  }
  std::vector<BwShape> shapes;
  BwShape x = {network.width, network.height, network.channels};
  int data_width = network.data_width;
  for (size_t l = 0; l < network.layers.size(); ++l) {
    const BwLayer& layer = network.layers[l];
    if (network.flatten[l]) x = {1, 1, x.count()};
    bw_network_detail::check_layer(layer, x, data_width, l);
    shapes.push_back(x);
    const BwShape y = {layer.outputs_along(x.width), layer.outputs_along(x.height),
                       layer.out_channels};
    require(y.width > 0 && y.height > 0, l,
            "nothing comes out of a picture of " + std::to_string(x.width) + " x " +
                std::to_string(x.height));
    x = y;
    data_width = layer.out_width;
  }
  shapes.push_back(x);
  return shapes;
}

}  // namespace golden
