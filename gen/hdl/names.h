// SPDX-License-Identifier: Apache-2.0
// Which names a module may use.

#pragma once

#include <string_view>

namespace hdl {

// A letter, then letters, digits and single underscores; no keyword of Verilog or SystemVerilog.
// Throws std::logic_error naming the fault.
void check_name(std::string_view name);

}  // namespace hdl
