// SPDX-License-Identifier: Apache-2.0
// Sums of samples with weights +1 and -1: from the definition, and what each form of hardware adds
// up to with an offset that is its own.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "golden/wide.h"

namespace golden {

enum class BwForm { kXor, kAnd, kNegate, kApprox };
enum class BwData { kUnsigned, kSigned, kBinary };  // kBinary: a bit, 1 is -1
enum class BwCompensation { kNone, kHalf, kExact };

// What results depend on. A sign is 1 where the weight is -1.
struct BwProduct {
  BwForm form = BwForm::kXor;
  BwData data = BwData::kUnsigned;
  int width = 8;  // bits of a sample; of one that comes bit by bit: how many come
  int drop = 0;   // so many low bits of each sample count as zero
  BwCompensation compensation = BwCompensation::kNone;  // kApprox
};

// Half up.
inline Wide bw_half(Wide value) { return (value + 1) >> 1; }

// The number modulo 2^width that a signed word of this width holds.
inline Wide bw_wrap(Wide value, int width) {
  if (width < 1 || width > 120) throw std::invalid_argument("a sum of 1 to 120 bits");
  const Wide modulus = Wide{1} << width;
  const Wide rest = ((value % modulus) + modulus) % modulus;
  return rest >= modulus / 2 ? rest - modulus : rest;
}

// What a sample counts: the word without its dropped bits, or the sign it is.
inline Wide bw_sample(const BwProduct& p, int64_t x) {
  if (p.data == BwData::kBinary) return x != 0 ? -1 : 1;
  return Wide{x >> p.drop} * (Wide{1} << p.drop);
}

// sum w x: the definition.
template <typename Sample, typename Sign>
Wide bw_dot(std::span<const Sample> x, std::span<const Sign> signs, const BwProduct& p = {}) {
  if (x.size() != signs.size()) throw std::invalid_argument("a sign for each sample");
  Wide total = 0;
  for (size_t k = 0; k < x.size(); ++k) {
    const Wide value = bw_sample(p, static_cast<int64_t>(x[k]));
    total += signs[k] != 0 ? -value : value;
  }
  return total;
}

// What the form leaves out and the offset has to bring: a constant of the filter, with `minus` of
// its `terms` weights -1. Lanes without a weight count as terms of weight +1 (sign 0) or -1.
//   xor, unsigned: sum w x = sum (x ^ s) - minus (2^b - 1)
//   xor, signed:   sum w x = sum (x ^ s, highest bit inverted, as unsigned) + minus - terms 2^(b-1)
//   binary:        sum w x = 2 count(x == s) - terms
inline Wide bw_constant(const BwProduct& p, int64_t terms, int64_t minus) {
  if (p.data == BwData::kBinary) return -Wide{terms};
  if (p.form != BwForm::kXor) return 0;
  const int bits = p.width - p.drop;
  const Wide unit = Wide{1} << p.drop;
  if (p.data == BwData::kSigned) return (minus - terms * (Wide{1} << (bits - 1))) * unit;
  return -minus * ((Wide{1} << bits) - 1) * unit;
}

// The mean of sum w (x - x without its dropped bits), when each of those bits is 1 every other
// time; half up.
inline Wide bw_drop_mean(const BwProduct& p, int64_t terms, int64_t minus) {
  return bw_half((terms - 2 * Wide{minus}) * ((Wide{1} << p.drop) - 1));
}

// The offset of a filter with this bias.
inline Wide bw_offset(const BwProduct& p, int64_t terms, int64_t minus, Wide bias) {
  return bias + bw_constant(p, terms, minus) + bw_drop_mean(p, terms, minus);
}
template <typename Sign>
Wide bw_offset(const BwProduct& p, std::span<const Sign> signs, Wide bias) {
  int64_t minus = 0;
  for (const Sign& sign : signs) minus += sign != 0 ? 1 : 0;
  return bw_offset(p, static_cast<int64_t>(signs.size()), minus, bias);
}

// What `lanes` samples add to a sum: with the offset above it is sum w x, but for kApprox, whose
// -x is ~x = -x - 1 (of the bits that count).
template <typename Sample, typename Sign>
Wide bw_lanes(std::span<const Sample> x, std::span<const Sign> signs, const BwProduct& p) {
  const auto lanes = static_cast<int64_t>(x.size());
  int64_t minus = 0;
  for (const Sign& sign : signs) minus += sign != 0 ? 1 : 0;
  Wide error = 0;
  if (p.form == BwForm::kApprox) {
    if (p.compensation == BwCompensation::kNone) error = -minus;
    if (p.compensation == BwCompensation::kHalf) error = lanes / 2 - minus;
  }
  return bw_dot(x, signs, p) - bw_constant(p, lanes, minus) + error * (Wide{1} << p.drop);
}

// kAnd with the sum of the samples from outside: twice the samples of weight +1, less that sum.
template <typename Sample, typename Sign>
Wide bw_lanes_less(std::span<const Sample> x, std::span<const Sign> signs, const BwProduct& p,
                   Wide sum) {
  if (x.size() != signs.size()) throw std::invalid_argument("a sign for each sample");
  Wide positive = 0;
  for (size_t k = 0; k < x.size(); ++k)
    if (signs[k] == 0) positive += bw_sample(p, static_cast<int64_t>(x[k]));
  return 2 * positive - sum;
}

}  // namespace golden
