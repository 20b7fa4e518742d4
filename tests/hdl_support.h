// SPDX-License-Identifier: Apache-2.0
// Modules and tool runs that the tests of the builder share.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/process.h"
#include "gen/hdl/print.h"

namespace hdl_test {

// The message of the std::logic_error that `f` throws; empty when it throws none.
template <typename F>
std::string refusal(F f) {
  try {
    f();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

#define EXPECT_REFUSED(statement, part)                                     \
  do {                                                                      \
    const std::string message = hdl_test::refusal([&] { statement; });      \
    EXPECT_NE(message.find(part), std::string::npos)                        \
        << "message: '" << message << "', expected to contain: " << (part); \
  } while (false)

struct Clocking {
  hdl::Clock clock;
  hdl::Bits enable;
};
inline Clocking add_clocking(hdl::Module& m) {
  return {
      {m.input("clk_i", hdl::bits(1), "Clock."), m.input("rst_ni", hdl::bits(1), "Reset, low.")},
      m.input("en_i", hdl::bits(1), "Stalls when 0.")};
}

// Two products and their sum, one register deep.
inline hdl::Module mac_pair(int64_t data_width = 8, int64_t coef_width = 8) {
  using namespace hdl;
  Module m("mac_pair", {"Sum of two products, one register behind the products."});
  m.set_generated_by("fircone generate mac_pair");
  const Dim dw = m.parameter("DataWidth", data_width, 1, 32, "Width of a sample.");
  const Dim cw = m.parameter("CoefWidth", coef_width, 2, 32, "Width of a coefficient.");
  const Dim pw = m.localparam("ProductWidth", dw + cw);
  const Clocking c = add_clocking(m);
  const Bits x = m.input("x_i", bits(2 * dw), "Two samples, unsigned.");
  const Bits h = m.input("h_i", bits(2 * cw), "Two coefficients, signed.");
  const Num y = m.output("y_o", sint(dw + cw + 1), "x[0] * h[0] + x[1] * h[1].");
  m.section("Products.");
  std::vector<Num> p;
  std::vector<std::pair<Num, Num>> registers;
  for (int i = 0; i < 2; ++i) {
    const std::string n = std::to_string(i);
    const Num xi = m.wire("x" + n, hdl::uint(dw), x.lane(i, dw).as_unsigned());
    const Num hi = m.wire("h" + n, sint(cw), h.lane(i, cw).as_signed());
    p.push_back(m.reg("p" + n + "_q", sint(pw)));
    registers.emplace_back(p.back(), m.wire("p" + n, sint(pw), xi.as_signed() * hi));
  }
  m.registers(c.clock, c.enable, registers);
  const Bits seen = m.reg("seen_q", bits(1), 0);
  m.registers(c.clock, c.enable, {}, {{seen, ones(1)}});
  m.section("Sum of the products.");
  m.assign(y, mux(seen, p[0] + p[1], 0));
  return m;
}

// One of everything that the printer can print.
std::vector<hdl::Module> everything(const hdl::Point& point);
const std::vector<hdl::FreeSize>& everything_sizes();

// Text of the modules, the top last.
inline std::string text_of(const std::vector<hdl::Module>& modules,
                           const hdl::PrintOptions& options = {}) {
  std::string text;
  for (const hdl::Module& m : modules) text += print(m, options) + "\n";
  return text;
}

// Which tools accept `text` with parameters set to `overrides`. Output of each that is not silent.
struct ToolResult {
  bool verilator = false, icarus = false, yosys = false;
  bool silent = false;
  std::string output;
};
ToolResult run_tools(const std::string& text, const std::string& top,
                     const hdl::Point& overrides = {});

}  // namespace hdl_test
