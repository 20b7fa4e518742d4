// SPDX-License-Identifier: Apache-2.0
// Places of a signal flow graph's nodes and the lines of its edges, in points; heights grow
// upwards.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gen/units/signal_flow.h"

namespace cli {

struct Point {
  double x = 0, y = 0;
};

// A line around the nodes in its way: Bezier curves, three points for each behind the first one.
struct FlowLine {
  std::vector<Point> points;
  Point sign;  // where a factor stands, before the head
};

struct FlowLayout {
  // The graph, with points without a label through which samples go that reach products unadded.
  gen::FlowGraph graph;
  std::vector<Point> places;  // of nodes
  std::vector<double> widths;
  std::vector<FlowLine> lines;  // of edges
  double width() const;
  double top() const;
  double bottom() const;
  double middle(gen::FlowStage stage) const;  // of its columns
};

constexpr double kCircle = 21.6;    // width of an addition
constexpr double kNodeHeight = 20;  // of a box

FlowLayout flow_layout(const gen::FlowGraph& graph);

bool is_product(const gen::FlowNode& node);

// What is written on a node: "x[1][2] - x[3]" with subscripts, products with their sign.
std::string label_of(const gen::FlowNode& node);
std::string pretty(const std::string& text);

}  // namespace cli
