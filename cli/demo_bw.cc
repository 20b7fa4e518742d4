// SPDX-License-Identifier: Apache-2.0
// fircone demo bw: handwritten digits through a network with weights of one bit.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "cli/bw_model.h"
#include "cli/commands.h"
#include "cli/image.h"
#include "cli/json.h"
#include "cli/table.h"
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
  std::filesystem::path folder = args.mnist;
  if (const char* set = std::getenv("FIRCONE_MNIST"); folder.empty() && set != nullptr)
    folder = set;
  if (!folder.empty()) sets.push_back(tb::read_labelled_pictures(folder, "t10k", "MNIST test set"));
  return sets;
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

void print_table(const BwDemoReport& report) {
  std::vector<std::vector<std::string>> rows = {
      {"pictures", "count", "floating point", "golden integers"}};
  for (const BwDemoSet& set : report.golden)
    rows.push_back({set.name, fmt::to_string(set.pictures),
                    set.real_accuracy > 0 ? fmt::format("{:.2f} %", 100 * set.real_accuracy) : "",
                    fmt::format("{:.2f} %", 100 * share(set.right, set.pictures))});
  fmt::print("\n{}", format_table(rows));
  fmt::print("\n{}: {} weights of one bit, {} products a picture, {:.0f} pictures/s in golden.\n",
             report.name, report.weights, report.products, report.pictures_per_second);
}

}  // namespace

void demo_bw(const BwDemoArgs& args) {
  const BwModel model = read_bw_model(args.network);
  const std::vector<tb::LabelledPictures> sets = read_sets(args);
  for (const tb::LabelledPictures& set : sets)
    tb::require_fit(model.network, set, args.network.string());
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
  for (const tb::LabelledPictures& set : sets) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<int> classes = tb::classify(model.network, set);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const auto count = static_cast<int64_t>(set.count());
    report.golden.push_back({set.name, count, tb::count_right(set, classes),
                             set.name == sets.front().name ? 0 : model.notes.real_accuracy});
    report.pictures_per_second = static_cast<double>(count) / seconds.count();  // of the last
    sheet = digit_sheet(set, classes);
  }
  report.picture = "digits.png";
  base::write_files(args.output,
                    std::vector<base::NamedText>{{report.picture, encode_png(sheet)},
                                                 {"report.json", bw_demo_json(report)}});
  print_table(report);
  fmt::print("what each picture is taken for: {}\n", (args.output / report.picture).string());
}

}  // namespace cli
