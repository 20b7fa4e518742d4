// SPDX-License-Identifier: Apache-2.0
// Pictures with their classes, and what a binary-weight network takes them for.

#include "tb/bw_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/error.h"
#include "base/idx.h"
#include "golden/bw_network_fast.h"

namespace tb {

namespace fs = std::filesystem;

golden::BwActivations LabelledPictures::activations(size_t n) const {
  golden::BwActivations x(width, height, 1);
  std::copy_n(picture(n), x.samples.size(), x.samples.begin());
  return x;
}

LabelledPictures read_labelled_pictures(const fs::path& folder, const std::string& prefix,
                                        const std::string& name) {
  const fs::path images = folder / (prefix + "-images-idx3-ubyte");
  const fs::path labels = folder / (prefix + "-labels-idx1-ubyte");
  base::IdxArray pixels = base::read_idx(images, 3);
  base::IdxArray classes = base::read_idx(labels, 1);
  if (pixels.shape[0] != classes.shape[0])
    base::usage_error(labels.string(),
                      fmt::format("{} labels for {} pictures", classes.shape[0], pixels.shape[0]));
  if (pixels.bytes.empty()) base::usage_error(images.string(), "has no pictures");
  return {name, static_cast<int>(pixels.shape[2]), static_cast<int>(pixels.shape[1]),
          std::move(pixels.bytes), std::move(classes.bytes)};
}

void require_fit(const golden::BwNetwork& network, const LabelledPictures& pictures,
                 const std::string& model) {
  if (network.width != pictures.width || network.height != pictures.height ||
      network.channels != 1 || network.data_width != 8)
    base::usage_error(
        model, fmt::format("takes pictures of {}x{}x{} with {} bits, those of {} are "
                           "{}x{}x1 with 8 bits",
                           network.width, network.height, network.channels, network.data_width,
                           pictures.name, pictures.width, pictures.height));
  for (size_t l = 0; l < network.layers.size(); ++l)
    if (network.layers[l].out_width > 8)
      base::usage_error(model, fmt::format("layer {}: results of {} bits, must be at most 8", l + 1,
                                           network.layers[l].out_width));
  const int classes = golden::bw_shapes(network).back().count();
  const auto largest = *std::max_element(pictures.labels.begin(), pictures.labels.end());
  if (largest >= classes)
    base::usage_error(
        model, fmt::format("has {} outputs, {} has the label {}", classes, pictures.name, largest));
}

std::vector<int> classify(const golden::BwNetwork& network, const LabelledPictures& pictures,
                          int threads) {
  const golden::BwFastNetwork fast(network);
  std::vector<int> classes(pictures.count());
  const size_t each = 64;  // pictures at a time, one thread's share
  const auto step = static_cast<size_t>(
      threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
  const auto work = [&](size_t first) {
    for (size_t begin = first * each; begin < classes.size(); begin += step * each)
      for (size_t n = begin; n < std::min(begin + each, classes.size()); ++n)
        classes[n] = golden::largest_at(fast.run(pictures.picture(n)));
  };
  std::vector<std::thread> others;
  for (size_t t = 1; t < step; ++t) others.emplace_back(work, t);
  work(0);
  for (std::thread& thread : others) thread.join();
  return classes;
}

int64_t count_right(const LabelledPictures& pictures, const std::vector<int>& classes) {
  int64_t right = 0;
  for (size_t n = 0; n < classes.size(); ++n) right += classes[n] == pictures.labels[n] ? 1 : 0;
  return right;
}

}  // namespace tb
