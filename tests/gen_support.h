// SPDX-License-Identifier: Apache-2.0
// The catalogue's points as parameters of tests.

#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

#include "gen/generate.h"

namespace gen {

// One spec line for each point.
inline std::vector<std::string> catalogue() {
  std::vector<std::string> lines;
  for (const Unit* unit : units()) {
    for (const std::string_view point : unit->points) {
      lines.push_back(std::string(unit->name) + (point.empty() ? "" : " ") + std::string(point));
    }
  }
  return lines;
}

// `fcu_scheme_ffa`: letters and digits of a line.
inline std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

}  // namespace gen
