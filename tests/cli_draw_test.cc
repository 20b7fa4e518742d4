// SPDX-License-Identifier: Apache-2.0
// fircone draw: graphs have the operations of their units, pictures come out, faults are named.

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "cli/flow_picture.h"
#include "gen/generate.h"
#include "gen/units/signal_flow.h"
#include "tests/cli_program.h"

namespace {

using cli_test::expect_error;
using cli_test::fircone;
using gen::FlowGraph;
using gen::FlowStage;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Flow : public testing::TestWithParam<const char*> {};

// What is drawn is what is built: as many products and additions as the generator counted.
TEST_P(Flow, HasTheOperationsOfTheUnit) {
  const gen::Design design = gen::generate(base::Spec::parse_line(GetParam()));
  const std::vector<FlowGraph> graphs = gen::signal_flow(design.spec);
  ASSERT_EQ(graphs.size(), 1u);
  const FlowGraph& graph = graphs.front();
  EXPECT_EQ(graph.count(FlowStage::kProduct), design.operations.multiplications);
  EXPECT_EQ(graph.count(FlowStage::kOutput), design.outputs_per_cycle);
  EXPECT_EQ(graph.adders(FlowStage::kPre), design.operations.pre_adders);
  EXPECT_EQ(graph.adders(FlowStage::kBranch) + graph.adders(FlowStage::kPost),
            design.operations.branch_adders + design.operations.post_adders);
  for (const gen::FlowEdge& edge : graph.edges) {
    const auto from = static_cast<size_t>(edge.from), to = static_cast<size_t>(edge.to);
    EXPECT_LE(graph.nodes[from].stage, graph.nodes[to].stage);
    EXPECT_NE(edge.factor, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Units, Flow,
                         testing::Values("fcu scheme=ffa", "fcu scheme=direct", "fir scheme=ffa",
                                         "fir taps=5 parallel=2",
                                         "fir taps=7 parallel=3 scheme=ffa"));

TEST(Flow, TwoDimensionsInOneGraphOrTwo) {
  const gen::LineShape shape{3, 3};
  const gen::FilterPlan plan{gen::fast_line(shape, "k3"), gen::fast_line(shape, "k3")};
  const std::vector<FlowGraph> one = gen::signal_flow(plan), two = gen::signal_flow(plan, true);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].count(FlowStage::kProduct), 36);
  EXPECT_EQ(one[0].adders(FlowStage::kPre), plan.samples("").adders());
  EXPECT_EQ(one[0].adders(FlowStage::kPost), plan.results("").adders());
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].count(FlowStage::kFilter), 6);
  EXPECT_EQ(two[1].count(FlowStage::kProduct), 6);
}

TEST(Flow, TextHasSubscriptsAndSigns) {
  const std::string dot = cli::flow_dot(
      "title", gen::signal_flow(gen::resolve(base::Spec::parse_line("fcu scheme=ffa"))));
  EXPECT_TRUE(contains(dot, "× (h₁₀ + h₁₂)")) << dot;
  EXPECT_TRUE(contains(dot, "label=\"x₂₄\""));
  EXPECT_TRUE(contains(dot, "headlabel=\"−\""));
  EXPECT_TRUE(contains(dot, "18 products"));
}

TEST(Draw, WritesEveryFormat) {
  const base::TemporaryDirectory folder;
  const std::vector<std::pair<std::string, std::string>> beginnings = {
      {"svg", "<?xml"}, {"png", "\x89PNG"}, {"pdf", "%PDF"}, {"dot", "digraph"}};
  for (const auto& [suffix, beginning] : beginnings) {
    const std::string file = (folder.path() / ("fcu." + suffix)).string();
    const base::Output output = fircone({"draw", "fcu", "scheme=ffa", "-o", file});
    EXPECT_EQ(output.status, 0) << output.err;
    EXPECT_EQ(output.out, file + "\n");
    EXPECT_TRUE(base::read_file(file).starts_with(beginning)) << suffix;
  }
}

TEST(Draw, WrongUsage) {
  expect_error({"draw", "fcu", "-o", "fcu.jpg"}, 2,
               "draw: 'fcu.jpg' must end in .svg, .png, .pdf or .dot");
  expect_error({"draw", "mul", "-o", "mul.svg"}, 2, "mul: only fir and fcu can be drawn");
  EXPECT_EQ(fircone({"draw", "fcu"}).status, 2);
}

TEST(Draw, WithoutGraphviz) {
  const base::TemporaryDirectory folder;
  const base::Output output = base::run({.argv = {cli_test::program().string(), "draw", "fcu", "-o",
                                                  (folder.path() / "fcu.svg").string()},
                                         .environment = {{"PATH", "/nonexistent"}}});
  EXPECT_EQ(output.status, 3);
  EXPECT_TRUE(contains(output.err, "it is in the package 'graphviz'")) << output.err;
}

}  // namespace
