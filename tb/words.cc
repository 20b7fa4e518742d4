// SPDX-License-Identifier: Apache-2.0
// Operands of arithmetic units by vector number.

#include "tb/words.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "tb/activations.h"

namespace tb {
namespace {

constexpr int64_t kFewestVectors = 64;  // all of them, again and again
constexpr int64_t kRandomVectors = 2000;
constexpr int64_t kMostCorners = 20000;  // of very many words
constexpr int kGreyBits = 32;            // wider words hold a grey value in as many high bits

std::vector<sim::StimulusField> stimulus_fields(const std::vector<Field>& fields) {
  std::vector<sim::StimulusField> all;
  for (size_t f = 0; f < fields.size(); ++f)
    for (int i = 0; i < fields[f].count; ++i)
      all.push_back({fields[f].port + std::to_string(i), fields[f].width, fields[f].is_signed,
                     static_cast<int>(f)});
  return all;
}

}  // namespace

Words::Words(const std::vector<Field>& fields, const Options& options)
    : stimulus_(stimulus_fields(fields), options.seed, options.vectors), image_(options.image) {
  if (image_ != nullptr && image_->samples.empty()) base::usage_error("image", "it is empty");
  corners_ = std::min(stimulus_.corners(), kMostCorners);
  if (options.vectors > 0) corners_ = std::min(corners_, options.vectors / 2);
}

int64_t Words::default_vectors() const {
  if (image_ != nullptr) {
    const auto words = static_cast<int64_t>(stimulus_.fields().size());
    return std::max(kRandomVectors, static_cast<int64_t>(image_->samples.size()) / words);
  }
  return stimulus_.exhaustive() ? std::max(stimulus_.size(), kFewestVectors)
                                : corners_ + kRandomVectors;
}

void Words::picture(int64_t vector, Values& in) const {
  const auto samples = static_cast<int64_t>(image_->samples.size());
  int64_t next = vector * static_cast<int64_t>(stimulus_.fields().size());
  for (const sim::StimulusField& field : stimulus_.fields()) {
    const int64_t grey = image_->samples[static_cast<size_t>(next++ % samples)];
    const int width = std::min(field.width, kGreyBits);
    const auto bits = static_cast<uint64_t>(activation(grey, width, field.is_signed));
    in.push_back(static_cast<int64_t>(bits << (field.width - width)));
  }
}

void Words::values(int64_t vector, Values& in) const {
  in.clear();
  if (image_ != nullptr) return picture(vector, in);
  int64_t index = vector;
  if (stimulus_.exhaustive()) {
    index %= stimulus_.size();
  } else if (vector < corners_) {
    index = vector * stimulus_.corners() / corners_;
  } else {
    index += stimulus_.corners() - corners_;
  }
  std::vector<uint64_t> bits(stimulus_.fields().size());
  stimulus_.vector(index, bits);
  for (size_t i = 0; i < bits.size(); ++i) {
    const sim::StimulusField& field = stimulus_.fields()[i];
    in.push_back(word_of_bits(bits[i], field.width, field.is_signed));
  }
}

}  // namespace tb
