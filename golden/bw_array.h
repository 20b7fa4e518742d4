// SPDX-License-Identifier: Apache-2.0
// An array of accumulators for weights of +1 and -1, and what becomes of their sums.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "golden/wide.h"

namespace golden {

// Samples of `data_width` bits, sums modulo 2^acc_width. A binary sample is a sign: 1 is -1.
struct BwArrayShape {
  enum class Data { kUnsigned, kSigned, kBinary };
  // kExact: a sum is offset + sum of w x. kXor: each product is larger by what the inverted bits
  // have too much, a constant of the weight: the filter's offset must make up for it.
  enum class Form { kExact, kXor };

  int pe = 1, simd = 1;
  int data_width = 8, acc_width = 20;
  Data data = Data::kUnsigned;
  Form form = Form::kExact;

  // By which the word of a product exceeds the product w x. Unsigned: the complement of x is
  // 2^b - 1 - x. Signed: the same of x + 2^(b-1), which the unit adds. Binary: two for each product
  // that is +1.
  int64_t excess(bool negative) const {
    if (form == Form::kExact) return 0;
    const int64_t half = int64_t{1} << (data_width - 1);
    if (data == Data::kBinary) return 1;
    if (data == Data::kSigned) return negative ? half - 1 : half;
    return negative ? 2 * half - 1 : 0;
  }
};

class BwArray {
 public:
  explicit BwArray(const BwArrayShape& shape)
      : shape_(shape), sums_(static_cast<size_t>(shape.pe), 0) {}

  // A beat: x[simd] as numbers (binary: the bit), signs[pe * simd], channel by channel, 1 is -1;
  // offsets[pe], where sums begin that are new with this beat. The sums behind it, signed.
  const std::vector<Wide>& add(std::span<const int64_t> x, std::span<const int64_t> signs,
                               std::span<const int64_t> offsets, bool first) {
    const auto lanes = static_cast<size_t>(shape_.simd);
    if (x.size() != lanes || signs.size() != lanes * sums_.size() || offsets.size() != sums_.size())
      throw std::invalid_argument("beat of another array");
    for (size_t p = 0; p < sums_.size(); ++p) {
      Wide sum = first ? Wide{offsets[p]} : sums_[p];
      for (size_t l = 0; l < lanes; ++l) {
        const bool negative = signs[p * lanes + l] != 0;
        const bool binary = shape_.data == BwArrayShape::Data::kBinary;
        const int64_t sample = binary ? (x[l] != 0 ? -1 : 1) : x[l];
        sum += (negative ? -sample : sample) + shape_.excess(negative);
      }
      const Wide modulus = Wide{1} << shape_.acc_width;
      sum = (sum % modulus + modulus) % modulus;
      sums_[p] = sum >= modulus / 2 ? sum - modulus : sum;
    }
    return sums_;
  }

 private:
  BwArrayShape shape_;
  std::vector<Wide> sums_;
};

// floor((sum * scale + half) / 2^shift), half = 2^(shift-1) or 0; to 0..2^out_width-1 with relu,
// else to the signed numbers of out_width bits.
inline Wide bw_activation(Wide sum, int64_t scale, int shift, int out_width, bool relu) {
  const Wide unit = Wide{1} << shift;
  const Wide product = sum * scale + unit / 2;
  const Wide quotient = product / unit - (product % unit < 0 ? 1 : 0);
  const Wide least = relu ? 0 : -(Wide{1} << (out_width - 1));
  const Wide most = (Wide{1} << (relu ? out_width : out_width - 1)) - 1;
  return quotient < least ? least : quotient > most ? most : quotient;
}

// How many of the thresholds the sum reaches.
inline int bw_reached(Wide sum, std::span<const int64_t> thresholds) {
  int reached = 0;
  for (const int64_t threshold : thresholds) reached += threshold <= sum ? 1 : 0;
  return reached;
}

}  // namespace golden
