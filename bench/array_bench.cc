// SPDX-License-Identifier: Apache-2.0
// Simulation speed of the array for binary weights: 32 channels, 64 samples of 8 bits a cycle.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "base/files.h"
#include "gen/generate.h"
#include "sim/loader.h"
#include "sim/random.h"

namespace {

constexpr double kCyclesPerSecond = 200'000, kBuildSeconds = 10;  // limits
constexpr int64_t kCycles = 20'000;

double seconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto in_seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

std::unique_ptr<sim::Model> load(const gen::Design& design) {
  sim::ModelRequest request;
  for (const gen::SourceFile& file : design.files)
    request.sources.push_back({file.name, file.text});
  request.top = design.top;
  return sim::load_verilog(request);
}

void words(const sim::ModelPort& port, sim::Random& random, int changed) {
  auto* const data = static_cast<uint32_t*>(port.data);
  const auto count = static_cast<uint64_t>(port.width / 32);
  for (int i = 0; i < changed; ++i)
    data[random.below(count)] = static_cast<uint32_t>(random.next());
}

// New samples in every cycle and some of the 2048 signs; sums of nine beats.
void cycles(benchmark::State& state, const char* line) {
  const gen::Design design = gen::generate(base::Spec::parse_line(line));
  const auto model = load(design);
  const auto set = [&](const char* port, uint8_t value) {
    *static_cast<uint8_t*>(model->port(port).data) = value;
  };
  for (const char* port : {"rst_ni", "en_i", "valid_i"}) set(port, 1);
  const sim::ModelPort x = model->port("x_i"), s = model->port("s_i");
  auto* const clock = static_cast<uint8_t*>(model->port("clk_i").data);
  sim::Random random(1);
  const double start = seconds(RUSAGE_SELF);
  while (state.KeepRunning()) {
    for (int64_t cycle = 0; cycle < kCycles; ++cycle) {
      set("first_i", cycle % 9 == 0 ? 1 : 0);
      set("last_i", cycle % 9 == 8 ? 1 : 0);
      words(x, random, 16);
      words(s, random, 16);
      for (const uint8_t level : {uint8_t{0}, uint8_t{1}}) {
        *clock = level;
        model->eval();
      }
    }
  }
  const double time = seconds(RUSAGE_SELF) - start;
  const double rate = static_cast<double>(kCycles) * static_cast<double>(state.iterations()) / time;
  state.counters["cycles_per_second"] = rate;
  state.counters["of_limit"] = kCyclesPerSecond / rate;
}
BENCHMARK_CAPTURE(cycles, xor, "bw_array form=xor Pe=32 Simd=64")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cycles, and, "bw_array form=and Pe=32 Simd=64")->Unit(benchmark::kMillisecond);

// Verilator and the compiler, with nothing in the cache but the runtime.
void build(benchmark::State& state) {
  double time = 0;
  load(gen::generate(base::Spec::parse_line("bw_array Pe=1 Simd=1 DataWidth=1")));
  const gen::Design design = gen::generate(base::Spec::parse_line("bw_array Pe=32 Simd=64"));
  while (state.KeepRunning()) {
    sim::ModelRequest request;
    // Another text each time: a comment.
    for (const gen::SourceFile& file : design.files)
      request.sources.push_back(
          {file.name, file.text + "// " + std::to_string(std::time(nullptr)) + "\n"});
    request.top = design.top;
    const double start = seconds(RUSAGE_CHILDREN);
    sim::load_verilog(request);
    time += seconds(RUSAGE_CHILDREN) - start;
  }
  state.counters["cpu_seconds"] = time / static_cast<double>(state.iterations());
  state.counters["of_limit"] = time / static_cast<double>(state.iterations()) / kBuildSeconds;
}
BENCHMARK(build)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
