// SPDX-License-Identifier: Apache-2.0
// What the coroutine harness costs: per resumption, and against a hand-written loop.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>

#include "sim/axi_stream.h"
#include "sim/loader.h"
#include "sim/scheduler.h"
#include "sim/triggers.h"

namespace {

constexpr const char* kCounter = R"(
module counter (input clk_i, input rst_ni, input en_i, output reg [7:0] q_o);
  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) q_o <= 0; else if (en_i) q_o <= q_o + 8'd1;
endmodule
)";

// A small stream unit: three multiplications a beat behind a register slice.
constexpr const char* kStream = R"(
module stream_unit (
    input clk_i, input rst_ni,
    input s_tvalid, output s_tready, input [23:0] s_tdata, input s_tlast, input s_tuser,
    output reg m_tvalid, input m_tready, output reg [23:0] m_tdata, output reg m_tlast,
    output reg m_tuser);
  assign s_tready = m_tready || !m_tvalid;
  reg [7:0] h0, h1, h2;
  wire [15:0] p0 = s_tdata[7:0] * h0;
  wire [15:0] p1 = s_tdata[15:8] * h1;
  wire [15:0] p2 = s_tdata[23:16] * h2;
  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) begin
      m_tvalid <= 0; h0 <= 8'd3; h1 <= 8'd5; h2 <= 8'd7;
    end else if (s_tready) m_tvalid <= s_tvalid;
  always @(posedge clk_i) if (s_tready) begin
    m_tdata <= {p2[15:8], p1[15:8], p0[15:8]} + s_tdata; m_tlast <= s_tlast; m_tuser <= s_tuser;
  end
endmodule
)";

std::unique_ptr<sim::Model> load(const char* top, const char* text) {
  sim::ModelRequest request;
  request.sources = {{std::string(top) + ".v", text}};
  request.top = top;
  return sim::load_verilog(request);
}

constexpr int64_t kCycles = 1'000'000;

sim::Task<> wait_edges(sim::Signal clock, int64_t cycles) {
  for (int64_t i = 0; i < cycles; ++i) co_await sim::rising_edge(clock);
}

sim::Task<> wait_forever(sim::Signal clock) {
  for (;;) co_await sim::rising_edge(clock);
}

// Processes that do nothing but wait for edges of the smallest unit: with N of them,
// time = cycles * (evals + N * resumption).
void resumptions(benchmark::State& state) {
  const auto model = load("counter", kCounter);
  int64_t resumed = 0;
  for (auto _ : state) {
    sim::Scheduler scheduler(*model);
    const sim::Signal clock = scheduler.add_clock("clk_i");
    for (int64_t i = 1; i < state.range(0); ++i) scheduler.start_soon(wait_forever(clock));
    scheduler.run(wait_edges(clock, kCycles));
    resumed += scheduler.resumptions();
  }
  state.SetItemsProcessed(resumed);
  state.counters["ns_per_resumption"] =
      benchmark::Counter(static_cast<double>(resumed) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(resumptions)
    ->Arg(1)
    ->Arg(2)
    ->Arg(10)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);

void eval_loop(benchmark::State& state) {
  const auto model = load("counter", kCounter);
  const sim::ModelPort clock = model->port("clk_i");
  for (auto _ : state) {
    for (int64_t i = 0; i < kCycles; ++i) {
      *static_cast<uint8_t*>(clock.data) = 1;
      model->eval();
      *static_cast<uint8_t*>(clock.data) = 0;
      model->eval();
    }
  }
  state.SetItemsProcessed(state.iterations() * kCycles);
}
BENCHMARK(eval_loop)->Unit(benchmark::kMillisecond)->Iterations(3);

uint32_t pixel(int64_t i) { return static_cast<uint32_t>(i * 2654435761) >> 8; }

sim::Task<> send_all(sim::StreamSource& source, int64_t beats) {
  sim::Beat beat;
  for (int64_t i = 0; i < beats; ++i) {
    beat.data[0] = pixel(i);
    beat.last = i % 213 == 212;
    beat.user = i == 0 ? 1 : 0;
    co_await source.send(beat);
  }
  co_await source.idle();
  co_await sim::clock_cycles(source.signals().clock, 2);
}

void reset(sim::Model& model) {
  sim::write_port(model.port("rst_ni"), 0);
  for (const int level : {0, 1, 0}) {
    sim::write_port(model.port("clk_i"), static_cast<uint64_t>(level));
    model.eval();
  }
  sim::write_port(model.port("rst_ni"), 1);
}

// Source, sink and monitor; the monitor adds up what comes out.
void stream_coroutines(benchmark::State& state) {
  const auto model = load("stream_unit", kStream);
  reset(*model);
  uint64_t sum = 0;
  for (auto _ : state) {
    sim::Scheduler scheduler(*model);
    const sim::Signal clock = scheduler.add_clock("clk_i");
    const auto in = sim::StreamSignals::bind(scheduler, clock, "s_");
    const auto out = sim::StreamSignals::bind(scheduler, clock, "m_");
    sim::StreamSource source(scheduler, in, sim::Pacing::none(), 1);
    sim::StreamSink sink(scheduler, out, sim::Pacing::none(), 1);
    sim::StreamMonitor monitor(scheduler, out);
    monitor.on_beat([&](const sim::Beat& beat) { sum += beat.data[0] + (beat.last ? 1 : 0); });
    scheduler.run(send_all(source, kCycles));
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * kCycles);
}
BENCHMARK(stream_coroutines)->Unit(benchmark::kMillisecond)->Iterations(3);

// The same work by hand.
void stream_loop(benchmark::State& state) {
  const auto model = load("stream_unit", kStream);
  reset(*model);
  const auto byte = [&](const char* name) { return static_cast<uint8_t*>(model->port(name).data); };
  uint8_t* clock = byte("clk_i");
  uint8_t* in_valid = byte("s_tvalid");
  const uint8_t* in_ready = byte("s_tready");
  uint8_t* in_last = byte("s_tlast");
  uint8_t* in_user = byte("s_tuser");
  auto* in_data = static_cast<uint32_t*>(model->port("s_tdata").data);
  const uint8_t* out_valid = byte("m_tvalid");
  uint8_t* out_ready = byte("m_tready");
  const uint8_t* out_last = byte("m_tlast");
  const auto* out_data = static_cast<const uint32_t*>(model->port("m_tdata").data);
  uint64_t sum = 0;
  for (auto _ : state) {
    *out_ready = 1;
    for (int64_t i = 0; i < kCycles;) {
      *in_valid = 1;
      *in_data = pixel(i) & 0xffffff;
      *in_last = i % 213 == 212;
      *in_user = i == 0;
      *clock = 0;
      model->eval();
      if (*out_valid != 0 && *out_ready != 0) sum += *out_data + *out_last;
      if (*in_ready != 0) ++i;
      *clock = 1;
      model->eval();
    }
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * kCycles);
}
BENCHMARK(stream_loop)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace

BENCHMARK_MAIN();
