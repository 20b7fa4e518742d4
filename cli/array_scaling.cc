// SPDX-License-Identifier: Apache-2.0
// Scales the recorded arrays to 65 nm and says what the figures hold.

#include "cli/array_scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/spec.h"
#include "cli/array_quality.h"
#include "cli/bw_model.h"
#include "cli/table.h"

namespace cli {
namespace {

constexpr analysis::OperatingPoint kMeasured = {180, 1.8};  // osu018
constexpr analysis::OperatingPoint kTarget = {65, 1.2};
constexpr const char* kEngine = "engine";  // the row whose array is that of the demo's engine
constexpr const char* kModel = "networks/mnist.json";

using Rows = std::vector<std::vector<std::string>>;

BwWork& operator+=(BwWork& sum, const BwWork& other) {
  sum.operations += other.operations;
  sum.array_words += other.array_words;
  sum.array_operations += other.array_operations;
  sum.memory_bits += other.memory_bits;
  sum.dram_bits += other.dram_bits;
  return sum;
}

BwWork network_work(const golden::BwNetwork& network) {
  const std::vector<golden::BwShape> shapes = golden::bw_shapes(network);
  BwWork work;
  for (size_t l = 0; l < network.layers.size(); ++l)
    work += bw_work(network.layers[l], shapes[l].width, shapes[l].height, {});
  return work;
}

// A layer as large networks have them; only its sizes count.
BwWork usual_work() {
  golden::BwLayer layer;
  layer.in_channels = layer.out_channels = 256;
  layer.kernel = 3, layer.padding = 1;
  return bw_work(layer, 28, 28, {});
}

// Of the lanes of a unit in the measured vectors: the terms of the second layer fill whole beats
// but the last.
double filled(const ArrayRow& row, int64_t terms) {
  const base::Spec spec = base::Spec::parse_line(row.spec);
  const int64_t lanes = spec.size(spec.has("Simd") ? "Simd" : "Lanes");
  const int64_t beats = (terms + lanes - 1) / lanes;
  return static_cast<double>(terms) / static_cast<double>(beats * lanes);
}

void print_cores(const std::vector<ArrayRow>& rows, int64_t terms) {
  Rows table = {{"core alone, TOp/s/W", "lanes filled", "180 nm, 1.8 V, measured"}};
  for (const analysis::ScalingRule& rule : analysis::scaling_rules())
    table.front().push_back(fmt::format("65 nm, 1.2 V, {}", rule.name));
  for (const ArrayRow& row : rows) {
    table.push_back({row.name, fmt::format("{:.0f} %", 100 * filled(row, terms)),
                     fmt::format("{:.2f}", 1 / row.recorded.energy)});
    for (const analysis::ScalingRule& rule : analysis::scaling_rules())
      table.back().push_back(fmt::format(
          "{:.1f}", 1 / (row.recorded.energy * analysis::energy_ratio(rule, kMeasured, kTarget))));
  }
  fmt::print("{}", format_table(table));
  fmt::print(
      "\nEvery lane's operations count. A lane that the vectors leave empty costs less than "
      "another:\n"
      "of the filled lanes alone, an array with 75 % of them has at least 0.75 of its figures.\n");
}

void print_system(const char* name, const BwWork& work, double pj_per_operation) {
  std::vector<BwEnergy> energies;
  for (const analysis::ScalingRule& rule : analysis::scaling_rules())
    energies.push_back(bw_energy(work, pj_per_operation, kMeasured, kTarget, rule));
  Rows table = {{fmt::format("{}, at 65 nm, 1.2 V", name), "amount"}};
  for (const analysis::ScalingRule& rule : analysis::scaling_rules())
    table.front().emplace_back(rule.name);
  const auto line = [&](const std::string& what, const std::string& amount, const auto& value) {
    table.push_back({what, amount});
    for (const BwEnergy& e : energies) table.back().push_back(value(e));
  };
  const auto micro = [](double pj) { return fmt::format("{:.2f} uJ", pj / 1e6); };
  line("core", fmt::format("{} operations of lanes", work.array_operations),
       [&](const BwEnergy& e) { return micro(e.core); });
  line("memories", fmt::format("{} bits", work.memory_bits),
       [&](const BwEnergy& e) { return micro(e.memories); });
  line("DRAM", fmt::format("{} bits", work.dram_bits),
       [&](const BwEnergy& e) { return micro(e.dram); });
  const auto operations = static_cast<double>(work.operations);
  const auto per_watt = [&](double pj) { return fmt::format("{:.2f} TOp/s/W", operations / pj); };
  const std::string count = fmt::format("{} operations", work.operations);
  line("core alone", count, [&](const BwEnergy& e) { return per_watt(e.core); });
  line("core and memories", count,
       [&](const BwEnergy& e) { return per_watt(e.core + e.memories); });
  line("core, memories, DRAM", count,
       [&](const BwEnergy& e) { return per_watt(e.core + e.memories + e.dram); });
  fmt::print("\n{}", format_table(table));
}

void print_published() {
  fmt::print("\n{}",
             format_table({
                 {"published", "TOp/s/W", "technology", "holds", "activations"},
                 {"Wang, Lin, Wang, TVLSI 26(2), 2018", "2.08", "130 nm, scaled to 65 nm",
                  "layout, with DRAM", "about 6 bits"},
                 {"YodaNN, TCAD 37(1), 2018", "9.9", "65 nm, 1.2 V", "layout, core", "12 bits"},
             }));
}

void print_notes() {
  fmt::print("\nrules    ");
  for (const analysis::ScalingRule& rule : analysis::scaling_rules())
    fmt::print("{}: {} (energy x {:.3f}){}", rule.name, rule.source,
               analysis::energy_ratio(rule, kMeasured, kTarget),
               &rule == &analysis::scaling_rules().back() ? "\n" : "\n         ");
  fmt::print(
      "memories {:.3f} pJ a bit at {} nm, {} V ({}: 8 kB, 10 pJ for 64 bits), scaled by the rule;\n"
      "         larger stores are taken as banks of 8 kB\n"
      "DRAM     {:.1f} pJ a bit ({}: 1.3 to 2.6 nJ for 64 bits), not scaled\n",
      analysis::kSmallMemory.pj_per_bit, analysis::kSmallMemory.at.node_nm,
      analysis::kSmallMemory.at.volts, analysis::kSmallMemory.source, analysis::kDram.pj_per_bit,
      analysis::kDram.source);
  fmt::print(
      "\nLike for like: two operations a product, nominal supplies; with DRAM beside the 2.08, "
      "core and\n"
      "memories beside YodaNN's core, which holds a part of the picture and the weights in use.\n"
      "Not alike: theirs is laid out, ours has no wires, no clock tree, no glitches, no control "
      "and no\n"
      "output stage; bits of activation (ours 8); networks, ours for digits with many samples of "
      "0; the\n"
      "price of a DRAM's bit. Not counted: the words of offsets and scales, standby of memories "
      "and DRAM.\n"
      "A scaled figure is an estimate; the rules differ by a factor of two.\n");
}

}  // namespace

BwWork bw_work(const golden::BwLayer& layer, int width, int height, const golden::BwStreams& s) {
  const golden::BwTraffic t = golden::bw_traffic(layer, width, height, s);
  const int64_t sums = int64_t{layer.outputs_along(width)} * layer.outputs_along(height) *
                       (layer.pool ? 4 : 1) * layer.out_channels;
  BwWork work;
  work.operations = 2 * sums * static_cast<int64_t>(layer.terms());
  work.array_words = t.words;
  work.array_operations = 2 * t.words * s.pe * s.simd;
  work.memory_bits = t.words * (int64_t{s.simd} * layer.data_width + int64_t{s.pe} * s.simd) +
                     t.input_bits + t.weight_bits;
  work.dram_bits = t.weight_bits + t.input_bits + t.output_bits;
  return work;
}

BwEnergy bw_energy(const BwWork& work, double pj_per_operation,
                   const analysis::OperatingPoint& from, const analysis::OperatingPoint& to,
                   const analysis::ScalingRule& rule) {
  const analysis::DeclaredEnergy& memory = analysis::kSmallMemory;
  return {.core = static_cast<double>(work.array_operations) * pj_per_operation *
                  analysis::energy_ratio(rule, from, to),
          .memories = static_cast<double>(work.memory_bits) * memory.pj_per_bit *
                      analysis::energy_ratio(rule, memory.at, to),
          .dram = static_cast<double>(work.dram_bits) * analysis::kDram.pj_per_bit};
}

void print_arrays_scaled(const std::filesystem::path& file) {
  const std::vector<ArrayRow> rows = read_arrays(file);
  const auto engine = std::find_if(rows.begin(), rows.end(),
                                   [](const ArrayRow& row) { return row.name == kEngine; });
  if (engine == rows.end())
    base::usage_error(file.string(), fmt::format("must have a row '{}'", kEngine));
  const golden::BwNetwork network = read_bw_model(kModel).network;
  print_cores(rows, static_cast<int64_t>(network.layers.at(1).terms()));
  print_system("demo network, a picture", network_work(network), engine->recorded.energy);
  print_system("a layer 3x3, 256 to 256, 28x28", usual_work(), engine->recorded.energy);
  print_published();
  print_notes();
}

}  // namespace cli
