// SPDX-License-Identifier: Apache-2.0
// From beats of the input stream to rows of ccu's store; framing errors; when rows are free.

#include <fmt/format.h>

#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

hdl::Module build(const std::string& name, hdl::ResetStyle style, int pixels,
                  const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Input of ccu: counts the beats of a frame, finds framing errors, says where pixels go in "
       "the store. Rows go round in it; one is begun when it is free.",
       "At most one frame waits while another is computed. After an error all that was begun is "
       "cleared away before the next frame."});
  const hdl::Dim row_groups =
      m.parameter("RowGroups", at.at("RowGroups"), 5, 16, "Rows of a bank.");
  const hdl::Dim column_groups =
      m.parameter("ColumnGroups", at.at("ColumnGroups"), 7, 1024, "Columns of a bank.");
  const hdl::Dim row_width = hdl::clog2(row_groups);
  const hdl::Dim column_width = hdl::clog2(column_groups);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kCcuSizeBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits configured = m.input("configured_i", flag, "A commit has been taken.");
  const hdl::Bits fresh = m.input("fresh_i", flag, "New settings wait for a frame.");
  const hdl::Bits load = m.output("load_o", flag, "They are for the next frame.");
  const hdl::Bits unload = m.output("unload_o", flag, "That frame came to nothing.");
  const hdl::Num width = m.input("width_i", size, "Settings: WIDTH,");
  const hdl::Num height = m.input("height_i", size, "HEIGHT.");
  const hdl::Bits beat_valid = m.input("beat_valid_i", flag, "A beat is offered.");
  const hdl::Bits beat_ready = m.output("beat_ready_o", flag, "It is taken.");
  const hdl::Bits user = m.input("beat_user_i", flag, "It starts a frame.");
  const hdl::Bits last = m.input("beat_last_i", flag, "It ends a line.");
  const hdl::Bits error =
      m.output("error_o", hdl::bits(4), "tlast early, late, tuser early, late.");
  const hdl::Bits write = m.output("write_o", hdl::bits(pixels), "Its pixels are written,");
  const hdl::Num write_row =
      m.output("write_row_o", hdl::uint(row_width), "in this group of rows,");
  const hdl::Num write_row_bank = m.output("write_row_bank_o", hdl::uint(3), "this bank,");
  const hdl::Num write_column =
      m.output("write_column_o", hdl::uint(column_width), "this group of columns,");
  const hdl::Num write_column_bank = m.output("write_column_bank_o", hdl::uint(3), "this bank.");
  const hdl::Bits queued_out = m.output("queued_o", flag, "A frame waits to be computed,");
  const hdl::Bits queued_fresh = m.output("queued_fresh_o", flag, "with new settings;");
  const hdl::Num slot_group = m.output("slot_group_o", hdl::uint(row_width), "its first row,");
  const hdl::Num slot_bank = m.output("slot_bank_o", hdl::uint(3), "that row's bank.");
  const hdl::Bits take = m.input("take_i", flag, "It is computed from now on.");
  const hdl::Bits abort = m.output("abort_o", flag, "The frame that was taken is broken off.");
  const hdl::Bits idle = m.input("idle_i", flag, "No frame is being computed.");
  const hdl::Num rows = m.output("rows_o", size, "Rows of the taken frame that are there.");
  const hdl::Bits all = m.output("all_rows_o", flag, "All are.");
  const hdl::Bits release = m.input("release_i", flag, "Rows are needed no more:");
  const hdl::Num release_rows = m.input("release_rows_i", hdl::uint(6), "so many.");
  const hdl::Bits active = m.output("active_o", flag, "A frame comes in or waits.");
  const hdl::Num now = m.input("beat_time_i", hdl::uint(32), "The cycle in which it came.");
  const hdl::Num begun =
      m.output("begun_o", hdl::uint(32), "When the taken frame's first beat came.");
  const hdl::Num input_cycles =
      m.output("input_cycles_o", hdl::uint(32), "From that beat to its last, both included.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state_clock{.clock = clk, .reset = rst, .style = style};

  const hdl::Bits idle_state = m.constant("Idle", hdl::bits(2), 0);
  const hdl::Bits hunt_state = m.constant("Hunt", hdl::bits(2), 1);
  const hdl::Bits run_state = m.constant("Run", hdl::bits(2), 2);
  const hdl::Bits flush_state = m.constant("Flush", hdl::bits(2), 3);
  m.section(
      "State: between frames (Idle: a frame must follow; Hunt: after an error), in one, or waiting "
      "for what a broken frame left behind.");
  const hdl::Bits state_q = m.reg("state_q", hdl::bits(2), hunt_state);
  const hdl::Bits running = m.wire("running", flag, state_q == run_state);
  const hdl::Bits flushing = m.wire("flushing", flag, state_q == flush_state);
  const hdl::Bits between = m.wire("between", flag, ~running & ~flushing);
  const hdl::Bits queued_q = m.reg("queued_q", flag, 0);
  const hdl::Bits queued_fresh_q = m.reg("queued_fresh_q", flag, 0);
  const hdl::Bits loaded_q = m.reg("loaded_q", flag, 0);
  const hdl::Num used_q = m.reg("used_q", hdl::uint(7), 0);
  const hdl::Num slots = m.constant("Slots", hdl::uint(7), kCcuWindow * row_groups);

  m.section("Settings are taken between frames, when none waits.");
  const hdl::Bits loading = m.wire("loading", flag, between & fresh & ~queued_q);
  m.assign(load, loading);
  const hdl::Num width_q = m.reg("width_q", size);
  const hdl::Num height_q = m.reg("height_q", size);
  m.registers(data, loading, {{width_q, width}, {height_q, height}});

  m.section("Which beats are taken: those that are dropped at once, others when there is room.");
  const hdl::Num pixels_q = m.reg("pixels_q", size);
  const hdl::Num lines_q = m.reg("lines_q", size);
  const hdl::Bits line_first_q = m.reg("line_first_q", flag);
  const hdl::Bits usable = m.wire("usable", flag, (configured | loaded_q) & ~fresh);
  const hdl::Bits room = m.wire("room", flag, used_q != slots);
  const hdl::Bits early = m.wire("early", flag, running & beat_valid & user);
  const hdl::Bits begin_ready =
      m.wire("begin_ready", flag, between & user & usable & ~queued_q & room);
  const hdl::Bits drop_ready = m.wire("drop_ready", flag, between & ~user & usable);
  const hdl::Bits more_ready = m.wire("more_ready", flag, running & ~user & (room | ~line_first_q));
  const hdl::Bits ready = m.wire("ready", flag, begin_ready | drop_ready | more_ready);
  m.assign(beat_ready, ready);
  const hdl::Bits begin = m.wire("begins", flag, beat_valid & begin_ready);
  const hdl::Bits framed = m.wire("framed", flag, begin | (beat_valid & more_ready));

  m.section("Pixels still to come of the line, this beat included.");
  const hdl::Num left = m.wire("left", size, hdl::mux(line_first_q | begin, width_q, pixels_q));
  const hdl::Num lines = m.wire("lines", size, hdl::mux(begin, hdl::Num(0), lines_q));
  const hdl::Num next_lines = m.wire("next_lines", size, (lines + 1).wrap(kCcuSizeBits));
  const hdl::Bits line_ends = m.wire("line_ends", flag, left <= hdl::Num(pixels));
  const hdl::Bits good = m.wire("good", flag, framed & ~(last ^ line_ends));
  const hdl::Bits wrong = m.wire("wrong", flag, framed & (last ^ line_ends));
  const hdl::Bits missing =
      m.wire("missing", flag, beat_valid & drop_ready & (state_q == idle_state));
  const hdl::Bits start = m.wire("start", flag, begin & good);
  const hdl::Bits line_done = m.wire("line_done", flag, good & line_ends);
  const hdl::Bits frame_done = m.wire("frame_done", flag, line_done & (next_lines == height_q));
  const hdl::Bits broken = m.wire("broken", flag, early | (wrong & running));
  m.assign(error, hdl::concat({missing, early, wrong & line_ends, wrong & ~line_ends}));
  const hdl::Bits flushed = m.wire("flushed", flag, flushing & idle);
  m.clocked(state_clock, [&](hdl::Clocked& c) {
    c.when({{broken, [&] { c.set(state_q, flush_state); }},
            {flushed | missing | wrong, [&] { c.set(state_q, hunt_state); }},
            {frame_done, [&] { c.set(state_q, idle_state); }},
            {start, [&] { c.set(state_q, run_state); }}});
  });
  m.registers(data, good,
              {{pixels_q, hdl::wrapping_difference(left, pixels, kCcuSizeBits)},
               {lines_q, hdl::mux(line_ends, next_lines, lines)}});

  m.section("Where pixels go: groups and banks, rows going round.");
  const hdl::Num row_q = m.reg("row_q", hdl::uint(row_width), 0);
  const hdl::Num row_bank_q = m.reg("row_bank_q", hdl::uint(3), 0);
  const hdl::Num column_q = m.reg("column_q", hdl::uint(column_width));
  const hdl::Num column_bank_q = m.reg("column_bank_q", hdl::uint(3));
  const hdl::Bits left_edge = m.wire("left_edge", flag, line_first_q | begin);
  const hdl::Num column =
      m.wire("column", hdl::uint(column_width), hdl::mux(left_edge, hdl::Num(0), column_q));
  const hdl::Num column_bank =
      m.wire("column_bank", hdl::uint(3), hdl::mux(left_edge, hdl::Num(0), column_bank_q));
  const hdl::Num far_bank = m.wire("far_bank", hdl::uint(4), column_bank + pixels);
  const hdl::Num near_bank =
      m.wire("near_bank", hdl::uint(3), hdl::wrapping_difference(far_bank, kCcuWindow, 3));
  const hdl::Bits over = m.wire("over", flag, far_bank >= hdl::Num(kCcuWindow));
  m.registers(data, good,
              {{column_q, (column + over.as_unsigned()).wrap(column_width)},
               {column_bank_q, hdl::mux(over, near_bank, far_bank).wrap(3)}},
              {{line_first_q, line_ends}});
  const hdl::Num last_group = m.constant("LastGroup", hdl::uint(row_width), row_groups - 1);
  const hdl::Bits bank_wraps = m.wire("bank_wraps", flag, row_bank_q == hdl::Num(kCcuWindow - 1));
  m.clocked(state_clock, [&](hdl::Clocked& c) {
    c.when(line_done, [&] {
      c.set(row_bank_q, hdl::mux(bank_wraps, hdl::Num(0), row_bank_q + 1).wrap(3));
      c.when(bank_wraps, [&] {
        c.set(row_q, hdl::mux(row_q == last_group, hdl::Num(0), row_q + 1).wrap(row_width));
      });
    });
  });
  for (int p = 0; p < pixels; ++p)
    m.assign(write.bit(p), p == 0 ? good : good & (left > hdl::Num(p)));
  m.assign(write_row, row_q);
  m.assign(write_row_bank, row_bank_q);
  m.assign(write_column, column);
  m.assign(write_column_bank, column_bank);

  m.section("Rows in use: one more with the first beat of a row, fewer when they are released.");
  const hdl::Bits row_begins = m.wire("row_begins", flag, good & left_edge);
  const hdl::Num more_rows =
      m.wire("more_rows", hdl::uint(7), (used_q + row_begins.as_unsigned()).wrap(7));
  const hdl::Num fewer =
      m.wire("fewer", hdl::uint(6), hdl::mux(release, release_rows, hdl::Num(0)));
  const hdl::Num rows_now =
      m.wire("rows_now", hdl::uint(7), hdl::wrapping_difference(more_rows, fewer, 7));
  m.registers(state_clock, {}, {{used_q, hdl::mux(flushed, hdl::Num(0), rows_now)}});

  m.section("The frame that waits. One that breaks off while it waits is forgotten.");
  const hdl::Bits waiting = m.wire("waiting", flag, queued_q & ~broken);
  m.assign(queued_out, waiting);
  m.assign(queued_fresh, queued_fresh_q);
  m.assign(unload, broken & queued_q & queued_fresh_q);
  m.assign(abort, broken & ~queued_q);
  m.registers(state_clock, {}, {},
              {{queued_q, start | (waiting & ~take)},
               {queued_fresh_q, hdl::mux(start, loaded_q, queued_fresh_q)},
               {loaded_q, loading | (loaded_q & ~start)}});
  const hdl::Num slot_group_q = m.reg("slot_group_q", hdl::uint(row_width));
  const hdl::Num slot_bank_q = m.reg("slot_bank_q", hdl::uint(3));
  const hdl::Num start_time_q = m.reg("start_time_q", hdl::uint(32));
  m.registers(data, start, {{slot_group_q, row_q}, {slot_bank_q, row_bank_q}, {start_time_q, now}});
  m.assign(slot_group, slot_group_q);
  m.assign(slot_bank, slot_bank_q);
  m.assign(rows, lines_q);
  m.assign(all, queued_q | ~running);
  m.assign(active, ~between | queued_q);

  m.section("Times of the frame that comes in, and of the one that is computed.");
  const hdl::Num begun_q = m.reg("begun_q", hdl::uint(32));
  const hdl::Num input_cycles_q = m.reg("input_cycles_q", hdl::uint(32));
  const hdl::Num taken_input_q = m.reg("taken_input_q", hdl::uint(32));
  const hdl::Num start_time =
      m.wire("start_time", hdl::uint(32), hdl::mux(begin, now, start_time_q));
  const hdl::Num elapsed =
      m.wire("elapsed", hdl::uint(32), hdl::wrapping_difference(now, start_time, 32));
  const hdl::Num whole =
      m.wire("whole", hdl::uint(32), hdl::mux(frame_done, elapsed + 1, input_cycles_q).wrap(32));
  m.registers(data, {}, {{input_cycles_q, whole}});
  m.registers(data, take, {{begun_q, start_time_q}});
  m.comment("A frame may be taken before it has come in; its last beat is then still to come.");
  m.registers(data, take | (frame_done & ~queued_q & ~begin), {{taken_input_q, whole}});
  m.assign(begun, begun_q);
  m.assign(input_cycles, taken_input_q);
  return m;
}

}  // namespace

const hdl::Module& ccu_loader(DesignBuilder& design) {
  const int pixels = static_cast<int>(design.size("Pixels"));
  const std::string name = fmt::format("{}_p{}", helper_name(design, "ccu_loader"), pixels);
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name,
                       {{"RowGroups", ccu_row_groups(design.size("MaxKernel")).value()},
                        {"ColumnGroups", (design.size("MaxWidth") + 4) / 5}},
                       {{"RowGroups", 7}, {"ColumnGroups", 26}},
                       [&](const hdl::Point& at) { return build(name, style, pixels, at); });
}

}  // namespace gen
