// SPDX-License-Identifier: Apache-2.0
// Columns of nodes, each at the height of its neighbours; edges through the gaps between nodes.

#include "cli/flow_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace cli {

using gen::FlowEdge;
using gen::FlowGraph;
using gen::FlowNode;
using gen::FlowStage;

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

namespace {

constexpr double kPitch = 27;     // of nodes in a column
constexpr double kLoosest = 1.7;  // times that, where there is room
constexpr double kRoom = 0.65;    // share of the products' height that a column may fill so
constexpr double kGroupGap = 14;  // between groups of a column
constexpr double kColumn = 84;    // between columns
constexpr double kHeadings = 36;  // more where two headings would meet
constexpr double kClear = 2.5;    // of a line from nodes that it passes
constexpr double kTaken = 36;     // what a detour may cost rather than meet another node's line
constexpr double kHead = 5;       // length of an arrow's head
constexpr double kSign = 13;      // of a sign from the head's tip
constexpr double kStagger = 10;   // and of every second one more
constexpr double kSpread = 0.55;  // radians between lines that end at the same addition
constexpr double kFan = 1.9;      // and between the outer ones at most

// Of 13 point letters; a little more than Helvetica's.
double text_width(const std::string& utf8) {
  double width = 0;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if ((byte >> 6) == 2) continue;  // inside a letter
    const bool subscript = utf8.compare(i, 2, "\xe2\x82") == 0;
    if (subscript)
      width += 5.8;
    else if (utf8[i] == ' ')
      width += 4.4;
    else if (std::string("()[]").find(utf8[i]) != std::string::npos)
      width += 5.4;
    else
      width += utf8[i] == '+' || byte >= 0x80 ? 10.8 : 8.3;
  }
  return width;
}

bool is_wire(const FlowNode& node) { return node.label.empty(); }
bool is_circle(const FlowNode& node) { return node.label == "+" || node.label == "D"; }

double width_of(const FlowNode& node) {
  if (is_wire(node)) return 3.6;
  if (is_circle(node)) return kCircle;
  return text_width(label_of(node)) + 14;
}

double half_height(const FlowNode& node) { return is_wire(node) ? 1.8 : kCircle / 2; }

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
  size_t column(size_t node) const { return column_[node]; }
  double column_x(size_t column) const { return x_[column]; }
  const std::vector<size_t>& nodes(size_t column) const { return columns_[column]; }

 private:
  static constexpr size_t kStages = static_cast<size_t>(FlowStage::kOutput) + 1;

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
      double half = 0;
      for (const size_t i : column) half = std::max(half, width_of(graph_[i]) / 2);
      const size_t nodes = std::max(column.size(), x_.empty() ? 0 : columns_[x_.size() - 1].size());
      const double slope = std::min(140.0, static_cast<double>(nodes) * 3);
      const bool headings = !x_.empty() && graph_[column.front()].stage == FlowStage::kPost &&
                            graph_[columns_[x_.size() - 1].front()].stage == FlowStage::kBranch;
      at += x_.empty() ? 0 : before + half + kColumn + std::max(slope, headings ? kHeadings : 0);
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
    // A short column beside a long one has room for the lines between its nodes.
    const double pitch =
        std::clamp(kRoom * height_ / static_cast<double>(column.size()), kPitch, kLoosest * kPitch);
    struct Block {
      double sum;
      size_t count;
      double pitch;
      double top() const {
        return sum / static_cast<double>(count) + pitch * static_cast<double>(count - 1) / 2;
      }
      double bottom() const { return top() - pitch * static_cast<double>(count - 1); }
    };
    std::vector<Block> blocks;
    for (const size_t i : column) {
      blocks.push_back({y_[i], 1, pitch});
      while (blocks.size() > 1 &&
             blocks[blocks.size() - 2].bottom() - blocks.back().top() < pitch) {
        blocks[blocks.size() - 2].sum += blocks.back().sum;
        blocks[blocks.size() - 2].count += blocks.back().count;
        blocks.pop_back();
      }
    }
    size_t k = 0;
    for (const Block& block : blocks)
      for (size_t n = 0; n < block.count; ++n)
        y_[column[k++]] = block.top() - pitch * static_cast<double>(n);
  }

  void place_nodes() {
    const auto products = std::find_if(columns_.begin(), columns_.end(), [&](const auto& column) {
      return is_product(graph_[column.front()]);
    });
    spread(*products);
    height_ = y_[products->front()] - y_[products->back()];
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
  double height_ = 0;           // of the products
};

// Edges as lines that pass between the nodes of the columns in their way.
class Routes {
 public:
  Routes(const FlowGraph& graph, const Layout& layout) : graph_(graph), layout_(layout) {
    for (const FlowEdge& edge : graph.edges) gaps_.push_back(gaps_of(edge));
    end_lines();
  }

  FlowLine line(size_t edge) const {
    const auto from = static_cast<size_t>(graph_.edges[edge].from);
    const auto to = static_cast<size_t>(graph_.edges[edge].to);
    const Point start = start_of(from);
    FlowLine line{{start}, {}};
    Point last = start;
    bool level = false;  // the line comes level from a gap
    const auto bend = [&](Point to_point, bool levels) {
      const Point step{(to_point.x - last.x) / 3, (to_point.y - last.y) / 3};
      line.points.push_back({last.x + step.x, level ? last.y : last.y + step.y});
      line.points.push_back({to_point.x - step.x, levels ? to_point.y : to_point.y - step.y});
      line.points.push_back(to_point);
      last = to_point;
    };
    for (const Point& gap : gaps_[edge]) {
      bend({gap.x - kCircle / 2, gap.y}, true);
      level = true;
      bend({gap.x + kCircle / 2, gap.y}, true);
    }
    const Point end = ends_[edge];
    const double length = std::hypot(end.x - last.x, end.y - last.y);
    const Point along{(end.x - last.x) / length, (end.y - last.y) / length};
    const double back = kSign + (second_[edge] ? kStagger : 0);
    line.sign = {end.x - back * along.x, end.y - back * along.y};
    const double head = is_wire(node(to)) ? 0 : kHead;
    bend({end.x - head * along.x, end.y - head * along.y}, false);
    if (head > 0) line.points.push_back(end);
    return line;
  }

 private:
  const FlowNode& node(size_t i) const { return graph_.nodes[i]; }

  Point start_of(size_t i) const {
    return {layout_.x(i) + (is_wire(node(i)) ? 0 : width_of(node(i)) / 2), layout_.y(i)};
  }

  // `slope`: of the line that goes through there.
  bool is_clear(size_t column, double y, double slope = 0) const {
    const std::vector<size_t>& nodes = layout_.nodes(column);
    return std::all_of(nodes.begin(), nodes.end(), [&](size_t i) {
      return std::abs(y - layout_.y(i)) >= (half_height(node(i)) + kClear) * std::hypot(1, slope);
    });
  }

  static long gap_number(double y) { return std::lround(y / (kCircle / 2)); }

  // Nothing where the straight line hits no node; else a place in each column on the way.
  std::vector<Point> gaps_of(const FlowEdge& edge) {
    const auto from = static_cast<size_t>(edge.from), to = static_cast<size_t>(edge.to);
    const size_t first = layout_.column(from) + 1, end = layout_.column(to);
    Point last = start_of(from);
    const auto slope = [&] { return (layout_.y(to) - last.y) / (layout_.x(to) - last.x); };
    const auto straight = [&](size_t c) {
      return last.y + slope() * (layout_.column_x(c) - last.x);
    };
    size_t clear = first;
    while (clear < end && is_clear(clear, straight(clear), slope())) ++clear;
    std::vector<Point> gaps;
    if (clear >= end) return gaps;
    for (size_t c = first; c < end; ++c) {
      last = {layout_.column_x(c), gap(c, straight(c), edge.from)};
      gaps.push_back(last);
    }
    return gaps;
  }

  // The clear place that is nearest to `wanted`, rather one that no other node's line goes through.
  double gap(size_t column, double wanted, int from) {
    double best = wanted, cost = 1e9;
    const auto judge = [&](double y) {
      if (!is_clear(column, y)) return;
      const auto taken = gaps_in_.find({column, gap_number(y)});
      const bool other = taken != gaps_in_.end() && taken->second != from;
      const double price = std::abs(y - wanted) + (other ? kTaken : 0);
      if (price >= cost) return;
      cost = price;
      best = y;
    };
    judge(wanted);
    for (const size_t i : layout_.nodes(column))
      for (const double side : {-1, 1})
        judge(layout_.y(i) + side * (half_height(node(i)) + kClear));
    gaps_in_.emplace(std::pair(column, gap_number(best)), from);
    return best;
  }

  // Lines end at an addition side by side, in the order in which they come.
  void end_lines() {
    std::vector<std::vector<size_t>> coming(graph_.nodes.size());
    for (size_t e = 0; e < graph_.edges.size(); ++e)
      coming[static_cast<size_t>(graph_.edges[e].to)].push_back(e);
    const auto slope = [&](size_t e) {
      const auto from = static_cast<size_t>(graph_.edges[e].from);
      const auto to = static_cast<size_t>(graph_.edges[e].to);
      const Point last =
          gaps_[e].empty() ? Point{layout_.x(from), layout_.y(from)} : gaps_[e].back();
      return (last.y - layout_.y(to)) / (layout_.x(to) - last.x);
    };
    ends_.resize(graph_.edges.size());
    second_.resize(graph_.edges.size());
    for (size_t n = 0; n < coming.size(); ++n) {
      std::vector<size_t>& edges = coming[n];
      std::sort(edges.begin(), edges.end(), [&](size_t a, size_t b) {
        return std::pair(slope(a), b) > std::pair(slope(b), a);
      });
      const auto count = static_cast<double>(edges.size());
      const double step = count > 1 ? std::min(kSpread, kFan / (count - 1)) : 0;
      for (size_t k = 0; k < edges.size(); ++k) {
        const double radius = is_wire(node(n)) ? 0 : width_of(node(n)) / 2;
        const double angle =
            is_circle(node(n)) ? step * ((count - 1) / 2 - static_cast<double>(k)) : 0;
        second_[edges[k]] = k % 2 == 1;
        ends_[edges[k]] = {layout_.x(n) - radius * std::cos(angle),
                           layout_.y(n) + radius * std::sin(angle)};
      }
    }
  }

  const FlowGraph& graph_;
  const Layout& layout_;
  std::vector<std::vector<Point>> gaps_;            // of edges
  std::map<std::pair<size_t, long>, int> gaps_in_;  // of columns: whose line goes through
  std::vector<Point> ends_;                         // of edges
  std::vector<bool> second_;                        // of those that end at a node every second one
};

}  // namespace

double FlowLayout::width() const {
  double width = 0;
  for (const Point& place : places) width = std::max(width, place.x);
  return width;
}

double FlowLayout::top() const {
  double top = places.front().y;
  for (const Point& place : places) top = std::max(top, place.y);
  return top;
}

double FlowLayout::bottom() const {
  double bottom = places.front().y;
  for (const Point& place : places) bottom = std::min(bottom, place.y);
  return bottom;
}

double FlowLayout::middle(FlowStage stage) const {
  double low = width(), high = 0;
  for (size_t i = 0; i < places.size(); ++i) {
    if (graph.nodes[i].stage != stage) continue;
    low = std::min(low, places[i].x);
    high = std::max(high, places[i].x);
  }
  return (low + high) / 2;
}

FlowLayout flow_layout(const FlowGraph& graph) {
  FlowLayout result;
  result.graph = with_wires(graph);
  const Layout layout(result.graph);
  for (size_t i = 0; i < result.graph.nodes.size(); ++i) {
    result.places.push_back({layout.x(i), layout.y(i)});
    result.widths.push_back(width_of(result.graph.nodes[i]));
  }
  const Routes routes(result.graph, layout);
  for (size_t e = 0; e < result.graph.edges.size(); ++e) result.lines.push_back(routes.line(e));
  return result;
}

}  // namespace cli
