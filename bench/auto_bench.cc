// SPDX-License-Identifier: Apache-2.0
// scheme=auto against synthesis: the cheap points of the grid; `--record` measures those without a
// record and keeps them, `--all` measures every point.

#include <fmt/format.h>

#include <cstdint>
#include <cstring>

#include "base/error.h"
#include "cli/auto_grid.h"

int main(int argc, char** argv) {
  bool record = false, all = false;
  for (int i = 1; i < argc; ++i) {
    record = record || std::strcmp(argv[i], "--record") == 0;
    all = all || std::strcmp(argv[i], "--all") == 0;
  }
  try {
    const size_t count = record || all ? SIZE_MAX : cli::kCheapPoints;
    return cli::print_grid("bench/auto_grid.txt", count, record) ? 0 : 1;
  } catch (const base::Error& error) {
    fmt::print(stderr, "fircone: error: {}\n", error.what());
    return 2;
  }
}
