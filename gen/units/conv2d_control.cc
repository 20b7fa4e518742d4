// SPDX-License-Identifier: Apache-2.0
// Frame control of conv2d_stream: from beats of a stream to steps of the window.

#include <fmt/format.h>

#include "gen/units/conv2d_parts.h"

namespace gen {
namespace {

std::string number_of(int n, const std::string& what) {
  constexpr const char* kWords[] = {"no", "one", "two", "three", "four", "five", "six"};
  return (n < 7 ? kWords[n] : std::to_string(n)) + (" " + what) + (n == 1 ? "" : "s");
}

// `ahead` > 0: a number 0..ahead that counts.
hdl::Num counter(hdl::Module& m, const std::string& name, int ahead) {
  return m.reg(name, hdl::uint(hdl::clog2(ahead + 1)).in(0, ahead));
}

// The next value of such a number, which stays at its end. Without `more` it counts every step.
hdl::Num counted(hdl::Module& m, const std::string& name, const hdl::Num& now, int ahead,
                 const hdl::Bits& more = {}) {
  const hdl::Dim width = hdl::clog2(ahead + 1);
  const hdl::Num next = m.wire(name, hdl::uint(width), (now + 1).wrap(width));
  const hdl::Bits below = now != hdl::Num(ahead);
  return hdl::mux(more.valid() ? more & below : below, next, now)
      .known_range(0, ahead, "it stays at its end");
}

hdl::Module build(const std::string& name, hdl::ResetStyle style, const StreamShape& shape) {
  const int columns = shape.columns, rows = shape.rows;
  const int groups_ahead = shape.groups_ahead(), beats_ahead = shape.beats_ahead();
  hdl::Module m = helper_module(
      name,
      {fmt::format(
           "Frame control: counts the beats of a frame, finds framing errors, and adds the "
           "steps that push the last line out: {} of zeros and {}.",
           number_of(groups_ahead, rows == 1 ? "line" : fmt::format("group of {} line", rows)),
           number_of(beats_ahead, "beat")),
       "A step moves the window by one beat. A beat that is out of place is dropped, and so is "
       "all up to the next start of a frame."});
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kSizeBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits enable = m.input("en_i", flag, "The pipeline moves.");
  const hdl::Bits busy = m.input("busy_i", flag, "Steps are on their way to the output.");
  const hdl::Bits configured = m.input("configured_i", flag, "Width and height are valid.");
  const hdl::Bits pending = m.input("pending_i", flag, "New values wait for the next frame.");
  const hdl::Bits load = m.output("load_o", flag, "Takes them.");
  const hdl::Num width = m.input("width_i", size, "Pixels of a line, at least 1.");
  const hdl::Num height = m.input("height_i", size, "Lines of a frame, at least 1.");
  const hdl::Bits beat_valid = m.input("beat_valid_i", flag, "A beat is offered.");
  const hdl::Bits beat_ready = m.output("beat_ready_o", flag, "It is taken.");
  const hdl::Bits beat_user = m.input("beat_user_i", flag, "It starts a frame.");
  const hdl::Bits beat_last = m.input("beat_last_i", flag, "It ends a line.");
  const hdl::Bits step_valid = m.output("step_valid_o", flag, "A step.");
  const hdl::Bits step_start = m.output("step_start_o", flag, "First of a frame.");
  const hdl::Bits step_drain = m.output("step_drain_o", flag, "Below the picture: zeros.");
  const hdl::Bits step_output =
      m.output("step_output_o", flag,
               groups_ahead == 0   ? "It makes outputs."
               : groups_ahead == 1 ? "There is a line above, for which this one makes outputs."
                                   : "There is the line above for which this one makes outputs.");
  const hdl::Bits frame_first = m.output("step_frame_first_o", flag, "These are a frame's first.");
  const hdl::Bits line_first = m.output("step_line_first_o", flag, "First of a line.");
  const hdl::Bits line_last = m.output("step_line_last_o", flag, "Last of a line.");
  const hdl::Bits lanes = m.output("step_lanes_o", hdl::bits(columns), "Lanes inside the line.");
  hdl::Bits rows_in, rows_out;
  if (rows > 1) {
    rows_in = m.output("step_rows_o", hdl::bits(rows), "Its lines inside the picture.");
    rows_out =
        m.output("step_output_rows_o", hdl::bits(rows), "Lines of its outputs inside the picture.");
  }
  const hdl::Bits active = m.output("active_o", flag, "A frame is in progress.");
  const hdl::Bits error =
      m.output("error_o", hdl::bits(4), "tlast early, tlast late, tuser early, tuser late.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state_clock{.clock = clk, .reset = rst, .style = style};

  const hdl::Bits idle = m.constant("Idle", hdl::bits(2), 0);
  const hdl::Bits hunt = m.constant("Hunt", hdl::bits(2), 1);
  const hdl::Bits run = m.constant("Run", hdl::bits(2), 2);
  const hdl::Bits drain = m.constant("Drain", hdl::bits(2), 3);

  m.section(
      "State: between frames (Idle: a frame must follow; Hunt: after an error), in one, below it.");
  const hdl::Bits state_q = m.reg("state_q", hdl::bits(2), hunt);
  const hdl::Num pixels_q = m.reg("pixels_q", size);
  const hdl::Num lines_q = m.reg("lines_q", size);
  const hdl::Bits line_first_q = m.reg("line_first_q", flag);
  const hdl::Bits running = m.wire("running", flag, state_q == run);
  const hdl::Bits draining = m.wire("draining", flag, state_q == drain);

  m.section(
      "New values are taken when no frame is in progress and nothing depends on the old ones.");
  const hdl::Bits turn =
      m.wire("turn", flag, (~running & ~draining) | (running & beat_valid & beat_user));
  m.assign(load, pending & ~busy & turn);
  m.assign(beat_ready, enable & configured & ~draining & ~(pending & turn));
  const hdl::Bits accept =
      m.wire("accept", flag, beat_valid & enable & configured & ~draining & ~(pending & turn));

  m.section("Pixels and lines still to come, this beat and line included.");
  const hdl::Bits restart = m.wire("restart", flag, beat_user & ~draining);
  const hdl::Num pixels = m.wire("pixels", size, hdl::mux(restart, width, pixels_q));
  const hdl::Num lines = m.wire("lines", size, hdl::mux(restart, height, lines_q));
  const hdl::Bits end_line = m.wire("end_line", flag, pixels <= hdl::Num(columns));
  const hdl::Bits last_line =
      m.wire("last_line", flag, rows == 1 ? lines == hdl::Num(1) : lines <= hdl::Num(rows));
  const hdl::Num pixels_left =
      m.wire("pixels_left", size, hdl::wrapping_difference(pixels, columns, kSizeBits));
  const hdl::Num lines_left =
      m.wire("lines_left", size, hdl::wrapping_difference(lines, rows, kSizeBits));

  m.section(
      "A beat is part of a frame if it starts one or one is running; its tlast must be in place.");
  const hdl::Bits framed = m.wire("framed", flag, accept & (beat_user | running));
  const hdl::Bits data_step = m.wire("data_step", flag, framed & ~(beat_last ^ end_line));
  const hdl::Bits drain_step = m.wire("drain_step", flag, enable & draining);
  const hdl::Bits step = m.wire("step", flag, data_step | drain_step);
  const hdl::Bits start = m.wire("start", flag, data_step & beat_user);
  const hdl::Bits missing = m.wire("missing", flag, accept & ~beat_user & (state_q == idle));
  const hdl::Bits lost = m.wire("lost", flag, missing | (framed & (beat_last ^ end_line)));
  m.assign(error, hdl::concat({missing, accept & beat_user & running,
                               framed & ~beat_last & end_line, framed & beat_last & ~end_line}));

  m.section(fmt::format(
      "How many lines{} are above (at most {}), and where the steps below the picture stand.",
      rows == 1 ? "" : " of beats", groups_ahead));
  // Without a line ahead there is nothing to count: the first beat below the picture ends it.
  const bool counts = groups_ahead > 0;
  const hdl::Num above_q = counts ? counter(m, "above_q", groups_ahead) : hdl::Num();
  const hdl::Num drained_q = counts ? counter(m, "drained_q", groups_ahead) : hdl::Num();
  const hdl::Bits second_q = counts ? m.reg("second_q", flag) : hdl::Bits();
  const hdl::Num flushed_q =
      beats_ahead > 1 ? counter(m, "flushed_q", beats_ahead - 1) : hdl::Num();
  const hdl::Bits flush =
      counts ? m.wire("flush", flag, draining & (drained_q == hdl::Num(groups_ahead))) : draining;
  const hdl::Bits done =
      beats_ahead > 1 ? m.wire("done", flag, flush & (flushed_q == hdl::Num(beats_ahead - 1)))
                      : flush;
  const hdl::Bits rows_q = rows > 1 ? m.reg("rows_q", hdl::bits(rows)) : hdl::Bits();
  hdl::Bits output = ~flush, first = start, rows_now;
  std::vector<std::pair<hdl::Num, hdl::Num>> numbers{
      {pixels_q, hdl::mux(end_line, width, pixels_left)},
      {lines_q, hdl::mux(end_line, lines_left, lines)}};
  std::vector<std::pair<hdl::Bits, hdl::Bits>> vectors{{line_first_q, end_line}};
  if (counts) {
    const hdl::Num above =
        m.wire("above", hdl::uint(hdl::clog2(groups_ahead + 1)).in(0, groups_ahead),
               hdl::mux(restart, hdl::Num(0), above_q));
    output = (above == hdl::Num(groups_ahead)) & ~flush;
    first = second_q & line_first_q;
    numbers.emplace_back(above_q, counted(m, "more_above", above, groups_ahead, end_line));
    numbers.emplace_back(
        drained_q, hdl::mux(draining, counted(m, "more_drained", drained_q, groups_ahead, end_line),
                            hdl::Num(0)));
    vectors.emplace_back(
        second_q, hdl::mux(end_line, above == hdl::Num(groups_ahead - 1), second_q & ~start));
  }
  if (beats_ahead > 1) {
    numbers.emplace_back(
        flushed_q,
        hdl::mux(flush, counted(m, "more_flushed", flushed_q, beats_ahead - 1), hdl::Num(0)));
  }
  if (rows > 1) {
    std::vector<hdl::Bits> inside;
    for (int i = rows - 1; i > 0; --i) inside.push_back(lines > hdl::Num(i));
    inside.push_back(hdl::ones(1));
    rows_now = m.wire("rows", hdl::bits(rows), hdl::concat(inside));
    vectors.emplace_back(rows_q, hdl::mux(draining, rows_q, rows_now));
  }
  m.clocked(state_clock, [&](hdl::Clocked& c) {
    c.when({{lost, [&] { c.set(state_q, hunt); }},
            {drain_step, [&] { c.set(state_q, hdl::mux(done, idle, drain)); }},
            {data_step, [&] { c.set(state_q, hdl::mux(end_line & last_line, drain, run)); }}});
  });
  m.registers(data, step, numbers, vectors);

  m.section("What the step is.");
  m.assign(step_valid, step);
  m.assign(step_start, start);
  m.assign(step_drain, draining);
  m.assign(step_output, output);
  m.assign(frame_first, first);
  m.assign(line_first, start | line_first_q);
  m.assign(line_last, end_line);
  std::vector<hdl::Bits> inside;
  for (int j = columns - 1; j > 0; --j) inside.push_back(pixels > hdl::Num(j));
  inside.push_back(hdl::ones(1));
  m.assign(lanes, hdl::concat(inside));
  if (rows > 1) {
    m.assign(rows_in, rows_now);
    // The last lines that have outputs are those that came last, `groups_ahead` before.
    m.assign(rows_out, counts ? hdl::mux(draining & (drained_q == hdl::Num(groups_ahead - 1)),
                                         rows_q, hdl::ones(rows))
                              : rows_now);
  }
  m.assign(active, running | draining);
  return m;
}

}  // namespace

const hdl::Module& conv2d_control(DesignBuilder& design, const StreamShape& shape) {
  std::string which;
  if (shape.columns != 3) which += fmt::format("_p{}", shape.columns);
  if (shape.rows != 1) which += fmt::format("_pr{}", shape.rows);
  if (shape.groups_ahead() != 1) which += fmt::format("_below{}", shape.groups_ahead());
  if (shape.beats_ahead() != 1) which += fmt::format("_right{}", shape.beats_ahead());
  const std::string name = helper_name(design, "conv2d_control" + which);
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name, {}, {}, [&](const hdl::Point&) { return build(name, style, shape); });
}

}  // namespace gen
