// SPDX-License-Identifier: Apache-2.0
// What golden has to know of a resolved spec with binary weights.

#pragma once

#include "base/spec.h"
#include "golden/bw_dot.h"

namespace tb {

// Keys form, data, DataWidth, drop, compensation.
golden::BwProduct bw_product(const base::Spec& resolved);

}  // namespace tb
