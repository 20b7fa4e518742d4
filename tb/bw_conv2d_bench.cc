// SPDX-License-Identifier: Apache-2.0
// What the parts of the binary-weight engine's bench share.

#include "tb/bw_conv2d_bench.h"

#include <fmt/format.h>

#include "sim/failure.h"

namespace tb {

namespace regs = bw_regs;
using sim::Beat;
using sim::Task;

namespace {

sim::SchedulerOptions scheduling(const Options& options) {
  sim::SchedulerOptions result;
  result.trace_file = options.trace_file;
  return result;
}

// The answers of the bus as streams, to be watched as such.
sim::StreamSignals answers(const BwBench& bench, bool writes) {
  const sim::AxiLiteSignals& a = bench.axil;
  sim::StreamSignals s;
  s.clock = bench.clock, s.reset = bench.reset;
  s.valid = writes ? a.bvalid : a.rvalid;
  s.ready = writes ? a.bready : a.rready;
  s.data = writes ? a.bresp : a.rdata;
  if (!writes) s.user = a.rresp;
  return s;
}

Task<uint64_t> read_wide(BwDrivers& with, uint64_t address) {
  const uint64_t low = co_await with.bus.read_ok(address);
  const uint64_t high = co_await with.bus.read_ok(address + 4);
  co_return high << 32 | low;
}

}  // namespace

BwBench::BwBench(sim::Model& model, const BwSizes& the_sizes, const Options& the_options,
                 Verdict& the_verdict)
    : sizes(the_sizes),
      options(the_options),
      verdict(the_verdict),
      scheduler(model, scheduling(the_options)),
      clock(scheduler.add_clock("clk_i")),
      reset(scheduler.signal("rst_ni")),
      weights(sim::StreamSignals::bind(scheduler, clock, "s_weight_", "rst_ni")),
      input(sim::StreamSignals::bind(scheduler, clock, "s_axis_", "rst_ni")),
      output(sim::StreamSignals::bind(scheduler, clock, "m_axis_", "rst_ni")),
      axil(sim::AxiLiteSignals::bind(scheduler, clock, "s_axil_")) {}

void BwBench::expect(const BwCase& layer, int64_t number) {
  for (size_t i = 0; i < layer.outputs.size(); ++i)
    expected.push_back({layer.outputs[i], number, static_cast<int64_t>(i)});
}

void BwBench::check(const Beat& actual) {
  if (expected.empty()) {
    throw sim::Mismatch(fmt::format(
        "vector {}: m_axis_tvalid_o=0x1, expected 0x0: a beat behind the last one", last_layer));
  }
  BwOutput want = std::move(expected.front());
  expected.pop_front();
  const bool compared = options.only < 0 || want.layer == options.only;
  if (want.layer != last_layer && compared) ++verdict.vectors;
  last_layer = want.layer;
  if (options.tamper) {
    golden::Wide value = static_cast<golden::Wide>(want.beat.field(0, sizes.out));
    options.tamper(want.layer, static_cast<int>(want.place), value);
    want.beat.set_field(0, sizes.out, static_cast<uint64_t>(value));
  }
  if (!compared || actual == want.beat) return;
  verdict.failed_vector = want.layer;
  std::string port = "m_axis_tlast_o", got = sim::hex(actual.last, 1);
  std::string wanted = sim::hex(want.beat.last, 1);
  for (int p = 0; p < sizes.pe && actual.last == want.beat.last; ++p) {
    const int lane = sizes.out_lane();
    if (actual.field(p * lane, lane) == want.beat.field(p * lane, lane)) continue;
    port = fmt::format("m_axis_tdata_o lane {}", p);
    got = sim::hex(actual.field(p * lane, lane), lane);
    wanted = sim::hex(want.beat.field(p * lane, lane), lane);
    break;
  }
  throw sim::Mismatch(fmt::format("vector {}: beat {}: {}={}, expected {}", want.layer, want.place,
                                  port, got, wanted));
}

BwDrivers::BwDrivers(BwBench& bench, const BwPacing& pacing)
    : weights(bench.scheduler, bench.weights, pacing.gaps, pacing.seed, "weights"),
      samples(bench.scheduler, bench.input, pacing.gaps, pacing.seed, "samples"),
      monitor(bench.scheduler, bench.output, "m_axis"),
      weight_entry(bench.scheduler, bench.weights, "s_weight"),
      sample_entry(bench.scheduler, bench.input, "s_axis"),
      bus(bench.scheduler, bench.axil, pacing.gaps, pacing.seed),
      writes(bench.scheduler, answers(bench, true), "s_axil_b"),
      reads(bench.scheduler, answers(bench, false), "s_axil_r") {
  if (pacing.sink) {
    sink.emplace(bench.scheduler, bench.output, pacing.pressure, pacing.seed, "sink",
                 pacing.after_valid);
  } else {
    bench.output.ready.set(0);
  }
  for (sim::StreamMonitor* m : {&weight_entry, &sample_entry, &writes, &reads}) m->collect(false);
  monitor.on_beat([&bench](const Beat& beat) { bench.check(beat); });
}

int64_t patience(const BwCase& layer) {
  const auto beats =
      static_cast<int64_t>(layer.weights.size() + layer.beats.size() + layer.outputs.size());
  const BwSetting s = layer.setting();
  return 20 * beats + 4 * layer.work.words + 5'000 +
         static_cast<int64_t>(s.width + s.in_channels + s.out_channels);
}

Task<> reset_bw(BwBench& bench, int64_t cycles) {
  bench.reset.set(0);
  co_await sim::clock_cycles(bench.clock, cycles);
  bench.reset.set(1);
  bench.layers = 0;
  co_await sim::clock_cycles(bench.clock, 1);
}

Task<> send_beats(sim::StreamSource& source, std::vector<Beat> beats) {
  for (const Beat& beat : beats) co_await source.send(beat);
}

Task<> write_setting(BwDrivers& with, BwSetting s) {
  co_await with.bus.write_ok(regs::kWidth, s.width);
  co_await with.bus.write_ok(regs::kStride, s.stride);
  co_await with.bus.write_ok(regs::kInChannels, s.in_channels);
  co_await with.bus.write_ok(regs::kKernel, s.kernel);
  co_await with.bus.write_ok(regs::kHeight, s.height);
  co_await with.bus.write_ok(regs::kPadding, s.padding);
  co_await with.bus.write_ok(regs::kOutChannels, s.out_channels);
  co_await with.bus.write_ok(regs::kShift, s.shift);
  co_await with.bus.write_ok(regs::kPool, s.pool);
}

Task<> start_layer(BwDrivers& with) { co_await with.bus.write_ok(regs::kControl, regs::kStart); }
Task<> abort_layer(BwDrivers& with) { co_await with.bus.write_ok(regs::kControl, regs::kAbort); }
Task<uint64_t> read_status(BwDrivers& with) { return with.bus.read_ok(regs::kStatus); }

Task<> wait_idle(BwBench& bench, BwDrivers& with, int64_t cycles, std::string what) {
  const int64_t begun = bench.now();
  uint64_t status = regs::kBusy;  // g++ 12 miscompiles co_await in the condition of a loop
  while ((status & regs::kBusy) != 0) {
    if (bench.now() - begun > cycles)
      throw sim::Timeout(fmt::format("STATUS busy for more than {} cycles: {}", cycles, what));
    status = co_await read_status(with);
  }
}

Task<> expect_register(BwDrivers& with, uint64_t address, uint64_t wanted, std::string name) {
  const uint64_t got = co_await with.bus.read_ok(address);
  if (got != wanted) {
    throw sim::Mismatch(
        fmt::format("register {}: {}, expected {}", name, sim::hex(got, 32), sim::hex(wanted, 32)));
  }
}

Task<> expect_status(BwDrivers& with, unsigned mask, unsigned wanted, std::string when) {
  const uint64_t got = co_await read_status(with) & mask;
  if (got != wanted) {
    throw sim::Mismatch(
        fmt::format("STATUS {}: {}, expected {}", when, sim::hex(got, 32), sim::hex(wanted, 32)));
  }
}

Task<> clear_status(BwDrivers& with) {
  co_await with.bus.write_ok(regs::kStatus, regs::kSticky);
  co_await expect_status(with, ~0U, 0, "cleared");
}

Task<> play_layer(BwBench& bench, BwDrivers& with, const BwCase& layer, int64_t number) {
  const int64_t limit = patience(layer);
  const int64_t begun = bench.now();
  co_await write_setting(with, layer.setting());
  bench.expect(layer, number);
  co_await start_layer(with);
  bench.scheduler.start_soon(send_beats(with.weights, layer.weights), "weights");
  bench.scheduler.start_soon(send_beats(with.samples, layer.beats), "samples");
  co_await wait_idle(bench, with, limit, fmt::format("layer {}: {}", number, layer.text()));
  if (!bench.expected.empty()) {
    throw sim::Mismatch(fmt::format("vector {}: {}: idle with {} beats of {} still to come", number,
                                    layer.text(), bench.expected.size(), layer.outputs.size()));
  }
  ++bench.layers;
  co_await expect_status(with, ~0U, regs::kDone, "behind a layer");
  const auto compare = [&](const char* name, int64_t got, int64_t wanted) {
    if (got == wanted) return;
    throw sim::Mismatch(
        fmt::format("vector {}: {}: {}={}, expected {}", number, layer.text(), name, got, wanted));
  };
  const golden::BwTraffic& work = layer.work;
  compare("WEIGHT_BITS", static_cast<int64_t>(co_await read_wide(with, regs::kWeightBits)),
          work.weight_bits);
  compare("INPUT_BITS", static_cast<int64_t>(co_await read_wide(with, regs::kInputBits)),
          work.input_bits);
  compare("OUTPUT_BITS", static_cast<int64_t>(co_await read_wide(with, regs::kOutputBits)),
          work.output_bits);
  compare("WORDS", static_cast<int64_t>(co_await with.bus.read_ok(regs::kWords)), work.words);
  compare("LAYERS", static_cast<int64_t>(co_await with.bus.read_ok(regs::kLayers)), bench.layers);
  const auto cycles = static_cast<int64_t>(co_await with.bus.read_ok(regs::kCycles));
  if (cycles <= work.words || cycles > bench.now() - begun) {
    throw sim::Mismatch(fmt::format("vector {}: {}: CYCLES={}, with {} words in {} cycles", number,
                                    layer.text(), cycles, work.words, bench.now() - begun));
  }
  bench.count("counters checked");
  co_await clear_status(with);
  count_bw(bench.sizes, layer, bench.verdict.coverage);
}

}  // namespace tb
