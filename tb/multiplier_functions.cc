// SPDX-License-Identifier: Apache-2.0
// One row for each kind of multiplier.

#include "tb/multiplier_functions.h"

#include "base/error.h"
#include "golden/mul_approx.h"

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
  const std::string approx = resolved.has("approx") ? resolved.get("approx") : "none";
  const int columns = approx == "none" ? 0 : static_cast<int>(resolved.size("columns"));
  if (approx == "truncated") {
    return [=](uint64_t a, uint64_t b) {
      return static_cast<golden::Wide>(
          golden::mul_truncated(a, width_a, b, width_b, signs, columns));
    };
  }
  if (approx == "broken_array") {
    const int rows = static_cast<int>(resolved.size("rows"));
    return [=](uint64_t a, uint64_t b) {
      return static_cast<golden::Wide>(
          golden::mul_broken_array(a, width_a, b, width_b, signs, columns, rows));
    };
  }
  if (approx == "compressor") {
    return [=](uint64_t a, uint64_t b) {
      return static_cast<golden::Wide>(
          golden::mul_compressor(a, width_a, b, width_b, signs, columns));
    };
  }
  return [=](uint64_t a, uint64_t b) {
    return static_cast<golden::Wide>(golden::mul(a, width_a, b, width_b, signs));
  };
}

}  // namespace tb
