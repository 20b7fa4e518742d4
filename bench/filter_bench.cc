// SPDX-License-Identifier: Apache-2.0
// The table of fast filters against direct ones. `--record` keeps the figures, `--only TEXT`
// measures the rows that have it in their names. FIRCONE_PDK: folder with the Liberty files of
// other libraries.

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "cli/filter_quality.h"

int main(int argc, char** argv) {
  cli::FilterRun run;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--record") run.record = true;
    if (argument == "--only" && i + 1 < argc) run.only = argv[++i];
  }
  if (const char* folder = std::getenv("FIRCONE_PDK")) run.libraries = folder;
  try {
    return cli::print_filters("bench/filters.txt", run) ? 0 : 1;
  } catch (const base::Error& error) {
    fmt::print(stderr, "fircone: error: {}\n", error.what());
    return 2;
  }
}
