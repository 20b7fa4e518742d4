// SPDX-License-Identifier: Apache-2.0
// A design with one of everything that the printer can print, and the three tools that judge it.

#include <fmt/format.h>

#include "tests/hdl_support.h"

namespace hdl_test {

using hdl::bits;
using hdl::Bits;
using hdl::Dim;
using hdl::Module;
using hdl::Num;
using hdl::sint;

namespace {

// Registered comparison, instantiated in a loop.
Module make_child(int64_t width) {
  Module m("fircone_above", {"Whether a is above b."});
  const Dim w = m.parameter("Width", width, 1, 24, "Width.");
  const Num a = m.input("a_i", hdl::uint(w), "First.");
  const Num b = m.input("b_i", hdl::uint(w), "Second.");
  const Bits above = m.output("above_o", bits(1), "a > b.");
  m.assign(above, a > b);
  return m;
}

void sizes_and_loops(Module& m, const Module& child, const Dim& width, const Dim& lanes,
                     const Bits& x, const Bits& y) {
  m.section("Each lane against the next one, the last against the first.");
  const Bits above = m.wire("above", bits(lanes));
  const Bits rotated = m.wire("rotated", bits(lanes * width));
  m.assign(rotated.slice(0, width), x.slice((lanes - 1) * width, width));
  m.assign(rotated.slice(width, (lanes - 1) * width), x.slice(0, (lanes - 1) * width));
  m.generate_for("gen_lane", "i", lanes, [&](const Dim& i) {
    const Num a = m.wire("a", hdl::uint(width), x.lane(i, width).as_unsigned());
    const Num b = m.wire("b", hdl::uint(width), rotated.lane(i, width).as_unsigned());
    m.instance("u_above", child, {{"Width", width}},
               {{"a_i", a}, {"b_i", b}, {"above_o", above.bit(i)}});
    m.generate_if(
        "gen_wide", is_above(width, 1),
        [&] {
          m.assign(y.slice(i * width + width - 1, 1), ~a.bits().msb());
          m.assign(y.slice(i * width, width - 1),
                   mux(above.bit(i), a.bits().slice(0, width - 1), b.bits().slice(0, width - 1)));
          m.unused("unused_msb", b.bits().msb());
        },
        "gen_narrow",
        [&] {
          m.assign(y.lane(i, width), ~a.bits() ^ (b.bits() & replicate(width, above.bit(i))));
        });
  });
}

Num control(Module& m, const Clocking& c, const Dim& depth, const Bits& start) {
  m.section("A counter and a state machine.");
  const Dim aw = m.localparam("AddressWidth", clog2(depth));
  const Num last = m.constant("LastAddress", hdl::uint(aw), depth - 1);
  const Bits idle = m.constant("StateIdle", bits(2), 0);
  const Bits busy = m.constant("StateBusy", bits(2), 1);
  const Num address = m.reg("address_q", hdl::uint(aw), 0);
  const Bits state = m.reg("state_q", bits(2), idle);
  m.clocked(c.clock, [&](hdl::Clocked& b) {
    b.when(c.enable, [&] {
      b.select(state,
               {{idle, [&] { b.when(start, [&] { b.set(state, busy); }); }},
                {busy,
                 [&] {
                   b.when({{address == last, [&] { b.set(address, 0); }}},
                          [&] { b.set(address, (address + 1).wrap(aw)); });
                   b.when(~start, [&] { b.set(state, idle); });
                 }}},
               [&] { b.set(state, idle); });
    });
  });
  return address;
}

Num arithmetic(Module& m, const Dim& width, const Num& s, const Num& t, const Num& places) {
  m.section("Arithmetic at several widths.");
  const Num wide = m.wire("wide", sint(width + 3), (s.shift_left(2) - t) + 1);
  const Num product = m.wire("product", sint(2 * width), s * t);
  const Num scaled = m.wire("scaled", sint(2 * width), product.shift_right(places));
  const Num small = m.wire("clipped", sint(width), scaled.saturate(sint(width)));
  const Num positive = m.wire("positive", hdl::uint(width), scaled.saturate(hdl::uint(width)));
  const Num fast = m.wire("fast", sint(2 * width + 1),
                          (product + s * t - s * t - product + small)
                              .known_range(small.range().lo, small.range().hi, "two pairs cancel"));
  const Num low = m.wire("low", sint(width), mux(s > small, -small, wide).wrap(width));
  const Bits equal = m.wire("equal", bits(1), (low == 0) | (low != -1) | (wide >= s));
  const Num all =
      m.wire("all", sint(2 * width + 6),
             fast + low + positive.as_signed() + wide + equal.as_unsigned().as_signed() +
                 s.shift_right(1) + product.shift_left(3));
  return all;
}

}  // namespace

std::vector<Module> everything(const hdl::Point& point) {
  std::vector<Module> design;
  design.push_back(make_child(point.at("Width")));
  Module m("everything",
           {"One of everything that the printer can print, in no useful order, with a "
            "first paragraph that is longer than one line of a hundred columns.",
            "A second paragraph."});
  m.set_generated_by("fircone generate everything");
  const Dim width = m.parameter("Width", point.at("Width"), 2, 24, "Width of a lane.");
  const Dim approx = m.parameter("ApproxWidth", point.at("ApproxWidth"), 0, width - 1, "Low part.");
  const Dim lanes = m.parameter("Lanes", point.at("Lanes"), 2, 5, "Lanes.");
  const Dim depth = m.parameter("Depth", point.at("Depth"), 2, 1000, "Words of the memory.");
  m.require("Lanes_times_Width_above_120", is_at_most(lanes * width, 120));
  const Clocking c = add_clocking(m);
  const Bits x = m.input("x_i", bits(lanes * width), "Lanes.");
  const Num s = m.input("s_i", sint(width), "Signed.");
  const Num t = m.input("t_i", sint(width), "Signed.");
  const Num places = m.input("places_i", hdl::uint(3), "Shift.");
  const Bits y = m.output("y_o", bits(lanes * width), "Lanes.");
  const Num r = m.output("r_o", sint(2 * width + 6), "Sum.");
  const Bits q = m.output("q_o", bits(width), "Word read.");
  const Bits z = m.output("z_o", bits(max(width, lanes) + ceil_div(depth, 4)), "Flags.");
  sizes_and_loops(m, design[0], width, lanes, x, y);
  m.assign(r, arithmetic(m, width, s, t, places));
  const Num address = control(m, c, depth, s.bits().msb());
  const Num ones = m.accumulate("ones", hdl::uint(8), "k", lanes * width,
                                [&](const Dim& k) { return x.bit(k).as_unsigned(); });
  m.section("A memory.");
  const hdl::Memory memory = m.memory("words", width, depth);
  const Bits word = m.reg("word_q", bits(width));
  m.clocked(c.clock, [&](hdl::Clocked& b) {
    b.when(c.enable, [&] {
      b.write(memory, address, s.bits());
      b.read(word, memory, address);
    });
  });
  m.comment("The low part is inverted.");
  m.generate_if(
      "gen_exact", is_at_most(approx, 0), [&] { m.assign(q, word); }, "gen_approximate",
      [&] {
        m.assign(q.slice(0, approx), ~word.slice(0, approx));
        m.assign(q.slice(approx, width - approx), word.slice(approx, width - approx));
      });
  const Bits flags = m.wire("flags", bits(4), hdl::concat({places.bits(), hdl::literal(1, 1)}));
  const Num index = m.wire("index", hdl::uint(1), x.bit(0).as_unsigned());
  const Bits chosen = m.wire("chosen", bits(1), flags.select(index));
  m.assign(z, hdl::concat({replicate(max(width, lanes) + ceil_div(depth, 4) - 1, chosen),
                           x.all() ^ x.parity() ^ ones.bits().any()}));
  design.push_back(std::move(m));
  return design;
}

const std::vector<hdl::FreeSize>& everything_sizes() {
  static const std::vector<hdl::FreeSize> sizes = {
      {"Width", 8, 2, 24}, {"ApproxWidth", 3, 0, 23}, {"Lanes", 3, 2, 5}, {"Depth", 12, 2, 1000}};
  return sizes;
}

ToolResult run_tools(const std::string& text, const std::string& top, const hdl::Point& overrides) {
  const base::TemporaryDirectory folder;
  const std::string file = (folder.path() / (top + ".v")).string();
  base::write_file(file, text);
  std::vector<std::string> verilator = {"verilator",         "--lint-only",  "-Wall",
                                        "-Wno-DECLFILENAME", "--top-module", top};
  std::vector<std::string> icarus = {"iverilog", "-g2005", "-Wall", "-o", "/dev/null", "-s", top};
  std::string sets;
  for (const auto& [name, value] : overrides) {
    verilator.push_back(fmt::format("-G{}={}", name, value));
    icarus.push_back(fmt::format("-P{}.{}={}", top, name, value));
    sets += fmt::format(" -chparam {} {}", name, value);
  }
  verilator.push_back(file);
  icarus.push_back(file);
  const std::string script =
      fmt::format("read_verilog {}; hierarchy -check -top {}{}; proc; opt_expr; check -assert",
                  file, top, sets);
  ToolResult result;
  const auto ran = [&](const std::vector<std::string>& argv) {
    const base::Output o = base::run({.argv = argv, .directory = folder.path()});
    result.output += o.out + o.err;
    return o.status == 0;
  };
  result.verilator = ran(verilator);
  result.icarus = ran(icarus);
  result.yosys = ran({"yosys", "-q", "-p", script});
  result.silent = result.output.empty();
  return result;
}

}  // namespace hdl_test
