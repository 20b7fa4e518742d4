// SPDX-License-Identifier: Apache-2.0
// Whole runs of the program against the limits that it is held to.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/process.h"

namespace {

const std::string kProgram = "build/fircone";

// Runs the program in a loop; the counter is seconds over the limit, so 1 is just in time.
void run_against(benchmark::State& state, const std::vector<std::string>& words,
                 double limit_seconds) {
  std::vector<std::string> argv = {kProgram};
  argv.insert(argv.end(), words.begin(), words.end());
  while (state.KeepRunning()) {
    const base::Output output = base::run({.argv = argv});
    if (output.status != 0) state.SkipWithError(output.err.c_str());
  }
  state.counters["of_limit"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * limit_seconds,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void list(benchmark::State& state) { run_against(state, {"list"}, 0.020); }
void describe(benchmark::State& state) { run_against(state, {"describe", "conv2d_stream"}, 0.020); }
void generate(benchmark::State& state, const std::string& unit) {
  const base::TemporaryDirectory folder;
  run_against(state, {"generate", unit, "scheme=ffa", "-o", folder.path().string()}, 0.020);
}
void generate_line_buffer(benchmark::State& state) {
  const base::TemporaryDirectory folder;
  run_against(state, {"generate", "line_buffer", "-o", folder.path().string()}, 0.020);
}
void verify_cached(benchmark::State& state) { run_against(state, {"verify", "fcu"}, 0.3); }

// Another size each time, so that the model is always new and the runtime is always there.
void verify_uncached(benchmark::State& state) {
  const base::TemporaryDirectory cache;
  ::setenv("FIRCONE_CACHE", (cache.path() / "cache").c_str(), 1);
  (void)base::run({.argv = {kProgram, "verify", "line_buffer"}});  // compiles the runtime
  int width = 8;
  while (state.KeepRunning()) {
    const std::string size = "DataWidth=" + std::to_string(++width);
    const base::Output output = base::run({.argv = {kProgram, "verify", "fcu", size}});
    if (output.status != 0) state.SkipWithError(output.err.c_str());
  }
  state.counters["of_limit"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * 3.0,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  ::unsetenv("FIRCONE_CACHE");
}

BENCHMARK(list)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(describe)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(generate, fir, "fir")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(generate, fcu, "fcu")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(generate, conv2d_stream, "conv2d_stream")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(generate_line_buffer)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(verify_cached)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(verify_uncached)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(4);

}  // namespace

BENCHMARK_MAIN();
