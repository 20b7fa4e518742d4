// SPDX-License-Identifier: Apache-2.0
// The table of fast filters against direct ones; `--record` keeps the figures.

#include <fmt/format.h>

#include <cstring>

#include "base/error.h"
#include "cli/filter_quality.h"

int main(int argc, char** argv) {
  bool record = false;
  for (int i = 1; i < argc; ++i) record = record || std::strcmp(argv[i], "--record") == 0;
  try {
    return cli::print_filters("bench/filters.txt", record) ? 0 : 1;
  } catch (const base::Error& error) {
    fmt::print(stderr, "fircone: error: {}\n", error.what());
    return 2;
  }
}
