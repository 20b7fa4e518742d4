// SPDX-License-Identifier: Apache-2.0
// Lines of at most 100 columns: where text may break, and how it continues.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hdl {

inline constexpr size_t kColumns = 100;

// A space where a line may break; lower depths break first.
std::string break_mark(int depth);

// The space behind `=` or `<=`.
std::string assign_mark();

// Appends the text on one line, or broken at its marks, continuation lines four columns deeper.
void lay_out(std::string& out, std::string_view text, size_t indent);

// `text` as comment lines of at most 100 columns, each ended by a newline.
std::string comment_lines(std::string_view text, size_t indent);

}  // namespace hdl
