// SPDX-License-Identifier: Apache-2.0
// Structure beside function: operation counts against closed forms, sizes free where they say so.

#include <gtest/gtest.h>

#include <random>

#include "gen/design_builder.h"
#include "gen/generate.h"
#include "tests/gen_support.h"
#include "tests/random_specs.h"

namespace gen {
namespace {

Design design(const std::string& line) { return generate(base::Spec::parse_line(line)); }

// Products that the text writes: ` * ` outside comments, sizes and indices. A generate loop counts
// `loop` times.
int products_in(const std::string& text, int loop) {
  int count = 0, depth = 0, factor = 1;
  bool comment = false, size = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') comment = size = false;
    if (text.compare(i, 2, "//") == 0) comment = true;
    if (text.compare(i, 10, "localparam") == 0) size = true;
    if (comment || size) continue;
    if (text.compare(i, 5, "for (") == 0) factor = loop;
    if (text.compare(i, 11, "endgenerate") == 0) factor = 1;
    depth += (text[i] == '[') - (text[i] == ']');
    if (depth == 0 && (text.compare(i, 3, " * ") == 0 || text.compare(i, 3, " *\n") == 0))
      count += factor;
  }
  return count;
}

TEST(Counts, Fcu) {
  const Design direct = design("fcu"), fast = design("fcu scheme=ffa");
  EXPECT_EQ(direct.operations.multiplications, 27);
  EXPECT_EQ(fast.operations.multiplications, 18);
  EXPECT_EQ(products_in(direct.files.back().text, 3), 27);
  EXPECT_EQ(products_in(fast.files.back().text, 1), 18);
  EXPECT_EQ(fast.operations.pre_adders, 3 * 6);
  EXPECT_EQ(fast.operations.coefficient_adders, 3 * 3);
  EXPECT_EQ(fast.operations.branch_adders, 2 * 6);
  EXPECT_EQ(fast.operations.post_adders, 6);
  EXPECT_EQ(direct.operations.branch_adders, 24);
  EXPECT_EQ(direct.outputs_per_cycle, 3);
  EXPECT_EQ(design("fcu scheme=ffa preadd=offline").operations.coefficient_adders, 0);
}

TEST(Counts, FcuOverSchemes) {
  const auto products = [](const std::string& keys) {
    const Design made = design("fcu " + keys);
    EXPECT_EQ(products_in(made.files.back().text, 1), made.operations.multiplications) << keys;
    return made.operations.multiplications;
  };
  // The published counts of the two-dimensional forms.
  EXPECT_EQ(products("scheme=ffa2d"), 36);
  EXPECT_EQ(products("scheme=winograd"), 16);
  EXPECT_EQ(products("scheme=winograd parallel_rows=1"), 12);
  EXPECT_EQ(products("scheme=winograd parallel=4 parallel_rows=4"), 36);
  EXPECT_EQ(products("kernel=2 scheme=ffa2d"), 9);
  EXPECT_EQ(products("kernel=5 scheme=ffa algorithm=m5"), 5 * 13);
  EXPECT_EQ(products("kernel=5 scheme=ffa2d algorithm=k3.k2 algorithm_rows=k3.k2"), 14 * 14);
  EXPECT_EQ(products("scheme=ffa InChannels=2"), 2 * 18);
  // The fewest with entries 0 and +-1.
  EXPECT_EQ(products("kernel_rows=1 scheme=ffa parallel=5"), 10);
  EXPECT_EQ(products("kernel=5 kernel_rows=1 scheme=ffa parallel=3"), 10);
  EXPECT_EQ(products("kernel=7 kernel_rows=1 scheme=ffa parallel=5"), 20);
  // Even taps and odd taps: F(3, 2) and one tap for three outputs, for each kernel row.
  EXPECT_EQ(products("scheme=ffa stride=2"), 3 * (5 + 3));
  EXPECT_EQ(design("fcu scheme=ffa2d InChannels=3 OutChannels=2").operations.multiplications,
            3 * 2 * 36);
  EXPECT_EQ(design("fcu kernel=12 scheme=ffa2d").operations.multiplications, 54 * 54);
}

// By blocks of `parallel` taps; which algorithm is best depends on what the last block leaves of
// it.
TEST(Counts, FirWithAShortLastBlock) {
  const auto products = [](const std::string& keys) {
    return design("fir taps=7 parallel=5 scheme=ffa " + keys).operations.multiplications;
  };
  EXPECT_EQ(products(""), 22);
  EXPECT_EQ(products("form=D"), 22);
  EXPECT_EQ(products("form=D algorithm=k5"), 24);
}

// A branch takes taps P*t + i; a fast P-tap form has P (P + 1) / 2 products, one with R < P taps
// left has those whose form contains a tap that is there.
int fast_products(int taps, int parallel) {
  const int rest = taps % parallel;
  const int whole = taps / parallel * parallel * (parallel + 1) / 2;
  const int absent = parallel - rest;
  return whole + (rest == 0 ? 0 : parallel * (parallel + 1) / 2 - absent * (absent + 1) / 2);
}

TEST(Counts, FirOverAllTaps) {
  for (int parallel = 2; parallel <= 3; ++parallel) {
    for (int taps = 2; taps <= 12; ++taps) {
      const std::string line =
          "fir taps=" + std::to_string(taps) + " parallel=" + std::to_string(parallel);
      EXPECT_EQ(design(line).operations.multiplications, taps * parallel);
      const Design fast = design(line + " scheme=ffa");
      EXPECT_EQ(fast.operations.multiplications, fast_products(taps, parallel)) << line;
      const Design mult_cut = design(line + " scheme=ffa cut=pre");
      EXPECT_EQ(products_in(mult_cut.files.back().text, 1), fast_products(taps, parallel)) << line;
    }
  }
  EXPECT_EQ(fast_products(3, 3), 6);
  EXPECT_EQ(fast_products(2, 2), 3);
}

TEST(Counts, OfflineCoefficientsHaveTheirFormula) {
  const Design fcu = design("fcu scheme=ffa preadd=offline");
  ASSERT_EQ(fcu.coefficients.size(), 18u);
  EXPECT_EQ(fcu.coefficients[0].text(), "h[0][0]");
  EXPECT_EQ(fcu.coefficients[3].text(), "h[0][0] + h[0][1]");
  EXPECT_EQ(fcu.coefficients[17].text(), "h[2][1] + h[2][2]");
  const Design fir = design("fir taps=3 parallel=2 scheme=ffa preadd=offline");
  ASSERT_EQ(fir.coefficients.size(), 4u);  // both products of the last block take h[2]
  std::string all;
  for (const CoefficientSum& sum : fir.coefficients) all += sum.text() + ", ";
  EXPECT_EQ(all, "h[1], h[0], h[0] + h[1], h[2], ");
}

TEST(Widths, ResultsHoldExactlyWhatCanOccur) {
  const auto result_width = [](const std::string& line) {
    for (const DerivedSize& size : design(line).derived) {
      if (size.name == "ResultWidth") return size.value;
    }
    return int64_t{0};
  };
  EXPECT_EQ(result_width("fcu"), 20);
  EXPECT_EQ(result_width("fcu data=signed scheme=ffa"), 19);
  EXPECT_EQ(result_width("fir taps=8 data=unsigned"), 19);
  EXPECT_EQ(result_width("fir taps=9 data=unsigned"), 20);
  EXPECT_EQ(result_width("fir taps=7 data=signed"), 18);
  EXPECT_EQ(result_width("fir taps=8 data=signed"), 19);
}

TEST(Widths, PortsSayTheirWidthOverTheParameters) {
  const Design fcu = design("fcu DataWidth=9 CoefWidth=7");
  const auto port = [&](const std::string& name) {
    for (const Port& p : fcu.ports) {
      if (p.name == name) return p.width + " = " + std::to_string(p.width_value);
    }
    return std::string("none");
  };
  EXPECT_EQ(port("x_i"), "15 * DataWidth = 135");
  EXPECT_EQ(port("h_i"), "9 * CoefWidth = 63");
  EXPECT_EQ(port("y_o"), "3 * (DataWidth + CoefWidth + 4) = 60");
  EXPECT_EQ(fcu.parameters.size(), 2u);
  EXPECT_EQ(fcu.latency_cycles, 2);
  EXPECT_EQ(design("fcu cut=none").latency_cycles, 0);
  EXPECT_EQ(design("fcu cut=pre,mult,branch,post scheme=ffa").latency_cycles, 4);
}

class FreeSizes : public testing::TestWithParam<std::string> {};

// Ranges are proved at the corners of the box of free sizes; the text is the same up to defaults.
TEST_P(FreeSizes, AreFree) {
  EXPECT_NO_THROW(check_free_sizes(resolve(base::Spec::parse_line(GetParam())), 16));
}

INSTANTIATE_TEST_SUITE_P(Catalogue, FreeSizes, testing::ValuesIn(catalogue()), test_name);

// All kinds of points, small ones: what goes wrong depends on options and widths, not on how many
// products there are, and a bit heap takes as long as it has bits.
TEST(AnyLegalSpec, IsGenerated) {
  for (const Unit* unit : units()) {
    for (const base::Spec& spec : random_specs(*unit, 30, 5, 20000, 300))
      EXPECT_NO_THROW(generate(spec)) << spec.line();
  }
}

TEST(AnyLegalSpec, IsGeneratedHoweverLarge) {
  for (const Unit* unit : units()) {
    for (const base::Spec& spec : random_specs(*unit, 30, 5, 20000)) {
      if (spec.has("arith") && spec.is("arith", "heap")) continue;
      EXPECT_NO_THROW(generate(spec)) << spec.line();
    }
  }
}

}  // namespace
}  // namespace gen
