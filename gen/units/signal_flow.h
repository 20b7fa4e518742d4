// SPDX-License-Identifier: Apache-2.0
// The data path of a filter as a graph: samples, pre-additions, products, post-additions, outputs.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/spec.h"
#include "gen/units/filter_plan.h"

namespace gen {

// Where a node stands, from left to right.
enum class FlowStage { kSample, kPre, kProduct, kFilter, kBranch, kPost, kOutput };

struct FlowNode {
  FlowStage stage = FlowStage::kSample;
  std::string label;    // "x[0][1]", "+", "h[0] + h[1]"
  bool bundle = false;  // a whole line of values
  int group = 0;        // rows and channels that are drawn one below the other: their number
};

struct FlowEdge {
  int from = 0, to = 0;  // nodes
  int factor = 1;
};

// One picture's worth: a whole filter, or, of a filter that is nested, one level.
struct FlowGraph {
  std::string caption;
  std::vector<FlowNode> nodes;
  std::vector<FlowEdge> edges;
  int64_t divisor = 1;                // of all outputs
  int count(FlowStage stage) const;   // nodes
  int adders(FlowStage stage) const;  // two-input adders of the stage's sums
};

// One graph; of a large filter over rows that are only added up, one of its rows; two, the filter
// over rows and the one over columns that each of its branches holds, for a two-dimensional filter
// that is large, or where `nested`.
std::vector<FlowGraph> signal_flow(const FilterPlan& plan, bool nested = false);

// Of a resolved `fir` or `fcu`; usage error for other units and for graphs that nobody could read.
std::vector<FlowGraph> signal_flow(const base::Spec& resolved, bool nested = false);

}  // namespace gen
