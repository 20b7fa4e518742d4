// SPDX-License-Identifier: Apache-2.0
// Counting a filter's parts.

#include "gen/units/filter_parts.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "gen/units/fcu.h"
#include "gen/units/filter.h"
#include "gen/units/fir_plan.h"
#include "gen/units/heap.h"
#include "gen/units/pipeline.h"
#include "gen/units/products.h"

namespace gen {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

int word(const hdl::Dim& width) { return static_cast<int>(width.value()); }

struct Operand {
  int width = 1;
  bool is_signed = false;
  hdl::Range range;
  int uses = 0;  // products that take it
};

struct Product {
  int data = 0, coefficient = 0, branch = 0;
};

}  // namespace

struct FilterCounter::Filter {
  bool heap = false, chained = false;  // arith=heap; trees that end in one row, pre-adders, too
  FilterSizes sizes;
  int in = 1, out = 1;
  int sum_width = 1, result_width = 1;
  int64_t odd_divisor = 1;
  std::vector<Operand> data, coefficients;  // of a channel
  std::vector<Product> products;            // of a pair of channels
  int branches = 0;
  int carried = 0;  // rows that results read behind the branches
  SumGraph data_sums, coefficient_sums, results;
  bool offline = false;
  int outputs = 1;
  double state_bits = 0;  // registers that are there whatever is cut
  double pre_bits = 0;    // at place pre
};

namespace {

using Filter = FilterCounter::Filter;

// Bits by column. A bit of negative weight is its complement and a constant -1; `ones` are the
// other constants. `cells`: the bits that a row's own gates make.
struct Columns {
  std::vector<int> bits, negative, ones, cells;

  explicit Columns(int width) {
    for (auto* column : {&bits, &negative, &ones, &cells}) column->resize(index(width));
  }
  int width() const { return static_cast<int>(bits.size()); }

  void add_bit(int column, bool is_negative, int times = 1) {
    if (column >= width()) return;
    bits[index(column)] += times;
    if (is_negative) negative[index(column)] += times;
  }
  void add_cell(int column, bool is_negative) {
    if (column >= width()) return;
    add_bit(column, is_negative);
    ++cells[index(column)];
  }
  // Cells are not taken over.
  void add(const Columns& other, int sign, int shift, int times) {
    for (int c = 0; c < other.width() && c + shift < width(); ++c) {
      const int minus = other.negative[index(c)];
      bits[index(c + shift)] += times * other.bits[index(c)];
      negative[index(c + shift)] += times * (sign > 0 ? minus : other.bits[index(c)] - minus);
      ones[index(c + shift)] += times * sign * other.ones[index(c)];
    }
  }
  void add_word(int width_of_word, bool is_signed, int sign, int shift) {
    for (int i = 0; i < width_of_word; ++i)
      add_bit(i + shift, (sign < 0) != (is_signed && i == width_of_word - 1));
  }
};

// What a tree leaves: one row, or a second one from `lsb` up; constants that wait for the next.
struct Rows {
  int width = 0, lsb = 0;
  bool single = true, is_signed = false;
  std::vector<int> ones = {};

  int register_bits() const { return width + (single ? 0 : width - lsb); }
  Columns columns() const {
    Columns columns(width);
    columns.add_word(width, is_signed, 1, 0);
    if (!single) columns.add_word(width - lsb, false, 1, lsb);
    for (size_t c = 0; c < ones.size() && c < columns.ones.size(); ++c) columns.ones[c] = ones[c];
    return columns;
  }
};

// Of a full adder: what is left of it without the carry.
constexpr double kSumAlone = 0.8;

class Counter {
 public:
  Counter(const Filter& filter, Cut cut, ProductForm form)
      : f_(filter),
        cut_(std::move(cut)),
        form_(form),
        graph_(filter.results),
        shifts_(filter.results.least_shifts()),
        of_branch_(index(filter.branches)) {
    for (const Product& product : f_.products) of_branch_[index(product.branch)].push_back(product);
  }

  FilterParts run() {
    registers(f_.state_bits + static_cast<double>(cut_.latency()));
    if (cut_.at(Place::kPre)) registers(f_.pre_bits);
    sums(f_.data_sums, true, f_.in);
    if (!f_.offline) sums(f_.coefficient_sums, false, f_.in * f_.out);
    times_ = f_.out;
    f_.heap ? heaps() : operators();
    if (cut_.at(Place::kPost)) registers(f_.outputs * f_.result_width);
    count(FilterPart::kAdderBit, f_.outputs * division_adders() * f_.result_width);
    return parts_;
  }

 private:
  void count(FilterPart part, double number) {
    parts_[static_cast<size_t>(part)] += times_ * number;
  }
  void registers(double number) { count(FilterPart::kRegister, number); }

  // Additions and subtractions of samples or of coefficients, `times` over.
  void sums(const SumGraph& graph, bool of_data, int times) {
    times_ = times;
    std::vector<std::pair<int, bool>> nodes;  // width, sign
    const auto type_of = [&](const Gain& gain) {
      const hdl::NumType type =
          of_data ? f_.sizes.sample_sum(gain) : f_.sizes.coefficient_sum(gain);
      return std::pair{word(type.width), type.is_signed};
    };
    nodes.assign(index(graph.inputs), type_of({1, 0}));
    const auto add = [&](const SumGraph::Sum& sum) {
      const auto [width, is_signed] = type_of(sum.gain);
      const bool is_node =
          sum.terms.size() == 1 && sum.terms.front().sign > 0 && sum.terms.front().shift == 0;
      if (!is_node && !f_.chained) {
        count(FilterPart::kAdderBit, width * std::max(1.0, double(sum.terms.size()) - 1));
      } else if (!is_node) {
        Columns columns(width);
        for (const ffa::Term& term : sum.terms)
          columns.add_word(nodes[index(term.node)].first, nodes[index(term.node)].second, term.sign,
                           term.shift);
        compress(columns);
      }
      return std::pair{width, is_signed};
    };
    for (const SumGraph::Sum& sum : graph.inner) nodes.push_back(add(sum));
    for (const SumGraph::Sum& sum : graph.outputs) add(sum);
  }

  // Adders behind an output to divide it: see exact_quotient().
  int division_adders() const {
    int adders = 0;
    int64_t odd = f_.odd_divisor;
    for (int64_t factor : {15, 3, 5, 7}) {
      for (; odd % factor == 0; odd /= factor) {
        int k = 1;
        while (((int64_t{1} << k) - 1) % factor != 0) ++k;
        for (int e = k; e < f_.result_width; e *= 2) ++adders;
        ++adders;
      }
    }
    return adders;
  }

  // The counters of a heap, down to a row or two.
  Rows compress(const Columns& heap) {
    Rows rows{.width = heap.width(), .lsb = heap.width()};
    int carries = 0, borrow = 0;  // of bits and of constants
    for (int c = 0; c < heap.width(); ++c) {
      const int constant = heap.ones[index(c)] - heap.negative[index(c)] + borrow;
      const int one = constant & 1;
      borrow = (constant - one) / 2;
      int height = heap.bits[index(c)] + carries + one;
      const bool top = c + 1 == heap.width();
      const int full = std::max(0, (height - 1) / 2);
      height -= 2 * full;
      const bool half = f_.chained && height == 2;
      if (top) {
        count(FilterPart::kFullAdder, kSumAlone * (full + (half ? 0.5 : 0)));
      } else if (full > 0) {
        count(FilterPart::kFullAdder, full - one);
        count(FilterPart::kHalfAdder, one + (half ? 1 : 0));
      } else if (half) {
        count(FilterPart::kHalfAdder, one == 1 ? 0 : 1);  // x + 1 takes no gate
      }
      if (!f_.chained && height == 2 && rows.single) {
        rows.single = false;
        rows.lsb = c;
      }
      carries = full + (half ? 1 : 0);
    }
    return rows;
  }

  // As compress_apart(): constants wait, and the rows have no more columns than the bits fill.
  Rows compress_apart(const Columns& heap) {
    int needed = 1, carry = 0;
    for (int c = 0; c < heap.width() || carry > 0; ++c) {
      carry += c < heap.width() ? heap.bits[index(c)] : 0;
      if (carry > 0) needed = c + 1;
      carry /= 2;
    }
    Columns plain(std::min(needed, heap.width()));
    std::copy_n(heap.bits.begin(), plain.bits.size(), plain.bits.begin());
    Rows rows = compress(plain);
    for (size_t c = 0; c < plain.bits.size(); ++c)
      rows.ones.push_back(heap.ones[c] - heap.negative[c]);
    return rows;
  }

  // Partial products of a * b, b signed, into as many columns as sums have.
  Columns product_rows(const Operand& a, const Operand& b) const {
    Columns columns(f_.sum_width);
    if (form_ != ProductForm::kBooth4) {
      for (int i = 0; i < b.width; ++i) {
        const bool minus = i == b.width - 1;
        for (int j = 0; j < a.width; ++j)
          columns.add_cell(i + j, minus != (a.is_signed && j == a.width - 1));
        if (form_ == ProductForm::kPlain && a.is_signed)
          for (int c = i + a.width; c < columns.width(); ++c) columns.add_bit(c, minus);
      }
      return columns;
    }
    for (int i = 0; 2 * i < b.width; ++i) {
      const bool has_two = 2 * i + 1 < b.width;
      const int width = a.width + (has_two ? 1 : 0);
      for (int j = 0; j < width; ++j) columns.add_cell(2 * i + j, a.is_signed && j == width - 1);
      columns.add_bit(2 * i, false);
      if (!a.is_signed) columns.add_bit(2 * i + width, true);
    }
    return columns;
  }

  // Which operand is recoded, and what comes of it.
  const Columns& rows_of(const Product& product) {
    const Operand& a = f_.data[index(product.data)];
    const Operand& b = f_.coefficients[index(product.coefficient)];
    const bool swap = a.is_signed && product_cost(form_, b.width, true, a.width, true, a.uses) <
                                         product_cost(form_, a.width, true, b.width, true, b.uses);
    if (form_ == ProductForm::kBooth4) {
      const int number = swap ? product.data : product.coefficient;
      if (recoded_.insert({swap, number}).second) {
        // Of samples once for all output channels.
        const int digits = ((swap ? a : b).width + 1) / 2;
        count(FilterPart::kBoothDigit, 1.0 * digits * f_.in / (swap ? f_.out : 1));
      }
    }
    const auto key = std::tuple{a.width, a.is_signed, b.width, swap};
    const auto [known, is_new] = product_rows_.try_emplace(key, 0);
    if (is_new) known->second = swap ? product_rows(b, a) : product_rows(a, b);
    return known->second;
  }

  void cells(const Columns& columns, int room) {
    const auto part = form_ == ProductForm::kBooth4 ? FilterPart::kBoothBit : FilterPart::kAnd;
    const auto end = columns.cells.begin() + std::clamp(room, 0, columns.width());
    count(part, f_.in * std::accumulate(columns.cells.begin(), end, 0.0));
  }

  // Products as rows in registers, by branch.
  void products_apart() {
    apart_.assign(index(f_.branches), Columns(f_.sum_width));
    for (const Product& product : f_.products) {
      const Columns& rows = rows_of(product);
      const int room = f_.sum_width - shifts_[index(product.branch)];
      cells(rows, room);
      Columns heap(room);
      heap.add(rows, 1, 0, 1);
      const double times = std::exchange(times_, times_ * f_.in);
      const Rows stored = compress_apart(heap);
      registers(stored.register_bits());
      times_ = times;
      apart_[index(product.branch)].add(stored.columns(), 1, 0, f_.in);
    }
  }

  void put_branch(Columns& heap, int b, int sign, int shift) {
    if (b >= f_.branches) return heap.add_word(f_.sum_width, false, sign, shift);
    if (!apart_.empty()) return heap.add(apart_[index(b)], sign, shift, 1);
    for (const Product& product : of_branch_[index(b)]) {
      const Columns& rows = rows_of(product);
      cells(rows, heap.width() - shift);
      heap.add(rows, sign, shift, f_.in);
    }
  }

  void put_node(Columns& heap, size_t node, int sign, int shift) {
    if (rows_[node].has_value()) return heap.add(rows_[node]->columns(), sign, shift, 1);
    if (node < index(graph_.inputs)) return put_branch(heap, static_cast<int>(node), sign, shift);
    put_terms(heap, graph_.inner[node - index(graph_.inputs)], sign, shift);
  }

  void put_terms(Columns& heap, const SumGraph::Sum& sum, int sign, int shift) {
    for (const ffa::Term& term : sum.terms)
      put_node(heap, index(term.node), sign * term.sign, shift + term.shift);
  }

  // Columns of a branch's sum: no more than its range needs.
  int branch_width(int b) const {
    hdl::Range range;
    for (const Product& product : of_branch_[index(b)]) {
      const hdl::Range& u = f_.data[index(product.data)].range;
      const hdl::Range& v = f_.coefficients[index(product.coefficient)].range;
      const mpz_class ends[] = {u.lo * v.lo, u.lo * v.hi, u.hi * v.lo, u.hi * v.hi};
      range.lo += *std::min_element(std::begin(ends), std::end(ends)) * f_.in;
      range.hi += *std::max_element(std::begin(ends), std::end(ends)) * f_.in;
    }
    int width = 1;
    while (width < f_.sum_width - shifts_[index(b)] && !hdl::sint(width).range().contains(range))
      ++width;
    return width;
  }

  Rows shared(const Columns& heap) {
    if (!f_.chained) return compress_apart(heap);
    Rows rows = compress(heap);
    rows.is_signed = rows.width < f_.sum_width;
    return rows;
  }

  void final_adder(const Rows& rows) {
    if (!rows.single) count(FilterPart::kFinalBit, rows.width - rows.lsb);
  }

  void heaps() {
    if (cut_.at(Place::kMult)) products_apart();
    std::vector<int> used(index(graph_.inputs) + graph_.inner.size(), 0);
    for (const auto* sums : {&graph_.inner, &graph_.outputs})
      for (const SumGraph::Sum& sum : *sums)
        for (const ffa::Term& term : sum.terms) ++used[index(term.node)];
    rows_.resize(used.size());
    const bool registered = cut_.at(Place::kBranch);
    for (int b = 0; b < f_.branches; ++b) {
      if (!registered && used[index(b)] < 2) continue;
      Columns heap(!registered && f_.chained ? branch_width(b) : f_.sum_width - shifts_[index(b)]);
      put_branch(heap, b, 1, 0);
      rows_[index(b)] = registered ? compress_apart(heap) : shared(heap);
      if (registered) registers(rows_[index(b)]->register_bits());
    }
    for (size_t i = 0; i < graph_.inner.size(); ++i) {
      const size_t node = index(graph_.inputs) + i;
      if (used[node] < 2) continue;
      Columns heap(f_.sum_width - shifts_[node]);
      put_terms(heap, graph_.inner[i], 1, 0);
      rows_[node] = shared(heap);
    }
    for (const SumGraph::Sum& output : graph_.outputs) {
      Columns heap(f_.sum_width);
      put_terms(heap, output, 1, 0);
      final_adder(compress(heap));
    }
  }

  // `*` and `+`: every sum as wide as its gain or the result, whichever is less.
  void operators() {
    std::vector<int> products(index(f_.branches), 0), widths(index(f_.branches), 0);
    for (const Product& product : f_.products) {
      const Operand& u = f_.data[index(product.data)];
      const Operand& v = f_.coefficients[index(product.coefficient)];
      const int width = u.width + (u.is_signed ? 0 : 1);
      const int whole = std::min(u.width + v.width, f_.sum_width);
      count(FilterPart::kMultiplierBit, f_.in * width * v.width);
      if (cut_.at(Place::kMult)) registers(f_.in * whole);
      products[index(product.branch)] += f_.in;
      widths[index(product.branch)] = std::max(widths[index(product.branch)], whole);
    }
    for (size_t b = 0; b < products.size(); ++b) {
      int growth = 0;
      while ((1 << growth) < products[b]) ++growth;
      const int width = std::min(widths[b] + growth, f_.sum_width);
      count(FilterPart::kAdderBit, (products[b] - 1) * width);
      if (cut_.at(Place::kBranch)) registers(width);
    }
    for (const auto* sums : {&graph_.inner, &graph_.outputs})
      for (const SumGraph::Sum& sum : *sums)
        count(FilterPart::kAdderBit, (double(sum.terms.size()) - 1) * f_.sum_width);
  }

  const Filter& f_;
  const Cut cut_;
  ProductForm form_;
  const SumGraph& graph_;
  std::vector<int> shifts_;  // least_shifts()
  std::vector<std::vector<Product>> of_branch_;
  double times_ = 1;  // how often what is counted now is there
  FilterParts parts_{};
  std::vector<Columns> apart_;             // products in registers, by branch
  std::vector<std::optional<Rows>> rows_;  // by node
  std::map<std::tuple<int, bool, int, bool>, Columns> product_rows_;
  std::set<std::pair<bool, int>> recoded_;
};

int number(const base::Spec& spec, const char* key) { return static_cast<int>(spec.size(key)); }

void set_widths(Filter& f, int taps, int64_t divisor) {
  f.result_width = word(f.sizes.data_width) + word(f.sizes.coef_width) + f.sizes.growth(taps);
  f.sum_width = f.result_width;
  for (; divisor % 2 == 0; divisor /= 2) ++f.sum_width;
  f.odd_divisor = divisor;
}

Operand data_operand(const Filter& f, const Gain& gain) {
  const hdl::NumType type = f.sizes.sample_sum(gain);
  return {word(type.width), type.is_signed, f.sizes.sample_range(gain), 0};
}

Operand coefficient_operand(const Filter& f, const Gain& gain) {
  return {word(f.sizes.coefficient_sum(gain).width), true, f.sizes.coefficient_range(gain), 0};
}

// Lanes of sums that are made offline are as wide as the widest needs.
double coefficient_bits(const Filter& f, int taps) {
  int widest = 0;
  for (const Operand& v : f.coefficients) widest = std::max(widest, v.width);
  return f.offline ? double(f.coefficients.size()) * widest
                   : double(taps) * word(f.sizes.coef_width);
}

void count_fcu(Filter& f, const base::Spec& spec) {
  const FilterPlan plan = fcu_plan(spec);
  f.in = number(spec, "InChannels");
  f.out = number(spec, "OutChannels");
  set_widths(f, plan.taps() * f.in, plan.divisor());
  for (const Gain& gain : plan.data_gains()) f.data.push_back(data_operand(f, gain));
  for (const Gain& gain : plan.coefficient_gains())
    f.coefficients.push_back(coefficient_operand(f, gain));
  for (const FilterPlan::Product& p : plan.products()) {
    f.products.push_back({p.data, p.coefficient, p.branch});
    f.data[index(p.data)].uses += f.out;
    ++f.coefficients[index(p.coefficient)].uses;
  }
  f.branches = plan.branches();
  f.data_sums = plan.samples("");
  f.coefficient_sums = plan.coefficients("");
  f.results = plan.results("");
  f.outputs = plan.outputs();
  f.pre_bits = f.in * f.out * coefficient_bits(f, plan.taps());
  for (const Operand& u : f.data) f.pre_bits += f.in * u.width;
}

void count_fast_fir(Filter& f, const base::Spec& spec) {
  const FirPlan plan = fir_plan(spec);
  set_widths(f, plan.taps, plan.divisor);
  for (const ffa::Row& row : plan.data) f.data.push_back(data_operand(f, gain_of(row)));
  for (const ffa::Row& row : plan.coefficient)
    f.coefficients.push_back(coefficient_operand(f, gain_of(row)));
  for (const FirPlan::Product& p : plan.products) {
    f.products.push_back({p.data, p.coefficient, p.branch});
    f.data[index(p.data)].uses = 1;
    ++f.coefficients[index(p.coefficient)].uses;
  }
  f.branches = static_cast<int>(plan.branch_names.size());
  f.carried = plan.carried();
  f.data_sums = plan.samples();
  f.coefficient_sums = plan.coefficients();
  f.results = plan.results();
  f.outputs = plan.parallel;
  f.pre_bits = coefficient_bits(f, plan.taps);
  if (plan.transposed) f.state_bits = (plan.window() - plan.parallel) * word(f.sizes.data_width);
  f.state_bits += plan.carried() * f.sum_width;
  for (size_t d = 0; d < f.data.size(); ++d) {
    f.state_bits += plan.ages[d] * f.data[d].width;
    f.pre_bits += f.data[d].width;
  }
}

void count_direct_fir(Filter& f, const base::Spec& spec) {
  const int taps = number(spec, "taps"), parallel = number(spec, "parallel");
  const int group = parallel > 1 ? parallel : 4, groups = (taps + group - 1) / group;
  const int window = taps - 1 + parallel;
  set_widths(f, taps, 1);
  f.data.assign(index(window), data_operand(f, {1, 0}));
  f.coefficients.assign(index(taps), coefficient_operand(f, {1, 0}));
  f.data_sums.inputs = window;
  f.coefficient_sums.inputs = taps;
  f.branches = parallel * groups;
  f.results.inputs = f.branches;
  f.outputs = parallel;
  for (int i = 0; i < parallel; ++i) {
    SumGraph::Sum output;
    for (int g = 0; g < groups; ++g) output.terms.push_back({i * groups + g, 1});
    f.results.outputs.push_back(std::move(output));
    for (int k = 0; k < taps; ++k) {
      const int sample = i + taps - 1 - k;
      f.products.push_back({sample, k, i * groups + k / group});
      ++f.data[index(sample)].uses;
      ++f.coefficients[index(k)].uses;
    }
  }
  f.state_bits = (window - parallel) * word(f.sizes.data_width);
  f.pre_bits = parallel * word(f.sizes.data_width) + taps * word(f.sizes.coef_width);
}

constexpr std::array<std::string_view, kFilterParts> kNames = {
    "register",    "full_adder", "half_adder", "and",           "booth_bit",
    "booth_digit", "final_bit",  "adder_bit",  "multiplier_bit"};

}  // namespace

std::string_view filter_part_name(FilterPart part) { return kNames[static_cast<size_t>(part)]; }

FilterCounter::FilterCounter(const base::Spec& spec) : filter_(std::make_unique<Filter>()) {
  Filter& f = *filter_;
  f.heap = spec.is("arith", "heap");
  f.chained = f.heap && is_chained(spec);
  f.sizes = {number(spec, "DataWidth"), number(spec, "CoefWidth"), spec.is("data", "signed")};
  f.offline = spec.is("preadd", "offline");
  if (!spec.has("taps")) {
    count_fcu(f, spec);
  } else if (spec.is("scheme", "direct")) {
    count_direct_fir(f, spec);
  } else {
    count_fast_fir(f, spec);
  }
}

FilterCounter::~FilterCounter() = default;
FilterCounter::FilterCounter(FilterCounter&&) noexcept = default;
FilterCounter& FilterCounter::operator=(FilterCounter&&) noexcept = default;

int FilterCounter::outputs_per_cycle() const { return filter_->outputs * filter_->out; }

FilterParts FilterCounter::parts(const base::Spec& spec) const {
  return Counter(*filter_, Cut(spec), product_form(spec)).run();
}

}  // namespace gen
