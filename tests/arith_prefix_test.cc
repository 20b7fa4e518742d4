// SPDX-License-Identifier: Apache-2.0
// Prefix networks: what they compute, node counts against closed forms and recurrences, depth,
// fan-out, the timing-driven one against all others.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "gen/arith/blocks.h"
#include "gen/arith/prefix.h"

namespace arith {
namespace {

constexpr int kWidest = 130;

int log2_up(int n) {
  int l = 0;
  while ((1 << l) < n) ++l;
  return l;
}

double latest(const PrefixNetwork& network, const PrefixTiming& timing) {
  double result = 0;
  for (const auto& [span, time] : prefix_arrival(network, timing)) {
    if (span.lo == 0) result = std::max(result, time);
  }
  return result;
}

class EveryNetwork : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Prefix, EveryNetwork,
                         testing::Values("brent_kung", "sklansky", "kogge_stone", "han_carlson",
                                         "ladner_fischer", "knowles", "sparse2", "sparse4",
                                         "timing"),
                         [](const auto& point) { return point.param; });

// Carries by the network's nodes against carries bit by bit, with propagate as OR and as XOR.
void expect_carries(const PrefixNetwork& network, std::mt19937_64& random) {
  for (int trial = 0; trial < 6; ++trial) {
    std::map<Span, bool> g, p;
    std::vector<bool> carry;
    bool c = false;
    for (int i = 0; i < network.width; ++i) {
      // Mostly passing bits, so that carries travel.
      const bool a = random() % 2 != 0, b = random() % 8 == 0 ? a : !a;
      g[{i, i}] = a && b;
      p[{i, i}] = trial % 2 == 0 ? a || b : a != b;
      c = (a && b) || ((a || b) && c);
      carry.push_back(c);
    }
    for (const auto& level : network.levels) {
      for (const PrefixNode& node : level) {
        g[node.span] = g.at(node.upper) || (p.at(node.upper) && g.at(node.lower));
        p[node.span] = p.at(node.upper) && p.at(node.lower);
      }
    }
    for (int i = 0; i < network.width; ++i) {
      ASSERT_EQ((g.at({i, 0})), carry[static_cast<size_t>(i)]) << network.width << " bit " << i;
    }
  }
}

TEST_P(EveryNetwork, MakesEveryCarryAtEveryWidth) {
  std::mt19937_64 random(1);
  for (int width = 1; width <= kWidest; ++width) {
    const PrefixNetwork network = prefix_network(GetParam(), width);
    ASSERT_EQ(network.width, width);
    network.check();
    expect_carries(network, random);
  }
}

TEST_P(EveryNetwork, HasNoNodeWithoutUse) {
  for (const int width : {2, 7, 16, 33, 64, 100}) {
    const PrefixNetwork network = prefix_network(GetParam(), width);
    std::map<Span, int> users;
    for (const auto& level : network.levels) {
      for (const PrefixNode& node : level) ++users[node.upper], ++users[node.lower];
    }
    for (const auto& level : network.levels) {
      for (const PrefixNode& node : level) {
        EXPECT_TRUE(node.span.lo == 0 || users[node.span] > 0)
            << width << " [" << node.span.hi << ":" << node.span.lo << "]";
      }
    }
  }
}

// Nodes of a network of n bits. Powers of two: closed forms; any width: recurrences.
int kogge_stone_nodes(int n) {
  int count = 0;
  for (int d = 1; d < n; d *= 2) count += n - d;  // all bits that have one d below
  return count;
}
int sklansky_nodes(int n) {  // the upper part takes the carry of the lower power of two
  if (n <= 1) return 0;
  const int half = 1 << (log2_up(n) - 1);
  return sklansky_nodes(half) + sklansky_nodes(n - half) + n - half;
}
// Pairs, a network over their tops, a node for every other bit but the lowest.
int over_pairs(int n, int (*inner)(int)) {
  return n <= 1 ? 0 : n / 2 + inner(n / 2) + (n + 1) / 2 - 1;
}
int brent_kung_nodes(int n) { return over_pairs(n, brent_kung_nodes); }
int han_carlson_nodes(int n) { return over_pairs(n, kogge_stone_nodes); }
int ladner_fischer_nodes(int n) { return over_pairs(n, sklansky_nodes); }
// Groups of four: spans inside, a network over the tops, carries of all bits that are no tops.
int sparse4_nodes(int n) {
  const int tops = n / 4;
  const int inside = n - (n + 3) / 4;
  return inside + kogge_stone_nodes(tops) + (n <= 4 ? 0 : n - 4 - (tops - 1));
}

TEST(Nodes, PowersOfTwoHaveTheClosedForms) {
  for (int l = 1; l <= 8; ++l) {
    const int n = 1 << l;
    EXPECT_EQ(prefix_network("kogge_stone", n).nodes(), n * l - n + 1);
    EXPECT_EQ(prefix_network("sklansky", n).nodes(), n / 2 * l);
    EXPECT_EQ(prefix_network("brent_kung", n).nodes(), 2 * n - 2 - l);
    EXPECT_EQ(prefix_network("han_carlson", n).nodes(), n / 2 * l);
    EXPECT_EQ(prefix_network("ladner_fischer", n).nodes(), n / 4 * (l - 1) + n - 1);
    EXPECT_EQ(prefix_network("knowles", n).nodes(), n * l - n + 1);
  }
}

TEST(Nodes, OtherWidthsFollowTheRecurrences) {
  for (int n = 1; n <= kWidest; ++n) {
    EXPECT_EQ(prefix_network("kogge_stone", n).nodes(), kogge_stone_nodes(n)) << n;
    EXPECT_EQ(prefix_network("sklansky", n).nodes(), sklansky_nodes(n)) << n;
    EXPECT_EQ(prefix_network("brent_kung", n).nodes(), brent_kung_nodes(n)) << n;
    EXPECT_EQ(prefix_network("han_carlson", n).nodes(), han_carlson_nodes(n)) << n;
    EXPECT_EQ(prefix_network("sparse2", n).nodes(), han_carlson_nodes(n)) << n;
    EXPECT_EQ(prefix_network("ladner_fischer", n).nodes(), ladner_fischer_nodes(n)) << n;
    EXPECT_EQ(prefix_network("sparse4", n).nodes(), sparse4_nodes(n)) << n;
    EXPECT_LE(prefix_network("knowles", n).nodes(), kogge_stone_nodes(n)) << n;
    EXPECT_EQ(ripple_network(n).nodes(), n - 1) << n;
  }
}

TEST(Depth, IsTheLogarithmOrKnownLevelsMore) {
  for (int n = 1; n <= kWidest; ++n) {
    const int l = log2_up(n);
    EXPECT_EQ(prefix_network("kogge_stone", n).depth(), l) << n;
    EXPECT_EQ(prefix_network("sklansky", n).depth(), l) << n;
    EXPECT_EQ(prefix_network("knowles", n).depth(), l) << n;
    EXPECT_LE(prefix_network("han_carlson", n).depth(), l + 1) << n;
    EXPECT_LE(prefix_network("ladner_fischer", n).depth(), l + 1) << n;
    EXPECT_LE(prefix_network("brent_kung", n).depth(), std::max(l, 2 * l - 1)) << n;
    EXPECT_LE(prefix_network("sparse4", n).depth(), l + 2) << n;
    EXPECT_EQ(ripple_network(n).depth(), n - 1) << n;
  }
  for (int l = 2; l <= 7; ++l) {
    EXPECT_EQ(prefix_network("brent_kung", 1 << l).depth(), 2 * l - 2);
    EXPECT_EQ(prefix_network("han_carlson", 1 << l).depth(), l + (l > 2 ? 1 : 0));
  }
}

TEST(Fanout, SklanskyHasHalfTheWidthKoggeStoneTwo) {
  for (int l = 2; l <= 7; ++l) {
    const int n = 1 << l;
    EXPECT_EQ(prefix_network("sklansky", n).max_fanout(), n / 2);
    EXPECT_EQ(prefix_network("ladner_fischer", n).max_fanout(), n / 4 + 1);
    // A finished carry is read once in every later level; all other spans have two users at most.
    EXPECT_LE(prefix_network("kogge_stone", n).max_fanout(), l);
    std::map<Span, int> users;
    for (const auto& level : prefix_network("kogge_stone", n).levels) {
      for (const PrefixNode& node : level) ++users[node.upper], ++users[node.lower];
    }
    for (const auto& [span, count] : users) {
      EXPECT_TRUE(span.lo == 0 || count <= 2) << n << " [" << span.hi << ":" << span.lo << "]";
    }
  }
}

TEST(Check, RefusesNetworksThatAreNot) {
  const PrefixNetwork good = prefix_network("sklansky", 8);
  PrefixNetwork bad = good;
  bad.levels.back().pop_back();
  EXPECT_THROW(bad.check(), std::logic_error);  // a carry is missing
  bad = good;
  bad.levels[1][0].lower = bad.levels[1][0].upper;
  EXPECT_THROW(bad.check(), std::logic_error);  // a gap
  bad = good;
  bad.levels[2][0].upper.hi -= 1;
  EXPECT_THROW(bad.check(), std::logic_error);  // not its own bit
  bad = good;
  std::swap(bad.levels[0], bad.levels[1]);
  EXPECT_THROW(bad.check(), std::logic_error);  // a parent comes later
  bad = good;
  bad.levels[2].push_back(bad.levels[2][0]);
  EXPECT_THROW(bad.check(), std::logic_error);  // a span twice
  EXPECT_THROW(prefix_network("sklanski", 8), std::invalid_argument);
  EXPECT_THROW(prefix_network("sklansky", 0), std::invalid_argument);
}

// At every delay that another network has, the timing-driven one has no more nodes; none is faster.
TEST(Timing, IsOnTheFrontOfTheOthers) {
  for (const int width : {3, 8, 12, 16, 24, 32, 47, 64}) {
    for (const double fanout : {0.0, 0.1, 0.3}) {
      PrefixTiming timing;
      timing.fanout = fanout;
      const double fastest = latest(prefix_network("timing", width, timing), timing);
      for (const std::string_view name : prefix_network_names()) {
        const PrefixNetwork other = prefix_network(name, width, timing);
        const double time = latest(other, timing);
        EXPECT_LE(fastest, time + 1e-9) << name << " " << width << " " << fanout;
        if (name == "knowles") continue;  // compared above: never smaller than Kogge-Stone
        timing.slack = time - fastest;
        const PrefixNetwork own = prefix_network("timing", width, timing);
        EXPECT_LE(own.nodes(), other.nodes()) << name << " " << width << " " << fanout;
        EXPECT_LE(latest(own, timing), time + 1e-9) << name << " " << width << " " << fanout;
        timing.slack = 0;
      }
    }
  }
}

// Snir, J. Algorithms 7, 1986: nodes + depth >= 2 n - 2 in any network.
TEST(Timing, IsNearTheLowerBoundWithoutFanout) {
  PrefixTiming timing;
  timing.fanout = 0;
  for (int n = 2; n <= 64; n *= 2) {
    for (int more = 0; more <= log2_up(n); ++more) {
      timing.slack = more;
      const PrefixNetwork network = prefix_network("timing", n, timing);
      EXPECT_LE(network.depth(), log2_up(n) + more);
      EXPECT_GE(network.nodes(), 2 * n - 2 - network.depth());
      if (more >= log2_up(n) - 2) {
        EXPECT_LE(network.nodes(), 2 * n - 2 - log2_up(n));
      }
    }
  }
  timing.slack = 0;
  EXPECT_LE(prefix_network("timing", 32, timing).nodes(), 74);  // the least at depth 5
}

TEST(Timing, GivesEachBitItsTime) {
  // One bit after the other: nothing beats the ripple chain.
  PrefixTiming rising;
  rising.fanout = 0;
  for (int i = 0; i < 32; ++i) rising.arrival.push_back(i);
  EXPECT_EQ(prefix_network("timing", 32, rising).nodes(), 31);
  EXPECT_EQ(latest(prefix_network("timing", 32, rising), rising), 32);
  // The hill of a multiplier: never later than the best of the others, and smaller than the fast
  // ones. The carries of the falling side are the problem.
  for (const int width : {16, 32, 64, 128}) {
    PrefixTiming hill;
    hill.fanout = 0.1;
    for (int i = 0; i < width; ++i) {
      hill.arrival.push_back(0.25 * std::min(i, width - i));
    }
    const PrefixNetwork own = prefix_network("timing", width, hill);
    const double time = latest(own, hill);
    for (const std::string_view name : prefix_network_names()) {
      EXPECT_LE(time, latest(prefix_network(name, width, hill), hill) + 1e-9) << name;
    }
    EXPECT_LT(own.nodes(), prefix_network("kogge_stone", width).nodes());
  }
}

TEST(Blocks, FillTheWidth) {
  for (int width = 1; width <= kWidest; ++width) {
    for (const std::vector<int>& blocks :
         {skip_blocks(width), growing_blocks(width), equal_blocks(width, 4)}) {
      int sum = 0;
      for (const int size : blocks) {
        EXPECT_GE(size, 1);
        sum += size;
      }
      EXPECT_EQ(sum, width);
    }
    skip_network(skip_blocks(width)).check();
    increment_network(growing_blocks(width)).check();
  }
  EXPECT_THROW(skip_network({2, 0, 2}), std::invalid_argument);
  EXPECT_THROW(growing_blocks(0), std::invalid_argument);
}

// With blocks that grow the depth is about sqrt(2 n), and 2 sqrt(n) with skips; equal blocks of no
// size do better.
TEST(Blocks, AreTheFastest) {
  for (int n = 1; n <= kWidest; ++n) {
    const int grown = increment_network(growing_blocks(n)).depth();
    const int skipped = skip_network(skip_blocks(n)).depth();
    int least = 0;  // blocks of 1, 1, 2, .., t bits are done after t nodes
    while (1 + least * (least + 1) / 2 < n) ++least;
    EXPECT_EQ(grown, least) << n;
    EXPECT_LE(skipped, 2 * std::sqrt(1.0 * n) + 1) << n;
    for (int size = 1; size <= n; ++size) {
      EXPECT_LE(grown, increment_network(equal_blocks(n, size)).depth()) << n << " " << size;
    }
  }
}

}  // namespace
}  // namespace arith
