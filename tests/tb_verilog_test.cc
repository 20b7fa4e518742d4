// SPDX-License-Identifier: Apache-2.0
// The plain Verilog benches in Icarus, four-state: right designs pass, wrong ones fail.

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "tb/verilog_bench.h"
#include "tests/tb_support.h"

namespace {

using tb_test::Edit;

// What the bench prints.
std::string run_icarus(const gen::Design& design, const std::vector<tb::BenchFile>& bench) {
  const base::TemporaryDirectory folder;
  std::vector<std::string> argv = {"iverilog",         "-g2005", "-Wall", "-s",
                                   "tb_" + design.top, "-o",     "bench"};
  for (const gen::SourceFile& file : design.files) {
    base::write_file(folder.path() / file.name, file.text);
    argv.push_back(file.name);
  }
  for (const tb::BenchFile& file : bench) base::write_file(folder.path() / file.name, file.text);
  argv.push_back(bench.front().name);
  const base::Output compiled = base::run({.argv = argv, .directory = folder.path()});
  if (compiled.status != 0 || !compiled.err.empty()) return "iverilog: " + compiled.err;
  return base::run({.argv = {"vvp", "bench"}, .directory = folder.path(), .timeout_seconds = 100})
      .out;
}

std::vector<base::Spec> catalogue() {
  std::vector<base::Spec> specs;
  for (const gen::Unit* unit : gen::units()) {
    for (base::Spec& spec : tb_test::catalogue_specs(*unit)) specs.push_back(std::move(spec));
  }
  return specs;
}

class VerilogBench : public testing::TestWithParam<base::Spec> {};

TEST_P(VerilogBench, PassesInIcarus) {
  const gen::Design design = gen::generate(GetParam());
  const std::string printed = run_icarus(design, tb::verilog_bench(design.spec, design.top));
  EXPECT_TRUE(printed.starts_with("PASS: tb_" + design.top + ": ")) << printed;
}

INSTANTIATE_TEST_SUITE_P(Units, VerilogBench, testing::ValuesIn(catalogue()),
                         [](const auto& point) { return tb_test::test_name(point.param.line()); });

struct Fault {
  std::string name;
  std::string spec;
  Edit edit;
  friend std::ostream& operator<<(std::ostream& out, const Fault& f) { return out << f.name; }
};

class VerilogBenchVectors : public testing::TestWithParam<const char*> {};

TEST_P(VerilogBenchVectors, ThatAreMissingAreNamed) {
  const gen::Design design = gen::generate(base::Spec::parse_line(GetParam()));
  const auto whole = tb::verilog_bench(design.spec, design.top);
  for (size_t missing = 1; missing < whole.size(); ++missing) {
    auto bench = whole;
    bench.erase(bench.begin() + static_cast<std::ptrdiff_t>(missing));
    const std::string printed = run_icarus(design, bench);
    EXPECT_NE(printed.find("FAIL: tb_" + design.top + ": the vectors were not found"),
              std::string::npos)
        << whole[missing].name << ": " << printed;
    EXPECT_EQ(printed.find("errors"), std::string::npos) << printed;
    EXPECT_EQ(printed.find("PASS"), std::string::npos) << printed;
  }
}

INSTANTIATE_TEST_SUITE_P(Units, VerilogBenchVectors,
                         testing::Values("fcu scheme=ffa",
                                         "conv2d_stream MaxWidth=40 MaxHeight=12"),
                         [](const auto& point) { return tb_test::test_name(point.param); });

class VerilogBenchFault : public testing::TestWithParam<Fault> {};

TEST_P(VerilogBenchFault, IsCaught) {
  gen::Design design = gen::generate(base::Spec::parse_line(GetParam().spec));
  const auto bench = tb::verilog_bench(design.spec, design.top);
  ASSERT_TRUE(tb_test::apply(design, GetParam().edit)) << GetParam().edit.from;
  const std::string printed = run_icarus(design, bench);
  EXPECT_NE(printed.find("FAIL: tb_"), std::string::npos) << printed;
  EXPECT_EQ(printed.find("PASS"), std::string::npos) << printed;
}

// Among them X: registers that are not reset, results taken from data that is not valid.
const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      {"FcuValidNotReset",
       "fcu scheme=ffa",
       {"fcu_k3_ffa.v", "valid_pre_q <= 1'b0", "valid_pre_q <= valid_pre_q"}},
      {"FcuPostAdderSign",
       "fcu scheme=ffa",
       {"fcu_k3_ffa.v", "branch_01 + branch_12 - branch_1", "branch_01 + branch_12 + branch_1"}},
      {"FirHistoryTakesBubbles",
       "fir taps=3 parallel=3",
       {"fir_t3_p3.v", "take = en_i & valid_i", "take = en_i"}},
      {"FirHistoryNotReset",
       "fir taps=3 parallel=3",
       {"fir_t3_p3.v", "window_q <= 0", "window_q <= window_q"}},
      {"LinesCountNotReset",
       "line_buffer MaxWidth=20",
       {"line_buffer_k3_p3.v", "lines_q <= 2'd0", "lines_q <= lines_q"}},
      {"EngineStateNotReset",
       "conv2d_stream MaxWidth=40 MaxHeight=12",
       {"fircone_conv2d_control.v", "state_q <= 2'd1", "state_q <= state_q", "state_q <= Hunt"}},
      {"EngineReadyIgnoresPressure",
       "conv2d_stream MaxWidth=40 MaxHeight=12",
       {"fircone_skid_buffer.v", "ready_o = ~spare_valid_q", "ready_o = 1'b1"}},
      {"EngineNoRounding",
       "conv2d_stream MaxWidth=40 MaxHeight=12",
       {"fircone_conv2d_round.v", "twice_bits[0]})", "1'b0})"}},
      {"EngineNoOutput",
       "conv2d_stream MaxWidth=40 MaxHeight=12",
       {"fircone_conv2d_window.v", "valid_i & output_q & ~start_i", "1'b0"}},
      {"EngineErrorUnseen",
       "conv2d_stream MaxWidth=40 MaxHeight=12",
       {"fircone_conv2d_control.v", "framed & beat_last_i & ~end_line", "1'b0"}},
  };
  return all;
}

INSTANTIATE_TEST_SUITE_P(Units, VerilogBenchFault, testing::ValuesIn(faults()),
                         [](const auto& point) { return point.param.name; });

TEST(VerilogBenchText, IsTheSameFromRunToRunAndKeepsToVerilog2005) {
  const base::Spec spec = gen::resolve(base::Spec::parse_line("fcu scheme=ffa"));
  const auto once = tb::verilog_bench(spec, "fcu_k3_ffa");
  const auto twice = tb::verilog_bench(spec, "fcu_k3_ffa");
  const auto other = tb::verilog_bench(spec, "fcu_k3_ffa", {.seed = 2});
  ASSERT_EQ(once.size(), 3U);
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].name, twice[i].name);
    EXPECT_EQ(once[i].text, twice[i].text);
  }
  EXPECT_NE(once[1].text, other[1].text);
  EXPECT_EQ(once[0].name, "tb_fcu_k3_ffa.v");
  EXPECT_EQ(once[0].text.find("logic "), std::string::npos);
  EXPECT_THROW(tb::verilog_bench(base::Spec("nothing"), "nothing"), base::Error);
}

TEST(VerilogBenchText, FillReplacesNamesAndLeavesVerilogAlone) {
  EXPECT_EQ(tb::fill("always @(posedge @Clock@) @Clock@", {{"Clock", "clk_i"}}),
            "always @(posedge clk_i) clk_i");
  EXPECT_THROW(tb::fill("@Nothing@", {}), std::logic_error);
  EXPECT_EQ(tb::hex_line("10011"), "13\n");
}

}  // namespace
