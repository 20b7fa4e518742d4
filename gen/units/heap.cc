// SPDX-License-Identifier: Apache-2.0
// Writes compressed heaps: in each stage one row of counters of a kind, its inputs gathered from
// the stages before.

#include "gen/units/heap.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "gen/units/adders.h"
#include "gen/units/full_adder.h"
#include "gen/units/helpers.h"

namespace gen {
namespace {

using arith::Counter;
using arith::CounterKind;

// Wires that are constants have these in place of a vector.
constexpr int kZeroWire = -1, kOneWire = -2;

// More than any tree takes.
constexpr int kAnySlack = 1 << 20;

// A carry network's unit, a node, in ticks of arith::DelayModel.
constexpr double kNodeTicks = 15;

// How a row of counters of a kind is written.
struct RowKind {
  CounterKind kind;
  const char* one;  // words for one of them, for several
  const char* several;
  const char* stem;  // in front of the names of its vectors
  int inputs;
  std::vector<const char*> outputs;
  const hdl::Module& (*module)(DesignBuilder&, int64_t);
};

const RowKind& row_kind(CounterKind kind) {
  static const std::vector<RowKind> kinds = {
      {CounterKind::kFull, "full adder", "full adders", "", 3, {"sum", "carry"}, full_adders},
      {CounterKind::kHalf, "half adder", "half adders", "half_", 2, {"sum", "carry"}, half_adders},
      {CounterKind::kHalfOne,
       "half adder with a one",
       "half adders with a one",
       "one_",
       2,
       {"sum", "carry"},
       half_adders_one},
      {CounterKind::kFullSum,
       "full adder whose carry is dropped",
       "full adders whose carries are dropped",
       "top_",
       3,
       {"sum", "carry"},
       full_adders},
      {CounterKind::kFour,
       "4:2 compressor",
       "4:2 compressors",
       "four_",
       4,
       {"sum", "carry", "chain"},
       compressors_4_2},
      {CounterKind::kSeven,
       "7:3 counter",
       "7:3 counters",
       "seven_",
       7,
       {"sum", "carry", "carry2"},
       counters_7_3},
  };
  for (const RowKind& row : kinds) {
    if (row.kind == kind) return row;
  }
  throw std::logic_error("no such row");
}

hdl::Module build_final_adder(const std::string& name, const std::string& network, int width,
                              const std::vector<double>& arrival) {
  hdl::Module m = helper_module(
      name, {fmt::format("Final adder of a bit heap: {} bits, {}, no carry out.", width, network)});
  const hdl::Bits a = m.input("a_i", hdl::bits(width), "Row of the heap.");
  const hdl::Bits b = m.input("b_i", hdl::bits(width), "Row of the heap.");
  const hdl::Bits sum = m.output("sum_o", hdl::bits(width), "Sum modulo 2^width.");
  AdderStyle style{.network = network};
  style.timing.arrival = arrival;
  // Measured: in a 16x16 multiplier (25 bits here) 5 % less area for 4 % delay; short ones gain
  // nothing.
  if (width >= 16) style.timing.slack = 2;
  m.assign(sum, emit_adder(m, style, {.a = a, .b = b, .carry_out = false}).sum);
  return m;
}

}  // namespace

Param arith_param() {
  return option("arith",
                {{"operators", "`*` and `+`: sizes free, fast to simulate"},
                 {"heap", "a bit heap of full adders: sizes fixed, smallest in an ASIC"}},
                "How sums are built.");
}

Param tree_param() {
  return option("tree",
                {{"timing", "earliest bits first; lower columns done without the final adder"},
                 {"dadda", "each stage as little as it must"},
                 {"wallace", "each stage all it can"}},
                "Allocation of counters.")
      .needs("arith", "heap");
}

Param compressors_param() {
  return option("compressors",
                {{"fa", "full and half adders"},
                 {"4_2", "4:2 compressors, then full and half adders"},
                 {"7_3", "7:3 counters, then full and half adders"}},
                "Counters of the tree.")
      .needs("arith", "heap");
}

Param final_adder_param() {
  std::vector<Value> values = network_values();
  values.insert(values.begin() + 1, {"ripple", "a chain, smallest"});
  return option("final_adder", values, "Adder of the last two rows.").needs("arith", "heap");
}

// A stage of 4:2 compressors halves the heights, whatever the tree. 7:3 counters take columns of
// seven, the tree takes the rest.
Rule compressors_rule() {
  return {.keys = {"tree", "compressors"},
          .broken =
              [](const base::Spec& s) {
                if (s.is("compressors", "4_2")) return !s.is("tree", "dadda");
                return s.is("compressors", "7_3") && s.is("tree", "timing");
              },
          .text = "compressors=4_2 needs tree=dadda, compressors=7_3 tree=dadda or wallace",
          .explain =
              [](const base::Spec& s) {
                return fmt::format("tree={} with compressors={} must be dadda{}", s.get("tree"),
                                   s.get("compressors"),
                                   s.is("compressors", "7_3") ? " or wallace" : "");
              }};
}

arith::CompressOptions compress_options(const base::Spec& resolved) {
  arith::CompressOptions options;
  options.tree = arith::tree_of(resolved.get("tree"));
  // A chain is cheapest as a part of the tree, in the library's full adders.
  if (is_chained(resolved)) options.ripple_slack = kAnySlack;
  if (resolved.is("compressors", "4_2")) options.counters = arith::Counters::kFour;
  if (resolved.is("compressors", "7_3")) options.counters = arith::Counters::kSeven;
  return options;
}

bool is_chained(const base::Spec& resolved) {
  return resolved.is("final_adder", "ripple") && resolved.is("tree", "timing");
}

std::string heap_text(const base::Spec& resolved, const std::string& extra) {
  const char* const key = resolved.has("products") ? "products" : "form";
  const std::string form = resolved.has(key) ? resolved.get(key) + ", " : "";
  std::string counters;
  if (resolved.is("compressors", "4_2")) counters = ", 4:2 compressors";
  if (resolved.is("compressors", "7_3")) counters = ", 7:3 counters";
  return fmt::format("a bit heap{} ({}{}{}), final adder {}", extra, form, resolved.get("tree"),
                     counters, resolved.get("final_adder"));
}

Heap::Heap(DesignBuilder& design, hdl::Module& module, int width, std::string prefix)
    : design_(design), module_(module), prefix_(std::move(prefix)), heap_(width) {}

int Heap::vector(const hdl::Bits& signal) {
  vectors_.push_back(signal);
  return static_cast<int>(vectors_.size()) - 1;
}

namespace {

arith::OperandOptions arith_options(const Heap::Operand& o) {
  return {.column = o.column, .first = o.first, .arrival = o.arrival, .inverted = o.inverted};
}

int operand_width(const hdl::Bits& signal, const Heap::Operand& operand) {
  return operand.width > 0 ? operand.width
                           : static_cast<int>(signal.width().value()) - operand.first;
}

}  // namespace

void Heap::add(const hdl::Bits& signal, const Operand& operand) {
  const int width = operand_width(signal, operand);
  if (operand.is_signed) {
    heap_.add_signed(vector(signal), width, arith_options(operand));
  } else {
    heap_.add_unsigned(vector(signal), width, arith_options(operand));
  }
}

void Heap::subtract(const hdl::Bits& signal, const Operand& operand) {
  const int width = operand_width(signal, operand);
  if (operand.is_signed) {
    heap_.subtract_signed(vector(signal), width, arith_options(operand));
  } else {
    heap_.subtract_unsigned(vector(signal), width, arith_options(operand));
  }
}

// The wire of a bit; `inverted`: the complement of its value is wanted.
Heap::Wire Heap::wire(int bit, bool inverted) const {
  if (bit == arith::kNone || bit == arith::kOne) {
    return {(bit == arith::kOne) != inverted ? kOneWire : kZeroWire, 0, false};
  }
  const auto id = static_cast<size_t>(bit);
  return {made_[id].vector, made_[id].index, tree_.bits[id].inverted != inverted};
}

// Neighbouring bits of a vector as one slice, equal constants as one literal; what is inverted
// altogether under one sign.
hdl::Bits Heap::gather(const std::vector<Wire>& wires) const {
  const auto constant = [](const Wire& w) { return w.vector < 0; };
  const bool all_inverted = std::all_of(wires.begin(), wires.end(),
                                        [&](const Wire& w) { return constant(w) || w.inverted; }) &&
                            !std::all_of(wires.begin(), wires.end(), constant);
  std::vector<hdl::Bits> parts;
  parts.reserve(wires.size());
  for (size_t i = 0; i < wires.size();) {
    const Wire& first = wires[i];
    size_t n = 1;
    const auto follows = [&](const Wire& w) {
      if (constant(first)) return w.vector == first.vector;
      return w.vector == first.vector && w.index + static_cast<int>(n) == first.index &&
             w.inverted == first.inverted;
    };
    while (i + n < wires.size() && follows(wires[i + n])) ++n;
    const auto count = static_cast<int>(n);
    if (constant(first)) {
      const bool one = (first.vector == kOneWire) != all_inverted;
      parts.push_back(one ? hdl::ones(count) : hdl::zeros(count));
    } else {
      const hdl::Bits part =
          vectors_[static_cast<size_t>(first.vector)].slice(first.index - count + 1, count);
      parts.push_back(first.inverted && !all_inverted ? ~part : part);
    }
    i += n;
  }
  const hdl::Bits all = hdl::concat(parts);
  return all_inverted ? ~all : all;
}

hdl::Bits Heap::gather(const std::vector<arith::Source>& sources, bool inverted) const {
  std::vector<Wire> wires;
  for (size_t i = sources.size(); i-- > 0;) {
    wires.push_back({sources[i].vector, sources[i].index, inverted});
  }
  return gather(wires);
}

// Counters first..last-1 of one kind and stage as one row.
void Heap::write_group(size_t first, size_t last) {
  const std::vector<Counter>& counters = tree_.counters;
  const RowKind& row = row_kind(counters[first].wire_kind());
  const auto count = static_cast<int64_t>(last - first);
  const std::string stage = std::to_string(counters[first].stage);
  // "p0_half_carry_2"
  const auto named = [&](const char* before, const char* stem, const char* output) {
    std::string name = before;
    return name.append(prefix_).append(stem).append(output).append(stage);
  };
  std::vector<hdl::Connection> pins;
  for (int k = 0; k < row.inputs; ++k) {
    std::vector<Wire> wires;
    wires.reserve(last - first);
    for (size_t i = last; i-- > first;) {
      const bool own = row.kind == CounterKind::kFullSum;  // its output takes the polarity
      const int in = counters[i].inputs.at(static_cast<size_t>(k));
      Wire w = wire(in, counters[i].inverted);
      if (own) w.inverted = false;
      wires.push_back(w);
    }
    pins.emplace_back(std::string(1, static_cast<char>('a' + k)) + "_i", gather(wires));
  }
  for (size_t k = 0; k < row.outputs.size(); ++k) {
    const std::string output = std::string(row.outputs[k]) + "_";
    const hdl::Bits out = module_.wire(named("", row.stem, output.c_str()), hdl::bits(count));
    pins.emplace_back(output + "o", out);
    if (counters[first].outputs.at(k) == arith::kNone) {
      module_.unused(named("unused_", row.stem, output.c_str()), out);
      continue;
    }
    const int number = vector(out);
    for (size_t i = first; i < last; ++i) {
      made_[static_cast<size_t>(counters[i].outputs.at(k))] = {number, static_cast<int>(i - first)};
    }
  }
  module_.instance(named("u_", row.kind == CounterKind::kFull ? "full_" : row.stem, ""),
                   row.module(design_, count), {{"Width", count}}, pins);
}

// 4:2 compressors side by side, each taking the chain of the one before.
void Heap::write_chain(size_t first, size_t last) {
  const std::vector<Counter>& counters = tree_.counters;
  const RowKind& row = row_kind(CounterKind::kFour);
  const auto count = static_cast<int64_t>(last - first);
  const std::string tail = fmt::format("{}_{}", counters[first].stage, first);
  std::vector<hdl::Connection> pins;
  for (int k = 0; k < row.inputs; ++k) {
    std::vector<Wire> wires;
    for (size_t i = last; i-- > first;) {
      wires.push_back(wire(counters[i].inputs.at(static_cast<size_t>(k)), counters[i].inverted));
    }
    pins.emplace_back(std::string(1, static_cast<char>('a' + k)) + "_i", gather(wires));
  }
  pins.emplace_back("carry_i", gather({wire(counters[first].inputs[4], counters[first].inverted)}));
  for (size_t k = 0; k < 3; ++k) {
    const hdl::Bits out =
        module_.wire(fmt::format("{}{}{}_{}", prefix_, row.stem, row.outputs[k], tail),
                     hdl::bits(k == 2 ? 1 : count));
    pins.emplace_back(std::string(row.outputs[k]) + "_o", out);
    const int number = vector(out);
    for (size_t i = k == 2 ? last - 1 : first; i < last; ++i) {
      made_[static_cast<size_t>(counters[i].outputs.at(k))] = {
          number, k == 2 ? 0 : static_cast<int>(i - first)};
    }
  }
  module_.instance(fmt::format("u_{}{}{}", prefix_, row.stem, tail), row.module(design_, count),
                   {{"Width", count}}, pins);
}

void Heap::write_stage(size_t first, size_t last) {
  const std::vector<Counter>& counters = tree_.counters;
  const auto same_kind = [&](size_t i, size_t j) {
    return counters[i].wire_kind() == counters[j].wire_kind();
  };
  std::string words;
  std::vector<std::pair<size_t, size_t>> groups;
  for (size_t i = first; i < last; i = groups.back().second) {
    size_t end = i + 1;
    while (end < last && same_kind(i, end)) ++end;
    groups.emplace_back(i, end);
    const RowKind& row = row_kind(counters[i].wire_kind());
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", end - i,
                         end - i > 1 ? row.several : row.one);
  }
  module_.section(fmt::format("Stage {}: {}.", counters[first].stage, words));
  for (const auto& [begin, end] : groups) {
    if (counters[begin].kind != CounterKind::kFour) {
      write_group(begin, end);
      continue;
    }
    for (size_t i = begin; i < end;) {
      size_t next = i + 1;
      while (next < end && counters[next].inputs[4] == counters[next - 1].outputs[2]) ++next;
      write_chain(i, next);
      i = next;
    }
  }
}

// Whether the tree works on complements: counters do, and nearly all bits of the rows are.
bool Heap::complemented() const {
  int bits = 0, inverted = 0;
  for (const auto& row : tree_.rows) {
    for (const int bit : row) {
      if (bit < 0) continue;
      ++bits;
      inverted += tree_.bits[static_cast<size_t>(bit)].inverted ? 1 : 0;
    }
  }
  return 4 * inverted >= 3 * bits &&
         std::any_of(tree_.counters.begin(), tree_.counters.end(),
                     [](const Counter& counter) { return counter.inverted; });
}

HeapRows Heap::compress(const arith::CompressOptions& options) {
  tree_ = arith::compress(heap_, options);
  made_.assign(tree_.bits.size(), {});
  for (size_t i = 0; i < heap_.bits().size(); ++i) made_[i] = heap_.bits()[i].source;
  const std::vector<Counter>& counters = tree_.counters;
  for (size_t i = 0; i < counters.size();) {
    size_t end = i;
    while (end < counters.size() && counters[end].stage == counters[i].stage) ++end;
    write_stage(i, end);
    i = end;
  }
  HeapRows rows;
  rows.width = tree_.width;
  rows.lsb = tree_.adder_lsb();
  std::vector<Wire> a, b;
  for (int c = tree_.width; c-- > 0;) {
    const auto& row = tree_.rows[static_cast<size_t>(c)];
    a.push_back(wire(row[0], false));
    if (c >= rows.lsb) b.push_back(wire(row[1], false));
  }
  for (int c = 0; c < tree_.width; ++c) rows.arrival.push_back(tree_.arrival(c));
  const bool two = rows.lsb < rows.width;
  std::string text = two ? fmt::format("Two rows are left, from column {} up.", rows.lsb)
                         : std::string("One row is left.");
  if (complemented()) {
    text += fmt::format(
        " They are inverted here: a full adder of complements gives complements, so the tree works "
        "on those.");
    if (!two) text.replace(text.find("They are"), 8, "It is");
  }
  module_.section(text);
  rows.a = module_.wire(prefix_ + "row_a", hdl::bits(rows.width), gather(a));
  if (!b.empty()) {
    rows.b = module_.wire(prefix_ + "row_b", hdl::bits(rows.width - rows.lsb), gather(b));
  }
  return rows;
}

hdl::Bits Heap::add_rows(const HeapRows& rows, const std::string& final_adder,
                         const std::string& name) {
  if (!rows.b.valid()) return rows.a;
  const int width = rows.width - rows.lsb;
  if (width == 1) {  // the highest column alone: no carry
    const hdl::Bits top = module_.wire(prefix_ + "high", hdl::bits(1), rows.a.msb() ^ rows.b);
    return rows.lsb == 0 ? top : hdl::concat({top, rows.a.slice(0, rows.lsb)});
  }
  std::vector<double> arrival;
  for (int c = rows.lsb; c < rows.width; ++c) {
    arrival.push_back(rows.arrival[static_cast<size_t>(c)] / kNodeTicks);
  }
  const std::string module_name =
      "fircone_final_adder_" + (name.empty() ? module_.name() : name) +
      (prefix_.empty() ? "" : "_" + prefix_.substr(0, prefix_.size() - 1));
  const hdl::Module& adder = design_.helper(module_name, {}, {}, [&](const hdl::Point&) {
    return build_final_adder(module_name, final_adder, width, arrival);
  });
  const hdl::Bits high = module_.wire(prefix_ + "high", hdl::bits(width));
  module_.instance("u_" + prefix_ + "final_adder", adder, {},
                   {{"a_i", rows.a.slice(rows.lsb, width)}, {"b_i", rows.b}, {"sum_o", high}});
  return rows.lsb == 0 ? high : hdl::concat({high, rows.a.slice(0, rows.lsb)});
}

}  // namespace gen
