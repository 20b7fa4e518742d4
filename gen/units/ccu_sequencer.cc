// SPDX-License-Identifier: Apache-2.0
// The loops of ccu: strips, tiles, modes, places, parts, channels; a window each cycle.

#include <fmt/format.h>

#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

constexpr int kTimerBits = 5;
constexpr int kSettle = 1;  // cycles until the tables of a new kernel are there
constexpr int kToRead = 4;  // cycles after which a window has been read
constexpr int kDrain = 20;  // cycles after which nothing is on its way any more

hdl::Module build(DesignBuilder& design, const std::string& name, hdl::ResetStyle style,
                  const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Sequencer of ccu. Outermost first: strips of 12 rows of outputs, tiles of 12 columns, "
       "modes, "
       "places in the tile, parts of the kernel in that mode, channels: a window each cycle. It "
       "waits for the rows of a window and for a free tile buffer, for nothing else.",
       "Parts and channels of a place and mode add up as branch sums; modes add up in the tile."});
  const hdl::Dim channels = m.parameter("InChannels", at.at("InChannels"), 1, 64, "Channels.");
  const hdl::Dim row_groups =
      m.parameter("RowGroups", at.at("RowGroups"), 5, 16, "Rows of a bank.");
  const hdl::Dim column_groups =
      m.parameter("ColumnGroups", at.at("ColumnGroups"), 7, 1024, "Columns of a bank.");
  const hdl::Dim row_width = hdl::clog2(row_groups);
  const hdl::Dim column_width = hdl::clog2(column_groups);
  const hdl::Dim word_width = m.localparam("CoefAddressWidth", hdl::clog2(32 * channels));
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kCcuSizeBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits queued = m.input("queued_i", flag, "A frame waits, or has begun to come in,");
  const hdl::Bits fresh = m.input("fresh_i", flag, "with new settings,");
  const hdl::Bits new_coefs = m.input("new_coefs_i", flag, "and new coefficients;");
  const hdl::Num slot_group = m.input("slot_group_i", hdl::uint(row_width), "its first row,");
  const hdl::Num slot_bank = m.input("slot_bank_i", hdl::uint(3), "and that row's bank.");
  const hdl::Bits take = m.output("take_o", flag, "It is taken.");
  const hdl::Bits abort = m.input("abort_i", flag, "The frame that was taken is broken off.");
  const hdl::Num rows = m.input("rows_i", size, "Rows of the taken frame that have come in.");
  const hdl::Bits all = m.input("all_rows_i", flag, "All have.");
  const hdl::Num width = m.input("width_i", size, "Settings: WIDTH,");
  const hdl::Num height = m.input("height_i", size, "HEIGHT,");
  const hdl::Bits kernel_rows = m.input("kernel_rows_i", hdl::bits(4), "KERNEL_ROWS,");
  const hdl::Bits kernel_columns = m.input("kernel_columns_i", hdl::bits(4), "KERNEL_COLUMNS,");
  const hdl::Bits stride2_new = m.input("stride2_i", flag, "whether STRIDE is 2.");
  const hdl::Bits bank_out = m.output("coef_bank_o", flag, "Half of the coefficients in use.");
  const hdl::Bits idle = m.output("idle_o", flag, "No frame is being computed.");
  const hdl::Bits release = m.output("release_o", flag, "Rows are needed no more:");
  const hdl::Num release_rows = m.output("release_rows_o", hdl::uint(6), "so many.");
  const hdl::Bits tile_gone = m.input("tile_gone_i", flag, "A tile buffer is free again.");
  const hdl::Bits tiles_out = m.output("tiles_o", flag, "There are tiles on their way.");
  const hdl::Bits valid = m.output("valid_o", flag, "A window: products a good deal later.");
  const hdl::Bits read = m.output("read_o", flag, "It is at another place than the last.");
  const hdl::Num row = m.output("row_o", hdl::uint(row_width), "Its first row,");
  const hdl::Bits row_bank = m.output("row_bank_o", hdl::bits(3), "that row's bank,");
  const hdl::Num column = m.output("column_o", hdl::uint(column_width), "its first column,");
  const hdl::Bits column_bank = m.output("column_bank_o", hdl::bits(3), "that column's bank,");
  const hdl::Bits stride2_out = m.output("stride2_o", flag, "samples are every second.");
  const hdl::Num channel_out = m.output("channel_o", hdl::uint(kCcuChannelBits), "Its channel.");
  const hdl::Num coef = m.output("coef_o", hdl::uint(word_width), "Word of coefficients.");
  const hdl::Bits mode_out =
      m.output("mode_o", hdl::bits(4), "{column pad, row pad, column mode 3, row mode 3}.");
  const hdl::Bits keep_out = m.output("keep_o", hdl::bits(2 * (kCcuWindow - 1)),
                                      "Samples 1..4 that are needed: {columns, rows}.");
  const hdl::Bits first = m.output("first_o", flag, "First of its branch sum,");
  const hdl::Bits last = m.output("last_o", flag, "last of it.");
  const hdl::Bits place_out =
      m.output("place_o", hdl::bits(8), "Where its outputs go: {column, row}.");
  const hdl::Bits buffer_out = m.output("buffer_o", hdl::bits(2), "In which tile buffer.");
  const hdl::Bits add_out = m.output("add_o", flag, "They are added to what is there.");
  const hdl::Bits tile_out = m.output("tile_o", flag, "The last window of the tile,");
  const hdl::Bits ready_out = m.output(
      "ready_o", flag, "or the last of a row of places there, outputs of the frame's last tile:");
  const hdl::Bits tile_size = m.output("tile_size_o", hdl::bits(8),
                                       "outputs of the tile inside the frame: {columns, rows}");
  const hdl::Bits tile_first = m.output("tile_first_o", flag, "first tile of the frame,");
  const hdl::Bits tile_last = m.output("tile_last_o", flag, "last tile of the frame.");
  const hdl::Bits issued_out =
      m.output("issued_o", hdl::bits(32), "Windows of the frame, valid a cycle after its last.");
  const hdl::Bits macs_out =
      m.output("macs_o", hdl::bits(kCcuMacBits), "Useful multiply-accumulates, likewise.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state_clock{.clock = clk, .reset = rst, .style = style};

  const hdl::Bits idle_state = m.constant("Idle", hdl::bits(2), 0);
  const hdl::Bits settle_state = m.constant("Settle", hdl::bits(2), 1);
  const hdl::Bits run_state = m.constant("Run", hdl::bits(2), 2);
  const hdl::Bits drain_state = m.constant("Drain", hdl::bits(2), 3);
  const hdl::Bits state_q = m.reg("state_q", hdl::bits(2), idle_state);
  const hdl::Num timer_q = m.reg("timer_q", hdl::uint(kTimerBits));
  const hdl::Bits run = m.wire("run", flag, state_q == run_state);
  const hdl::Bits idling = m.wire("idling", flag, state_q == idle_state);
  const hdl::Bits taking = m.wire("taking", flag, idling & queued);
  const hdl::Bits timeout = m.wire("timeout", flag, timer_q == hdl::Num(0));
  const hdl::Bits start = m.wire("start", flag, (state_q == settle_state) & timeout);
  m.assign(take, taking);

  m.section("Settings of the frame.");
  const hdl::Num width_q = m.reg("width_q", size);
  const hdl::Num height_q = m.reg("height_q", size);
  const hdl::Bits kernel_rows_q = m.reg("kernel_rows_q", hdl::bits(4));
  const hdl::Bits kernel_columns_q = m.reg("kernel_columns_q", hdl::bits(4));
  const hdl::Bits stride2_q = m.reg("stride2_q", flag);
  const hdl::Bits bank_q = m.reg("bank_q", flag, 0);
  m.registers(
      data, taking & fresh, {{width_q, width}, {height_q, height}},
      {{kernel_rows_q, kernel_rows}, {kernel_columns_q, kernel_columns}, {stride2_q, stride2_new}});
  m.registers(state_clock, taking & fresh & new_coefs, {}, {{bank_q, ~bank_q}});
  m.assign(bank_out, bank_q);
  const hdl::Num slot_group_q = m.reg("slot_group_q", hdl::uint(row_width));
  const hdl::Num slot_bank_q = m.reg("slot_bank_q", hdl::uint(3));
  m.registers(data, taking, {{slot_group_q, slot_group}, {slot_bank_q, slot_bank}});
  const hdl::Num strip_q = m.reg("strip_q", hdl::uint(kCcuSizeBits + 1));
  const hdl::Bits step = m.wire("step", flag);
  const hdl::Bits channel_ends = m.wire("channel_ends", flag);

  m.section("The loops inside a tile: columns inside rows.");
  struct Axis {
    hdl::Bits last_tile, last_part, last_place, last_mode, mode3, part, pad, place, keep;
    hdl::Bits next_part, next_place, next_mode;
    hdl::Num tile_size, reach, group, bank, useful;
  };
  const auto axis = [&](const std::string& side, const hdl::Num& samples, const hdl::Bits& kernel,
                        const hdl::Dim& groups, const hdl::Num& group, const hdl::Num& bank,
                        const hdl::Bits& first_tile, const hdl::Bits& next_tile) {
    Axis a;
    const auto wire = [&](const char* what, int bits) {
      return m.wire(side + "_" + what, hdl::bits(bits));
    };
    const auto number = [&](const char* what, const hdl::Dim& bits) {
      return m.wire(side + "_" + what, hdl::uint(bits));
    };
    a.last_tile = wire("last_tile", 1);
    a.last_part = wire("last_part", 1);
    a.last_place = wire("last_place", 1);
    a.last_mode = wire("last_mode", 1);
    a.mode3 = wire("mode3", 1);
    a.part = wire("part", 2);
    a.pad = wire("pad", 1);
    a.place = wire("place", 4);
    a.keep = wire("keep", kCcuWindow - 1);
    a.next_part = wire("next_part", 1);
    a.next_place = wire("next_place", 1);
    a.next_mode = wire("next_mode", 1);
    a.tile_size = number("tile_size", 4);
    a.reach = number("reach", 5);
    a.group = number("group", hdl::clog2(groups));
    a.bank = number("bank", 3);
    a.useful = number("useful", 4);
    m.instance("u_" + side, ccu_axis(design, groups.value()), {{"Groups", groups}},
               {{"clk_i", clk},
                {"size_i", samples},
                {"kernel_i", kernel},
                {"stride2_i", stride2_q},
                {"first_group_i", group},
                {"first_bank_i", bank},
                {"start_i", start},
                {"first_tile_i", first_tile},
                {"next_tile_i", next_tile},
                {"next_part_i", a.next_part},
                {"next_place_i", a.next_place},
                {"next_mode_i", a.next_mode},
                {"last_tile_o", a.last_tile},
                {"tile_size_o", a.tile_size},
                {"last_part_o", a.last_part},
                {"last_place_o", a.last_place},
                {"last_mode_o", a.last_mode},
                {"mode3_o", a.mode3},
                {"part_o", a.part},
                {"pad_o", a.pad},
                {"keep_o", a.keep},
                {"place_o", a.place},
                {"reach_o", a.reach},
                {"group_o", a.group},
                {"bank_o", a.bank},
                {"useful_o", a.useful}});
    return a;
  };
  const hdl::Bits tile_ends = m.wire("tile_ends", flag), strip_ends = m.wire("strip_ends", flag);
  const Axis r = axis("row", height_q, kernel_rows_q, row_groups, slot_group_q, slot_bank_q, start,
                      strip_ends);
  const hdl::Num left_group = m.wire("left_group", hdl::uint(column_width), 0);
  const hdl::Num left_bank = m.wire("left_bank", hdl::uint(3), 0);
  const Axis c = axis("column", width_q, kernel_columns_q, column_groups, left_group, left_bank,
                      start | strip_ends, tile_ends);
  m.unused("unused_column_reach", c.reach.bits());
  m.assign(c.next_part, step & channel_ends);
  m.assign(r.next_part, c.next_part & c.last_part);
  m.assign(c.next_place, r.next_part & r.last_part);
  m.assign(r.next_place, c.next_place & c.last_place);
  m.assign(c.next_mode, r.next_place & r.last_place);
  m.assign(r.next_mode, c.next_mode & c.last_mode);
  m.assign(tile_ends, r.next_mode & r.last_mode);
  m.assign(strip_ends, tile_ends & c.last_tile);
  const hdl::Bits frame_ends = m.wire("frame_ends", flag, strip_ends & r.last_tile);

  m.section("A window is computed when its rows and a tile buffer are there.");
  const hdl::Num channel_q = m.reg("channel_q", hdl::uint(kCcuChannelBits));
  const hdl::Num last_channel = m.constant("LastChannel", hdl::uint(kCcuChannelBits), channels - 1);
  const hdl::Bits first_mode_q = m.reg("first_mode_q", flag);
  const hdl::Bits first_tile_q = m.reg("first_tile_q", flag);
  const hdl::Bits fresh_sum_q = m.reg("fresh_sum_q", flag);
  const hdl::Bits gap_q = m.reg("gap_q", flag, 0);
  const hdl::Num tiles_q = m.reg("tiles_q", hdl::uint(3), 0);
  const hdl::Num buffer_q = m.reg("buffer_q", hdl::uint(2), 0);
  const hdl::Num more_tiles =
      m.wire("more_tiles", hdl::uint(3), (tiles_q + tile_ends.as_unsigned()).wrap(3));
  m.comment("Rows below a window's first; of a single tap the last of them does not count.");
  const hdl::Num below = m.wire("below", hdl::uint(5),
                                hdl::mux(stride2_q, hdl::mux(r.pad, hdl::Num(6), hdl::Num(8)),
                                         hdl::mux(r.pad, hdl::Num(3), hdl::Num(4))));
  const hdl::Num deepest = m.wire("deepest", hdl::uint(kCcuSizeBits + 1),
                                  (strip_q + r.reach + below).wrap(kCcuSizeBits + 1));
  m.comment("The last window of a frame waits for all rows, so that no frame is left half read.");
  const hdl::Bits final_window = m.wire("final_window", flag,
                                        r.last_part & c.last_part & r.last_place & c.last_place &
                                            r.last_mode & c.last_mode & c.last_tile & r.last_tile);
  const hdl::Bits rows_there = m.wire("rows_there", flag, all | ((deepest < rows) & ~final_window));
  m.assign(step, run & rows_there & ~gap_q & (tiles_q != hdl::Num(kCcuBuffers)));
  m.assign(channel_ends, channel_q == last_channel);
  m.comment(
      "Outputs of two modes at one place must be two cycles apart in the tile; they are, unless "
      "there is one channel only.");
  m.registers(state_clock, {},
              {{tiles_q, hdl::wrapping_difference(more_tiles, tile_gone.as_unsigned(), 3)},
               {buffer_q, (buffer_q + tile_ends.as_unsigned()).wrap(2)}},
              {{gap_q, c.next_mode & (channel_q == hdl::Num(0))}});
  m.assign(tiles_out, tiles_q != hdl::Num(0));
  m.clocked(state_clock, [&](hdl::Clocked& k) {
    k.when(
        {{abort, [&] { k.set(state_q, drain_state); }},
         {taking, [&] { k.set(state_q, settle_state); }},
         {start, [&] { k.set(state_q, run_state); }},
         {frame_ends | ((state_q == drain_state) & timeout), [&] { k.set(state_q, idle_state); }}});
  });
  const hdl::Num stride_12 = m.wire(
      "stride_12", hdl::uint(5), hdl::mux(stride2_q, hdl::Num(2 * kCcuTile), hdl::Num(kCcuTile)));
  m.clocked(data, [&](hdl::Clocked& k) {
    k.when({{abort, [&] { k.set(timer_q, kDrain); }}, {taking, [&] { k.set(timer_q, kSettle); }}},
           [&] { k.set(timer_q, hdl::wrapping_difference(timer_q, 1, kTimerBits)); });
    k.when({{start | c.next_part, [&] { k.set(channel_q, 0); }},
            {step, [&] { k.set(channel_q, (channel_q + 1).wrap(kCcuChannelBits)); }}});
    k.when(start | step, [&] { k.set(fresh_sum_q, start | c.next_place); });
    k.when(start | c.next_mode, [&] { k.set(first_mode_q, start | tile_ends); });
    k.when(start | tile_ends, [&] { k.set(first_tile_q, start); });
    k.when(start | strip_ends, [&] {
      k.set(strip_q, hdl::mux(start, hdl::Num(0), strip_q + stride_12).wrap(kCcuSizeBits + 1));
    });
  });
  m.comment("Rows are released when the windows that are on their way have been read.");
  std::vector<hdl::Bits> freed{strip_ends};
  for (int i = 1; i <= kToRead; ++i) freed.push_back(m.reg(fmt::format("freed_{}_q", i), flag, 0));
  std::vector<std::pair<hdl::Bits, hdl::Bits>> freeing;
  for (size_t i = 1; i < freed.size(); ++i) freeing.emplace_back(freed[i], freed[i - 1]);
  m.registers(state_clock, {}, {}, freeing);
  m.assign(release, freed.back());
  m.assign(idle, idling & ~(freed[1] | freed[2] | freed[3] | freed[4]));
  const hdl::Num rest =
      m.wire("rest", hdl::uint(6), hdl::wrapping_difference(height_q, strip_q, 6));
  const hdl::Num freed_rows =
      m.wire("freed_rows", hdl::uint(6), hdl::mux(r.last_tile, rest, stride_12));
  m.assign(release_rows,
           ccu_delayed(m, data, "freed_rows", freed_rows.bits(), kToRead).as_unsigned());

  m.section("What is computed, to the stages that follow.");
  const hdl::Bits valid_q = m.reg("valid_q", flag, 0);
  const hdl::Bits tile_q = m.reg("tile_q", flag, 0);
  const hdl::Bits ready_q = m.reg("ready_q", flag, 0);
  m.comment("The frame's last tile may leave row by row: with all rows in, nothing breaks it off.");
  const hdl::Bits row_done = m.wire(
      "row_done", flag,
      r.next_place & ~r.last_place & r.last_mode & c.last_mode & r.last_tile & c.last_tile & all);
  const hdl::Bits read_q = m.reg("read_q", flag, 0);
  m.registers(state_clock, {}, {},
              {{valid_q, step},
               {tile_q, tile_ends},
               {ready_q, row_done},
               {read_q, step & (channel_q == hdl::Num(0))}});
  const hdl::Num part = m.wire(
      "part", hdl::uint(5),
      m.wire("part_bits", hdl::bits(5), hdl::concat({bank_q, r.part, c.part})).as_unsigned());
  const hdl::Num step_words = m.constant("ChannelCount", hdl::uint(kCcuChannelBits), channels);
  const hdl::Num word = m.wire("word", hdl::uint(kCcuWordBits + 1), part * step_words + channel_q);
  m.unused("unused_word", word.bits().slice(word_width, kCcuWordBits + 1 - word_width));
  std::vector<std::pair<hdl::Num, hdl::Num>> numbers;
  std::vector<std::pair<hdl::Bits, hdl::Bits>> vectors;
  const auto pass = [&](const std::string& what, const hdl::Bits& value, const hdl::Bits& out) {
    const hdl::Bits reg = m.reg(what, hdl::bits(out.width()));
    vectors.emplace_back(reg, value);
    m.assign(out, reg);
  };
  const auto pass_number = [&](const std::string& what, const hdl::Num& value,
                               const hdl::Num& out) {
    const hdl::Num reg = m.reg(what, hdl::uint(out.width()));
    numbers.emplace_back(reg, value);
    m.assign(out, reg);
  };
  m.assign(valid, valid_q);
  m.assign(read, read_q);
  m.assign(tile_out, tile_q);
  m.assign(ready_out, ready_q);
  pass_number("window_row_q", r.group, row);
  pass("window_row_bank_q", r.bank.bits(), row_bank);
  pass_number("window_column_q", c.group, column);
  pass("window_column_bank_q", c.bank.bits(), column_bank);
  pass("window_stride2_q", stride2_q, stride2_out);
  pass_number("window_channel_q", channel_q, channel_out);
  pass_number("word_q", word.wrap(word_width), coef);
  pass("mode_q", hdl::concat({c.pad, r.pad, c.mode3, r.mode3}), mode_out);
  pass("keep_q", hdl::concat({c.keep, r.keep}), keep_out);
  pass("first_q", fresh_sum_q, first);
  pass("last_q", c.next_place, last);
  pass("place_q", hdl::concat({c.place, r.place}), place_out);
  pass("tile_buffer_q", buffer_q.bits(), buffer_out);
  pass("add_q", ~first_mode_q, add_out);
  pass("tile_size_q", hdl::concat({c.tile_size.bits(), r.tile_size.bits()}), tile_size);
  pass("tile_first_q", first_tile_q, tile_first);
  pass("tile_last_q", c.last_tile & r.last_tile, tile_last);
  m.registers(data, {}, numbers, vectors);

  m.section("Counters.");
  const hdl::Num issued_q = m.reg("issued_q", hdl::uint(32));
  const hdl::Num macs_q = m.reg("macs_q", hdl::uint(kCcuMacBits));
  const hdl::Num useful = m.wire("useful", hdl::uint(8), r.useful * c.useful);
  m.clocked(data, [&](hdl::Clocked& k) {
    k.when({{start,
             [&] {
               k.set(issued_q, 0);
               k.set(macs_q, 0);
             }},
            {step, [&] {
               k.set(issued_q, (issued_q + 1).wrap(32));
               k.set(macs_q, (macs_q + useful).wrap(kCcuMacBits));
             }}});
  });
  m.assign(issued_out, issued_q.bits());
  m.assign(macs_out, macs_q.bits());
  return m;
}

}  // namespace

const hdl::Module& ccu_sequencer(DesignBuilder& design) {
  const std::string name = helper_name(design, "ccu_sequencer");
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name,
                       {{"InChannels", design.size("InChannels")},
                        {"RowGroups", ccu_row_groups(design.size("MaxKernel")).value()},
                        {"ColumnGroups", (design.size("MaxWidth") + 4) / 5}},
                       {{"InChannels", 16}, {"RowGroups", 7}, {"ColumnGroups", 26}},
                       [&](const hdl::Point& at) { return build(design, name, style, at); });
}

}  // namespace gen
