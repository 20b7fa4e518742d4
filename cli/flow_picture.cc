// SPDX-License-Identifier: Apache-2.0
// Places, shapes, colours and symbols of signal flow graphs.

#include "cli/flow_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

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

// Points.
constexpr double kPitch = 27;     // of nodes in a column
constexpr double kGroupGap = 14;  // between groups of a column
constexpr double kColumn = 84;    // of columns of small nodes
constexpr double kLetter = 8.2;   // of a label
constexpr double kHeading = 40;   // above the topmost node

constexpr size_t kRouted = 150;  // edges that may bend around nodes

const Style& style_of(FlowStage stage) { return kStyles[static_cast<size_t>(stage)]; }

bool is_product(const FlowNode& node) {
  return node.stage == FlowStage::kProduct || node.stage == FlowStage::kFilter;
}

// "x[1][2] - x[3]" with subscripts: x₁₂ − x₃. Indices of several digits are kept apart by commas;
// what is no number stays in brackets.
std::string pretty(const std::string& text) {
  static const std::array<const char*, 10> kDigits = {"₀", "₁", "₂", "₃", "₄",
                                                      "₅", "₆", "₇", "₈", "₉"};
  std::string result;
  for (size_t i = 0; i < text.size();) {
    const size_t end = text[i] == '[' ? text.find(']', i) : std::string::npos;
    if (end == std::string::npos || text.find_first_not_of("0123456789", i + 1) != end) {
      result += text[i] == '-' ? "−" : std::string(1, text[i]);
      ++i;
      continue;
    }
    for (size_t d = i + 1; d < end; ++d) result += kDigits[static_cast<size_t>(text[d] - '0')];
    const size_t next = end + 1 < text.size() && text[end + 1] == '[' ? text.find(']', end + 1) : 0;
    if (next != 0 && next != std::string::npos && (end - i > 2 || next - end > 3)) result += ",";
    i = end + 1;
  }
  return result;
}

std::string label_of(const FlowNode& node) {
  if (!is_product(node)) return pretty(node.label);
  const bool sum = node.label.find(' ') != std::string::npos;
  return (node.stage == FlowStage::kFilter ? "filter " : "× ") +
         (sum ? "(" + pretty(node.label) + ")" : pretty(node.label));
}

size_t letters(const std::string& utf8) {
  return static_cast<size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

// The graph with every sample that goes straight to a product led through a point in the last
// column of pre-additions, so that each product has its operand at its own height.
FlowGraph with_wires(const FlowGraph& graph) {
  FlowGraph result = graph;
  std::vector<int> uses(graph.nodes.size(), 0);
  for (const FlowEdge& edge : graph.edges) ++uses[static_cast<size_t>(edge.from)];
  const bool adds = graph.count(FlowStage::kPre) > 0;
  const size_t edges = graph.edges.size();
  for (size_t e = 0; e < edges; ++e) {
    const FlowEdge edge = graph.edges[e];
    const auto from = static_cast<size_t>(edge.from);
    if (!adds || !is_product(graph.nodes[static_cast<size_t>(edge.to)])) continue;
    if (graph.nodes[from].stage == FlowStage::kPre && uses[from] == 1) continue;
    FlowNode wire = graph.nodes[static_cast<size_t>(edge.to)];
    wire.stage = FlowStage::kPre;
    wire.label.clear();
    wire.bundle = graph.nodes[from].bundle;
    const int node = static_cast<int>(result.nodes.size());
    result.nodes.push_back(wire);
    result.edges[e].from = node;
    result.edges.push_back({edge.from, node, 1});
  }
  return result;
}

// Columns from left to right; heights grow upwards, 0 in the middle.
class Layout {
 public:
  explicit Layout(const FlowGraph& graph) : graph_(graph), y_(graph.nodes.size(), 0) {
    ends_.resize(graph.nodes.size());
    starts_.resize(graph.nodes.size());
    for (const FlowEdge& edge : graph.edges) {
      ends_[static_cast<size_t>(edge.from)].push_back(static_cast<size_t>(edge.to));
      starts_[static_cast<size_t>(edge.to)].push_back(static_cast<size_t>(edge.from));
    }
    make_columns();
    place_columns();
    place_nodes();
  }

  double x(size_t node) const { return x_[column_[node]]; }
  double y(size_t node) const { return y_[node]; }
  double width() const { return x_.back(); }
  double top() const { return *std::max_element(y_.begin(), y_.end()); }
  double bottom() const { return *std::min_element(y_.begin(), y_.end()); }
  // The middle of a stage's columns.
  double middle(FlowStage stage) const {
    double low = width(), high = 0;
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (graph_.nodes[i].stage != stage) continue;
      low = std::min(low, x(i));
      high = std::max(high, x(i));
    }
    return (low + high) / 2;
  }

 private:
  static constexpr size_t kStages = kStyles.size();

  // Inside a stage a node stands right of what it is made of; operands of products stand together.
  void make_columns() {
    const size_t count = graph_.nodes.size();
    std::vector<size_t> depth(count, 0);
    for (size_t pass = 0; pass < count; ++pass) {
      bool changed = false;
      for (size_t i = 0; i < count; ++i)
        for (const size_t s : starts_[i])
          if (graph_[s].stage == graph_[i].stage && depth[i] < depth[s] + 1) {
            depth[i] = depth[s] + 1;
            changed = true;
          }
      if (!changed) break;
    }
    std::array<size_t, kStages> levels{};
    for (size_t i = 0; i < count; ++i) {
      size_t& level = levels[static_cast<size_t>(graph_[i].stage)];
      level = std::max(level, depth[i] + 1);
    }
    const auto operand = [&](size_t i) {
      return graph_[i].stage == FlowStage::kPre && ends_[i].size() == 1 &&
             is_product(graph_[ends_[i].front()]);
    };
    std::array<size_t, kStages> first{};
    size_t columns = 0;
    for (size_t s = 0; s < kStages; ++s) {
      first[s] = columns;
      columns += levels[s];
    }
    columns_.resize(columns);
    for (size_t i = 0; i < count; ++i) {
      const auto stage = static_cast<size_t>(graph_[i].stage);
      column_.push_back(first[stage] + (operand(i) ? levels[stage] - 1 : depth[i]));
      columns_[column_[i]].push_back(i);
    }
  }

  // Wide enough for labels and for the slopes of edges.
  void place_columns() {
    double at = 0, before = 0;
    for (const std::vector<size_t>& column : columns_) {
      size_t longest = 0;
      for (const size_t i : column) longest = std::max(longest, letters(label_of(graph_[i])));
      const double half = std::max(10.0, static_cast<double>(longest) * kLetter / 2);
      const double slope = std::min(140.0, static_cast<double>(column.size()) * 3);
      at += x_.empty() ? 0 : before + half + kColumn + slope;
      x_.push_back(at);
      before = half;
    }
  }

  void spread(const std::vector<size_t>& column) {
    double at = 0;
    for (size_t k = 0; k < column.size(); ++k) {
      if (k > 0) at -= kPitch;
      if (k > 0 && graph_[column[k]].group != graph_[column[k - 1]].group) at -= kGroupGap;
      y_[column[k]] = at;
    }
    for (const size_t i : column) y_[i] -= at / 2;
  }

  // At the mean height of their neighbours, as far as there is room.
  void follow(std::vector<size_t> column, const std::vector<std::vector<size_t>>& neighbours) {
    for (const size_t i : column) y_[i] = mean(neighbours[i]);
    std::stable_sort(column.begin(), column.end(),
                     [&](size_t a, size_t b) { return y_[a] > y_[b] + 1e-6; });
    pack(column);
  }

  // Samples and outputs keep their order; a group stands where its neighbours are.
  void follow_in_order(const std::vector<size_t>& column,
                       const std::vector<std::vector<size_t>>& neighbours) {
    for (size_t first = 0, last = 0; first < column.size(); first = last) {
      std::vector<size_t> around;
      for (; last < column.size() && graph_[column[last]].group == graph_[column[first]].group;
           ++last)
        around.insert(around.end(), neighbours[column[last]].begin(),
                      neighbours[column[last]].end());
      const double top = mean(around) + kPitch * static_cast<double>(last - first - 1) / 2;
      for (size_t k = first; k < last; ++k)
        y_[column[k]] = top - kPitch * static_cast<double>(k - first);
    }
    pack(column);
  }

  double mean(const std::vector<size_t>& nodes) const {
    double sum = 0;
    for (const size_t n : nodes) sum += y_[n];
    return nodes.empty() ? 0 : sum / static_cast<double>(nodes.size());
  }

  // Nodes from top to bottom, a pitch apart and as near to their heights as that allows: those that
  // touch move as one block, to the mean of what its nodes want.
  void pack(const std::vector<size_t>& column) {
    struct Block {
      double sum;
      size_t count;
      double top() const {
        return sum / static_cast<double>(count) + kPitch * static_cast<double>(count - 1) / 2;
      }
      double bottom() const { return top() - kPitch * static_cast<double>(count - 1); }
    };
    std::vector<Block> blocks;
    for (const size_t i : column) {
      blocks.push_back({y_[i], 1});
      while (blocks.size() > 1 &&
             blocks[blocks.size() - 2].bottom() - blocks.back().top() < kPitch) {
        blocks[blocks.size() - 2].sum += blocks.back().sum;
        blocks[blocks.size() - 2].count += blocks.back().count;
        blocks.pop_back();
      }
    }
    size_t k = 0;
    for (const Block& block : blocks)
      for (size_t n = 0; n < block.count; ++n)
        y_[column[k++]] = block.top() - kPitch * static_cast<double>(n);
  }

  void place_nodes() {
    const auto products = std::find_if(columns_.begin(), columns_.end(), [&](const auto& column) {
      return is_product(graph_[column.front()]);
    });
    spread(*products);
    for (auto column = products; column != columns_.begin();) {
      --column;
      if (column == columns_.begin())
        follow_in_order(*column, ends_);
      else
        follow(*column, ends_);
    }
    for (auto column = products + 1; column + 1 != columns_.end(); ++column)
      follow(*column, starts_);
    follow_in_order(columns_.back(), starts_);
  }

  struct Nodes {
    const FlowGraph& graph;
    const FlowNode& operator[](size_t i) const { return graph.nodes[i]; }
    const std::vector<FlowNode>& nodes;
    explicit Nodes(const FlowGraph& g) : graph(g), nodes(g.nodes) {}
  };

  Nodes graph_;
  std::vector<std::vector<size_t>> starts_, ends_;  // neighbours to the left, to the right
  std::vector<std::vector<size_t>> columns_;
  std::vector<size_t> column_;  // of a node
  std::vector<double> x_;       // of a column
  std::vector<double> y_;       // of a node
};

std::string heading(const FlowGraph& graph, FlowStage stage) {
  const std::string word = style_of(stage).heading;
  if (word.back() == 's' && stage != FlowStage::kBranch) return word;
  if (stage == FlowStage::kBranch)
    return fmt::format("{} additions\\nof like products", graph.adders(stage));
  const bool adds = stage == FlowStage::kPre || stage == FlowStage::kPost;
  const int number = adds ? graph.adders(stage) : graph.count(stage);
  return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
}

std::string place(double x, double y) { return fmt::format("pos=\"{:.1f},{:.1f}!\"", x, y); }

std::string node_text(const std::string& id, const FlowNode& node, const std::string& at) {
  const Style& style = style_of(node.stage);
  if (node.label.empty())
    return fmt::format("  {} [{}, shape=point, width=0.05, color=\"#777777\"]\n", id, at);
  std::string look;
  if (node.label == "+") look = ", width=0.3, fixedsize=true, fontsize=16";
  if (node.label == "D") look = ", shape=square, width=0.3, fixedsize=true";
  if (node.bundle && style.shape != std::string_view("plaintext")) look += ", penwidth=2.4";
  return fmt::format("  {} [{}, label=\"{}\", shape={}, fillcolor=\"{}\", color=\"{}\"{}]\n", id,
                     at, label_of(node), style.shape, style.fill, style.line, look);
}

std::string edge_text(const std::string& from, const std::string& to, const FlowEdge& edge,
                      const FlowNode& source, const FlowNode& target) {
  std::string look;
  if (edge.factor < 0) look += fmt::format(", color=\"{}\"", kMinus);
  if (edge.factor != 1)
    look += fmt::format(", headlabel=\"{}\", fontcolor=\"{}\", labeldistance=1.3",
                        edge.factor == -1 ? "−" : pretty(std::to_string(edge.factor)),
                        edge.factor < 0 ? kMinus : "#444444");
  if (source.bundle) look += ", penwidth=2.4";
  if (target.label.empty()) look += ", arrowhead=none";
  return fmt::format("  {}{} -> {}{} [arrowsize=0.5{}]\n", from, source.label.empty() ? "" : ":e",
                     to, target.label.empty() ? "" : ":w", look);
}

// One graph with its top at `top`; returns where it ends.
double graph_text(const FlowGraph& wanted, size_t number, double top, std::string& text) {
  const FlowGraph graph = with_wires(wanted);
  const Layout layout(graph);
  const auto id = [number](size_t node) { return fmt::format("g{}n{}", number, node); };
  const auto words = [&](const std::string& name, const std::string& label, double x, double y,
                         const char* colour, int size) {
    text += fmt::format(
        "  g{}{} [{}, label=\"{}\", shape=plaintext, fillcolor=\"#ffffff00\", fontcolor=\"{}\", "
        "fontsize={}]\n",
        number, name, place(x, y), label, colour, size);
  };
  if (!graph.caption.empty()) {
    words("caption", graph.caption, layout.width() / 2, top - 14, "#222222", 16);
    top -= 34;
  }
  const double shift = top - kHeading - layout.top();
  for (size_t s = 0; s < kStyles.size(); ++s) {
    const auto stage = static_cast<FlowStage>(s);
    if (graph.count(stage) > 0)
      words("h" + std::to_string(s), heading(graph, stage), layout.middle(stage), top - 12,
            kStyles[s].line, 14);
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    text += node_text(id(i), graph.nodes[i], place(layout.x(i), layout.y(i) + shift));
  for (const FlowEdge& edge : graph.edges) {
    const auto from = static_cast<size_t>(edge.from), to = static_cast<size_t>(edge.to);
    text += edge_text(id(from), id(to), edge, graph.nodes[from], graph.nodes[to]);
  }
  return layout.bottom() + shift;
}

}  // namespace

std::string flow_dot(const std::string& title, const std::vector<FlowGraph>& graphs) {
  std::string body;
  double top = 0;
  for (size_t i = 0; i < graphs.size(); ++i) top = graph_text(graphs[i], i, top, body) - 50;
  // The places are ours; `neato -n` routes the edges around the nodes, but gives up on large
  // graphs.
  size_t edges = 0;
  for (const FlowGraph& graph : graphs) edges += graph.edges.size();
  const char* const splines = edges <= kRouted ? "true" : "line";
  return fmt::format(
      "digraph filter {{\n"
      "  layout=neato; notranslate=true; splines={3}; outputorder=edgesfirst\n"
      "  labelloc=t; fontsize=18; fontname=\"{0}\"; label=\"{1}\"; pad=0.2\n"
      "  node [fontname=\"{0}\", fontsize=13, style=\"filled,rounded\", height=0.26, "
      "margin=\"0.06,0.02\"]\n"
      "  edge [fontname=\"{0}\", fontsize=14, color=\"#777777\"]\n"
      "{2}}}\n",
      kFont, title, body, splines);
}

}  // namespace cli
