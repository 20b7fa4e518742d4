// SPDX-License-Identifier: Apache-2.0
// bw_conv2d_stream: a layer with weights of +1 and -1, set up at run time, AXI4-Stream in and out.

#include <fmt/format.h>

#include <algorithm>

#include "gen/units/axil.h"
#include "gen/units/bw_conv2d_parts.h"
#include "gen/units/bw_lanes.h"
#include "gen/units/heap.h"
#include "gen/units/pipeline.h"

namespace gen {
namespace {

// The keys that the array inside has too.
base::Spec array_spec(const base::Spec& spec) {
  base::Spec array("bw_array");
  for (const Param& param : find_unit("bw_array").params)
    if (spec.has(param.name)) array.set(param.name, spec.get(param.name));
  array.set("weights", "late");
  array.set("output", "multiply");
  array.set("cut", "pre,mult,post");
  array.set("pool", "max");
  array.set("AccWidth", bw_conv2d_acc_width(spec));
  return array;
}

struct Stream {
  hdl::Bits data, last, valid, ready;
};

Stream stream(hdl::Module& m, const std::string& name, bool in, const hdl::Dim& width,
              const std::string& data, const std::string& last) {
  const auto port = [&](const std::string& what, bool input, const hdl::Dim& bits,
                        const std::string& doc) {
    const std::string full = fmt::format("{}_t{}_{}", name, what, input ? "i" : "o");
    return input ? m.input(full, hdl::bits(bits), doc) : m.output(full, hdl::bits(bits), doc);
  };
  Stream s;
  s.data = port("data", in, width, data);
  s.last = port("last", in, 1, last);
  s.valid = port("valid", in, 1, "A beat is offered.");
  s.ready = port("ready", !in, 1, "It is taken.");
  return s;
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const auto size_of = [&](const char* key) { return hdl::Dim(spec.size(key)); };
  const hdl::Dim pe = size_of("Pe"), simd = size_of("Simd"), bus = size_of("WeightBus");
  const hdl::Dim data_width = size_of("DataWidth"), out_width = size_of("OutWidth");
  const hdl::Dim acc_width = bw_conv2d_acc_width(spec), scale_width = size_of("ScaleWidth");
  const hdl::Dim in_lane = bw_lane_bits(data_width.value());
  const hdl::Dim out_lane = bw_lane_bits(out_width.value());
  const hdl::Dim sample_width = size_of("LineAddressWidth");
  const BwBeats beats = bw_beats(spec);
  const DesignBuilder::SubUnit array = design.sub_unit(array_spec(spec));
  const int flush_cycles = array.latency_cycles + 6;
  const hdl::Module& regs = bw_conv2d_regs(design);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kBwSizeBits);

  hdl::Module m = design.top(
      {fmt::format("A layer with weights of +1 and -1: {} output channels x {} input channels at a "
                   "time. Kernel 1, 3 or 5, stride, padding, pooling and sizes are set at run time "
                   "over AXI4-Lite; weights are loaded once a layer.",
                   pe.value(), simd.value()),
       "a = saturate((M[o] * (bias[o] + sum over c, r, k of w[o][c][r][k] * x[c][S*v + r - P][S*u "
       "+ "
       "k - P]) + half) >> SHIFT), pooled: the largest of 2 x 2."});
  const hdl::Dim weight_words = design.parameter(m, "WeightWords");
  const hdl::Dim max_out = design.parameter(m, "MaxOutChannels");
  const hdl::Dim groups = m.localparam("Groups", bw_groups(max_out, pe));
  const hdl::Dim word_width = hdl::clog2(weight_words), group_width = hdl::clog2(groups);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock, rising edge.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  std::vector<hdl::Connection> regs_ports{{"clk_i", clk}, {"rst_ni", rst}};
  for (const hdl::PortInfo& port : regs.ports()) {
    if (port.name.rfind("s_axil_", 0) != 0) continue;
    regs_ports.emplace_back(
        port.name, port.is_input ? m.input(port.name, hdl::bits(port.width.value()), port.doc)
                                 : m.output(port.name, hdl::bits(port.width.value()), port.doc));
  }
  const Stream weights = stream(m, "s_weight", true, bus, "Parameters and signs, see bw_conv2d.md.",
                                "Last beat of a layer.");
  const Stream samples =
      stream(m, "s_axis", true, simd * in_lane,
             fmt::format("Channel l of a group at bit {} * l: row, column, group of channels.",
                         in_lane.value()),
             "Last beat of a frame.");
  const Stream results =
      stream(m, "m_axis", false, pe * out_lane,
             fmt::format("Channel p of a group at bit {} * p: row, column, group of channels.",
                         out_lane.value()),
             "Last beat of a frame.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = design.reset_style()};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = design.reset_style()};
  const auto wire = [&m](const char* name, const hdl::Dim& width) {
    return m.wire(name, hdl::bits(width));
  };
  const auto number = [&m](const char* name, const hdl::Dim& width) {
    return m.wire(name, hdl::uint(width));
  };
  const std::vector<hdl::Connection> clocks{{"clk_i", clk}, {"rst_ni", rst}};
  const auto instance = [&](const char* name, const hdl::Module& child,
                            const std::vector<hdl::Connection>& connections) {
    std::vector<std::pair<std::string, hdl::Dim>> overrides;
    for (const hdl::ParameterInfo& p : child.parameters()) {
      overrides.emplace_back(p.name, p.name == "WeightWords"      ? weight_words
                                     : p.name == "MaxOutChannels" ? max_out
                                     : p.name == "Groups"         ? groups
                                                                  : hdl::Dim(p.value));
    }
    m.instance(name, child, overrides, connections);
  };
  const auto clocked = [&](std::vector<hdl::Connection> connections) {
    connections.insert(connections.begin(), clocks.begin(), clocks.end());
    return connections;
  };

  m.section("Registers.");
  const hdl::Bits start = wire("start", 1), abort = wire("abort", 1);
  const hdl::Bits busy = wire("busy", 1), done = wire("done", 1), misfit = wire("misfit", 1);
  const hdl::Bits misfits = wire("misfits", kBwFitReasons);
  const hdl::Bits weights_early = wire("weights_early", 1), weights_late = wire("weights_late", 1);
  const hdl::Bits lines_early = wire("lines_early", 1), lines_late = wire("lines_late", 1);
  const hdl::Bits weights_drop = wire("weights_drop", 1), lines_drop = wire("lines_drop", 1);
  const hdl::Bits stride2 = wire("stride2", 1), pool = wire("pool", 1);
  const hdl::Num width = m.wire("width", size), height = m.wire("height", size);
  const hdl::Num in_channels = m.wire("in_channels", size);
  const hdl::Num out_channels = m.wire("out_channels", size);
  const hdl::Num kernel = number("kernel", kBwKernelBits), padding = number("padding", 2);
  const hdl::Num shift = number("shift", 5);
  const hdl::Num out_rows = m.wire("out_rows", size), out_columns = m.wire("out_columns", size);
  const hdl::Bits layers = wire("layers", 32), cycles = wire("cycles", 32);
  const hdl::Bits words = wire("words", 32);
  const hdl::Bits weight_bits = wire("weight_bits", kBwTrafficBits);
  const hdl::Bits input_bits = wire("input_bits", kBwTrafficBits);
  const hdl::Bits output_bits = wire("output_bits", kBwTrafficBits);
  for (const hdl::Connection& connection : std::vector<hdl::Connection>{
           {"error_i", hdl::concat({lines_late, lines_early, weights_late, weights_early})},
           {"busy_i", busy},
           {"done_i", done},
           {"misfit_i", misfit},
           {"misfits_i", misfits},
           {"dropping_i", hdl::concat({lines_drop, weights_drop})},
           {"start_o", start},
           {"abort_o", abort},
           {"width_o", width},
           {"height_o", height},
           {"in_channels_o", in_channels},
           {"out_channels_o", out_channels},
           {"kernel_o", kernel},
           {"stride2_o", stride2},
           {"padding_o", padding},
           {"pool_o", pool},
           {"shift_o", shift},
           {"out_rows_o", out_rows},
           {"out_columns_o", out_columns},
           {"layers_i", layers},
           {"cycles_i", cycles},
           {"words_i", words},
           {"weight_bits_i", weight_bits},
           {"input_bits_i", input_bits},
           {"output_bits_i", output_bits}})
    regs_ports.push_back(connection);
  instance("u_regs", regs, regs_ports);

  m.section("Layer after layer: setup, run, and flush after an error.");
  const hdl::Bits setup = wire("setup", 1), ready = wire("setup_done", 1);
  const hdl::Bits begin = wire("begin_layer", 1), run = wire("run", 1), quit = wire("quit", 1);
  const hdl::Bits flush = wire("flush", 1), purge = wire("purge", 1);
  const hdl::Bits all_out = wire("all_out", 1), all_lines = wire("all_lines", 1);
  const hdl::Bits all_weights = wire("all_weights", 1), out_beat_valid = wire("out_beat_valid", 1);
  const hdl::Bits weight_taken = wire("weight_taken", 1), line_taken = wire("line_taken", 1);
  const hdl::Bits result_made = wire("result_made", 1), step = wire("step", 1);
  const hdl::Num in_groups = m.wire("in_groups", size), out_groups = m.wire("out_groups", size);
  const hdl::Num last_lanes = number("last_lanes", hdl::clog2(simd + 1));
  const hdl::Num last_pes = number("last_pes", hdl::clog2(pe + 1));
  const hdl::Num line_words = number("line_words", sample_width + 1);
  const hdl::Num sum_words = m.wire("sum_words", size);
  const hdl::Num window_rows = number("window_rows", kBwKernelBits);
  instance("u_control", bw_conv2d_control(design, flush_cycles),
           clocked({{"start_i", start},
                    {"abort_i", abort},
                    {"ready_i", ready},
                    {"unfit_i", misfits.any()},
                    {"error_i", weights_early | weights_late | lines_early | lines_late},
                    {"finished_i", all_out & all_lines & all_weights & ~out_beat_valid},
                    {"weight_i", weight_taken},
                    {"input_i", line_taken},
                    {"output_i", result_made},
                    {"step_i", step},
                    {"setup_o", setup},
                    {"begin_o", begin},
                    {"run_o", run},
                    {"quit_o", quit},
                    {"flush_o", flush},
                    {"purge_o", purge},
                    {"busy_o", busy},
                    {"done_o", done},
                    {"refused_o", misfit},
                    {"cycles_o", cycles},
                    {"words_o", words},
                    {"layers_o", layers},
                    {"weight_bits_o", weight_bits},
                    {"input_bits_o", input_bits},
                    {"output_bits_o", output_bits}}));
  instance("u_setup", bw_conv2d_setup(design),
           clocked({{"start_i", setup},
                    {"stop_i", abort},
                    {"width_i", width},
                    {"in_channels_i", in_channels},
                    {"out_channels_i", out_channels},
                    {"kernel_i", kernel.bits()},
                    {"stride2_i", stride2},
                    {"pool_i", pool},
                    {"done_o", ready},
                    {"bad_o", misfits},
                    {"in_groups_o", in_groups},
                    {"last_lanes_o", last_lanes},
                    {"out_groups_o", out_groups},
                    {"last_pes_o", last_pes},
                    {"line_words_o", line_words},
                    {"sum_words_o", sum_words},
                    {"window_rows_o", window_rows}}));

  m.section("Weights: a slice, then memories of signs and of parameters.");
  const hdl::Bits weight_beat = wire("weight_beat", bus + 1);
  const hdl::Bits weight_valid = wire("weight_valid", 1), weight_ready = wire("weight_ready", 1);
  instance("u_weight_slice", skid_buffer(design, (bus + 1).value()),
           clocked({{"valid_i", weights.valid},
                    {"ready_o", weights.ready},
                    {"data_i", hdl::concat({weights.last, weights.data})},
                    {"valid_o", weight_valid},
                    {"ready_i", weight_ready},
                    {"data_o", weight_beat}}));
  const hdl::Bits write_signs = wire("write_signs", beats.word);
  const hdl::Bits write_parameters = wire("write_parameters", beats.offsets + beats.scales);
  const hdl::Num signs_word = number("signs_word", word_width);
  const hdl::Num parameters_word = number("parameters_word", group_width);
  const hdl::Num loaded = m.wire("loaded", size);
  instance("u_weights", bw_conv2d_weights(design),
           clocked({{"begin_i", begin},
                    {"run_i", run},
                    {"quit_i", quit},
                    {"purge_i", purge},
                    {"out_groups_i", out_groups},
                    {"sum_words_i", sum_words},
                    {"beat_valid_i", weight_valid},
                    {"beat_ready_o", weight_ready},
                    {"beat_last_i", weight_beat.bit(bus)},
                    {"early_o", weights_early},
                    {"late_o", weights_late},
                    {"taken_o", weight_taken},
                    {"dropping_o", weights_drop},
                    {"write_word_o", write_signs},
                    {"word_o", signs_word},
                    {"write_parameter_o", write_parameters},
                    {"parameter_o", parameters_word},
                    {"groups_o", loaded},
                    {"all_o", all_weights}}));
  const hdl::Bits read = wire("read", 1), last = wire("last", 1);
  const hdl::Bits read_later = wire("read_later", 1), first_later = wire("first_later", 1);
  const hdl::Num weight_later = number("weight_later", word_width);
  const hdl::Num group = number("group", group_width);
  const hdl::Num group_later = number("group_later", group_width);
  const hdl::Bits signs = wire("signs", beats.word * bus);
  const hdl::Bits offsets = wire("offsets", beats.offsets * bus);
  const hdl::Bits scales = wire("scales", beats.scales * bus);
  m.comment(
      "Signs and offsets are read a cycle after the samples: the array has a register for "
      "these alone.");
  const auto memory = [&](const char* name, const hdl::Dim& lanes, const hdl::Dim& depth,
                          const std::vector<hdl::Connection>& connections) {
    m.instance(name, bw_conv2d_memory(design, lanes.value(), depth.value()),
               {{"Lanes", lanes}, {"Width", bus}, {"Depth", depth}}, connections);
  };
  memory("u_signs", beats.word, weight_words,
         {{"clk_i", clk},
          {"write_i", write_signs},
          {"write_address_i", signs_word},
          {"write_data_i", weight_beat.slice(0, bus)},
          {"read_i", read_later},
          {"read_address_i", weight_later},
          {"word_o", signs}});
  memory("u_offsets", beats.offsets, groups,
         {{"clk_i", clk},
          {"write_i", write_parameters.slice(0, beats.offsets)},
          {"write_address_i", parameters_word},
          {"write_data_i", weight_beat.slice(0, bus)},
          {"read_i", read_later & first_later},
          {"read_address_i", group_later},
          {"word_o", offsets}});
  memory("u_scales", beats.scales, groups,
         {{"clk_i", clk},
          {"write_i", write_parameters.slice(beats.offsets, beats.scales)},
          {"write_address_i", parameters_word},
          {"write_data_i", weight_beat.slice(0, bus)},
          {"read_i", read & last},
          {"read_address_i", group},
          {"word_o", scales}});
  const auto rest = [&](const char* name, const hdl::Bits& bits, const hdl::Dim& used) {
    if (used.value() < bits.width().value()) m.unused(name, bits.slice(used, bits.width() - used));
  };
  rest("unused_signs", signs, pe * simd);
  rest("unused_offsets", offsets, pe * acc_width);
  rest("unused_scales", scales, pe * scale_width);

  m.section("Samples: a slice, then lines.");
  const hdl::Dim in_width = simd * in_lane;
  const hdl::Bits beat = wire("beat", in_width + 1);
  const hdl::Bits beat_valid = wire("beat_valid", 1), beat_ready = wire("beat_ready", 1);
  instance("u_input_slice", skid_buffer(design, (in_width + 1).value()),
           clocked({{"valid_i", samples.valid},
                    {"ready_o", samples.ready},
                    {"data_i", hdl::concat({samples.last, samples.data})},
                    {"valid_o", beat_valid},
                    {"ready_i", beat_ready},
                    {"data_o", beat}}));
  const hdl::Bits beat_samples = wire("beat_samples", simd * data_width);
  const hdl::Dim in_rest = in_lane - data_width;
  const hdl::Bits fillers =
      in_rest.value() == 0 ? hdl::Bits() : wire("lane_fillers", simd * in_rest);
  m.generate_for("gen_sample", "l", simd, [&](const hdl::Dim& l) {
    m.assign(beat_samples.lane(l, data_width), beat.slice(l * in_lane, data_width));
    if (fillers.valid())
      m.assign(fillers.lane(l, in_rest), beat.slice(l * in_lane + data_width, in_rest));
  });
  if (fillers.valid()) m.unused("unused_fillers", fillers);
  const hdl::Num lines = m.wire("lines", size);
  const hdl::Bits release = wire("release_lines", 1);
  const hdl::Bits inside = wire("in_picture", 1);
  const hdl::Num step_words = number("step_words", sample_width + 3);
  const hdl::Num sample = number("sample", sample_width);
  const hdl::Bits sample_word = wire("sample_word", simd * data_width);
  instance("u_lines", bw_conv2d_lines(design),
           clocked({{"begin_i", begin},
                    {"run_i", run},
                    {"quit_i", quit},
                    {"purge_i", purge},
                    {"width_i", width},
                    {"height_i", height},
                    {"padding_i", padding},
                    {"in_groups_i", in_groups},
                    {"last_lanes_i", last_lanes},
                    {"line_words_i", line_words},
                    {"beat_valid_i", beat_valid},
                    {"beat_ready_o", beat_ready},
                    {"beat_last_i", beat.bit(in_width)},
                    {"beat_i", beat_samples},
                    {"early_o", lines_early},
                    {"late_o", lines_late},
                    {"taken_o", line_taken},
                    {"dropping_o", lines_drop},
                    {"lines_o", lines},
                    {"all_o", all_lines},
                    {"release_i", read & release},
                    {"step_words_i", step_words},
                    {"read_i", read & inside},
                    {"read_address_i", sample},
                    {"word_o", sample_word}}));

  m.section("The loops: a word of samples and one of weights each cycle.");
  const hdl::Bits enable = wire("enable", 1), valid = wire("step_valid", 1);
  const hdl::Bits first = wire("first", 1);
  const hdl::Num weight = number("weight", word_width);
  const hdl::Bits pool_first = wire("pool_first", 1), pool_last = wire("pool_last", 1);
  instance("u_sequencer", bw_conv2d_sequencer(design),
           clocked({{"begin_i", begin},
                    {"run_i", run},
                    {"en_i", enable},
                    {"width_i", width},
                    {"height_i", height},
                    {"kernel_i", kernel},
                    {"stride2_i", stride2},
                    {"padding_i", padding},
                    {"pool_i", pool},
                    {"out_rows_i", out_rows},
                    {"out_columns_i", out_columns},
                    {"in_groups_i", in_groups},
                    {"out_groups_i", out_groups},
                    {"line_words_i", line_words},
                    {"window_rows_i", window_rows},
                    {"lines_i", lines},
                    {"all_lines_i", all_lines},
                    {"loaded_i", loaded},
                    {"valid_o", valid},
                    {"inside_o", inside},
                    {"sample_o", sample},
                    {"weight_o", weight},
                    {"first_o", first},
                    {"group_o", group},
                    {"last_o", last},
                    {"pool_first_o", pool_first},
                    {"pool_last_o", pool_last},
                    {"release_o", release},
                    {"step_words_o", step_words}}));
  m.assign(read, enable & valid);
  m.assign(step, read);

  m.section("What belongs to the words that are read, and zero for samples outside the picture.");
  const hdl::Bits valid_q = m.reg("valid_q", flag, 0);
  m.registers(state, enable, {}, {{valid_q, valid}});
  std::vector<std::pair<hdl::Bits, hdl::Bits>> moves;
  const auto later = [&](const char* name, const hdl::Bits& value) {
    const hdl::Bits reg = m.reg(name, flag);
    moves.emplace_back(reg, value);
    return reg;
  };
  const hdl::Bits first_q = later("first_q", first), last_q = later("last_q", last);
  const hdl::Bits inside_q = later("inside_q", inside);
  const hdl::Bits pool_first_q = later("pool_first_q", pool_first);
  const hdl::Bits pool_last_q = later("pool_last_q", pool_last);
  const hdl::Num weight_q = m.reg("weight_q", hdl::uint(word_width));
  const hdl::Num group_q = m.reg("group_q", hdl::uint(group_width));
  m.registers(data, enable, {{weight_q, weight}, {group_q, group}}, moves);
  m.assign(read_later, enable & valid_q);
  m.assign(first_later, first_q);
  m.assign(weight_later, weight_q);
  m.assign(group_later, group_q);
  const hdl::Bits x = m.wire("x", hdl::bits(simd * data_width),
                             sample_word & hdl::replicate(simd * data_width, inside_q));
  const hdl::Bits result_valid = wire("result_valid", 1);
  const hdl::Bits result = wire("result", pe * out_width);
  instance("u_array", *array.module,
           clocked({{"en_i", enable},
                    {"valid_i", valid_q},
                    {"first_i", first_q},
                    {"last_i", last_q},
                    {"x_i", x},
                    {"s_i", signs.slice(0, pe * simd)},
                    {"offset_i", offsets.slice(0, pe * acc_width)},
                    {"scale_i", scales.slice(0, pe * scale_width)},
                    {"shift_i", shift.bits()},
                    {"pool_first_i", pool_first_q},
                    {"pool_last_i", pool_last_q},
                    {"valid_o", result_valid},
                    {"y_o", result}}));

  m.section("Results: those of channels that there are, in lanes of whole bytes; a slice.");
  const hdl::Bits masked = wire("masked", pe * out_width), out_last = wire("out_last", 1);
  const hdl::Bits slice_ready = wire("slice_ready", 1);
  m.assign(enable, slice_ready | flush);
  const hdl::Bits out_valid = m.wire("out_valid", flag, result_valid & ~flush);
  m.assign(result_made, out_valid & slice_ready);
  instance("u_output", bw_conv2d_output(design),
           clocked({{"begin_i", begin},
                    {"out_rows_i", out_rows},
                    {"out_columns_i", out_columns},
                    {"out_groups_i", out_groups},
                    {"last_pes_i", last_pes},
                    {"next_i", result_made},
                    {"results_i", result},
                    {"results_o", masked},
                    {"last_o", out_last},
                    {"all_o", all_out}}));
  const hdl::Bits out_data = wire("out_data", pe * out_lane);
  const hdl::Dim out_rest = out_lane - out_width;
  m.generate_for("gen_result", "p", pe, [&](const hdl::Dim& p) {
    const hdl::Bits lane = masked.lane(p, out_width);
    if (out_rest.value() == 0) {
      m.assign(out_data.lane(p, out_lane), lane);
      return;
    }
    const hdl::Bits sign = m.wire(
        "fill", flag,
        spec.is("relu", "no") ? masked.slice(p * out_width + out_width - 1, 1) : hdl::zeros(1));
    m.assign(out_data.lane(p, out_lane), hdl::concat({hdl::replicate(out_rest, sign), lane}));
  });
  const hdl::Dim out_bits = pe * out_lane;
  const hdl::Bits out_beat = wire("out_beat", out_bits + 1);
  instance("u_output_slice", skid_buffer(design, (out_bits + 1).value()),
           clocked({{"valid_i", out_valid},
                    {"ready_o", slice_ready},
                    {"data_i", hdl::concat({out_last, out_data})},
                    {"valid_o", out_beat_valid},
                    {"ready_i", results.ready},
                    {"data_o", out_beat}}));
  m.assign(results.valid, out_beat_valid);
  m.assign(results.data, out_beat.slice(0, out_bits));
  m.assign(results.last, out_beat.bit(out_bits));

  design.formula =
      "a[o][v][u] = saturate((M[o] * (bias[o] + sum over c, r, k of w[o][c][r][k] * x[c][S*v + r - "
      "P][S*u + k - P]) + half) >> SHIFT)";
  design.latency_cycles = array.latency_cycles + 3;
  design.outputs_per_cycle = static_cast<int>(pe.value());
  design.operations = array.operations;
  design.add(std::move(m));
}

}  // namespace

int64_t bw_conv2d_acc_width(const base::Spec& spec) {
  return bw_acc_width(spec.size("DataWidth"), spec.size("MaxTerms"));
}

namespace {

std::string_view default_form(const base::Spec& spec) {
  return spec.is("arith", "heap") ? "and" : "xor";
}

std::string_view default_share(const base::Spec& spec) {
  return spec.is("arith", "heap") && spec.is("form", "and") ? "2" : "1";
}

Rule out_width_rule() {
  return {.keys = {"OutWidth", "DataWidth", "MaxTerms"},
          .broken = [](const base::Spec& s) { return s.size("OutWidth") > bw_conv2d_acc_width(s); },
          .text = "OutWidth must be at most DataWidth + ceil(log2(MaxTerms)) + 2",
          .explain =
              [](const base::Spec& s) {
                return fmt::format(
                    "OutWidth={} must be in 2..{} (at most DataWidth + ceil(log2(MaxTerms)) + 2)",
                    s.size("OutWidth"), std::min<int64_t>(16, bw_conv2d_acc_width(s)));
              }};
}

}  // namespace

extern const Unit bw_conv2d_stream;
const Unit bw_conv2d_stream = {
    .name = "bw_conv2d_stream",
    .doc = "Layers with weights of +1 and -1, set up at run time: AXI4-Stream in and out.",
    .source = "Wang, Lin, Wang, IEEE TVLSI 26(2), 2018 (the architecture to surpass)",
    .params =
        {arith_param(), tree_param(), compressors_param(), final_adder_param(),
         option("data", {{"unsigned", "samples 0..2^DataWidth-1"}, {"signed", "two's complement"}},
                "Samples."),
         option("form",
                {{"xor", "sum of x ^ s; the offset has the filter's constant"},
                 {"and", "twice the sum of the samples with weight +1, and what channels share"}},
                "How products by +1 and -1 are summed.")
             .or_auto(default_form, "xor with operators, and in a heap, where it is smaller"),
         option("share",
                {{"1", "each sample by itself"},
                 {"2", "sums of two samples"},
                 {"3", "of two and three"},
                 {"4", "of two to four"}},
                "Neighbouring samples whose sums are formed once, for all channels.")
             .or_auto(default_share, "the smallest: 2 with form=and")
             .needs("arith", "heap")
             .tagged("k"),
         option("relu", {{"yes", "0..2^OutWidth-1, below zero zero"}, {"no", "signed results"}},
                "Range to which results are saturated.")
             .tagged("relu_"),
         reset_param(),
         fixed_size("Pe", "pe", "16", 1, 64, "Output channels at a time.").silent_at("16"),
         fixed_size("Simd", "simd", "16", 1, 64, "Input channels at a time.").silent_at("16"),
         fixed_size("DataWidth", "b", "8", 1, 16, "Bits of a sample.").silent_at("8"),
         fixed_size("OutWidth", "o", "8", 2, 16, "Bits of a result.").silent_at("8"),
         fixed_size("ScaleWidth", "m", "16", 1, 24, "Bits of a scale, unsigned.").silent_at("16"),
         fixed_size("WeightBus", "w", "64", 8, 1024, "Bits of a beat of weights.").silent_at("64"),
         fixed_size("MaxTerms", "t", "4096", 1, 65535, "Most terms of a sum.").silent_at("4096"),
         fixed_size("LineAddressWidth", "l", "10", 4, 15,
                    "The line store has 2^LineAddressWidth words.")
             .silent_at("10"),
         free_size("WeightWords", "256", 2, 65536, "Words of weights."),
         free_size("MaxOutChannels", "64", 1, 32768, "Most output channels.")},
    .rules = {out_width_rule(),
              compressors_rule(),
              {.keys = {"share", "form"},
               .broken =
                   [](const base::Spec& s) { return !s.is("share", "1") && s.is("form", "xor"); },
               .text = "share above 1 needs form=and"}},
    .points = {"",
               "arith=heap final_adder=ripple Pe=2 Simd=3 DataWidth=3 OutWidth=4 ScaleWidth=4 "
               "WeightBus=8 MaxTerms=60 MaxOutChannels=5 LineAddressWidth=6 WeightWords=50",
               "Pe=3 Simd=5 DataWidth=4 OutWidth=6 ScaleWidth=5 WeightBus=8 MaxTerms=200 "
               "MaxOutChannels=11 LineAddressWidth=6 WeightWords=60 data=signed relu=no form=and",
               "Pe=4 Simd=1 DataWidth=11 OutWidth=9 WeightBus=32 MaxTerms=30 MaxOutChannels=9 "
               "LineAddressWidth=5 WeightWords=99 reset=sync"},
    .build = build,
};

}  // namespace gen
