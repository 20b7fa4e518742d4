// SPDX-License-Identifier: Apache-2.0
// fircone accuracy: a binary-weight network whose sums are approximate.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
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

// Mean and variance of an adder's error for uniform operands.
struct AdderError {
  double mean = 0, variance = 0;
};

// The final adder of a spec line; the exact one for an empty line.
AdderError set_adder(const std::string& line, analysis::BwApproximation& how, std::string& name) {
  if (line.empty()) return {};
  const base::Spec wanted = base::Spec::parse_line(line);
  const base::Spec spec = gen::resolve(wanted);
  if (!tb::is_adder(spec.unit()))
    base::usage_error("accuracy", fmt::format("--adder: {} is no adder", spec.unit()));
  how.acc_width = static_cast<int>(spec.size("Width"));
  if (how.acc_width < 20 || how.acc_width > 32)
    base::usage_error("accuracy",
                      fmt::format("--adder: Width={} must be in 20..32", how.acc_width));
  how.add = [function = tb::adder_function(spec)](uint64_t a, uint64_t b) {
    return static_cast<uint64_t>(function(a, b, false));
  };
  name = spec.line();
  const std::unique_ptr<analysis::Automaton> automaton = analysis::adder_automaton(spec);
  if (automaton == nullptr) return {};  // exact
  const analysis::ErrorReport report =
      analysis::dp_report(analysis::digit_graph(*automaton, false), {}, false);
  return {report.me.value, report.variance.value};
}

// Means and variances over the filters of a layer, of errors that are a constant of a filter, and
// of bits that are 1 every other time.
AccuracyLayer predicted(const golden::BwLayer& layer, const analysis::BwApproximation& how,
                        const AdderError& adder) {
  const size_t terms = layer.terms();
  analysis::BwSumErrors constants;
  for (size_t o = 0; o < layer.bias.size(); ++o) {
    int64_t minus = 0;
    for (size_t n = 0; n < terms; ++n) minus += layer.signs[o * terms + n];
    const int64_t back = how.negation == Negation::kHalf ? static_cast<int64_t>(terms) / 2 : 0;
    const bool exact = how.negation == Negation::kExact;
    constants.take(exact ? 0 : std::ldexp(static_cast<double>(back - minus), how.drop));
  }
  const double dropped = (std::ldexp(1.0, 2 * how.drop) - 1) / 12 * static_cast<double>(terms);
  AccuracyLayer prediction;
  prediction.predicted_mean = constants.mean() + adder.mean;
  prediction.predicted_sigma =
      std::sqrt(std::max(0.0, constants.variance()) + dropped + adder.variance);
  return prediction;
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
      {"layer", "error's mean", "predicted", "sigma", "predicted"}};
  for (const AccuracyLayer& layer : report.layers)
    rows.push_back({fmt::to_string(rows.size()), fmt::format("{:.1f}", layer.mean),
                    fmt::format("{:.1f}", layer.predicted_mean), fmt::format("{:.1f}", layer.sigma),
                    fmt::format("{:.1f}", layer.predicted_sigma)});
  fmt::print(
      "\n{}\nErrors of sums in their units, for the samples that a layer was given. "
      "Predicted: as if every\nbit of samples and rows were 1 every other time.\n",
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
  const AdderError adder = set_adder(args.adder, how, report.adder);
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
    run = analysis::run_approximate(network, how, pictures.pixels.data(), pictures.count());
  } catch (const std::invalid_argument& error) {
    base::usage_error(args.network.string(), error.what());
  }
  report.right = tb::count_right(pictures, run.classes);
  for (size_t n = 0; n < exact.size(); ++n) report.changed += exact[n] != run.classes[n] ? 1 : 0;
  for (size_t l = 0; l < network.layers.size(); ++l) {
    AccuracyLayer layer = predicted(network.layers[l], how, adder);
    layer.mean = run.errors[l].mean();
    layer.sigma = std::sqrt(std::max(0.0, run.errors[l].variance()));
    report.layers.push_back(layer);
  }
  if (args.json) {
    fmt::print("{}", accuracy_json(report));
  } else {
    print_report(report);
  }
}

}  // namespace cli
