// SPDX-License-Identifier: Apache-2.0
// scheme=auto against synthesis: the cheap points of the grid; `--record` measures those without a
// record and keeps them, `--all` measures every point.

#include <fmt/format.h>

#include <cstdint>

#include "base/error.h"
#include "cli/auto_grid.h"
#include "cli/bench_options.h"

int main(int argc, char** argv) {
  try {
    const auto options =
        cli::bench_options({argv, static_cast<size_t>(argc)}, {"--record", "--all"});
    const bool record = options.contains("--record"), all = options.contains("--all");
    const size_t count = record || all ? SIZE_MAX : cli::kCheapPoints;
    return cli::print_grid("bench/auto_grid.txt", count, record) ? 0 : 1;
  } catch (const base::Error& error) {
    fmt::print(stderr, "fircone: error: {}\n", error.what());
    return static_cast<int>(error.code());
  }
}
