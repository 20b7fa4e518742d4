// SPDX-License-Identifier: Apache-2.0
// bw_dot: samples with weights +1 or -1 and an offset, summed in one go.

#include <fmt/format.h>

#include "gen/units/bw_rows.h"
#include "gen/units/product_sums.h"

namespace gen {
namespace {

// y = sum of the lanes + offset in `+`.
hdl::Bits build_operators(Pipeline& pipeline, const BwLanes& lanes, const hdl::Dim& width,
                          const BwBeat& beat, const hdl::Bits& offset) {
  hdl::Module& m = pipeline.module();
  m.section("Stage mult: a word for each lane, and their sum.");
  const hdl::Num sum =
      pipeline.stage(Place::kMult, "sum", hdl::sint(width), bw_beat_total(m, lanes, beat, width));
  const hdl::Bits addend = pipeline.stage(Place::kMult, "addend", offset);
  pipeline.end_stage();
  m.section("Stage post: the offset.");
  return pipeline.stage(Place::kPost, "y", hdl::sint(width), (sum + addend.as_signed()).wrap(width))
      .bits();
}

// All lanes and the offset in one heap; two rows cross the place mult.
hdl::Bits build_heap(DesignBuilder& design, Pipeline& pipeline, const BwLanes& lanes,
                     const hdl::Dim& width, const BwBeat& beat, const hdl::Bits& offset) {
  hdl::Module& m = pipeline.module();
  m.section("Stage mult: a word for each lane, and their tree.");
  Heap heap(design, m, static_cast<int>(width.value()));
  bw_add_beat(heap, m, lanes, beat);
  heap.add(offset, {});
  const HeapRows rows = stage_rows(pipeline, Place::kMult, heap.compress(design.spec()));
  pipeline.end_stage();
  m.section("Stage post: their sum.");
  return pipeline.stage(Place::kPost, "y", heap.add_rows(rows, design.spec().get("final_adder")));
}

// The same in whole rows.
hdl::Bits build_rows(DesignBuilder& design, Pipeline& pipeline, const BwLanes& lanes,
                     const hdl::Dim& width, const BwBeat& beat, const hdl::Bits& offset) {
  hdl::Module& m = pipeline.module();
  m.section("Stage mult: a word for each lane, and their tree.");
  RowTree tree(design, m, static_cast<int>(width.value()));
  tree.add_beat(lanes, beat);
  tree.add(offset);
  const HeapRows rows = stage_rows(pipeline, Place::kMult, tree.compress());
  pipeline.end_stage();
  m.section("Stage post: their sum.");
  return pipeline.stage(Place::kPost, "y", tree.add_rows(rows));
}

int64_t default_width(const base::Spec& spec) {
  return bw_acc_width(spec.size("DataWidth"), spec.size("Lanes"));
}

}  // namespace

extern const Unit bw_dot;

namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool heap = spec.is("arith", "heap");
  hdl::Module m = design.top(
      {fmt::format("Dot product with weights +1 and -1, {}.", bw_text(spec)),
       "y = sum over k of (s[k] ? -x[k] : x[k]) + offset, less a constant of the filter that the "
       "offset brings."});
  const hdl::Dim count = design.parameter(m, "Lanes");
  const hdl::Dim data = bw_data_width(design, m, bw_dot);
  const hdl::Dim width = bw_acc_width(design, m, bw_dot, count, data);
  const BwLanes lanes(spec, count, data);
  const Cut cut(spec);
  Pipeline pipeline(m, design, cut);
  BwBeat beat = bw_inputs(m, lanes, width);
  hdl::Bits offset = m.input("offset_i", hdl::bits(width), "Added: bias and filter's constant.");
  const hdl::Bits valid = m.output("valid_o", hdl::bits(1), "y_o is a result.");
  const hdl::Bits y = m.output("y_o", hdl::bits(width), "The sum modulo 2^AccWidth, signed.");
  pipeline.start(valid);
  if (cut.at(Place::kPre)) m.section("Stage pre: operands.");
  beat.x = pipeline.stage(Place::kPre, "x", beat.x);
  beat.s = pipeline.stage(Place::kPre, "s", beat.s);
  if (lanes.given) beat.sum = pipeline.stage(Place::kPre, "samples_sum", beat.sum);
  offset = pipeline.stage(Place::kPre, "offset", offset);
  pipeline.end_stage();
  const hdl::Bits result = !heap ? build_operators(pipeline, lanes, width, beat, offset)
                           : spec.is("tree", "rows")
                               ? build_rows(design, pipeline, lanes, width, beat, offset)
                               : build_heap(design, pipeline, lanes, width, beat, offset);
  pipeline.end_stage();
  m.assign(y, result);
  design.latency_cycles = cut.latency();
  design.formula = "y = sum over k of (s[k] ? -x[k] : x[k]) + offset - constant of the filter";
  design.operations = {.branch_adders = static_cast<int>(spec.size("Lanes"))};
  design.add(std::move(m));
}

}  // namespace

const Unit bw_dot = {
    .name = "bw_dot",
    .doc = "Dot product with weights +1 and -1 in one go.",
    .source = "Wang, Lin and Wang, IEEE Trans. VLSI Systems 26(2), 2018",
    .params = {bw_form_param(), bw_compensation_param(), bw_samples_param(), arith_param(),
               bw_data_param(), bw_lanes_param(), bw_data_width_param(), bw_drop_param(),
               bw_acc_width_param(default_width), bw_tree_param(), compressors_param(),
               bw_final_adder_param(), bw_approx_param(), product_cut_param(), reset_param()},
    .rules = {bw_data_rule(), bw_drop_rule(), bw_acc_width_rule(), compressors_rule(),
              bw_rows_rule(), bw_approx_rule()},
    .points = {"arith=heap Lanes=4 DataWidth=4",
               "",
               "data=signed cut=pre,mult,post",
               "form=and cut=mult",
               "form=and samples=given data=signed drop=1 Lanes=5",
               "form=and samples=given arith=heap Lanes=5 cut=pre",
               "form=negate data=signed",
               "form=negate arith=heap Lanes=1 DataWidth=16 data=signed cut=post",
               "form=approx compensation=exact drop=2 reset=sync cut=post",
               "form=approx compensation=half data=signed Lanes=7",
               "form=approx compensation=half arith=heap Lanes=7 drop=3 tree=dadda",
               "form=approx arith=heap Lanes=5 data=signed compensation=exact drop=1",
               "data=binary DataWidth=1",
               "data=binary DataWidth=1 Lanes=1 arith=heap",
               "data=signed DataWidth=1 Lanes=3",
               "data=signed DataWidth=1 Lanes=1 arith=heap",
               "form=and arith=heap Lanes=6 data=signed cut=mult final_adder=ripple",
               "arith=heap tree=rows",
               "arith=heap tree=rows final_adder=loa approx=6 cut=mult",
               "form=and data=signed drop=1 Lanes=5 arith=heap tree=rows final_adder=eta1",
               "form=approx compensation=exact Lanes=5 arith=heap tree=rows final_adder=trunc",
               "form=negate data=signed Lanes=3 AccWidth=16 arith=heap tree=rows final_adder=eta2"},
    .build = build,
};

}  // namespace gen
