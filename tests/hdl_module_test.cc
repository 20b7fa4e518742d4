// SPDX-License-Identifier: Apache-2.0
// Declarations: the range proof, names, drivers, readers, clocked blocks, instances.

#include "gen/hdl/module.h"

#include <gtest/gtest.h>

#include "tests/hdl_support.h"

namespace hdl {
namespace {

class ModuleTest : public testing::Test {
 protected:
  Module m_{"m"};
  Dim width_ = m_.parameter("Width", 8, 1, 16, "Width.");
  Bits clk_ = m_.input("clk_i", bits(1), "Clock.");
  Bits rst_ = m_.input("rst_ni", bits(1), "Reset.");
  Num a_ = m_.input("a_i", sint(8), "a.");
  Num u_ = m_.input("u_i", hdl::uint(width_), "u.");
  Bits v_ = m_.input("v_i", bits(8), "v.");
  Clock clock_{clk_, rst_};

  Bits output(std::string_view name, const Bits& value) {
    Bits o = m_.output(name, bits(value.width()), "o.");
    m_.assign(o, value);
    return o;
  }
};

TEST_F(ModuleTest, RangeMustFitTheDeclaration) {
  EXPECT_REFUSED(m_.wire("y", sint(8), mux(v_.bit(0), a_, -a_)),
                 "m: 'y' has range [-128, 128], too wide for 8 signed bits");
  EXPECT_REFUSED(m_.wire("y", hdl::uint(width_), u_ + u_),
                 "'y' has range [0, 510], too wide for 8 bits");
  EXPECT_REFUSED(m_.wire("y", sint(8).in(0, 5), a_), "outside its declared range [0, 5]");
  EXPECT_REFUSED(m_.wire("y", hdl::uint(8), a_), "'y' is unsigned, its value signed; convert");
  EXPECT_REFUSED(m_.wire("y", sint(12), u_.as_signed()), "order of");  // Width may be 16
  EXPECT_EQ(m_.wire("z", sint(9), -a_).range().text(), "[-127, 128]");
}

TEST_F(ModuleTest, ExtensionMayBeByNoBits) {
  const Num o = m_.output("o", hdl::uint(16), "");
  m_.unused("unused_inputs", concat({clk_, rst_, v_, a_.bits()}));
  m_.assign(o, u_);  // Width may be 16
  const std::string text = print(m_);
  EXPECT_NE(text.find("assign o = {{(16 - Width){1'b0}}, u_i};"), std::string::npos) << text;
  EXPECT_EQ(text.find("// \n"), std::string::npos) << text;
  EXPECT_EQ(text.find("//\n  output"), std::string::npos) << text;
}

TEST_F(ModuleTest, ParametersAreNumbersThatFit) {
  const Bits o = m_.output("o", bits(16), "Both.");
  m_.unused("unused_inputs", concat({clk_, rst_, v_, a_.bits(), u_.bits()}));
  EXPECT_REFUSED(m_.number(hdl::uint(4), width_), "'Width' has range [1, 16], too wide");
  EXPECT_REFUSED(m_.number(hdl::uint(8), width_ + 1), "'Width + 1' is no parameter");
  m_.assign(o, concat({literal(8, 5), m_.number(hdl::uint(8), width_).bits()}));
  EXPECT_NE(print(m_).find("assign o = {8'h05, Width[7:0]};"), std::string::npos) << print(m_);
}

TEST_F(ModuleTest, UnusedBitsStandInTheColumn) {
  const Bits w = m_.wire("w", bits(8), v_);
  m_.unused("unused_inputs", concat({clk_, rst_, w, a_.bits(), u_.bits()}));
  EXPECT_NE(print(m_).find("  wire [7:0] w = v_i;\n  wire       unused_inputs = ^{clk_i"),
            std::string::npos)
      << print(m_);
}

TEST_F(ModuleTest, LongSizesAreWrapped) {
  const Dim long_name = m_.localparam(
      "SizeOfAVeryLongNameThatNeedsALineOfItsOwnAndMoreThanThat",
      width_ * width_ * width_ * 12345678 + width_ * width_ * 23456789 + 34567890 * width_ + 1);
  const Bits o = m_.output("o", bits(1), "");
  m_.unused("unused_inputs", concat({clk_, rst_, v_, a_.bits(), u_.bits()}));
  m_.generate_if(
      "gen_o", is_above(long_name, 0), [&] { m_.assign(o, zeros(1)); }, "gen_none",
      [&] { m_.assign(o, ones(1)); });
  const std::string text = print(m_);
  for (size_t from = 0; from < text.size(); from = text.find('\n', from) + 1) {
    EXPECT_LE(text.find('\n', from) - from, 100U) << text;
  }
}

TEST_F(ModuleTest, RegistersInheritTheDeclaredRange) {
  const Num q = m_.reg("q", hdl::uint(4).in(0, 9), 0);
  EXPECT_EQ((q + 1).range().text(), "[1, 10]");
  EXPECT_REFUSED(m_.registers(clock_, {}, {{q, q + 1}}), "'q' has range [1, 10], outside");
  EXPECT_REFUSED(m_.reg("r", hdl::uint(4).in(0, 9), 10), "'r' has range [10, 10], outside");
}

TEST_F(ModuleTest, WrapNeedsItsWidth) {
  EXPECT_REFUSED(m_.wire("y", hdl::uint(width_ + 1), (u_ + 1).wrap(width_)),
                 "wrap to Width bits declared in Width + 1");
  EXPECT_REFUSED(m_.wire("y", hdl::uint(width_ + 1), (u_ + 1).wrap(width_) + 1),
                 "must be declared at once");
}

TEST_F(ModuleTest, NamesAreLegalAndNew) {
  EXPECT_REFUSED(m_.wire("wire", bits(8), v_), "name 'wire' is a keyword");
  EXPECT_REFUSED(m_.wire("logic", bits(8), v_), "name 'logic' is a keyword");
  EXPECT_REFUSED(m_.wire("2x", bits(8), v_), "a letter, then");
  EXPECT_REFUSED(m_.wire("x y", bits(8), v_), "a letter, then");
  EXPECT_REFUSED(m_.wire("x\n", bits(8), v_), "a letter, then");
  EXPECT_REFUSED(m_.wire("v_i", bits(8), v_), "name 'v_i' is declared twice");
  EXPECT_REFUSED(m_.wire("m", bits(8), v_), "name 'm' is declared twice");
  EXPECT_REFUSED(m_.wire("unused_x", bits(8), v_), "Module::unused");
  EXPECT_REFUSED(Module("module"), "is a keyword");
  EXPECT_REFUSED(m_.generate_for("lane", "i", 2, [](const Dim&) {}), "must start with gen_");
}

TEST_F(ModuleTest, WidthsArePositiveForAllSizes) {
  EXPECT_REFUSED(m_.wire("y", bits(width_ - 1)), "which may be below 1 (at least 0)");
  EXPECT_REFUSED(m_.memory("ram", 8, width_), "depth Width, which may be below 2");
  EXPECT_REFUSED(m_.generate_for("gen_x", "i", width_ - 1, [](const Dim&) {}), "which may be 0");
}

TEST_F(ModuleTest, ParametersCheckTheirPoint) {
  Module m("n");
  EXPECT_REFUSED(m.parameter("Width", 65, 1, 64, "w."), "n: Width=65 must be in 1..64");
  const Dim w = m.parameter("W", 4, 1, 64, "w.");
  EXPECT_REFUSED(m.parameter("Approx", 5, 0, w, "a."), "Approx=5 must be in 0..4");
  EXPECT_REFUSED(m.require("W_even", is_above(w, 4)), "W = 4 is below 5");
}

TEST_F(ModuleTest, EveryBitIsDrivenOnce) {
  const Bits y = m_.output("y_o", bits(8), "y.");
  output("all_o", concat({a_.bits(), u_.bits(), v_, clk_, rst_}));
  EXPECT_REFUSED(m_.check(), "'y_o' is never assigned");
  m_.assign(y.slice(0, 3), v_.slice(0, 3));
  EXPECT_REFUSED(m_.check(), "bits 3..7 of 'y_o' (of 8): is never assigned");
  m_.assign(y.slice(3, 5), v_.slice(3, 5));
  EXPECT_EQ(hdl_test::refusal([&] { m_.check(); }), "");
  m_.assign(y.slice(7, 1), v_.bit(0));
  EXPECT_REFUSED(m_.check(), "bits 7..7 of 'y_o' (of 8): is assigned twice");
}

TEST_F(ModuleTest, EveryBitIsUsed) {
  const Bits low = m_.output("low_o", bits(6), "low.");
  output("all_o", concat({a_.bits(), u_.bits(), clk_, rst_}));
  EXPECT_REFUSED(m_.check(), "'v_i' is never used");
  m_.assign(low, v_.slice(0, 6));
  EXPECT_REFUSED(m_.check(), "bits 6..7 of 'v_i' (of 8): is never used");
  m_.unused("unused_high", v_.slice(6, 2));
  EXPECT_EQ(hdl_test::refusal([&] { m_.check(); }), "");
  m_.wire("left", bits(8), v_);
  EXPECT_REFUSED(m_.check(), "'left' is never used");
  EXPECT_REFUSED(m_.unused("rest", v_), "must contain 'unused'");
}

TEST_F(ModuleTest, WhatNothingReadsIsNamed) {
  const Bits low = m_.output("low_o", bits(3), "low.");
  output("all_o", concat({a_.bits(), u_.bits(), clk_, rst_}));
  const Bits w = m_.wire("w", bits(8), v_);
  m_.assign(low, w.slice(2, 3));
  m_.name_unread();
  EXPECT_NE(print(m_).find("wire unused_bits_of_w = ^{w[7:5], w[1:0]};"), std::string::npos);
  // Nothing is left to name; what is not driven stays an error.
  m_.name_unread();
  (void)m_.wire("open", bits(2));
  EXPECT_REFUSED(m_.name_unread(), "'open' is never assigned");
}

TEST_F(ModuleTest, AnOutputMayFollowTheBody) {
  const Bits w = m_.wire("w", bits(8), v_);
  EXPECT_REFUSED(m_.output("y_o", bits(8), "y."), "port 'y_o' after the ports");
  m_.assign(m_.late_output("late_o", bits(8), "Late."), w);
  EXPECT_EQ(m_.ports().back().name, "late_o");
  EXPECT_REFUSED(m_.generate_for("gen_bit", "i", 2,
                                 [&](const Dim&) { m_.late_output("inner_o", bits(1), "."); }),
                 "port 'inner_o' after the ports");
}

TEST_F(ModuleTest, LoopsAreWalkedBitByBit) {
  const Bits y = m_.output("y_o", bits(8), "y.");
  output("all_o", concat({a_.bits(), u_.bits(), v_, clk_, rst_}));
  m_.generate_for("gen_bit", "i", 4, [&](const Dim& i) { m_.assign(y.bit(2 * i), v_.bit(i)); });
  EXPECT_REFUSED(m_.check(), "bits 1..1 of 'y_o' (of 8): is never assigned");
  m_.generate_for("gen_odd", "i", 4, [&](const Dim& i) { m_.assign(y.bit(2 * i + 1), v_.bit(i)); });
  EXPECT_EQ(hdl_test::refusal([&] { m_.check(); }), "");
}

TEST_F(ModuleTest, UnusedSizesAreRefused) {
  Module m("n");
  m.parameter("Width", 4, 1, 8, "w.");
  const Bits x = m.input("x_i", bits(1), "x.");
  m.assign(m.output("y_o", bits(1), "y."), x);
  EXPECT_REFUSED(print(m), "parameter 'Width' is never used");
  Module n("n");
  const Dim w = n.parameter("Width", 4, 1, 8, "w.");
  n.localparam("Double", 2 * w);
  n.assign(n.output("y_o", bits(w), "y."), n.input("x_i", bits(w), "x."));
  EXPECT_REFUSED(print(n), "localparam 'Double' is never used");
}

TEST_F(ModuleTest, ValuesStayInTheirModuleAndBlock) {
  Module other("other");
  const Bits foreign = other.input("x_i", bits(8), "x.");
  EXPECT_REFUSED(m_.wire("y", bits(8), foreign), "'x_i' belongs to another module");
  Bits inner;
  m_.generate_for("gen_x", "i", 2,
                  [&](const Dim& i) { inner = m_.wire("inner", bits(1), v_.bit(i)); });
  EXPECT_REFUSED(m_.wire("y", bits(1), inner), "declared in a generate block and not visible");
}

TEST_F(ModuleTest, SizesStayInTheirModule) {
  Module other("other");
  const Dim size = other.parameter("Size", 4, 1, 8, "s.");
  EXPECT_REFUSED(m_.wire("y", bits(size)), "size 'Size' belongs to another module or loop");
  Dim loop;
  m_.generate_for("gen_x", "i", 2, [&](const Dim& i) {
    loop = i;
    m_.unused("unused_v", v_.bit(i));
  });
  EXPECT_REFUSED(m_.wire("y", bits(1), v_.bit(loop)), "size 'i' belongs to another module or loop");
}

TEST_F(ModuleTest, ClockedBlocksSetOneKindOfRegister) {
  const Bits data = m_.reg("data_q", bits(8));
  const Bits valid = m_.reg("valid_q", bits(1), 0);
  EXPECT_REFUSED(m_.registers(clock_, {}, {}, {{data, v_}, {valid, v_.bit(0)}}),
                 "'valid_q' has a reset value and 'data_q' has none; set them in two blocks");
  EXPECT_REFUSED(m_.registers({clk_}, {}, {}, {{valid, v_.bit(0)}}), "its clock has no reset");
  EXPECT_REFUSED(m_.registers(clock_, {}, {}, {{v_, v_}}),
                 "'v_i' is set in a clocked block but is no register");
  m_.registers(clock_, {}, {}, {{data, v_}});
  EXPECT_REFUSED(m_.registers(clock_, {}, {}, {{data, v_}}), "'data_q' is set in two blocks");
  EXPECT_REFUSED(m_.assign(data, v_), "which is no wire or output");
  EXPECT_REFUSED(m_.assign(v_, v_), "which is no wire or output");
}

TEST_F(ModuleTest, MemoriesCheckTheirPorts) {
  const Memory ram = m_.memory("ram", 8, 16);
  const Bits word = m_.reg("word_q", bits(8));
  const Bits narrow = m_.reg("narrow_q", bits(4));
  const Num address = v_.slice(0, 4).as_unsigned();
  const auto block = [&](const std::function<void(Clocked&)>& f) { m_.clocked(clock_, f); };
  EXPECT_REFUSED(block([&](Clocked& b) { b.read(word, ram, u_); }),
                 "must be unsigned, 4 bits wide");
  EXPECT_REFUSED(block([&](Clocked& b) { b.read(narrow, ram, address); }), "8 bits wide");
  EXPECT_REFUSED(block([&](Clocked& b) { b.write(ram, address, narrow); }), "words of 8 bits");
  block([&](Clocked& b) {
    b.write(ram, address, v_);
    b.read(word, ram, address);
  });
}

TEST_F(ModuleTest, CaseLabelsAreConstants) {
  const Bits state = m_.reg("state_q", bits(2), 0);
  EXPECT_REFUSED(
      m_.clocked(clock_,
                 [&](Clocked& b) {
                   b.select(state, {{v_.slice(0, 2), [&] { b.set(state, literal(2, 1)); }}}, {});
                 }),
      "must be a constant of 2 bits");
  EXPECT_REFUSED(
      m_.clocked(clock_,
                 [&](Clocked& b) {
                   b.select(state, {{literal(3, 1), [&] { b.set(state, literal(2, 1)); }}}, {});
                 }),
      "must be a constant of 2 bits");
}

TEST_F(ModuleTest, ResetConstantsAreConstants) {
  const Bits idle = m_.constant("Idle", bits(2), 1);
  EXPECT_REFUSED(m_.reg("state_q", bits(2), v_.slice(0, 2)), "is no constant");
  EXPECT_REFUSED(m_.reg("state_q", bits(3), idle), "'state_q' is 3 bits wide");
  const Bits state = m_.reg("state_q", bits(2), idle);
  m_.registers(clock_, {}, {}, {{state, v_.slice(0, 2)}});
  m_.unused("unused_all", concat({state, v_, a_.bits(), u_.bits()}));
  EXPECT_NE(print(m_).find("      state_q <= Idle;\n"), std::string::npos);
}

TEST_F(ModuleTest, InstancesAreCheckedAgainstThePorts) {
  Module child("child");
  const Dim w = child.parameter("W", 8, 1, 16, "w.");
  const Num in = child.input("x_i", sint(w), "x.");
  child.assign(child.output("y_o", sint(w + 1), "y."), -in);
  const Num y = m_.wire("y", sint(9));
  const auto with = [&](const std::vector<std::pair<std::string, Dim>>& sizes,
                        const std::vector<Connection>& pins) {
    static int n = 0;
    m_.instance("u_child" + std::to_string(n++), child, sizes, pins);
  };
  EXPECT_REFUSED(with({}, {}), "parameter 'W' is not set");
  EXPECT_REFUSED(with({{"W", 8}, {"V", 8}}, {}), "unknown parameter");
  EXPECT_REFUSED(with({{"W", 7}}, {}), "W = 7 here, the module was built with 8");
  EXPECT_REFUSED(with({{"W", 8}}, {{"x_i", a_}}), "'y_o' is not connected");
  EXPECT_REFUSED(with({{"W", 8}}, {{"x_i", v_}, {"y_o", y}}), "'x_i' takes a Num");
  EXPECT_REFUSED(with({{"W", width_}}, {{"x_i", a_}, {"y_o", y}}),
                 "'x_i' is Width bits wide, 'a_i' is 8");
  EXPECT_REFUSED(with({{"W", 8}}, {{"x_i", u_}, {"y_o", y}}),
                 "'x_i' is 8 bits wide, 'u_i' is Width");
  EXPECT_REFUSED(with({{"W", 8}}, {{"x_i", a_}, {"y_o", y}, {"z_o", y}}),
                 "unknown or repeated port");
  EXPECT_REFUSED(with({{"W", 8}}, {{"x_i", a_}, {"y_o", -a_}}), "no width of its own");
  EXPECT_REFUSED(with({{"W", 8}}, {{"x_i", a_}, {"y_o", m_.wire("few", sint(9).in(0, 3))}}),
                 "is not inside");
  EXPECT_REFUSED(m_.instance("child", child, {{"W", 8}}, {}), "must start with u_");
  with({{"W", 8}}, {{"x_i", a_}, {"y_o", y}});
}

TEST_F(ModuleTest, ChildSizesStayLegal) {
  Module child("child");
  const Dim w = child.parameter("W", 8, 1, 15, "w.");
  child.assign(child.output("y_o", bits(w), "y."), child.input("x_i", bits(w), "x."));
  EXPECT_REFUSED(m_.instance("u_c", child, {{"W", width_}}, {}),
                 "W = Width does not stay in 1..15 for all legal sizes");
}

}  // namespace
}  // namespace hdl
