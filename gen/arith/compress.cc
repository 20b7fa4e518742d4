// SPDX-License-Identifier: Apache-2.0
// Allocation of counters: Wallace and Dadda stage by stage, the timing-driven tree by column.
//
// Dadda, Some Schemes for Parallel Multipliers, 1965. Wallace with half adders only where a stage
// needs them: Waters and Swartzlander, IEEE Trans. Computers 59(8), 2010. Timing: Oklobdzija,
// Villeger and Liu, IEEE Trans. Computers 45(3), 1996 (earliest three first).

#include "gen/arith/compress.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace arith {
namespace {

size_t at(int i) { return static_cast<size_t>(i); }

// A tree while it grows: `columns_` holds the bits that no counter has taken yet.
class Builder {
 public:
  Builder(const BitHeap& heap, const CompressOptions& options) : options_(options) {
    tree_.width = heap.width();
    columns_.resize(at(tree_.width));
    one_.resize(at(tree_.width));
    for (int c = 0; c < tree_.width; ++c) one_[at(c)] = heap.constant(c);
    tree_.bits.reserve(heap.bits().size() * 3);
    tree_.counters.reserve(heap.bits().size());
    std::vector<size_t> heights(columns_.size(), 0);
    for (const HeapBit& bit : heap.bits()) ++heights[at(bit.column)];
    for (size_t c = 0; c < heights.size(); ++c) {  // the carries of the column below come too
      columns_[c].reserve(heights[c] + (c > 0 ? heights[c - 1] : 0) + 2);
    }
    for (const HeapBit& bit : heap.bits()) {
      const int id = static_cast<int>(tree_.bits.size());
      columns_[at(bit.column)].push_back(id);
      tree_.bits.push_back({bit.column, bit.arrival, 0, -1, id, bit.inverted});
    }
  }

  void by_stages() {
    if (options_.counters == Counters::kSeven) {
      while (height() >= 7) seven_stage();
    }
    for (int stage = 1; height() > 2; ++stage) {
      if (stage > 4 * tree_.width + 64) throw std::logic_error("compression does not end");
      if (options_.counters == Counters::kFour) {
        int target = 2;
        while (2 * target < height()) target *= 2;
        dadda_stage(target);
      } else if (options_.tree == Tree::kWallace) {
        wallace_stage();
      } else {
        int stages = 0;
        while (dadda_height(stages + 1) < height()) ++stages;
        dadda_stage(dadda_height(stages));
      }
    }
  }

  // `bound`: latest time at which a column may be brought to one bit instead of two.
  void by_arrival(int bound) {
    bool settled = true;  // every column so far has one bit
    for (int c = 0; c < tree_.width; ++c) {
      std::vector<int>& pool = columns_[at(c)];
      const auto total = [&] { return static_cast<int>(pool.size()) + (one_[at(c)] ? 1 : 0); };
      const auto earlier = [&](int a, int b) {
        return std::tie(bit(a).arrival, a) < std::tie(bit(b).arrival, b);
      };
      std::sort(pool.begin(), pool.end(), earlier);
      if (c + 1 == tree_.width) {
        while (pool.size() >= 3) place(CounterKind::kFullSum, c);
        continue;
      }
      if (one_[at(c)] && pool.size() >= 2) place(CounterKind::kHalfOne, c);
      if (total() % 2 == 1 && total() >= 3 && finish(c, total(), false) > bound) {
        place(CounterKind::kHalf, c);
      }
      while (pool.size() >= 3) place(CounterKind::kFull, c);
      if (settled && pool.size() == 2 && !one_[at(c)] && finish(c, 2, true) <= bound) {
        place(CounterKind::kHalf, c);
      }
      settled = settled && total() <= 1;
    }
  }

  Compressed finish() {
    const int top = tree_.width - 1;
    if (one_[at(top)] && !columns_[at(top)].empty()) {  // x + 1 = ~x modulo 2
      TreeBit& flipped = tree_.bits[at(columns_[at(top)].front())];
      flipped.inverted = !flipped.inverted;
      one_[at(top)] = false;
    }
    for (int c = 0; c < tree_.width; ++c) {
      std::array<int, 2> row = {kNone, kNone};
      size_t n = 0;
      for (const int id : columns_[at(c)]) row.at(n++) = id;
      if (one_[at(c)]) row.at(n++) = kOne;
      tree_.rows.push_back(row);
    }
    sort_counters();
    return std::move(tree_);
  }

 private:
  const TreeBit& bit(int id) const { return tree_.bits[at(id)]; }

  int height() const {
    int highest = 0;
    for (int c = 0; c < tree_.width; ++c) {
      const bool one = one_[at(c)] && c + 1 < tree_.width;  // in the top column it is an inversion
      highest = std::max(highest, static_cast<int>(columns_[at(c)].size()) + (one ? 1 : 0));
    }
    return highest;
  }

  // When the last of `count` bits of column c comes out of full adders (or one half adder).
  int finish(int c, int count, bool half) {
    const DelayModel::Adder& adder = half ? options_.delays.half : options_.delays.full;
    std::vector<int>& times = times_;
    times.clear();
    for (const int id : columns_[at(c)]) times.push_back(bit(id).arrival);
    if (half) return std::max(times[0], times[1]) + std::max(adder.sum_ab, adder.carry_ab);
    for (; count > 1 && times.size() >= 3; count -= 2) {
      const int sum = std::max(times[1] + adder.sum_ab, times[2] + adder.sum_c);
      times.erase(times.begin(), times.begin() + 3);
      times.insert(std::upper_bound(times.begin(), times.end(), sum), sum);
    }
    return times.back();
  }

  // A new bit; counters of stages put it aside until the stage ends.
  int output(int counter, int which, int column, int arrival, int stage, bool inverted) {
    const int id = static_cast<int>(tree_.bits.size());
    tree_.bits.push_back({column, arrival, stage, counter, which, inverted});
    return id;
  }

  // Takes the first bits of column c (chain: a fifth one of kFour) and makes the outputs.
  Counter& take(CounterKind kind, int c, int inputs, int stage, int chain = kNone) {
    const int id = static_cast<int>(tree_.counters.size());
    Counter counter{.kind = kind, .column = c, .stage = stage};
    std::vector<int>& pool = columns_[at(c)];
    std::copy_n(pool.begin(), inputs, counter.inputs.begin());
    pool.erase(pool.begin(), pool.begin() + inputs);
    if (kind == CounterKind::kFour) counter.inputs[4] = chain;
    // The latest bit at the fast input; the order of the others stays, so that rows stay rows.
    if (inputs == 3) {
      std::array<int, 7>& in = counter.inputs;
      const auto in_order = [&](int& a, int& b) {
        if (bit(b).arrival < bit(a).arrival) std::swap(a, b);
      };
      in_order(in[0], in[1]);
      in_order(in[1], in[2]);
      in_order(in[0], in[1]);
    }
    int complements = 0, present = 0;
    for (const int in : counter.inputs) {
      if (in == kNone) continue;
      ++present;
      complements += bit(in).inverted ? 1 : 0;
      counter.stage = std::max(counter.stage, bit(in).stage + (in == chain ? 0 : 1));
    }
    counter.inverted =
        kind == CounterKind::kFullSum ? complements % 2 == 1 : 2 * complements > present;
    if (chain != kNone && bit(chain).stage == counter.stage) counter.inverted = bit(chain).inverted;
    const auto time = [&](int first, int last, int ab, int c_delay) {
      int latest = 0;
      for (int i = first; i <= last; ++i) {
        const int in = counter.inputs.at(at(i));
        if (in == kNone) continue;
        latest = std::max(latest, bit(in).arrival + (i == last ? c_delay : ab));
      }
      return latest;
    };
    const DelayModel& d = options_.delays;
    const auto add = [&](const DelayModel::Adder& adder, int last) {
      counter.outputs[0] = output(id, 0, c, time(0, last, adder.sum_ab, adder.sum_c), counter.stage,
                                  counter.inverted);
      if (kind == CounterKind::kFullSum) return;
      counter.outputs[1] = output(id, 1, c + 1, time(0, last, adder.carry_ab, adder.carry_c),
                                  counter.stage, counter.inverted);
    };
    const DelayModel::Adder& f = d.full;
    switch (kind) {
      case CounterKind::kFull:
        add(f, 2);
        break;
      case CounterKind::kHalf:
        add(d.half, 1);
        break;
      case CounterKind::kHalfOne:
        add(d.half_one, 1);
        break;
      case CounterKind::kFullSum:
        add(f, 2);
        break;
      case CounterKind::kFour: {
        // Two full adders, one behind the other; the chain comes from the first.
        const int first = time(0, 2, f.sum_ab, f.sum_c);
        const int late = std::max({first, bit(counter.inputs[3]).arrival,
                                   chain == kNone ? 0 : bit(chain).arrival - f.sum_ab + f.sum_c});
        counter.outputs[0] = output(id, 0, c, late + f.sum_ab, counter.stage, counter.inverted);
        counter.outputs[1] =
            output(id, 1, c + 1, late + f.carry_ab, counter.stage, counter.inverted);
        counter.outputs[2] = output(id, 2, c + 1, time(0, 2, f.carry_ab, f.carry_c), counter.stage,
                                    counter.inverted);
        break;
      }
      case CounterKind::kSeven: {
        const int late = time(0, 6, 0, 0);
        const int sum = late + 2 * f.sum_ab;
        const int carry = late + f.sum_ab + f.carry_ab;
        counter.outputs[0] = output(id, 0, c, sum, counter.stage, counter.inverted);
        counter.outputs[1] = output(id, 1, c + 1, carry + f.sum_c, counter.stage, counter.inverted);
        counter.outputs[2] =
            output(id, 2, c + 2, carry + f.carry_c, counter.stage, counter.inverted);
        break;
      }
    }
    tree_.counters.push_back(counter);
    return tree_.counters.back();
  }

  // A counter of the timing-driven tree: its bits are there at once, in order of arrival.
  void place(CounterKind kind, int c) {
    const bool three = kind == CounterKind::kFull || kind == CounterKind::kFullSum;
    const Counter counter = take(kind, c, three ? 3 : 2, 1);
    if (kind == CounterKind::kHalfOne) one_[at(c)] = false;
    std::vector<int>& pool = columns_[at(c)];
    const int sum = counter.outputs[0];
    const auto earlier = [&](int a, int b) { return bit(a).arrival < bit(b).arrival; };
    pool.insert(std::upper_bound(pool.begin(), pool.end(), sum, earlier), sum);
    if (counter.outputs[1] != kNone) columns_[at(c + 1)].push_back(counter.outputs[1]);
  }

  // ---- Trees by stages. `next` collects what the stage makes.

  using Columns = std::vector<std::vector<int>>;

  void put(const Counter& counter, Columns* next, bool chain_too) const {
    for (size_t i = 0; i < 3; ++i) {
      if (counter.outputs.at(i) == kNone || (i == 2 && !chain_too)) continue;
      (*next)[at(bit(counter.outputs.at(i)).column)].push_back(counter.outputs.at(i));
    }
  }

  void end_stage(Columns* next) {
    for (int c = 0; c < tree_.width; ++c) {
      std::vector<int>& column = columns_[at(c)];
      column.insert(column.end(), (*next)[at(c)].begin(), (*next)[at(c)].end());
    }
    ++stage_;
  }

  void dadda_stage(int target) {
    Columns next(at(tree_.width));
    std::vector<int> chains;  // from the column below
    for (int c = 0; c < tree_.width; ++c) {
      std::vector<int>& pool = columns_[at(c)];
      const bool top = c + 1 == tree_.width;
      int excess = static_cast<int>(pool.size() + next[at(c)].size() + chains.size()) - target;
      excess += one_[at(c)] && !top ? 1 : 0;
      std::vector<int> made;
      while (excess > 0) {
        if (top) {
          if (pool.size() < 3) break;
          put(take(CounterKind::kFullSum, c, 3, stage_), &next, true);
          excess -= 2;
        } else if (one_[at(c)] && pool.size() >= 2) {
          one_[at(c)] = false;
          put(take(CounterKind::kHalfOne, c, 2, stage_), &next, true);
          excess -= 2;
        } else if (options_.counters == Counters::kFour && excess >= 3 && pool.size() >= 4) {
          const int chain = chains.empty() ? kNone : chains.front();
          if (chain != kNone) chains.erase(chains.begin());
          const Counter& counter = take(CounterKind::kFour, c, 4, stage_, chain);
          made.push_back(counter.outputs[2]);
          put(counter, &next, false);
          excess -= chain == kNone ? 3 : 4;
        } else if (excess >= 2 && pool.size() >= 3) {
          put(take(CounterKind::kFull, c, 3, stage_), &next, true);
          excess -= 2;
        } else if (pool.size() >= 2) {
          put(take(CounterKind::kHalf, c, 2, stage_), &next, true);
          excess -= 1;
        } else {
          break;  // the rest in another stage
        }
      }
      next[at(c)].insert(next[at(c)].end(), chains.begin(), chains.end());
      chains = std::move(made);
    }
    end_stage(&next);
  }

  void wallace_stage() {
    const int bound = height() - height() / 3;
    Columns next(at(tree_.width));
    for (int c = 0; c < tree_.width; ++c) {
      std::vector<int>& pool = columns_[at(c)];
      const bool top = c + 1 == tree_.width;
      if (!top && one_[at(c)] && pool.size() >= 2) {
        one_[at(c)] = false;
        put(take(CounterKind::kHalfOne, c, 2, stage_), &next, true);
      }
      while (pool.size() >= 3) {
        put(take(top ? CounterKind::kFullSum : CounterKind::kFull, c, 3, stage_), &next, true);
      }
      const int left = static_cast<int>(pool.size() + next[at(c)].size()) + (one_[at(c)] ? 1 : 0);
      if (!top && pool.size() == 2 && left > bound) {
        put(take(CounterKind::kHalf, c, 2, stage_), &next, true);
      }
    }
    end_stage(&next);
  }

  void seven_stage() {
    Columns next(at(tree_.width));
    for (int c = 0; c < tree_.width; ++c) {
      std::vector<int>& pool = columns_[at(c)];
      const bool top = c + 1 == tree_.width;
      while (top && pool.size() >= 3) put(take(CounterKind::kFullSum, c, 3, stage_), &next, true);
      const bool room = c + 2 < tree_.width;
      while (room && pool.size() >= 7) put(take(CounterKind::kSeven, c, 7, stage_), &next, true);
      while (!top && pool.size() >= 4) put(take(CounterKind::kFull, c, 3, stage_), &next, true);
    }
    end_stage(&next);
  }

  // By stage; in a stage by wire_kind, then the n-th counters of all columns as a row.
  void sort_counters() {
    std::vector<Counter>& counters = tree_.counters;
    // What to sort by in one word, and the number of the counter.
    using Place = std::pair<uint64_t, size_t>;
    constexpr int kRowBits = 20, kColumnBits = 20;
    constexpr uint64_t kRow = uint64_t{1} << kColumnBits;
    std::vector<Place> order(counters.size());
    for (size_t i = 0; i < order.size(); ++i) {
      const Counter& c = counters[i];
      const uint64_t kind = at(c.stage) << 4 | static_cast<uint64_t>(c.wire_kind());
      order[i] = {kind << (kRowBits + kColumnBits) | at(c.column), i};
    }
    std::sort(order.begin(), order.end());
    uint64_t before = UINT64_MAX, row = 0;
    for (auto& [place, i] : order) {
      row = place == before ? row + 1 : 0;
      before = place;
      place += row * kRow;
    }
    std::sort(order.begin(), order.end());
    std::vector<Counter> sorted;
    sorted.reserve(counters.size());
    for (const auto& [place, i] : order) {
      for (const int out : counters[i].outputs) {
        if (out != kNone) tree_.bits[at(out)].counter = static_cast<int>(sorted.size());
      }
      sorted.push_back(counters[i]);
      tree_.stages = std::max(tree_.stages, sorted.back().stage);
    }
    counters = std::move(sorted);
  }

  const CompressOptions& options_;
  Compressed tree_;
  Columns columns_;
  std::vector<bool> one_;  // what is left of the constant word
  int stage_ = 1;
  std::vector<int> times_;  // room for finish()
};

}  // namespace

int Compressed::count(CounterKind kind) const {
  const auto is_kind = [&](const Counter& c) { return c.kind == kind; };
  return static_cast<int>(std::count_if(counters.begin(), counters.end(), is_kind));
}

int Compressed::adder_lsb() const {
  int c = 0;
  while (c < width && rows[at(c)][1] == kNone) ++c;
  return c;
}

int Compressed::arrival(int column) const {
  int latest = 0;
  for (const int id : rows[at(column)]) {
    if (id >= 0) latest = std::max(latest, bits[at(id)].arrival);
  }
  return latest;
}

int Compressed::arrival() const {
  int latest = 0;
  for (int c = 0; c < width; ++c) latest = std::max(latest, arrival(c));
  return latest;
}

int dadda_height(int stages) {
  int height = 2;
  for (int i = 0; i < stages; ++i) height = height + height / 2;
  return height;
}

Compressed compress(const BitHeap& heap, const CompressOptions& options) {
  const auto run = [&](int bound) {
    Builder builder(heap, options);
    builder.by_arrival(bound);
    return builder.finish();
  };
  Compressed tree;
  if (options.tree == Tree::kTiming) {
    tree = run(-1);
    // What a column that goes on makes late may meet the next one's bits late: then less of it.
    const int wanted = tree.arrival() + options.ripple_slack;
    for (int bound = wanted; options.ripple && bound > 0; bound -= options.delays.half.carry_ab) {
      Compressed shorter = run(bound);
      if (shorter.arrival() > std::max(wanted, tree.arrival())) continue;
      tree = std::move(shorter);
      break;
    }
  } else {
    Builder builder(heap, options);
    builder.by_stages();
    tree = builder.finish();
  }
  tree.verify(heap);
  return tree;
}

Tree tree_of(const std::string& name) {
  if (name == "wallace") return Tree::kWallace;
  if (name == "dadda") return Tree::kDadda;
  if (name == "timing") return Tree::kTiming;
  throw std::logic_error("no tree '" + name + "'");
}

}  // namespace arith
