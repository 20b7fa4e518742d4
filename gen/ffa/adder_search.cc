// SPDX-License-Identifier: Apache-2.0
// Greedy common subexpression elimination with random choice between equals.
//
// A row is a sum of terms +-2^shift node. The pair of terms that occurs in most rows, whatever its
// common sign and shift, becomes a node; until no pair occurs twice. Counts are kept up to date
// where rows change. By the transposition of linear networks (inputs and outputs change places,
// every sum becomes a branching), a network for the transposed matrix is as good: with n inputs and
// m outputs its adders are those of this one plus n - m. Often the search does better there.

#include "gen/ffa/adder_search.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace ffa {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

// A small generator that is the same everywhere (xorshift64*).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
  size_t below(size_t n) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<size_t>((state_ * 0x2545F4914F6CDD1DULL) >> 33) % n;
  }

 private:
  uint64_t state_;
};

// Two terms but for a common sign and a common power of two: node a + sign * 2^shift * node b, in
// one word.
using Pattern = uint64_t;
constexpr int kNodeBits = 24, kShiftBits = 15, kNoShift = 1 << (kShiftBits - 1);

Pattern pattern_of(int a, int b, int sign, int shift) {
  return static_cast<uint64_t>(a) << (kNodeBits + kShiftBits + 1) |
         static_cast<uint64_t>(b) << (kShiftBits + 1) |
         static_cast<uint64_t>(shift + kNoShift) << 1 | static_cast<uint64_t>(sign > 0);
}
int first_node(Pattern p) { return static_cast<int>(p >> (kNodeBits + kShiftBits + 1)); }
int second_node(Pattern p) {
  return static_cast<int>(p >> (kShiftBits + 1) & ((uint64_t{1} << kNodeBits) - 1));
}
int shift_of(Pattern p) {
  return static_cast<int>(p >> 1 & ((uint64_t{1} << kShiftBits) - 1)) - kNoShift;
}
int sign_of(Pattern p) { return (p & 1) != 0 ? 1 : -1; }

// Of the two in either order.
Pattern pattern_of(const Term& p, const Term& q) {
  const bool in_order = p.node != q.node ? p.node < q.node : p.shift < q.shift;
  const int shift = q.shift - p.shift;
  return pattern_of(in_order ? p.node : q.node, in_order ? q.node : p.node, p.sign * q.sign,
                    in_order ? shift : -shift);
}

// How a pair stands to its pattern: the sign of the first term, the shift of the smaller one.
struct Match {
  int sign, shift;
};
Match match(const Term& p, const Term& q) {
  const bool in_order = p.node != q.node ? p.node < q.node : p.shift < q.shift;
  return {in_order ? p.sign : q.sign, std::min(p.shift, q.shift)};
}

// How often each pattern occurs, with the patterns of each count at hand.
class PatternCounts {
 public:
  PatternCounts() : slots_(size_t{1} << kFewSlots, kEmpty) {}

  void change(Pattern pattern, int by) {
    Entry& entry = entries_[find(pattern)];
    entry.count += by;
    if (by > 0) list(entry);
  }

  // One of the patterns that occur most, and at least twice; nullptr: there is none.
  const Pattern* choose(Random& random) {
    while (!lists_.empty()) {
      std::vector<uint32_t>& top = lists_.back();
      while (!top.empty()) {
        const size_t at = random.below(top.size());
        Entry& entry = entries_[top[at]];
        if (index(entry.count) + 1 == lists_.size() && entry.count > 1) return &entry.pattern;
        // Listed when its count was higher: back to where it belongs.
        const uint32_t stale = top[at];
        top[at] = top.back();
        top.pop_back();
        if (entry.count > 1) lists_[index(entry.count)].push_back(stale);
      }
      lists_.pop_back();
    }
    return nullptr;
  }

  void forget(Pattern pattern) { entries_[find(pattern)].count = 0; }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;
  static constexpr int kFewSlots = 9;  // a power of two
  struct Entry {
    Pattern pattern = 0;
    int count = 0;
    int listed = 0;  // highest count it was listed with
  };

  size_t slot(Pattern pattern) const {
    return static_cast<size_t>(pattern * 0x9E3779B97F4A7C15ULL >> (64 - slot_bits_));
  }

  size_t find(Pattern pattern) {
    const size_t mask = slots_.size() - 1;
    size_t at = slot(pattern);
    while (slots_[at] != kEmpty) {
      if (entries_[slots_[at]].pattern == pattern) return slots_[at];
      at = (at + 1) & mask;
    }
    slots_[at] = static_cast<uint32_t>(entries_.size());
    entries_.push_back({pattern, 0, 0});
    if (entries_.size() * 2 > slots_.size()) grow();
    return entries_.size() - 1;
  }

  void grow() {
    ++slot_bits_;
    slots_.assign(slots_.size() * 2, kEmpty);
    const size_t mask = slots_.size() - 1;
    for (size_t i = 0; i < entries_.size(); ++i) {
      size_t at = slot(entries_[i].pattern);
      while (slots_[at] != kEmpty) at = (at + 1) & mask;
      slots_[at] = static_cast<uint32_t>(i);
    }
  }

  void list(Entry& entry) {
    if (entry.count < 2 || entry.count <= entry.listed) return;
    entry.listed = entry.count;
    if (lists_.size() <= index(entry.count)) lists_.resize(index(entry.count) + 1);
    lists_[index(entry.count)].push_back(static_cast<uint32_t>(&entry - entries_.data()));
  }

  int slot_bits_ = kFewSlots;
  std::vector<uint32_t> slots_;
  std::vector<Entry> entries_;
  std::vector<std::vector<uint32_t>> lists_;  // by count
};

using Terms = std::vector<Term>;

void count_with(PatternCounts& counts, const Terms& row, const Term& term, int by) {
  for (const Term& other : row) counts.change(pattern_of(term, other), by);
}

// Removes the term at `at` from the row and from the counts.
Term take(PatternCounts& counts, Terms& row, size_t at) {
  const Term term = row[at];
  row.erase(row.begin() + static_cast<std::ptrdiff_t>(at));
  count_with(counts, row, term, -1);
  return term;
}

// Replaces the pattern in the row, wherever it occurs, by `node`; how often.
int replace(PatternCounts& counts, Terms& row, Pattern pattern, int node) {
  const int a = first_node(pattern), b = second_node(pattern);
  int replaced = 0;
  for (size_t i = 0; i < row.size();) {
    bool found = false;
    if (row[i].node == a || row[i].node == b) {
      const int other = row[i].node == a ? b : a;
      for (size_t j = i + 1; j < row.size() && !found; ++j) {
        if (row[j].node != other) continue;
        if (pattern_of(row[i], row[j]) != pattern) continue;
        const Match m = match(row[i], row[j]);
        take(counts, row, j);
        take(counts, row, i);
        const Term whole{node, m.sign, m.shift};
        count_with(counts, row, whole, 1);
        row.push_back(whole);
        ++replaced;
        found = true;
      }
    }
    if (!found) ++i;
  }
  return replaced;
}

// The patterns of the outputs.
void count(PatternCounts& counts, const SharedSums& sums) {
  for (const Terms& row : sums.outputs) {
    for (size_t j = 1; j < row.size(); ++j) {
      for (size_t i = 0; i < j; ++i) counts.change(pattern_of(row[i], row[j]), 1);
    }
  }
}

// The nodes that may be in a row: one bit for every 64th.
uint64_t sieve(int node) { return uint64_t{1} << node % 64; }

// Shares what the outputs have in common, until no pair of terms occurs twice. `counts` are those
// of the outputs.
void share(SharedSums& sums, PatternCounts& counts, Random& random) {
  std::vector<uint64_t> sieves(sums.outputs.size(), 0);
  for (size_t i = 0; i < sieves.size(); ++i) {
    for (const Term& term : sums.outputs[i]) sieves[i] |= sieve(term.node);
  }
  while (const Pattern* chosen = counts.choose(random)) {
    const Pattern pattern = *chosen;
    const uint64_t both = sieve(first_node(pattern)) | sieve(second_node(pattern));
    const int node = sums.inputs + static_cast<int>(sums.shared.size());
    int replaced = 0;
    for (size_t i = 0; i < sieves.size(); ++i) {
      if ((sieves[i] & both) != both) continue;
      const int here = replace(counts, sums.outputs[i], pattern, node);
      if (here > 0) sieves[i] |= sieve(node);
      replaced += here;
    }
    counts.forget(pattern);
    if (replaced == 0) continue;
    const int shift = shift_of(pattern);
    sums.shared.push_back({{first_node(pattern), 1, std::max(0, -shift)},
                           {second_node(pattern), sign_of(pattern), std::max(0, shift)}});
  }
}

// Writes out half of the shared sums, and all that are made of them.
SharedSums loosened(const SharedSums& sums, Random& random) {
  SharedSums result{sums.inputs, {}, {}};
  std::vector<Terms> meaning;  // of each node: itself renumbered, or its terms
  for (int i = 0; i < sums.inputs; ++i) meaning.push_back({{i, 1, 0}});
  const auto rewritten = [&](const Terms& row) {
    Terms terms;
    for (const Term& term : row) {
      for (const Term& part : meaning[index(term.node)]) {
        terms.push_back({part.node, part.sign * term.sign, part.shift + term.shift});
      }
    }
    return terms;
  };
  for (const Terms& row : sums.shared) {
    Terms terms = rewritten(row);
    if (random.below(2) == 0 || terms.size() > row.size()) {
      meaning.push_back(std::move(terms));
    } else {
      meaning.push_back({{sums.inputs + static_cast<int>(result.shared.size()), 1, 0}});
      result.shared.push_back(std::move(terms));
    }
  }
  for (const Terms& row : sums.outputs) result.outputs.push_back(rewritten(row));
  return result;
}

// Entries as signed digits: 3 = 4 - 1, 2 = one term with a shift.
std::vector<Terms> digits(const Matrix& matrix) {
  std::vector<Terms> rows;
  for (const Row& row : matrix) {
    Terms terms;
    for (size_t i = 0; i < row.size(); ++i) {
      int v = row[i];
      for (int shift = 0; v != 0; ++shift, v /= 2) {
        if (v % 2 == 0) continue;
        const int digit = v % 4 == 3 || v % 4 == -1 ? -1 : 1;  // the one that leaves a zero next
        terms.push_back({static_cast<int>(i), digit, shift});
        v -= digit;
      }
    }
    rows.push_back(std::move(terms));
  }
  return rows;
}

Matrix transpose(const Matrix& m, int inputs) {
  Matrix result(index(inputs), Row(m.size(), 0));
  for (size_t i = 0; i < m.size(); ++i) {
    for (size_t j = 0; j < m[i].size(); ++j) result[j][i] = m[i][j];
  }
  return result;
}

// Sums of one term are another name of it; a sum that is used once belongs to its user.
void simplify(SharedSums& sums) {
  const size_t inputs = index(sums.inputs);
  for (;;) {
    std::vector<int> uses(sums.shared.size(), 0);
    for (const auto* const rows : {&sums.shared, &sums.outputs}) {
      for (const Terms& row : *rows) {
        for (const Term& term : row) {
          if (index(term.node) >= inputs) ++uses[index(term.node) - inputs];
        }
      }
    }
    size_t gone = 0;
    while (gone < uses.size() && uses[gone] > 1 && sums.shared[gone].size() > 1) ++gone;
    if (gone == uses.size()) return;
    const Terms inside = sums.shared[gone];
    sums.shared.erase(sums.shared.begin() + static_cast<std::ptrdiff_t>(gone));
    const int node = sums.inputs + static_cast<int>(gone);
    for (auto* const rows : {&sums.shared, &sums.outputs}) {
      for (Terms& row : *rows) {
        Terms renewed;
        for (Term term : row) {
          if (term.node == node) {
            for (const Term& part : inside) {
              renewed.push_back({part.node, part.sign * term.sign, part.shift + term.shift});
            }
          } else {
            if (term.node > node) --term.node;
            renewed.push_back(term);
          }
        }
        row = std::move(renewed);
      }
    }
  }
}

// Outputs become inputs, uses of a node become its terms.
SharedSums transpose(const SharedSums& sums) {
  const int inputs = static_cast<int>(sums.outputs.size());
  const int shared = static_cast<int>(sums.shared.size());
  SharedSums result{inputs, std::vector<Terms>(index(shared)),
                    std::vector<Terms>(index(sums.inputs))};
  const auto give = [&](const Terms& row, int user) {
    for (const Term& term : row) {
      Terms& to = term.node < sums.inputs
                      ? result.outputs[index(term.node)]
                      : result.shared[index(shared - 1 - (term.node - sums.inputs))];
      to.push_back({user, term.sign, term.shift});
    }
  };
  for (int i = 0; i < inputs; ++i) give(sums.outputs[index(i)], i);
  for (int i = 0; i < shared; ++i) give(sums.shared[index(i)], inputs + shared - 1 - i);
  simplify(result);
  return result;
}

size_t size(const std::vector<Terms>& rows) {
  size_t pairs = 0;
  for (const Terms& row : rows) pairs += row.size() * row.size();
  return pairs;
}

constexpr size_t kKnown = 1000;  // networks to remember

// Chosen so that the networks of all algorithms for up to 12 taps need no more adders than the
// best published ones, within some 10 ms.

constexpr size_t kSteps = 100000, kFewest = 4, kMost = 400, kFirst = 8, kPatience = 60;

bool better(const SharedSums& a, const SharedSums& b) {
  return std::pair(a.adders(), a.depth()) < std::pair(b.adders(), b.depth());
}

// Searches from nothing, alternating with the best found loosened and shared again.
SharedSums search(int inputs, const Matrix& matrix) {
  const SharedSums start{inputs, {}, digits(matrix)};
  // About as many steps for every size.
  const size_t tries = std::clamp<size_t>(kSteps / (size(start.outputs) + 1), kFewest, kMost);
  SharedSums best;
  Random random(1);
  const PatternCounts none;
  PatternCounts first, counts;  // of the start; of what is at hand
  count(first, start);
  size_t last = 0;
  for (size_t i = 0; i < tries && i < last + kPatience; ++i) {
    const bool anew = i < kFirst || i % 2 == 0;
    SharedSums found = anew ? start : loosened(best, random);
    if (anew) {
      counts = first;
    } else {
      counts = none;
      count(counts, found);
    }
    share(found, counts, random);
    if (i == 0 || found.adders() <= best.adders()) {
      if (i == 0 || better(found, best)) last = i;
      best = std::move(found);
    }
  }
  return best;
}

}  // namespace

int SharedSums::adders() const {
  size_t count = 0;
  for (const auto* const rows : {&shared, &outputs}) {
    for (const Terms& row : *rows) count += row.empty() ? 0 : row.size() - 1;
  }
  return static_cast<int>(count);
}

int SharedSums::depth() const {
  std::vector<int> level(index(inputs), 0);
  int deepest = 0;
  std::vector<int> ready;
  for (const auto* const rows : {&shared, &outputs}) {
    for (const Terms& row : *rows) {
      // Two of the earliest at a time, as in a Huffman tree.
      ready.clear();
      for (const Term& term : row) ready.push_back(level[index(term.node)]);
      std::sort(ready.begin(), ready.end(), std::greater<>());
      while (ready.size() > 1) {
        ready.pop_back();
        const int sum = ready.back() + 1;
        ready.pop_back();
        ready.insert(std::upper_bound(ready.begin(), ready.end(), sum, std::greater<>()), sum);
      }
      if (rows == &shared) level.push_back(ready.empty() ? 0 : ready.front());
      if (!ready.empty()) deepest = std::max(deepest, ready.front());
    }
  }
  return deepest;
}

SharedSums share_sums(const Matrix& matrix) {
  const int inputs = matrix.empty() ? 0 : static_cast<int>(matrix.front().size());
  for (const Row& row : matrix) {
    if (row.size() != index(inputs)) {
      throw std::invalid_argument("adder network: rows of unequal length");
    }
  }
  // A unit asks for the same network several times.
  static std::mutex mutex;
  static std::map<Matrix, SharedSums> known;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto at = known.find(matrix);
    if (at != known.end()) return at->second;
  }
  SharedSums best = search(inputs, matrix);
  SharedSums other = transpose(search(static_cast<int>(matrix.size()), transpose(matrix, inputs)));
  if (better(other, best)) best = std::move(other);
  const std::lock_guard<std::mutex> lock(mutex);
  if (known.size() >= kKnown) known.clear();
  known.emplace(matrix, best);
  return best;
}

}  // namespace ffa
