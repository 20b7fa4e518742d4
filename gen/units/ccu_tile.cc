// SPDX-License-Identifier: Apache-2.0
// Tiles of ccu: outputs of the modes are added up in them, and leave them in rows.

#include <fmt/format.h>

#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

constexpr int kBanks = kCcuLines;  // either way
constexpr int kWords = 16;         // of a tile in a bank: {row / 4, column / 4}
constexpr int kDepth = kCcuBuffers * kWords;

// Lane i of the result is lane i - amount (modulo 4) of `lanes`.
hdl::Bits rotated(hdl::Module& m, const std::string& name, const hdl::Bits& lanes,
                  const hdl::Bits& amount, const hdl::Dim& width) {
  const auto by = [&](const hdl::Bits& from, int places) {
    std::vector<hdl::Bits> parts;
    for (int i = kBanks - 1; i >= 0; --i)
      parts.push_back(from.lane((i - places + kBanks) % kBanks, width));
    return hdl::concat(parts);
  };
  const hdl::Bits once = m.wire(name + "_once", hdl::bits(kBanks * width),
                                hdl::mux(amount.bit(0), by(lanes, 1), lanes));
  return m.wire(name, hdl::bits(kBanks * width), hdl::mux(amount.bit(1), by(once, 2), once));
}

// For each of four banks: which rows (columns) of outputs there are, and in which word.
struct Way {
  hdl::Bits used, words;
};

Way way(hdl::Module& m, const std::string& name, const hdl::Bits& place, const hdl::Bits& mode3) {
  const hdl::Bits used = m.wire(name + "_used", hdl::bits(kBanks));
  const hdl::Bits words = m.wire(name + "_words", hdl::bits(2 * kBanks));
  const hdl::Bits high = m.wire(name + "_word", hdl::bits(2), place.slice(2, 2));
  const hdl::Num next = m.wire(name + "_next_word", hdl::uint(2), (high.as_unsigned() + 1).wrap(2));
  const hdl::Num low = m.wire(name + "_bank", hdl::uint(2), place.slice(0, 2).as_unsigned());
  for (int b = 0; b < kBanks; ++b) {
    // Of three outputs that begin in bank low the one before it gets none.
    m.assign(used.bit(b), ~(mode3 & (low == hdl::Num((b + 1) % kBanks))));
    m.assign(words.lane(b, 2),
             b == kBanks - 1 ? high : hdl::mux(low > hdl::Num(b), next.bits(), high));
  }
  return {used, words};
}

hdl::Module build_tile(DesignBuilder& design, const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Tile buffers of one core of ccu: 12 x 12 outputs each, four of them, in 4 x 4 banks. A "
       "block of up to 4 x 4 outputs is put down in a cycle, or added to what another mode has put "
       "there; one output is read in a cycle."});
  const hdl::Dim width =
      m.parameter("ResultWidth", at.at("ResultWidth"), 4, 64, "Bits of an output.");
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits valid = m.input("valid_i", flag, "A block of outputs:");
  const hdl::Bits add = m.input("add_i", flag, "it is added,");
  const hdl::Bits buffer = m.input("buffer_i", hdl::bits(2), "in this buffer,");
  const hdl::Bits place = m.input("place_i", hdl::bits(8), "first {column, row},");
  const hdl::Bits row_mode3 = m.input("row_mode3_i", flag, "three rows, else four,");
  const hdl::Bits column_mode3 = m.input("column_mode3_i", flag, "three columns, else four.");
  const hdl::Bits y = m.input("y_i", hdl::bits(kBanks * kBanks * width),
                              "Output (row r, column c) at bit (4*r + c) * ResultWidth.");
  const hdl::Bits enable = m.input("en_i", flag, "The way out moves.");
  const hdl::Bits read = m.input("read_i", flag, "An output is read:");
  const hdl::Bits read_buffer = m.input("read_buffer_i", hdl::bits(2), "in this buffer,");
  const hdl::Bits read_place = m.input("read_place_i", hdl::bits(8), "{column, row}.");
  const hdl::Bits out = m.output("y_o", hdl::bits(width), "It, after two cycles that moved.");
  const hdl::Clock clock{.clock = clk};
  constexpr int kAll = kBanks * kBanks;

  m.section("Outputs in the order of the banks.");
  const Way rows = way(m, "row", place.slice(0, 4), row_mode3);
  const Way columns = way(m, "column", place.slice(4, 4), column_mode3);
  const hdl::Dim line = kBanks * width;
  const hdl::Bits lines = rotated(m, "lines", y, place.slice(0, 2), line);
  const hdl::Bits values = m.wire("values", hdl::bits(kAll * width));
  const hdl::Bits column_bank = m.wire("first_column", hdl::bits(2), place.slice(4, 2));
  m.generate_for("gen_line", "r", kBanks, [&](const hdl::Dim& r) {
    const hdl::Bits cells = m.wire("cells", hdl::bits(line), lines.lane(r, line));
    m.assign(values.lane(r, line), rotated(m, "turned", cells, column_bank, width));
  });
  const hdl::Bits values_q = m.reg("values_q", hdl::bits(kAll * width));
  const hdl::Bits add_q = m.reg("add_q", flag);
  m.registers(clock, {}, {}, {{values_q, values}, {add_q, add}});

  m.section("The banks, twice: to add to, and to read from.");
  const hdl::Bits read_word =
      m.wire("read_word", hdl::bits(6),
             hdl::concat({read_buffer, read_place.slice(2, 2), read_place.slice(6, 2)}));
  const hdl::Bits outputs = m.wire("outputs", hdl::bits(kAll * width));
  m.generate_for("gen_row", "r", kBanks, [&](const hdl::Dim& r) {
    m.generate_for("gen_column", "c", kBanks, [&](const hdl::Dim& c) {
      const hdl::Bits word =
          m.wire("word", hdl::bits(6),
                 hdl::concat({buffer, rows.words.lane(r, 2), columns.words.lane(c, 2)}));
      const hdl::Bits here = m.wire("here", flag, valid & rows.used.bit(r) & columns.used.bit(c));
      const hdl::Bits word_q = m.reg("word_q", hdl::bits(6));
      const hdl::Bits here_q = m.reg("here_q", flag);
      m.registers(clock, {}, {}, {{word_q, word}, {here_q, here}});
      const hdl::Bits before = m.wire("old", hdl::bits(width));
      const hdl::Num value =
          m.wire("value", hdl::sint(width), values_q.lane(kBanks * r + c, width).as_signed());
      const hdl::Num more =
          m.wire("more", hdl::sint(width), (before.as_signed() + value).wrap(width));
      const hdl::Bits total =
          m.wire("total", hdl::bits(width), hdl::mux(add_q, more.bits(), value.bits()));
      const hdl::Module& ram = ram_1r1w(design, width.value(), kDepth);
      const auto bank = [&](const char* instance, const hdl::Bits& reading,
                            const hdl::Bits& at_word, const hdl::Bits& what) {
        m.instance(instance, ram, {{"Width", width}, {"Depth", kDepth}},
                   {{"clk_i", clk},
                    {"read_i", reading},
                    {"read_address_i", at_word.as_unsigned()},
                    {"read_data_o", what},
                    {"write_i", here_q},
                    {"write_address_i", word_q.as_unsigned()},
                    {"write_data_i", total}});
      };
      bank("u_add", here & add, word, before);
      bank("u_read", enable & read, read_word, outputs.lane(kBanks * r + c, width));
    });
  });

  m.section("The output that was read.");
  const hdl::Bits row_q = m.reg("row_q", hdl::bits(2));
  const hdl::Bits column_q = m.reg("column_q", hdl::bits(2));
  const hdl::Bits y_q = m.reg("y_q", hdl::bits(width));
  const auto choose = [&](const hdl::Bits& index, const std::vector<hdl::Bits>& of) {
    return hdl::mux(index.bit(1), hdl::mux(index.bit(0), of[3], of[2]),
                    hdl::mux(index.bit(0), of[1], of[0]));
  };
  std::vector<hdl::Bits> chosen;
  for (int r = 0; r < kBanks; ++r) {
    std::vector<hdl::Bits> cells;
    for (int c = 0; c < kBanks; ++c) cells.push_back(outputs.lane(kBanks * r + c, width));
    chosen.push_back(m.wire(fmt::format("row_{}", r), hdl::bits(width), choose(column_q, cells)));
  }
  m.registers(clock, enable, {},
              {{row_q, read_place.slice(0, 2)},
               {column_q, read_place.slice(4, 2)},
               {y_q, choose(row_q, chosen)}});
  m.assign(out, y_q);
  return m;
}

hdl::Module build_emitter(DesignBuilder& design, const std::string& name, hdl::ResetStyle style) {
  hdl::Module m = helper_module(name, {"Order in which ccu's outputs leave, tile by tile, row by "
                                       "row, and the counters of frames."});
  const hdl::BitsType flag = hdl::bits(1), time = hdl::bits(32);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits tile = m.input("tile_i", flag, "The last window of a tile is on its way:");
  const hdl::Bits buffer = m.input("buffer_i", hdl::bits(2), "its buffer,");
  const hdl::Bits size = m.input("size_i", hdl::bits(8), "{columns, rows} of the frame in it,");
  const hdl::Bits first = m.input("first_i", flag, "first of the frame,");
  const hdl::Bits last = m.input("last_i", flag, "last of the frame, whose counts are");
  const hdl::Bits begun = m.input("begun_i", time, "when it began,");
  const hdl::Bits input = m.input("input_cycles_i", time, "INPUT_CYCLES,");
  const hdl::Bits issued = m.input("issued_i", time, "ISSUED,");
  const hdl::Bits macs = m.input("macs_i", hdl::bits(kCcuMacBits), "MACS.");
  const hdl::Bits landed = m.input("landed_i", flag, "A tile is complete.");
  const hdl::Bits early =
      m.input("early_i", flag, "A row of places of the frame's last tile is done and on its way:");
  const hdl::Bits ready = m.input("ready_i", flag, "now it is put down,");
  const hdl::Num ready_row = m.input("ready_row_i", hdl::uint(4), "from this row on,");
  const hdl::Bits ready_mode3 = m.input("ready_mode3_i", flag, "three rows, else four.");
  const hdl::Bits enable = m.input("en_i", flag, "The way out moves.");
  const hdl::Bits read = m.output("read_o", flag, "An output is read:");
  const hdl::Bits read_buffer = m.output("read_buffer_o", hdl::bits(2), "in this buffer,");
  const hdl::Bits read_place = m.output("read_place_o", hdl::bits(8), "{column, row}.");
  const hdl::Bits gone = m.output("tile_gone_o", flag, "It is the tile's last.");
  const hdl::Bits out_valid = m.output("valid_o", flag, "Two moves later: an output,");
  const hdl::Bits out_first = m.output("first_o", flag, "first of a frame,");
  const hdl::Bits out_last = m.output("last_o", flag, "last of a frame.");
  const hdl::Bits taken = m.input("taken_i", flag, "The last output of a frame was taken.");
  const hdl::Bits now_out = m.output("now_o", time, "Cycles since reset.");
  const hdl::Bits cycles = m.output("cycles_o", time, "Of the last frame: CYCLES,");
  const hdl::Bits input_out = m.output("input_cycles_o", time, "INPUT_CYCLES,");
  const hdl::Bits issued_out = m.output("issued_o", time, "ISSUED,");
  const hdl::Bits macs_out = m.output("macs_o", hdl::bits(kCcuMacBits), "MACS.");
  const hdl::Bits frames = m.output("frames_o", time, "Frames.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  m.section("What is known of the tile in each buffer: {last, first, columns, rows}.");
  const hdl::Num buffer_q = m.reg("buffer_q", hdl::uint(2), 0);
  std::vector<hdl::Bits> tiles;
  for (int b = 0; b < kCcuBuffers; ++b) {
    tiles.push_back(m.reg(fmt::format("tile_{}_q", b), hdl::bits(10)));
    m.registers(data, (tile | early) & (buffer == hdl::literal(2, b)), {},
                {{tiles.back(), hdl::concat({last, first, size})}});
  }
  const hdl::Bits index = m.wire("index", hdl::bits(2), buffer_q.bits());
  const hdl::Bits now_tile =
      m.wire("now_tile", hdl::bits(10),
             hdl::mux(index.bit(1), hdl::mux(index.bit(0), tiles[3], tiles[2]),
                      hdl::mux(index.bit(0), tiles[1], tiles[0])));

  m.section(
      "Row by row through complete tiles, and the frame's last as it is completed. A frame ends "
      "only when the one before has left.");
  const hdl::Num ready_next =
      m.wire("ready_next", hdl::uint(4),
             (ready_row + hdl::mux(ready_mode3, hdl::Num(3), hdl::Num(4))).wrap(4));
  const hdl::Num ready_1_rows_q = m.reg("ready_1_rows_q", hdl::uint(4));
  const hdl::Num ready_2_rows_q = m.reg("ready_2_rows_q", hdl::uint(4));
  const hdl::Bits ready_1_q = m.reg("ready_1_q", flag, 0), ready_2_q = m.reg("ready_2_q", flag, 0);
  const hdl::Num rows_q = m.reg("rows_q", hdl::uint(4), 0);
  m.registers(data, {}, {{ready_1_rows_q, ready_next}, {ready_2_rows_q, ready_1_rows_q}}, {});
  m.registers(state, {}, {}, {{ready_1_q, ready}, {ready_2_q, ready_1_q}});
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when(
        {{landed, [&] { c.set(rows_q, 0); }}, {ready_2_q, [&] { c.set(rows_q, ready_2_rows_q); }}});
  });
  const hdl::Num waiting_q = m.reg("waiting_q", hdl::uint(3), 0);
  const hdl::Num row_q = m.reg("row_q", hdl::uint(4), 0);
  const hdl::Num column_q = m.reg("column_q", hdl::uint(4), 0);
  const hdl::Bits closing_q = m.reg("closing_q", flag, 0);
  const hdl::Num next_row = m.wire("next_row", hdl::uint(4), (row_q + 1).wrap(4));
  const hdl::Num next_column = m.wire("next_column", hdl::uint(4), (column_q + 1).wrap(4));
  const hdl::Bits column_ends =
      m.wire("column_ends", flag, next_column.bits() == now_tile.slice(4, 4));
  const hdl::Bits tile_ends =
      m.wire("tile_ends", flag, column_ends & (next_row.bits() == now_tile.slice(0, 4)));
  const hdl::Bits frame_ends = m.wire("frame_ends", flag, tile_ends & now_tile.bit(9));
  const hdl::Bits reading = m.wire(
      "reading", flag, ((waiting_q != hdl::Num(0)) | (row_q < rows_q)) & ~(frame_ends & closing_q));
  const hdl::Bits move = m.wire("move", flag, reading & enable);
  const hdl::Bits leaves = m.wire("leaves", flag, move & tile_ends);
  const hdl::Num more = m.wire("more", hdl::uint(3), (waiting_q + landed.as_unsigned()).wrap(3));
  m.registers(state, {},
              {{waiting_q, hdl::wrapping_difference(more, leaves.as_unsigned(), 3)},
               {buffer_q, (buffer_q + leaves.as_unsigned()).wrap(2)}},
              {{closing_q, (move & frame_ends) | (closing_q & ~taken)}});
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when(move, [&] {
      c.set(column_q, hdl::mux(column_ends, hdl::Num(0), next_column));
      c.when(column_ends, [&] { c.set(row_q, hdl::mux(tile_ends, hdl::Num(0), next_row)); });
    });
  });
  m.assign(read, reading);
  m.assign(read_buffer, index);
  m.assign(read_place, hdl::concat({column_q.bits(), row_q.bits()}));
  m.assign(gone, leaves);
  const hdl::Bits begins =
      m.wire("begins", flag, now_tile.bit(8) & (row_q == hdl::Num(0)) & (column_q == hdl::Num(0)));
  const hdl::Bits valid_1_q = m.reg("valid_1_q", flag, 0), valid_2_q = m.reg("valid_2_q", flag, 0);
  const hdl::Bits first_1_q = m.reg("first_1_q", flag), first_2_q = m.reg("first_2_q", flag);
  const hdl::Bits last_1_q = m.reg("last_1_q", flag), last_2_q = m.reg("last_2_q", flag);
  m.registers(state, enable, {}, {{valid_1_q, reading}, {valid_2_q, valid_1_q}});
  m.registers(
      data, enable, {},
      {{first_1_q, begins}, {first_2_q, first_1_q}, {last_1_q, frame_ends}, {last_2_q, last_1_q}});
  m.assign(out_valid, valid_2_q);
  m.assign(out_first, first_2_q);
  m.assign(out_last, last_2_q);

  m.section("Counts of a frame wait with its last tile, then for its last output.");
  const hdl::Num now_q = m.reg("now_q", hdl::uint(32), 0);
  const hdl::Num frames_q = m.reg("frames_q", hdl::uint(32), 0);
  m.registers(
      state, {},
      {{now_q, (now_q + 1).wrap(32)}, {frames_q, (frames_q + taken.as_unsigned()).wrap(32)}});
  m.assign(now_out, now_q.bits());
  m.assign(frames, frames_q.bits());
  constexpr int kCounts = 3 * 32 + kCcuMacBits;
  const hdl::Bits counts = m.wire("counts", hdl::bits(kCounts));
  m.instance("u_counts", ram_1r1w(design, kCounts, kCcuBuffers),
             {{"Width", kCounts}, {"Depth", kCcuBuffers}},
             {{"clk_i", clk},
              {"read_i", move & frame_ends},
              {"read_address_i", buffer_q},
              {"read_data_o", counts},
              {"write_i", tile & last},
              {"write_address_i", buffer.as_unsigned()},
              {"write_data_i", hdl::concat({macs, issued, input, begun})}});
  const hdl::Num cycles_q = m.reg("cycles_q", hdl::uint(32), 0);
  const hdl::Bits input_q = m.reg("input_cycles_q", time, 0);
  const hdl::Bits issued_q = m.reg("issued_q", time, 0);
  const hdl::Bits macs_q = m.reg("macs_q", hdl::bits(kCcuMacBits), 0);
  const hdl::Num began = m.wire("began", hdl::uint(32), counts.slice(0, 32).as_unsigned());
  const hdl::Num elapsed =
      m.wire("elapsed", hdl::uint(32), hdl::wrapping_difference(now_q, began, 32));
  m.registers(state, taken, {{cycles_q, (elapsed + 1).wrap(32)}},
              {{input_q, counts.slice(32, 32)},
               {issued_q, counts.slice(64, 32)},
               {macs_q, counts.slice(96, kCcuMacBits)}});
  m.assign(cycles, cycles_q.bits());
  m.assign(input_out, input_q);
  m.assign(issued_out, issued_q);
  m.assign(macs_out, macs_q);
  return m;
}

}  // namespace

const hdl::Module& ccu_tile(DesignBuilder& design) {
  const std::string name = "fircone_ccu_tile";
  return design.helper(name, {{"ResultWidth", ccu_result_width(design.spec())}},
                       {{"ResultWidth", 28}},
                       [&](const hdl::Point& at) { return build_tile(design, name, at); });
}

const hdl::Module& ccu_emitter(DesignBuilder& design) {
  const std::string name = helper_name(design, "ccu_emitter");
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name, {}, {},
                       [&](const hdl::Point&) { return build_emitter(design, name, style); });
}

}  // namespace gen
