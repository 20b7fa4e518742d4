// SPDX-License-Identifier: Apache-2.0
// An array of accumulators for weights of +1 and -1, and what becomes of their sums.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "golden/wide.h"

namespace golden {

// Samples of `data_width` bits, sums modulo 2^acc_width. A binary sample is a sign: 1 is -1.
struct BwArrayShape {
  enum class Data { kUnsigned, kSigned, kBinary };
  // Words whose sum is that of w x, but for a constant of each weight that the offset makes up for.
  // u is the sample as an unsigned number: of signed ones larger by 2^(b-1).
  enum class Form {
    kXor,  // u, or its complement 2^b - 1 - u; binary: two for each product that is +1
    kAnd,  // the complement of u, and with weight +1 twice u beside it
  };

  int pe = 1, simd = 1;
  int data_width = 8, acc_width = 20;
  Data data = Data::kUnsigned;
  Form form = Form::kXor;

  // By which the word of a product exceeds the product w x.
  int64_t excess(bool negative) const {
    if (data == Data::kBinary) return 1;
    const int64_t modulus = int64_t{1} << data_width, half = modulus / 2;
    int64_t words = negative ? modulus - 1 : 0;
    if (form == Form::kAnd) words = modulus - 1;
    const int64_t more = data == Data::kSigned ? half : 0;  // u = x + more
    return words + (negative ? -more : more);
  }

  // The offset of a filter: its bias less the excess of all its weights, `minus` of which are -1;
  // `terms` counts all lanes of all beats, those without a weight as they are driven.
  int64_t offset(int64_t bias, int64_t terms, int64_t minus) const {
    return bias - (terms - minus) * excess(false) - minus * excess(true);
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

// Weights of an array: a set at work, the next one loaded row by row.
class BwWeights {
 public:
  struct Row {
    std::vector<int64_t> signs;
    int64_t offset = 0;
  };
  explicit BwWeights(int pe) : work_(static_cast<size_t>(pe)), loaded_(work_) {}

  // Rows are taken until the set is complete.
  bool ready() const { return next_ < loaded_.size(); }
  void load(Row row) { loaded_.at(next_++) = std::move(row); }
  // The loaded rows go to work, those that were not loaded as they were.
  void swap() {
    work_ = loaded_;
    next_ = 0;
  }
  void reset() { next_ = 0; }
  const std::vector<Row>& at_work() const { return work_; }

 private:
  std::vector<Row> work_, loaded_;
  size_t next_ = 0;
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
