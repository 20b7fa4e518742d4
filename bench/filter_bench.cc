// SPDX-License-Identifier: Apache-2.0
// The table of fast filters against direct ones. `--record` keeps the figures, `--only TEXT`
// measures the rows that have it in their names. FIRCONE_PDK: folder with the Liberty files of
// other libraries.

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.h"
#include "cli/bench_options.h"
#include "cli/filter_quality.h"

int main(int argc, char** argv) {
  try {
    const auto options =
        cli::bench_options({argv, static_cast<size_t>(argc)}, {"--record", "--only TEXT"});
    cli::FilterRun run;
    run.record = options.contains("--record");
    if (options.contains("--only")) run.only = options.at("--only");
    if (const char* folder = std::getenv("FIRCONE_PDK")) run.libraries = folder;
    return cli::print_filters("bench/filters.txt", run) ? 0 : 1;
  } catch (const base::Error& error) {
    fmt::print(stderr, "fircone: error: {}\n", error.what());
    return static_cast<int>(error.code());
  }
}
