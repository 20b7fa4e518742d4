// SPDX-License-Identifier: Apache-2.0
// What golden has to know of a resolved spec with binary weights.

#pragma once

#include <functional>

#include "base/spec.h"
#include "golden/bw_dot.h"
#include "golden/bw_rows.h"

namespace tb {

// Keys form, data, DataWidth, drop, compensation.
golden::BwProduct bw_product(const base::Spec& resolved);

// The final adder where it is one with errors, which adds the rows of golden/bw_rows.h; else
// nothing: the sum is exact.
using BwFinalAdder = std::function<golden::Wide(const golden::BwRows&)>;
BwFinalAdder bw_final_adder(const base::Spec& resolved);

}  // namespace tb
