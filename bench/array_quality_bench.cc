// SPDX-License-Identifier: Apache-2.0
// The table of arrays for binary weights: area and energy of an operation. `--record` keeps the
// figures, `--only TEXT` measures the rows that have it in their names, `--scaled` measures nothing
// and shows the recorded figures at 65 nm, with memories and DRAM, beside published ones.

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/array_quality.h"
#include "cli/array_scaling.h"

int main(int argc, char** argv) {
  bool record = false, scaled = false;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--record") record = true;
    if (argument == "--scaled") scaled = true;
    if (argument == "--only" && i + 1 < argc) only = argv[++i];
  }
  try {
    if (scaled) {
      cli::print_arrays_scaled("bench/arrays.txt");
      return 0;
    }
    return cli::print_arrays("bench/arrays.txt", only, record) ? 0 : 1;
  } catch (const base::Error& error) {
    fmt::print(stderr, "fircone: error: {}\n", error.what());
    return 2;
  }
}
