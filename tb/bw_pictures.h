// SPDX-License-Identifier: Apache-2.0
// Pictures with their classes, and what a binary-weight network takes them for.

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "golden/bw_network.h"

namespace tb {

// Grey pictures of one size, row after row, each of one of the classes 0, 1, ..
struct LabelledPictures {
  std::string name;
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;
  std::vector<uint8_t> labels;

  size_t count() const { return labels.size(); }
  const uint8_t* picture(size_t n) const {
    return pixels.data() + n * static_cast<size_t>(width) * static_cast<size_t>(height);
  }
  golden::BwActivations activations(size_t n) const;
};

// FOLDER/PREFIX-images-idx3-ubyte and -labels-idx1-ubyte, plain or .gz. Usage error naming the file
// that is missing, damaged or does not belong to the other.
LabelledPictures read_labelled_pictures(const std::filesystem::path& folder,
                                        const std::string& prefix, const std::string& name);

// Usage error unless the network takes such pictures, has activations of at most 8 bits and an
// output for each label. `model` names it.
void require_fit(const golden::BwNetwork& network, const LabelledPictures& pictures,
                 const std::string& model);

// The class of each picture by golden's fast form, on so many threads; 0: one a processor.
std::vector<int> classify(const golden::BwNetwork& network, const LabelledPictures& pictures,
                          int threads = 0);

// How many of the first classes are the pictures' own.
int64_t count_right(const LabelledPictures& pictures, const std::vector<int>& classes);

}  // namespace tb
