// SPDX-License-Identifier: Apache-2.0
// Window and rounding of conv2d_stream.

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "gen/units/conv2d_parts.h"

namespace gen {
namespace {

// A value as it comes, and its registers: [s] belongs to the column that came s columns before.
struct History {
  std::vector<hdl::Bits> at;
  std::vector<std::pair<hdl::Bits, hdl::Bits>> registers;

  History() = default;
  History(hdl::Module& m, const std::string& name, const hdl::Bits& input, int stages) : at{input} {
    for (int s = 1; s <= stages; ++s) {
      const std::string reg = stages == 1 ? name + "_q" : fmt::format("{}_{}_q", name, s);
      at.push_back(m.reg(reg, hdl::bits(input.width())));
      registers.emplace_back(at.back(), at[static_cast<size_t>(s - 1)]);
    }
  }
  const hdl::Bits& operator[](int s) const { return at[static_cast<size_t>(s)]; }
};

hdl::Module build_window(const std::string& name, const StreamShape& shape, const hdl::Point& at) {
  const int columns = shape.columns, rows = shape.window_rows(), channels = shape.in_channels;
  const int ahead = shape.beats_ahead(), behind = shape.beats_behind();
  const int width = shape.window_columns();
  // Of the newest column and of the oldest one only these lanes are needed.
  const int right = shape.right() - (ahead - 1) * columns;
  const int left = shape.left() - (behind - 1) * columns;
  hdl::Module m = helper_module(
      name,
      {fmt::format("Window of {} rows by {} samples{}: {} before the beat, its {}, {} behind it; "
                   "zero beyond the left and right edge.",
                   rows, width, channels == 1 ? "" : fmt::format(" of {} channels", channels),
                   shape.left(), columns, shape.right()),
       fmt::format("A column waits until the next {} come{}: its outputs need {} samples.",
                   ahead == 1 ? "one" : std::to_string(ahead), ahead == 1 ? "s" : "",
                   ahead == 1 ? "that one's first" : "their")});
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Dim data_width =
      m.parameter("DataWidth", at.at("DataWidth"), 1, 32, "Bits of a sample.");
  const hdl::Dim beat_width = m.localparam("BeatWidth", columns * data_width);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits enable = m.input("en_i", flag, "0 holds every register.");
  const hdl::Bits valid_in = m.input("valid_i", flag, "A column comes.");
  const hdl::Bits start_in = m.input("start_i", flag, "It is the first of a frame.");
  const hdl::Bits output_in = m.input("output_i", flag, "It makes outputs.");
  const hdl::Bits frame_first_in = m.input("frame_first_i", flag, "They are a frame's first.");
  const hdl::Bits line_first_in =
      behind == 0 ? hdl::Bits() : m.input("line_first_i", flag, "They are a line's first.");
  const hdl::Bits line_last_in = m.input("line_last_i", flag, "They are a line's last.");
  const hdl::Bits lanes_in = m.input("lanes_i", hdl::bits(columns), "Lanes inside the line.");
  const hdl::Bits rows_in =
      shape.rows == 1 ? hdl::Bits()
                      : m.input("rows_i", hdl::bits(shape.rows), "Output rows in the picture.");
  const int samples = rows * channels * columns;
  const hdl::Bits column = m.input(
      "column_i", hdl::bits(samples * data_width),
      channels == 1
          ? fmt::format("Row r, lane i at ({}*r + i).", columns)
          : fmt::format("Row r, channel c, lane i at ({}*({}*r + c) + i).", columns, channels));
  const hdl::Bits valid_out = m.output("valid_o", flag, "A window with all that belongs to it:");
  const hdl::Bits frame_first_out = m.output("frame_first_o", flag, "first of a frame,");
  const hdl::Bits line_last_out = m.output("line_last_o", flag, "last of a line,");
  const hdl::Bits lanes_out = m.output("lanes_o", hdl::bits(columns), "lanes inside the line,");
  const hdl::Bits rows_out =
      shape.rows == 1 ? hdl::Bits()
                      : m.output("rows_o", hdl::bits(shape.rows), "rows in the picture,");
  const hdl::Bits x = m.output(
      "x_o", hdl::bits(rows * channels * width * data_width),
      channels == 1
          ? fmt::format("row r, column k at ({}*r + k).", width)
          : fmt::format("channel c, row r, column k at ({}*({}*c + r) + k).", width, rows));

  m.section(fmt::format(
      "The {} before the one that comes{}. No reset: the first column that ever comes "
      "is the first of a frame, which start_i says.",
      ahead + behind - 1 < 2 ? "column" : std::to_string(ahead + behind - 1) + " columns",
      behind == 0           ? ""
      : ahead + behind == 2 ? ", and the last samples of the one before that"
                            : ", and the last samples of the one before those"));
  std::vector<std::pair<hdl::Bits, hdl::Bits>> registers;
  const auto history = [&](const std::string& signal, const hdl::Bits& input, int stages) {
    History made(m, signal, input, stages);
    registers.insert(registers.end(), made.registers.begin(), made.registers.end());
    return made;
  };
  const History start = history("start", start_in, ahead - 1);
  const History output = history("output", output_in, ahead);
  const History frame_first = history("frame_first", frame_first_in, ahead);
  History line_first;
  if (behind > 0) line_first = history("line_first", line_first_in, ahead + behind - 1);
  const History line_last = history("line_last", line_last_in, ahead);
  const History lanes = history("lanes", lanes_in, ahead);
  History row_marks;
  if (shape.rows > 1) row_marks = history("rows", rows_in, ahead);
  const History full = history("column", column, behind == 0 ? ahead : ahead + behind - 1);
  const int oldest = ahead + behind;
  hdl::Bits left_q;
  if (behind > 0) {
    left_q = m.reg("left_q", hdl::bits(rows * channels * left * data_width));
    const hdl::Bits& before = full[oldest - 1];
    std::vector<hdl::Bits> last;
    for (int r = rows * channels - 1; r >= 0; --r) {
      last.push_back(before.slice(((r + 1) * columns - left) * data_width, left * data_width));
    }
    registers.emplace_back(left_q, hdl::concat(last));
  }
  const hdl::Bits take = m.wire("take", flag, enable & valid_in);
  m.registers({.clock = clk}, take, {}, registers);

  if (ahead > 1 || behind > 1) m.section("Whether samples beside the beat belong to its line.");
  // [d - 1]: d beats behind, d beats ahead.
  std::vector<hdl::Bits> edge_left, edge_right;
  for (int d = 1; d <= behind; ++d) {
    const hdl::Bits& here = line_first[ahead + d - 1];
    edge_left.push_back(
        d == 1 ? here : m.wire(fmt::format("edge_left_{}", d), flag, edge_left.back() | here));
  }
  for (int d = 1; d <= ahead; ++d) {
    const hdl::Bits& here = line_last[ahead - d + 1];
    edge_right.push_back(
        d == 1 ? here : m.wire(fmt::format("edge_right_{}", d), flag, edge_right.back() | here));
  }
  m.section(channels == 1 ? "Row r of the window." : "Row r, channel c of the window.");
  const auto emit_row = [&](const hdl::Dim& r, const hdl::Dim& c) {
    const hdl::Dim row = channels * r + c;
    std::vector<hdl::Bits> parts;  // the newest, on the right, first
    for (int d = ahead; d >= 1; --d) {
      const int count = d == ahead ? right : columns;
      parts.push_back(
          m.wire(ahead == 1 ? "right" : fmt::format("right_{}", d), hdl::bits(count * data_width),
                 hdl::mux(edge_right[static_cast<size_t>(d - 1)], hdl::zeros(count * data_width),
                          full[ahead - d].slice(columns * row * data_width, count * data_width))));
    }
    parts.push_back(full[ahead].lane(row, beat_width));
    for (int d = 1; d <= behind; ++d) {
      const int count = d == behind ? left : columns;
      const hdl::Bits samples_behind =
          d == behind ? left_q.lane(row, left * data_width) : full[ahead + d].lane(row, beat_width);
      parts.push_back(m.wire(behind == 1 ? "left" : fmt::format("left_{}", d),
                             hdl::bits(count * data_width),
                             hdl::mux(edge_left[static_cast<size_t>(d - 1)],
                                      hdl::zeros(count * data_width), samples_behind)));
    }
    m.assign(x.lane(rows * c + r, width * data_width), hdl::concat(parts));
  };
  m.generate_for("gen_row", "r", rows, [&](const hdl::Dim& r) {
    if (channels == 1) return emit_row(r, 0);
    m.generate_for("gen_channel", "c", channels, [&](const hdl::Dim& c) { emit_row(r, c); });
  });
  m.comment(
      "The first column of a frame ends nothing: what is left of a broken-off frame is dropped.");
  hdl::Bits valid = valid_in & output[ahead];
  for (int s = 0; s < ahead; ++s) valid = valid & ~start[s];
  m.assign(valid_out, valid);
  m.assign(frame_first_out, frame_first[ahead]);
  m.assign(line_last_out, line_last[ahead]);
  m.assign(lanes_out, lanes[ahead]);
  if (shape.rows > 1) m.assign(rows_out, row_marks[ahead]);
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

const hdl::Module& conv2d_window(DesignBuilder& design, const StreamShape& shape) {
  std::string which;
  if (shape.kernel != 3) which += fmt::format("_k{}", shape.kernel);
  if (shape.columns != 3) which += fmt::format("_p{}", shape.columns);
  if (shape.window_rows() != 3) which += fmt::format("_r{}", shape.window_rows());
  if (shape.rows != 1) which += fmt::format("_pr{}", shape.rows);
  if (shape.in_channels != 1) which += fmt::format("_c{}", shape.in_channels);
  const std::string name = "fircone_conv2d_window" + which;
  return design.helper(name, {{"DataWidth", design.size("DataWidth")}}, {{"DataWidth", 8}},
                       [&](const hdl::Point& at) { return build_window(name, shape, at); });
}

const hdl::Module& conv2d_round(DesignBuilder& design, int64_t sum_width) {
  const bool signed_data = design.is("data", "signed");
  const std::string name = std::string("fircone_conv2d_round") + (signed_data ? "_signed" : "");
  return design.helper(name, {{"SumWidth", sum_width}, {"DataWidth", design.size("DataWidth")}},
                       {{"SumWidth", 20}, {"DataWidth", 8}},
                       [&](const hdl::Point& at) { return build_round(name, signed_data, at); });
}

}  // namespace gen
