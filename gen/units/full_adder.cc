// SPDX-License-Identifier: Apache-2.0
// Full adders, half adders, and the compressors that are made of them.

#include "gen/units/full_adder.h"

#include <string>
#include <vector>

#include "gen/units/helpers.h"

namespace gen {
namespace {

constexpr int kMaxWidth = 1 << 20;  // bits of a row

// A module under construction, with its width and its input vectors a_i, b_i, ...
struct Row {
  hdl::Module m;
  hdl::Dim width = 0;
  std::vector<hdl::Bits> in = {};

  Row(const std::string& name, const std::string& doc, int64_t size, int inputs)
      : m(helper_module(name, {doc})) {
    width = m.parameter("Width", size, 1, kMaxWidth, "Bits of the row, each a column.");
    for (int i = 0; i < inputs; ++i) {
      const char letter = static_cast<char>('a' + i);
      in.push_back(m.input(std::string(1, letter) + "_i", hdl::bits(width), "Bits to add."));
    }
  }
  hdl::Bits output(const std::string& name, const std::string& doc) {
    return m.output(name, hdl::bits(width), doc);
  }
};

hdl::Module build_full(int64_t size) {
  Row row("fircone_fa", "A row of full adders: a + b + c = sum + 2 carry.", size, 3);
  const hdl::Bits sum = row.output("sum_o", "Weight of the inputs.");
  const hdl::Bits carry = row.output("carry_o", "Twice the weight.");
  const auto& [a, b, c] = std::tie(row.in[0], row.in[1], row.in[2]);
  const hdl::Bits x = row.m.wire("x", hdl::bits(row.width), a ^ b);
  row.m.assign(sum, x ^ c);
  row.m.assign(carry, (a & b) | (x & c));
  return std::move(row.m);
}

hdl::Module build_half(int64_t size) {
  Row row("fircone_ha", "A row of half adders: a + b = sum + 2 carry.", size, 2);
  const hdl::Bits sum = row.output("sum_o", "Weight of the inputs.");
  const hdl::Bits carry = row.output("carry_o", "Twice the weight.");
  row.m.assign(sum, row.in[0] ^ row.in[1]);
  row.m.assign(carry, row.in[0] & row.in[1]);
  return std::move(row.m);
}

hdl::Module build_half_one(int64_t size) {
  Row row("fircone_ha_one",
          "A row of half adders that add a one: a + b + 1 = sum + 2 carry. Also a half adder whose "
          "inputs and outputs are complements.",
          size, 2);
  const hdl::Bits sum = row.output("sum_o", "Weight of the inputs.");
  const hdl::Bits carry = row.output("carry_o", "Twice the weight.");
  row.m.assign(sum, ~(row.in[0] ^ row.in[1]));
  row.m.assign(carry, row.in[0] | row.in[1]);
  return std::move(row.m);
}

void full_adder(hdl::Module& m, const std::string& name, const hdl::Module& child,
                const hdl::Dim& width, const std::vector<hdl::Bits>& in, const hdl::Bits& sum,
                const hdl::Bits& carry) {
  m.instance("u_" + name, child, {{"Width", width}},
             {{"a_i", in[0]}, {"b_i", in[1]}, {"c_i", in[2]}, {"sum_o", sum}, {"carry_o", carry}});
}

hdl::Module build_4_2(int64_t size, const hdl::Module& full) {
  Row row("fircone_compressor_4_2",
          "A row of 4:2 compressors, columns side by side: a + b + c + d and the chain from below "
          "make sum + 2 carry + 2 chain. The chain does not depend on the chain from below.",
          size, 4);
  hdl::Module& m = row.m;
  const hdl::Bits carry_in = m.input("carry_i", hdl::bits(1), "Chain into the lowest column.");
  const hdl::Bits sum = row.output("sum_o", "Weight of the inputs.");
  const hdl::Bits carry = row.output("carry_o", "Twice the weight.");
  const hdl::Bits chain_out = m.output("chain_o", hdl::bits(1), "Out of the highest, twice.");
  const hdl::Bits inner = m.wire("inner", hdl::bits(row.width));
  const hdl::Bits chain = m.wire("chain", hdl::bits(row.width + 1));
  m.assign(chain.bit(0), carry_in);
  full_adder(m, "first", full, row.width, {row.in[0], row.in[1], row.in[2]}, inner,
             chain.slice(1, row.width));
  full_adder(m, "second", full, row.width, {row.in[3], chain.slice(0, row.width), inner}, sum,
             carry);
  m.assign(chain_out, chain.msb());
  return std::move(row.m);
}

hdl::Module build_7_3(int64_t size, const hdl::Module& full) {
  Row row("fircone_counter_7_3", "A row of 7:3 counters: seven bits make sum + 2 carry + 4 carry2.",
          size, 7);
  hdl::Module& m = row.m;
  const hdl::Bits sum = row.output("sum_o", "Weight of the inputs.");
  const hdl::Bits carry = row.output("carry_o", "Twice the weight.");
  const hdl::Bits carry2 = row.output("carry2_o", "Four times the weight.");
  std::vector<hdl::Bits> s, c;
  for (const char* n : {"0", "1"}) {
    s.push_back(m.wire(std::string("sum_") + n, hdl::bits(row.width)));
    c.push_back(m.wire(std::string("carry_") + n, hdl::bits(row.width)));
  }
  const hdl::Bits c2 = m.wire("carry_2", hdl::bits(row.width));
  full_adder(m, "first", full, row.width, {row.in[0], row.in[1], row.in[2]}, s[0], c[0]);
  full_adder(m, "second", full, row.width, {row.in[3], row.in[4], row.in[5]}, s[1], c[1]);
  full_adder(m, "sum", full, row.width, {s[0], s[1], row.in[6]}, sum, c2);
  full_adder(m, "carry", full, row.width, {c[0], c[1], c2}, carry, carry2);
  return std::move(row.m);
}

const hdl::Module& helper(DesignBuilder& design, const std::string& name, int64_t width,
                          const std::function<hdl::Module(int64_t)>& build) {
  return design.helper(name, {{"Width", width}}, {{"Width", 1}},
                       [&](const hdl::Point& at) { return build(at.at("Width")); });
}

}  // namespace

const hdl::Module& full_adders(DesignBuilder& design, int64_t width) {
  return helper(design, "fircone_fa", width, build_full);
}
const hdl::Module& half_adders(DesignBuilder& design, int64_t width) {
  return helper(design, "fircone_ha", width, build_half);
}
const hdl::Module& half_adders_one(DesignBuilder& design, int64_t width) {
  return helper(design, "fircone_ha_one", width, build_half_one);
}

const hdl::Module& compressors_4_2(DesignBuilder& design, int64_t width) {
  full_adders(design, 1);
  return helper(design, "fircone_compressor_4_2", width,
                [&](int64_t size) { return build_4_2(size, full_adders(design, size)); });
}
const hdl::Module& counters_7_3(DesignBuilder& design, int64_t width) {
  full_adders(design, 1);
  return helper(design, "fircone_counter_7_3", width,
                [&](int64_t size) { return build_7_3(size, full_adders(design, size)); });
}

namespace {

// The row as a loop of cells; `pins` are the cell's, in the order of the row's ports.
hdl::Module cell_row(Row row, const std::string& cell, const std::vector<std::string>& pins) {
  hdl::Module black_box(cell);
  black_box.set_cell();
  std::vector<hdl::Bits> signals = row.in;
  for (size_t i = 0; i < row.in.size(); ++i) {
    black_box.input(pins[i], hdl::bits(1), "To add.");
  }
  signals.push_back(row.output("sum_o", "Weight of the inputs."));
  signals.push_back(row.output("carry_o", "Twice the weight."));
  for (size_t i = row.in.size(); i < pins.size(); ++i) {
    black_box.output(pins[i], hdl::bits(1), "Of the sum.");
  }
  row.m.generate_for("gen_bit", "i", row.width, [&](const hdl::Dim& i) {
    std::vector<hdl::Connection> connections;
    for (size_t k = 0; k < pins.size(); ++k) connections.emplace_back(pins[k], signals[k].bit(i));
    row.m.instance("u_cell", black_box, {}, connections);
  });
  return std::move(row.m);
}

}  // namespace

hdl::Module full_adder_cells(const AdderCell& cell, const std::string& library) {
  return cell_row(
      {"fircone_fa", "A row of full adders, cells of " + library + ": a + b + c = sum + 2 carry.",
       1, 3},
      cell.cell, {cell.a, cell.b, cell.c, cell.sum, cell.carry});
}

hdl::Module half_adder_cells(const AdderCell& cell, const std::string& library) {
  return cell_row({"fircone_ha",
                   "A row of half adders, cells of " + library + ": a + b = sum + 2 carry.", 1, 2},
                  cell.cell, {cell.a, cell.b, cell.sum, cell.carry});
}

}  // namespace gen
