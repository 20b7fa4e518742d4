// SPDX-License-Identifier: Apache-2.0
// fircone accuracy: a binary-weight network whose sums are approximate.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "analysis/bw_approximate.h"
#include "analysis/error/automaton.h"
#include "analysis/error/report.h"
#include "base/error.h"
#include "base/files.h"
#include "cli/bw_model.h"
#include "cli/commands.h"
#include "cli/image.h"
#include "cli/json.h"
#include "cli/table.h"
#include "gen/generate.h"
#include "tb/adder_functions.h"

namespace cli {
namespace {

using Negation = analysis::BwApproximation::Negation;
using Predicted = AccuracyLayer::Predicted;

// The final adder of a spec line, and what its error figures are made from.
struct FinalAdder {
  std::string line;  // resolved; empty: exact
  std::optional<analysis::DigitGraph> graph;

  // Mean and variance of the error when bits are 1 with these chances; uniform without.
  std::pair<double, double> error(const analysis::BitChances& chances) const {
    if (!graph) return {0, 0};
    const analysis::ErrorReport report = analysis::dp_report(*graph, chances, false);
    return {report.me.value, report.variance.value};
  }
};

constexpr int kMostWidth = 32;  // of an accumulator

FinalAdder final_adder(const std::string& line, analysis::BwApproximation& how) {
  how.acc_width = kMostWidth;  // sums that are exact but for their samples do not wrap
  if (line.empty()) return {};
  const base::Spec spec = gen::resolve(base::Spec::parse_line(line));
  if (!tb::is_adder(spec.unit()))
    base::usage_error("accuracy", fmt::format("--adder: {} is no adder", spec.unit()));
  how.acc_width = static_cast<int>(spec.size("Width"));
  if (how.acc_width < 20 || how.acc_width > kMostWidth)
    base::usage_error(
        "accuracy", fmt::format("--adder: Width={} must be in 20..{}", how.acc_width, kMostWidth));
  how.add = [function = tb::adder_function(spec)](uint64_t a, uint64_t b) {
    return static_cast<uint64_t>(function(a, b, false));
  };
  FinalAdder adder = {spec.line(), {}};
  if (const auto automaton = analysis::adder_automaton(spec))
    adder.graph = analysis::digit_graph(*automaton, false);
  return adder;
}

std::vector<mpq_class> chances_of(const analysis::BwBitCounts& counts) {
  std::vector<mpq_class> chances;
  for (size_t i = 0; i < counts.ones.size(); ++i) {
    mpq_class chance(mpz_class(static_cast<long>(counts.ones[i])),
                     mpz_class(static_cast<long>(std::max<int64_t>(counts.words, 1))));
    chance.canonicalize();
    chances.push_back(chance);
  }
  return chances;
}

// The error of a layer's sums as `fircone error` would have it: bits independent of each other, 1
// every other time or, with counts, as often as they were.
Predicted predict(const golden::BwLayer& layer, const analysis::BwApproximation& how,
                  const FinalAdder& adder, const analysis::BwLayerErrors* seen) {
  const size_t terms = layer.terms();
  double dropped = 0, variance = 0;  // of what a sample loses
  for (int i = 0; i < how.drop; ++i) {
    const double chance = seen == nullptr ? 0.5 : seen->samples.chance(static_cast<size_t>(i));
    dropped += std::ldexp(chance, i);
    variance += std::ldexp(chance * (1 - chance), 2 * i);
  }
  const double expected = (std::ldexp(1.0, how.drop) - 1) / 2;  // which the offset brings
  analysis::BwSumErrors constants;                              // one a filter
  for (size_t o = 0; o < layer.bias.size(); ++o) {
    double minus = 0;
    for (size_t n = 0; n < terms; ++n) minus += layer.signs[o * terms + n];
    const size_t half = how.negation == Negation::kHalf ? terms / 2 : 0;
    const auto back = static_cast<double>(half);
    const double balance = static_cast<double>(terms) - 2 * minus;  // sum of the weights
    constants.take(balance * (expected - dropped) +
                   (how.negation == Negation::kExact ? 0 : std::ldexp(back - minus, how.drop)));
  }
  analysis::BitChances chances;
  if (seen != nullptr && how.add) chances = {chances_of(seen->row_a), chances_of(seen->row_b)};
  const auto [mean, adders] = adder.error(chances);
  return {constants.mean() + mean, std::sqrt(std::max(0.0, constants.variance()) +
                                             variance * static_cast<double>(terms) + adders)};
}

// What the layer with the most products is given, of the first pictures: the terms of its sums one
// after another, as a processing element meets them.
golden::Picture samples_of_a_layer(const golden::BwNetwork& network,
                                   const tb::LabelledPictures& pictures, int lanes) {
  constexpr size_t kPictures = 8;
  constexpr int kMostLines = 4096;  // that `characterize --picture` takes
  const std::vector<golden::BwShape> shapes = golden::bw_shapes(network);
  size_t heaviest = 0;
  int64_t most = 0;
  for (size_t l = 0; l < network.layers.size(); ++l) {
    const golden::BwLayer& layer = network.layers[l];
    const int64_t products = static_cast<int64_t>(layer.signs.size()) *
                             layer.sums_along(shapes[l].width) * layer.sums_along(shapes[l].height);
    if (products > most) heaviest = l;
    most = std::max(most, products);
  }
  const golden::BwLayer& layer = network.layers[heaviest];
  std::vector<int64_t> samples;
  for (size_t n = 0; n < std::min(kPictures, pictures.count()); ++n) {
    golden::BwActivations x = pictures.activations(n);
    if (heaviest > 0) x = golden::bw_infer(network, x)[heaviest - 1];
    if (network.flatten[heaviest]) x = golden::flattened(x);
    for (int i = 0; i < layer.sums_along(x.height); ++i)
      for (int j = 0; j < layer.sums_along(x.width); ++j)
        for (int r = 0; r < layer.kernel; ++r)
          for (int k = 0; k < layer.kernel; ++k)
            for (int c = 0; c < layer.in_channels; ++c)
              samples.push_back(x.padded(layer.stride * i + r - layer.padding,
                                         layer.stride * j + k - layer.padding, c));
  }
  golden::Picture picture(lanes, std::min(kMostLines, static_cast<int>(samples.size()) / lanes));
  samples.resize(picture.samples.size());
  picture.samples = samples;
  return picture;
}

void print_report(const AccuracyReport& report) {
  fmt::print("{:.2f} % of {} pictures ({}), {} of another class than with exact sums\n",
             100 * static_cast<double>(report.right) / static_cast<double>(report.count),
             report.count, report.pictures, report.changed);
  std::vector<std::vector<std::string>> rows = {
      {"layer", "mean", "predicted", "by bits", "sigma", "predicted", "by bits"}};
  for (const AccuracyLayer& layer : report.layers) {
    rows.push_back({fmt::to_string(rows.size())});
    for (const double value : {layer.mean, layer.uniform.mean, layer.by_bits.mean, layer.sigma,
                               layer.uniform.sigma, layer.by_bits.sigma})
      rows.back().push_back(fmt::format("{:.1f}", value));
  }
  fmt::print(
      "\n{}\nErrors of sums in their units, for the samples that a layer was given. Predicted: as "
      "if "
      "every\nbit of samples and rows were 1 every other time; by bits: as often as it was.\n",
      format_table(rows));
}

}  // namespace

void accuracy(const AccuracyArgs& args) {
  const BwModel model = read_bw_model(args.network);
  const std::filesystem::path folder = mnist_folder(args.mnist);
  tb::LabelledPictures pictures =
      folder.empty() ? tb::read_labelled_pictures(args.digits, "digits", "drawn digits")
                     : tb::read_labelled_pictures(folder, "t10k", "MNIST test set");
  tb::require_fit(model.network, pictures, args.network.string());
  if (args.pictures > 0) {
    const size_t count = std::min(static_cast<size_t>(args.pictures), pictures.count());
    pictures.labels.resize(count);
  }
  if (!args.samples.empty())
    base::write_file(args.samples,
                     encode_png(samples_of_a_layer(model.network, pictures, args.lanes)));
  analysis::BwApproximation how;
  how.drop = args.drop;
  how.lanes = args.lanes;
  how.negation = args.negation == "exact"        ? Negation::kExact
                 : args.negation == "complement" ? Negation::kComplement
                                                 : Negation::kHalf;
  AccuracyReport report;
  const FinalAdder adder = final_adder(args.adder, how);
  report.adder = adder.line;
  report.network = model.notes.name;
  report.pictures = pictures.name;
  report.negation = args.negation;
  report.bits = args.bits;
  report.drop = args.drop;
  report.count = static_cast<int64_t>(pictures.count());

  const std::vector<int> exact = tb::classify(model.network, pictures);
  analysis::BwApproximateRun run;
  golden::BwNetwork network = model.network;
  try {
    if (args.bits < 8) {
      network = golden::bw_narrowed(model.network, args.bits);
      for (uint8_t& pixel : pictures.pixels) pixel = golden::bw_narrowed_sample(pixel, args.bits);
    }
    if (how.drop == 0 && how.negation == Negation::kExact && !how.add) {
      run.classes = tb::classify(network, pictures);
      run.layers.resize(network.layers.size());
    } else {
      run = analysis::run_approximate(network, how, pictures.pixels.data(), pictures.count());
    }
  } catch (const std::invalid_argument& error) {
    base::usage_error(args.network.string(), error.what());
  }
  report.right = tb::count_right(pictures, run.classes);
  for (size_t n = 0; n < exact.size(); ++n) report.changed += exact[n] != run.classes[n] ? 1 : 0;
  for (size_t l = 0; l < network.layers.size(); ++l) {
    const analysis::BwLayerErrors& seen = run.layers[l];
    report.layers.push_back({seen.errors.mean(), std::sqrt(std::max(0.0, seen.errors.variance())),
                             predict(network.layers[l], how, adder, nullptr),
                             predict(network.layers[l], how, adder, &seen)});
  }
  if (args.json) {
    fmt::print("{}", accuracy_json(report));
  } else {
    print_report(report);
  }
}

}  // namespace cli
