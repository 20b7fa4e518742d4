// SPDX-License-Identifier: Apache-2.0
// A library's adder cells, as the generator wants them.

#pragma once

#include <optional>
#include <string>

#include "gen/generate.h"

namespace cli {

// `library` is a name or the path of a Liberty file. Nothing when it has no full adder, or one with
// complemented outputs: inverters around each cell would cost what the cell saves.
std::optional<gen::AdderCells> adder_cells_of(const std::string& library);

}  // namespace cli
