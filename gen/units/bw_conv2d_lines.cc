// SPDX-License-Identifier: Apache-2.0
// Input of bw_conv2d_stream: samples into a circular store of lines.

#include <fmt/format.h>

#include "gen/units/bw_conv2d_parts.h"

namespace gen {
namespace {

hdl::Module build(DesignBuilder& design, const std::string& name, hdl::ResetStyle style,
                  int64_t words, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Lines of bw_conv2d_stream: beats go to one word of the store after the other, round and "
       "round, as long as words are free; a word is free when the window has gone past it. Lanes "
       "beyond the channels are zero in the store. The number of words is a power of two."});
  const hdl::Dim simd = m.parameter("Simd", at.at("Simd"), 1, 64, "Channels of a beat.");
  const hdl::Dim data_width =
      m.parameter("DataWidth", at.at("DataWidth"), 1, 16, "Bits of a sample.");
  const hdl::Dim depth = words, address_width = hdl::clog2(depth);
  const hdl::Dim lanes_width = hdl::clog2(simd + 1);
  const hdl::Dim word_width = m.localparam("WordWidth", simd * data_width);
  const hdl::Dim line_width = address_width + 1;
  const hdl::Dim count_width = address_width + kBwLineMargin;
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kBwSizeBits), place = hdl::uint(address_width);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits begin = m.input("begin_i", flag, "A layer begins.");
  const hdl::Bits run = m.input("run_i", flag, "It runs.");
  const hdl::Bits quit = m.input("quit_i", flag, "It is broken off: the rest of its samples goes.");
  const hdl::Bits purge = m.input("purge_i", flag, "All beats go, and none is missed behind them.");
  const hdl::Num width = m.input("width_i", size, "WIDTH,");
  const hdl::Num height = m.input("height_i", size, "HEIGHT,");
  const hdl::Num padding = m.input("padding_i", hdl::uint(2), "PADDING,");
  const hdl::Num groups = m.input("in_groups_i", size, "beats of a pixel,");
  const hdl::Num last_lanes =
      m.input("last_lanes_i", hdl::uint(lanes_width), "lanes of the last of them,");
  const hdl::Num line_words = m.input("line_words_i", hdl::uint(line_width), "beats of a line.");
  const hdl::Bits beat_valid = m.input("beat_valid_i", flag, "A beat is offered.");
  const hdl::Bits beat_ready = m.output("beat_ready_o", flag, "It is taken.");
  const hdl::Bits beat_last = m.input("beat_last_i", flag, "It ends the frame.");
  const hdl::Bits beat = m.input("beat_i", hdl::bits(word_width), "Its samples.");
  const hdl::Bits early = m.output("early_o", flag, "The frame ended too early,");
  const hdl::Bits late = m.output("late_o", flag, "not where it must.");
  const hdl::Bits taken = m.output("taken_o", flag, "A beat of the layer is taken.");
  const hdl::Bits dropping = m.output("dropping_o", flag, "Beats go until one ends a frame.");
  const hdl::Num lines = m.output("lines_o", size, "Whole lines that came.");
  const hdl::Bits all = m.output("all_o", flag, "All did.");
  const hdl::Bits release = m.input("release_i", flag, "The window goes down:");
  const hdl::Num step_words =
      m.input("step_words_i", hdl::uint(address_width + 3), "so many words.");
  const hdl::Bits read = m.input("read_i", flag, "Reads.");
  const hdl::Num read_address = m.input("read_address_i", place, "Word to read.");
  const hdl::Bits word = m.output("word_o", hdl::bits(word_width), "It, a cycle later.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  m.section("Words in use. Lines of padding count, those that the window skips count less.");
  m.comment("Behind the last window fewer lines are to come than a window has: they fit.");
  const hdl::Bits all_q = m.reg("all_q", flag, 0);
  const hdl::Bits drop_q = m.reg("drop_q", flag, 0);
  const hdl::Num used_q = m.reg("used_q", hdl::sint(count_width));
  const hdl::Bits used = used_q.bits();
  const hdl::Bits room =
      m.wire("room", flag, used.msb() | ~used.slice(address_width, kBwLineMargin - 1).any());
  const hdl::Bits wanted = m.wire("wanted", flag, run & ~all_q & ~drop_q & room);
  const hdl::Bits take = m.wire("take", flag, beat_valid & wanted);
  m.assign(beat_ready, wanted | drop_q | purge);
  m.assign(taken, take);
  const hdl::Num above =
      m.wire("above", hdl::uint(address_width + 3),
             hdl::mux(padding == hdl::Num(2), line_words.shift_left(1),
                      hdl::mux(padding == hdl::Num(1), line_words, hdl::Num(0))));
  const hdl::Num less =
      m.wire("less", hdl::uint(address_width + 3), hdl::mux(release, step_words, hdl::Num(0)));
  const hdl::Num more = m.wire("more", hdl::sint(2), take.as_unsigned().as_signed());
  const hdl::Num next_used = m.wire("next_used", hdl::sint(count_width),
                                    (used_q + more - less.as_signed()).wrap(count_width));
  m.registers(data, {},
              {{used_q, hdl::mux(begin, above.as_signed(), next_used).wrap(count_width)}});

  m.section("Place of the beat: group of channels, pixel, line.");
  const hdl::Num group_q = m.reg("group_q", size);
  const hdl::Num pixel_q = m.reg("pixel_q", size);
  const hdl::Num line_q = m.reg("line_q", size);
  const hdl::Num address_q = m.reg("address_q", place);
  const hdl::Num next_group = m.wire("next_group", size, (group_q + 1).wrap(kBwSizeBits));
  const hdl::Num next_pixel = m.wire("next_pixel", size, (pixel_q + 1).wrap(kBwSizeBits));
  const hdl::Num next_line = m.wire("next_line", size, (line_q + 1).wrap(kBwSizeBits));
  const hdl::Bits group_ends = m.wire("group_ends", flag, next_group == groups);
  const hdl::Bits line_ends = m.wire("line_ends", flag, group_ends & (next_pixel == width));
  const hdl::Bits frame_ends = m.wire("frame_ends", flag, line_ends & (next_line == height));
  m.clocked(data, [&](hdl::Clocked& c) {
    c.when({{begin,
             [&] {
               c.set(group_q, 0);
               c.set(pixel_q, 0);
               c.set(line_q, 0);
               c.set(address_q, 0);
             }},
            {take, [&] {
               c.set(address_q, (address_q + 1).wrap(address_width));
               c.set(group_q, hdl::mux(group_ends, hdl::Num(0), next_group));
               c.when(group_ends,
                      [&] { c.set(pixel_q, hdl::mux(line_ends, hdl::Num(0), next_pixel)); });
               c.when(line_ends, [&] { c.set(line_q, next_line); });
             }}});
  });
  m.assign(lines, line_q);
  m.assign(all, all_q);

  m.section("Framing: a frame that was broken off is dropped to its end.");
  const hdl::Bits wrong_early = m.wire("wrong_early", flag, take & beat_last & ~frame_ends);
  const hdl::Bits wrong_late = m.wire("wrong_late", flag, take & frame_ends & ~beat_last);
  m.assign(early, wrong_early);
  m.assign(late, wrong_late);
  m.assign(dropping, drop_q);
  const hdl::Bits ended = m.wire("ended", flag, beat_valid & beat_last & (wanted | drop_q));
  const hdl::Bits left = m.wire("left", flag, ~(all_q | ended));
  m.registers(state, {}, {},
              {{all_q, ~begin & (all_q | (take & frame_ends))},
               {drop_q, ~purge & ((drop_q & ~ended) | (quit & left))}});

  m.section("The store.");
  const hdl::Bits kept = m.wire("kept", hdl::bits(word_width));
  const hdl::Bits present = bw_present(m, simd, last_lanes, group_ends);
  m.generate_for("gen_lane", "l", simd, [&](const hdl::Dim& l) {
    m.assign(kept.lane(l, data_width),
             beat.lane(l, data_width) & hdl::replicate(data_width, present.bit(l)));
  });
  m.instance("u_ram", ram_1r1w(design, word_width.value(), depth.value()),
             {{"Width", word_width}, {"Depth", depth}},
             {{"clk_i", clk},
              {"read_i", read},
              {"read_address_i", read_address},
              {"read_data_o", word},
              {"write_i", take},
              {"write_address_i", address_q},
              {"write_data_i", kept}});
  return m;
}

}  // namespace

hdl::Bits bw_present(hdl::Module& m, const hdl::Dim& lanes, const hdl::Num& count,
                     const hdl::Bits& partial) {
  const hdl::Dim& width = count.width();
  const hdl::Num number = m.constant("LaneCount", hdl::uint(width), lanes);
  const hdl::Bits every = m.wire("every_lane", hdl::bits(lanes), hdl::ones(lanes));
  const hdl::Num absent =
      m.wire("absent", hdl::uint(width), hdl::wrapping_difference(number, count, width));
  const hdl::Num some =
      m.wire("some_lanes", hdl::uint(lanes), every.as_unsigned().shift_right(absent));
  return m.wire("present", hdl::bits(lanes), hdl::mux(partial, some.bits(), every));
}

const hdl::Module& bw_conv2d_lines(DesignBuilder& design) {
  const int64_t words = int64_t{1} << design.size("LineAddressWidth");
  const std::string name = fmt::format("{}_{}", helper_name(design, "bw_conv2d_lines"), words);
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name,
                       {{"Simd", design.size("Simd")}, {"DataWidth", design.size("DataWidth")}},
                       {{"Simd", 16}, {"DataWidth", 8}},
                       [&](const hdl::Point& at) { return build(design, name, style, words, at); });
}

}  // namespace gen
