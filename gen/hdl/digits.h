// SPDX-License-Identifier: Apache-2.0
// Numbers at the end of a text: names and sizes are written by the ten thousand.

#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace hdl {

inline void append(std::string& text, int64_t number) {
  std::array<char, 24> digits;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  text.append(digits.data(),
              std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

}  // namespace hdl
