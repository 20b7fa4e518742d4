// SPDX-License-Identifier: Apache-2.0
// line_buffer: keeps the last lines of a picture, gives a column of aligned rows for each beat.

#include <fmt/format.h>

#include <algorithm>

#include "gen/units/helpers.h"
#include "gen/units/pipeline.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int kernel = static_cast<int>(spec.size("kernel"));
  const int parallel = static_cast<int>(spec.size("parallel"));
  const int group = static_cast<int>(spec.size("parallel_rows"));  // lines that come together
  const int above = kernel - group;                                // lines kept
  const int groups = (above + group - 1) / group;
  hdl::Module m = design.top(
      {group == 1
           ? fmt::format("Line buffer: for each beat of {} pixels a column of {} rows, the current "
                         "line and the {} above it.",
                         parallel, kernel, above)
           : fmt::format("Line buffer: for each beat of {} pixels of {} lines a column of {} rows, "
                         "the current lines and the {} above them.",
                         parallel, group, kernel, above),
       "Rows above the first line of a picture are zero. Lines must have equal numbers of beats."});
  const hdl::Dim channels = design.parameter(m, "Channels");
  const hdl::Dim data_width = design.parameter(m, "DataWidth");
  const hdl::Dim max_width = design.parameter(m, "MaxWidth");
  const hdl::Dim row_width = m.localparam("RowWidth", parallel * channels * data_width);
  const hdl::Dim beats = hdl::ceil_div(max_width, parallel);
  constexpr int kShortest = 8;  // of MaxWidth: with so many pixels a beat it may be one word
  const hdl::Dim depth =
      m.localparam("Depth", parallel < kShortest ? beats : hdl::max(beats, hdl::Dim(2)));
  const hdl::Dim address_width = m.localparam("AddressWidth", hdl::clog2(depth));

  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock, rising edge.");
  const hdl::Bits rst = m.input("rst_ni", hdl::bits(1), "Reset, active low.");
  const hdl::Bits enable = m.input("en_i", hdl::bits(1), "0 holds every register.");
  const hdl::Bits valid_in = m.input("valid_i", hdl::bits(1), "x_i is a beat.");
  const hdl::Bits first = m.input("first_i", hdl::bits(1), "It is the first of a picture.");
  const hdl::Bits last = m.input("last_i", hdl::bits(1), "It is the last of its line.");
  const hdl::Bits x = m.input(
      "x_i", hdl::bits(group * row_width),
      group == 1 ? "The current line: channel c, pixel j at (c * parallel + j) * DataWidth."
                 : "Row i of the current lines at i * RowWidth, there pixel j, channel c at "
                   "(j * Channels + c) * DataWidth.");
  const hdl::Bits valid_out = m.output("valid_o", hdl::bits(1), "x_o is a column.");
  const hdl::Bits column =
      m.output("x_o", hdl::bits(kernel * row_width),
               fmt::format("Row r at r * RowWidth; row {} is the current line{}.", kernel - 1,
                           group == 1 ? "" : "s' last"));
  const hdl::Clock data{.clock = clk, .reset = {}, .style = design.reset_style()};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = design.reset_style()};

  m.section(fmt::format(
      "Position: beat of the line, and how many {} of the picture are above (at most {}).",
      group == 1 ? "lines" : fmt::format("groups of {} lines", group), groups));
  const hdl::Dim count_width = hdl::clog2(groups + 1);
  const hdl::NumType count = hdl::uint(count_width).in(0, groups);
  const hdl::Num beat_q = m.reg("beat_q", hdl::uint(address_width), 0);
  const hdl::Num lines_q = m.reg("lines_q", count, 0);
  const hdl::Bits take = m.wire("take", hdl::bits(1), enable & valid_in);
  const hdl::Num beat =
      m.wire("beat", hdl::uint(address_width), hdl::mux(first, hdl::Num(0), beat_q));
  const hdl::Num lines = m.wire("lines", count, hdl::mux(first, hdl::Num(0), lines_q));
  const hdl::Bits full = m.wire("full", hdl::bits(1), lines == hdl::Num(groups));
  const hdl::Num next_beat =
      m.wire("next_beat", hdl::uint(address_width), (beat + 1).wrap(address_width));
  const hdl::Num more = m.wire("more_lines", hdl::uint(count_width), (lines + 1).wrap(count_width));
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when(take, [&] {
      c.set(beat_q, hdl::mux(last, hdl::Num(0), next_beat));
      c.set(lines_q, hdl::mux(last & ~full, more, lines)
                         .known_range(0, groups, "no line above a full column is counted"));
    });
  });

  m.section("Stage 1: the beat waits for the word of the lines above it.");
  const hdl::Bits valid_q = m.reg("valid_q", hdl::bits(1), 0);
  const hdl::Num address_q = m.reg("address_q", hdl::uint(address_width));
  const hdl::Num above_q = m.reg("above_q", count);
  const hdl::Bits again_q = m.reg("again_q", hdl::bits(1));
  const hdl::Bits x_q = m.reg("x_q", hdl::bits(group * row_width));
  const hdl::Dim word_width = above * row_width;
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
  std::vector<hdl::Bits> from_newest;  // the current lines, then those above
  for (int i = group - 1; i >= 0; --i)
    from_newest.push_back(group == 1 ? x_q : x_q.lane(i, row_width));
  for (int i = 0; i < above; ++i) {
    from_newest.push_back(m.wire(
        fmt::format("row_{}", above - 1 - i), hdl::bits(row_width),
        hdl::mux(above_q > hdl::Num(i / group), kept.lane(i, row_width), hdl::zeros(row_width))));
  }
  std::vector<hdl::Bits> stored(from_newest.begin(), from_newest.begin() + above);
  std::reverse(stored.begin(), stored.end());
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
  m.assign(column, hdl::concat(from_newest));

  design.formula = fmt::format("x_o row r = line l - {} + r of the picture, l the {} line of x_i",
                               kernel - 1, group == 1 ? "only" : "last");
  design.latency_cycles = 1;
  design.outputs_per_cycle = parallel * group;
  design.add(std::move(m));
}

constexpr int64_t kMostLanes = 256;  // of a word of the memory, which is all lines above

int64_t lanes_of(const base::Spec& s) {
  return (s.size("kernel") - s.size("parallel_rows")) * s.size("parallel");
}

// Whatever the channels and the width of a sample are, a word stays one that simulators can hold.
Rule word_rule() {
  return {.keys = {"kernel", "parallel", "parallel_rows"},
          .broken = [](const base::Spec& s) { return lanes_of(s) > kMostLanes; },
          .text = "(kernel - parallel_rows) * parallel must be at most 256",
          .explain =
              [](const base::Spec& s) {
                return fmt::format(
                    "(kernel={} - parallel_rows={}) * parallel={} is {}, must be at most {}; the "
                    "nearest are kernel={} and parallel={}",
                    s.size("kernel"), s.size("parallel_rows"), s.size("parallel"), lanes_of(s),
                    kMostLanes, s.size("parallel_rows") + kMostLanes / s.size("parallel"),
                    kMostLanes / (s.size("kernel") - s.size("parallel_rows")));
              }};
}

}  // namespace

extern const Unit line_buffer;
const Unit line_buffer = {
    .name = "line_buffer",
    .doc = "Keeps the lines of a picture so that rows of a window come out aligned.",
    .source = "",
    .params = {fixed_size("kernel", "k", "3", 2, 32, "Rows of a column."),
               fixed_size("parallel", "p", "3", 1, 12, "Pixels of a line in a beat."),
               fixed_size("parallel_rows", "pr", "1", 1, 12, "Lines of a beat.").silent_at("1"),
               reset_param(), free_size("Channels", "1", 1, 64, "Samples of a pixel."),
               data_width_param(),
               free_size("MaxWidth", "640", 8, 16384, "Longest line, in pixels.")},
    .rules = {{.keys = {"kernel", "parallel_rows"},
               .broken =
                   [](const base::Spec& s) { return s.size("kernel") <= s.size("parallel_rows"); },
               .text = "kernel must be above parallel_rows",
               .explain =
                   [](const base::Spec& s) {
                     return fmt::format(
                         "kernel={} must be above parallel_rows={}; the least is kernel={}",
                         s.size("kernel"), s.size("parallel_rows"), s.size("parallel_rows") + 1);
                   }},
              word_rule()},
    .points = {"", "kernel=5 parallel=2 MaxWidth=64",
               "kernel=2 parallel=1 MaxWidth=33 DataWidth=12",
               "kernel=7 parallel=4 MaxWidth=100 reset=sync",
               "kernel=5 parallel=3 parallel_rows=3 Channels=2 MaxWidth=50",
               "kernel=12 parallel=1 Channels=3 DataWidth=5 MaxWidth=20"},
    .build = build,
};

}  // namespace gen
