// SPDX-License-Identifier: Apache-2.0
// Which frames the configurable unit is given.

#include "tb/ccu_plan.h"

#include <algorithm>
#include <utility>

namespace tb {

namespace {

constexpr uint64_t kShapeStream = 0x6373, kFrameStream = 0x63660000, kKernelStream = 0x636b0000;

// Outputs of a frame in one dimension: within a tile, at its edges, several tiles.
int draw_outputs(int most, sim::Random& random) {
  const int tile = CcuSizes::kTile;
  int outputs = static_cast<int>(random.between(1, tile));
  const uint64_t kind = random.below(8);
  if (kind == 0) outputs = tile;
  if (kind == 1) outputs = tile + 1;
  if (kind == 2) outputs = static_cast<int>(random.between(tile, int64_t{3} * tile));
  return std::max(1, std::min(outputs, most));
}

}  // namespace

CcuShape shape_for(int rows, int columns, int stride, int across, int down) {
  return {rows, columns, stride, stride * (across - 1) + columns, stride * (down - 1) + rows};
}

std::vector<CcuShape> plan_ccu(const CcuSizes& sizes, uint64_t seed) {
  sim::Random random(seed, kShapeStream);
  std::vector<std::pair<int, int>> kernels;
  for (int k = 1; k <= sizes.max_kernel; ++k) kernels.emplace_back(k, k);
  const size_t squares = kernels.size();
  for (int r = 1; r <= sizes.max_kernel; ++r) {
    for (int c = 1; c <= sizes.max_kernel; ++c) {
      if (r != c) kernels.emplace_back(r, c);
    }
  }
  std::vector<CcuShape> shapes;
  const auto add = [&](size_t begin, size_t end) {
    const size_t first = shapes.size();
    for (size_t i = begin; i < end; ++i) {
      for (const int stride : {1, 2}) {
        const auto [rows, columns] = kernels[i];
        const int widest = golden::outputs_along(sizes.max_width, columns, {stride, 1});
        const int across = draw_outputs(widest, random), down = draw_outputs(1000, random);
        CcuShape shape = shape_for(rows, columns, stride, across, down);
        if (stride == 2 && random.below(2) == 0) ++shape.height;
        if (stride == 2 && random.below(2) == 0 && shape.width < sizes.max_width) ++shape.width;
        shapes.push_back(shape);
      }
    }
    for (size_t i = shapes.size(); i-- > first + 1;) {
      std::swap(shapes[i], shapes[first + random.below(i - first + 1)]);
    }
  };
  add(0, squares);
  add(squares, kernels.size());
  // The widest picture under the highest kernel: the memory is as full as it can be.
  const int k = sizes.max_kernel;
  shapes.push_back({k, k, 1, sizes.max_width, k + 2});
  shapes.push_back({std::min(k, 3), std::min(k, 2), 2, sizes.max_width, 30});
  std::vector<CcuShape> all;
  for (const CcuShape& shape : shapes) {
    all.push_back(shape);
    const uint64_t kind = random.below(6);
    if (kind > 1) continue;
    all.push_back(shape);
    all.back().same_kernel = true;
    if (kind == 1) all.back().height = shape.rows + static_cast<int>(random.below(15));
  }
  return all;
}

CcuFrame draw_frame(const CcuSizes& sizes, const CcuConfig& config, uint64_t seed, int64_t number) {
  sim::Random random(seed, kFrameStream + static_cast<uint64_t>(number));
  CcuFrame frame;
  frame.config = config;
  const golden::Channels channels = draw_channels(sizes, config, random);
  frame.beats = input_beats(sizes, channels, &random);
  frame.outputs = output_beats(sizes, config, channels, number);
  frame.work = golden::ccu_work(config.width, config.height, config.kernel.shape, config.stride);
  return frame;
}

CcuFrame draw_frame(const CcuSizes& sizes, const CcuShape& shape, uint64_t seed, int64_t number) {
  sim::Random random(seed, kKernelStream + static_cast<uint64_t>(number));
  return draw_frame(sizes,
                    draw_ccu_config(sizes, shape.rows, shape.columns, shape.stride, shape.width,
                                    shape.height, random),
                    seed, number);
}

void count_shape(const CcuSizes& sizes, const CcuConfig& config,
                 std::map<std::string, int64_t>& coverage) {
  const int tile = CcuSizes::kTile;
  const golden::KernelShape& shape = config.kernel.shape;
  ++coverage["frames of stride " + std::to_string(config.stride)];
  if (shape.rows == shape.columns) {
    ++coverage["square kernels of " + std::to_string(shape.rows)];
  } else {
    ++coverage["rectangular kernels"];
  }
  const bool whole = config.across() % tile == 0 && config.down() % tile == 0;
  ++coverage[whole ? "frames of whole tiles" : "frames with partial tiles"];
  if (config.across() > tile || config.down() > tile) ++coverage["frames of several tiles"];
  if (config.width == sizes.max_width) ++coverage["frames of the maximum width"];
  if (config.width % sizes.pixels != 0) ++coverage["lines that end within a beat"];
}

}  // namespace tb
