// SPDX-License-Identifier: Apache-2.0
// Which layers the binary-weight engine is given.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tb/bw_beats.h"

namespace tb {

struct BwShape {
  int width = 1, height = 1, in_channels = 1, out_channels = 1;
  int kernel = 1, stride = 1, padding = 0;
  bool pool = false;
};

// A layer with its samples and what must come out: a function of (seed, number, shape).
struct BwCase {
  golden::BwLayer layer;
  golden::BwActivations samples, results;
  golden::BwTraffic work;
  std::vector<sim::Beat> weights, beats, outputs;

  BwSetting setting() const { return setting_of(layer, samples.width, samples.height); }
  std::string text() const;
};

// True when an engine of these sizes can hold the layer.
bool fits(const BwSizes& sizes, const BwShape& shape);

// Shapes that matter first, as far as they fit: one sample, single lines and columns, odd sides
// with pooling and stride 2, whole and partial groups, dense layers, full memories; then random
// ones. All have a bounded amount of work.
std::vector<BwShape> plan_bw(const BwSizes& sizes, uint64_t seed, int64_t layers);
BwShape draw_bw_shape(const BwSizes& sizes, sim::Random& random);

BwCase draw_bw_case(const BwSizes& sizes, const BwShape& shape, uint64_t seed, int64_t number);

void count_bw(const BwSizes& sizes, const BwCase& layer, std::map<std::string, int64_t>& coverage);

}  // namespace tb
