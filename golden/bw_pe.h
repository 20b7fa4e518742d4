// SPDX-License-Identifier: Apache-2.0
// Sums of samples with weights +1 and -1 over beats, whole samples or bit planes at a time.

#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "golden/bw_dot.h"

namespace golden {

// What comes with the samples of a beat.
struct BwBeat {
  bool first = false;  // a new sum
  bool plane = false;  // bit planes: a new plane; of no meaning with `first`
  bool last = false;   // bit planes: the offset is added with this beat
  Wide offset = 0;     // else it is added with a first beat
  Wide samples = 0;    // the sum of the samples, for units that are given it
};

// Accumulates modulo 2^width.
class BwPe {
 public:
  BwPe(const BwProduct& product, int width, bool samples_given = false)
      : product_(product), width_(width), given_(samples_given) {}

  // Whole samples.
  template <typename Sample, typename Sign>
  Wide add(std::span<const Sample> x, std::span<const Sign> signs, const BwBeat& beat) {
    total_ = bw_wrap((beat.first ? beat.offset : total_) + lanes(x, signs, product_, beat), width_);
    return total_;
  }

  // A bit of each sample, the highest plane first. The first plane of signed samples is that of
  // their signs: it is worth its negative, as if all weights were.
  template <typename Sample, typename Sign>
  Wide add_plane(std::span<const Sample> x, std::span<const Sign> signs, const BwBeat& beat) {
    sign_plane_ = beat.first || (sign_plane_ && !beat.plane);
    const bool negative = sign_plane_ && product_.data == BwData::kSigned;
    std::vector<int> weights;
    for (const Sign& sign : signs) weights.push_back((sign != 0) != negative ? 1 : 0);
    BwProduct plane = product_;
    plane.data = BwData::kUnsigned;
    plane.width = 1;
    const Wide before = beat.first ? 0 : beat.plane ? 2 * total_ : total_;
    total_ = bw_wrap(before + lanes(x, std::span<const int>(weights), plane, beat) +
                         (beat.last ? beat.offset : 0),
                     width_);
    return total_;
  }

 private:
  template <typename Sample, typename Sign>
  Wide lanes(std::span<const Sample> x, std::span<const Sign> signs, const BwProduct& product,
             const BwBeat& beat) const {
    return given_ ? bw_lanes_less(x, signs, product, beat.samples) : bw_lanes(x, signs, product);
  }

  BwProduct product_;
  int width_;
  bool given_;
  Wide total_ = 0;
  bool sign_plane_ = false;
};

}  // namespace golden
