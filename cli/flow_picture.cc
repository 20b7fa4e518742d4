// SPDX-License-Identifier: Apache-2.0
// Places, shapes, colours and symbols of signal flow graphs.

#include "cli/flow_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/flow_layout.h"

namespace cli {
namespace {

using gen::FlowEdge;
using gen::FlowGraph;
using gen::FlowNode;
using gen::FlowStage;

struct Style {
  const char* heading;  // above the columns; the number goes in front
  const char* shape;
  const char* fill;
  const char* line;
};

// In the order of FlowStage.
constexpr std::array<Style, 7> kStyles = {{
    {"samples", "plaintext", "#ffffff", "#444444"},
    {"pre-addition", "circle", "#d6e6f5", "#2f6da8"},
    {"product", "box", "#fde3c4", "#c2701c"},
    {"filter", "box", "#fde3c4", "#c2701c"},
    {"additions", "circle", "#e9def2", "#7a4fa0"},
    {"post-addition", "circle", "#d5ecd4", "#3b8a3e"},
    {"outputs", "plaintext", "#ffffff", "#444444"},
}};
constexpr const char* kMinus = "#c0392b";
constexpr const char* kFont = "Helvetica,Arial,sans-serif";

constexpr double kHeading = 40;  // points above the topmost node
constexpr double kInch = 72;     // points

const Style& style_of(FlowStage stage) { return kStyles[static_cast<size_t>(stage)]; }

std::string heading(const FlowGraph& graph, FlowStage stage) {
  const std::string word = style_of(stage).heading;
  if (stage == FlowStage::kOutput && graph.divisor != 1)
    return fmt::format("{}\\n(divided by {})", word, graph.divisor);
  if (word.back() == 's' && stage != FlowStage::kBranch) return word;
  if (stage == FlowStage::kBranch)
    return fmt::format("{} additions\\nof like products", graph.adders(stage));
  const bool adds = stage == FlowStage::kPre || stage == FlowStage::kPost;
  const int number = adds ? graph.adders(stage) : graph.count(stage);
  return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
}

std::string node_text(const std::string& id, const FlowNode& node, double width,
                      const std::string& at) {
  const Style& style = style_of(node.stage);
  if (node.label.empty())
    return fmt::format("  {} [{}, shape=point, width=0.05, color=\"#777777\"]\n", id, at);
  std::string look = node.label == "+"   ? ", fontsize=16"
                     : node.label == "D" ? ", shape=square"
                                         : "";
  const bool mark = node.label == "+" || node.label == "D";
  look += fmt::format(", width={:.3f}, height={:.3f}", width / kInch,
                      (mark ? width : kNodeHeight) / kInch);
  if (node.bundle && style.shape != std::string_view("plaintext")) look += ", penwidth=2.4";
  return fmt::format("  {} [{}, label=\"{}\", shape={}, fillcolor=\"{}\", color=\"{}\"{}]\n", id,
                     at, label_of(node), style.shape, style.fill, style.line, look);
}

// One graph with its top at `top`; returns where it ends.
class GraphText {
 public:
  GraphText(const FlowGraph& graph, size_t number, std::string& text)
      : layout_(flow_layout(graph)), number_(number), text_(text) {}

  double write(double top) {
    const FlowGraph& graph = layout_.graph;
    if (!graph.caption.empty()) {
      const auto lines = 1 + std::count(graph.caption.begin(), graph.caption.end(), '\\');
      words("caption", graph.caption, {layout_.width() / 2, top - 5 - 9 * double(lines)},
            "#222222");
      top -= 16 + 18 * static_cast<double>(lines);
    }
    shift_ = top - kHeading - layout_.top();
    for (size_t s = 0; s < kStyles.size(); ++s) {
      const auto stage = static_cast<FlowStage>(s);
      if (graph.count(stage) > 0)
        words("h" + std::to_string(s), heading(graph, stage), {layout_.middle(stage), top - 12},
              kStyles[s].line);
    }
    for (size_t i = 0; i < graph.nodes.size(); ++i)
      text_ += node_text(id(i), graph.nodes[i], layout_.widths[i], place(layout_.places[i], true));
    for (size_t e = 0; e < graph.edges.size(); ++e) edge(e);
    return layout_.bottom() + shift_;
  }

 private:
  std::string id(size_t node) const { return fmt::format("g{}n{}", number_, node); }

  std::string place(const Point& at, bool shifted = false) const {
    return fmt::format("pos=\"{:.1f},{:.1f}!\"", at.x, at.y + (shifted ? shift_ : 0));
  }

  void words(const std::string& name, const std::string& label, const Point& at,
             const char* colour) {
    text_ += fmt::format(
        "  g{}{} [{}, label=\"{}\", shape=plaintext, fillcolor=\"#ffffff00\", fontcolor=\"{}\", "
        "fontsize=15, fixedsize=false]\n",
        number_, name, place(at), label, colour);
  }

  // The line as graphviz has it: "e,tip points of the curves".
  void edge(size_t number) {
    const FlowEdge& edge = layout_.graph.edges[number];
    const auto from = static_cast<size_t>(edge.from), to = static_cast<size_t>(edge.to);
    const FlowLine& line = layout_.lines[number];
    const bool tip = line.points.size() % 3 == 2;
    std::string way;
    if (tip)
      way = fmt::format("e,{:.1f},{:.1f}", line.points.back().x, line.points.back().y + shift_);
    for (size_t p = 0; p < line.points.size() - (tip ? 1 : 0); ++p)
      way += fmt::format("{}{:.1f},{:.1f}", way.empty() ? "" : " ", line.points[p].x,
                         line.points[p].y + shift_);
    std::string look;
    if (edge.factor < 0) look += fmt::format(", color=\"{}\"", kMinus);
    if (layout_.graph.nodes[from].bundle) look += ", penwidth=2.4";
    if (!tip) look += ", arrowhead=none";
    text_ += fmt::format("  {} -> {} [pos=\"{}\"{}]\n", id(from), id(to), way, look);
    if (edge.factor == 1) return;
    text_ += fmt::format(
        "  g{}s{} [{}, label=\"{}\", shape=circle, width=0.09, height=0.09, "
        "color=\"#ffffff\", fillcolor=\"#ffffff\", fontcolor=\"{}\"]\n",
        number_, number, place(line.sign, true),
        edge.factor == -1 ? "−" : pretty(std::to_string(edge.factor)),
        edge.factor < 0 ? kMinus : "#444444");
  }

  FlowLayout layout_;
  size_t number_;
  std::string& text_;
  double shift_ = 0;  // from the layout's heights to the picture's
};

}  // namespace

std::string flow_dot(const std::string& title, const std::vector<FlowGraph>& graphs) {
  std::string body;
  double top = 0;
  for (size_t i = 0; i < graphs.size(); ++i) top = GraphText(graphs[i], i, body).write(top) - 50;
  // All places and lines are ours (`neato -n2`).
  return fmt::format(
      "digraph filter {{\n"
      "  layout=neato; notranslate=true; outputorder=edgesfirst\n"
      "  labelloc=t; fontsize=18; fontname=\"{0}\"; label=\"{1}\"; pad=0.2\n"
      "  node [fontname=\"{0}\", fontsize=13, style=\"filled,rounded\", fixedsize=true]\n"
      "  edge [color=\"#777777\", arrowsize=0.5]\n"
      "{2}}}\n",
      kFont, title, body);
}

}  // namespace cli
