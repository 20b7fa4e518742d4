// SPDX-License-Identifier: Apache-2.0
// fircone draw: graphs have the operations of their units, pictures come out, faults are named.

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "cli/flow_layout.h"
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
  EXPECT_TRUE(contains(dot, "label=\"−\""));
  EXPECT_TRUE(contains(dot, "18 products"));
}

std::vector<FlowGraph> graphs_of(const std::string& spec) {
  return gen::signal_flow(gen::resolve(base::Spec::parse_line(spec)));
}

TEST(Flow, OfManyRowsOneIsDrawn) {
  const std::vector<FlowGraph> graphs =
      graphs_of("fcu kernel=5 scheme=ffa InChannels=4 OutChannels=2");
  ASSERT_EQ(graphs.size(), 1u);
  EXPECT_EQ(graphs[0].count(FlowStage::kProduct), 14);
  EXPECT_TRUE(contains(graphs[0].caption, "one of 5 kernel rows")) << graphs[0].caption;
  EXPECT_TRUE(contains(graphs[0].caption, "one of 4 input channels"));
  EXPECT_TRUE(contains(graphs[0].caption, "one of 2 output channels"));
  EXPECT_EQ(graphs_of("fcu kernel=3 scheme=ffa")[0].caption, "");
}

TEST(Flow, DivisorIsSaid) {
  EXPECT_TRUE(contains(cli::flow_dot("title", graphs_of("fcu kernel=3 scheme=winograd")),
                       "outputs\\n(divided by 4)"));
}

// The point of a Bezier curve at t.
cli::Point on_curve(const cli::Point* p, double t) {
  const double s = 1 - t;
  const auto value = [&](double a, double b, double c, double d) {
    return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
  };
  return {value(p[0].x, p[1].x, p[2].x, p[3].x), value(p[0].y, p[1].y, p[2].y, p[3].y)};
}

class Lines : public testing::TestWithParam<const char*> {};

// Of the additions only those at its ends touch a line; it ends where its head is.
TEST_P(Lines, GoAroundAdditions) {
  for (const FlowGraph& graph : graphs_of(GetParam())) {
    const cli::FlowLayout layout = cli::flow_layout(graph);
    for (size_t e = 0; e < layout.lines.size(); ++e) {
      const gen::FlowEdge& edge = layout.graph.edges[e];
      const std::vector<cli::Point>& line = layout.lines[e].points;
      const cli::Point& end = layout.places[static_cast<size_t>(edge.to)];
      EXPECT_NEAR(std::hypot(line.back().x - end.x, line.back().y - end.y),
                  layout.graph.nodes[static_cast<size_t>(edge.to)].label.empty()
                      ? 0
                      : layout.widths[static_cast<size_t>(edge.to)] / 2,
                  0.1);
      for (size_t p = 0; p + 3 < line.size(); p += 3) {
        for (int step = 0; step <= 20; ++step) {
          const cli::Point at = on_curve(&line[p], step / 20.0);
          for (size_t n = 0; n < layout.places.size(); ++n) {
            if (layout.graph.nodes[n].label != "+" || static_cast<int>(n) == edge.from ||
                static_cast<int>(n) == edge.to)
              continue;
            EXPECT_GT(std::hypot(at.x - layout.places[n].x, at.y - layout.places[n].y),
                      cli::kCircle / 2)
                << "edge " << e << " node " << n;
          }
        }
      }
    }
  }
}

// dot's own router does not survive some of these.
TEST_P(Lines, BecomeAPicture) {
  const base::TemporaryDirectory folder;
  const std::string file = (folder.path() / "flow.png").string();
  std::vector<std::string> words = {"draw"};
  std::istringstream line(GetParam());
  for (std::string word; line >> word;) words.push_back(word);
  words.insert(words.end(), {"-o", file});
  const base::Output output = fircone(words);
  EXPECT_EQ(output.status, 0) << output.err;
}

INSTANTIATE_TEST_SUITE_P(Units, Lines,
                         testing::Values("fir taps=3 parallel=3 scheme=ffa",
                                         "fir taps=5 parallel=5 scheme=ffa algorithm=m5",
                                         "fir taps=7 parallel=3 scheme=ffa form=D",
                                         "fir taps=2 parallel=2 scheme=winograd",
                                         "fcu kernel=3 scheme=winograd",
                                         "fcu kernel=3 scheme=ffa2d",
                                         "fcu kernel=5 scheme=ffa2d InChannels=2",
                                         "fcu kernel=3 stride=2 scheme=ffa"));

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
                                         .environment = {{"PATH", "/proc/nonexistent"}}});
  EXPECT_EQ(output.status, 3);
  EXPECT_TRUE(contains(output.err, "it is in the package 'graphviz'")) << output.err;
}

}  // namespace
