// SPDX-License-Identifier: Apache-2.0
// What a filter is made of, counted from its plan: registers, partial products, adders. Nothing is
// written for it, so that a choice among hundreds of forms takes no longer than one of them.
//
// Bit heaps are counted column by column: how many bits the products put there, how many counters
// take them, how many carries go up. Channels multiply.

#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "base/spec.h"

namespace gen {

enum class FilterPart {
  kRegister,       // bits
  kFullAdder,      // of heaps and chains; in the highest column, without a carry, a part of one
  kHalfAdder,      // and full adders of which one bit is the constant one
  kAnd,            // bits of rows of ANDs
  kBoothBit,       // bits of Booth rows
  kBoothDigit,     // recoders, one for each operand that is recoded
  kFinalBit,       // of final adders that are no chains
  kAdderBit,       // of results of + and -
  kMultiplierBit,  // partial product bits of *
  kCount
};
inline constexpr auto kFilterParts = static_cast<size_t>(FilterPart::kCount);
std::string_view filter_part_name(FilterPart part);  // "full_adder"

using FilterParts = std::array<double, kFilterParts>;

// Of an fcu, a fir, or the fcu inside a conv2d_stream; resolved, with a scheme.
class FilterCounter {
 public:
  explicit FilterCounter(const base::Spec& resolved);
  ~FilterCounter();
  FilterCounter(FilterCounter&&) noexcept;
  FilterCounter& operator=(FilterCounter&&) noexcept;

  int outputs_per_cycle() const;
  // Of a spec that differs from the first one in `cut` and `products` alone.
  FilterParts parts(const base::Spec& resolved) const;

  struct Filter;  // the plan in numbers

 private:
  std::unique_ptr<Filter> filter_;
};

}  // namespace gen
