// SPDX-License-Identifier: Apache-2.0
// fircone demo bw: handwritten digits through a network with weights of one bit.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>

#include "base/error.h"
#include "base/files.h"
#include "cli/bw_model.h"
#include "cli/commands.h"
#include "cli/image.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/sources.h"
#include "cli/table.h"
#include "gen/generate.h"
#include "sim/loader.h"
#include "tb/bw_pictures.h"

namespace cli {
namespace {

double share(int64_t right, int64_t count) {
  return static_cast<double>(right) / static_cast<double>(count);
}

// Those in the repository, and MNIST's where the user has it.
std::vector<tb::LabelledPictures> read_sets(const BwDemoArgs& args) {
  std::vector<tb::LabelledPictures> sets = {
      tb::read_labelled_pictures(args.digits, "digits", "drawn digits")};
  const std::filesystem::path folder = mnist_folder(args.mnist);
  if (!folder.empty()) sets.push_back(tb::read_labelled_pictures(folder, "t10k", "MNIST test set"));
  return sets;
}

// What the engine cannot be set up for; whether a layer fits its memories it says itself.
void require_engine(const golden::BwNetwork& network, const base::Spec& engine,
                    const std::string& model) {
  if (engine.unit() != "bw_conv2d_stream")
    base::usage_error("demo bw",
                      fmt::format("--engine must be a bw_conv2d_stream, not {}", engine.unit()));
  if (!engine.is("data", "unsigned") || !engine.is("relu", "yes"))
    base::usage_error("demo bw", fmt::format("--engine: data={} relu={} must be data=unsigned "
                                             "relu=yes, as the activations of a network",
                                             engine.get("data"), engine.get("relu")));
  for (size_t l = 0; l < network.layers.size(); ++l) {
    const golden::BwLayer& layer = network.layers[l];
    const auto must_be = [&](const char* key, const char* least, int64_t bits) {
      base::usage_error("demo bw", fmt::format("--engine: {}={} must be {}{} for layer {} of {}",
                                               key, engine.get(key), least, bits, l + 1, model));
    };
    if (!layer.thresholds.empty())
      base::usage_error(model, fmt::format("layer {}: has thresholds, a bw_conv2d_stream has only "
                                           "scales",
                                           l + 1));
    if (layer.data_width > engine.size("DataWidth"))
      must_be("DataWidth", "at least ", layer.data_width);
    if (layer.out_width != engine.size("OutWidth")) must_be("OutWidth", "", layer.out_width);
    const int64_t most = *std::max_element(layer.scale.begin(), layer.scale.end());
    const auto scale_bits = static_cast<int64_t>(std::bit_width(static_cast<uint64_t>(most)));
    if (scale_bits > engine.size("ScaleWidth")) must_be("ScaleWidth", "at least ", scale_bits);
  }
}

// Ten digits of 3 x 5 points, from the top, left first.
constexpr std::array<uint16_t, 10> kFont = {
    0b111101101101111, 0b010110010010111, 0b111001111100111, 0b111001111001111, 0b101101111001001,
    0b111100111001111, 0b111100111101111, 0b111001001001001, 0b111101111101111, 0b111101111001111};

// The first pictures of a set; below each what it is taken for, in a box where that is wrong.
golden::Picture digit_sheet(const tb::LabelledPictures& set, const std::vector<int>& classes) {
  constexpr int kColumns = 20, kMost = 200, kGap = 4, kPoint = 2;
  const int count = std::min(kMost, static_cast<int>(classes.size()));
  const int across = set.width + kGap, down = set.height + 5 * kPoint + 3 * kGap;
  golden::Picture sheet(kColumns * across, (count + kColumns - 1) / kColumns * down);
  for (int n = 0; n < count; ++n) {
    const int left = n % kColumns * across, top = n / kColumns * down;
    const uint8_t* pixels = set.picture(static_cast<size_t>(n));
    for (int i = 0; i < set.height; ++i)
      for (int j = 0; j < set.width; ++j) sheet.at(top + i, left + j) = *pixels++;
    const int told = classes[static_cast<size_t>(n)];
    const bool wrong = told != set.labels[static_cast<size_t>(n)];
    const int row = top + set.height + kGap, column = left + (set.width - 3 * kPoint) / 2;
    if (wrong)
      for (int i = -kPoint; i < 6 * kPoint; ++i)
        for (int j = -kPoint; j < 4 * kPoint; ++j) sheet.at(row + i, column + j) = 255;
    for (int i = 0; i < 5 * kPoint; ++i)
      for (int j = 0; j < 3 * kPoint; ++j)
        if (kFont[static_cast<size_t>(told % 10)] >> (14 - i / kPoint * 3 - j / kPoint) & 1)
          sheet.at(row + i, column + j) = wrong ? 0 : 160;
  }
  return sheet;
}

// The last set's first pictures through the RTL.
void run_engine(const gen::Design& design, const golden::BwNetwork& network,
                const tb::LabelledPictures& set, size_t pictures,
                const std::vector<int>& golden_classes, BwDemoEngine& engine) {
  engine.spec = design.spec;
  engine.pictures = set.name;
  fmt::print(stderr, "simulating {}\n", engine.spec.line());
  sim::ModelRequest request = model_request(design);
  request.optimise = 2;
  const std::unique_ptr<sim::Model> model = sim::load_verilog(request);
  const size_t count = std::min(pictures, set.count());
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress("pictures through the engine");
    engine.inference =
        tb::run_on_engine(*model, engine.spec, network, set, count, [&](size_t done) {
          progress.show(static_cast<double>(done) / static_cast<double>(count));
        });
  }
  engine.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  engine.right = tb::count_right(set, engine.inference.classes);
  for (size_t n = 0; n < count; ++n)
    engine.as_golden += engine.inference.classes[n] == golden_classes[n] ? 1 : 0;
}

void print_engine(const BwDemoEngine& engine) {
  const auto count = static_cast<int64_t>(engine.inference.classes.size());
  std::vector<std::vector<std::string>> rows = {
      {"layer", "results", "wrong", "cycles", "busy", "weight bits", "input bits", "output bits"}};
  int64_t cycles = 0;
  for (const tb::BwLayerTotals& layer : engine.inference.layers) {
    const golden::BwTraffic& t = layer.counted;
    rows.push_back({fmt::to_string(rows.size()), fmt::to_string(layer.results),
                    fmt::to_string(layer.wrong), fmt::to_string(layer.cycles / count),
                    fmt::format("{:.0f} %", 100 * share(t.words, layer.cycles)),
                    fmt::to_string(t.weight_bits / count), fmt::to_string(t.input_bits / count),
                    fmt::to_string(t.output_bits / count)});
    cycles += layer.cycles;
  }
  fmt::print("\n{}", format_table(rows));
  fmt::print(
      "\nResults of {} pictures, compared with golden; cycles and bits off-chip: a picture, "
      "counted\n"
      "by the engine, {} golden's model of the traffic. Busy: cycles with a word of weights.\n"
      "{}: {:.0f} cycles/s with its bench.\n",
      count, engine.inference.traffic_as_predicted() ? "equal to" : "UNLIKE", engine.spec.line(),
      static_cast<double>(cycles) / engine.seconds);
}

void print_table(const BwDemoReport& report) {
  std::vector<std::vector<std::string>> rows = {
      {"pictures", "count", "floating point", "golden integers", "RTL"}};
  for (const BwDemoSet& set : report.golden)
    rows.push_back({set.name, fmt::to_string(set.pictures),
                    set.real_accuracy > 0 ? fmt::format("{:.2f} %", 100 * set.real_accuracy) : "",
                    fmt::format("{:.2f} %", 100 * share(set.right, set.pictures)), ""});
  const BwDemoEngine& engine = report.engine;
  const auto simulated = static_cast<int64_t>(engine.inference.classes.size());
  rows.push_back({fmt::format("the first of the {}", engine.pictures), fmt::to_string(simulated),
                  "", fmt::format("{} as in RTL", engine.as_golden),
                  fmt::format("{:.2f} %", 100 * share(engine.right, simulated))});
  fmt::print("\n{}", format_table(rows));
  fmt::print("\n{}: {} weights of one bit, {} products a picture, {:.0f} pictures/s in golden.\n",
             report.name, report.weights, report.products, report.pictures_per_second);
}

}  // namespace

void demo_bw(const BwDemoArgs& args) {
  // Whatever can be wrong is found before the work begins.
  const gen::Design design = gen::generate(base::Spec::parse_line(args.engine));
  const BwModel model = read_bw_model(args.network);
  const std::vector<tb::LabelledPictures> sets = read_sets(args);
  for (const tb::LabelledPictures& set : sets)
    tb::require_fit(model.network, set, args.network.string());
  require_engine(model.network, design.spec, args.network.string());
  if (sets.size() == 1)
    fmt::print(stderr, "without MNIST: neither --mnist nor FIRCONE_MNIST names its folder\n");

  BwDemoReport report;
  report.name = model.notes.name;
  const std::vector<golden::BwShape> shapes = golden::bw_shapes(model.network);
  for (size_t l = 0; l < model.network.layers.size(); ++l) {
    const golden::BwLayer& layer = model.network.layers[l];
    report.weights += static_cast<int64_t>(layer.signs.size());
    report.products += static_cast<int64_t>(layer.signs.size()) *
                       layer.sums_along(shapes[l].width) * layer.sums_along(shapes[l].height);
  }
  golden::Picture sheet;
  std::vector<int> classes;  // of the last
  for (const tb::LabelledPictures& set : sets) {
    const auto start = std::chrono::steady_clock::now();
    classes = tb::classify(model.network, set);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const auto count = static_cast<int64_t>(set.count());
    report.golden.push_back({set.name, count, tb::count_right(set, classes),
                             set.name == sets.front().name ? 0 : model.notes.real_accuracy});
    report.pictures_per_second = static_cast<double>(count) / seconds.count();  // of the last
    sheet = digit_sheet(set, classes);
  }
  run_engine(design, model.network, sets.back(), static_cast<size_t>(args.pictures), classes,
             report.engine);
  report.picture = "digits.png";
  base::write_files(args.output,
                    std::vector<base::NamedText>{{report.picture, encode_png(sheet)},
                                                 {"report.json", bw_demo_json(report)}});
  print_table(report);
  print_engine(report.engine);
  fmt::print("what each picture is taken for: {}\n", (args.output / report.picture).string());
  const int64_t wrong = report.engine.inference.wrong();
  if (wrong > 0) base::check_error("demo bw", fmt::format("{} results differ from golden", wrong));
  if (!report.engine.inference.traffic_as_predicted())
    base::check_error("demo bw", "the engine's counters differ from golden's traffic");
}

}  // namespace cli
