// SPDX-License-Identifier: Apache-2.0
// What a resolved spec of the convolution unit says, and its ports.

#pragma once

#include <vector>

#include "base/spec.h"
#include "golden/conv2d.h"
#include "golden/preadd.h"
#include "tb/vector_unit.h"

namespace tb {

struct FcuSizes {
  golden::KernelShape kernel;
  golden::Steps steps;
  golden::FilterLine rows, columns;        // filters along a column of the kernel, along a row
  std::vector<golden::Form> down, across;  // their sums of coefficients
  int data = 0, coefficient = 0, result = 0;
  bool data_signed = false, offline = false;

  explicit FcuSizes(const base::Spec& resolved);

  int window_rows() const;
  int window_columns() const;
  int samples() const { return kernel.in_channels * window_rows() * window_columns(); }

  // Sample (channel c, row r, column k) is word (c * window_rows + r) * window_columns + k.
  Field x() const;
  // Coefficients in the order of golden::Kernel, or what they are converted to.
  Field h() const { return offline ? preadded_field() : raw_field(); }
  Field raw_field() const { return {"h_i", kernel.count(), coefficient, true}; }
  Field preadded_field() const;
  Values preadded(const Values& coefficients) const;
  // Output (channel o, row i, column j) is word (o * rows.outputs + i) * columns.outputs + j.
  Field y() const;
};

}  // namespace tb
