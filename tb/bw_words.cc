// SPDX-License-Identifier: Apache-2.0
// Samples and signs of units with binary weights, by beat number.

#include "tb/bw_words.h"

#include <algorithm>

#include "sim/random.h"
#include "tb/activations.h"

namespace tb {
namespace {

constexpr uint64_t kSigns = 0x7369;
constexpr int kBiasBits = 12;

}  // namespace

BwWords::BwWords(const std::vector<Field>& fields, const Options& options, int data_width)
    : words_(fields, options),
      image_(options.image),
      samples_(fields[0]),
      data_width_(data_width),
      seed_(options.seed) {}

int64_t BwWords::default_vectors() const {
  if (image_ == nullptr) return words_.default_vectors();
  const auto beats = static_cast<int64_t>(image_->samples.size()) / samples_.count;
  return std::max<int64_t>(beats, 1) * (samples_.width < data_width_ ? data_width_ : 1);
}

void BwWords::values(int64_t vector, int64_t beat, int plane, Values& in) const {
  words_.values(vector, in);
  if (image_ == nullptr) return;
  const auto lanes = static_cast<size_t>(samples_.count);
  const size_t first = static_cast<size_t>(beat) * lanes;
  for (size_t k = 0; k < lanes; ++k) {
    const int64_t grey = image_->samples[(first + k) % image_->samples.size()];
    const int64_t sample = activation(grey, data_width_, samples_.is_signed);
    in[k] = samples_.width < data_width_ ? sample >> (data_width_ - 1 - plane) & 1 : sample;
  }
  sim::Random random(seed_ ^ sim::mix(static_cast<uint64_t>(beat)), kSigns);
  for (size_t k = 0; k < lanes; ++k) in[lanes + k] = static_cast<int64_t>(random.below(2));
  for (size_t n = 2 * lanes; n < in.size(); ++n)
    in[n] = static_cast<int64_t>(random.below(1U << kBiasBits)) - (1 << (kBiasBits - 1));
}

}  // namespace tb
