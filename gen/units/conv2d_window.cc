// SPDX-License-Identifier: Apache-2.0
// Window and rounding of conv2d_stream.

#include <fmt/format.h>

#include "gen/units/conv2d_parts.h"

namespace gen {
namespace {

hdl::Module build_window(const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Window of 3 rows by 5 samples: the last sample of the beat before, the three of this beat, "
       "the first of the beat after; zero beyond the left and right edge.",
       "A column waits until the next one comes: its outputs need that one's first samples."});
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Dim data_width =
      m.parameter("DataWidth", at.at("DataWidth"), 1, 32, "Bits of a sample.");
  const hdl::Dim beat_width = m.localparam("BeatWidth", kLanes * data_width);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits enable = m.input("en_i", flag, "0 holds every register.");
  const hdl::Bits valid_in = m.input("valid_i", flag, "A column comes.");
  const hdl::Bits start = m.input("start_i", flag, "It is the first of a frame.");
  const hdl::Bits output = m.input("output_i", flag, "It makes outputs.");
  const hdl::Bits frame_first = m.input("frame_first_i", flag, "They are a frame's first.");
  const hdl::Bits line_first = m.input("line_first_i", flag, "They are a line's first.");
  const hdl::Bits line_last = m.input("line_last_i", flag, "They are a line's last.");
  const hdl::Bits lanes = m.input("lanes_i", hdl::bits(kLanes), "Lanes inside the line.");
  const hdl::Bits column =
      m.input("column_i", hdl::bits(9 * data_width), "Row r, lane i at (3*r + i).");
  const hdl::Bits valid_out = m.output("valid_o", flag, "A window with all that belongs to it:");
  const hdl::Bits frame_first_out = m.output("frame_first_o", flag, "first of a frame,");
  const hdl::Bits line_last_out = m.output("line_last_o", flag, "last of a line,");
  const hdl::Bits lanes_out = m.output("lanes_o", hdl::bits(kLanes), "lanes inside the line,");
  const hdl::Bits x = m.output("x_o", hdl::bits(15 * data_width), "row r, column c at (5*r + c).");

  m.section(
      "The column before the one that comes, and the last samples of the one before that. No "
      "reset: "
      "the first column that ever comes is the first of a frame, which start_i says.");
  const hdl::Bits output_q = m.reg("output_q", flag);
  const hdl::Bits frame_first_q = m.reg("frame_first_q", flag);
  const hdl::Bits line_first_q = m.reg("line_first_q", flag);
  const hdl::Bits line_last_q = m.reg("line_last_q", flag);
  const hdl::Bits lanes_q = m.reg("lanes_q", hdl::bits(kLanes));
  const hdl::Bits column_q = m.reg("column_q", hdl::bits(9 * data_width));
  const hdl::Bits left_q = m.reg("left_q", hdl::bits(3 * data_width));
  const hdl::Bits take = m.wire("take", flag, enable & valid_in);
  m.registers({.clock = clk}, take, {},
              {{output_q, output},
               {frame_first_q, frame_first},
               {line_first_q, line_first},
               {line_last_q, line_last},
               {lanes_q, lanes},
               {column_q, column},
               {left_q, hdl::concat({column_q.lane(8, data_width), column_q.lane(5, data_width),
                                     column_q.lane(2, data_width)})}});

  m.section("Row r of the window.");
  m.generate_for("gen_row", "r", kLanes, [&](const hdl::Dim& r) {
    const hdl::Bits left =
        m.wire("left", hdl::bits(data_width),
               hdl::mux(line_first_q, hdl::zeros(data_width), left_q.lane(r, data_width)));
    const hdl::Bits right =
        m.wire("right", hdl::bits(data_width),
               hdl::mux(line_last_q, hdl::zeros(data_width), column.lane(3 * r, data_width)));
    m.assign(x.lane(r, 5 * data_width), hdl::concat({right, column_q.lane(r, beat_width), left}));
  });
  m.comment(
      "The first column of a frame ends nothing: what is left of a broken-off frame is dropped.");
  m.assign(valid_out, valid_in & output_q & ~start);
  m.assign(frame_first_out, frame_first_q);
  m.assign(line_last_out, line_last_q);
  m.assign(lanes_out, lanes_q);
  return m;
}

hdl::Module build_round(const std::string& name, bool signed_data, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {fmt::format("Rounding shift: (sum_i + half) >> shift_i, rounded half up, saturated to the "
                   "{} range of DataWidth bits.",
                   signed_data ? "signed" : "unsigned")});
  const hdl::Dim data_width =
      m.parameter("DataWidth", at.at("DataWidth"), 2, 32, "Bits of a sample.");
  const hdl::Dim sum_width =
      m.parameter("SumWidth", at.at("SumWidth"), data_width + 2, 80, "Bits of the sum.");
  const hdl::Num sum = m.input("sum_i", hdl::sint(sum_width), "Exact sum.");
  const hdl::Num shift = m.input("shift_i", hdl::uint(kShiftBits), "Places to the right.");
  const hdl::NumType pixel = signed_data ? hdl::sint(data_width) : hdl::uint(data_width);
  const hdl::Num y = m.output("y_o", pixel, "Pixel.");
  m.section(
      "Twice the quotient, rounded down: its low bit says whether the rest is a half or more.");
  const hdl::Num doubled = m.wire("doubled", hdl::sint(sum_width + 1), sum.shift_left(1));
  const hdl::Num twice = m.wire("twice", hdl::sint(sum_width + 1), doubled.shift_right(shift));
  const hdl::Bits twice_bits = m.wire("twice_bits", hdl::bits(sum_width + 1), twice.bits());
  const hdl::Num quotient = twice_bits.slice(1, sum_width).as_signed();
  const hdl::Num half = twice_bits.bit(0).as_unsigned().as_signed();
  const hdl::Num rounded = m.wire("rounded", hdl::sint(sum_width + 1), quotient + half);
  m.assign(y, rounded.saturate(pixel));
  return m;
}

}  // namespace

const hdl::Module& conv2d_window(DesignBuilder& design) {
  const std::string name = "fircone_conv2d_window";
  return design.helper(name, {{"DataWidth", design.size("DataWidth")}}, {{"DataWidth", 8}},
                       [&](const hdl::Point& at) { return build_window(name, at); });
}

const hdl::Module& conv2d_round(DesignBuilder& design, int64_t sum_width) {
  const bool signed_data = design.is("data", "signed");
  const std::string name = std::string("fircone_conv2d_round") + (signed_data ? "_signed" : "");
  return design.helper(name, {{"SumWidth", sum_width}, {"DataWidth", design.size("DataWidth")}},
                       {{"SumWidth", 20}, {"DataWidth", 8}},
                       [&](const hdl::Point& at) { return build_round(name, signed_data, at); });
}

}  // namespace gen
