// SPDX-License-Identifier: Apache-2.0
// The weights of bw_array in registers: a set at work, the next one loaded row by row.

#include "gen/units/bw_array.h"
#include "gen/units/helpers.h"

namespace gen {
namespace {

hdl::Module build(const std::string& name, hdl::ResetStyle style, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name, {"Weights in registers, twice: a set at work, and one that is loaded meanwhile, a row "
             "(the sign bits and the offset of a filter) at a time, row 0 first.",
             "swap_i puts the loaded set to work; rows that were not loaded stay as the last set "
             "had them. A row that is taken with swap_i is row 0 of the set after."});
  const hdl::Dim pe = m.parameter("Pe", at.at("Pe"), 1, 128, "Rows.");
  const hdl::Dim simd = m.parameter("Simd", at.at("Simd"), 1, 256, "Sign bits of a row.");
  const hdl::Dim acc_width =
      m.parameter("AccWidth", at.at("AccWidth"), 3, 48, "Bits of an offset.");
  const hdl::Dim row_width = m.localparam("RowWidth", simd + acc_width);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits enable = m.input("en_i", flag, "0 holds every register.");
  const hdl::Bits load_valid = m.input("load_valid_i", flag, "A row is offered.");
  const hdl::Bits load_ready = m.output("load_ready_o", flag, "It is taken, if enabled.");
  const hdl::Bits load =
      m.input("load_i", hdl::bits(row_width), "The row: signs in the low bits, then the offset.");
  const hdl::Bits swap = m.input("swap_i", flag, "Puts the loaded set to work.");
  const hdl::Bits s = m.output("s_o", hdl::bits(pe * simd), "Signs at work, row p at p * Simd.");
  const hdl::Bits offset =
      m.output("offset_o", hdl::bits(pe * acc_width), "Offsets at work, row p at p * AccWidth.");

  m.section("Which row comes next, one bit each; the highest: none, the set is complete.");
  const hdl::Bits next_q = m.reg("next_q", hdl::bits(pe + 1), 1);
  const hdl::Bits now = m.wire("now", hdl::bits(pe + 1),
                               hdl::mux(swap, hdl::concat({hdl::zeros(pe), hdl::ones(1)}), next_q));
  m.assign(load_ready, ~next_q.msb());
  const hdl::Bits take = m.wire("take", flag, enable & load_valid & ~next_q.msb());
  m.registers({.clock = clk, .reset = rst, .style = style}, enable, {},
              {{next_q, hdl::mux(take, hdl::concat({now.slice(0, pe), hdl::zeros(1)}), now)}});
  const hdl::Bits change = m.wire("change", flag, enable & swap);
  m.generate_for("gen_row", "p", pe, [&](const hdl::Dim& p) {
    const hdl::Bits loaded_q = m.reg("loaded_q", hdl::bits(row_width));
    const hdl::Bits row_q = m.reg("row_q", hdl::bits(row_width));
    m.registers({.clock = clk}, take & now.bit(p), {}, {{loaded_q, load}});
    m.registers({.clock = clk}, change, {}, {{row_q, loaded_q}});
    m.assign(s.lane(p, simd), row_q.slice(0, simd));
    m.assign(offset.lane(p, acc_width), row_q.slice(simd, acc_width));
  });
  return m;
}

}  // namespace

const hdl::Module& bw_weights(DesignBuilder& design, const BwSizes& sizes) {
  const std::string name = helper_name(design, "bw_weights");
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name,
                       {{"Pe", sizes.pe.value()},
                        {"Simd", sizes.simd.value()},
                        {"AccWidth", sizes.acc_width.value()}},
                       {{"Pe", 4}, {"Simd", 8}, {"AccWidth", 20}},
                       [&](const hdl::Point& at) { return build(name, style, at); });
}

}  // namespace gen
