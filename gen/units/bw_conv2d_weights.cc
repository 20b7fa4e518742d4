// SPDX-License-Identifier: Apache-2.0
// Weights of bw_conv2d_stream: from beats to words of memories that all PEs read at once.

#include "gen/units/bw_conv2d_parts.h"

namespace gen {
namespace {

hdl::Module build_memory(DesignBuilder& design, const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name, {"A memory that is written a lane at a time and read a whole word at a time."});
  const hdl::Dim lanes = m.parameter("Lanes", at.at("Lanes"), 1, 4096, "Lanes of a word.");
  const hdl::Dim width = m.parameter("Width", at.at("Width"), 8, 1024, "Bits of a lane.");
  const hdl::Dim depth = m.parameter("Depth", at.at("Depth"), 2, 65536, "Words.");
  const hdl::Dim address_width = hdl::clog2(depth);
  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock.");
  const hdl::Bits write = m.input("write_i", hdl::bits(lanes), "Writes lane l: bit l.");
  const hdl::Num write_address =
      m.input("write_address_i", hdl::uint(address_width), "Word to write.");
  const hdl::Bits write_data = m.input("write_data_i", hdl::bits(width), "The lane.");
  const hdl::Bits read = m.input("read_i", hdl::bits(1), "Reads; else the last word stays.");
  const hdl::Num read_address =
      m.input("read_address_i", hdl::uint(address_width), "Word to read.");
  const hdl::Bits word =
      m.output("word_o", hdl::bits(lanes * width), "It, a cycle later; lane l at bit l * Width.");
  m.generate_for("gen_lane", "l", lanes, [&](const hdl::Dim& l) {
    m.instance("u_ram", ram_1r1w(design, width.value(), depth.value()),
               {{"Width", width}, {"Depth", depth}},
               {{"clk_i", clk},
                {"read_i", read},
                {"read_address_i", read_address},
                {"read_data_o", word.lane(l, width)},
                {"write_i", write.bit(l)},
                {"write_address_i", write_address},
                {"write_data_i", write_data}});
  });
  return m;
}

hdl::Module build_loader(const std::string& name, hdl::ResetStyle style, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Weights of bw_conv2d_stream: of each group of output channels offsets and scales, then the "
       "signs of its sum, word by word, lane by lane; the last beat of the layer has tlast."});
  const hdl::Dim word_lanes =
      m.parameter("WordLanes", at.at("WordLanes"), 1, 4096, "Beats of a word of signs.");
  const hdl::Dim parameter_lanes = m.parameter("ParameterLanes", at.at("ParameterLanes"), 1, 4096,
                                               "Beats of offsets and scales.");
  const hdl::Dim words = m.parameter("WeightWords", at.at("WeightWords"), 2, 65536, "Words.");
  const hdl::Dim groups = m.parameter("Groups", at.at("Groups"), 2, 32768, "Groups.");
  const hdl::Dim address_width = hdl::clog2(words), group_width = hdl::clog2(groups);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kBwSizeBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits begin = m.input("begin_i", flag, "A layer begins.");
  const hdl::Bits run = m.input("run_i", flag, "It runs.");
  const hdl::Bits quit = m.input("quit_i", flag, "It is broken off: the rest of its weights goes.");
  const hdl::Bits purge = m.input("purge_i", flag, "All beats go, and none is missed behind them.");
  const hdl::Num out_groups = m.input("out_groups_i", size, "Groups of the layer,");
  const hdl::Num sum_words = m.input("sum_words_i", size, "words of each.");
  const hdl::Bits beat_valid = m.input("beat_valid_i", flag, "A beat is offered.");
  const hdl::Bits beat_ready = m.output("beat_ready_o", flag, "It is taken.");
  const hdl::Bits beat_last = m.input("beat_last_i", flag, "It ends the layer.");
  const hdl::Bits early = m.output("early_o", flag, "The layer ended too early,");
  const hdl::Bits late = m.output("late_o", flag, "not where it must.");
  const hdl::Bits taken = m.output("taken_o", flag, "A beat of the layer is taken.");
  const hdl::Bits dropping = m.output("dropping_o", flag, "Beats go until one ends a layer.");
  const hdl::Bits write_word =
      m.output("write_word_o", hdl::bits(word_lanes), "The beat is lane l of a word: bit l,");
  const hdl::Num word = m.output("word_o", hdl::uint(address_width), "of this word,");
  const hdl::Bits write_parameter =
      m.output("write_parameter_o", hdl::bits(parameter_lanes), "or lane l of the parameters");
  const hdl::Num parameter = m.output("parameter_o", hdl::uint(group_width), "of this group.");
  const hdl::Num loaded = m.output("groups_o", size, "Whole groups that came.");
  const hdl::Bits all = m.output("all_o", flag, "All did.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  m.section("Which beats are taken.");
  const hdl::Bits all_q = m.reg("all_q", flag, 0);
  const hdl::Bits drop_q = m.reg("drop_q", flag, 0);
  const hdl::Bits wanted = m.wire("wanted", flag, run & ~all_q & ~drop_q);
  const hdl::Bits take = m.wire("take", flag, beat_valid & wanted);
  m.assign(beat_ready, wanted | drop_q | purge);
  m.assign(taken, take);

  m.section("Place of the beat: parameters or signs, lane (one-hot), word, group.");
  const hdl::Bits signs_q = m.reg("signs_q", flag);
  const hdl::Num word_lane_q = m.reg("word_lane_q", hdl::uint(word_lanes));
  const hdl::Num parameter_lane_q = m.reg("parameter_lane_q", hdl::uint(parameter_lanes));
  const hdl::Num left_q = m.reg("left_q", size);
  const hdl::Num group_q = m.reg("group_q", size);
  const hdl::Num word_q = m.reg("word_q", hdl::uint(address_width));
  const hdl::Bits word_lane = m.wire("word_lane", hdl::bits(word_lanes), word_lane_q.bits());
  const hdl::Bits parameter_lane =
      m.wire("parameter_lane", hdl::bits(parameter_lanes), parameter_lane_q.bits());
  const hdl::Bits word_ends = m.wire("word_ends", flag, signs_q & word_lane.msb());
  const hdl::Bits parameters_end = m.wire("parameters_end", flag, ~signs_q & parameter_lane.msb());
  const hdl::Bits group_ends = m.wire("group_ends", flag, word_ends & (left_q == hdl::Num(1)));
  const hdl::Num next_group = m.wire("next_group", size, (group_q + 1).wrap(kBwSizeBits));
  const hdl::Bits layer_ends = m.wire("layer_ends", flag, group_ends & (next_group == out_groups));
  m.clocked(data, [&](hdl::Clocked& c) {
    c.when({{begin,
             [&] {
               c.set(signs_q, hdl::literal(1, 0));
               c.set(word_lane_q, 1);
               c.set(parameter_lane_q, 1);
               c.set(group_q, 0);
               c.set(word_q, 0);
             }},
            {take, [&] {
               c.set(signs_q, hdl::mux(signs_q, ~group_ends, parameters_end));
               c.when(~signs_q, [&] {
                 c.set(parameter_lane_q,
                       hdl::mux(parameters_end, hdl::Num(1), parameter_lane_q + parameter_lane_q)
                           .wrap(parameter_lanes));
                 c.set(left_q, sum_words);
               });
               c.when(signs_q, [&] {
                 c.set(
                     word_lane_q,
                     hdl::mux(word_ends, hdl::Num(1), word_lane_q + word_lane_q).wrap(word_lanes));
               });
               c.when(word_ends, [&] {
                 c.set(left_q, hdl::wrapping_difference(left_q, 1, kBwSizeBits));
                 c.set(word_q, (word_q + 1).wrap(address_width));
               });
               c.when(group_ends, [&] { c.set(group_q, next_group); });
             }}});
  });
  m.assign(write_word, word_lane & hdl::replicate(word_lanes, take & signs_q));
  m.assign(write_parameter, parameter_lane & hdl::replicate(parameter_lanes, take & ~signs_q));
  m.assign(word, word_q);
  m.assign(parameter, group_q.wrap(group_width));
  m.assign(loaded, group_q);
  m.assign(all, all_q);

  m.section("Framing: a layer that was broken off is dropped to its end.");
  m.assign(early, take & beat_last & ~layer_ends);
  m.assign(late, take & layer_ends & ~beat_last);
  m.assign(dropping, drop_q);
  const hdl::Bits ended = m.wire("ended", flag, beat_valid & beat_last & (wanted | drop_q));
  const hdl::Bits left = m.wire("left", flag, ~(all_q | ended));
  m.registers(state, {}, {},
              {{all_q, ~begin & (all_q | (take & layer_ends))},
               {drop_q, ~purge & ((drop_q & ~ended) | (quit & left))}});
  return m;
}

int64_t parts(int64_t bits, int64_t bus) { return (bits + bus - 1) / bus; }

}  // namespace

BwBeats bw_beats(const base::Spec& spec) {
  const int64_t pe = spec.size("Pe"), bus = spec.size("WeightBus");
  BwBeats b;
  b.word = parts(pe * spec.size("Simd"), bus);
  b.offsets = parts(pe * bw_conv2d_acc_width(spec), bus);
  b.scales = parts(pe * spec.size("ScaleWidth"), bus);
  return b;
}

hdl::Dim bw_groups(const hdl::Dim& max_out_channels, const hdl::Dim& pe) {
  return hdl::max(hdl::ceil_div(max_out_channels, pe), hdl::Dim(2));
}

const hdl::Module& bw_conv2d_weights(DesignBuilder& design) {
  const std::string name = helper_name(design, "bw_conv2d_weights");
  const hdl::ResetStyle style = design.reset_style();
  const BwBeats beats = bw_beats(design.spec());
  return design.helper(
      name,
      {{"WordLanes", beats.word},
       {"ParameterLanes", beats.offsets + beats.scales},
       {"WeightWords", design.size("WeightWords")},
       {"Groups", bw_groups(design.size("MaxOutChannels"), design.size("Pe")).value()}},
      {{"WordLanes", 4}, {"ParameterLanes", 10}, {"WeightWords", 256}, {"Groups", 4}},
      [&](const hdl::Point& at) { return build_loader(name, style, at); });
}

const hdl::Module& bw_conv2d_memory(DesignBuilder& design, int64_t lanes, int64_t words) {
  const std::string name = "fircone_bw_conv2d_memory";
  return design.helper(name,
                       {{"Lanes", lanes}, {"Width", design.size("WeightBus")}, {"Depth", words}},
                       {{"Lanes", 4}, {"Width", 64}, {"Depth", 256}},
                       [&](const hdl::Point& at) { return build_memory(design, name, at); });
}

}  // namespace gen
