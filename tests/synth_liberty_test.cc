// SPDX-License-Identifier: Apache-2.0
// Liberty: expressions, syntax, units, tables, and what is no Liberty file.

#include "synth/liberty.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "synth/cell_function.h"
#include "synth/expression.h"
#include "tests/synth_support.h"

namespace {

using synth_test::error_of;

int index_of(std::string_view name) {
  return name.size() == 1 && name[0] >= 'A' && name[0] <= 'D' ? name[0] - 'A' : -1;
}

// Truth of an expression over A..D as 16 bits, row r with A in bit 0.
uint64_t table(std::string_view text) {
  const synth::Expression expression = synth::Expression::parse(text, index_of);
  uint64_t result = 0;
  for (uint64_t row = 0; row < 16; ++row) {
    result |= static_cast<uint64_t>(expression.value(row)) << row;
  }
  return result;
}

constexpr uint64_t kA = 0xaaaa, kB = 0xcccc, kC = 0xf0f0, kD = 0xff00, kAll = 0xffff;

TEST(Expression, OperatorsAndTheirOrder) {
  EXPECT_EQ(table("A"), kA);
  EXPECT_EQ(table("!A"), kA ^ kAll);
  EXPECT_EQ(table("A'"), kA ^ kAll);
  EXPECT_EQ(table("A B"), kA & kB);
  EXPECT_EQ(table("A*B+C&D"), (kA & kB) | (kC & kD));
  EXPECT_EQ(table("A + B C"), kA | (kB & kC));
  EXPECT_EQ(table("(A|B) C'"), (kA | kB) & ~kC & kAll);
  // Liberty: exclusive or binds tighter than and.
  EXPECT_EQ(table("A & B ^ C"), kA & (kB ^ kC));
  EXPECT_EQ(table("!A ^ B"), (kA ^ kAll) ^ kB);
  EXPECT_EQ(table("!(A B)'"), kA & kB);
  EXPECT_EQ(table("1"), kAll);
  EXPECT_EQ(table("0 + A"), kA);
  EXPECT_EQ(table("(!((A B)+(C D)))"), ((kA & kB) | (kC & kD)) ^ kAll);
}

TEST(Expression, Errors) {
  EXPECT_EQ(error_of([] { table("A + "); }), "missing operand in expression \"A + \"");
  EXPECT_EQ(error_of([] { table("(A"); }), "missing ')' in expression \"(A\"");
  EXPECT_EQ(error_of([] { table("A)"); }), "unexpected ')' in expression \"A)\"");
  EXPECT_EQ(error_of([] { table("A E"); }), "unknown pin 'E' in expression \"A E\"");
  EXPECT_NE(error_of([] { table(std::string(5000, '(')); }), "");
}

constexpr const char* kSmall = R"(/* a comment */
library (small) {
  time_unit : "1ps";
  voltage_unit : "1V";
  leakage_power_unit : "1pW";
  capacitive_load_unit (1,ff);
  nom_voltage : 0.7;
  lu_table_template (energy) {
    variable_1 : input_transition_time;
    variable_2 : total_output_net_capacitance;
    index_1 ("1, 2, 4");
    index_2 ("10, 20");
  }
  cell ("inv") {
    area : 2.5;
    cell_leakage_power : 7;
    leakage_power () { value : 3; when : "A"; }
    pin (A) { direction : input; capacitance : 0.5; }
    pin (Y) {
      direction : "output";
      function : "!A";
      internal_power () {
        related_pin : "A";
        rise_power (energy) { values ("1, 2", \
          "3, 4", "5, 6"); }
        fall_power (scalar) { values ("9"); }
      }
    }
  }
}
)";

TEST(Liberty, UnitsAndTables) {
  const synth::Liberty liberty = synth::parse_liberty(kSmall, "small.lib");
  EXPECT_EQ(liberty.name, "small");
  EXPECT_DOUBLE_EQ(liberty.time_unit, 1e-12);
  EXPECT_DOUBLE_EQ(liberty.voltage, 0.7);
  const synth::LibCell* inverter = liberty.find("inv");
  ASSERT_NE(inverter, nullptr);
  EXPECT_DOUBLE_EQ(inverter->area, 2.5);
  EXPECT_DOUBLE_EQ(inverter->leakage, 7e-12);
  ASSERT_EQ(inverter->leakages.size(), 1u);
  EXPECT_DOUBLE_EQ(inverter->leakages[0].watts, 3e-12);
  EXPECT_DOUBLE_EQ(inverter->find_pin("A")->capacitance, 0.5e-15);
  const synth::EnergyGroup& energy = inverter->find_pin("Y")->energies.at(0);
  // Energies are in V^2 fF.
  EXPECT_DOUBLE_EQ(energy.fall.at(1e-12, 1e-15), 9e-15);
  EXPECT_DOUBLE_EQ(energy.rise.at(1e-12, 10e-15), 1e-15);
  EXPECT_DOUBLE_EQ(energy.rise.at(2e-12, 20e-15), 4e-15);
  EXPECT_DOUBLE_EQ(energy.rise.at(3e-12, 15e-15), 4.5e-15);  // the middle of 3, 4, 5 and 6
  EXPECT_DOUBLE_EQ(energy.rise.at(6e-12, 10e-15), 7e-15);    // beyond: the last cell goes on
  EXPECT_DOUBLE_EQ(energy.rise.at(1e-12, 0), 0);
}

TEST(Liberty, NoLibertyFile) {
  const auto parse = [](std::string text) {
    return error_of([&] { synth::parse_liberty(text, "x.lib"); });
  };
  EXPECT_EQ(parse(""), "x.lib:1: not a Liberty file: no 'library' group");
  EXPECT_EQ(parse("\n\n#!/bin/sh\n"), "x.lib:3: not a Liberty file: no 'library' group");
  EXPECT_EQ(parse("module top;\nendmodule\n"), "x.lib:1: ':' or '(' expected after 'module'");
  EXPECT_EQ(parse(std::string("\x7f"
                              "ELF\0\1",
                              6)),
            "x.lib:1: not a Liberty file: no 'library' group");
  EXPECT_EQ(parse("\x1f\x8b\x08"),
            "x.lib: a compressed Liberty file; Yosys reads plain ones, so run gunzip on it first");
  EXPECT_EQ(parse("library (l) {\n cell (c) {\n"), "x.lib:3: group 'cell' of line 2 has no end");
  EXPECT_EQ(parse("library (l) {\n nom_voltage : 1;\n}\n"), "x.lib: the Liberty file has no cells");
  const std::string small = kSmall;
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = small;
    text.replace(text.find(from), from.size(), to);
    return parse(text);
  };
  EXPECT_EQ(changed("area : 2.5", "area : big"), "x.lib:15: 'area' needs numbers, not 'big'");
  EXPECT_EQ(changed("\"3, 4\",", ""), "x.lib:24: table has 4 values where 6 belong");
  EXPECT_EQ(changed("1ps", "1parsec"), "x.lib:3: time_unit: unknown unit '1parsec'");
  EXPECT_EQ(changed("rise_power (energy)", "rise_power (none)"),
            "x.lib:24: unknown table template 'none'");
  // Cut anywhere, it is an error and nothing else.
  for (size_t end = 0; end + 2 < small.size(); ++end) {
    EXPECT_NE(parse(small.substr(0, end)), "") << end;
  }
}

TEST(Liberty, Osu018) {
  const synth::Library& library = *synth_test::osu018();
  EXPECT_EQ(library.liberty().cells.size(), 32u);
  EXPECT_DOUBLE_EQ(library.nand2_area(), 24);
  EXPECT_DOUBLE_EQ(library.liberty().voltage, 1.8);
  const synth::LibCell* latch = library.liberty().find("LATCH");
  EXPECT_DOUBLE_EQ(latch->area, 0);
  EXPECT_DOUBLE_EQ(library.area(*latch), 56);
  const synth::LibCell* flop = library.liberty().find("DFFSR");
  ASSERT_TRUE(flop->sequential.has_value());
  EXPECT_EQ(flop->sequential->clear, "(!R)");
  EXPECT_EQ(flop->sequential->both, 'L');
  const synth::LibCell* nand = library.liberty().find("NAND2X1");
  EXPECT_EQ(synth::unateness(*nand, *nand->find_pin("Y"), "A"), -1);
  const synth::LibCell* exclusive = library.liberty().find("XOR2X1");
  EXPECT_EQ(synth::unateness(*exclusive, *exclusive->find_pin("Y"), "A"), 0);
}

TEST(Library, ByPathTheDefaultsAreDerived) {
  const auto library = synth::Library::open(synth_test::osu018()->liberty().path.string());
  EXPECT_EQ(library->name(), "osu018_stdcells");
  EXPECT_DOUBLE_EQ(library->nand2_area(), 24);
  EXPECT_EQ(library->driver(), "INVX4");
  EXPECT_NEAR(library->load(), 4 * 0.00932456e-12, 1e-15);
  EXPECT_DOUBLE_EQ(library->input_slew(), 0.18e-9);
  EXPECT_EQ(error_of([&] { library->area(*library->liberty().find("LATCH")); }),
            "osu018_stdcells: cell LATCH has no area in the library, and the library's entry gives "
            "none");
}

TEST(Library, UnknownName) {
  EXPECT_EQ(error_of([] { synth::Library::open("osu180"); }),
            "library: 'osu180' is neither a known library (osu018) nor a Liberty file; did you "
            "mean 'osu018'?");
}

TEST(AdderCells, AreFoundByFunctionAlone) {
  const std::string path = synth_test::osu018()->liberty().path.string();
  for (const std::string& library : {std::string("osu018"), path}) {
    const auto cells = synth::Library::open(library)->adder_cells();
    ASSERT_TRUE(cells);
    EXPECT_EQ(cells->full.cell, "FAX1");
    EXPECT_EQ(cells->full.c, "C");  // the lightest input
    EXPECT_EQ(cells->full.sum, "YS");
    EXPECT_EQ(cells->full.carry, "YC");
    EXPECT_EQ(cells->half.cell, "HAX1");
    EXPECT_EQ(cells->half.sum, "YS");
    EXPECT_FALSE(cells->full.inverted || cells->half.inverted);
  }
}

TEST(Library, ABoundaryIsChecked) {
  const auto library = synth_test::osu018()->with({.driver = "INVX4", .load = 20e-15});
  EXPECT_TRUE(library->drives_inputs());
  EXPECT_DOUBLE_EQ(library->load(), 20e-15);
  EXPECT_FALSE(synth_test::osu018()->drives_inputs());
  EXPECT_EQ(error_of([] { synth_test::osu018()->with({.driver = "INVX3", .load = 0}); }),
            "driver: 'INVX3' is no cell of osu018; did you mean 'INVX1'?");
  EXPECT_EQ(error_of([] { synth_test::osu018()->with({.driver = "NAND2X1", .load = 0}); }),
            "driver: NAND2X1 must be an inverter or a buffer");
}

}  // namespace
