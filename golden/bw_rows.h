// SPDX-License-Identifier: Apache-2.0
// The two rows that trees of whole rows leave, for final adders with errors (tree=rows).

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "golden/bw_pe.h"

namespace golden {

// Rows are words modulo 2^width.
struct BwRows {
  UnsignedWide first = 0, second = 0;
};

// Each three rows in order become two, a ^ b ^ c and twice the majority; those that are left over
// stay behind them; until two are left.
inline BwRows bw_reduce(std::vector<UnsignedWide> rows, int width) {
  const UnsignedWide mask = (UnsignedWide{1} << width) - 1;
  while (rows.size() > 2) {
    std::vector<UnsignedWide> next;
    size_t i = 0;
    for (; i + 3 <= rows.size(); i += 3) {
      const UnsignedWide a = rows[i], b = rows[i + 1], c = rows[i + 2];
      next.push_back(a ^ b ^ c);
      next.push_back((((a & b) | (a & c) | (b & c)) << 1) & mask);
    }
    for (; i < rows.size(); ++i) next.push_back(rows[i]);
    rows = std::move(next);
  }
  rows.resize(2, 0);
  return {rows[0], rows[1]};
}

// The rows of a beat: the word of each lane; of kAnd then each sample to be subtracted, or the
// given sum of them; of kApprox with kExact the signs. A bit that counts negative stands as its
// complement, the constants of all those, and half the lanes with kHalf, are one last row where
// they are not 0.
template <typename Sample, typename Sign>
std::vector<UnsignedWide> bw_beat_rows(std::span<const Sample> x, std::span<const Sign> signs,
                                       const BwProduct& p, int width, bool samples_given = false,
                                       Wide samples = 0) {
  const int bits = p.width - p.drop;
  const UnsignedWide mask = (UnsignedWide{1} << width) - 1;
  const UnsignedWide all = (UnsignedWide{1} << bits) - 1;
  const UnsignedWide top = UnsignedWide{1} << (bits - 1);
  const bool is_signed = p.data == BwData::kSigned;
  std::vector<UnsignedWide> rows;
  UnsignedWide constant = 0;
  for (size_t k = 0; k < x.size(); ++k) {
    const bool minus = signs[k] != 0;
    const auto sample = static_cast<UnsignedWide>(static_cast<int64_t>(x[k]) >> p.drop) & all;
    const UnsignedWide flipped = minus ? sample ^ all : sample;
    UnsignedWide row = 0;
    if (p.data == BwData::kBinary) {
      row = (flipped ^ 1) << 1;
    } else if (p.form == BwForm::kXor) {
      row = is_signed ? flipped ^ top : flipped;
    } else if (p.form == BwForm::kAnd) {
      row = ((minus ? 0 : sample) ^ (is_signed ? top : 0)) << 1;
      if (is_signed) constant -= top << 1;
    } else if (p.form == BwForm::kApprox) {
      row = is_signed ? flipped ^ top : flipped | (minus ? 0 : top << 1);
      constant -= is_signed ? top : top << 1;
    } else {
      const Wide value = bw_sample(p, static_cast<int64_t>(x[k])) >> p.drop;
      row = (static_cast<UnsignedWide>(minus ? -value : value) & (all << 1 | 1)) ^ (top << 1);
      constant -= top << 1;
    }
    rows.push_back(row << p.drop & mask);
  }
  if (p.form == BwForm::kAnd && samples_given) {
    rows.push_back(~static_cast<UnsignedWide>(samples) & mask);
  } else if (p.form == BwForm::kAnd) {
    for (const Sample& sample : x) {
      const auto word = static_cast<UnsignedWide>(static_cast<int64_t>(sample) >> p.drop) & all;
      rows.push_back((is_signed ? word ^ all ^ top : word ^ all) << p.drop & mask);
      constant -= is_signed ? all ^ top : all;
    }
  }
  if (p.form == BwForm::kApprox && p.compensation == BwCompensation::kExact)
    for (const Sign& sign : signs) rows.push_back(UnsignedWide{sign != 0 ? 1U : 0U} << p.drop);
  if (p.form == BwForm::kApprox && p.compensation == BwCompensation::kHalf)
    constant += x.size() / 2;
  constant <<= p.drop;
  if (p.form == BwForm::kAnd && samples_given) constant += 1;
  if ((constant & mask) != 0) rows.push_back(constant & mask);
  return rows;
}

// Accumulates in the two rows (see BwPe for what a beat means): add() gives the final adder's
// operands.
class BwRowsPe {
 public:
  BwRowsPe(const BwProduct& product, int width, bool samples_given = false)
      : product_(product), width_(width), given_(samples_given) {}

  template <typename Sample, typename Sign>
  BwRows add(std::span<const Sample> x, std::span<const Sign> signs, const BwBeat& beat) {
    auto rows = bw_beat_rows(x, signs, product_, width_, given_, beat.samples);
    rows.push_back(beat.first ? word(beat.offset) : sum_.first);
    rows.push_back(beat.first ? 0 : sum_.second);
    return sum_ = bw_reduce(std::move(rows), width_);
  }

  template <typename Sample, typename Sign>
  BwRows add_plane(std::span<const Sample> x, std::span<const Sign> signs, const BwBeat& beat) {
    sign_plane_ = beat.first || (sign_plane_ && !beat.plane);
    const bool negative = sign_plane_ && product_.data == BwData::kSigned;
    std::vector<int> weights;
    for (const Sign& sign : signs) weights.push_back((sign != 0) != negative ? 1 : 0);
    BwProduct plane = product_;
    plane.data = BwData::kUnsigned;
    plane.width = 1;
    auto rows = bw_beat_rows(x, std::span<const int>(weights), plane, width_, given_, beat.samples);
    rows.push_back(beat.last ? word(beat.offset) : 0);
    for (const UnsignedWide row : {sum_.first, sum_.second})
      rows.push_back(beat.first ? 0 : beat.plane ? word(static_cast<Wide>(row << 1)) : row);
    return sum_ = bw_reduce(std::move(rows), width_);
  }

 private:
  UnsignedWide word(Wide value) const {
    return static_cast<UnsignedWide>(value) & ((UnsignedWide{1} << width_) - 1);
  }

  BwProduct product_;
  int width_;
  bool given_;
  BwRows sum_;
  bool sign_plane_ = false;
};

}  // namespace golden
