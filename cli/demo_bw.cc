// SPDX-License-Identifier: Apache-2.0
// fircone demo bw: handwritten digits through a network with weights of one bit.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "cli/bw_model.h"
#include "cli/commands.h"
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
  for (const tb::LabelledPictures& set : sets) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<int> classes = tb::classify(model.network, set);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const auto count = static_cast<int64_t>(set.count());
    report.golden.push_back({set.name, count, tb::count_right(set, classes),
                             set.name == sets.front().name ? 0 : model.notes.real_accuracy});
    report.pictures_per_second = static_cast<double>(count) / seconds.count();  // of the largest
  }
  print_table(report);
}

}  // namespace cli
