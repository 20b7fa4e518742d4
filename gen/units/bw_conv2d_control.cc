// SPDX-License-Identifier: Apache-2.0
// bw_conv2d_stream from layer to layer: its states, what breaks a layer off, counters.

#include "gen/units/bw_conv2d_parts.h"

namespace gen {
namespace {

hdl::Module build_control(const std::string& name, hdl::ResetStyle style, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"States of bw_conv2d_stream: Idle, Setup, Run, and Flush, in which what a broken layer left "
       "in the pipeline runs out unseen (after an abort also what waits at the doors). Counters "
       "of the layer that runs, or of the last one."});
  const hdl::Dim flush_cycles =
      m.parameter("FlushCycles", at.at("FlushCycles"), 4, 255, "Cycles until nothing is left.");
  const hdl::Dim weight_bits =
      m.parameter("WeightBits", at.at("WeightBits"), 8, 1024, "Bits of a beat of weights.");
  const hdl::Dim input_bits =
      m.parameter("InputBits", at.at("InputBits"), 8, 1024, "Bits of a beat in.");
  const hdl::Dim output_bits =
      m.parameter("OutputBits", at.at("OutputBits"), 8, 4096, "Bits of a beat out.");
  const hdl::BitsType flag = hdl::bits(1), word = hdl::bits(32);
  const hdl::BitsType traffic = hdl::bits(kBwTrafficBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits start = m.input("start_i", flag, "START, with settings that are legal.");
  const hdl::Bits abort = m.input("abort_i", flag, "ABORT.");
  const hdl::Bits ready = m.input("ready_i", flag, "The setup is done,");
  const hdl::Bits unfit = m.input("unfit_i", flag, "and something does not fit.");
  const hdl::Bits error = m.input("error_i", flag, "A stream ended too early or too late.");
  const hdl::Bits finished = m.input("finished_i", flag, "All that belongs to the layer is done.");
  const hdl::Bits weight = m.input("weight_i", flag, "A beat of weights was taken,");
  const hdl::Bits input = m.input("input_i", flag, "of samples,");
  const hdl::Bits output = m.input("output_i", flag, "of results was made.");
  const hdl::Bits step = m.input("step_i", flag, "The PEs have work.");
  const hdl::Bits setup_out = m.output("setup_o", flag, "The setup begins.");
  const hdl::Bits begin = m.output("begin_o", flag, "The layer begins.");
  const hdl::Bits run = m.output("run_o", flag, "It runs.");
  const hdl::Bits quit = m.output("quit_o", flag, "It is broken off.");
  const hdl::Bits flush = m.output("flush_o", flag, "The pipeline runs out.");
  const hdl::Bits purge = m.output("purge_o", flag, "The doors are emptied.");
  const hdl::Bits busy = m.output("busy_o", flag, "Not idle.");
  const hdl::Bits done = m.output("done_o", flag, "A layer is complete.");
  const hdl::Bits refused = m.output("refused_o", flag, "A layer does not fit.");
  const hdl::Bits cycles = m.output("cycles_o", word, "CYCLES.");
  const hdl::Bits words = m.output("words_o", word, "WORDS.");
  const hdl::Bits layers = m.output("layers_o", word, "LAYERS.");
  const hdl::Bits weight_count = m.output("weight_bits_o", traffic, "WEIGHT_BITS.");
  const hdl::Bits input_count = m.output("input_bits_o", traffic, "INPUT_BITS.");
  const hdl::Bits output_count = m.output("output_bits_o", traffic, "OUTPUT_BITS.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  m.section("State.");
  const hdl::Bits idle_state = m.constant("Idle", hdl::bits(2), 0);
  const hdl::Bits setup_state = m.constant("Setup", hdl::bits(2), 1);
  const hdl::Bits run_state = m.constant("Run", hdl::bits(2), 2);
  const hdl::Bits flush_state = m.constant("Flush", hdl::bits(2), 3);
  const hdl::Bits state_q = m.reg("state_q", hdl::bits(2), idle_state);
  const hdl::Bits purge_q = m.reg("purge_q", flag, 0);
  const hdl::Num left_q = m.reg("left_q", hdl::uint(8), 0);
  const hdl::Bits idle = m.wire("idle", flag, state_q == idle_state);
  const hdl::Bits in_setup = m.wire("in_setup", flag, state_q == setup_state);
  const hdl::Bits running = m.wire("running", flag, state_q == run_state);
  const hdl::Bits flushing = m.wire("flushing", flag, state_q == flush_state);
  const hdl::Bits opens = m.wire("opens", flag, idle & start & ~abort);
  const hdl::Bits begins = m.wire("begins", flag, in_setup & ready & ~unfit & ~abort);
  const hdl::Bits breaks = m.wire("breaks", flag, running & (error | abort));
  const hdl::Bits completes = m.wire("completes", flag, running & finished & ~breaks);
  const hdl::Bits misfits = m.wire("misfits", flag, in_setup & ready & unfit & ~abort);
  const hdl::Num cycles_left = m.constant("FlushLength", hdl::uint(8), flush_cycles);
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when({{abort | breaks,
             [&] {
               c.set(state_q, flush_state);
               c.set(purge_q, abort);
               c.set(left_q, cycles_left);
             }},
            {flushing,
             [&] {
               c.set(left_q, hdl::wrapping_difference(left_q, 1, 8));
               c.when(left_q == hdl::Num(1), [&] {
                 c.set(state_q, idle_state);
                 c.set(purge_q, hdl::literal(1, 0));
               });
             }},
            {completes | misfits, [&] { c.set(state_q, idle_state); }},
            {begins, [&] { c.set(state_q, run_state); }},
            {opens, [&] { c.set(state_q, setup_state); }}});
  });
  m.assign(setup_out, opens);
  m.assign(begin, begins);
  m.assign(run, running);
  m.assign(quit, breaks);
  m.assign(flush, flushing);
  m.assign(purge, flushing & purge_q);
  m.assign(busy, ~idle);
  m.assign(done, completes);
  m.assign(refused, misfits);

  m.section("Counters; cleared when a layer starts.");
  const hdl::Num cycles_q = m.reg("cycles_q", hdl::uint(32), 0);
  const hdl::Num words_q = m.reg("words_q", hdl::uint(32), 0);
  const hdl::Num layers_q = m.reg("layers_q", hdl::uint(32), 0);
  m.registers(state, completes, {{layers_q, (layers_q + 1).wrap(32)}});
  const auto counts = [&](const std::string& what, const hdl::Dim& bits, const hdl::Bits& now,
                          const hdl::Bits& out) {
    const hdl::Num count_q = m.reg(what + "_bits_q", hdl::uint(kBwTrafficBits), 0);
    const hdl::Num beat = m.constant(what == "weight"  ? "WeightBeat"
                                     : what == "input" ? "InputBeat"
                                                       : "OutputBeat",
                                     hdl::uint(kBwSizeBits), bits);
    m.clocked(state, [&](hdl::Clocked& c) {
      c.when({{opens, [&] { c.set(count_q, 0); }},
              {running & now, [&] { c.set(count_q, (count_q + beat).wrap(kBwTrafficBits)); }}});
    });
    m.assign(out, count_q.bits());
  };
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when({{opens,
             [&] {
               c.set(cycles_q, 0);
               c.set(words_q, 0);
             }},
            {in_setup | running, [&] {
               c.set(cycles_q, (cycles_q + 1).wrap(32));
               c.when(step, [&] { c.set(words_q, (words_q + 1).wrap(32)); });
             }}});
  });
  counts("weight", weight_bits, weight, weight_count);
  counts("input", input_bits, input, input_count);
  counts("output", output_bits, output, output_count);
  m.assign(cycles, cycles_q.bits());
  m.assign(words, words_q.bits());
  m.assign(layers, layers_q.bits());
  return m;
}

hdl::Module build_output(const std::string& name, hdl::ResetStyle style, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Results of bw_conv2d_stream: counts them by group of channels, column and row; channels "
       "beyond those of the layer are zero."});
  const hdl::Dim pe = m.parameter("Pe", at.at("Pe"), 1, 64, "Output channels at a time.");
  const hdl::Dim out_width = m.parameter("OutWidth", at.at("OutWidth"), 1, 32, "Bits of a result.");
  const hdl::Dim pes_width = hdl::clog2(pe + 1);
  const hdl::BitsType flag = hdl::bits(1), results = hdl::bits(pe * out_width);
  const hdl::NumType size = hdl::uint(kBwSizeBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits begin = m.input("begin_i", flag, "A layer begins.");
  const hdl::Num out_rows = m.input("out_rows_i", size, "Rows of outputs,");
  const hdl::Num out_columns = m.input("out_columns_i", size, "columns of outputs,");
  const hdl::Num out_groups = m.input("out_groups_i", size, "groups of output channels,");
  const hdl::Num last_pes =
      m.input("last_pes_i", hdl::uint(pes_width), "channels of the last of these groups.");
  const hdl::Bits next = m.input("next_i", flag, "A beat of results goes out,");
  const hdl::Bits value = m.input("results_i", results, "these.");
  const hdl::Bits masked = m.output("results_o", results, "Those of channels that there are.");
  const hdl::Bits last = m.output("last_o", flag, "The layer's last beat.");
  const hdl::Bits all = m.output("all_o", flag, "All have gone out.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  m.section("Place of the beat.");
  const hdl::Num group_q = m.reg("group_q", size);
  const hdl::Num column_q = m.reg("column_q", size);
  const hdl::Num row_q = m.reg("row_q", size);
  const hdl::Bits all_q = m.reg("all_q", flag, 0);
  const hdl::Num next_group = m.wire("next_group", size, (group_q + 1).wrap(kBwSizeBits));
  const hdl::Num next_column = m.wire("next_column", size, (column_q + 1).wrap(kBwSizeBits));
  const hdl::Num next_row = m.wire("next_row", size, (row_q + 1).wrap(kBwSizeBits));
  const hdl::Bits group_ends = m.wire("group_ends", flag, next_group == out_groups);
  const hdl::Bits line_ends = m.wire("line_ends", flag, group_ends & (next_column == out_columns));
  const hdl::Bits layer_ends = m.wire("layer_ends", flag, line_ends & (next_row == out_rows));
  m.clocked(data, [&](hdl::Clocked& c) {
    c.when({{begin,
             [&] {
               c.set(group_q, 0);
               c.set(column_q, 0);
               c.set(row_q, 0);
             }},
            {next, [&] {
               c.set(group_q, hdl::mux(group_ends, hdl::Num(0), next_group));
               c.when(group_ends,
                      [&] { c.set(column_q, hdl::mux(line_ends, hdl::Num(0), next_column)); });
               c.when(line_ends, [&] { c.set(row_q, next_row); });
             }}});
  });
  m.registers(state, {}, {}, {{all_q, ~begin & (all_q | (next & layer_ends))}});
  m.assign(last, layer_ends);
  m.assign(all, all_q);

  m.section("Channels that there are.");
  const hdl::Bits present = bw_present(m, pe, last_pes, group_ends);
  m.generate_for("gen_lane", "p", pe, [&](const hdl::Dim& p) {
    m.assign(masked.lane(p, out_width),
             value.lane(p, out_width) & hdl::replicate(out_width, present.bit(p)));
  });
  return m;
}

}  // namespace

const hdl::Module& bw_conv2d_control(DesignBuilder& design, int flush_cycles) {
  const std::string name = helper_name(design, "bw_conv2d_control");
  const hdl::ResetStyle style = design.reset_style();
  const base::Spec& spec = design.spec();
  return design.helper(
      name,
      {{"FlushCycles", flush_cycles},
       {"WeightBits", spec.size("WeightBus")},
       {"InputBits", spec.size("Simd") * bw_lane_bits(spec.size("DataWidth"))},
       {"OutputBits", spec.size("Pe") * bw_lane_bits(spec.size("OutWidth"))}},
      {{"FlushCycles", 8}, {"WeightBits", 64}, {"InputBits", 128}, {"OutputBits", 128}},
      [&](const hdl::Point& at) { return build_control(name, style, at); });
}

const hdl::Module& bw_conv2d_output(DesignBuilder& design) {
  const std::string name = helper_name(design, "bw_conv2d_output");
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name, {{"Pe", design.size("Pe")}, {"OutWidth", design.size("OutWidth")}},
                       {{"Pe", 16}, {"OutWidth", 8}},
                       [&](const hdl::Point& at) { return build_output(name, style, at); });
}

}  // namespace gen
