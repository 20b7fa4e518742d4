// SPDX-License-Identifier: Apache-2.0
// Layers of the binary-weight engine as beats.

#include "tb/bw_beats.h"

#include <algorithm>
#include <cstddef>

namespace tb {

using sim::Beat;

namespace {

// Words of bits to beats of a bus, the lowest bits first.
class BeatWriter {
 public:
  explicit BeatWriter(int bus) : bus_(bus) {}

  void put(uint64_t value, int width) {
    while (width > 0) {
      if (place_ == bus_) place_ = 0;
      if (place_ == 0) beats_.emplace_back();
      const int part = std::min({width, bus_ - place_, 32});
      beats_.back().set_field(place_, part, value & ((uint64_t{1} << part) - 1));
      value >>= part;
      width -= part;
      place_ += part;
    }
  }
  // To the end of the beat.
  void fill(sim::Random* junk) {
    while (place_ % bus_ != 0) {
      const int part = std::min(bus_ - place_, 32);
      put(junk != nullptr ? junk->bits(part) : 0, part);
    }
  }
  std::vector<Beat> take() {
    beats_.back().last = true;
    return std::move(beats_);
  }

 private:
  int bus_;
  int place_ = 0;
  std::vector<Beat> beats_;
};

int ceil_log2(int64_t value) {
  int bits = 0;
  while ((int64_t{1} << bits) < value) ++bits;
  return bits;
}

uint64_t offset_of(const BwSizes& sizes, const golden::BwLayer& layer, int out) {
  const int64_t words = int64_t{layer.kernel} * layer.kernel * sizes.in_groups(layer.in_channels);
  int64_t minus = 0;
  const size_t terms = layer.terms();
  for (size_t i = 0; i < terms; ++i)
    minus += layer.signs.at(static_cast<size_t>(out) * terms + i) != 0 ? 1 : 0;
  return static_cast<uint64_t>(
      sizes.array.offset(layer.bias.at(static_cast<size_t>(out)), words * sizes.simd, minus));
}

std::vector<Beat> lanes_to_beats(const golden::BwActivations& a, int lanes, int width,
                                 int lane_bits, bool repeat_sign, sim::Random* junk) {
  std::vector<Beat> beats;
  for (int row = 0; row < a.height; ++row) {
    for (int column = 0; column < a.width; ++column) {
      for (int first = 0; first < a.channels; first += lanes) {
        Beat& beat = beats.emplace_back();
        for (int lane = 0; lane < lanes; ++lane) {
          uint64_t bits = junk != nullptr ? junk->bits(lane_bits) : 0;
          if (first + lane < a.channels) {
            const int64_t value = a.at(row, column, first + lane);
            const uint64_t mask = (uint64_t{1} << width) - 1;
            bits = repeat_sign ? static_cast<uint64_t>(value)
                               : (bits & ~mask) | (static_cast<uint64_t>(value) & mask);
          }
          beat.set_field(lane * lane_bits, lane_bits, bits & ((uint64_t{1} << lane_bits) - 1));
        }
      }
    }
  }
  if (!beats.empty()) beats.back().last = true;
  return beats;
}

}  // namespace

BwSizes::BwSizes(const base::Spec& resolved)
    : pe(static_cast<int>(resolved.size("Pe"))),
      simd(static_cast<int>(resolved.size("Simd"))),
      data(static_cast<int>(resolved.size("DataWidth"))),
      out(static_cast<int>(resolved.size("OutWidth"))),
      scale(static_cast<int>(resolved.size("ScaleWidth"))),
      bus(static_cast<int>(resolved.size("WeightBus"))),
      max_terms(static_cast<int>(resolved.size("MaxTerms"))),
      max_out_channels(static_cast<int>(resolved.size("MaxOutChannels"))),
      line_words(1 << resolved.size("LineAddressWidth")),
      weight_words(static_cast<int>(resolved.size("WeightWords"))),
      acc(data + ceil_log2(max_terms) + 2),
      data_signed(resolved.is("data", "signed")),
      relu(resolved.is("relu", "yes")),
      array{.pe = pe,
            .simd = simd,
            .data_width = data,
            .acc_width = acc,
            .data = data_signed ? golden::BwArrayShape::Data::kSigned
                                : golden::BwArrayShape::Data::kUnsigned,
            .form = resolved.is("form", "and") ? golden::BwArrayShape::Form::kAnd
                                               : golden::BwArrayShape::Form::kXor} {}

BwSetting setting_of(const golden::BwLayer& layer, int width, int height) {
  const auto bits = [](int value) { return static_cast<uint64_t>(value) & 0xffffffffU; };
  return {
      bits(width),        bits(height),       bits(layer.in_channels), bits(layer.out_channels),
      bits(layer.kernel), bits(layer.stride), bits(layer.padding),     layer.pool ? uint64_t{1} : 0,
      bits(layer.shift)};
}

unsigned refusal_of(const BwSizes& sizes, const BwSetting& s) {
  namespace regs = bw_regs;
  constexpr uint64_t kLargest = 0xffff;
  unsigned reasons = 0;
  const auto size = [](uint64_t value) { return value >= 1 && value <= kLargest; };
  if (s.kernel != 1 && s.kernel != 3 && s.kernel != 5) reasons |= regs::kBadKernel;
  if (s.stride != 1 && s.stride != 2) reasons |= regs::kBadStride;
  if (s.padding > 2) reasons |= regs::kBadPadding;
  if (s.pool > 1) reasons |= regs::kBadPool;
  if (s.shift > 31) reasons |= regs::kBadShift;
  if (!size(s.width) || !size(s.height)) reasons |= regs::kBadFrame;
  if (s.in_channels < 1 || s.in_channels > static_cast<uint64_t>(sizes.max_terms) ||
      s.out_channels < 1 || s.out_channels > static_cast<uint64_t>(sizes.max_out_channels)) {
    reasons |= regs::kBadChannels;
  }
  const unsigned others = regs::kBadShift | regs::kBadChannels;
  if ((reasons & ~others) == 0) {
    const auto outputs = [&](uint64_t samples) {
      const uint64_t padded = samples + 2 * s.padding;
      const uint64_t sums = padded < s.kernel ? 0 : (padded - s.kernel) / s.stride + 1;
      return s.pool == 1 ? sums / 2 : sums;
    };
    if (!size(outputs(s.width)) || !size(outputs(s.height))) reasons |= regs::kNoOutput;
  }
  if (reasons != 0) return reasons | regs::kRefused;
  // The memories, one after the other: the first that is too small is named.
  const auto whole = [](uint64_t n, int unit) {
    const auto each = static_cast<uint64_t>(unit);
    return (n + each - 1) / each;
  };
  const uint64_t groups = whole(s.in_channels, sizes.simd);
  const uint64_t line = groups * s.width, sum = groups * s.kernel * s.kernel;
  const uint64_t rows = s.kernel + (s.pool == 1 ? s.stride : 0);
  const auto store = static_cast<uint64_t>(sizes.line_words);
  const auto terms = static_cast<uint64_t>(sizes.max_terms);
  if (line <= store && sum > whole(terms, sizes.simd)) {
    reasons = regs::kTermsUnfit;
  } else if (line * rows > store) {
    reasons = regs::kLinesUnfit;
  } else if (sum * whole(s.out_channels, sizes.pe) > static_cast<uint64_t>(sizes.weight_words)) {
    reasons = regs::kWeightsUnfit;
  }
  return reasons == 0 ? 0 : reasons | regs::kRefused;
}

std::vector<Beat> weight_beats(const BwSizes& sizes, const golden::BwLayer& layer,
                               sim::Random* junk) {
  BeatWriter writer(sizes.bus);
  const auto any = [&](int width) { return junk != nullptr ? junk->bits(width) : 0; };
  for (int first = 0; first < layer.out_channels; first += sizes.pe) {
    const auto present = [&](int p) { return first + p < layer.out_channels; };
    for (int p = 0; p < sizes.pe; ++p)
      writer.put(present(p) ? offset_of(sizes, layer, first + p) : any(sizes.acc), sizes.acc);
    writer.fill(junk);
    for (int p = 0; p < sizes.pe; ++p) {
      const uint64_t scale = present(p) ? static_cast<uint64_t>(layer.scale.at(
                                              static_cast<size_t>(first) + static_cast<size_t>(p)))
                                        : any(sizes.scale);
      writer.put(scale, sizes.scale);
    }
    writer.fill(junk);
    for (int r = 0; r < layer.kernel; ++r) {
      for (int k = 0; k < layer.kernel; ++k) {
        for (int channel = 0; channel < layer.in_channels; channel += sizes.simd) {
          for (int p = 0; p < sizes.pe; ++p) {
            for (int lane = 0; lane < sizes.simd; ++lane) {
              const bool inside = present(p) && channel + lane < layer.in_channels;
              const bool sign =
                  inside ? layer.sign(first + p, channel + lane, r, k) : !present(p) && any(1) != 0;
              writer.put(sign ? 1 : 0, 1);
            }
          }
          writer.fill(junk);
        }
      }
    }
  }
  return writer.take();
}

std::vector<Beat> sample_beats(const BwSizes& sizes, const golden::BwActivations& samples,
                               sim::Random* junk) {
  return lanes_to_beats(samples, sizes.simd, sizes.data, sizes.in_lane(), false, junk);
}

std::vector<Beat> result_beats(const BwSizes& sizes, const golden::BwActivations& results) {
  return lanes_to_beats(results, sizes.pe, sizes.out, sizes.out_lane(), true, nullptr);
}

golden::BwActivations read_results(const BwSizes& sizes, const std::vector<Beat>& beats, int width,
                                   int height, int channels) {
  golden::BwActivations results(width, height, channels);
  size_t next = 0;
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      for (int first = 0; first < channels; first += sizes.pe) {
        const Beat& beat = beats.at(next++);
        for (int p = 0; p < sizes.pe && first + p < channels; ++p) {
          auto value = static_cast<int64_t>(beat.field(p * sizes.out_lane(), sizes.out));
          if (!sizes.relu && value >> (sizes.out - 1) != 0) value -= int64_t{1} << sizes.out;
          results.at(row, column, first + p) = value;
        }
      }
    }
  }
  return results;
}

}  // namespace tb
