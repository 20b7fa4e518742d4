// SPDX-License-Identifier: Apache-2.0
// What the exact adder units share: keys, ports, the build around one emit_adder.

#pragma once

#include <string>
#include <vector>

#include "gen/design_builder.h"
#include "gen/units/adders.h"

namespace gen {

Param operands_param();
Param carry_in_param();
Param adder_width_param();  // fixed, `w` in the module's name

// The whole unit: header `doc`, ports, one adder of `style`.
void build_exact_adder(DesignBuilder& design, const std::vector<std::string>& doc,
                       const AdderStyle& style);

}  // namespace gen
