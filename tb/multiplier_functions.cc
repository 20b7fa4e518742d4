// SPDX-License-Identifier: Apache-2.0
// One row for each kind of multiplier.

#include "tb/multiplier_functions.h"

#include "base/error.h"

namespace tb {

golden::Signs signs_of(const base::Spec& resolved) {
  if (resolved.is("operands", "signed")) return golden::Signs::kSigned;
  return resolved.is("operands", "mixed") ? golden::Signs::kMixed : golden::Signs::kUnsigned;
}

MultiplierFunction multiplier_function(const base::Spec& resolved) {
  if (resolved.unit() != "mul") base::usage_error(resolved.unit(), "is no multiplier");
  const int width_a = static_cast<int>(resolved.size("WidthA"));
  const int width_b = static_cast<int>(resolved.size("WidthB"));
  const golden::Signs signs = signs_of(resolved);
  return [=](uint64_t a, uint64_t b) {
    return static_cast<golden::Wide>(golden::mul(a, width_a, b, width_b, signs));
  };
}

}  // namespace tb
