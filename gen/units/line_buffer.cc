// SPDX-License-Identifier: Apache-2.0
// line_buffer: keeps the last lines of a picture, gives a column of aligned rows for each beat.

#include <fmt/format.h>

#include "gen/units/helpers.h"
#include "gen/units/pipeline.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int kernel = static_cast<int>(spec.size("kernel"));
  const int parallel = static_cast<int>(spec.size("parallel"));
  const int above = kernel - 1;  // lines kept
  hdl::Module m = design.top(
      {fmt::format("Line buffer: for each beat of {} samples a column of {} rows, the current line "
                   "and the {} "
                   "above it.",
                   parallel, kernel, above),
       "Rows above the first line of a picture are zero. Lines must have equal numbers of beats."});
  const hdl::Dim data_width = design.parameter(m, "DataWidth");
  const hdl::Dim max_width = design.parameter(m, "MaxWidth");
  const hdl::Dim beat_width = m.localparam("BeatWidth", parallel * data_width);
  const hdl::Dim depth = m.localparam("Depth", hdl::ceil_div(max_width, parallel));
  const hdl::Dim address_width = m.localparam("AddressWidth", hdl::clog2(depth));

  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock, rising edge.");
  const hdl::Bits rst = m.input("rst_ni", hdl::bits(1), "Reset, active low.");
  const hdl::Bits enable = m.input("en_i", hdl::bits(1), "0 holds every register.");
  const hdl::Bits valid_in = m.input("valid_i", hdl::bits(1), "x_i is a beat.");
  const hdl::Bits first = m.input("first_i", hdl::bits(1), "It is the first of a picture.");
  const hdl::Bits last = m.input("last_i", hdl::bits(1), "It is the last of its line.");
  const hdl::Bits x = m.input("x_i", hdl::bits(parallel * data_width),
                              "Lane i of the current line at bit i * DataWidth.");
  const hdl::Bits valid_out = m.output("valid_o", hdl::bits(1), "x_o is a column.");
  const hdl::Bits column = m.output(
      "x_o", hdl::bits(kernel * parallel * data_width),
      fmt::format("Row r, lane i at bit ({}*r + i) * DataWidth; row {} is the current line.",
                  parallel, above));
  const hdl::Clock data{.clock = clk, .reset = {}, .style = design.reset_style()};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = design.reset_style()};

  m.section(fmt::format(
      "Position: beat of the line, and how many lines of the picture are above (at most {}).",
      above));
  const hdl::Dim count_width = hdl::clog2(kernel);
  const hdl::NumType count = hdl::uint(count_width).in(0, above);
  const hdl::Num beat_q = m.reg("beat_q", hdl::uint(address_width), 0);
  const hdl::Num lines_q = m.reg("lines_q", count, 0);
  const hdl::Bits take = m.wire("take", hdl::bits(1), enable & valid_in);
  const hdl::Num beat =
      m.wire("beat", hdl::uint(address_width), hdl::mux(first, hdl::Num(0), beat_q));
  const hdl::Num lines = m.wire("lines", count, hdl::mux(first, hdl::Num(0), lines_q));
  const hdl::Bits full = m.wire("full", hdl::bits(1), lines == hdl::Num(above));
  const hdl::Num next_beat =
      m.wire("next_beat", hdl::uint(address_width), (beat + 1).wrap(address_width));
  const hdl::Num more = m.wire("more_lines", hdl::uint(count_width), (lines + 1).wrap(count_width));
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when(take, [&] {
      c.set(beat_q, hdl::mux(last, hdl::Num(0), next_beat));
      c.set(lines_q, hdl::mux(last & ~full, more, lines)
                         .known_range(0, above, "no line above a full column is counted"));
    });
  });

  m.section("Stage 1: the beat waits for the word of the lines above it.");
  const hdl::Bits valid_q = m.reg("valid_q", hdl::bits(1), 0);
  const hdl::Num address_q = m.reg("address_q", hdl::uint(address_width));
  const hdl::Num above_q = m.reg("above_q", count);
  const hdl::Bits again_q = m.reg("again_q", hdl::bits(1));
  const hdl::Bits x_q = m.reg("x_q", hdl::bits(beat_width));
  const hdl::Dim word_width = above * beat_width;
  const hdl::Bits written_q = m.reg("written_q", hdl::bits(word_width));
  const hdl::Bits word = m.wire("word", hdl::bits(word_width));
  m.comment(
      "A line of one beat reads the word that is being written: it is kept beside the memory.");
  const hdl::Bits again = m.wire("again", hdl::bits(1), valid_q & (address_q == beat));
  const hdl::Bits kept = m.wire("kept", hdl::bits(word_width), hdl::mux(again_q, written_q, word));
  const hdl::Bits write_word = m.wire("write_word", hdl::bits(word_width));
  m.registers(state, enable, {}, {{valid_q, valid_in}});
  m.registers(data, take, {{address_q, beat}, {above_q, lines}},
              {{again_q, again}, {x_q, x}, {written_q, write_word}});

  m.section("Lane i of a word is the line i + 1 above; lines above the picture are zero.");
  std::vector<hdl::Bits> rows;  // oldest last
  rows.reserve(static_cast<size_t>(above));
  for (int i = 0; i < above; ++i) {
    rows.push_back(
        m.wire(fmt::format("row_{}", above - 1 - i), hdl::bits(beat_width),
               hdl::mux(above_q > hdl::Num(i), kept.lane(i, beat_width), hdl::zeros(beat_width))));
  }
  std::vector<hdl::Bits> stored;
  for (int i = above - 2; i >= 0; --i) stored.push_back(rows[static_cast<size_t>(i)]);
  stored.push_back(x_q);
  m.assign(write_word, hdl::concat(stored));
  const hdl::Module& ram = ram_1r1w(design, word_width.value(), depth.value());
  m.instance("u_lines", ram, {{"Width", word_width}, {"Depth", depth}},
             {{"clk_i", clk},
              {"read_i", take & ~again},
              {"read_address_i", beat},
              {"read_data_o", word},
              {"write_i", enable & valid_q},
              {"write_address_i", address_q},
              {"write_data_i", write_word}});
  m.assign(valid_out, valid_q);
  std::vector<hdl::Bits> from_newest{x_q};
  from_newest.insert(from_newest.end(), rows.begin(), rows.end());
  m.assign(column, hdl::concat(from_newest));

  design.formula =
      fmt::format("x_o row r = line l - {} + r of the picture, l the line of x_i", above);
  design.latency_cycles = 1;
  design.outputs_per_cycle = parallel;
  design.add(std::move(m));
}

}  // namespace

extern const Unit line_buffer;
const Unit line_buffer = {
    .name = "line_buffer",
    .doc = "Keeps the lines of a picture so that rows of a window come out aligned.",
    .source = "",
    .params = {fixed_size("kernel", "k", "3", 2, 7, "Rows of a column."),
               fixed_size("parallel", "p", "3", 1, 4, "Samples a beat."), reset_param(),
               data_width_param(),
               free_size("MaxWidth", "640", 8, 16384, "Longest line, in samples.")},
    .rules = {},
    .points = {"", "kernel=5 parallel=2 MaxWidth=64",
               "kernel=2 parallel=1 MaxWidth=33 DataWidth=12",
               "kernel=7 parallel=4 MaxWidth=100 reset=sync"},
    .build = build,
};

}  // namespace gen
