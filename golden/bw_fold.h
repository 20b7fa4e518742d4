// SPDX-License-Identifier: Apache-2.0
// From real weights and the parameters of batch normalisation to a layer in integers.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "golden/bw_layer.h"

namespace golden {

// What a training leaves of a layer. A filter's real result for real samples x is
//   y = gamma (sum sign(w) x - mean) / sqrt(variance + epsilon) + beta,   sign(w) = -1 where w < 0,
//   else 1,
// of which the activation is the nearest of 2^out_width steps, halves upwards, at
// out_zero + 0, 1, .. out_step. An activation n of the layer before is the real sample n in_step.
struct BwRealLayer {
  BwLayer plain;                // sizes; its signs, bias, scale, shift and thresholds are not read
  std::vector<double> weights;  // [out][in][row][column]
  std::vector<double> gamma, beta, mean, variance;  // of each filter
  double epsilon = 0;
  double in_step = 1.0 / 255, out_step = 1.0 / 255, out_zero = 0;
};

// The activation before rounding and saturation is slope n + height, n the sum over integers.
struct BwLine {
  double slope = 0, height = 0;
};
inline BwLine bw_line(const BwRealLayer& real, size_t o) {
  const double sigma = std::sqrt(real.variance.at(o) + real.epsilon);
  const double height = real.beta.at(o) - real.gamma.at(o) * real.mean.at(o) / sigma;
  const BwLine line = {real.gamma.at(o) * real.in_step / (sigma * real.out_step),
                       (height - real.out_zero) / real.out_step};
  if (!std::isfinite(line.slope) || !std::isfinite(line.height) || !(sigma > 0)) {
    throw std::invalid_argument("filter " + std::to_string(o) +
                                ": variance + epsilon must be positive, all numbers finite");
  }
  return line;
}

namespace bw_fold_detail {

// M, bias of a filter whose slope is not negative; `shift` is common to the layer.
inline void set_scale(BwLayer& layer, size_t o, const BwLine& line, double limit) {
  const double scale = std::round(std::ldexp(line.slope, layer.shift));
  // Where no sum can change the result it is that of any sum.
  const double most = static_cast<double>((int64_t{1} << layer.out_width) - 1);
  const bool always_0 = line.slope * limit + line.height < 0.5;
  const bool always_most = line.height - line.slope * limit >= most - 0.5;
  double bias = 0;
  if (!always_0 && scale > 0) bias = std::round(line.height / line.slope);
  if (always_0 || bias < -limit) bias = -limit;
  if (!always_0 && (scale == 0 || bias > limit)) {
    throw std::invalid_argument(
        "filter " + std::to_string(o) + ": " +
        (always_most ? "its result is always the largest" : "its gamma is too small for its beta") +
        ", which scale and offset cannot give; thresholds can");
  }
  layer.scale.push_back(static_cast<int64_t>(scale));
  layer.bias.push_back(static_cast<int64_t>(bias));
}

// The least sums with results of 1, 2, ..; one beyond all sums where there is none.
inline void set_thresholds(BwLayer& layer, const BwLine& line, double limit) {
  for (int j = 1; j < 1 << layer.out_width; ++j) {
    const double rise = j - 0.5 - line.height;
    double least = line.slope > 0 ? std::ceil(rise / line.slope) : 0;
    if (line.slope == 0) least = rise <= 0 ? -limit : limit + 1;
    layer.thresholds.push_back(static_cast<int64_t>(std::clamp(least, -limit, limit + 1)));
  }
  layer.bias.push_back(0);
}

}  // namespace bw_fold_detail

// The layer in integers. A filter with a negative gamma gets the opposite signs. With scales: S is
// the largest shift with which every M fits `scale_width` bits, and bias and M are rounded, so that
// a result may be one off where the real one is near a half. With thresholds (out_width 1..4)
// nothing but the sum is rounded. Throws std::invalid_argument naming the filter that cannot be
// expressed.
inline BwLayer bw_fold(const BwRealLayer& real, bool thresholds, int scale_width = 16) {
  BwLayer layer = real.plain;
  const auto filters = static_cast<size_t>(layer.out_channels);
  const size_t terms = layer.terms();
  if (real.weights.size() != filters * terms || real.gamma.size() != filters ||
      real.beta.size() != filters || real.mean.size() != filters ||
      real.variance.size() != filters) {
    throw std::invalid_argument("numbers of weights or parameters");
  }
  layer.signs.clear();
  layer.bias.clear();
  layer.scale.clear();
  layer.thresholds.clear();
  std::vector<BwLine> lines;
  double steepest = 0;
  for (size_t o = 0; o < filters; ++o) {
    BwLine line = bw_line(real, o);
    const bool flip = line.slope < 0;
    for (size_t n = 0; n < terms; ++n) {
      const double weight = real.weights[o * terms + n];
      if (std::isnan(weight)) {
        throw std::invalid_argument("filter " + std::to_string(o) + ": a weight is no number");
      }
      layer.signs.push_back((weight < 0) != flip ? 1 : 0);
    }
    line.slope = std::abs(line.slope);
    steepest = std::max(steepest, line.slope);
    lines.push_back(line);
  }
  const double most = static_cast<double>((int64_t{1} << scale_width) - 1);
  layer.shift = 31;
  while (layer.shift > 0 && std::round(std::ldexp(steepest, layer.shift)) > most) --layer.shift;
  if (!thresholds && std::round(std::ldexp(steepest, layer.shift)) > most) {
    throw std::invalid_argument("a scale needs more than " + std::to_string(scale_width) + " bits");
  }
  const double limit =
      static_cast<double>(terms) * static_cast<double>((int64_t{1} << layer.data_width) - 1);
  for (size_t o = 0; o < filters; ++o) {
    if (thresholds) {
      bw_fold_detail::set_thresholds(layer, lines[o], limit);
    } else {
      bw_fold_detail::set_scale(layer, o, lines[o], limit);
    }
  }
  if (thresholds) layer.shift = 0;
  return layer;
}

}  // namespace golden
