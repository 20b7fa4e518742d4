// SPDX-License-Identifier: Apache-2.0
// Prefix networks for bits that arrive at different times.
//
// After Zimmermann, "Binary adder architectures for cell-based VLSI and their synthesis", ETH
// Zurich, 1998: a fast network first, then nodes that only save time are taken out wherever nobody
// needs that time. Here a delay model with fan-out decides, and several fast networks compete.

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "gen/arith/prefix_build.h"

namespace arith {
namespace {

constexpr double kNode = 1;  // delay of a node
constexpr double kEpsilon = 1e-9;

// A network that changes, without overlaps: [hi:lo] = [hi:mid] o [mid-1:lo], so a node is known by
// its span and `mid`. A bit's spans in the order of their length are in the order of time too.
class Graph {
 public:
  Graph(int width, const PrefixTiming& timing)
      : width_(width),
        fanout_(timing.fanout),
        given_(static_cast<size_t>(width), 0),
        chain_(static_cast<size_t>(width)),
        cells_(static_cast<size_t>(width) * static_cast<size_t>(width)) {
    for (size_t i = 0; i < given_.size() && i < timing.arrival.size(); ++i) {
      given_[i] = timing.arrival[i];
    }
    for (int i = 0; i < width; ++i) at(i, i).there = true;
  }

  int nodes() const {
    size_t count = 0;
    for (const auto& spans : chain_) count += spans.size();
    return static_cast<int>(count);
  }
  double latest() const { return latest_; }

  void start_from(const PrefixNetwork& network);
  void start_fast();
  void count_users();
  void update(double required);
  void relax(double required);
  PrefixNetwork network() const;

 private:
  struct Cell {
    bool there = false;
    int mid = 0;
    int users = 0;
    double arrival = 0, required = 0;
  };
  Cell& at(int hi, int lo) {
    return cells_[static_cast<size_t>(hi) * static_cast<size_t>(width_) + static_cast<size_t>(lo)];
  }
  const Cell& at(int hi, int lo) const { return const_cast<Graph*>(this)->at(hi, lo); }

  double load(const Cell& cell) const { return fanout_ * std::max(0, cell.users - 1); }
  void add(int hi, int mid, int lo) {
    if (at(hi, lo).there) return;
    at(hi, lo).there = true;
    at(hi, lo).mid = mid;
    chain_[static_cast<size_t>(hi)].push_back(lo);
  }
  std::optional<std::vector<int>> cuts(int hi, double required) const;
  bool take_out(int hi, size_t place);
  void release(const Span& span);

  int width_;
  double fanout_, latest_ = 0;
  std::vector<double> given_;
  std::vector<std::vector<int>> chain_;  // per bit: the lo of its spans, longest last
  std::vector<Cell> cells_;
};

void Graph::start_from(const PrefixNetwork& network) {
  for (const auto& level : network.levels) {
    for (const PrefixNode& node : level) add(node.span.hi, node.upper.lo, node.span.lo);
  }
}

// Where to cut [hi-1:0] into spans that are there, so that [hi:hi] combined with one after the
// other makes [hi:0] by `required`; each cut costs a node. From the last combination backwards:
// what is too late is halved as it was made. None if a single bit is too late.
std::optional<std::vector<int>> Graph::cuts(int hi, double required) const {
  std::vector<Span> upper;  // still to be combined before the current one, the lowest last
  std::vector<int> result;
  Span span{hi - 1, 0};
  double due = required - kNode;
  for (;;) {
    while (at(span.hi, span.lo).arrival > due + kEpsilon) {
      if (span.hi == span.lo) return std::nullopt;
      const int mid = at(span.hi, span.lo).mid;
      upper.push_back({span.hi, mid});
      span.hi = mid - 1;
    }
    // A longer span may be there that ends where this one does and is early enough.
    while (!upper.empty() && at(upper.back().hi, span.lo).there &&
           at(upper.back().hi, span.lo).arrival <= due + kEpsilon) {
      span.hi = upper.back().hi;
      upper.pop_back();
    }
    result.push_back(span.lo);
    if (span.hi == hi - 1) break;
    span = {upper.back().hi, upper.back().lo};
    upper.pop_back();
    due -= kNode;
  }
  if (at(hi, hi).arrival > due + kEpsilon) return std::nullopt;
  std::reverse(result.begin(), result.end());
  return result;
}

// Each carry as early as the carries below it allow, without regard to fan-out.
void Graph::start_fast() {
  at(0, 0).arrival = given_[0];
  for (int i = 1; i < width_; ++i) {
    at(i, i).arrival = given_[static_cast<size_t>(i)];
    double required = at(i, i).arrival + kNode;
    std::optional<std::vector<int>> found;
    while (!(found = cuts(i, required))) required += kNode / 4;
    int mid = i;
    double time = at(i, i).arrival;
    for (const int lo : *found) {
      time = std::max(time, at(mid - 1, lo).arrival) + kNode;
      add(i, mid, lo);
      at(i, lo).arrival = time;
      mid = lo;
    }
  }
}

void Graph::count_users() {
  for (int i = 0; i < width_; ++i) {
    at(i, i).users = 0;
    for (const int lo : chain_[static_cast<size_t>(i)]) at(i, lo).users = 0;
  }
  for (int i = 0; i < width_; ++i) {
    for (const int lo : chain_[static_cast<size_t>(i)]) {
      ++at(i, at(i, lo).mid).users;
      ++at(at(i, lo).mid - 1, lo).users;
    }
  }
}

// Arrival forwards, required times backwards from the carries.
void Graph::update(double required) {
  latest_ = 0;
  for (int i = 0; i < width_; ++i) {
    Cell& bit = at(i, i);
    bit.arrival = given_[static_cast<size_t>(i)] + load(bit);
    bit.required = required;
    for (const int lo : chain_[static_cast<size_t>(i)]) {
      Cell& cell = at(i, lo);
      cell.arrival =
          std::max(at(i, cell.mid).arrival, at(cell.mid - 1, lo).arrival) + kNode + load(cell);
      cell.required = required;
    }
    const double carry = at(i, 0).arrival;
    latest_ = std::max(latest_, carry);
  }
  for (int i = width_ - 1; i >= 0; --i) {
    const std::vector<int>& spans = chain_[static_cast<size_t>(i)];
    for (size_t s = spans.size(); s-- > 0;) {
      const Cell& cell = at(i, spans[s]);
      const double due = cell.required - kNode - load(cell);
      Cell& upper = at(i, cell.mid);
      Cell& lower = at(cell.mid - 1, spans[s]);
      upper.required = std::min(upper.required, due);
      lower.required = std::min(lower.required, due);
    }
  }
}

// Takes out the span before `place` of a bit, if only the one at `place` uses it, another span can
// do its work and that is in time.
bool Graph::take_out(int hi, size_t place) {
  std::vector<int>& spans = chain_[static_cast<size_t>(hi)];
  const int lo = spans[place];
  Cell& cell = at(hi, lo);
  if (cell.mid == hi) return false;  // its upper parent is the bit itself
  Cell& upper = at(hi, cell.mid);
  if (upper.users != 1) return false;
  const int mid = upper.mid;
  Cell& lower = at(mid - 1, lo);
  if (!lower.there || lower.arrival + fanout_ > lower.required + kEpsilon) return false;
  const double arrival =
      std::max(at(hi, mid).arrival, lower.arrival + fanout_) + kNode + load(cell);
  if (arrival > cell.required + kEpsilon) return false;
  upper.there = false;
  spans.erase(std::find(spans.begin(), spans.end(), cell.mid));
  ++lower.users;
  const Span idle[] = {{mid - 1, cell.mid}, {cell.mid - 1, lo}};
  cell.mid = mid;
  for (const Span& span : idle) release(span);
  return true;
}

// One user less; a span that nobody uses and that is no carry goes.
void Graph::release(const Span& span) {
  Cell& cell = at(span.hi, span.lo);
  if (--cell.users > 0 || span.lo == 0 || span.hi == span.lo) return;
  std::vector<int>& spans = chain_[static_cast<size_t>(span.hi)];
  cell.there = false;
  spans.erase(std::find(spans.begin(), spans.end(), span.lo));
  release({span.hi, cell.mid});
  release({cell.mid - 1, span.lo});
}

// Fewer nodes, no carry later than `required`.
void Graph::relax(double required) {
  update(required);
  bool again = true;
  while (again) {
    again = false;
    for (int i = width_ - 1; i > 0; --i) {
      for (size_t place = chain_[static_cast<size_t>(i)].size(); place-- > 0;) {
        if (place >= chain_[static_cast<size_t>(i)].size() || !take_out(i, place)) continue;
        update(required);
        again = true;
      }
    }
  }
}

PrefixNetwork Graph::network() const {
  PrefixBuilder builder(width_);
  for (int i = 0; i < width_; ++i) {
    for (const int lo : chain_[static_cast<size_t>(i)]) builder.add(i, at(i, lo).mid, lo);
  }
  return builder.network();
}

// prefix_network of a name, which many adders of a width start from.
const PrefixNetwork& known_network(const char* name, int width) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, int>, PrefixNetwork> known;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto [at, is_new] = known.try_emplace({name, width});
  if (is_new) at->second = prefix_network(name, width);
  return at->second;
}

}  // namespace

PrefixNetwork timing_network(int width, const PrefixTiming& timing) {
  std::vector<Graph> graphs(1, Graph(width, timing));
  graphs.back().start_fast();
  for (const char* name :
       {"brent_kung", "ladner_fischer", "sklansky", "sparse4", "han_carlson", "kogge_stone"}) {
    graphs.emplace_back(width, timing);
    graphs.back().start_from(known_network(name, width));
  }
  double fastest = std::numeric_limits<double>::infinity();
  for (Graph& graph : graphs) {
    graph.count_users();
    graph.update(0);
    fastest = std::min(fastest, graph.latest());
  }
  const auto too_late = [&](const Graph& graph) {
    return graph.latest() > fastest + timing.slack + kEpsilon;
  };
  std::erase_if(graphs, too_late);
  for (Graph& graph : graphs) {
    double before = 0;
    do {  // fewer users are faster, so what takes nodes out may save time
      before = graph.latest();
      graph.relax(before);
    } while (graph.latest() < before - kEpsilon);
    fastest = std::min(fastest, graph.latest());
  }
  std::erase_if(graphs, too_late);
  if (timing.slack > 0) {
    for (Graph& graph : graphs) graph.relax(fastest + timing.slack);
  }
  return std::min_element(graphs.begin(), graphs.end(),
                          [](const Graph& a, const Graph& b) { return a.nodes() < b.nodes(); })
      ->network();
}

}  // namespace arith
