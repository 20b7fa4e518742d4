// SPDX-License-Identifier: Apache-2.0
// The classic prefix networks, any width; their check.

#include "gen/arith/prefix.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "gen/arith/prefix_build.h"

namespace arith {
namespace {

std::string text(const Span& s) {
  return "[" + std::to_string(s.hi) + ":" + std::to_string(s.lo) + "]";
}

// Brent, Kung, IEEE Trans. Computers 31(3), 1982: pairs of pairs upwards, the carries between them
// on the way back.
void brent_kung(PrefixBuilder& b) {
  int d = 1;
  for (; d < b.width(); d *= 2) {
    for (int i = 2 * d - 1; i < b.width(); i += 2 * d) b.add(i, i - d + 1, i - 2 * d + 1);
  }
  for (; d >= 1; d /= 2) {
    for (int i = 3 * d - 1; i < b.width(); i += 2 * d) b.add(i, i - d + 1, 0);
  }
}

// Sklansky, IRE Trans. EC 9(2), 1960: the upper half of each block takes the lower half's carry.
// Over the tops of groups of `group` bits, whose own spans are there.
void sklansky(PrefixBuilder& b, int group) {
  for (int d = 1; d * group < b.width(); d *= 2) {
    for (int t = 0; (t + 1) * group <= b.width(); ++t) {
      if ((t & d) == 0) continue;
      const int mid = t / d * d;
      b.add((t + 1) * group - 1, mid * group, (mid - d) * group);
    }
  }
}

// Kogge, Stone, IEEE Trans. Computers 22(8), 1973, over the tops of groups of `group` bits.
void kogge_stone(PrefixBuilder& b, int group) {
  for (int d = 1; d * group < b.width(); d *= 2) {
    for (int t = d; (t + 1) * group <= b.width(); ++t) {
      b.add((t + 1) * group - 1, (t - d + 1) * group, std::max(0, t - 2 * d + 1) * group);
    }
  }
}

// Knowles, ARITH-15, 2001: as Kogge-Stone, but neighbours share a parent: four in the last level,
// two in the one before.
void knowles(PrefixBuilder& b) {
  std::vector<int> lo;  // of each bit's span so far
  for (int i = 0; i < b.width(); ++i) lo.push_back(i);
  for (int d = 1; d < b.width(); d *= 2) {
    const int fanout = std::min(d, 2 * d >= b.width() ? 4 : 4 * d >= b.width() ? 2 : 1);
    std::vector<int> next = lo;
    for (int i = d; i < b.width(); ++i) {
      const int top = (i - d) | (fanout - 1);
      const auto at = static_cast<size_t>(i);
      next[at] = lo[static_cast<size_t>(top)];
      if (lo[at] > 0) b.add(i, lo[at], top, next[at]);
    }
    lo = next;
  }
}

// Spans of groups of `group` bits from their lowest bit up, one bit after the other.
void group_prefixes(PrefixBuilder& b, int group) {
  for (int i = 0; i < b.width(); ++i) {
    const int first = i / group * group;
    if (i > first) b.add(i, i, first);
  }
}

// The carries inside groups from the carry into the group: bit after bit (`ripple`), or each at
// once from its group's prefix.
void group_carries(PrefixBuilder& b, int group, bool ripple) {
  for (int i = group; i < b.width(); ++i) {
    const int first = i / group * group;
    b.add(i, ripple ? i : first, 0);
  }
}

void add_named(PrefixBuilder& b, std::string_view name) {
  if (name == "brent_kung") {
    brent_kung(b);
  } else if (name == "sklansky") {
    sklansky(b, 1);
  } else if (name == "kogge_stone") {
    kogge_stone(b, 1);
  } else if (name == "knowles") {
    knowles(b);
  } else if (name == "han_carlson") {  // Han, Carlson, ARITH-8, 1987
    group_prefixes(b, 2);
    kogge_stone(b, 2);
    group_carries(b, 2, true);
  } else if (name == "ladner_fischer") {  // Ladner, Fischer, JACM 27(4), 1980, k = 1
    group_prefixes(b, 2);
    sklansky(b, 2);
    group_carries(b, 2, true);
  } else if (name == "sparse2" || name == "sparse4") {
    const int group = name == "sparse2" ? 2 : 4;
    group_prefixes(b, group);
    kogge_stone(b, group);
    group_carries(b, group, false);
  } else {
    throw std::invalid_argument("no prefix network '" + std::string(name) + "'");
  }
}

}  // namespace

PrefixNetwork PrefixBuilder::network() const {
  PrefixNetwork network;
  network.width = width_;
  std::set<Span> wanted;
  std::vector<Span> queue;
  for (int i = 1; i < width_; ++i) queue.push_back({i, 0});
  while (!queue.empty()) {
    const Span span = queue.back();
    queue.pop_back();
    if (span.hi == span.lo || !wanted.insert(span).second) continue;
    const PrefixNode& node = nodes_.at(span);
    queue.push_back(node.upper);
    queue.push_back(node.lower);
  }
  std::map<Span, int> level;  // shorter spans first: parents are shorter
  std::vector<Span> by_length(wanted.begin(), wanted.end());
  std::stable_sort(by_length.begin(), by_length.end(),
                   [](const Span& a, const Span& b) { return a.hi - a.lo < b.hi - b.lo; });
  const auto level_of = [&level](const Span& s) { return s.hi == s.lo ? 0 : level.at(s); };
  for (const Span& span : by_length) {
    const PrefixNode& node = nodes_.at(span);
    const int at = std::max(level_of(node.upper), level_of(node.lower)) + 1;
    level[span] = at;
    network.levels.resize(std::max(network.levels.size(), static_cast<size_t>(at)));
  }
  for (const auto& [span, at] : level) {
    network.levels[static_cast<size_t>(at - 1)].push_back(nodes_.at(span));
  }
  network.check();
  return network;
}

int PrefixNetwork::nodes() const {
  size_t count = 0;
  for (const auto& level : levels) count += level.size();
  return static_cast<int>(count);
}

int PrefixNetwork::max_fanout() const {
  std::map<Span, int> users;
  int most = 0;
  for (const auto& level : levels) {
    for (const PrefixNode& node : level) {
      most = std::max({most, ++users[node.upper], ++users[node.lower]});
    }
  }
  return most;
}

void PrefixNetwork::check() const {
  const auto fail = [](const Span& span, const char* what) {
    throw std::logic_error("prefix network: " + text(span) + " " + what);
  };
  std::set<Span> known;
  for (int i = 0; i < width; ++i) known.insert({i, i});
  for (const auto& level : levels) {
    for (const PrefixNode& node : level) {
      if (known.count(node.upper) == 0 || known.count(node.lower) == 0) {
        fail(node.span, "has a parent that is not there yet");
      }
      if (node.upper.hi != node.span.hi || node.lower.lo != node.span.lo ||
          node.lower.hi >= node.upper.hi || node.upper.lo <= node.lower.lo ||
          node.lower.hi < node.upper.lo - 1) {
        fail(node.span, "is not the union of its parents");
      }
    }
    for (const PrefixNode& node : level) {
      if (!known.insert(node.span).second) fail(node.span, "occurs twice");
    }
  }
  for (int i = 0; i < width; ++i) {
    if (known.count({i, 0}) == 0) fail({i, 0}, "is missing");
  }
}

const std::vector<std::string_view>& prefix_network_names() {
  static const std::vector<std::string_view> names = {
      "brent_kung", "sklansky", "kogge_stone", "han_carlson", "ladner_fischer",
      "knowles",    "sparse2",  "sparse4",     "timing"};
  return names;
}

PrefixNetwork prefix_network(std::string_view name, int width, const PrefixTiming& timing) {
  if (width < 1) throw std::invalid_argument("a prefix network has at least one bit");
  if (name == "timing") return timing_network(width, timing);
  PrefixBuilder builder(width);
  add_named(builder, name);
  return builder.network();
}

std::map<Span, double> prefix_arrival(const PrefixNetwork& network, const PrefixTiming& timing) {
  std::map<Span, int> users;
  for (const auto& level : network.levels) {
    for (const PrefixNode& node : level) ++users[node.upper], ++users[node.lower];
  }
  const auto load = [&](const Span& span) {
    const auto found = users.find(span);
    return timing.fanout * (found == users.end() ? 0 : std::max(0, found->second - 1));
  };
  std::map<Span, double> at;
  for (int i = 0; i < network.width; ++i) {
    const auto bit = static_cast<size_t>(i);
    at[{i, i}] = (bit < timing.arrival.size() ? timing.arrival[bit] : 0) + load({i, i});
  }
  for (const auto& level : network.levels) {
    for (const PrefixNode& node : level) {
      at[node.span] = std::max(at.at(node.upper), at.at(node.lower)) + 1 + load(node.span);
    }
  }
  return at;
}

}  // namespace arith
