// SPDX-License-Identifier: Apache-2.0
// Bench of the binary-weight engine: layers of every kind, refusals, errors, aborts, counters.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>

#include "tb/bw_conv2d.h"
#include "tb/bw_conv2d_bench.h"
#include "tb/bw_conv2d_scenes.h"
#include "tb/model_ports.h"

namespace tb {
namespace {

using sim::Pacing;
using sim::Task;

constexpr int64_t kLayers = 60;              // by default
constexpr int64_t kExtraLayers = 1'000'000;  // numbers of the layers outside the plan begin here
constexpr uint64_t kSceneStream = 0x62636500;

Task<> play_start(BwBench& bench, BwDrivers& with) {
  co_await reset_bw(bench, 3);
  co_await check_registers(bench, with);
  co_await check_refusals(bench, with);
}

Task<> play_layers(BwBench& bench, BwDrivers& with, std::span<const BwShape> shapes,
                   int64_t number) {
  for (const BwShape& shape : shapes) {
    const BwCase layer = draw_bw_case(bench.sizes, shape, bench.options.seed, number);
    co_await play_layer(bench, with, layer, number++);
  }
}

Task<> play_after_reset(BwBench& bench, BwDrivers& with, int64_t number) {
  co_await reset_bw(bench, 2);
  co_await expect_status(with, ~0U, 0, "behind a reset in a layer");
  co_await expect_register(with, bw_regs::kWidth, 0, "WIDTH behind a reset in a layer");
  sim::Random random(bench.options.seed, static_cast<uint64_t>(number));
  const BwCase layer =
      draw_bw_case(bench.sizes, draw_bw_shape(bench.sizes, random), bench.options.seed, number);
  co_await play_layer(bench, with, layer, number);
}

// Plays one part with drivers of its own; false when it failed.
template <class Play, class... Arguments>
bool run(BwBench& bench, const BwPacing& pacing, Play part, Arguments&&... arguments) {
  BwDrivers with(bench, pacing);
  run_checked(bench.scheduler, part(bench, with, std::forward<Arguments>(arguments)...),
              bench.verdict);
  bench.count("beats of results that waited", with.monitor.stalls());
  bench.count("beats of weights that waited", with.weight_entry.stalls());
  bench.count("beats of samples that waited", with.sample_entry.stalls());
  return bench.verdict.mismatch.empty();
}

void check_bw_ports(const sim::Model& model, const base::Spec& spec, const BwSizes& sizes) {
  std::vector<PortWidth> ports = {{"clk_i", 1}, {"rst_ni", 1}};
  const auto stream = [&](const std::string& prefix, bool input, int bits) {
    const std::string with = input ? "_i" : "_o", against = input ? "_o" : "_i";
    ports.push_back({prefix + "tdata" + with, bits});
    ports.push_back({prefix + "tlast" + with, 1});
    ports.push_back({prefix + "tvalid" + with, 1});
    ports.push_back({prefix + "tready" + against, 1});
  };
  stream("s_weight_", true, sizes.bus);
  stream("s_axis_", true, sizes.simd * sizes.in_lane());
  stream("m_axis_", false, sizes.pe * sizes.out_lane());
  for (const auto& [name, width] :
       {std::pair{"awaddr_i", 7}, std::pair{"awvalid_i", 1}, std::pair{"awready_o", 1},
        std::pair{"wdata_i", 32}, std::pair{"wstrb_i", 4}, std::pair{"wvalid_i", 1},
        std::pair{"wready_o", 1}, std::pair{"bresp_o", 2}, std::pair{"bvalid_o", 1},
        std::pair{"bready_i", 1}, std::pair{"araddr_i", 7}, std::pair{"arvalid_i", 1},
        std::pair{"arready_o", 1}, std::pair{"rdata_o", 32}, std::pair{"rresp_o", 2},
        std::pair{"rvalid_o", 1}, std::pair{"rready_i", 1}}) {
    ports.push_back({std::string("s_axil_") + name, width});
  }
  check_ports(model, spec, ports);
}

}  // namespace

Verdict run_bw_conv2d_stream(sim::Model& model, const base::Spec& spec, const Options& options) {
  const BwSizes sizes(spec);
  check_bw_ports(model, spec, sizes);
  Verdict verdict;
  BwBench bench(model, sizes, options, verdict);
  const std::vector<BwShape> shapes =
      plan_bw(sizes, options.seed, options.vectors > 0 ? options.vectors : kLayers);
  if (options.only < kExtraLayers)
    check_only(spec.unit(), options, static_cast<int64_t>(shapes.size()));

  const BwPacing smooth{Pacing::none(), Pacing::none(), options.seed};
  const BwPacing gaps{Pacing::random(0.5), Pacing::none(), options.seed + 1};
  const BwPacing pressure{Pacing::none(), Pacing::random(0.5), options.seed + 2, true};
  const BwPacing bursts{Pacing::bursts(), Pacing::bursts(), options.seed + 3};
  const BwPacing sinkless{Pacing::none(), Pacing::none(), options.seed, false, false};

  const auto passed = [&] {
    if (!run(bench, options.gaps ? gaps : smooth, play_start)) return false;
    sim::Random random(options.seed, kSceneStream);
    int64_t number = kExtraLayers;
    // The plan in parts, each under other traffic.
    const BwPacing traffic[] = {smooth, gaps, pressure, bursts};
    const size_t parts = std::size(traffic), part = (shapes.size() + parts - 1) / parts;
    for (size_t i = 0; i < parts; ++i) {
      const size_t begin = std::min(shapes.size(), i * part);
      const size_t end = std::min(shapes.size(), begin + part);
      const auto chunk = std::span(shapes).subspan(begin, end - begin);
      const BwPacing& now = options.gaps ? traffic[i] : smooth;
      if (!run(bench, now, play_layers, chunk, static_cast<int64_t>(begin))) return false;
      if (!run(bench, now, play_stream_errors, random, number)) return false;
      if (!run(bench, now, play_aborts, random, number)) return false;
      if (!run(bench, pressure, play_reset, random, number)) return false;
      if (!run(bench, now, play_after_reset, number++)) return false;
    }
    return run(bench, sinkless, play_ready_paths, random, number);
  };
  verdict.passed = passed();
  verdict.cycles = bench.now();
  return verdict;
}

}  // namespace tb
