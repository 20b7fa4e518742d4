// SPDX-License-Identifier: Apache-2.0
// Multiply and accumulate from its definition.

#pragma once

#include <cstdint>
#include <stdexcept>

#include "golden/wide.h"

namespace golden {

// acc = (first ? 0 : acc) + a * b modulo 2^width.
class Mac {
 public:
  Mac(int width, bool is_signed) : width_(width), is_signed_(is_signed) {
    if (width < 1 || width > 126) throw std::invalid_argument("accumulator of 1 to 126 bits");
  }

  // The accumulator behind this product: -2^(width-1)..2^(width-1)-1, or 0..2^width-1.
  Wide add(int64_t a, int64_t b, bool first) {
    const Wide modulus = Wide{1} << width_;
    accumulator_ = ((first ? 0 : accumulator_) + Wide{a} * b) % modulus;
    if (accumulator_ < 0) accumulator_ += modulus;
    return is_signed_ && accumulator_ >= modulus / 2 ? accumulator_ - modulus : accumulator_;
  }

 private:
  int width_;
  bool is_signed_;
  Wide accumulator_ = 0;
};

}  // namespace golden
