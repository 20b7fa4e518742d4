// SPDX-License-Identifier: Apache-2.0
// Circuits judged by all pairs, samples, traces and SAT, against the recurrences and by hand.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "analysis/error/automaton.h"
#include "analysis/error/exhaustive.h"
#include "analysis/error/operands.h"
#include "analysis/error/report.h"
#include "analysis/error/sat_wce.h"
#include "analysis/error/statistics.h"
#include "base/error.h"

namespace analysis {
namespace {

// LOA in Verilog, by hand.
std::string loa(int width, int k) {
  const std::string n = std::to_string(width - 1), top = std::to_string(width);
  const std::string low = std::to_string(k - 1), up = std::to_string(k);
  return "module dut(input [" + n + ":0] a, input [" + n + ":0] b, output [" + top +
         ":0] y);\n  assign y = {{1'b0, a[" + n + ":" + up + "]} + {1'b0, b[" + n + ":" + up +
         "]} + (a[" + low + "] & b[" + low + "]), a[" + low + ":0] | b[" + low +
         ":0]};\nendmodule\n";
}

OperandNets nets_of(const std::string& text) {
  auto netlist = std::make_shared<const GateNetlist>(
      elaborate_gates({.files = {{"given.v", text}}, .top = "dut"}));
  return {netlist, netlist->find("a")->nets, netlist->find("b")->nets, netlist->find("y")->nets};
}

PairFunction function_of(const Circuit& circuit) {
  auto runner = std::make_shared<CircuitRunner>(circuit);
  return
      [runner](std::span<const uint64_t> a, std::span<const uint64_t> b, std::span<golden::Wide> z,
               std::span<golden::Wide> y) { runner->pairs(a, b, z, y); };
}

SampleRequest request_of(const Circuit& circuit) {
  SampleRequest request;
  request.width_a = static_cast<int>(circuit.given.a.size());
  request.width_b = static_cast<int>(circuit.given.b.size());
  request.result_bits = circuit.result_bits();
  request.span = circuit.span();
  return request;
}

ErrorReport by_dp(const std::string& line) {
  const base::Spec spec = base::Spec::parse_line(line);
  return dp_report(digit_graph(*adder_automaton(spec), spec.is("operands", "signed")));
}

void expect_equal(const ErrorReport& a, const ErrorReport& b) {
  const auto of_b = figures_of(b);
  size_t i = 0;
  for (const auto& [name, figure] : figures_of(a)) {
    const Figure& other = *of_b[i++].second;
    if (figure->exact && other.exact) {
      EXPECT_EQ(*figure->exact, *other.exact) << name;
    } else {
      EXPECT_NEAR(figure->value, other.value, 1e-12 * std::abs(other.value)) << name;
    }
  }
  ASSERT_EQ(a.bit_error.size(), b.bit_error.size());
  for (size_t bit = 0; bit < a.bit_error.size(); ++bit)
    EXPECT_EQ(*a.bit_error[bit].exact, *b.bit_error[bit].exact) << bit;
  ASSERT_EQ(a.histogram.size(), b.histogram.size());
  for (size_t bin = 0; bin < a.histogram.size(); ++bin) {
    EXPECT_EQ(a.histogram[bin].low, b.histogram[bin].low);
    EXPECT_EQ(a.histogram[bin].share, b.histogram[bin].share);
  }
}

struct Size {
  int width, k;
};

class AllPairs : public testing::TestWithParam<Size> {};

TEST_P(AllPairs, AgreeWithTheRecurrence) {
  const auto [width, k] = GetParam();
  Circuit circuit{.given = nets_of(loa(width, k))};
  expect_equal(exhaustive_report(circuit, {}),
               by_dp("add_loa carry=and Width=" + std::to_string(width) +
                     " ApproxWidth=" + std::to_string(k)));
}

// Fewer pairs than lanes, one block, many blocks.
INSTANTIATE_TEST_SUITE_P(ErrorCircuits, AllPairs,
                         testing::Values(Size{2, 1}, Size{3, 2}, Size{4, 2}, Size{5, 3}, Size{8, 4},
                                         Size{11, 7}),
                         [](const auto& test) {
                           return "w" + std::to_string(test.param.width) + "k" +
                                  std::to_string(test.param.k);
                         });

TEST(ErrorCircuits, SignedAdder) {
  Circuit circuit{.given = nets_of(R"(
    module dut(input signed [5:0] a, input signed [5:0] b, output signed [6:0] y);
      wire signed [6:0] sum = a + b;
      assign y = {sum[6:3], 3'b111} - (((a[2:0] + b[2:0]) > 7) << 3);
    endmodule)"),
                  .a_signed = true,
                  .b_signed = true};
  expect_equal(exhaustive_report(circuit, {}),
               by_dp("add_trunc Width=6 ApproxWidth=3 fill=ones operands=signed"));
}

// The figures that EvoApproxLib prints for its 12-bit signed adder add12se_5RP, which adds the
// upper nine bits with the carry a[2] and takes the lower result bits from one operand.
TEST(ErrorCircuits, EvoApproxLibsFigures) {
  Circuit circuit{.given = nets_of(R"(
    module dut(input signed [11:0] a, input signed [11:0] b, output [12:0] y);
      wire signed [9:0] upper = $signed(a[11:3]) + $signed(b[11:3]) + $signed({1'b0, a[2]});
      assign y = {upper, ~a[2], b[2], a[0]};
    endmodule)"),
                  .a_signed = true,
                  .b_signed = true};
  std::map<std::string, double> evo;
  for (const auto& [name, value] : evoapprox_figures(exhaustive_report(circuit, {}), 12))
    evo[name] = value;
  EXPECT_EQ(evo["EP%"], 81.25);
  EXPECT_EQ(evo["MAE"], 1.5);
  EXPECT_NEAR(evo["MAE%"], 0.037, 5e-4);
  EXPECT_EQ(evo["WCE"], 4);
  EXPECT_NEAR(evo["WCE%"], 0.098, 5e-4);
  EXPECT_NEAR(evo["WCRE%"], 400, 1e-9);
  EXPECT_NEAR(evo["MRE%"], 0.58, 5e-3);
  EXPECT_EQ(evo["MSE"], 3.5);
}

// Long results are gathered as sums, not in a table; signs of one operand only.
TEST(ErrorCircuits, MixedMultiplierWithLongResult) {
  Circuit circuit{.given = nets_of(R"(
    module dut(input [4:0] a, input signed [5:0] b, output signed [23:0] y);
      wire signed [23:0] exact = $signed({1'b0, a}) * b;
      assign y = {exact[23:4], 4'b0};
    endmodule)"),
                  .b_signed = true,
                  .reference = Reference::kMultiply};
  const ErrorReport report = exhaustive_report(circuit, {});
  mpz_class error = 0, square = 0, worst = 0;
  int wrong = 0;
  double relative = 0;
  for (int a = 0; a < 32; ++a)
    for (int b = -32; b < 32; ++b) {
      const int y = a * b;
      const int e = (y & ~15) - y;
      error += e;
      square += e * e;
      wrong += e != 0 ? 1 : 0;
      if (e < worst) worst = e;
      if (y != 0) relative += std::abs(static_cast<double>(e) / y);
    }
  EXPECT_EQ(*report.me.exact, mpq_class(error) / 2048);
  EXPECT_EQ(*report.mse.exact, mpq_class(square) / 2048);
  EXPECT_EQ(*report.er.exact, mpq_class(wrong) / 2048);
  EXPECT_EQ(*report.wce_min.exact, mpq_class(worst));
  EXPECT_EQ(*report.wce_max.exact, 0);
  EXPECT_NEAR(report.mred.value, relative / 2048, 1e-12);
  EXPECT_EQ(circuit.span(), 31 * 31 + 31 * 32);
}

TEST(ErrorCircuits, AReferenceFileAndAShorterResult) {
  const std::string exact =
      "module dut(input [4:0] a, input [4:0] b, output [5:0] y); assign y = a - b; endmodule";
  Circuit circuit{.given = nets_of("module dut(input [4:0] a, input [4:0] b, output [4:0] y); "
                                   "assign y = a - b; endmodule"),
                  .reference = Reference::kCircuit,
                  .exact = nets_of(exact)};
  EXPECT_EQ(*exhaustive_report(circuit, {}).er.exact, 0);  // modulo 2^5
  circuit.given = nets_of(
      "module dut(input [4:0] a, input [4:0] b, output [5:0] y); assign y = b - a; endmodule");
  // b - a = a - b modulo 64 only for a = b: their difference is below 32.
  EXPECT_EQ(*exhaustive_report(circuit, {}).er.exact, mpq_class(31, 32));
}

TEST(ErrorCircuits, SamplesEncloseTheTruth) {
  Circuit circuit{.given = nets_of(loa(16, 8))};
  SampleRequest request = request_of(circuit);
  request.samples = 100'000;
  request.seed = 7;
  const ErrorReport sample = sampled_report(function_of(circuit), request, {});
  const ErrorReport truth = by_dp("add_loa Width=16 ApproxWidth=8 carry=and");
  const auto of_truth = figures_of(truth);
  size_t i = 0, with_interval = 0;
  for (const auto& [name, figure] : figures_of(sample)) {
    const Figure& exact = *of_truth[i++].second;
    EXPECT_EQ(figure->method, "monte_carlo") << name;
    if (!figure->interval) continue;
    ++with_interval;
    EXPECT_LE(figure->interval->low, exact.value) << name;  // 95 %: holds for this seed
    EXPECT_GE(figure->interval->high, exact.value) << name;
    EXPECT_LT(figure->interval->high - figure->interval->low, 1 + 0.1 * exact.value) << name;
  }
  EXPECT_EQ(with_interval, 7U);
  EXPECT_TRUE(sample.wce.seen_only);
  EXPECT_LE(sample.wce.value, 128);
  EXPECT_EQ(sample.pairs, 100'000);
}

TEST(ErrorCircuits, SamplesWithBitChances) {
  Circuit circuit{.given = nets_of(loa(8, 4))};
  SampleRequest request = request_of(circuit);
  request.samples = 20'000;
  request.chances.a = {1, 1, 1, 1, 0, 0, 0, 0};
  request.chances.b = {1, 1, 1, mpq_class(1, 4), 0, 0, 0, 0};
  const ErrorReport report = sampled_report(function_of(circuit), request, {});
  // 15 + 7 = 22 gives 15; 15 + 15 = 30 gives 31.
  EXPECT_NEAR(report.me.value, 0.75 * -7 + 0.25 * 1, 0.1);
  EXPECT_EQ(report.wce_min.value, -7);
  EXPECT_EQ(report.wce_max.value, 1);
}

TEST(ErrorCircuits, ATraceAndAHistogramOfValues) {
  Circuit circuit{.given = nets_of(loa(8, 4))};
  const OperandFormat format{.width_a = 8, .width_b = 8};
  const OperandFile trace = parse_operands("a,b\n15,7\n0xf,15 # comment\n\n0 0\n", "t", format);
  ASSERT_TRUE(trace.is_trace());
  const ErrorReport of_trace =
      traced_report(function_of(circuit), request_of(circuit), trace.pairs);
  EXPECT_EQ(*of_trace.me.exact, -2);
  EXPECT_EQ(*of_trace.er.exact, mpq_class(2, 3));
  EXPECT_EQ(of_trace.method, "trace");

  // 15 three times out of four, 0 once: 15 + 15 in 9 of 16 pairs.
  for (const char* text : {"15\n0\n15\n15\n", "value,count\n15,3\n0,1\n"}) {
    const OperandFile values = parse_operands(text, "t", format);
    ASSERT_FALSE(values.is_trace());
    const ErrorReport report =
        independent_report(function_of(circuit), request_of(circuit), values.a, values.b, {});
    EXPECT_EQ(*report.me.exact, mpq_class(9, 16));
    EXPECT_EQ(*report.er.exact, mpq_class(9, 16));
    SampleRequest request = request_of(circuit);
    request.values_a = values.a;
    request.values_b = values.b;
    request.samples = 50'000;
    const ErrorReport sample = sampled_report(function_of(circuit), request, {});
    EXPECT_NEAR(sample.me.value, 9.0 / 16, 0.02);
  }
}

TEST(ErrorCircuits, ResultsBeyond64Bits) {
  Circuit circuit{.given = nets_of(loa(64, 8))};
  const std::array<uint64_t, 3> a = {~uint64_t{0}, 0xFF, 3}, b = {~uint64_t{0}, 0x80, 4};
  std::array<golden::Wide, 3> z{}, y{};
  CircuitRunner(circuit).pairs(a, b, z, y);
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(y[i] == golden::Wide{a[i]} + b[i]);
  EXPECT_EQ(golden::to_string(z[0]), "36893488147419103231");  // 2^65 - 1
  EXPECT_EQ(golden::to_string(z[1]), "511");
}

TEST(ErrorCircuits, WorstCaseBySat) {
  for (const auto& [width, k] : {Size{6, 3}, Size{20, 10}}) {
    const std::string text = loa(width, k);
    Circuit circuit{.given = nets_of(text)};
    CircuitPorts ports;
    for (int i = 0; i < width; ++i) {
      ports.a.push_back({"a", i});
      ports.b.push_back({"b", i});
    }
    for (int i = 0; i <= width; ++i) ports.result.push_back({"y", i});
    const Sources sources{
        .files = {{"given.v", text}},
        .top = "dut",
        .ports = {{"a", true, width}, {"b", true, width}, {"y", false, width + 1}}};
    ErrorReport report;
    int queries = 0;
    set_sat_wce(report, sources, ports, circuit, 60, [&](int n) { queries = n; });
    EXPECT_EQ(report.wce.method, "sat");
    EXPECT_EQ(*report.wce_max.exact, 1 << (k - 1));
    EXPECT_EQ(*report.wce_min.exact, 1 - (1 << (k - 1)));
    EXPECT_EQ(*report.wce.exact, 1 << (k - 1));
    EXPECT_GT(queries, 2);
    EXPECT_FALSE(report.er.known());
  }
}

// A table, sums one by one and sums by block must tell the same.
TEST(ErrorStatisticsTest, WaysOfGatheringAgree) {
  std::vector<int64_t> z, y;
  uint64_t state = 1;
  for (int i = 0; i < 5000; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    y.push_back(static_cast<int64_t>(state >> 54) + 8);
    z.push_back(y.back() + static_cast<int64_t>(state >> 40 & 15) - 8);
  }
  ErrorStatistics table(12), sums(40), single(12), single_sums(40), other(12);
  for (size_t i = 0; i < z.size(); i += 500) {
    ErrorStatistics& half = i < 2500 ? table : other;
    half.add(std::span(z).subspan(i, 500), std::span(y).subspan(i, 500));
    sums.add(std::span(z).subspan(i, 500), std::span(y).subspan(i, 500));
  }
  table.merge(other);
  for (size_t i = 0; i < z.size(); ++i) {
    single.add(golden::Wide{z[i]}, golden::Wide{y[i]}, 2);
    single_sums.add(golden::Wide{z[i]}, golden::Wide{y[i]}, 3);
  }
  const ErrorReport expected = table.report(1000, "exhaustive");
  EXPECT_EQ(expected.histogram.size(), 16U);
  expect_equal(single.report(1000, "exhaustive"), expected);
  for (const ErrorStatistics* longer : {&sums, &single_sums}) {
    ErrorReport report = longer->report(1000, "exhaustive");
    report.bit_error.resize(12);                                 // the others are 0
    if (longer == &sums) report.histogram = expected.histogram;  // powers of two
    expect_equal(report, expected);
  }
  EXPECT_EQ(coarse_bins(expected.histogram).size(), sums.report(1000, "x").histogram.size());
}

std::string refusal(const std::string& text, const OperandFormat& format) {
  try {
    parse_operands(text, "file", format);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::kUsage);
    return error.what();
  }
  return "";
}

TEST(OperandFiles, WhatIsRefused) {
  const OperandFormat format{.width_a = 8, .width_b = 4, .b_signed = true};
  EXPECT_EQ(refusal("", format), "file: the file holds no operands");
  EXPECT_EQ(refusal("1,2\n256,1\n", format),
            "file: line 2: 256 does not fit into 8 unsigned bits (0..255)");
  EXPECT_EQ(refusal("1,8\n", format), "file: line 1: 8 does not fit into 4 signed bits (-8..7)");
  EXPECT_EQ(refusal("1,-8\n1\n", format), "file: line 2: 1 numbers, where the lines above have 2");
  EXPECT_EQ(refusal("1,x\n", format), "file: line 1: 'x' is no whole number");
  EXPECT_NE(refusal("1,2,3\n", format).find("line 1: 3 numbers"), std::string::npos);
}

TEST(OperandFiles, SignedPatterns) {
  const OperandFile file = parse_operands(
      "-1 -128\n", "t", {.width_a = 8, .width_b = 8, .a_signed = true, .b_signed = true});
  ASSERT_EQ(file.pairs.size(), 1U);
  EXPECT_EQ(file.pairs[0].first, 255U);
  EXPECT_EQ(file.pairs[0].second, 128U);
}

TEST(BitChanceWords, FractionsAndDecimals) {
  EXPECT_EQ(parse_chances("--bits", "0.125,1/3,1", 3),
            (std::vector<mpq_class>{mpq_class(1, 8), mpq_class(1, 3), 1}));
  EXPECT_EQ(parse_chances("--bits", ".5", 2),
            (std::vector<mpq_class>{mpq_class(1, 2), mpq_class(1, 2)}));
  for (const char* bad : {"", "x", "1.5", "-0.1", "1/0", "0.5,0.5", "0.5,,0.5"})
    EXPECT_THROW(parse_chances("--bits", bad, 3), base::Error) << bad;
}

}  // namespace
}  // namespace analysis
