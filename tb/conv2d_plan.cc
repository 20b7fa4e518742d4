// SPDX-License-Identifier: Apache-2.0
// What the streaming engine is fed: sizes, kernels, pictures, planted errors, and what must come.

#include "tb/conv2d_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

#include "sim/random.h"
#include "tb/activations.h"

namespace tb {
namespace {

constexpr uint64_t kPlanStream = 0x706c, kPaddingStream = 0x7061;

golden::Kernel draw_kernel(const Conv2dSizes& sizes, sim::Random& random) {
  const auto count = static_cast<uint64_t>(sizes.kernel.count());
  std::vector<int64_t> coefficients(count, 0);
  const int64_t low = golden::smallest(sizes.coefficient, true);
  const int64_t high = golden::largest(sizes.coefficient, true);
  const uint64_t kind = random.below(8);
  const uint64_t place = random.below(count);
  for (uint64_t i = 0; i < count; ++i) {
    int64_t& c = coefficients[i];
    if (kind == 0) c = low;
    if (kind == 1) c = high;
    if (kind == 2) c = i == place ? (random.below(2) == 0 ? low : high) : 0;
    if (kind == 3) c = random.below(2) == 0 ? low : high;
    if (kind == 4) c = std::clamp<int64_t>(random.between(-2, 3), low, high);
    if (kind >= 5) c = random.between(low, high);
  }
  return {sizes.kernel, std::move(coefficients)};
}

golden::Channels draw_picture(const Conv2dSizes& sizes, int width, int height,
                              sim::Random& random) {
  const auto channels = static_cast<size_t>(sizes.kernel.in_channels);
  golden::Channels picture(channels, Picture(width, height));
  const int64_t low = golden::smallest(sizes.data, sizes.data_signed);
  const int64_t high = golden::largest(sizes.data, sizes.data_signed);
  const uint64_t kind = random.below(6);
  for (Picture& channel : picture) {
    for (int64_t& sample : channel.samples) {
      if (kind == 0) sample = high;
      if (kind == 1) sample = low;
      if (kind == 2) sample = random.below(2) == 0 ? low : high;
      if (kind >= 3) sample = random.between(low, high);
    }
  }
  return picture;
}

// The image's upper left part, turned over for each further channel.
golden::Channels image_channels(const Conv2dSizes& sizes, const Conv2dConfig& config,
                                const Picture& image) {
  golden::Channels picture;
  for (int n = 0; n < sizes.kernel.in_channels; ++n) {
    Picture& channel = picture.emplace_back(config.width, config.height);
    for (int r = 0; r < config.height; ++r) {
      for (int c = 0; c < config.width; ++c) {
        const int64_t grey = image.at((n & 2) != 0 ? config.height - 1 - r : r,
                                      (n & 1) != 0 ? config.width - 1 - c : c);
        channel.at(r, c) = activation(grey, sizes.data, sizes.data_signed);
      }
    }
  }
  return picture;
}

// For each pair of channels another of the named kernels, number `first` for the first.
golden::Kernel image_kernel(const Conv2dSizes& sizes, size_t first) {
  const std::vector<std::string>& names = kernel_names();
  std::vector<int64_t> all;
  for (int n = 0; n < sizes.kernel.in_channels * sizes.kernel.out_channels; ++n) {
    const golden::Kernel one = named_kernel(names[(first + static_cast<size_t>(n)) % names.size()],
                                            sizes.kernel.rows, sizes.kernel.columns);
    const std::vector<int64_t> values = quantised(one.coefficients, sizes.coefficient);
    all.insert(all.end(), values.begin(), values.end());
  }
  return {sizes.kernel, std::move(all)};
}

// Sizes that matter: single lines and columns, every remainder of a beat, the kernel's, the maxima.
std::vector<std::pair<int, int>> corner_sizes(const Conv2dSizes& sizes) {
  const int w = sizes.max_width, h = sizes.max_height;
  const int wide = std::min(w, 20), high = std::min(h, 9);
  std::vector<std::pair<int, int>> all = {
      {1, 1}, {1, high}, {wide, 1}, {2, 2}, {3, 3}, {4, 3}, {5, 2}, {6, 4},     {3, 1},    {4, 1},
      {2, 1}, {7, 5},    {8, 3},    {9, 2}, {w, 2}, {1, h}, {w, 1}, {w - 1, 3}, {w - 2, 2}};
  if (int64_t{w} * h <= 5000) all.emplace_back(w, h);
  if (sizes.kernel.rows != 3 || sizes.kernel.columns != 3 || sizes.columns != 3 ||
      sizes.rows != 1) {
    const int k = sizes.kernel.columns, r = sizes.kernel.rows;
    for (const int more : {-1, 0, 1}) {
      all.emplace_back(k + more, r + more);
      all.emplace_back(sizes.columns + more, sizes.rows + more);
      all.emplace_back(2 * sizes.columns + more, 2 * sizes.rows - more);
      all.emplace_back(3 * sizes.columns + k - more, sizes.rows + r + more);
    }
  }
  std::erase_if(all, [&](const auto& size) {
    return size.first < 1 || size.second < 1 || size.first > w || size.second > h;
  });
  return all;
}

void count_size(Conv2dPlan& plan, const Conv2dSizes& sizes, const Conv2dConfig& config) {
  const int over = config.width % sizes.columns, below = config.height % sizes.rows;
  ++plan.coverage[fmt::format("frames, width mod {} = {}", sizes.columns, over)];
  if (sizes.rows > 1) {
    ++plan.coverage[fmt::format("frames, height mod {} = {}", sizes.rows, below)];
  }
  if (config.width < sizes.kernel.columns || config.height < sizes.kernel.rows) {
    ++plan.coverage["frames smaller than the kernel"];
  }
  if (config.width == 1) ++plan.coverage["frames one pixel wide"];
  if (config.height == 1) ++plan.coverage["frames one line high"];
  if (config.width == sizes.max_width) ++plan.coverage["frames of the maximum width"];
  if (config.height == sizes.max_height) ++plan.coverage["frames of the maximum height"];
}

// A framing error somewhere in the beats of a frame.
void break_frame(std::vector<sim::Beat>& beats, const Conv2dSizes& sizes, sim::Random& random) {
  const auto at = static_cast<size_t>(random.below(beats.size()));
  const auto junk = [&](bool user) { return junk_beat(sizes, random, user); };
  switch (random.below(6)) {
    case 0:
      beats[at].last = !beats[at].last;  // a line too short or too long
      break;
    case 1:
      beats[at].user ^= 1;  // a start in the middle, or a frame without its start
      break;
    case 2:
      beats[0].user = 0;
      break;
    case 3:  // beats from nowhere in front of the frame
      for (uint64_t n = 1 + random.below(5); n > 0; --n) beats.insert(beats.begin(), junk(false));
      break;
    case 4:  // the frame is cut off: the next one starts within it
      beats.resize(at + 1);
      break;
    default:  // anything at all
      for (uint64_t n = 1 + random.below(30); n > 0; --n) {
        beats.push_back(junk(random.below(5) == 0));
      }
      break;
  }
}

}  // namespace

sim::Beat junk_beat(const Conv2dSizes& sizes, sim::Random& random, bool user) {
  sim::Beat beat;
  for (int lane = 0; lane < sizes.lanes_in(); ++lane) {
    beat.set_field(lane * sizes.lane_bits(), sizes.lane_bits(), random.bits(sizes.lane_bits()));
  }
  beat.keep = random.bits(std::min(64, sizes.lanes_in() * sizes.lane_bytes));
  beat.last = random.below(3) == 0;
  beat.user = user ? 1 : 0;
  return beat;
}

Conv2dConfig draw_config(const Conv2dSizes& sizes, int width, int height, sim::Random& random) {
  Conv2dConfig config;
  config.width = width;
  config.height = height;
  config.kernel = draw_kernel(sizes, random);
  // Around the shift that brings full-scale sums into range: saturation, rounding, small values.
  const int products = sizes.kernel.count() / sizes.kernel.out_channels;
  const int growth = static_cast<int>(std::bit_width(static_cast<unsigned>(products))) - 1;
  config.shift = static_cast<int>(random.between(0, std::min(63, sizes.coefficient + growth)));
  if (random.below(10) == 0) config.shift = static_cast<int>(random.between(0, 63));
  return config;
}

Conv2dPlan make_conv2d_plan(const Conv2dSizes& sizes, const Options& options, int64_t frames) {
  Conv2dPlan plan;
  FrameReference reference(sizes);
  sim::Random random(options.seed, kPlanStream);
  sim::Random padding(options.seed, kPaddingStream);
  const auto corners = corner_sizes(sizes);
  std::vector<FrameGroup>& groups = plan.groups;
  for (size_t n = 0; plan.frames < frames; ++n) {
    FrameGroup group;
    // Some beats, some lines of them, and more than the kernel reaches.
    const int wide = std::max(30, 4 * sizes.columns + sizes.kernel.columns - 1);
    const int high = std::max(12, 4 * sizes.rows + sizes.kernel.rows - 1);
    int width = static_cast<int>(random.between(1, std::min(sizes.max_width, wide)));
    int height = static_cast<int>(random.between(1, std::min(sizes.max_height, high)));
    const bool corner = n % 2 == 0 && n / 2 < corners.size();
    if (corner) std::tie(width, height) = corners[n / 2];
    group.config = draw_config(sizes, width, height, random);
    if (options.image != nullptr) {
      group.config.width = std::min(sizes.max_width, options.image->width);
      group.config.height = std::min(sizes.max_height, options.image->height);
      group.config.kernel = image_kernel(sizes, n);
      group.config.shift = sizes.coefficient;
    }
    const Conv2dConfig& config = group.config;
    group.broken = options.image == nullptr && n > 2 && random.below(3) == 0;
    // Configured while the group before still runs, if that is long enough to hit.
    const bool long_before =
        !groups.empty() && !groups.back().broken &&
        groups.back().beats.size() - groups.back().last_start >= kBeatsBeforeCommit + 4;
    group.commit = long_before && random.below(4) != 0 ? FrameGroup::Commit::kInFrame
                                                       : FrameGroup::Commit::kIdle;
    const auto add = [&](bool broken) {
      const golden::Channels picture =
          options.image != nullptr ? image_channels(sizes, config, *options.image)
                                   : draw_picture(sizes, config.width, config.height, random);
      std::vector<sim::Beat> beats = frame_beats(sizes, picture, &padding);
      if (broken) {
        break_frame(beats, sizes, random);
        ++plan.coverage["frames with a planted framing error"];
      }
      group.last_start = group.beats.size();
      for (const sim::Beat& beat : beats) {
        reference.take(beat, config, plan.frames);
        group.beats.push_back(beat);
      }
      count_size(plan, sizes, config);
    };
    const uint64_t repeats = options.image != nullptr ? 1 : 1 + random.below(group.broken ? 4 : 2);
    for (uint64_t i = 0; i < repeats; ++i) add(group.broken);
    if (group.broken) add(false);  // a group ends with a whole frame
    group.expected = std::move(reference.expected());
    reference.expected().clear();
    group.errors = reference.errors();
    reference.clear_errors();
    groups.push_back(std::move(group));
  }
  plan.coverage["samples at an end of their range"] = reference.saturated();
  return plan;
}

FrameGroup single_frame(const Conv2dSizes& sizes, const Conv2dConfig& config, sim::Random& random,
                        int64_t number) {
  FrameGroup group;
  group.config = config;
  group.beats =
      frame_beats(sizes, draw_picture(sizes, config.width, config.height, random), &random);
  FrameReference reference(sizes);
  for (const sim::Beat& beat : group.beats) reference.take(beat, config, number);
  group.expected = std::move(reference.expected());
  return group;
}

}  // namespace tb
