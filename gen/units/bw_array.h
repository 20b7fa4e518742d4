// SPDX-License-Identifier: Apache-2.0
// The parts of bw_array: the store of weights, and what becomes of a sum.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gen/units/pipeline.h"

namespace gen {

// Sizes of one array; plain numbers where the spec fixes them.
struct BwSizes {
  hdl::Dim pe, simd, data_width, acc_width;
};

// Keys of the output stage, in two groups: options, and sizes that follow AccWidth.
std::vector<Param> bw_output_options();
std::vector<Param> bw_output_sizes();
std::vector<Rule> bw_output_rules();
// Edges from a complete sum to y_o.
int bw_output_latency(const base::Spec& resolved);

// What becomes of the sums: scale, shift, thresholds, the maximum of several results. Its inputs
// come with the last beat of a sum and travel with it.
class BwOutput {
 public:
  // Declares its sizes.
  BwOutput(DesignBuilder& design, hdl::Module& module, const BwSizes& sizes);

  void declare_inputs();
  void declare_outputs();
  // The inputs cross the place pre with the data; the caller ends the stage.
  void stage_inputs(Pipeline& pipeline);
  // They are kept with the sums that are complete behind this edge.
  void keep_inputs(Pipeline& pipeline, const hdl::Bits& complete);
  // Before the loop over the channels: what they share. `valid` marks the sums.
  void begin(Pipeline& pipeline, const hdl::Bits& valid);
  // One channel's sum to its place in y_o; inside the loop.
  void emit(Pipeline& pipeline, const hdl::Dim& channel, const hdl::Num& sum);

 private:
  bool is(const char* key, const char* value) const { return design_.is(key, value); }
  bool multiplied() const { return is("output", "multiply"); }
  bool scaled() const { return multiplied() || is("output", "shift"); }
  bool pooled() const { return is("pool", "max"); }
  hdl::NumType result_type() const;
  hdl::Num scaled_sum(Pipeline& pipeline, const hdl::Dim& channel, const hdl::Num& sum);
  hdl::Num count_thresholds(const hdl::Dim& channel, const hdl::Num& sum);
  void valid_at(Pipeline& pipeline, Place place);

  DesignBuilder& design_;
  hdl::Module& m_;
  BwSizes sizes_;
  hdl::Dim scale_width_ = 0, out_width_ = 0;
  // Inputs, where they are by now; not valid() where the spec has none.
  hdl::Bits scale_, shift_, thresholds_, pool_first_, pool_last_;
  hdl::Bits valid_, valid_out_, y_, pool_take_;
  std::vector<std::pair<hdl::Bits, hdl::Bits>> moves_;  // valid bits
};

// arith=heap. What a channel takes beside its signs; not valid() where the spec has none.
struct BwShared {
  hdl::Bits x = {}, sums = {}, rest = {};
};
// From the samples of a beat.
BwShared bw_shared(DesignBuilder& design, hdl::Module& module, const BwSizes& sizes,
                   const hdl::Bits& x);
// fircone_bw_channel_..: a channel's accumulator. Ports clk_i, take_i, first_i, those of BwShared,
// s_i, offset_i, sum_o.
const hdl::Module& bw_channel(DesignBuilder& design, const BwSizes& sizes);

// fircone_bw_weights: signs and offsets in registers, the next set loaded row by row.
const hdl::Module& bw_weights(DesignBuilder& design, const BwSizes& sizes);

// fircone_bw_round: (sum + half) >> shift, saturated.
const hdl::Module& bw_round(DesignBuilder& design, const hdl::Dim& sum_width,
                            const hdl::Dim& out_width);

}  // namespace gen
