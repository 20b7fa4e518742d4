// SPDX-License-Identifier: Apache-2.0
// What the exact adder units share: keys, ports, the build around one emit_adder.

#pragma once

#include <string>
#include <vector>

#include "gen/arith/blocks.h"
#include "gen/design_builder.h"
#include "gen/units/adders.h"

namespace gen {

Param operands_param();
Param carry_in_param();
Param adder_width_param();  // fixed
Param block_param();        // 0, which `auto` stands for: sizes by the width
Rule block_rule();

// The whole unit: header `doc`, ports, one adder of `style`.
void build_exact_adder(DesignBuilder& design, const std::vector<std::string>& doc,
                       const AdderStyle& style);
// The same for add_skip, add_select, add_increment: blocks of the key `block`, or `by_width`.
void build_block_adder(DesignBuilder& design, const std::string& title, const std::string& network,
                       std::vector<int> (*by_width)(int width));

}  // namespace gen
