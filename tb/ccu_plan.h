// SPDX-License-Identifier: Apache-2.0
// Which frames the configurable unit is given.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tb/ccu_frames.h"

namespace tb {

struct CcuShape {
  int rows = 1, columns = 1, stride = 1, width = 1, height = 1;
  bool same_kernel = false;  // as the frame before: coefficients are not written again
};

// Every kernel size up to the maximum in both dimensions at both strides: the square ones first,
// then the others in random order. Most pictures end within their first tile, others have several,
// whole and partial. Some are followed by another
// one under the same kernel, of the same size or not.
std::vector<CcuShape> plan_ccu(const CcuSizes& sizes, uint64_t seed);

// A picture just large enough for `across` x `down` results.
CcuShape shape_for(int rows, int columns, int stride, int across, int down);

// A frame: a function of (seed, number, shape). `beats` are what goes in, `outputs`
// what must come out.
struct CcuFrame {
  CcuConfig config;
  std::vector<sim::Beat> beats;
  std::vector<CcuOutput> outputs;
  golden::CcuWork work;
};
CcuFrame draw_frame(const CcuSizes& sizes, const CcuShape& shape, uint64_t seed, int64_t number);
// As above with coefficients that are there already.
CcuFrame draw_frame(const CcuSizes& sizes, const CcuConfig& config, uint64_t seed, int64_t number);

void count_shape(const CcuSizes& sizes, const CcuConfig& config,
                 std::map<std::string, int64_t>& coverage);

}  // namespace tb
