// SPDX-License-Identifier: Apache-2.0
// Register slice and memory.

#include "gen/units/helpers.h"

namespace gen {
namespace {

hdl::Module build_skid_buffer(const std::string& name, hdl::ResetStyle style, int64_t width_value) {
  hdl::Module m = helper_module(
      name,
      {"Register slice of a valid/ready stream: valid, data and ready come from registers, a beat "
       "a cycle."});
  const hdl::Dim width = m.parameter("Width", width_value, 1, 16384, "Bits of a beat.");
  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock.");
  const hdl::Bits rst = m.input("rst_ni", hdl::bits(1), "Reset, active low.");
  const hdl::Bits valid_in = m.input("valid_i", hdl::bits(1), "A beat is offered.");
  const hdl::Bits ready_out = m.output("ready_o", hdl::bits(1), "It is taken.");
  const hdl::Bits data_in = m.input("data_i", hdl::bits(width), "Its data.");
  const hdl::Bits valid_out = m.output("valid_o", hdl::bits(1), "A beat is offered onwards.");
  const hdl::Bits ready_in = m.input("ready_i", hdl::bits(1), "It is taken.");
  const hdl::Bits data_out = m.output("data_o", hdl::bits(width), "Its data.");

  m.section("The spare register takes the beat that comes while the output register must wait.");
  const hdl::Bits valid_q = m.reg("valid_q", hdl::bits(1), 0);
  const hdl::Bits spare_valid_q = m.reg("spare_valid_q", hdl::bits(1), 0);
  const hdl::Bits data_q = m.reg("data_q", hdl::bits(width));
  const hdl::Bits spare_q = m.reg("spare_q", hdl::bits(width));
  const hdl::Bits move = m.wire("move", hdl::bits(1), ~valid_q | ready_in);
  const hdl::Bits waiting = m.wire("waiting", hdl::bits(1), spare_valid_q | valid_in);
  m.registers({.clock = clk, .reset = rst, .style = style}, {}, {},
              {{valid_q, hdl::mux(move, waiting, valid_q)}, {spare_valid_q, waiting & ~move}});
  m.clocked({.clock = clk, .reset = {}, .style = style}, [&](hdl::Clocked& c) {
    c.when(move, [&] { c.set(data_q, hdl::mux(spare_valid_q, spare_q, data_in)); });
    c.when(~spare_valid_q, [&] { c.set(spare_q, data_in); });
  });
  m.assign(ready_out, ~spare_valid_q);
  m.assign(valid_out, valid_q);
  m.assign(data_out, data_q);
  return m;
}

hdl::Module build_ram(const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Memory with one read and one write port; what is read is there a cycle later. Never read "
       "and write the same word in one cycle."});
  const hdl::Dim width = m.parameter("Width", at.at("Width"), 1, 1 << 19, "Bits of a word.");
  const hdl::Dim depth = m.parameter("Depth", at.at("Depth"), 2, 65536, "Words.");
  const hdl::Dim address_width = hdl::clog2(depth);
  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock.");
  const hdl::Bits read = m.input("read_i", hdl::bits(1), "Reads; else the last word stays.");
  const hdl::Num read_address =
      m.input("read_address_i", hdl::uint(address_width), "Word to read, below Depth.");
  const hdl::Bits read_data = m.output("read_data_o", hdl::bits(width), "The word.");
  const hdl::Bits write = m.input("write_i", hdl::bits(1), "Writes.");
  const hdl::Num write_address =
      m.input("write_address_i", hdl::uint(address_width), "Word to write, below Depth.");
  const hdl::Bits write_data = m.input("write_data_i", hdl::bits(width), "The word.");
  m.section("Inferred as block memory.");
  const hdl::Memory memory = m.memory("memory", width, depth);
  const hdl::Bits read_data_q = m.reg("read_data_q", hdl::bits(width));
  m.clocked({.clock = clk}, [&](hdl::Clocked& c) {
    c.when(write, [&] { c.write(memory, write_address, write_data); });
    c.when(read, [&] { c.read(read_data_q, memory, read_address); });
  });
  m.assign(read_data, read_data_q);
  return m;
}

}  // namespace

std::string helper_name(const DesignBuilder& design, const std::string& name) {
  return "fircone_" + name + (design.is("reset", "sync") ? "_sync" : "");
}

hdl::Module helper_module(const std::string& name, std::vector<std::string> doc) {
  hdl::Module module(name, std::move(doc));
  module.set_generated_by("fircone generate, as a helper of units");
  return module;
}

const hdl::Module& skid_buffer(DesignBuilder& design, int64_t width) {
  const std::string name = helper_name(design, "skid_buffer");
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name, {{"Width", width}}, {{"Width", 8}}, [&](const hdl::Point& at) {
    return build_skid_buffer(name, style, at.at("Width"));
  });
}

const hdl::Module& ram_1r1w(DesignBuilder& design, int64_t width, int64_t depth) {
  const std::string name = "fircone_ram_1r1w";
  return design.helper(name, {{"Width", width}, {"Depth", depth}}, {{"Width", 8}, {"Depth", 16}},
                       [&](const hdl::Point& at) { return build_ram(name, at); });
}

}  // namespace gen
