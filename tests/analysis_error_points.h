// SPDX-License-Identifier: Apache-2.0
// Spec lines of all approximate adders, for tests.

#pragma once

#include <string>
#include <vector>

namespace analysis {

// All parameters of one unit at one width.
inline std::vector<std::string> adder_points(const std::string& unit, int width) {
  std::vector<std::string> lines;
  const std::string head = unit + " Width=" + std::to_string(width) + " ";
  const auto add = [&](const std::string& text) { lines.push_back(head + text); };
  const auto number = [](const char* key, int value) {
    return std::string(key) + "=" + std::to_string(value) + " ";
  };
  if (unit == "add_gear") {
    for (int p = 0; p < width; ++p)
      for (int r = 1; r <= width - p; ++r)
        if ((width - p) % r == 0) add(number("r", r) + number("p", p));
    return lines;
  }
  if (unit == "add_aca1") {
    for (int w = 1; w <= width; ++w) add(number("window", w));
    return lines;
  }
  for (const char* blocks : {"add_esa", "add_eta2", "add_sara", "add_bcsa", "add_cesa"}) {
    if (unit != blocks) continue;
    for (int block = 1; block <= width; ++block) {
      if (width % block != 0) continue;
      add(number("block", block));
      if (unit == "add_cesa") add(number("block", block) + "rectify=yes");
    }
    return lines;
  }
  for (int k = 0; k <= width; ++k) {
    const std::string low = number("ApproxWidth", k);
    if (unit == "add_loa") {
      add(low + "carry=and");
      add(low + "carry=none");
    } else if (unit == "add_oloca") {
      for (int m = 0; m <= k; ++m) add(low + number("OnesWidth", m));
    } else if (unit == "add_trunc") {
      for (const char* fill : {"zeros", "ones", "half"}) add(low + "fill=" + fill);
    } else if (unit == "add_ama") {
      for (int cell = 1; cell <= 5; ++cell) add(low + number("cell", cell));
    } else {
      add(low);
    }
  }
  return lines;
}

inline const std::vector<std::string> kApproximateAdders = {
    "add_loa", "add_oloca", "add_eta1", "add_herloa", "add_hoeraa", "add_trunc", "add_ama",
    "add_esa", "add_eta2",  "add_aca1", "add_gear",   "add_sara",   "add_bcsa",  "add_cesa"};

}  // namespace analysis
