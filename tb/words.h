// SPDX-License-Identifier: Apache-2.0
// Operands of arithmetic units by vector number.

#pragma once

#include <cstdint>
#include <vector>

#include "sim/stimulus.h"
#include "tb/bench.h"
#include "tb/vector_unit.h"

namespace tb {

// Words of any fields: all combinations when they have 16 bits or fewer (and options.vectors does
// not ask for less), else corners and 2000 random vectors (sim::Stimulus; the words of one field
// take their corners together, corners of different fields are crossed). With a picture the words
// are its grey values, in scan order.
class Words {
 public:
  Words(const std::vector<Field>& fields, const Options& options);

  bool exhaustive() const { return image_ == nullptr && stimulus_.exhaustive(); }
  int64_t default_vectors() const;
  void values(int64_t vector, Values& in) const;

 private:
  void picture(int64_t vector, Values& in) const;

  sim::Stimulus stimulus_;
  const Picture* image_;
  int64_t corners_;  // so many of the stimulus' corners, evenly chosen
};

}  // namespace tb
