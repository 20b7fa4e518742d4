// SPDX-License-Identifier: Apache-2.0
// Gate evaluations (gates x lanes x cycles) a second of the netlist simulator.

#include <benchmark/benchmark.h>

#include <memory>
#include <random>

#include "synth/map.h"
#include "synth/net_simulator.h"

namespace {

// Nine registered 8x8 products and their sum: 5 000 gates in osu018.
constexpr const char* kWindow = R"(
module window (input clk_i, input [71:0] x_i, input [71:0] h_i, output reg signed [20:0] y_o);
  reg [71:0] x_q, h_q;
  reg signed [16:0] p_q [0:8];
  reg signed [20:0] sum;
  integer i;
  always @(posedge clk_i) begin
    x_q <= x_i;
    h_q <= h_i;
    for (i = 0; i < 9; i = i + 1) p_q[i] <= $signed({1'b0, x_q[8*i+:8]}) * $signed(h_q[8*i+:8]);
    sum = 0;
    for (i = 0; i < 9; i = i + 1) sum = sum + p_q[i];
    y_o <= sum;
  end
endmodule
)";

std::shared_ptr<const synth::Netlist> window() {
  synth::MapRequest request;
  request.files = {{"window.v", kWindow}};
  request.top = "window";
  request.library = synth::Library::open("osu018");
  const synth::Mapped mapped = synth::map(request);
  return std::make_shared<const synth::Netlist>(
      synth::Netlist::read(mapped.json, mapped.top, mapped.library));
}

constexpr double kGoalCounting = 1e9, kGoalPlain = 4e9;  // evaluations a second and core

// `state.range(0)` lanes; `state.range(1)`: 0 plain, 1 with toggles, 2 with cell states as well.
void netlist_cycles(benchmark::State& state) {
  static const std::shared_ptr<const synth::Netlist> netlist = window();
  const int lanes = static_cast<int>(state.range(0));
  const int64_t counting = state.range(1);
  synth::NetSimulator simulator(netlist, lanes);
  simulator.set_state_stride(counting == 2 ? 7 : 0);
  std::mt19937_64 random(1);
  // Fresh inputs each cycle are part of the work, but not random numbers: a ring of them.
  std::vector<uint64_t> ring(4096);
  for (uint64_t& word : ring) word = random();
  size_t at = 0;
  while (state.KeepRunning()) {
    for (const synth::NetPort& port : netlist->ports()) {
      if (!port.input || port.name == "clk_i") continue;
      for (const synth::NetId bit : port.bits) {
        for (uint64_t& word : simulator.net(bit)) word = ring[at++ % ring.size()];
      }
    }
    simulator.settle();
    if (counting > 0) simulator.count();
    simulator.clock();
  }
  const double evaluations =
      static_cast<double>(state.iterations()) * static_cast<double>(simulator.gate_count()) * lanes;
  using benchmark::Counter;
  state.counters["evaluations"] = Counter(evaluations, Counter::kIsRate);
  // Time over the time that the goal allows.
  state.counters["of_limit"] = Counter(evaluations / (counting > 0 ? kGoalCounting : kGoalPlain),
                                       Counter::kIsRate | Counter::kInvert);
}
BENCHMARK(netlist_cycles)
    ->ArgNames({"lanes", "counting"})
    ->ArgsProduct({{64, 512}, {0, 1, 2}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
