// SPDX-License-Identifier: Apache-2.0
// The loops of bw_conv2d_stream: which word of samples meets which word of weights.

#include "gen/units/bw_conv2d_parts.h"

namespace gen {
namespace {

constexpr int kPlaceBits = kBwSizeBits + 2;  // of a row or column, from -2; modulo

hdl::Module build(const std::string& name, hdl::ResetStyle style, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Loops of bw_conv2d_stream, outermost first: rows of outputs, columns, groups of output "
       "channels, the four places of a pooled output, rows and columns of the kernel, groups of "
       "input channels; a step each cycle.",
       "The samples of a row of the window follow one another in the store, so its address counts "
       "on. It waits for the lines of the window and for the weights of the group."});
  const hdl::Dim line_address = m.parameter("LineAddressWidth", at.at("LineAddressWidth"), 4, 15,
                                            "Bits of an address of the line store.");
  const hdl::Dim words =
      m.parameter("WeightWords", at.at("WeightWords"), 2, 65536, "Words of weights.");
  const hdl::Dim groups =
      m.parameter("Groups", at.at("Groups"), 2, 32768, "Groups of output channels.");
  const hdl::Dim word_address = hdl::clog2(words), group_width = hdl::clog2(groups);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kBwSizeBits), place = hdl::uint(kPlaceBits);
  const hdl::NumType address = hdl::uint(line_address), kernel_type = hdl::uint(kBwKernelBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits begin = m.input("begin_i", flag, "A layer begins.");
  const hdl::Bits run = m.input("run_i", flag, "It runs.");
  const hdl::Bits enable = m.input("en_i", flag, "What is read can go on.");
  const hdl::Num width = m.input("width_i", size, "WIDTH,");
  const hdl::Num height = m.input("height_i", size, "HEIGHT,");
  const hdl::Num kernel = m.input("kernel_i", kernel_type, "KERNEL,");
  const hdl::Bits stride2 = m.input("stride2_i", flag, "STRIDE is 2,");
  const hdl::Num padding = m.input("padding_i", hdl::uint(2), "PADDING,");
  const hdl::Bits pool = m.input("pool_i", flag, "POOL,");
  const hdl::Num out_rows = m.input("out_rows_i", size, "rows of outputs,");
  const hdl::Num out_columns = m.input("out_columns_i", size, "columns of outputs,");
  const hdl::Num in_groups = m.input("in_groups_i", size, "words of a pixel,");
  const hdl::Num out_groups = m.input("out_groups_i", size, "groups of output channels,");
  const hdl::Num line_words =
      m.input("line_words_i", hdl::uint(line_address + 1), "words of a line,");
  const hdl::Num window_rows = m.input("window_rows_i", kernel_type, "lines of a row of outputs.");
  const hdl::Num lines = m.input("lines_i", size, "Lines that came.");
  const hdl::Bits all_lines = m.input("all_lines_i", flag, "All did.");
  const hdl::Num loaded = m.input("loaded_i", size, "Groups whose weights came.");
  const hdl::Bits valid = m.output("valid_o", flag, "A step:");
  const hdl::Bits inside = m.output("inside_o", flag, "its samples are in the picture, not zero,");
  const hdl::Num sample = m.output("sample_o", address, "in this word of the store;");
  const hdl::Num weight = m.output("weight_o", hdl::uint(word_address), "its word of weights.");
  const hdl::Bits first = m.output("first_o", flag, "First of a sum,");
  const hdl::Num group_out =
      m.output("group_o", hdl::uint(group_width), "of this group of output channels.");
  const hdl::Bits last = m.output("last_o", flag, "Last of a sum.");
  const hdl::Bits pool_first = m.output("pool_first_o", flag, "First sum of an output.");
  const hdl::Bits pool_last = m.output("pool_last_o", flag, "Last sum of an output.");
  const hdl::Bits release = m.output("release_o", flag, "Last of a row of outputs:");
  const hdl::Num step_words = m.output("step_words_o", hdl::uint(line_address + 3),
                                       "the window goes down by so many words.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  m.section("Words from one window to the next; addresses are modulo the size of the store.");
  const hdl::Dim wide = line_address + 3;
  const auto doubled = [&](const std::string& what, const hdl::Bits& twice, const hdl::Num& once,
                           const hdl::Dim& bits) {
    return m.wire(what, hdl::uint(bits), hdl::mux(twice, once.shift_left(1), once));
  };
  const hdl::Num row_stride = doubled("row_stride", stride2, line_words, line_address + 2);
  const hdl::Num row_step = doubled("row_step", pool, row_stride, wide);
  const hdl::Num line = m.wire("line", address, line_words.wrap(line_address));
  const hdl::Num pixel = m.wire("pixel", address, in_groups.wrap(line_address));
  const hdl::Num column_stride = m.wire(
      "column_stride", address, hdl::mux(stride2, pixel.shift_left(1), pixel).wrap(line_address));
  const hdl::Num column_step =
      m.wire("column_step", address,
             hdl::mux(pool, column_stride.shift_left(1), column_stride).wrap(line_address));
  m.assign(step_words, row_step);

  m.section("Where the loops are.");
  const hdl::Num channel_q = m.reg("channel_q", size);
  const hdl::Num tap_column_q = m.reg("tap_column_q", kernel_type);
  const hdl::Num tap_row_q = m.reg("tap_row_q", kernel_type);
  const hdl::Bits place_q = m.reg("place_q", hdl::bits(2));
  const hdl::Num group_q = m.reg("group_q", size);
  const hdl::Num column_q = m.reg("column_q", size);
  const hdl::Num row_q = m.reg("row_q", size);
  const auto after = [&](const char* what, const hdl::Num& value, int bits) {
    return m.wire(what, hdl::uint(bits), (value + 1).wrap(bits));
  };
  const hdl::Num next_channel = after("next_channel", channel_q, kBwSizeBits);
  const hdl::Num next_tap_column = after("next_tap_column", tap_column_q, kBwKernelBits);
  const hdl::Num next_tap_row = after("next_tap_row", tap_row_q, kBwKernelBits);
  const hdl::Num next_place =
      m.wire("next_place", hdl::uint(2), (place_q.as_unsigned() + 1).wrap(2));
  const hdl::Num next_group = after("next_group", group_q, kBwSizeBits);
  const hdl::Num next_column = after("next_column", column_q, kBwSizeBits);
  const hdl::Num next_row = after("next_row", row_q, kBwSizeBits);
  const hdl::Bits pixel_ends = m.wire("pixel_ends", flag, next_channel == in_groups);
  const hdl::Bits taps_end = m.wire("taps_end", flag, pixel_ends & (next_tap_column == kernel));
  const hdl::Bits sum_ends = m.wire("sum_ends", flag, taps_end & (next_tap_row == kernel));
  const hdl::Bits last_place = m.wire("last_place", flag, ~pool | place_q.all());
  const hdl::Bits output_ends = m.wire("output_ends", flag, sum_ends & last_place);
  const hdl::Bits groups_end = m.wire("groups_end", flag, output_ends & (next_group == out_groups));
  const hdl::Bits columns_end =
      m.wire("columns_end", flag, groups_end & (next_column == out_columns));
  const hdl::Bits rows_end = m.wire("rows_end", flag, columns_end & (next_row == out_rows));

  m.section("The window: first line and column of its upper left place.");
  const hdl::Num top_q = m.reg("top_q", place);
  const hdl::Num left_q = m.reg("left_q", place);
  const hdl::Num stride =
      m.wire("stride", hdl::uint(2), hdl::mux(stride2, hdl::Num(2), hdl::Num(1)));
  const hdl::Num step_size = doubled("step_size", pool, stride, 3);
  const hdl::Num bottom = m.wire("bottom", place, (top_q + window_rows).wrap(kPlaceBits));
  const hdl::Bits lines_there =
      m.wire("lines_there", flag, bottom.bits().msb() | (bottom <= lines) | all_lines);
  const hdl::Bits weights_there = m.wire("weights_there", flag, group_q < loaded);
  const hdl::Bits active_q = m.reg("active_q", flag, 0);
  const hdl::Bits go = m.wire("go", flag, run & active_q & lines_there & weights_there);
  const hdl::Bits step = m.wire("step", flag, go & enable);
  const hdl::Num before =
      m.wire("outset", place, hdl::wrapping_difference(hdl::Num(0), padding, kPlaceBits));
  m.clocked(data, [&](hdl::Clocked& c) {
    const auto count = [&](const hdl::Num& reg, const hdl::Bits& ends, const hdl::Num& next) {
      c.set(reg, hdl::mux(ends, hdl::Num(0), next));
    };
    c.when({{begin,
             [&] {
               for (const hdl::Num& reg :
                    {channel_q, tap_column_q, tap_row_q, group_q, column_q, row_q})
                 c.set(reg, 0);
               c.set(place_q, hdl::zeros(2));
               c.set(top_q, before);
               c.set(left_q, before);
             }},
            {step, [&] {
               count(channel_q, pixel_ends, next_channel);
               c.when(pixel_ends, [&] { count(tap_column_q, taps_end, next_tap_column); });
               c.when(taps_end, [&] { count(tap_row_q, sum_ends, next_tap_row); });
               c.when(sum_ends & pool, [&] { c.set(place_q, next_place.bits()); });
               c.when(output_ends, [&] { count(group_q, groups_end, next_group); });
               c.when(groups_end, [&] {
                 count(column_q, columns_end, next_column);
                 c.set(left_q, hdl::mux(columns_end, before, left_q + step_size).wrap(kPlaceBits));
               });
               c.when(columns_end, [&] {
                 c.set(row_q, next_row);
                 c.set(top_q, (top_q + step_size).wrap(kPlaceBits));
               });
             }}});
  });
  m.registers(state, {}, {}, {{active_q, begin | (active_q & run & ~(step & rows_end))}});

  m.section("Address of the samples: of this word, of the row of taps, of the window, of its row.");
  const hdl::Num sample_q = m.reg("sample_q", address);
  const hdl::Num taps_q = m.reg("taps_q", address);
  const hdl::Num window_q = m.reg("window_q", address);
  const hdl::Num windows_q = m.reg("windows_q", address);
  const hdl::Num corner = m.wire("corner", address, (line + pixel).wrap(line_address));
  const hdl::Num outside = m.wire("outside", address,
                                  hdl::mux(padding == hdl::Num(2), corner.shift_left(1),
                                           hdl::mux(padding == hdl::Num(1), corner, hdl::Num(0)))
                                      .wrap(line_address));
  const hdl::Num origin =
      m.wire("origin", address, hdl::wrapping_difference(hdl::Num(0), outside, line_address));
  const hdl::Bits turn = m.wire("turn", hdl::bits(2), next_place.bits());
  const hdl::Num down = m.wire(
      "down", address, hdl::mux(turn.bit(1) & pool, row_stride, hdl::Num(0)).wrap(line_address));
  const hdl::Num across =
      m.wire("across", address, hdl::mux(turn.bit(0) & pool, column_stride, hdl::Num(0)));
  const hdl::Num base = m.wire("base", address, hdl::mux(columns_end, windows_q, window_q));
  const hdl::Num way =
      m.wire("way", address,
             hdl::mux(columns_end, row_step, hdl::mux(groups_end, column_step, down + across))
                 .wrap(line_address));
  const hdl::Num next_window = m.wire("next_window", address, (base + way).wrap(line_address));
  const hdl::Num next_taps = m.wire("next_taps", address, (taps_q + line).wrap(line_address));
  const hdl::Num next_sample = m.wire("next_sample", address, (sample_q + 1).wrap(line_address));
  m.clocked(data, [&](hdl::Clocked& c) {
    c.when({{begin,
             [&] {
               for (const hdl::Num& reg : {sample_q, taps_q, window_q, windows_q})
                 c.set(reg, origin);
             }},
            {step, [&] {
               c.set(sample_q,
                     hdl::mux(sum_ends, next_window, hdl::mux(taps_end, next_taps, next_sample)));
               c.when(taps_end, [&] { c.set(taps_q, hdl::mux(sum_ends, next_window, next_taps)); });
               c.when(groups_end, [&] { c.set(window_q, next_window); });
               c.when(columns_end, [&] { c.set(windows_q, next_window); });
             }}});
  });

  m.section("Address of the weights: of this word, of the group's first.");
  const hdl::Num weight_q = m.reg("weight_q", hdl::uint(word_address));
  const hdl::Num weights_q = m.reg("weights_q", hdl::uint(word_address));
  const hdl::Num next_weight =
      m.wire("next_weight", hdl::uint(word_address), (weight_q + 1).wrap(word_address));
  const hdl::Num next_sum =
      m.wire("next_sum", hdl::uint(word_address),
             hdl::mux(groups_end, hdl::Num(0), hdl::mux(last_place, next_weight, weights_q)));
  m.clocked(data, [&](hdl::Clocked& c) {
    c.when({{begin,
             [&] {
               c.set(weight_q, 0);
               c.set(weights_q, 0);
             }},
            {step, [&] {
               c.set(weight_q, hdl::mux(sum_ends, next_sum, next_weight));
               c.when(sum_ends, [&] { c.set(weights_q, next_sum); });
             }}});
  });

  m.section("The step, a cycle later.");
  const auto offset = [&](const char* what, const hdl::Bits& twice, const hdl::Num& from,
                          const hdl::Num& tap) {
    return m.wire(what, place,
                  (from + hdl::mux(twice, stride, hdl::Num(0)) + tap).wrap(kPlaceBits));
  };
  const hdl::Num y = offset("y", place_q.bit(1), top_q, tap_row_q);
  const hdl::Num x = offset("x", place_q.bit(0), left_q, tap_column_q);
  const hdl::Bits valid_q = m.reg("valid_q", flag, 0);
  m.registers(state, enable, {}, {{valid_q, go}});
  std::vector<std::pair<hdl::Num, hdl::Num>> numbers;
  std::vector<std::pair<hdl::Bits, hdl::Bits>> vectors;
  const auto pass = [&](const char* what, const hdl::Bits& value, const hdl::Bits& out) {
    const hdl::Bits reg = m.reg(what, flag);
    vectors.emplace_back(reg, value);
    m.assign(out, reg);
  };
  const auto pass_number = [&](const char* what, const hdl::Num& value, const hdl::Num& out) {
    const hdl::Num reg = m.reg(what, hdl::uint(out.width()));
    numbers.emplace_back(reg, value.wrap(out.width()));
    m.assign(out, reg);
  };
  m.assign(valid, valid_q);
  pass("inside_q", (y < height) & (x < width), inside);
  pass_number("step_sample_q", sample_q, sample);
  pass_number("step_weight_q", weight_q, weight);
  pass("first_q",
       (channel_q == hdl::Num(0)) & (tap_column_q == hdl::Num(0)) & (tap_row_q == hdl::Num(0)),
       first);
  pass_number("step_group_q", group_q, group_out);
  pass("last_q", sum_ends, last);
  pass("pool_first_q", ~place_q.any(), pool_first);
  pass("pool_last_q", last_place, pool_last);
  pass("release_q", columns_end, release);
  m.registers(data, enable, numbers, vectors);
  return m;
}

}  // namespace

const hdl::Module& bw_conv2d_sequencer(DesignBuilder& design) {
  const std::string name = helper_name(design, "bw_conv2d_sequencer");
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(
      name,
      {{"LineAddressWidth", design.size("LineAddressWidth")},
       {"WeightWords", design.size("WeightWords")},
       {"Groups", bw_groups(design.size("MaxOutChannels"), design.size("Pe")).value()}},
      {{"LineAddressWidth", 10}, {"WeightWords", 256}, {"Groups", 4}},
      [&](const hdl::Point& at) { return build(name, style, at); });
}

}  // namespace gen
