// SPDX-License-Identifier: Apache-2.0
// Samples and coefficients by vector number, for filters and convolution units.

#pragma once

#include <cstdint>
#include <vector>

#include "sim/stimulus.h"

namespace tb {

// `samples` words of one width and sign, then `coefficients` signed words: exhaustive, or corners
// and random vectors (sim::Stimulus).
class Operands {
 public:
  // `repeat`: corners stand for so many vectors, until they fill a unit's memory of samples.
  Operands(int samples, int sample_width, bool samples_signed, int coefficients,
           int coefficient_width, int repeat, uint64_t seed);

  int64_t default_vectors() const;
  // Coefficients in their own width, before anything is added beforehand.
  void values(int64_t vector, std::vector<int64_t>& x, std::vector<int64_t>& h) const;

 private:
  int64_t corners() const;  // that are driven, each `repeat` times

  sim::Stimulus stimulus_;
  size_t samples_;
  int repeat_;
};

}  // namespace tb
