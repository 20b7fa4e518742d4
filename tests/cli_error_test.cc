// SPDX-License-Identifier: Apache-2.0
// fircone error: figures of units and of foreign circuits, and what it refuses.

#include <algorithm>

#include "tests/cli_program.h"

namespace {

namespace fs = std::filesystem;
using cli_test::expect_error;
using cli_test::fircone;

void expect_has(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
}

// A folder with one Verilog file.
class Foreign {
 public:
  explicit Foreign(const std::string& text) { base::write_file(file(), text); }
  std::string file() const { return (folder_.path() / "dut.v").string(); }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

 private:
  base::TemporaryDirectory folder_;
};

constexpr const char* kTruncated =
    "module dut(input [7:0] A, input [7:0] B, output [15:0] O);\n"
    "  wire [15:0] p = A * B;\n  assign O = {p[15:4], 4'b0};\nendmodule\n";

TEST(ErrorCommand, AdderByItsRecurrence) {
  const base::Output output = fircone({"error", "add_loa", "Width=8", "ApproxWidth=4", "--json"});
  ASSERT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(output.err, "");
  for (const char* part :
       {R"("command":"error","unit":"add_loa")", R"("method":"dp")", R"("er":0.68359375)",
        R"("me":0.25,)", R"("med":2.875)", R"("mse":16,)", R"("wce":8,"wce_min":-7,"wce_max":8)",
        R"("bit_error":[0.25,0.375)", R"("er":"175/256")", R"("wcre":"dp")", R"("EP%":68.359375)"})
    expect_has(output.out, part);
}

TEST(ErrorCommand, EveryApproximateAdderHasARecurrence) {
  for (const char* unit :
       {"add_loa", "add_oloca", "add_eta1", "add_herloa", "add_hoeraa", "add_trunc", "add_ama",
        "add_esa", "add_eta2", "add_sara", "add_bcsa", "add_cesa", "add_gear", "add_aca1"}) {
    const base::Output output = fircone({"error", unit, "operands=signed", "--json"});
    EXPECT_EQ(output.status, 0) << output.err;
    expect_has(output.out, R"("method":"dp")");
    EXPECT_EQ(output.out.find(R"("er":0,)"), std::string::npos) << unit;
  }
}

// Verilog that the generator wrote, gate by gate, against the recurrence of its definition.
TEST(ErrorCommand, RecurrenceAndGatesAgree) {
  for (const char* unit : {"add_herloa", "add_gear", "add_ama"}) {
    const std::vector<std::string> words = {"error",     unit,
                                            "Width=8",   "operands=signed",
                                            "--figures", "er,me,med,mse,wce_min,wce_max,mhd"};
    std::vector<std::string> by_gates = words;
    by_gates.insert(by_gates.end(), {"--method", "exhaustive"});
    if (std::string(unit) != "add_gear")
      for (auto* list : {&by_gates}) list->insert(list->begin() + 3, "ApproxWidth=5");
    std::vector<std::string> by_dp = words;
    if (std::string(unit) != "add_gear") by_dp.insert(by_dp.begin() + 3, "ApproxWidth=5");
    const base::Output gates = fircone(by_gates);
    const base::Output dp = fircone(by_dp);
    ASSERT_EQ(gates.status, 0) << gates.err;
    ASSERT_EQ(dp.status, 0) << dp.err;
    // The fractions, row by row.
    const auto fractions = [](const std::string& text) {
      std::string result;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        std::istringstream columns(line);
        std::string name, value, fraction;
        if (columns >> name >> value >> fraction && name != "figure")
          result += name + " " + value + " " + fraction + "\n";
      }
      return result.substr(std::min(result.find("\ner "), result.size()));
    };
    EXPECT_EQ(fractions(gates.out), fractions(dp.out)) << unit;
    expect_has(gates.out, "exhaustive");
    expect_has(fractions(dp.out), "mhd ");
  }
}

TEST(ErrorCommand, ForeignMultiplier) {
  const Foreign foreign(kTruncated);
  const base::Output output =
      fircone({"error", "--rtl", foreign.file(), "--exact", "mul", "--evoapprox"});
  ASSERT_EQ(output.status, 0) << output.err;
  for (const char* part : {"dut against mul", "65536 pairs", "13/16", "exhaustive", "EP%"})
    expect_has(output.out, part);
  const base::Output json = fircone({"error", "--rtl", foreign.file(), "--exact", "mul", "--json"});
  expect_has(json.out, R"("top":"dut","exact":"mul","signed":false)");
  expect_has(json.out, R"("me":-6.5)");
  expect_has(json.out, R"("wce":15)");
  expect_has(json.out, R"("tools":{"yosys":)");
}

TEST(ErrorCommand, ForeignSignedAdderAndHistogramFile) {
  const Foreign foreign(
      "module dut(input signed [3:0] x, input signed [3:0] y, output signed [4:0] s);\n"
      "  wire signed [4:0] t = x + y;\n  assign s = {t[4:1], 1'b1};\nendmodule\n");
  const std::string csv = foreign.path("h.csv");
  const base::Output output = fircone({"error", "--rtl", foreign.file(), "--exact", "add",
                                       "--signed", "--histogram", csv, "--figures", "me,wce"});
  ASSERT_EQ(output.status, 0) << output.err;
  expect_has(output.err, "guess: operand a is x");
  expect_has(output.out, "dut against add, signed");
  expect_has(output.out, "1/2");
  EXPECT_EQ(base::read_file(csv), "low,high,share\n0,0,0.5\n1,1,0.5\n");
}

TEST(ErrorCommand, ScalarPortsCarriesAndAReferenceFile) {
  const Foreign scalars(
      "module dut(a0, a1, b0, b1, cin, s0, s1, cout);\n  input a0, a1, b0, b1, cin;\n"
      "  output s0, s1, cout;\n  assign {cout, s1, s0} = {a1, a0} + {b1, b0} + cin;\nendmodule\n");
  base::Output output = fircone({"error", "--rtl", scalars.file(), "--exact", "add"});
  ASSERT_EQ(output.status, 0) << output.err;
  expect_has(output.err, "guess: the result is s below cout");
  expect_has(output.err, "guess: input cin is held at 0");
  expect_has(output.out, "16 pairs");
  const Foreign given(kTruncated);
  const Foreign exact(
      "module ref(input [7:0] x, input [7:0] w, output [15:0] p); assign p = w * x; endmodule\n");
  output = fircone({"error", "--rtl", given.file(), "--exact", exact.file(), "--port", "a=B",
                    "--port", "b=A", "--port", "result=O", "--figures", "er"});
  ASSERT_EQ(output.status, 0) << output.err;
  expect_has(output.out, "13/16");
}

TEST(ErrorCommand, WorstCaseBySatBeyondAllPairs) {
  const base::Output output = fircone(
      {"error", "mul", "WidthA=18", "WidthB=18", "--method", "sat", "--timeout", "1", "--json"});
  ASSERT_EQ(output.status, 0) << output.err;
  expect_has(output.out, R"("er":null)");
  expect_has(output.out, R"("wce":"sat")");
  const base::Output adder =
      fircone({"error", "add_eta2", "Width=24", "block=4", "--method", "sat", "--json"});
  ASSERT_EQ(adder.status, 0) << adder.err;
  expect_has(adder.out, R"("er":"dp")");
  expect_has(adder.out, R"("wce_min":"sat")");
  const base::Output dp = fircone({"error", "add_eta2", "Width=24", "block=4", "--json"});
  const auto value = [](const std::string& text) {
    return text.substr(text.find("\"wce_min\":"), 24);
  };
  EXPECT_EQ(value(adder.out), value(dp.out));
}

TEST(ErrorCommand, StatisticsOfOperands) {
  const Foreign foreign("15,15\n15,0\n");
  const base::Output trace = fircone({"error", "add_loa", "Width=8", "ApproxWidth=4", "--operands",
                                      foreign.file(), "--figures", "me,er"});
  ASSERT_EQ(trace.status, 0) << trace.err;
  expect_has(trace.out, "the pairs of dut.v, 2 pairs");
  expect_has(trace.out, "trace");
  const base::Output bits = fircone({"error", "add_loa", "Width=8", "ApproxWidth=4", "--bits",
                                     "1,1,1,1,0,0,0,0", "--taps", "9", "--json"});
  ASSERT_EQ(bits.status, 0) << bits.err;
  expect_has(bits.out, R"("me":1,)");
  expect_has(bits.out, R"("taps":9,"assumption":"errors of the taps are independent","me":9.0)");
}

TEST(ErrorCommand, Samples) {
  const std::vector<std::string> words = {"error",     "mul",  "WidthA=24", "WidthB=24",
                                          "--samples", "2000", "--json"};
  const base::Output output = fircone(words);
  ASSERT_EQ(output.status, 0) << output.err;
  expect_has(output.out, R"("method":"monte_carlo")");
  expect_has(output.out, R"("seed":1)");
  expect_has(output.out, R"("intervals":{"er":[0.0,0.00)");
}

TEST(ErrorCommand, Refusals) {
  const Foreign foreign(kTruncated);
  const std::string file = foreign.file();
  expect_error({"error"}, 2,
               "error figures: what is to be judged? UNIT key=value ..., or --rtl FILE");
  expect_error({"error", "add_loa", "--rtl", file}, 2,
               "error figures: give a unit or --rtl FILE, not both");
  expect_error({"error", "add_loa", "ApproxWidth=17"}, 2,
               "add_loa: ApproxWidth=17 must be in 0..16 (at most Width)");
  expect_error(
      {"error", "fcu"}, 2,
      "error figures: 'fcu' has no error figures; adders (add_...) and mul have, and foreign "
      "circuits by --rtl");
  expect_error({"error", "add_loa", "--figures", "mredd"}, 2,
               "error figures: unknown figure 'mredd'; did you mean 'mred'?");
  expect_error(
      {"error", "add_loa", "--signed"}, 2,
      "error figures: --top, --exact, --exact-top, --signed, --port and --library need --rtl FILE");
  expect_error({"error", "mul", "--method", "dp"}, 2,
               "error figures: --method dp is for the adders of fircone (add_...)");
  expect_error({"error", "mul", "WidthA=20", "WidthB=20"}, 2,
               "mul: 40 operand bits are too many for all pairs (at most 32); give --samples N for "
               "a sample, --method sat for the worst case");
  expect_error({"error", "--rtl", file, "--top", "dut"}, 2,
               "error figures: --rtl needs --exact add|mul|FILE: what the circuit ought to be");
  expect_error({"error", "--rtl", file, "--top", "dut", "--exact", "sub"}, 2,
               "error figures: --exact sub must be add, mul, or a Verilog file that exists");
  expect_error({"error", "--rtl", file, "--top", "dut", "--exact", "mul", "--port", "a=C"}, 2,
               "dut: there is no input 'C'; there are A (8), B (8)");
  expect_error({"error", "--rtl", file, "--top", "dut", "--exact", "mul", "--port", "x=A"}, 2,
               "dut: --port x=A must be a=NAME, b=NAME or result=NAME");
  expect_error({"error", "mul", "WidthA=2", "WidthB=2", "--method", "sat", "--taps", "3"}, 2,
               "error figures: --method sat gives the worst case only; --taps and --histogram need "
               "--samples N as well");
  expect_error({"error", "add_loa", "--bits", "2"}, 2,
               "--bits: '2' must be a chance in 0..1, as 0.25 or 1/4");
  expect_error({"error", "add_loa", "--bits", "0.5,0.5"}, 2,
               "--bits: 2 chances, but the operand has 16 bits: give 1 or 16");
}

TEST(ErrorCommand, CircuitsThatAreRefused) {
  struct Row {
    const char* text;
    const char* error;
  };
  for (const auto& [text, error] : {
           Row{"module dut(input clk, input [3:0] a, b, output reg [4:0] y);\n"
               "  always @(posedge clk) y <= a + b;\nendmodule\n",
               "dut: net 'y[0]' comes from a flip-flop (clock 'clk'); a circuit without memory is "
               "needed"},
           Row{"module dut(input clk, input [3:0] a, b, output [4:0] y);\n"
               "  assign y = a + b;\nendmodule\n",
               "dut: input 'clk' looks like a clock; a circuit without memory is needed"},
           Row{"module dut(input [3:0] a, b, c, output [4:0] y);\n"
               "  assign y = a + b + c;\nendmodule\n",
               "dut: input 'c' is no operand; the inputs are a (4), b (4), c (4); name the "
               "operands "
               "with --port a=NAME --port b=NAME"},
           Row{"module dut(input [3:0] a, b, output [4:0] y, output [4:0] z);\n"
               "  assign y = a + b, z = a;\nendmodule\n",
               "dut: which output is the result? There are y (5), z (5); name it with --port "
               "result=NAME"},
           Row{"module dut(input a, b, output y);\n"
               "  wire t = a & u;\n  wire u = b | t;\n  assign y = u;\nendmodule\n",
               "dut: a combinational loop runs through net 't'"},
       }) {
    const Foreign foreign(text);
    const std::string csv = foreign.path("h.csv");
    expect_error(
        {"error", "--rtl", foreign.file(), "--top", "dut", "--exact", "add", "--histogram", csv}, 2,
        error);
    EXPECT_FALSE(fs::exists(csv));
  }
}

}  // namespace
