// SPDX-License-Identifier: Apache-2.0
// The one line that tells a mismatch.

#include "sim/scoreboard.h"

#include <fmt/format.h>

namespace sim {

std::string mismatch_line(int64_t vector, const std::string& inputs, const std::string& output,
                          const std::string& actual, const std::string& expected) {
  return fmt::format("vector {}:{}{} {}={}, expected {}", vector,
                     inputs.empty() ? "" : " " + inputs, inputs.empty() ? "" : ":", output, actual,
                     expected);
}

}  // namespace sim
