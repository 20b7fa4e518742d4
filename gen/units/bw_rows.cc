// SPDX-License-Identifier: Apache-2.0
// Trees of whole rows, and final adders with errors.

#include "gen/units/bw_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "gen/units/full_adder.h"

namespace gen {
namespace {

using arith::Source;

constexpr Source kNothing{-1, 0};  // to Heap::gather a zero

// A final adder with errors: a unit of the catalogue, and which of its sizes `approx` is.
struct Approximate {
  const char* name;
  const char* unit;
  const char* key;
  const char* doc;
};
constexpr std::array<Approximate, 9> kApproximate = {{
    {"loa", "add_loa", "ApproxWidth", "OR in the low bits"},
    {"trunc", "add_trunc", "ApproxWidth", "ones in the low bits"},
    {"oloca", "add_oloca", "ApproxWidth", "OR in the low bits, ones in half of them"},
    {"eta1", "add_eta1", "ApproxWidth", "XOR in the low bits, ones behind a carry"},
    {"herloa", "add_herloa", "ApproxWidth", "OR with error reduction in the low bits"},
    {"hoeraa", "add_hoeraa", "ApproxWidth", "OR and ones with error reduction in the low bits"},
    {"esa", "add_esa", "block", "blocks without carries between them"},
    {"eta2", "add_eta2", "block", "blocks with the carry of one block"},
    {"aca1", "add_aca1", "window", "each carry from a window"},
}};
constexpr const char* kNames = "loa|trunc|oloca|eta1|herloa|hoeraa|esa|eta2|aca1";

const Approximate* approximate(const base::Spec& spec) {
  const auto found = std::find_if(kApproximate.begin(), kApproximate.end(),
                                  [&](const auto& a) { return spec.is("final_adder", a.name); });
  return found == kApproximate.end() ? nullptr : &*found;
}

bool in_blocks(const base::Spec& spec) {
  return spec.is("final_adder", "esa") || spec.is("final_adder", "eta2");
}

bool approx_broken(const base::Spec& s) {
  if (approximate(s) == nullptr) return false;
  return s.size("approx") > s.size("AccWidth") ||
         (in_blocks(s) && s.size("AccWidth") % s.size("approx") != 0);
}

// The tree in terms of which columns are there: each three of `rows` are two, until two are left.
template <typename Row, typename Two>
void reduce(std::vector<Row>& rows, const Two& two, const std::function<void(int)>& done) {
  for (int level = 1; rows.size() > 2; ++level) {
    std::vector<Row> next;
    size_t i = 0;
    for (; i + 3 <= rows.size(); i += 3) {
      auto [sum, carry] = two(rows[i], rows[i + 1], rows[i + 2]);
      next.push_back(std::move(sum));
      next.push_back(std::move(carry));
    }
    for (; i < rows.size(); ++i) next.push_back(rows[i]);
    rows = std::move(next);
    done(level);
  }
}

}  // namespace

Param bw_tree_param() {
  Param param = tree_param();
  param.values.push_back({"rows", "whole words, three by three; for adders with errors"});
  return param;
}

Param bw_final_adder_param() {
  Param param = final_adder_param();
  for (const Approximate& a : kApproximate) param.values.push_back({a.name, a.doc});
  return param;
}

Param bw_approx_param() {
  return fixed_size("approx", "a", "4", 1, 64,
                    "Low bits, block or window of a final adder with errors.")
      .needs("final_adder", kNames);
}

Rule bw_rows_rule() {
  return {
      .keys = {"tree", "compressors", "final_adder"},
      .broken =
          [](const base::Spec& s) {
            return s.is("tree", "rows") ? !s.is("compressors", "fa") : approximate(s) != nullptr;
          },
      .text = "a final adder with errors needs tree=rows, which has compressors=fa",
      .explain =
          [](const base::Spec& s) {
            return s.is("tree", "rows") ? fmt::format("compressors={} with tree=rows must be fa",
                                                      s.get("compressors"))
                                        : fmt::format("tree={} with final_adder={} must be rows",
                                                      s.get("tree"), s.get("final_adder"));
          }};
}

Rule bw_approx_rule() {
  return {.keys = {"approx", "final_adder", "AccWidth"},
          .broken = approx_broken,
          .text = "approx is at most AccWidth; blocks divide it",
          .explain = [](const base::Spec& s) {
            const int64_t width = s.size("AccWidth");
            if (!in_blocks(s) || s.size("approx") > width)
              return fmt::format("approx={} must be in 1..{} (at most AccWidth)", s.get("approx"),
                                 width);
            int64_t block = s.size("approx");
            while (width % block != 0) --block;
            return fmt::format("approx={} must divide AccWidth={}; nearest is {}", s.get("approx"),
                               width, block);
          }};
}

RowTree::RowTree(DesignBuilder& design, hdl::Module& module, int width)
    : design_(design), module_(module), width_(width), heap_(design, module, width) {}

RowTree::Row RowTree::empty() const {
  return {std::vector<Source>(static_cast<size_t>(width_), kNothing)};
}

void RowTree::put(Row& row, int column, const Source& source) const {
  if (column < width_) row.bits[static_cast<size_t>(column)] = source;
}

void RowTree::add(const hdl::Bits& signal, int column) {
  Row row = empty();
  const int vector = heap_.vector(signal);
  for (int i = 0; i < static_cast<int>(signal.width().value()); ++i)
    put(row, column + i, {vector, i});
  rows_.push_back(std::move(row));
}

void RowTree::add_beat(const BwLanes& lanes, const BwBeat& beat) {
  const int count = static_cast<int>(lanes.lanes.value());
  const int width = static_cast<int>(lanes.word_width().value());
  const hdl::Bits words = bw_words(module_, lanes, beat.x, beat.s);
  const int word_bits = heap_.vector(words);
  arith::BitHeap constants(width_);
  int tops = 0;
  if (lanes.word_signed()) {  // a bit that counts negative: its complement, and a constant
    std::vector<Source> all;
    for (int k = 0; k < count; ++k) all.push_back({word_bits, k * width + width - 1});
    tops =
        heap_.vector(module_.wire("words_top_inverted", hdl::bits(count), heap_.gather(all, true)));
  }
  for (int k = 0; k < count; ++k) {
    Row row = empty();
    for (int i = 0; i < width; ++i) {
      const bool negative = lanes.word_signed() && i + 1 == width;
      put(row, lanes.column() + i, negative ? Source{tops, k} : Source{word_bits, k * width + i});
      if (negative) constants.subtract_constant(lanes.column() + i);
    }
    rows_.push_back(std::move(row));
  }
  if (lanes.form == BwLanes::Form::kAnd) subtract_samples(lanes, beat, constants);
  if (lanes.compensation == BwLanes::Compensation::kExact) {
    const int signs = heap_.vector(beat.s);
    for (int k = 0; k < count; ++k) {
      Row row = empty();
      put(row, lanes.drop, {signs, k});
      rows_.push_back(std::move(row));
    }
  }
  if (lanes.compensation == BwLanes::Compensation::kHalf)
    for (int half = count / 2, c = lanes.drop; half > 0; half >>= 1, ++c)
      if (half % 2 == 1) constants.add_constant(c);
  add_constants(constants);
}

void RowTree::subtract_samples(const BwLanes& lanes, const BwBeat& beat,
                               arith::BitHeap& constants) {
  if (lanes.given) {
    add(module_.wire("sum_inverted", hdl::bits(width_), ~beat.sum));
    constants.add_constant(0);
    return;
  }
  const int width = static_cast<int>(lanes.width.value());
  const int samples = heap_.vector(beat.x);
  const int inverted =
      heap_.vector(module_.wire("samples_inverted", hdl::bits(beat.x.width()), ~beat.x));
  std::vector<Source> unread;
  for (int k = 0; k < static_cast<int>(lanes.lanes.value()); ++k) {
    Row row = empty();
    for (int i = 0; i < width; ++i) {
      const bool sign = lanes.is_signed() && i + 1 == width;
      if (sign || i < lanes.drop) unread.push_back({inverted, k * width + i});
      if (i < lanes.drop) continue;
      put(row, i, {sign ? samples : inverted, k * width + i});
      if (!sign) constants.subtract_constant(i);
    }
    rows_.push_back(std::move(row));
  }
  if (!unread.empty()) module_.unused("unused_samples_inverted", heap_.gather(unread, false));
}

// One row of the ones of a constant word.
void RowTree::add_constants(const arith::BitHeap& constants) {
  Row row = empty();
  int one = -1;
  for (int c = 0; c < width_; ++c) {
    if (!constants.constant(c)) continue;
    if (one < 0) one = heap_.vector(module_.wire("one", hdl::bits(1), hdl::ones(1)));
    put(row, c, {one, 0});
  }
  if (one >= 0) rows_.push_back(std::move(row));
}

int RowTree::kept_lsb() const {
  using Present = std::vector<bool>;
  const auto size = static_cast<size_t>(width_);
  const auto two = [size](const Present& a, const Present& b, const Present& c) {
    Present sum(size, false), carry(size, false);
    for (size_t i = 0; i < size; ++i) {
      const int bits = (a[i] ? 1 : 0) + (b[i] ? 1 : 0) + (c[i] ? 1 : 0);
      sum[i] = bits > 0;
      if (bits > 1 && i + 1 < size) carry[i + 1] = true;
    }
    return std::pair(sum, carry);
  };
  int lsb = 0;
  for (;;) {
    std::vector<Present> rows;
    for (const Row& row : rows_) {
      Present present;
      for (const Source& source : row.bits) present.push_back(source != kNothing);
      rows.push_back(std::move(present));
    }
    rows.emplace_back(size, true);
    Present second(size, true);
    std::fill(second.begin(), second.begin() + lsb, false);
    rows.push_back(second);
    reduce(rows, two, [](int) {});
    const auto lowest = std::find(rows[1].begin(), rows[1].end(), true) - rows[1].begin();
    if (lowest == lsb) return lsb;
    lsb = static_cast<int>(lowest);
  }
}

// A level's full or half adders, one row of them in the module.
struct RowTree::Adders {
  std::array<std::vector<Source>, 3> in;
  std::vector<int> dropped;  // those whose carries leave the highest column
  int sums, carries;         // stand for their vectors until those are declared
  int count() const { return static_cast<int>(in[0].size()); }
};

void RowTree::write(const Adders& adders, bool full, int level) {
  const int count = adders.count();
  if (count == 0) return;
  const std::string stem = full ? "" : "half_";
  const hdl::Bits sum = module_.wire(fmt::format("{}sum_{}", stem, level), hdl::bits(count));
  const hdl::Bits carry = module_.wire(fmt::format("{}carry_{}", stem, level), hdl::bits(count));
  std::vector<hdl::Connection> pins = {{"a_i", heap_.gather(adders.in[0], false)},
                                       {"b_i", heap_.gather(adders.in[1], false)}};
  if (full) pins.emplace_back("c_i", heap_.gather(adders.in[2], false));
  pins.emplace_back("sum_o", sum);
  pins.emplace_back("carry_o", carry);
  module_.instance(fmt::format("u_{}_{}", full ? "full" : "half", level),
                   full ? full_adders(design_, count) : half_adders(design_, count),
                   {{"Width", count}}, pins);
  const int sums = heap_.vector(sum), carries = heap_.vector(carry);
  std::vector<Source> dropped;
  for (const int i : adders.dropped) dropped.push_back({carries, i});
  if (!dropped.empty())
    module_.unused(fmt::format("unused_{}carry_{}", stem, level), heap_.gather(dropped, false));
  for (Row& row : rows_) {
    for (Source& source : row.bits) {
      if (source.vector == adders.sums) source.vector = sums;
      if (source.vector == adders.carries) source.vector = carries;
    }
  }
}

HeapRows RowTree::compress() {
  const Adders no_full{{}, {}, -2, -3}, no_half{{}, {}, -4, -5};
  Adders full = no_full, half = no_half;
  const auto two = [&](const Row& a, const Row& b, const Row& c) {
    Row sum = empty(), carry = empty();
    for (int column = 0; column < width_; ++column) {
      std::vector<Source> bits;
      for (const Row* row : {&a, &b, &c})
        if (const Source& bit = row->bits[static_cast<size_t>(column)]; bit != kNothing)
          bits.push_back(bit);
      if (bits.size() == 1) put(sum, column, bits[0]);
      if (bits.size() < 2) continue;
      Adders& adders = bits.size() == 3 ? full : half;
      const int number = adders.count();
      for (size_t i = 0; i < bits.size(); ++i) adders.in.at(i).push_back(bits[i]);
      put(sum, column, {adders.sums, number});
      put(carry, column + 1, {adders.carries, number});
      if (column + 1 == width_) adders.dropped.push_back(number);
    }
    return std::pair(sum, carry);
  };
  reduce(rows_, two, [&](int level) {
    module_.section(fmt::format("Level {}: {} rows are left.", level, rows_.size()));
    write(full, true, level);
    write(half, false, level);
    full = no_full;
    half = no_half;
  });
  rows_.resize(2, empty());
  HeapRows rows{.width = width_, .lsb = 0, .a = {}, .b = {}, .arrival = {}};
  rows.arrival.assign(static_cast<size_t>(width_), 0);
  const std::vector<Source>& second = rows_[1].bits;
  while (rows.lsb < width_ && second[static_cast<size_t>(rows.lsb)] == kNothing) ++rows.lsb;
  module_.section("Two rows are left.");
  rows.a = module_.wire("row_a", hdl::bits(width_), heap_.gather(rows_[0].bits, false));
  if (rows.lsb < width_)
    rows.b = module_.wire("row_b", hdl::bits(width_ - rows.lsb),
                          heap_.gather({second.begin() + rows.lsb, second.end()}, false));
  return rows;
}

hdl::Bits RowTree::add_rows(const HeapRows& rows) {
  const base::Spec& spec = design_.spec();
  const Approximate* const kind = approximate(spec);
  if (kind == nullptr) return heap_.add_rows(rows, spec.get("final_adder"));
  base::Spec wanted(kind->unit);
  wanted.set("Width", width_);
  wanted.set(kind->key, spec.get("approx"));
  if (spec.is("final_adder", "trunc")) wanted.set("fill", "ones");
  if (spec.is("final_adder", "oloca")) wanted.set("OnesWidth", spec.size("approx") / 2);
  const DesignBuilder::SubUnit adder = design_.sub_unit(wanted);
  hdl::Bits b = rows.b;
  if (!b.valid()) {
    b = hdl::zeros(width_);
  } else if (rows.lsb > 0) {
    b = hdl::concat({b, hdl::zeros(rows.lsb)});
  }
  const hdl::Bits sum = module_.wire("sum", hdl::bits(width_ + 1));
  std::vector<std::pair<std::string, hdl::Dim>> sizes;
  for (const hdl::ParameterInfo& p : adder.module->parameters())
    sizes.emplace_back(p.name, p.value);
  module_.instance("u_final_adder", *adder.module, sizes,
                   {{"a_i", rows.a}, {"b_i", b}, {"sum_o", sum}});
  module_.unused("unused_sum", sum.msb());
  return sum.slice(0, width_);
}

}  // namespace gen
