// SPDX-License-Identifier: Apache-2.0
// fircone binarize: a trained network as sign bits, offsets and scales.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/files.h"
#include "cli/bw_model.h"
#include "cli/commands.h"
#include "cli/table.h"

namespace cli {

void binarize(const BinarizeArgs& args) {
  const BwModel model = binarize_bw_model(args.file, args.thresholds);
  base::write_file(args.output, bw_model_text(model));
  const golden::BwNetwork& network = model.network;
  const std::vector<golden::BwShape> shapes = golden::bw_shapes(network);
  std::vector<std::vector<std::string>> rows = {
      {"layer", "takes", "gives", "kernel", "signs", "products", "scale", "shift"}};
  for (size_t l = 0; l < network.layers.size(); ++l) {
    const golden::BwLayer& layer = network.layers[l];
    const auto picture = [](const golden::BwShape& s) {
      return fmt::format("{}x{}x{}", s.width, s.height, s.channels);
    };
    golden::BwShape out = {layer.outputs_along(shapes[l].width),
                           layer.outputs_along(shapes[l].height), layer.out_channels};
    const int64_t sums = int64_t{layer.sums_along(shapes[l].width)} *
                         layer.sums_along(shapes[l].height) * layer.out_channels;
    const auto [least, most] = std::minmax_element(layer.scale.begin(), layer.scale.end());
    rows.push_back({fmt::to_string(l + 1), picture(shapes[l]), picture(out),
                    fmt::to_string(layer.kernel), fmt::to_string(layer.signs.size()),
                    fmt::to_string(sums * static_cast<int64_t>(layer.terms())),
                    layer.scale.empty() ? "thresholds" : fmt::format("{}..{}", *least, *most),
                    layer.scale.empty() ? "" : fmt::to_string(layer.shift)});
  }
  fmt::print("{}", format_table(rows));
}

}  // namespace cli
