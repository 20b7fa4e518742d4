// SPDX-License-Identifier: Apache-2.0
// Approximate adders as Verilog: all of them at all widths to 8 for all operands, and planted
// faults.

#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "sim/model.h"
#include "tb/adder_functions.h"
#include "tb/bench.h"
#include "tests/tb_support.h"

namespace {

constexpr int kWidest = 8;
constexpr int kField = kWidest + 1;  // bits of a result in the wrapper

// Values of each key besides Width; illegal combinations are left out.
struct Family {
  std::string unit;
  std::vector<std::pair<std::string, std::vector<std::string>>> keys;
  friend std::ostream& operator<<(std::ostream& out, const Family& f) { return out << f.unit; }
};

std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> words;
  for (int i = from; i <= to; ++i) words.push_back(std::to_string(i));
  return words;
}

std::vector<Family> families() {
  const auto low = std::pair{std::string("ApproxWidth"), numbers(0, kWidest)};
  const auto blocks = std::pair{std::string("block"), numbers(1, kWidest)};
  std::vector<Family> all = {
      {"add_loa", {low, {"carry", {"and", "none"}}}},
      {"add_oloca", {low, {"OnesWidth", numbers(0, kWidest)}}},
      {"add_trunc", {low, {"fill", {"zeros", "ones", "half"}}}},
      {"add_ama", {low, {"cell", numbers(1, 5)}}},
      {"add_cesa", {blocks, {"rectify", {"no", "yes"}}}},
      {"add_aca1", {{"window", numbers(1, kWidest)}}},
      {"add_gear", {{"r", numbers(1, kWidest)}, {"p", numbers(0, kWidest - 1)}}},
  };
  for (const char* unit : {"add_eta1", "add_herloa", "add_hoeraa"}) all.push_back({unit, {low}});
  for (const char* unit : {"add_esa", "add_eta2", "add_sara", "add_bcsa"}) {
    all.push_back({unit, {blocks}});
  }
  return all;
}

// Every legal spec of the family at `width` with these words in front.
std::vector<base::Spec> specs_at(const Family& family, int width, const std::string& words) {
  std::vector<base::Spec> wanted = {
      base::Spec::parse_line(family.unit + " " + words + " Width=" + std::to_string(width))};
  for (const auto& [key, values] : family.keys) {
    std::vector<base::Spec> longer;
    for (const base::Spec& spec : wanted) {
      for (const std::string& value : values) {
        longer.push_back(spec);
        longer.back().set(key, value);
      }
    }
    wanted = std::move(longer);
  }
  std::vector<base::Spec> legal;
  for (const base::Spec& spec : wanted) {
    try {
      legal.push_back(gen::resolve(spec));
    } catch (const base::Error&) {  // sizes that do not fit each other
    }
  }
  return legal;
}

// One module with an instance of each spec; free sizes are overridden where they are instantiated.
sim::ModelRequest wrapper(const std::vector<base::Spec>& specs) {
  std::map<std::string, std::string> files;
  std::string instances;
  for (size_t i = 0; i < specs.size(); ++i) {
    const gen::Unit& unit = gen::find_unit(specs[i].unit());
    base::Spec at_defaults = specs[i];  // the text that an override changes
    std::string overrides;
    for (const gen::Param& param : unit.params) {
      if (!param.is_free(specs[i])) continue;
      at_defaults.set(param.name, param.default_value);
      overrides += (overrides.empty() ? "." : ", .") + std::string(param.name) + "(" +
                   specs[i].get(param.name) + ")";
    }
    const gen::Design design = gen::generate(at_defaults);
    for (const gen::SourceFile& file : design.files) files[file.name] = file.text;
    const std::string high = std::to_string(specs[i].size("Width") - 1);
    instances += "  " + design.top + (overrides.empty() ? "" : " #(" + overrides + ")") + " u_" +
                 std::to_string(i) + " (.a_i(a_i[" + high + ":0]), .b_i(b_i[" + high +
                 ":0]), .sum_o(sum_o[" + std::to_string(kField * i) +
                 " +: " + std::to_string(specs[i].size("Width") + 1) + "]));\n";
  }
  sim::ModelRequest request;
  for (const auto& [name, text] : files) request.sources.push_back({name, text});
  request.top = "all_sizes";
  request.sources.push_back(
      {"all_sizes.v", "module all_sizes(input wire [7:0] a_i, b_i, output wire [" +
                          std::to_string(kField * specs.size() - 1) + ":0] sum_o);\n" + instances +
                          "endmodule\n"});
  request.optimise = 1;
  request.description = "every size of " + specs.front().unit();
  return request;
}

class EverySize : public testing::TestWithParam<Family> {};

TEST_P(EverySize, MatchesGoldenForAllOperands) {
  std::vector<base::Spec> specs;
  const auto add = [&](int width, const std::string& words) {
    for (base::Spec& spec : specs_at(GetParam(), width, words)) specs.push_back(std::move(spec));
  };
  for (int width = 1; width <= kWidest; ++width) add(width, "");
  for (const int width : {1, 5}) add(width, "operands=signed");
  add(6, "network=sklansky");
  ASSERT_GT(specs.size(), 15U);
  const auto model = sim::load_verilog(wrapper(specs));
  const sim::ModelPort &a_i = model->port("a_i"), &b_i = model->port("b_i");
  const sim::ModelPort& sum_o = model->port("sum_o");
  std::vector<tb::AdderFunction> golden;
  golden.reserve(specs.size());
  for (const base::Spec& spec : specs) golden.push_back(tb::adder_function(spec));
  for (uint64_t a = 0; a < 256; ++a) {
    for (uint64_t b = 0; b < 256; ++b) {
      sim::write_port(a_i, a);
      sim::write_port(b_i, b);
      model->eval();
      for (size_t i = 0; i < specs.size(); ++i) {
        const int width = static_cast<int>(specs[i].size("Width"));
        if ((a | b) >> width != 0) continue;
        const uint64_t mask = (uint64_t{2} << width) - 1;
        const uint64_t expected = static_cast<uint64_t>(golden[i](a, b, false)) & mask;
        ASSERT_EQ(sim::read_field(sum_o, kField * static_cast<int>(i), width + 1), expected)
            << specs[i].line() << " a=" << a << " b=" << b;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Approximate, EverySize, testing::ValuesIn(families()),
                         [](const auto& row) { return row.param.unit; });

// ---- Planted faults.

using tb_test::Fault;

std::vector<Fault> faults() {
  return {
      {"LoaAnds",
       "add_loa",
       {"add_loa.v", "a_i[ApproxWidth-1:0] | b_i", "a_i[ApproxWidth-1:0] & b_i"}},
      {"LoaCarryOfTheWrongPair",
       "add_loa",
       {"add_loa.v", "low_carry = a_i[ApproxWidth-1] & b_i[ApproxWidth-1]",
        "low_carry = a_i[ApproxWidth-1] & b_i[ApproxWidth-2]"}},
      {"LoaSignForgotten",
       "add_loa operands=signed",
       {"add_loa_signed.v", "a_i[Width-1] ^ b_i[Width-1] ^ high_sum", "b_i[Width-1] ^ high_sum"}},
      {"LoaWithoutLowPart",
       "add_loa ApproxWidth=0",
       {"add_loa.v", "low_carry = 1'b0", "low_carry = a_i[0]"}},
      {"LoaWithoutHighPart",
       "add_loa Width=8 ApproxWidth=8",
       {"add_loa.v", "sum_o[Width] = low_carry", "sum_o[Width] = 1'b0"}},
      {"OlocaOnesMissing", "add_oloca", {"add_oloca.v", "{OnesWidth{1'b1}}", "{OnesWidth{1'b0}}"}},
      {"Eta1FirstPairLost",
       "add_eta1",
       {"add_eta1.v", "|both[ApproxWidth-1:i]",
        "|(both[ApproxWidth-1:i] & {ApproxWidth{i != 3}})"}},
      {"HerloaNextBitNotCleared", "add_herloa", {"add_herloa.v", "(x_top | ~g_next)", "1'b1"}},
      {"HerloaLowestNotSet", "add_herloa", {"add_herloa.v", "{x_top & g_next}", "{g_next}"}},
      {"HoeraaTopBit", "add_hoeraa", {"add_hoeraa.v", "g_top ? g_next", "g_top ? 1'b0"}},
      {"TruncFill", "add_trunc fill=half", {"add_trunc_half.v", "= 1'b1", "= 1'b0"}},
      {"AmaCarry",
       "add_ama cell=3 network=sklansky",
       {"add_ama_sklansky_n16_k8_cell3.v", "low_b[4] | (low_a[4] & carry_4)",
        "low_b[4] | (low_a[4] & carry_3)"}},
      {"AmaSum", "add_ama", {"add_ama_cell1.v", "& ~(low_a ^ low_b)", "& ~(low_a & low_b)"}},
      {"EsaCarryPasses",
       "add_esa",
       {"add_esa_n16_b4.v", "sum = a + b", "sum = a + b + {3'b000, (i == 1) & (&a_i[7:4])}"}},
      {"Eta2WrongBlockBelow",
       "add_eta2",
       {"add_eta2_n16_b4.v", "last_below_a = a_i[11:8]", "last_below_a = a_i[7:4]"}},
      {"Eta2PropagateMissing",
       "add_eta2 Width=8 network=sklansky",
       {"add_eta2_sklansky_n8_b4.v", "(&last_below_p[2:1])", "last_below_p[2]"}},
      {"SaraGeneratesOnOneBit", "add_sara", {"add_sara_n16_b4.v", "a_i[11] & b_i[11]", "a_i[11]"}},
      {"BcsaGuessForgotten",
       "add_bcsa",
       {"add_bcsa_n16_b4.v", "| a_i[12] | b_i[12])", "| a_i[12] | 1'b1)"}},
      {"CesaThirdPair",
       "add_cesa",
       {"add_cesa_n16_b4.v", "last_below_a = a_i[11:10]", "last_below_a = {a_i[11], 1'b0}"}},
      {"GearCarryOut",
       "add_gear",
       {"add_gear_n16_r4_p4.v", "sum_o[16] = last_sum[4]", "sum_o[16] = last_sum[3]"}},
      {"Aca1WindowTooLow",
       "add_aca1",
       {"add_aca1_n16_w4.v", "below_b_n = ~b_i[i+1 +: 4]", "below_b_n = ~b_i[i +: 4]"}},
      {"Aca1CarryOutOfAll",
       "add_aca1",
       {"add_aca1_n16_w4.v", "top_below_a > top_below_b_n", "a_i > ~b_i"}},
  };
}

class ApproximateFault : public testing::TestWithParam<Fault> {};

TEST_P(ApproximateFault, IsCaught) { tb_test::expect_caught(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Planted, ApproximateFault, testing::ValuesIn(faults()),
                         [](const auto& row) { return row.param.name; });

}  // namespace
