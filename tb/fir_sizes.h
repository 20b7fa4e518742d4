// SPDX-License-Identifier: Apache-2.0
// What a resolved spec of the FIR filter says, and its ports.

#pragma once

#include <vector>

#include "base/spec.h"
#include "golden/preadd.h"
#include "tb/vector_unit.h"

namespace tb {

struct FirSizes {
  int taps = 0, parallel = 0, data = 0, coefficient = 0, result = 0;
  bool data_signed = false, offline = false;
  golden::BlockFilter blocks;
  std::vector<golden::Form> forms;  // its sums of coefficients

  explicit FirSizes(const base::Spec& resolved);

  // Samples of a block whose results are carried to the next; 0: none are.
  int carried() const { return blocks.overlap_add ? parallel : 0; }
  int blocks_remembered() const { return (taps + parallel - 2) / parallel; }
  // Oldest sample first.
  Field x() const { return {"x_i", parallel, data, data_signed}; }
  // h[0] first, or what the coefficients are converted to.
  Field h() const { return offline ? preadded_field() : raw_field(); }
  Field raw_field() const { return {"h_i", taps, coefficient, true}; }
  Field preadded_field() const;
  Values preadded(const Values& coefficients) const;
  Field y() const { return {"y_o", parallel, result, true}; }
};

}  // namespace tb
