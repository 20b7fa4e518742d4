// SPDX-License-Identifier: Apache-2.0
// Plain text tables for people.

#pragma once

#include <string>
#include <vector>

namespace cli {

// Columns padded to their widest cell, two blanks between; numbers (cells that begin with a digit,
// a sign or a point) to the right. The first row is the heading, underlined.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace cli
