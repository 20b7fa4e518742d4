// SPDX-License-Identifier: Apache-2.0
// Inference with binary weights in golden: pictures a second on two cores.

#include <benchmark/benchmark.h>

#include <chrono>

#include "cli/bw_model.h"
#include "tb/bw_pictures.h"

namespace {

constexpr double kGoal = 2000;  // pictures a second, 1.95 M products each
constexpr int kThreads = 2;

void pictures_in_golden(benchmark::State& state) {
  const golden::BwNetwork network = cli::read_bw_model("networks/mnist.json").network;
  const tb::LabelledPictures digits = tb::read_labelled_pictures("networks", "digits", "digits");
  const auto start = std::chrono::steady_clock::now();
  while (state.KeepRunning()) benchmark::DoNotOptimize(tb::classify(network, digits, kThreads));
  const std::chrono::duration<double> total = std::chrono::steady_clock::now() - start;
  const double pictures =
      static_cast<double>(digits.count()) * static_cast<double>(state.iterations());
  state.counters["pictures_per_second"] = pictures / total.count();
  state.counters["of_limit"] = kGoal * total.count() / pictures;
}
BENCHMARK(pictures_in_golden)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
