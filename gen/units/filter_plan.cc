// SPDX-License-Identifier: Apache-2.0
// Filters of one dimension from algorithms, and their outer product.

#include "gen/units/filter_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "gen/ffa/family.h"

namespace gen {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

// Equal rows once, in the order in which they come.
class Forms {
 public:
  Forms(ffa::Matrix& matrix, std::vector<std::string>& names) : matrix_(matrix), names_(names) {}

  int add(const ffa::Row& row, const std::string& name) {
    const auto [at, is_new] = known_.emplace(row, static_cast<int>(matrix_.size()));
    if (is_new) {
      matrix_.push_back(row);
      names_.push_back(name);
    }
    return at->second;
  }

 private:
  ffa::Matrix& matrix_;
  std::vector<std::string>& names_;
  std::map<ffa::Row, int> known_;
};

ffa::Matrix transpose(const ffa::Matrix& m, size_t columns) {
  ffa::Matrix result(columns, ffa::Row(m.size(), 0));
  for (size_t i = 0; i < m.size(); ++i)
    for (size_t j = 0; j < columns; ++j) result[j][i] = m[i][j];
  return result;
}

// Puts a line together product by product.
class LineBuilder {
 public:
  explicit LineBuilder(const LineShape& shape) {
    plan_.shape = shape;
    plan_.data.clear();
  }

  struct Names {
    std::string product, data, coefficient, branch;
  };
  void add(const Names& names, const ffa::Row& data, const ffa::Row& coefficient,
           const ffa::Row& post_column) {
    plan_.products.push_back({names.product, data_.add(data, names.data),
                              coefficient_.add(coefficient, names.coefficient),
                              branch_.add(post_column, names.branch)});
  }

  LinePlan done(int64_t divisor) {
    plan_.divisor = divisor;
    plan_.post = transpose(columns_, index(plan_.shape.outputs));
    plan_.verify();
    return std::move(plan_);
  }

  const LineShape& shape() const { return plan_.shape; }

 private:
  LinePlan plan_;
  ffa::Matrix columns_;
  Forms data_{plan_.data, plan_.data_names};
  Forms coefficient_{plan_.coefficient, plan_.coefficient_names};
  Forms branch_{columns_, plan_.branch_names};
};

ffa::Row unit_row(int length, int one) {
  ffa::Row row(index(length), 0);
  row[index(one)] = 1;
  return row;
}

// Outputs residue, residue + dilation, .. and taps phase, phase + stride, ..: a filter of stride 1
// over every stride * dilation-th sample from `first` on.
struct Part {
  int residue = 0, phase = 0, outputs = 0, taps = 0;
};

std::vector<Part> parts_of(const LineShape& shape) {
  std::vector<Part> parts;
  for (int residue = 0; residue < std::min(shape.dilation, shape.outputs); ++residue) {
    for (int phase = 0; phase < std::min(shape.stride, shape.taps); ++phase) {
      parts.push_back({residue, phase,
                       (shape.outputs - residue + shape.dilation - 1) / shape.dilation,
                       (shape.taps - phase + shape.stride - 1) / shape.stride});
    }
  }
  return parts;
}

// Row `from`, its entries put where `place` says.
template <typename Place>
ffa::Row spread(const ffa::Row& from, int length, const Place& place) {
  ffa::Row row(index(length), 0);
  for (size_t i = 0; i < from.size(); ++i) row[index(place(static_cast<int>(i)))] = from[i];
  return row;
}

// "auto" is the best of each size.
}  // namespace

void LinePlan::verify() const {
  const int outputs = shape.outputs, taps = shape.taps, window = shape.window();
  std::vector<int64_t> sums(index(outputs) * index(taps) * index(window), 0);
  for (const Product& p : products) {
    for (int o = 0; o < outputs; ++o) {
      const int64_t factor = post[index(o)][index(p.branch)];
      if (factor == 0) continue;
      for (int k = 0; k < taps; ++k) {
        const int64_t tap = factor * coefficient[index(p.coefficient)][index(k)];
        if (tap == 0) continue;
        int64_t* const row = &sums[(index(o) * index(taps) + index(k)) * index(window)];
        for (int x = 0; x < window; ++x) row[x] += tap * data[index(p.data)][index(x)];
      }
    }
  }
  for (int o = 0; o < outputs; ++o) {
    for (int k = 0; k < taps; ++k) {
      for (int x = 0; x < window; ++x) {
        const int64_t sum = sums[(index(o) * index(taps) + index(k)) * index(window) + index(x)];
        const bool wanted = x == shape.stride * o + shape.dilation * k;
        if (sum != (wanted ? divisor : 0)) {
          throw std::logic_error(
              fmt::format("filter plan: output {} has {} times h[{}] x[{}]", o, sum, k, x));
        }
      }
    }
  }
}

LinePlan direct_line(const LineShape& shape) {
  LineBuilder line(shape);
  for (int j = 0; j < shape.outputs; ++j) {
    for (int k = 0; k < shape.taps; ++k) {
      const int x = shape.stride * j + shape.dilation * k;
      line.add({shape.outputs > 1 ? fmt::format("{}_{}", j, k) : std::to_string(k),
                std::to_string(x), std::to_string(k), std::to_string(j)},
               unit_row(shape.window(), x), unit_row(shape.taps, k), unit_row(shape.outputs, j));
    }
  }
  return line.done(1);
}

std::vector<std::pair<int, int>> short_filters(const LineShape& shape) {
  std::vector<std::pair<int, int>> sizes;
  for (const Part& part : parts_of(shape)) {
    const std::pair<int, int> size{part.outputs, part.taps};
    if (part.outputs > 1 && part.taps > 1 &&
        std::find(sizes.begin(), sizes.end(), size) == sizes.end())
      sizes.push_back(size);
  }
  return sizes;
}

namespace {

// ffa::best, which tries all: what is asked once is known from then on.
std::string known_best(const std::pair<int, int>& size) {
  static std::mutex mutex;
  static std::map<std::pair<int, int>, std::string> known;
  const std::lock_guard lock(mutex);
  const auto [at, is_new] = known.try_emplace(size);
  if (is_new) at->second = ffa::best(size.first, size.second);
  return at->second;
}

}  // namespace

std::string best_algorithm(const LineShape& shape) {
  const std::vector<std::pair<int, int>> sizes = short_filters(shape);
  if (sizes.empty()) return "direct";
  if (sizes.size() == 1) return known_best(sizes.front());
  std::pair<size_t, std::string> best;
  for (const auto& size : sizes) {
    const std::string name = known_best(size);
    if (!ffa::name_fault(name, sizes).empty()) continue;  // for that size alone
    const size_t products = fast_line(shape, name).products.size();
    if (best.second.empty() || products < best.first) best = {products, name};
  }
  return best.second;
}

std::string algorithm_fault(const LineShape& shape, const std::string& algorithm) {
  const std::vector<std::pair<int, int>> sizes = short_filters(shape);
  if (sizes.empty()) return algorithm == "direct" ? "" : "must be direct: a line of one product";
  return ffa::name_fault(algorithm, sizes);
}

LinePlan fast_line(const LineShape& shape, const std::string& algorithm) {
  if (algorithm == "direct") return direct_line(shape);
  const std::vector<Part> parts = parts_of(shape);
  LineBuilder line(shape);
  std::map<std::pair<int, int>, ffa::Algorithm> fast_filters;
  for (const auto& [outputs, taps] : short_filters(shape)) {
    fast_filters.emplace(std::pair{outputs, taps}, ffa::correlation(algorithm, outputs, taps));
  }
  int64_t divisor = 1;
  for (const Part& part : parts) {
    const std::pair<int, int> size{part.outputs, part.taps};
    if (!fast_filters.contains(size))
      fast_filters.emplace(size, ffa::correlation("direct", part.outputs, part.taps));
    divisor = std::lcm(divisor, int64_t{fast_filters.at(size).divisor()});
  }
  for (const Part& part : parts) {
    const ffa::Algorithm& fast = fast_filters.at({part.outputs, part.taps});
    const auto scale = static_cast<int>(divisor / fast.divisor());
    const int step = shape.stride * shape.dilation;
    const int first = shape.stride * part.residue + shape.dilation * part.phase;
    ffa::Matrix post = transpose(fast.post(), index(fast.rank()));
    for (ffa::Row& row : post)
      for (int& factor : row) factor *= scale;
    std::string suffix;
    if (shape.dilation > 1) suffix += fmt::format("r{}", part.residue);
    if (shape.stride > 1) suffix += fmt::format("f{}", part.phase);
    for (int b = 0; b < fast.rank(); ++b) {
      const std::string name = fast.branches()[index(b)] + suffix;
      line.add(
          {name, name, name, name},
          spread(fast.data()[index(b)], shape.window(), [&](int i) { return first + step * i; }),
          spread(fast.coefficient()[index(b)], shape.taps,
                 [&](int i) { return part.phase + shape.stride * i; }),
          spread(post[index(b)], shape.outputs,
                 [&](int i) { return part.residue + shape.dilation * i; }));
    }
  }
  return line.done(divisor);
}

Gain gain_of(const ffa::Row& form) {
  Gain gain;
  for (const int v : form) (v > 0 ? gain.plus : gain.minus) += std::abs(v);
  return gain;
}

Gain operator*(const Gain& a, const Gain& b) {
  return {a.plus * b.plus + a.minus * b.minus, a.plus * b.minus + a.minus * b.plus};
}

std::vector<int> SumGraph::least_shifts() const {
  constexpr int kUnused = 1 << 20;
  std::vector<int> least(index(inputs) + inner.size(), kUnused);
  const auto use = [&](const Sum& sum, int shift) {
    for (const ffa::Term& term : sum.terms) {
      int& node = least[index(term.node)];
      node = std::min(node, shift + term.shift);
    }
  };
  for (const Sum& sum : outputs) use(sum, 0);
  for (size_t i = inner.size(); i-- > 0;) use(inner[i], least[index(inputs) + i]);
  for (int& shift : least) shift = shift >= kUnused ? 0 : shift;
  return least;
}

int SumGraph::adders() const {
  size_t count = 0;
  for (const auto* sums : {&inner, &outputs})
    for (const Sum& sum : *sums) count += sum.terms.empty() ? 0 : sum.terms.size() - 1;
  return static_cast<int>(count);
}

namespace {

// A network of one dimension and what its sums are called.
struct Side {
  const ffa::Matrix& matrix;  // outputs over inputs
  const std::vector<std::string>& inputs;
  const std::vector<std::string>& outputs;
};

struct Network {
  explicit Network(const Side& side)
      : adders(side.matrix, side.inputs), used(side.inputs.size(), false) {
    for (const ffa::Row& row : adders.shared_matrix()) shared_gains.push_back(gain_of(row));
    for (const ffa::Row& row : side.matrix) {
      output_gains.push_back(gain_of(row));
      for (size_t i = 0; i < row.size(); ++i) used[i] = used[i] || row[i] != 0;
      selects = selects && output_gains.back().plus == 1 && output_gains.back().minus == 0;
    }
  }
  ffa::AdderNetwork adders;
  std::vector<Gain> shared_gains, output_gains;
  std::vector<bool> used;
  bool selects = true;  // each output is an input
  int lines() const { return static_cast<int>(std::count(used.begin(), used.end(), true)); }
};

// The outer product of two networks: one on every line of one dimension, then the other on what
// came out.
class Outer {
 public:
  Outer(const Side& rows, const Side& columns, std::string prefix)
      : rows_(rows), columns_(columns), prefix_(std::move(prefix)), row_(rows), column_(columns) {
    graph_.inputs = static_cast<int>(rows.inputs.size() * columns.inputs.size());
  }

  SumGraph build() {
    const int rows_first = column_.lines() * row_.adders.adders() +
                           static_cast<int>(rows_.matrix.size()) * column_.adders.adders();
    const int columns_first = row_.lines() * column_.adders.adders() +
                              static_cast<int>(columns_.matrix.size()) * row_.adders.adders();
    build(!column_.selects && (row_.selects || columns_first <= rows_first));
    return std::move(graph_);
  }

 private:
  // Node of a sum; one of a single node is that node itself.
  int put(SumGraph::Sum sum) {
    if (sum.terms.size() == 1 && sum.terms.front() == ffa::Term{sum.terms.front().node, 1})
      return sum.terms.front().node;
    graph_.inner.push_back(std::move(sum));
    return graph_.inputs + static_cast<int>(graph_.inner.size()) - 1;
  }

  static std::vector<ffa::Term> map(std::vector<ffa::Term> terms, const std::vector<int>& nodes) {
    for (ffa::Term& term : terms) term.node = nodes[index(term.node)];
    return terms;
  }

  void build(bool columns_first) {
    const Side& one = columns_first ? columns_ : rows_;
    const Side& two = columns_first ? rows_ : columns_;
    const Network& first = columns_first ? column_ : row_;
    const Network& second = columns_first ? row_ : column_;
    const auto name = [&](const std::string& of_first, const std::string& of_second) {
      return columns_first ? of_second + "_" + of_first : of_first + "_" + of_second;
    };
    // between[f][l]: output f of the first dimension's network on line l of the other.
    std::vector<std::vector<int>> between(one.matrix.size(),
                                          std::vector<int>(two.inputs.size(), -1));
    // The same as sums of their own, where the second network only selects.
    std::vector<std::vector<SumGraph::Sum>> lines(one.matrix.size(),
                                                  std::vector<SumGraph::Sum>(two.inputs.size()));
    for (size_t l = 0; l < two.inputs.size(); ++l) {
      if (!second.used[l]) continue;
      std::vector<int> nodes;
      for (size_t i = 0; i < one.inputs.size(); ++i) {
        nodes.push_back(static_cast<int>(columns_first ? l * one.inputs.size() + i
                                                       : i * two.inputs.size() + l));
      }
      shared(first, nodes, [&](const std::string& label) { return name(label, two.inputs[l]); },
             {1, 0});
      for (size_t f = 0; f < one.matrix.size(); ++f) {
        if (second.selects) {
          lines[f][l] = {{}, map(first.adders.outputs()[f].terms, nodes), {}};
          continue;
        }
        between[f][l] = put({prefix_ + name(one.outputs[f], two.inputs[l]),
                             map(first.adders.outputs()[f].terms, nodes), first.output_gains[f]});
      }
    }
    std::vector<SumGraph::Sum> outputs(one.matrix.size() * two.matrix.size());
    for (size_t f = 0; f < one.matrix.size(); ++f) {
      std::vector<int> nodes = between[f];
      shared(
          second, nodes, [&](const std::string& label) { return name(one.outputs[f], label); },
          first.output_gains[f]);
      for (size_t g = 0; g < two.matrix.size(); ++g) {
        const size_t at = columns_first ? g * one.matrix.size() + f : f * two.matrix.size() + g;
        const std::vector<ffa::Term>& terms = second.adders.outputs()[g].terms;
        outputs[at] = {
            name(one.outputs[f], two.outputs[g]),
            second.selects ? lines[f][index(terms.front().node)].terms : map(terms, nodes),
            first.output_gains[f] * second.output_gains[g]};
      }
    }
    graph_.outputs = std::move(outputs);
  }

  // The shared sums of a network on `nodes`, which they join.
  template <typename Name>
  void shared(const Network& network, std::vector<int>& nodes, const Name& name, const Gain& gain) {
    constexpr size_t kLongLabel = 16;
    for (size_t i = 0; i < network.adders.shared().size(); ++i) {
      const ffa::Sum& sum = network.adders.shared()[i];
      const std::string label = sum.label.size() > kLongLabel ? fmt::format("n{}", i) : sum.label;
      nodes.push_back(
          put({prefix_ + name(label), map(sum.terms, nodes), gain * network.shared_gains[i]}));
    }
  }

  const Side rows_, columns_;
  const std::string prefix_;
  Network row_, column_;
  SumGraph graph_;
};

std::vector<std::string> numbers(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

template <typename T, typename Join>
auto outer(const std::vector<T>& rows, const std::vector<T>& columns, const Join& join) {
  std::vector<decltype(join(rows.front(), columns.front()))> all;
  all.reserve(rows.size() * columns.size());
  for (const T& row : rows)
    for (const T& column : columns) all.push_back(join(row, column));
  return all;
}

std::string joined(const std::string& row, const std::string& column) { return row + "_" + column; }

Gain joined_gain(const ffa::Row& row, const ffa::Row& column) {
  return gain_of(row) * gain_of(column);
}

}  // namespace

std::vector<FilterPlan::Product> FilterPlan::products() const {
  const int data = static_cast<int>(columns.data.size());
  const int coefficient = static_cast<int>(columns.coefficient.size());
  const int branch = static_cast<int>(columns.branch_names.size());
  return outer(
      rows.products, columns.products, [&](const LinePlan::Product& r, const LinePlan::Product& c) {
        return Product{joined(r.name, c.name), r.data * data + c.data,
                       r.coefficient * coefficient + c.coefficient, r.branch * branch + c.branch};
      });
}

std::vector<Gain> FilterPlan::data_gains() const {
  return outer(rows.data, columns.data, joined_gain);
}
std::vector<Gain> FilterPlan::coefficient_gains() const {
  return outer(rows.coefficient, columns.coefficient, joined_gain);
}
std::vector<std::string> FilterPlan::branch_names() const {
  if (rows.branch_names.size() == 1) return columns.branch_names;
  return outer(rows.branch_names, columns.branch_names, joined);
}
std::vector<std::string> FilterPlan::coefficient_names() const {
  return outer(rows.coefficient_names, columns.coefficient_names, joined);
}

SumGraph FilterPlan::samples(const std::string& prefix) const {
  const std::vector<std::string> r = numbers(rows.shape.window()),
                                 c = numbers(columns.shape.window());
  return Outer({rows.data, r, rows.data_names}, {columns.data, c, columns.data_names}, prefix)
      .build();
}

SumGraph FilterPlan::coefficients(const std::string& prefix) const {
  const std::vector<std::string> r = numbers(rows.shape.taps), c = numbers(columns.shape.taps);
  return Outer({rows.coefficient, r, rows.coefficient_names},
               {columns.coefficient, c, columns.coefficient_names}, prefix)
      .build();
}

SumGraph FilterPlan::results(const std::string& prefix) const {
  const std::vector<std::string> r = numbers(rows.shape.outputs),
                                 c = numbers(columns.shape.outputs);
  SumGraph graph =
      Outer({rows.post, rows.branch_names, r}, {columns.post, columns.branch_names, c}, prefix)
          .build();
  for (size_t o = 0; o < graph.outputs.size(); ++o)
    graph.outputs[o].name = "y_" + (r.size() > 1 ? graph.outputs[o].name : c[o]);
  return graph;
}

}  // namespace gen
