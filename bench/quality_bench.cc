// SPDX-License-Identifier: Apache-2.0
// The table of arithmetic quality against plain operators and limits; `--record` keeps the figures.

#include <fmt/format.h>

#include "base/error.h"
#include "cli/bench_options.h"
#include "cli/quality.h"

int main(int argc, char** argv) {
  try {
    const auto options = cli::bench_options({argv, static_cast<size_t>(argc)}, {"--record"});
    return cli::print_quality("bench/quality.txt", options.contains("--record")) ? 0 : 1;
  } catch (const base::Error& error) {
    fmt::print(stderr, "fircone: error: {}\n", error.what());
    return static_cast<int>(error.code());
  }
}
