// SPDX-License-Identifier: Apache-2.0
// Samples and coefficients by vector number, for filters and convolution units.

#include "tb/operands.h"

#include <algorithm>
#include <string>

#include "tb/vector_unit.h"

namespace tb {
namespace {

constexpr int64_t kRandomVectors = 2000;
// Of a large array's corners, each bit alone, some are enough.
constexpr int64_t kMostCorners = 6000;
constexpr int64_t kFirstCorners = 200;  // extremes of all samples and coefficients: all of them

std::vector<sim::StimulusField> fields(int samples, int sample_width, bool samples_signed,
                                       int coefficients, int coefficient_width) {
  std::vector<sim::StimulusField> all;
  all.reserve(static_cast<size_t>(samples) + static_cast<size_t>(coefficients));
  for (int i = 0; i < samples; ++i) {
    all.push_back({"x" + std::to_string(i), sample_width, samples_signed, 0});
  }
  for (int i = 0; i < coefficients; ++i) {
    all.push_back({"h" + std::to_string(i), coefficient_width, true, 1});
  }
  return all;
}

}  // namespace

Operands::Operands(int samples, int sample_width, bool samples_signed, int coefficients,
                   int coefficient_width, int repeat, uint64_t seed)
    : stimulus_(fields(samples, sample_width, samples_signed, coefficients, coefficient_width),
                seed),
      samples_(static_cast<size_t>(samples)),
      repeat_(repeat) {}

int64_t Operands::corners() const {
  return stimulus_.exhaustive() ? 0 : std::min(stimulus_.corners(), kMostCorners);
}

int64_t Operands::default_vectors() const {
  if (stimulus_.exhaustive()) return stimulus_.size();
  return corners() * repeat_ + kRandomVectors;
}

void Operands::values(int64_t vector, std::vector<int64_t>& x, std::vector<int64_t>& h) const {
  const int64_t held = corners();
  int64_t index = vector - held * repeat_ + stimulus_.corners();
  if (vector < held * repeat_) {
    index = vector / repeat_;
    // Spread evenly over the rest of the corners.
    if (index >= kFirstCorners && held < stimulus_.corners()) {
      index = kFirstCorners + (index - kFirstCorners) * (stimulus_.corners() - kFirstCorners) /
                                  (held - kFirstCorners);
    }
  }
  if (stimulus_.exhaustive()) index %= stimulus_.size();
  std::vector<uint64_t> bits(stimulus_.fields().size());
  stimulus_.vector(index, bits);
  x.clear();
  h.clear();
  for (size_t i = 0; i < bits.size(); ++i) {
    const sim::StimulusField& field = stimulus_.fields()[i];
    (i < samples_ ? x : h).push_back(word_of_bits(bits[i], field.width, field.is_signed));
  }
}

}  // namespace tb
