// SPDX-License-Identifier: Apache-2.0
// Golden functions of the multiplier family, chosen by a resolved spec.

#pragma once

#include <cstdint>
#include <functional>

#include "base/spec.h"
#include "golden/mul.h"
#include "golden/wide.h"

namespace tb {

// unsigned, signed or mixed, by the spec's `operands`.
golden::Signs signs_of(const base::Spec& resolved);

// The bits of the operands to the bits of the result (128 at most, above them zeros).
using MultiplierFunction = std::function<golden::Wide(uint64_t a, uint64_t b)>;

// Throws a usage error for a unit that is no multiplier.
MultiplierFunction multiplier_function(const base::Spec& resolved);

}  // namespace tb
