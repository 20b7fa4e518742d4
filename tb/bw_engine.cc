// SPDX-License-Identifier: Apache-2.0
// The binary-weight engine as something to compute with.

#include "tb/bw_engine.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/axi_lite.h"
#include "sim/failure.h"
#include "sim/scheduler.h"
#include "sim/triggers.h"
#include "tb/bw_beats.h"

namespace tb {

namespace regs = bw_regs;
using sim::Beat;
using sim::Task;

struct BwEngine::State {
  State(sim::Model& model, const base::Spec& resolved, uint64_t the_seed)
      : sizes(resolved),
        seed(the_seed),
        scheduler(model),
        clock(scheduler.add_clock("clk_i")),
        reset(scheduler.signal("rst_ni")),
        weights(sim::StreamSignals::bind(scheduler, clock, "s_weight_", "rst_ni")),
        input(sim::StreamSignals::bind(scheduler, clock, "s_axis_", "rst_ni")),
        output(sim::StreamSignals::bind(scheduler, clock, "m_axis_", "rst_ni")),
        axil(sim::AxiLiteSignals::bind(scheduler, clock, "s_axil_")) {}

  BwSizes sizes;
  uint64_t seed;
  sim::Scheduler scheduler;
  sim::Signal clock, reset;
  sim::StreamSignals weights, input, output;
  sim::AxiLiteSignals axil;
  bool running = false;  // has been reset
};

namespace {

std::string reasons_text(unsigned status) {
  std::string text;
  for (const auto& [bit, word] :
       {std::pair{regs::kBadKernel, "KERNEL"}, std::pair{regs::kBadStride, "STRIDE"},
        std::pair{regs::kBadPadding, "PADDING"}, std::pair{regs::kBadPool, "POOL"},
        std::pair{regs::kBadShift, "SHIFT"}, std::pair{regs::kBadFrame, "WIDTH or HEIGHT"},
        std::pair{regs::kBadChannels, "channels beyond the maxima"},
        std::pair{regs::kNoOutput, "no output"},
        std::pair{regs::kLinesUnfit, "lines do not fit the store of 2^LineAddressWidth words"},
        std::pair{regs::kTermsUnfit, "terms of a sum above MaxTerms"},
        std::pair{regs::kWeightsUnfit, "weights do not fit WeightWords"},
        std::pair{regs::kStillDropped, "a stream has not ended"}}) {
    if ((status & bit) != 0) text += (text.empty() ? "" : ", ") + std::string(word);
  }
  return text;
}

Task<> send_all(sim::StreamSource& source, const std::vector<Beat>& beats) {
  for (const Beat& beat : beats) co_await source.send(beat);
}

// What the processes of one layer share.
struct Job {
  sim::Signal clock, reset;
  bool reset_first;
  BwSetting setting;
  std::vector<Beat> weights, samples, results;
  size_t beats_out;
  int64_t patience;
  bool legal;  // else nothing is sent
  BwLayerRun run;
  std::string failure;  // thrown when all has come to rest
  sim::AxiLiteMaster bus;
  sim::StreamSource weight_source, sample_source;
  sim::StreamSink sink;
  sim::StreamMonitor monitor;
};

Task<uint64_t> read_wide(Job& job, uint64_t address) {
  const uint64_t low = co_await job.bus.read_ok(address);
  const uint64_t high = co_await job.bus.read_ok(address + 4);
  co_return high << 32 | low;
}

Task<> play(sim::Scheduler& scheduler, Job& job) {
  if (job.reset_first) {
    job.reset.set(0);
    co_await sim::clock_cycles(job.clock, 3);
    job.reset.set(1);
    co_await sim::clock_cycles(job.clock, 1);
  }
  const BwSetting& s = job.setting;
  const std::pair<uint64_t, uint64_t> values[] = {
      {regs::kWidth, s.width},   {regs::kHeight, s.height},   {regs::kInChannels, s.in_channels},
      {regs::kKernel, s.kernel}, {regs::kStride, s.stride},   {regs::kOutChannels, s.out_channels},
      {regs::kPool, s.pool},     {regs::kPadding, s.padding}, {regs::kShift, s.shift}};
  for (const auto& [address, value] : values) co_await job.bus.write_ok(address, value);
  co_await job.bus.write_ok(regs::kStatus, regs::kSticky);
  co_await job.bus.write_ok(regs::kControl, regs::kStart);
  if (job.legal) {
    scheduler.start_soon(send_all(job.weight_source, job.weights), "weights");
    scheduler.start_soon(send_all(job.sample_source, job.samples), "samples");
  }
  uint64_t status = regs::kBusy;  // g++ 12 miscompiles co_await in the condition of a loop
  const uint64_t begun = scheduler.cycles();
  bool waited = !job.legal;  // for the results
  while ((status & regs::kBusy) != 0) {
    if (static_cast<int64_t>(scheduler.cycles() - begun) > job.patience)
      throw sim::Timeout(fmt::format("no end of a layer after {} cycles", job.patience));
    status = co_await job.bus.read_ok(regs::kStatus);
    if ((status & regs::kBusy) == 0 || waited) continue;
    // Most of the time passes here.
    waited = true;
    co_await sim::first(job.monitor.until(static_cast<int64_t>(job.beats_out)),
                        sim::clock_cycles(job.clock, job.patience));
  }
  if ((status & (regs::kFraming | regs::kRefused)) != 0) {
    const std::string why = reasons_text(static_cast<unsigned>(status));
    job.failure = fmt::format(
        "STATUS={:#x}: {}", status,
        why.empty() ? std::string("error in a stream") : "the layer was refused: " + why);
    co_await job.bus.write_ok(regs::kStatus, regs::kSticky);
    co_return;
  }
  job.run.counters.weight_bits = static_cast<int64_t>(co_await read_wide(job, regs::kWeightBits));
  job.run.counters.input_bits = static_cast<int64_t>(co_await read_wide(job, regs::kInputBits));
  job.run.counters.output_bits = static_cast<int64_t>(co_await read_wide(job, regs::kOutputBits));
  job.run.counters.words = static_cast<int64_t>(co_await job.bus.read_ok(regs::kWords));
  job.run.cycles = static_cast<int64_t>(co_await job.bus.read_ok(regs::kCycles));
}

}  // namespace

BwEngine::BwEngine(sim::Model& model, const base::Spec& resolved, uint64_t seed)
    : state_(std::make_unique<State>(model, resolved, seed)) {}
BwEngine::~BwEngine() = default;

int64_t BwEngine::cycles() const { return static_cast<int64_t>(state_->scheduler.cycles()); }

BwLayerRun BwEngine::run(const golden::BwLayer& layer, const golden::BwActivations& samples) {
  State& s = *state_;
  const int width = layer.outputs_along(samples.width);
  const int height = layer.outputs_along(samples.height);
  const golden::BwTraffic work =
      golden::bw_traffic(layer, samples.width, samples.height, s.sizes.streams());
  const sim::Pacing none = sim::Pacing::none();
  Job job{.clock = s.clock,
          .reset = s.reset,
          .reset_first = !std::exchange(s.running, true),
          .setting = setting_of(layer, samples.width, samples.height),
          .weights = weight_beats(s.sizes, layer, nullptr),
          .samples = sample_beats(s.sizes, samples, nullptr),
          .results = {},
          .beats_out = static_cast<size_t>(width) * static_cast<size_t>(height) *
                       static_cast<size_t>(s.sizes.out_groups(layer.out_channels)),
          .patience = 0,
          .legal = false,
          .run = {},
          .failure = {},
          .bus = {s.scheduler, s.axil, none, s.seed},
          .weight_source = {s.scheduler, s.weights, none, s.seed, "weights"},
          .sample_source = {s.scheduler, s.input, none, s.seed, "samples"},
          .sink = {s.scheduler, s.output, none, s.seed},
          .monitor = {s.scheduler, s.output, "m_axis"}};
  job.patience = 4 * (static_cast<int64_t>(job.weights.size() + job.samples.size()) + work.words) +
                 4 * (int64_t{samples.width} + layer.in_channels + layer.out_channels) + 10'000;
  job.legal = refusal_of(s.sizes, job.setting) == 0;
  job.monitor.on_beat([&job](const Beat& beat) { job.results.push_back(beat); });
  s.scheduler.run(play(s.scheduler, job), "layer");
  if (!job.failure.empty()) throw sim::Mismatch(job.failure);
  if (job.results.size() != job.beats_out) {
    throw sim::Mismatch(
        fmt::format("{} beats of results, expected {}", job.results.size(), job.beats_out));
  }
  job.run.outputs = read_results(s.sizes, job.results, width, height, layer.out_channels);
  return std::move(job.run);
}

}  // namespace tb
