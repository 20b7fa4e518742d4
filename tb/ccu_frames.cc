// SPDX-License-Identifier: Apache-2.0
// Frames of the configurable unit as beats, and what must come out.

#include "tb/ccu_frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tb {

namespace {

// Bits by which a sum of `terms` products may be wider than one of them: with unsigned samples a
// product is short of its width by half a bit at most, with signed ones by nearly a whole bit.
int growth(int terms, bool is_signed) {
  int bits = 0;
  while ((int64_t{1} << bits) < terms) ++bits;
  return is_signed && (int64_t{1} << bits) != terms ? bits - 1 : bits;
}

}  // namespace

CcuSizes::CcuSizes(const base::Spec& spec)
    : data(static_cast<int>(spec.size("DataWidth"))),
      coefficient(static_cast<int>(spec.size("CoefWidth"))),
      channels(static_cast<int>(spec.size("InChannels"))),
      cores(static_cast<int>(spec.size("Cores"))),
      max_kernel(static_cast<int>(spec.size("MaxKernel"))),
      max_width(static_cast<int>(spec.size("MaxWidth"))),
      pixels(static_cast<int>(spec.size("Pixels"))),
      result(0),
      data_signed(spec.is("data", "signed")) {
  result = data + coefficient + growth(max_kernel * max_kernel * channels, data_signed);
}

golden::Wide CcuOutput::value(const CcuSizes& sizes, int core) const {
  golden::UnsignedWide bits = 0;
  for (int done = 0; done < sizes.result; done += 64) {
    const int width = std::min(64, sizes.result - done);
    bits |= golden::UnsignedWide{beat.field(core * sizes.result + done, width)} << done;
  }
  const int above = 128 - sizes.result;
  return static_cast<golden::Wide>(bits << above) >> above;
}

void CcuOutput::set_value(const CcuSizes& sizes, int core, golden::Wide value) {
  for (int done = 0; done < sizes.result; done += 64) {
    beat.set_field(core * sizes.result + done, std::min(64, sizes.result - done),
                   static_cast<uint64_t>(value >> done));
  }
}

std::string CcuConfig::text() const {
  return fmt::format("{}x{} stride {}, {}x{}", kernel.shape.rows, kernel.shape.columns, stride,
                     width, height);
}

std::vector<sim::Beat> input_beats(const CcuSizes& sizes, const golden::Channels& channels,
                                   sim::Random* padding) {
  std::vector<sim::Beat> beats;
  const golden::Picture& any = channels.at(0);
  for (int row = 0; row < any.height; ++row) {
    for (int first = 0; first < any.width; first += sizes.pixels) {
      sim::Beat beat;
      for (int p = 0; p < sizes.pixels; ++p) {
        for (int c = 0; c < sizes.channels; ++c) {
          const bool inside = first + p < any.width;
          uint64_t sample = padding != nullptr ? padding->next() : 0;
          if (inside) {
            sample = static_cast<uint64_t>(channels[static_cast<size_t>(c)].at(row, first + p));
          }
          beat.set_field((p * sizes.channels + c) * sizes.data, sizes.data, sample);
        }
      }
      beat.user = row == 0 && first == 0 ? 1 : 0;
      beat.last = first + sizes.pixels >= any.width;
      beats.push_back(beat);
    }
  }
  return beats;
}

std::vector<CcuOutput> output_beats(const CcuSizes& sizes, const CcuConfig& config,
                                    const golden::Channels& channels, int64_t frame) {
  const auto shared = std::make_shared<const CcuConfig>(config);
  const golden::WideChannels results =
      golden::correlate_valid(channels, config.kernel, {config.stride, 1});
  std::vector<CcuOutput> beats;
  const int across = config.across(), down = config.down(), tile = CcuSizes::kTile;
  for (int top = 0; top < down; top += tile) {
    for (int left = 0; left < across; left += tile) {
      for (int i = top; i < std::min(down, top + tile); ++i) {
        for (int j = left; j < std::min(across, left + tile); ++j) {
          CcuOutput output{{}, frame, i, j, shared};
          for (size_t core = 0; core < results.size(); ++core) {
            output.set_value(sizes, static_cast<int>(core), results[core].at(i, j));
          }
          output.beat.user = i == 0 && j == 0 ? 1 : 0;
          output.beat.last = i == down - 1 && j == across - 1;
          beats.push_back(std::move(output));
        }
      }
    }
  }
  return beats;
}

golden::Channels draw_channels(const CcuSizes& sizes, const CcuConfig& config,
                               sim::Random& random) {
  const int64_t low = golden::smallest(sizes.data, sizes.data_signed);
  const int64_t high = golden::largest(sizes.data, sizes.data_signed);
  golden::Channels channels;
  const uint64_t kind = random.below(6);
  for (int c = 0; c < sizes.channels; ++c) {
    golden::Picture& plane = channels.emplace_back(config.width, config.height);
    for (int64_t& sample : plane.samples) {
      if (kind == 0) sample = high;
      if (kind == 1) sample = random.below(2) == 0 ? low : high;
      if (kind >= 2) sample = random.between(low, high);
    }
  }
  return channels;
}

CcuConfig draw_ccu_config(const CcuSizes& sizes, int rows, int columns, int stride, int width,
                          int height, sim::Random& random) {
  const int64_t low = golden::smallest(sizes.coefficient, true);
  const int64_t high = golden::largest(sizes.coefficient, true);
  const golden::KernelShape shape{rows, columns, sizes.channels, sizes.cores};
  std::vector<int64_t> coefficients;
  for (int core = 0; core < sizes.cores; ++core) {
    const uint64_t kind = random.below(8);
    for (int n = 0; n < shape.count() / sizes.cores; ++n) {
      int64_t coefficient = random.between(low, high);
      if (kind == 0) coefficient = low;
      if (kind == 1) coefficient = high;
      if (kind == 2) coefficient = random.below(2) == 0 ? low : high;
      coefficients.push_back(coefficient);
    }
  }
  return {width, height, stride, {shape, std::move(coefficients)}};
}

}  // namespace tb
