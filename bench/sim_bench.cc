// SPDX-License-Identifier: Apache-2.0
// What the coroutine harness costs: per resumption, and against a hand-written loop.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <vector>

#include "base/spec.h"
#include "gen/generate.h"
#include "golden/conv2d.h"
#include "sim/axi_stream.h"
#include "sim/loader.h"
#include "sim/random.h"
#include "sim/scheduler.h"
#include "sim/triggers.h"
#include "tb/conv2d_frames.h"
#include "tb/conv2d_stream.h"

namespace {

constexpr const char* kCounter = R"(
module counter (input clk_i, input rst_ni, input en_i, output reg [7:0] q_o);
  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) q_o <= 0; else if (en_i) q_o <= q_o + 8'd1;
endmodule
)";

std::unique_ptr<sim::Model> load(const char* top, const char* text) {
  sim::ModelRequest request;
  request.sources = {{std::string(top) + ".v", text}};
  request.top = top;
  return sim::load_verilog(request);
}

// CPU time of this thread: other programs on the machine do not count.
double seconds_of(const std::function<void()>& action) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  const double start = now();
  action();
  return now() - start;
}

constexpr int64_t kCycles = 1'000'000;

sim::Task<> wait_edges(sim::Signal clock, int64_t cycles) {
  for (int64_t i = 0; i < cycles; ++i) co_await sim::rising_edge(clock);
}

sim::Task<> wait_forever(sim::Signal clock) {
  for (;;) co_await sim::rising_edge(clock);
}

// Processes that only wait for edges of the smallest unit. `ns` is the whole run, evals included,
// over the resumptions; the limit is 40 ns for the second process and on. `loop_ns` is a cycle by
// hand.
void resumption(benchmark::State& state) {
  const auto model = load("counter", kCounter);
  const sim::ModelPort clock_port = model->port("clk_i");
  double bench = 0, loop = 0;
  int64_t resumed = 0;
  while (state.KeepRunning()) {
    loop += seconds_of([&] {
      for (int64_t i = 0; i < kCycles; ++i) {
        for (const uint8_t level : {uint8_t{1}, uint8_t{0}}) {
          *static_cast<uint8_t*>(clock_port.data) = level;
          model->eval();
        }
      }
    });
    sim::Scheduler scheduler(*model);
    const sim::Signal clock = scheduler.add_clock("clk_i");
    for (int64_t i = 1; i < state.range(0); ++i) scheduler.start_soon(wait_forever(clock));
    bench += seconds_of([&] { scheduler.run(wait_edges(clock, kCycles)); });
    resumed += scheduler.resumptions();
  }
  const auto count = static_cast<double>(resumed);
  state.counters["ns"] = bench / count * 1e9;
  state.counters["ns_without_evals"] = (bench - loop) / count * 1e9;
  state.counters["of_limit"] = (bench - loop) / count * 1e9 / 40;
}
BENCHMARK(resumption)->Arg(1)->Arg(2)->Arg(10)->Arg(100)->Unit(benchmark::kMillisecond);

// The engine with frames of 640 x 480, back to back, every beat of the result compared.
struct Engine {
  std::unique_ptr<sim::Model> model;
  std::vector<sim::Beat> input, expected;

  Engine() {
    const base::Spec spec = gen::resolve(base::Spec::parse_line("conv2d_stream scheme=ffa"));
    const gen::Design design = gen::generate(spec);
    sim::ModelRequest request;
    for (const gen::SourceFile& file : design.files)
      request.sources.push_back({file.name, file.text});
    request.top = design.top;
    model = sim::load_verilog(request);
    tb::Picture picture(640, 480);
    sim::Random random(1);
    for (int y = 0; y < 480; ++y) {
      for (int x = 0; x < 640; ++x) picture.at(y, x) = static_cast<int64_t>(random.bits(8));
    }
    const golden::Kernel sharpen{3, {0, -1, 0, -1, 5, -1, 0, -1, 0}};
    const tb::Conv2dSizes sizes(spec);
    // Leaves the engine configured for this size and kernel.
    const tb::StreamedPicture result = tb::stream_picture(*model, spec, {picture}, sharpen, 0, {});
    input = tb::frame_beats(sizes, {picture}, nullptr);
    expected = tb::result_beats(sizes, result.channels);
  }
};

sim::Task<> send_frames(sim::StreamSource& source, sim::StreamMonitor& monitor,
                        const Engine& engine, int64_t frames) {
  for (int64_t frame = 0; frame < frames; ++frame) {
    for (const sim::Beat& beat : engine.input) co_await source.send(beat);
  }
  co_await monitor.until(frames * static_cast<int64_t>(engine.expected.size()));
}

// Source, sink and monitor.
int64_t coroutine_frames(Engine& engine, int64_t frames) {
  int64_t wrong = 0;
  std::size_t next = 0;
  sim::Scheduler scheduler(*engine.model);
  const sim::Signal clock = scheduler.add_clock("clk_i");
  const auto in = sim::StreamSignals::bind(scheduler, clock, "s_axis_");
  const auto out = sim::StreamSignals::bind(scheduler, clock, "m_axis_");
  sim::StreamSource source(scheduler, in, sim::Pacing::none(), 1);
  sim::StreamSink sink(scheduler, out, sim::Pacing::none(), 1);
  sim::StreamMonitor monitor(scheduler, out);
  monitor.on_beat([&](const sim::Beat& beat) {
    if (!(beat == engine.expected[next])) ++wrong;
    if (++next == engine.expected.size()) next = 0;
  });
  scheduler.run(send_frames(source, monitor, engine, frames));
  return wrong;
}

// The same by hand: drive, eval, look, clock, eval.
int64_t loop_frames(Engine& engine, int64_t frames) {
  sim::Model& model = *engine.model;
  const auto byte = [&](const char* name) { return static_cast<uint8_t*>(model.port(name).data); };
  uint8_t* clock = byte("clk_i");
  uint8_t* in_valid = byte("s_axis_tvalid_i");
  const uint8_t* in_ready = byte("s_axis_tready_o");
  uint8_t* in_keep = byte("s_axis_tkeep_i");
  uint8_t* in_last = byte("s_axis_tlast_i");
  uint8_t* in_user = byte("s_axis_tuser_i");
  auto* in_data = static_cast<uint32_t*>(model.port("s_axis_tdata_i").data);
  const uint8_t* out_valid = byte("m_axis_tvalid_o");
  uint8_t* out_ready = byte("m_axis_tready_i");
  const uint8_t* out_keep = byte("m_axis_tkeep_o");
  const uint8_t* out_last = byte("m_axis_tlast_o");
  const uint8_t* out_user = byte("m_axis_tuser_o");
  const auto* out_data = static_cast<const uint32_t*>(model.port("m_axis_tdata_o").data);
  const std::size_t to_send = engine.input.size() * static_cast<std::size_t>(frames);
  const std::size_t to_come = engine.expected.size() * static_cast<std::size_t>(frames);
  std::size_t sent = 0, come = 0, place = 0, next = 0;
  int64_t wrong = 0;
  *out_ready = 1;
  while (come < to_come) {
    const sim::Beat& beat = engine.input[place];
    *in_valid = sent < to_send ? 1 : 0;
    *in_data = static_cast<uint32_t>(beat.data[0]);
    *in_keep = static_cast<uint8_t>(beat.keep & 7);
    *in_last = beat.last ? 1 : 0;
    *in_user = static_cast<uint8_t>(beat.user);
    *clock = 0;
    model.eval();
    if (*out_valid != 0) {
      const sim::Beat& want = engine.expected[next];
      if (*out_data != want.data[0] || *out_keep != want.keep || (*out_last != 0) != want.last ||
          *out_user != want.user) {
        ++wrong;
      }
      if (++next == engine.expected.size()) next = 0;
      ++come;
    }
    if (*in_valid != 0 && *in_ready != 0) {
      ++sent;
      if (++place == engine.input.size()) place = 0;
    }
    *clock = 1;
    model.eval();
  }
  *in_valid = 0;
  return wrong;
}

// Limit: 1.5 times the loop. The two take turns, so that a busy machine slows both.
void conv2d_stream_against_loop(benchmark::State& state) {
  Engine engine;
  constexpr int64_t kFrames = 2;
  int64_t wrong = 0;
  double coroutines = 0, loop = 0;
  while (state.KeepRunning()) {
    loop += seconds_of([&] { wrong += loop_frames(engine, kFrames); });
    coroutines += seconds_of([&] { wrong += coroutine_frames(engine, kFrames); });
  }
  if (wrong != 0) state.SkipWithError("the results differ");
  state.counters["ratio"] = coroutines / loop;
  state.counters["of_limit"] = coroutines / loop / 1.5;
  state.counters["Mpixels_per_s"] =
      static_cast<double>(state.iterations() * kFrames) * 640 * 480 * 1e-6 / coroutines;
}
BENCHMARK(conv2d_stream_against_loop)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
