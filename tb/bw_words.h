// SPDX-License-Identifier: Apache-2.0
// Samples and signs of units with binary weights, by beat number.

#pragma once

#include <cstdint>

#include "tb/words.h"

namespace tb {

// Samples, signs and what else there is (an offset): Words, but that with a picture only the
// samples are its grey values, a line after the other, while the signs are random, as those of a
// trained network look, and other words random and small, as a bias is.
class BwWords {
 public:
  // `fields`: samples, signs, others. Samples of one bit are planes of samples of `data_width`.
  BwWords(const std::vector<Field>& fields, const Options& options, int data_width);

  int64_t default_vectors() const;
  void values(int64_t vector, Values& in) const { values(vector, vector, 0, in); }
  // Bit planes: the beat that the vector is part of, and its plane, 0 the highest.
  void values(int64_t vector, int64_t beat, int plane, Values& in) const;

 private:
  Words words_;
  const Picture* image_;
  Field samples_;
  int data_width_;
  uint64_t seed_;
};

}  // namespace tb
