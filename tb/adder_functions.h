// SPDX-License-Identifier: Apache-2.0
// What an adder of a resolved spec gives: golden behind one signature.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/spec.h"
#include "golden/wide.h"

namespace tb {

// Operands are bit patterns of `Width` bits (higher bits 0). The result is the number that the
// Width + 1 bits of sum_o stand for: unsigned, or two's complement with operands=signed. `carry` is
// carry_i; adders without that port ignore it.
using AdderFunction = std::function<golden::Wide(uint64_t a, uint64_t b, bool carry)>;

// True for the units that adder_function knows.
bool is_adder(const std::string& unit);

// Throws std::logic_error for any other unit.
AdderFunction adder_function(const base::Spec& resolved);

}  // namespace tb
