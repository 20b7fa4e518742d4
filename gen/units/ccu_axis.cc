// SPDX-License-Identifier: Apache-2.0
// One dimension of ccu's loops: which part of the kernel meets which place of the tile.

#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

hdl::Module build(DesignBuilder& design, const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"One dimension of the loops of ccu: tiles of 12 outputs, modes (parts of three taps, then "
       "of "
       "two), places in the tile (3 or 4 outputs apart), parts of the mode.",
       "The window begins at the tile's first sample + stride * place + offset of the part."});
  const hdl::Dim groups = m.parameter("Groups", at.at("Groups"), 5, 1024, "Groups of a bank.");
  const hdl::Dim width = hdl::clog2(groups);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kCcuSizeBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Num samples = m.input("size_i", size, "Samples of the frame.");
  const hdl::Bits kernel = m.input("kernel_i", hdl::bits(4), "Taps of the kernel.");
  const hdl::Bits stride2 = m.input("stride2_i", flag, "Stride 2.");
  const hdl::Num first_group = m.input("first_group_i", hdl::uint(width), "The first sample,");
  const hdl::Num first_bank = m.input("first_bank_i", hdl::uint(3), "its bank.");
  const hdl::Bits start = m.input("start_i", flag, "A frame starts.");
  const hdl::Bits first_tile = m.input("first_tile_i", flag, "First tile;");
  const hdl::Bits next_tile = m.input("next_tile_i", flag, "next tile.");
  const hdl::Bits next_part = m.input("next_part_i", flag, "Next part, after the last the first,");
  const hdl::Bits next_place = m.input("next_place_i", flag, "next place,");
  const hdl::Bits next_mode = m.input("next_mode_i", flag, "next mode.");
  const hdl::Bits last_tile = m.output("last_tile_o", flag, "This is the last tile,");
  const hdl::Num tile_size = m.output("tile_size_o", hdl::uint(4), "with so many outputs.");
  const hdl::Bits last_part = m.output("last_part_o", flag, "This is the last part of the mode,");
  const hdl::Bits last_place = m.output("last_place_o", flag, "the last place,");
  const hdl::Bits last_mode = m.output("last_mode_o", flag, "the last mode.");
  const hdl::Bits mode3_out = m.output("mode3_o", flag, "Three taps; else two.");
  const hdl::Bits part_out = m.output("part_o", hdl::bits(2), "The part,");
  const hdl::Bits pad = m.output("pad_o", flag, "which has a single tap.");
  const hdl::Bits keep = m.output("keep_o", hdl::bits(kCcuWindow - 1),
                                  "Samples 1..4 of the window that outputs of the frame need.");
  const hdl::Bits place_out = m.output("place_o", hdl::bits(4), "The place: its first output.");
  const hdl::Num reach_out =
      m.output("reach_o", hdl::uint(5), "Samples from the tile's first to the window's.");
  const hdl::Num group_out = m.output("group_o", hdl::uint(width), "The window's first sample,");
  const hdl::Num bank_out = m.output("bank_o", hdl::uint(3), "its bank.");
  const hdl::Num useful =
      m.output("useful_o", hdl::uint(4), "Outputs of the frame at this place times taps.");

  m.section("Parts of the kernel.");
  const hdl::Bits threes = m.wire("threes", hdl::bits(3));
  const hdl::Bits parts = m.wire("parts", hdl::bits(3));
  const hdl::Bits pads = m.wire("pads", hdl::bits(kCcuParts));
  const hdl::Bits offsets = m.wire("offsets", hdl::bits(kCcuParts * kCcuOffsetBits));
  m.instance("u_split", ccu_split_table(design), {},
             {{"clk_i", clk},
              {"size_i", kernel},
              {"stride2_i", stride2},
              {"threes_o", threes},
              {"parts_o", parts},
              {"pads_o", pads},
              {"offsets_o", offsets}});

  m.section(
      "The tile: outputs from its first to the edge, floor((size - kernel) / stride) + 1 at "
      "the start; its first sample, 12 or 24 further each time.");
  const hdl::Num outputs_q = m.reg("outputs_q", size);
  const hdl::Num left = m.reg("left_q", size);
  const hdl::Num base_group = m.reg("base_group_q", hdl::uint(width));
  const hdl::Num base_bank = m.reg("base_bank_q", hdl::uint(3));
  const hdl::Dim wide = width + 2;
  const hdl::Num count = m.constant("GroupCount", hdl::uint(wide), groups);
  const hdl::Num beyond =
      m.wire("beyond", size, hdl::wrapping_difference(samples, kernel.as_unsigned(), kCcuSizeBits));
  const hdl::Num fewer =
      m.wire("fewer", size, hdl::wrapping_difference(left, kCcuTile, kCcuSizeBits));
  const hdl::Num step = m.wire("step", hdl::uint(3), hdl::mux(stride2, hdl::Num(4), hdl::Num(2)));
  const hdl::Num step_bank = m.wire("step_bank", hdl::uint(4), base_bank + step);
  const hdl::Num step_bank_round =
      m.wire("step_bank_round", hdl::uint(3), hdl::wrapping_difference(step_bank, kCcuWindow, 3));
  const hdl::Bits step_over = m.wire("step_over", flag, step_bank >= hdl::Num(kCcuWindow));
  const hdl::Num step_group =
      m.wire("step_group", hdl::uint(wide), base_group + step + step_over.as_unsigned());
  const hdl::Num step_round =
      m.wire("step_round", hdl::uint(width), hdl::wrapping_difference(step_group, count, width));
  const hdl::Num next_group =
      m.wire("next_group", hdl::uint(width),
             hdl::mux(step_group >= count, step_round, step_group).wrap(width));
  const hdl::Num next_bank =
      m.wire("next_bank", hdl::uint(3), hdl::mux(step_over, step_bank_round, step_bank).wrap(3));
  m.clocked({.clock = clk}, [&](hdl::Clocked& c) {
    c.set(outputs_q, (hdl::mux(stride2, beyond.shift_right(1), beyond) + 1).wrap(kCcuSizeBits));
    c.when(first_tile | next_tile, [&] {
      c.set(left, hdl::mux(first_tile, outputs_q, fewer));
      c.set(base_group, hdl::mux(first_tile, first_group, next_group));
      c.set(base_bank, hdl::mux(first_tile, first_bank, next_bank));
    });
  });
  const hdl::Bits tile_ends = m.wire("tile_ends", flag, left <= hdl::Num(kCcuTile));
  m.assign(last_tile, tile_ends);
  m.assign(tile_size, hdl::mux(tile_ends, left, hdl::Num(kCcuTile)).wrap(4));

  m.section("Mode, part and place.");
  const hdl::Bits mode3_q = m.reg("mode3_q", flag);
  const hdl::Bits part_q = m.reg("part_q", hdl::bits(2));
  const hdl::Num place_q = m.reg("place_q", hdl::uint(4));
  const hdl::Num next_index = m.wire("next_index", hdl::uint(3), part_q.as_unsigned() + 1);
  const hdl::Bits end = m.wire("part_count", hdl::bits(3), hdl::mux(mode3_q, threes, parts));
  const hdl::Bits part_ends = m.wire("part_ends", flag, next_index.bits() == end);
  const hdl::Num outputs =
      m.wire("outputs", hdl::uint(3), hdl::mux(mode3_q, hdl::Num(3), hdl::Num(4)));
  const hdl::Num after = m.wire("after", hdl::uint(5), place_q + outputs);
  const hdl::Bits place_ends =
      m.wire("place_ends", flag, (after >= left) | (after == hdl::Num(kCcuTile)));
  const hdl::Bits mode_ends = m.wire("mode_ends", flag, ~mode3_q | (threes == parts));
  const hdl::Bits first_mode = m.wire("first_mode", flag, start | mode_ends);
  const hdl::Bits turn = m.wire("turn", flag, start | next_mode);
  const hdl::Bits mode3 = m.wire("mode3", flag, hdl::mux(turn, first_mode & threes.any(), mode3_q));
  const hdl::Bits first_part =
      m.wire("first_part", hdl::bits(2), hdl::mux(mode3, hdl::zeros(2), threes.slice(0, 2)));
  m.clocked({.clock = clk}, [&](hdl::Clocked& c) {
    c.set(mode3_q, mode3);
    c.when(start | next_part, [&] {
      c.set(part_q, hdl::mux(start | part_ends, first_part, next_index.bits().slice(0, 2)));
    });
    c.when(start | next_place,
           [&] { c.set(place_q, hdl::mux(start | place_ends, hdl::Num(0), after).wrap(4)); });
  });
  m.assign(last_part, part_ends);
  m.assign(last_place, place_ends);
  m.assign(last_mode, mode_ends);
  m.assign(mode3_out, mode3_q);
  m.assign(part_out, part_q);
  m.assign(place_out, place_q.bits());

  m.section("Work that counts: outputs inside the frame times taps of the kernel.");
  const hdl::Bits single = m.wire("single", flag, pads.select(part_q.as_unsigned()));
  m.assign(pad, single);
  const hdl::Num room = m.wire("room", size, hdl::wrapping_difference(left, place_q, kCcuSizeBits));
  const hdl::Num inside =
      m.wire("inside_count", hdl::uint(3), hdl::mux(room < outputs, room, outputs).wrap(3));
  const hdl::Num twice = m.wire("twice", hdl::uint(4), inside.shift_left(1));
  m.assign(useful, hdl::mux(mode3_q, twice + inside, hdl::mux(single, inside, twice)).wrap(4));

  const hdl::Num more_taps =
      m.wire("more_taps", hdl::uint(2),
             hdl::mux(mode3_q, hdl::Num(2), hdl::mux(single, hdl::Num(0), hdl::Num(1))));
  const hdl::Num needed = m.wire("needed", hdl::uint(4), inside + more_taps);
  m.assign(keep, hdl::concat({needed > hdl::Num(4), needed > hdl::Num(3), needed > hdl::Num(2),
                              needed > hdl::Num(1)}));

  m.section("The window's first sample: groups and bank of place and offset, added to the tile's.");
  const hdl::Bits offset = m.wire("offset", hdl::bits(kCcuOffsetBits),
                                  hdl::mux(part_q.bit(1),
                                           hdl::mux(part_q.bit(0), offsets.lane(3, kCcuOffsetBits),
                                                    offsets.lane(2, kCcuOffsetBits)),
                                           hdl::mux(part_q.bit(0), offsets.lane(1, kCcuOffsetBits),
                                                    offsets.lane(0, kCcuOffsetBits))));
  const hdl::Num sample =
      m.wire("sample", hdl::uint(5), hdl::mux(stride2, place_q.shift_left(1), place_q));
  const hdl::Num reach = m.wire("reach", hdl::uint(5), (sample + offset.as_unsigned()).wrap(5));
  m.assign(reach_out, reach);
  const hdl::Bits fives =
      m.wire("fives", hdl::bits(5),
             hdl::concat({reach >= hdl::Num(25), reach >= hdl::Num(20), reach >= hdl::Num(15),
                          reach >= hdl::Num(10), reach >= hdl::Num(5)}));
  const hdl::Num reach_groups =
      m.wire("reach_groups", hdl::uint(3),
             fives.bit(0).as_unsigned() + fives.bit(1).as_unsigned() + fives.bit(2).as_unsigned() +
                 fives.bit(3).as_unsigned() + fives.bit(4).as_unsigned());
  const hdl::Num whole =
      m.wire("whole", hdl::uint(3), (reach_groups.shift_left(2) + reach_groups).wrap(3));
  const hdl::Num rest = m.wire("rest", hdl::uint(3), hdl::wrapping_difference(reach, whole, 3));
  const hdl::Num bank = m.wire("bank", hdl::uint(4), base_bank + rest);
  const hdl::Bits over = m.wire("over", flag, bank >= hdl::Num(kCcuWindow));
  const hdl::Num bank_round =
      m.wire("bank_round", hdl::uint(3), hdl::wrapping_difference(bank, kCcuWindow, 3));
  m.assign(bank_out, hdl::mux(over, bank_round, bank).wrap(3));
  const hdl::Num far =
      m.wire("far", hdl::uint(wide), base_group + reach_groups + over.as_unsigned());
  const hdl::Num round =
      m.wire("gone_round", hdl::uint(width), hdl::wrapping_difference(far, count, width));
  m.assign(group_out, hdl::mux(far >= count, round, far).wrap(width));
  return m;
}

}  // namespace

const hdl::Module& ccu_axis(DesignBuilder& design, int64_t groups) {
  const std::string name = "fircone_ccu_axis";
  return design.helper(name, {{"Groups", groups}}, {{"Groups", 7}},
                       [&](const hdl::Point& at) { return build(design, name, at); });
}

}  // namespace gen
