// SPDX-License-Identifier: Apache-2.0
// Error figures: the recurrence at 64 bits, and operand pairs a second of a circuit.

#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include "analysis/error/automaton.h"
#include "analysis/error/dp.h"
#include "analysis/error/exhaustive.h"
#include "analysis/error/report.h"

namespace {

constexpr double kGoalRecurrence = 5e-3;   // s at 64 bits
constexpr double kGoalAdder16 = 4 * 60.0;  // s for 2^32 pairs on two cores
constexpr double kGoalMultiplier8 = 1.0;   // s, reading included

const std::array<const char*, 16> kAdders = {
    "add_loa Width=64 ApproxWidth=32 carry=and",
    "add_oloca Width=64 ApproxWidth=32 OnesWidth=16",
    "add_eta1 Width=64 ApproxWidth=64",
    "add_herloa Width=64 ApproxWidth=64",
    "add_hoeraa Width=64 ApproxWidth=32",
    "add_trunc Width=64 ApproxWidth=32 fill=ones",
    "add_ama Width=64 ApproxWidth=64 cell=1",
    "add_esa Width=64 block=8",
    "add_eta2 Width=64 block=8",
    "add_sara Width=64 block=8",
    "add_bcsa Width=64 block=8",
    "add_cesa Width=64 block=8",
    "add_gear Width=64 r=1 p=31",
    "add_gear Width=64 r=4 p=12",
    "add_aca1 Width=64 window=32",
    "add_aca1 Width=64 window=63",
};

// Runs `work` as often as wanted; the mean time over the limit.
template <class Work>
void measure(benchmark::State& state, double limit_seconds, Work work) {
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) work();
  const std::chrono::duration<double> total = std::chrono::steady_clock::now() - start;
  state.counters["of_limit"] =
      total.count() / static_cast<double>(state.iterations()) / limit_seconds;
}

void recurrence(benchmark::State& state) {
  const char* line = kAdders[static_cast<size_t>(state.range(0))];
  const base::Spec spec = base::Spec::parse_line(line);
  measure(state, kGoalRecurrence, [&] {
    const auto automaton = analysis::adder_automaton(spec);
    benchmark::DoNotOptimize(analysis::error_sums(analysis::digit_graph(*automaton, true)));
  });
  state.SetLabel(line);
}
BENCHMARK(recurrence)->DenseRange(0, kAdders.size() - 1)->Unit(benchmark::kMillisecond);

analysis::Circuit circuit_of(const std::string& text, analysis::Reference reference) {
  auto netlist = std::make_shared<const analysis::GateNetlist>(
      analysis::elaborate_gates({.files = {{"given.v", text}}, .top = "dut"}));
  return {.given = {netlist, netlist->find("a")->nets, netlist->find("b")->nets,
                    netlist->find("y")->nets},
          .reference = reference};
}

// All figures of an 11-bit LOA by all pairs, scaled to 16 bits.
void adder_by_all_pairs(benchmark::State& state) {
  const analysis::Circuit circuit = circuit_of(
      "module dut(input [10:0] a, input [10:0] b, output [11:0] y); assign y = "
      "{{1'b0, a[10:6]} + {1'b0, b[10:6]} + (a[5] & b[5]), a[5:0] | b[5:0]}; endmodule",
      analysis::Reference::kAdd);
  constexpr double kScale = 1 << 10;  // 2^32 pairs over 2^22
  measure(state, kGoalAdder16 / kScale,
          [&] { benchmark::DoNotOptimize(analysis::exhaustive_report(circuit, {})); });
}
BENCHMARK(adder_by_all_pairs)->Unit(benchmark::kMillisecond)->UseRealTime();

void multiplier_by_all_pairs(benchmark::State& state) {
  measure(state, kGoalMultiplier8, [] {
    const analysis::Circuit circuit = circuit_of(
        "module dut(input [7:0] a, input [7:0] b, output [15:0] y); wire [15:0] p = a * "
        "b; assign y = {p[15:4], 4'b1000}; endmodule",
        analysis::Reference::kMultiply);
    benchmark::DoNotOptimize(analysis::exhaustive_report(circuit, {}));
  });
}
BENCHMARK(multiplier_by_all_pairs)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
