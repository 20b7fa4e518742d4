// SPDX-License-Identifier: Apache-2.0
// Which layers the binary-weight engine is given.

#include "tb/bw_conv2d_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "golden/conv2d.h"

namespace tb {

namespace {

constexpr uint64_t kShapeStream = 0x62730000, kLayerStream = 0x626c0000;
constexpr int64_t kMostWords = 3000;    // of a random layer: cycles
constexpr int64_t kMostBeats = 6000;    // of its weights
constexpr int64_t kMostSums = 1 << 20;  // terms that golden adds up
constexpr int kAttempts = 200;

golden::BwLayer plain(const BwSizes& sizes, const BwShape& shape) {
  golden::BwLayer layer;
  layer.in_channels = shape.in_channels, layer.out_channels = shape.out_channels;
  layer.kernel = shape.kernel, layer.stride = shape.stride, layer.padding = shape.padding;
  layer.pool = shape.pool;
  layer.data_width = sizes.data, layer.out_width = sizes.out;
  layer.data_signed = sizes.data_signed, layer.relu = sizes.relu;
  return layer;
}

int64_t work_of(const BwSizes& sizes, const BwShape& s) {
  return golden::bw_traffic(plain(sizes, s), s.width, s.height, sizes.streams()).words;
}

bool is_small(const BwSizes& sizes, const BwShape& s) {
  const golden::BwTraffic t =
      golden::bw_traffic(plain(sizes, s), s.width, s.height, sizes.streams());
  return t.words <= kMostWords && t.weight_bits / sizes.bus <= kMostBeats &&
         t.words * std::min(s.out_channels, sizes.pe) * std::min(s.in_channels, sizes.simd) <=
             kMostSums;
}

int log2_of(int64_t value) {
  int bits = 0;
  while (value >> bits > 1) ++bits;
  return bits;
}

}  // namespace

std::string BwCase::text() const {
  return fmt::format("{}x{}, {} to {} channels, kernel {} stride {} padding {}{}", samples.width,
                     samples.height, layer.in_channels, layer.out_channels, layer.kernel,
                     layer.stride, layer.padding, layer.pool ? " pooled" : "");
}

bool fits(const BwSizes& sizes, const BwShape& s) {
  const auto size = [](int value) { return static_cast<uint64_t>(value); };
  return refusal_of(sizes, {size(s.width), size(s.height), size(s.in_channels),
                            size(s.out_channels), size(s.kernel), size(s.stride), size(s.padding),
                            s.pool ? uint64_t{1} : 0, 0}) == 0;
}

BwShape draw_bw_shape(const BwSizes& sizes, sim::Random& random) {
  const auto channels = [&](int most, int unit) {
    const int64_t few = std::min<int64_t>(most, int64_t{unit} * (random.below(4) == 0 ? 4 : 2));
    return static_cast<int>(random.between(1, few));
  };
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    BwShape s;
    const int side = attempt < kAttempts / 2 ? 12 : 4;
    s.kernel = 1 + 2 * static_cast<int>(random.below(3));
    s.stride = 1 + static_cast<int>(random.below(2));
    s.padding = static_cast<int>(random.below(3));
    s.pool = random.below(2) == 0;
    s.width = static_cast<int>(random.between(1, side));
    s.height = static_cast<int>(random.between(1, side));
    s.in_channels = channels(sizes.max_terms, sizes.simd);
    s.out_channels = channels(sizes.max_out_channels, sizes.pe);
    if (fits(sizes, s) && is_small(sizes, s)) return s;
  }
  return {};  // one sample, one channel: fits every engine
}

std::vector<BwShape> plan_bw(const BwSizes& sizes, uint64_t seed, int64_t layers) {
  sim::Random random(seed, kShapeStream);
  const int simd = sizes.simd, pe = sizes.pe;
  std::vector<BwShape> shapes;
  const auto add = [&](const BwShape& s) {
    if (fits(sizes, s) && is_small(sizes, s)) shapes.push_back(s);
  };
  for (const int kernel : {1, 3, 5}) {
    for (const int stride : {1, 2}) {
      for (const bool pool : {false, true}) {
        const int padding = static_cast<int>(random.below(3));
        const int in = simd + (simd > 1 ? 1 : 0), out = pe + (pe > 1 ? 1 : 0);
        add({7, 5, in, out, kernel, stride, padding, pool});
        add({5, 7, 1, 1, kernel, stride, padding, pool});
      }
    }
  }
  add({});
  add({1, 1, simd, pe, 3, 1, 1, false});         // all but one tap outside
  add({1, 1, 2 * simd, pe + 1, 1, 1, 2, true});  // padding alone, but for one place
  add({1, 9, simd, 1, 3, 1, 1, false});
  add({9, 1, 1, pe, 3, 2, 1, false});
  add({1, 1, sizes.max_terms, std::min(10, sizes.max_out_channels), 1, 1, 0, false});
  add({2, 2, sizes.max_terms / 9, 2, 3, 1, 1, true});
  add({1, 1, 1, sizes.max_out_channels, 1, 1, 0, false});
  // Lines that fill the store, also with the lines of padding.
  for (const int rows : {1, 3, 4, 5}) {
    const int line = sizes.line_words / rows;
    const BwShape s{line, 3, 1, 1, rows == 4 ? 3 : rows, 1, rows / 2, rows == 4};
    if (fits(sizes, s) && work_of(sizes, s) < 4 * kMostWords) shapes.push_back(s);
  }
  // Skipped lines: the window goes further than it is high.
  add({6, 9, simd + 1, 1, 1, 2, 0, true});
  add({4, 8, 1, 1, 1, 2, 0, false});
  while (static_cast<int64_t>(shapes.size()) < layers)
    shapes.push_back(draw_bw_shape(sizes, random));
  for (size_t i = shapes.size(); i-- > 1;) std::swap(shapes[i], shapes[random.below(i + 1)]);
  shapes.resize(static_cast<size_t>(layers));
  return shapes;
}

BwCase draw_bw_case(const BwSizes& sizes, const BwShape& shape, uint64_t seed, int64_t number) {
  sim::Random random(seed, kLayerStream + static_cast<uint64_t>(number));
  BwCase result;
  golden::BwLayer& layer = result.layer = plain(sizes, shape);
  const auto outs = static_cast<size_t>(shape.out_channels);
  layer.signs.resize(outs * layer.terms());
  for (size_t o = 0; o < outs; ++o) {
    const uint64_t kind = random.below(6);  // all +1, all -1, mixed
    for (size_t i = 0; i < layer.terms(); ++i) {
      const uint64_t any = random.bits(1);
      layer.signs[o * layer.terms() + i] = static_cast<uint8_t>(kind > 1 ? any : kind);
    }
  }
  // The bias as large as the sum may be; now and then at its largest.
  const int64_t reach = (int64_t{1} << sizes.data) * static_cast<int64_t>(layer.terms()) - 1;
  const int64_t most = golden::largest(sizes.scale, false);
  layer.shift = std::clamp(
      log2_of(reach) + log2_of(most) - sizes.out - 1 + static_cast<int>(random.between(-2, 3)), 0,
      31);
  if (random.below(6) == 0) layer.shift = static_cast<int>(random.below(32));
  for (size_t o = 0; o < outs; ++o) {
    const uint64_t kind = random.below(8);
    layer.bias.push_back(kind == 0   ? reach
                         : kind == 1 ? -reach
                         : kind == 2 ? 0
                                     : random.between(-reach / 4, reach / 4));
    layer.scale.push_back(random.below(6) == 0 ? most : random.between(0, most));
  }
  result.samples = golden::BwActivations(shape.width, shape.height, shape.in_channels);
  const int64_t low = golden::smallest(sizes.data, sizes.data_signed);
  const int64_t high = golden::largest(sizes.data, sizes.data_signed);
  const uint64_t kind = random.below(5);
  for (int64_t& sample : result.samples.samples) {
    sample = random.between(low, high);
    if (kind == 0) sample = high;
    if (kind == 1) sample = random.below(2) == 0 ? low : high;
  }
  result.results = golden::bw_layer(layer, result.samples);
  result.work = golden::bw_traffic(layer, shape.width, shape.height, sizes.streams());
  result.weights = weight_beats(sizes, layer, &random);
  result.beats = sample_beats(sizes, result.samples, &random);
  result.outputs = result_beats(sizes, result.results);
  return result;
}

void count_bw(const BwSizes& sizes, const BwCase& c, std::map<std::string, int64_t>& coverage) {
  const golden::BwLayer& layer = c.layer;
  const auto seen = [&](bool condition, const std::string& name) {
    if (condition) ++coverage[name];
  };
  const int width = c.samples.width, height = c.samples.height;
  seen(true, fmt::format("kernels of {}", layer.kernel));
  seen(true, fmt::format("stride {}", layer.stride));
  seen(true, fmt::format("padding {}", layer.padding));
  seen(layer.pool, "pooled");
  seen(layer.pool && (layer.sums_along(width) % 2 != 0 || layer.sums_along(height) % 2 != 0),
       "pooled with an odd row or column left out");
  seen(width == 1 && height == 1, "pictures of one pixel");
  seen(width == 1 && height > 1, "pictures of width 1");
  seen(height == 1 && width > 1, "pictures of height 1");
  seen(layer.in_channels % sizes.simd != 0, "partial groups of input channels");
  seen(layer.out_channels % sizes.pe != 0, "partial groups of output channels");
  seen(layer.in_channels > sizes.simd, "several groups of input channels");
  seen(layer.out_channels > sizes.pe, "several groups of output channels");
  const int64_t words = int64_t{width} * height * sizes.in_groups(layer.in_channels);
  seen(words > sizes.line_words, "pictures larger than the store");
  const int64_t least = golden::smallest(sizes.out, !sizes.relu);
  const int64_t most = golden::largest(sizes.out, !sizes.relu);
  for (const int64_t value : c.results.samples) {
    seen(value == least, "results at their least");
    seen(value == most, "results at their most");
    seen(value != least && value != most, "results between");
  }
}

}  // namespace tb
