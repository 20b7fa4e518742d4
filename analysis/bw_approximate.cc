// SPDX-License-Identifier: Apache-2.0
// Binary-weight networks whose sums are approximate: what that costs in accuracy.

#include "analysis/bw_approximate.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>

#include "golden/bw_dot.h"

namespace analysis {
namespace {

using golden::BwLayer;

constexpr size_t kBlock = 16;  // filters at a time
using Words = std::array<uint32_t, kBlock>;

// Rows of words, one for each filter of a block. Rows that are zero for sure cost nothing.
class Rows {
 public:
  void clear() { count_ = 0; }
  void add(const Words& words) { next() = words; }
  Words& next() {
    zero_[count_] = false;
    return rows_[count_++];
  }
  void add_zeros(size_t count) {
    for (size_t i = 0; i < count; ++i) zero_[count_++] = true;
  }

  // golden::bw_reduce for each filter.
  void compress() {
    while (count_ > 2) {
      size_t to = 0, i = 0;
      for (; i + 3 <= count_; i += 3) {
        to += compress(i, to);
      }
      for (; i < count_; ++i) move(i, to++);
      count_ = to;
    }
  }

  // Zero beyond those that there are.
  Words row(size_t i) const { return i < count_ && !zero_[i] ? rows_[i] : Words{}; }

 private:
  static constexpr size_t kMost = 256 + 2;

  void move(size_t from, size_t to) {
    if (from == to) return;
    zero_[to] = zero_[from];
    if (!zero_[from]) rows_[to] = rows_[from];
  }

  // Three rows from `i` become two from `to` <= i.
  size_t compress(size_t i, size_t to) {
    const int zeros = int{zero_[i]} + int{zero_[i + 1]} + int{zero_[i + 2]};
    if (zeros == 3) {
      zero_[to] = zero_[to + 1] = true;
      return 2;
    }
    if (zeros == 2) {
      move(!zero_[i] ? i : !zero_[i + 1] ? i + 1 : i + 2, to);
      zero_[to + 1] = true;
      return 2;
    }
    static constexpr Words kZero = {};
    const Words& a = zero_[i] ? kZero : rows_[i];
    const Words& b = zero_[i + 1] ? kZero : rows_[i + 1];
    const Words& c = zero_[i + 2] ? kZero : rows_[i + 2];
    Words sum, carry;  // they may stand where a and b do
    for (size_t o = 0; o < kBlock; ++o) {
      const uint32_t differ = a[o] ^ b[o];
      sum[o] = differ ^ c[o];
      carry[o] = ((a[o] & b[o]) | (differ & c[o])) << 1;
    }
    rows_[to] = sum;
    rows_[to + 1] = carry;
    zero_[to] = zero_[to + 1] = false;
    return 2;
  }

  std::array<Words, kMost> rows_;
  std::array<bool, kMost> zero_;
  size_t count_ = 0;
};

// One layer, prepared.
class Layer {
 public:
  Layer(const BwLayer& layer, const golden::BwShape& shape, const BwApproximation& approximation)
      : plain_(layer), shape_(shape), how_(approximation), filters_(blocks() * kBlock) {
    masks_.resize(blocks() * layer.terms());
    // As golden::bw_network_fast.h: [block][row][column][in].
    const auto mask = static_cast<uint32_t>((1U << layer.data_width) - 1);
    offsets_.resize(filters_);
    for (int o = 0; o < layer.out_channels; ++o) {
      int64_t minus = 0;
      const size_t filter = static_cast<size_t>(o);
      for (int r = 0; r < layer.kernel; ++r)
        for (int k = 0; k < layer.kernel; ++k)
          for (int c = 0; c < layer.in_channels; ++c) {
            const size_t place = at(r, k, c);
            const bool sign = layer.sign(o, c, r, k);
            masks_[filter / kBlock * layer.terms() + place][filter % kBlock] = sign ? mask : 0;
            minus += sign ? 1 : 0;
          }
      offsets_[filter] = static_cast<uint32_t>(layer.bias[filter] + constant(minus));
    }
  }

  std::vector<uint8_t> run(const std::vector<uint8_t>& x, BwLayerErrors& seen) const {
    for (const uint8_t sample : x) seen.samples.take(sample);
    const int width = plain_.outputs_along(shape_.width);
    const int height = plain_.outputs_along(shape_.height);
    const int each = plain_.pool ? 2 : 1;
    std::vector<uint8_t> y;
    std::vector<uint8_t> results(filters_), largest(filters_);
    for (int i = 0; i < height; ++i)
      for (int j = 0; j < width; ++j) {
        std::fill(largest.begin(), largest.end(), 0);
        for (int place = 0; place < each * each; ++place) {
          sums(x, each * i + place / each, each * j + place % each, results, seen);
          for (size_t o = 0; o < filters_; ++o) largest[o] = std::max(largest[o], results[o]);
        }
        y.insert(y.end(), largest.begin(), largest.begin() + plain_.out_channels);
      }
    return y;
  }

 private:
  size_t blocks() const { return (static_cast<size_t>(plain_.out_channels) + kBlock - 1) / kBlock; }
  size_t at(int row, int column, int channel) const {
    const int place = (row * plain_.kernel + column) * plain_.in_channels + channel;
    return static_cast<size_t>(place);
  }

  // What the offset has beside the bias: with the right one ~x lacks nothing, and it is given that
  // of sample ^ sign.
  golden::Wide constant(int64_t minus) const {
    const golden::BwProduct product = {.width = plain_.data_width, .drop = how_.drop};
    const auto terms = static_cast<int64_t>(plain_.terms());
    golden::Wide sum = golden::bw_offset(product, terms, minus, 0);
    if (how_.negation != BwApproximation::Negation::kExact) sum -= minus << how_.drop;
    if (how_.negation == BwApproximation::Negation::kHalf) sum += terms / 2 << how_.drop;
    return sum;
  }

  void sums(const std::vector<uint8_t>& x, int row, int column, std::vector<uint8_t>& results,
            BwLayerErrors& seen) const {
    Rows rows;
    const uint32_t keep = ~((1U << how_.drop) - 1);
    const uint64_t modulus = uint64_t{1} << how_.acc_width;
    const auto lanes = static_cast<size_t>(how_.lanes);
    for (size_t b = 0; b < blocks(); ++b) {
      const Words* masks = masks_.data() + b * plain_.terms();
      Words kept_a, kept_b = {};
      std::copy_n(offsets_.begin() + static_cast<std::ptrdiff_t>(b * kBlock), kBlock,
                  kept_a.begin());
      std::array<int32_t, kBlock> exact;
      for (size_t o = 0; o < kBlock; ++o) {
        const size_t filter = b * kBlock + o;
        exact[o] = filter < plain_.bias.size() ? static_cast<int32_t>(plain_.bias[filter]) : 0;
      }
      for (int r = 0; r < plain_.kernel; ++r)
        for (int k = 0; k < plain_.kernel; ++k) {
          const uint8_t* pixel = sample(x, plain_.stride * row + r - plain_.padding,
                                        plain_.stride * column + k - plain_.padding);
          const auto channels = static_cast<size_t>(plain_.in_channels);
          for (size_t first = 0; first < channels; first += lanes) {
            const size_t last = std::min(channels, first + lanes);
            rows.clear();
            for (size_t c = first; c < last; ++c) {
              const uint32_t value = pixel == nullptr ? 0 : pixel[c];
              const Words& mask = masks[at(r, k, static_cast<int>(c))];
              for (size_t o = 0; o < kBlock; ++o)
                exact[o] += static_cast<int32_t>((value ^ mask[o]) - mask[o]);
              if (how_.add) {
                Words& word = rows.next();
                for (size_t o = 0; o < kBlock; ++o) word[o] = (value ^ mask[o]) & keep;
              } else {
                for (size_t o = 0; o < kBlock; ++o) kept_a[o] += (value ^ mask[o]) & keep;
              }
            }
            if (!how_.add) continue;  // any tree would do
            rows.add_zeros(lanes - (last - first));
            rows.add(kept_a);
            rows.add(kept_b);
            rows.compress();
            kept_a = rows.row(0);
            kept_b = rows.row(1);
          }
        }
      for (size_t o = 0; o < kBlock && b * kBlock + o < plain_.bias.size(); ++o) {
        const uint64_t a = kept_a[o] % modulus, c = kept_b[o] % modulus;
        if (how_.add) {
          seen.row_a.take(a);
          seen.row_b.take(c);
        }
        const uint64_t bits = (how_.add ? how_.add(a, c) : a + c) % modulus;
        const auto sum =
            static_cast<int64_t>(bits) - (bits >= modulus / 2 ? static_cast<int64_t>(modulus) : 0);
        seen.errors.take(static_cast<double>(sum - exact[o]));
        results[b * kBlock + o] =
            static_cast<uint8_t>(golden::bw_result(plain_, static_cast<int>(b * kBlock + o), sum));
      }
    }
  }

  // The channels of a pixel; null outside the picture.
  const uint8_t* sample(const std::vector<uint8_t>& x, int row, int column) const {
    if (row < 0 || column < 0 || row >= shape_.height || column >= shape_.width) return nullptr;
    const int place = (row * shape_.width + column) * shape_.channels;
    return x.data() + static_cast<size_t>(place);
  }

  BwLayer plain_;
  golden::BwShape shape_;
  BwApproximation how_;
  size_t filters_;  // of whole blocks
  std::vector<Words> masks_;
  std::vector<uint32_t> offsets_;
};

}  // namespace

BwApproximateRun run_approximate(const golden::BwNetwork& network,
                                 const BwApproximation& approximation, const uint8_t* pictures,
                                 size_t count, int threads) {
  const std::vector<golden::BwShape> shapes = golden::bw_shapes(network);
  if (approximation.lanes < 1 || approximation.lanes > 256 || approximation.acc_width < 2 ||
      approximation.acc_width > 32 || approximation.drop < 0 || approximation.drop > 7)
    throw std::invalid_argument("lanes 1..256, acc_width 2..32, drop 0..7");
  std::vector<Layer> layers;
  for (size_t l = 0; l < network.layers.size(); ++l) {
    if (network.layers[l].data_width > 8 || network.layers[l].out_width > 8)
      throw std::invalid_argument("activations of more than 8 bits");
    if (approximation.drop >= network.layers[l].data_width)
      throw std::invalid_argument("layer " + std::to_string(l + 1) + ": " +
                                  std::to_string(approximation.drop) + " low bits dropped of " +
                                  std::to_string(network.layers[l].data_width) + ", must be fewer");
    layers.emplace_back(network.layers[l], shapes[l], approximation);
  }
  const auto workers = static_cast<size_t>(
      threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
  const auto size = static_cast<size_t>(shapes.front().count());
  BwApproximateRun run;
  run.classes.resize(count);
  const auto rows = static_cast<size_t>(approximation.acc_width);
  std::vector<BwLayerErrors> none(
      layers.size(),
      {{}, {std::vector<int64_t>(8)}, {std::vector<int64_t>(rows)}, {std::vector<int64_t>(rows)}});
  std::vector<std::vector<BwLayerErrors>> seen(workers, none);
  const auto work = [&](size_t worker) {
    for (size_t n = worker; n < count; n += workers) {
      std::vector<uint8_t> x(pictures + n * size, pictures + (n + 1) * size);
      for (size_t l = 0; l < layers.size(); ++l) x = layers[l].run(x, seen[worker][l]);
      run.classes[n] = golden::largest_at(x);
    }
  };
  std::vector<std::thread> others;
  for (size_t t = 1; t < workers; ++t) others.emplace_back(work, t);
  work(0);
  for (std::thread& thread : others) thread.join();
  run.layers = none;
  for (const std::vector<BwLayerErrors>& part : seen)
    for (size_t l = 0; l < layers.size(); ++l) {
      run.layers[l].errors.take(part[l].errors);
      run.layers[l].samples.take(part[l].samples);
      run.layers[l].row_a.take(part[l].row_a);
      run.layers[l].row_b.take(part[l].row_b);
    }
  return run;
}

}  // namespace analysis
