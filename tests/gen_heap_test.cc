// SPDX-License-Identifier: Apache-2.0
// Bit heaps as text: short, by stages, built of adder cells, with a final adder of its own.

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "base/error.h"
#include "gen/generate.h"

namespace gen {
namespace {

Design design(const std::string& line, const GenerateOptions& options = {}) {
  return generate(base::Spec::parse_line(line), options);
}

const SourceFile* find(const Design& d, const std::string& name) {
  for (const SourceFile& file : d.files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

const std::string& top_text(const Design& d) { return d.files.back().text; }

// Bits of all rows of a module in a text, by its instances' Width.
int row_bits(const std::string& text, const std::string& module) {
  int bits = 0;
  const std::string head = "  " + module + " #(\n    .Width (";
  for (size_t at = 0; (at = text.find(head, at)) != std::string::npos; ++at) {
    bits += std::stoi(text.substr(at + head.size()));
  }
  return bits;
}

int count(const std::string& text, const std::string& what) {
  int n = 0;
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++n;
  return n;
}

GenerateOptions cells() {
  return {.prefix = "",
          .adder_cells = AdderCells{
              "test018", {"FAX1", "A", "B", "C", "YS", "YC"}, {"HAX1", "A", "B", "", "YS", "YC"}}};
}

// N^2 - 4N + 3 full and N - 1 half adders; the rows hold complements, so these add a one.
TEST(Heap, DaddaCellsAreInTheText) {
  for (int n : {4, 8, 13, 16, 32}) {
    const std::string size = std::to_string(n);
    const Design d = design("mul arith=heap tree=dadda WidthA=" + size + " WidthB=" + size);
    EXPECT_EQ(row_bits(top_text(d), "fircone_fa"), n * n - 4 * n + 3);
    EXPECT_EQ(row_bits(top_text(d), "fircone_ha_one"), n - 1);
    EXPECT_EQ(row_bits(top_text(d), "fircone_ha"), 0);
  }
}

TEST(Heap, StagesStandInTheText) {
  EXPECT_EQ(count(top_text(design("mul arith=heap tree=dadda WidthA=16 WidthB=16")), "// Stage "),
            6);
  EXPECT_EQ(count(top_text(design("mul arith=heap tree=wallace WidthA=9 WidthB=9")), "// Stage "),
            4);
  EXPECT_EQ(count(top_text(design("sum arith=heap tree=dadda Count=13 Width=8")), "// Stage "), 5);
}

TEST(Heap, BoothHasHalfTheRows) {
  const auto rows = [](const std::string& line) {
    const std::string text = top_text(design(line));
    int n = 0;
    while (text.find(" row_" + std::to_string(n) + " =") != std::string::npos) ++n;
    return n;
  };
  EXPECT_EQ(rows("mul arith=heap WidthA=12 WidthB=10"), 10);
  EXPECT_EQ(rows("mul arith=heap form=booth4 operands=signed WidthA=12 WidthB=10"), 5);
  EXPECT_EQ(rows("mul arith=heap form=booth4 operands=signed WidthA=12 WidthB=9"), 5);
  EXPECT_EQ(rows("mul arith=heap form=booth4 WidthA=12 WidthB=10"), 6);
  EXPECT_EQ(rows("mul arith=heap form=booth4 WidthA=12 WidthB=9"), 5);
  EXPECT_EQ(rows("mul arith=heap form=booth4 operands=mixed WidthA=1 WidthB=1"), 1);
}

// One `assign` a gate: a partial product takes one, a full adder five, a half adder two.
TEST(Heap, TextIsAQuarterOfOneAssignAGate) {
  for (const std::string tree : {"timing", "dadda", "wallace"}) {
    const Design d = design("mul arith=heap WidthA=64 WidthB=64 tree=" + tree);
    const std::string& text = top_text(d);
    const int gates = 64 * 64 + 5 * row_bits(text, "fircone_fa") +
                      2 * row_bits(text, "fircone_ha_one") + 2 * row_bits(text, "fircone_ha");
    const int line = static_cast<int>(std::string("  assign n12345 = n12345 ^ n12345;\n").size());
    EXPECT_LE(static_cast<int>(text.size()), gates * line / 4) << tree;
    EXPECT_GE(gates, 20000);
  }
}

TEST(Heap, FinalAdderIsAModuleOfItsOwn) {
  const Design d = design("mul arith=heap final_adder=sklansky");
  const std::string module = "fircone_final_adder_" + d.top;
  EXPECT_NE(find(d, module + ".v"), nullptr);
  EXPECT_EQ(count(top_text(d), "  " + module + " u_final_adder ("), 1);
  EXPECT_EQ(count(top_text(d), " + "), 0);
}

TEST(Heap, LinesAreShort) {
  for (const std::string line :
       {"mul arith=heap WidthA=64 WidthB=64", "popcount arith=heap Width=1024",
        "sum arith=heap Count=256 Width=64"}) {
    std::istringstream text(top_text(design(line)));
    for (std::string row; std::getline(text, row);) ASSERT_LE(row.size(), 100u) << line;
  }
}

TEST(AdderCells, TakeThePlaceOfTheBehaviouralRows) {
  const Design plain = design("popcount arith=heap Width=30 tree=dadda");
  ASSERT_NE(find(plain, "fircone_fa.v"), nullptr);
  ASSERT_NE(find(plain, "fircone_ha.v"), nullptr);
  const Design d = design("popcount arith=heap Width=30 tree=dadda", cells());
  EXPECT_EQ(find(d, "fircone_fa.v"), nullptr);
  EXPECT_EQ(find(d, "fircone_ha.v"), nullptr);
  const SourceFile* full = find(d, "fircone_fa_test018.v");
  const SourceFile* half = find(d, "fircone_ha_test018.v");
  ASSERT_NE(full, nullptr);
  ASSERT_NE(half, nullptr);
  EXPECT_EQ(count(full->text, "module fircone_fa "), 1);
  EXPECT_EQ(count(full->text, "FAX1 u_cell ("), 1);
  for (const char* pin :
       {".A  (a_i[i])", ".B  (b_i[i])", ".C  (c_i[i])", ".YS (sum_o[i])", ".YC (carry_o[i])"}) {
    EXPECT_EQ(count(full->text, pin), 1) << pin << "\n" << full->text;
  }
  EXPECT_EQ(count(half->text, "HAX1 u_cell ("), 1);
  EXPECT_EQ(top_text(d), top_text(plain));
}

TEST(AdderCells, KeepTheirNameUnderAPrefix) {
  GenerateOptions options = cells();
  options.prefix = "my_";
  const Design d = design("popcount arith=heap Width=30", options);
  const SourceFile* full = find(d, "my_fircone_fa_test018.v");
  ASSERT_NE(full, nullptr);
  EXPECT_EQ(count(full->text, "module my_fircone_fa "), 1);
  EXPECT_EQ(count(full->text, "my_FAX1"), 0);
}

TEST(AdderCells, ALibraryWithoutAHalfAdder) {
  GenerateOptions options = cells();
  options.adder_cells->half = {};
  const Design d = design("popcount arith=heap Width=30 tree=dadda", options);
  EXPECT_NE(find(d, "fircone_fa_test018.v"), nullptr);
  EXPECT_NE(find(d, "fircone_ha.v"), nullptr);
}

TEST(Sizes, AreFreeWithOperatorsAndFixedInHeaps) {
  EXPECT_EQ(design("mul").parameters.size(), 2u);
  EXPECT_EQ(design("sum").parameters.size(), 2u);
  EXPECT_EQ(design("popcount").parameters.size(), 1u);
  EXPECT_TRUE(design("mul arith=heap").parameters.empty());
  EXPECT_EQ(design("mul WidthA=9").top, "mul");
  EXPECT_EQ(design("mul arith=heap WidthA=9").top, "mul_heap_9_8");
}

std::string fault(const std::string& line) {
  try {
    design(line);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "none";
}

TEST(BadInput, IsNamedWithTheChoice) {
  EXPECT_EQ(fault("mul WidthA=0"), "mul: WidthA=0 must be in 1..64");
  EXPECT_EQ(fault("mul WidthB=65"), "mul: WidthB=65 must be in 1..64");
  EXPECT_EQ(fault("mul arith=heap approx=truncated columns=16"),
            "mul: columns=16 must be in 0..15 (below WidthA + WidthB)");
  EXPECT_EQ(fault("mul arith=heap columns=2"),
            "mul: columns=2 needs approx=truncated or broken_array or compressor");
  EXPECT_EQ(fault("mul approx=truncated"), "mul: approx=truncated needs arith=heap");
  EXPECT_EQ(fault("mul arith=heap approx=truncated form=booth4"),
            "mul: approx needs form=baugh_wooley");
  EXPECT_EQ(fault("sum arith=heap compressors=4_2"),
            "sum: tree=timing with compressors=4_2 must be dadda");
  EXPECT_EQ(fault("mul arith=heap tree=wallace compressors=4_2"),
            "mul: tree=wallace with compressors=4_2 must be dadda");
  EXPECT_EQ(fault("popcount arith=heap compressors=7_3"),
            "popcount: tree=timing with compressors=7_3 must be dadda or wallace");
  EXPECT_EQ(fault("sum tree=dadda"), "sum: tree=dadda needs arith=heap");
  EXPECT_EQ(fault("popcount Width=1025"), "popcount: Width=1025 must be in 1..1024");
}

}  // namespace
}  // namespace gen
