// SPDX-License-Identifier: Apache-2.0
// Greedy common subexpression elimination for 0, +1, -1 matrices.

#include "gen/ffa/adder_network.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>

namespace ffa {
namespace {

using Pair = std::tuple<int, int, int>;  // nodes a < b, sign of b relative to a

std::string joined(const std::vector<Term>& terms, const std::vector<std::string>& labels) {
  std::string label;
  for (const Term& term : terms) {
    if (!label.empty() || term.sign < 0) label += term.sign > 0 ? 'p' : 'm';
    label += labels[static_cast<size_t>(term.node)];
  }
  return label;
}

// The most frequent pair of terms over all rows; count 0 when there is none.
std::pair<Pair, int> most_frequent(const std::vector<Row>& rows) {
  std::map<Pair, int> counts;
  for (const Row& row : rows) {
    for (size_t a = 0; a < row.size(); ++a) {
      if (row[a] == 0) continue;
      for (size_t b = a + 1; b < row.size(); ++b) {
        if (row[b] != 0) {
          ++counts[{static_cast<int>(a), static_cast<int>(b), row[a] * row[b]}];
        }
      }
    }
  }
  std::pair<Pair, int> best{{0, 0, 0}, 0};
  for (const auto& entry : counts) {
    if (entry.second > best.second) best = entry;
  }
  return best;
}

}  // namespace

AdderNetwork::AdderNetwork(const Matrix& matrix, const std::vector<std::string>& input_labels) {
  std::vector<Row> rows = matrix;
  inputs_ = rows.empty() ? 0 : static_cast<int>(rows.front().size());
  std::vector<std::string> labels = input_labels;
  for (int i = static_cast<int>(labels.size()); i < inputs_; ++i)
    labels.push_back(std::to_string(i));
  for (const Row& row : rows) {
    if (row.size() != static_cast<size_t>(inputs_)) {
      throw std::invalid_argument("adder network: rows of unequal length");
    }
    for (const int v : row) {
      if (v < -1 || v > 1) throw std::invalid_argument("adder network: entries must be -1, 0 or 1");
    }
  }
  for (;;) {
    const auto [pair, count] = most_frequent(rows);
    if (count < 2) break;
    const auto [a, b, relative] = pair;
    const size_t ia = static_cast<size_t>(a), ib = static_cast<size_t>(b);
    for (Row& row : rows) {
      const bool has = row[ia] != 0 && row[ia] * row[ib] == relative;
      row.push_back(has ? row[ia] : 0);
      if (has) row[ia] = row[ib] = 0;
    }
    Sum sum;
    sum.terms = {{a, 1, 0}, {b, relative, 0}};
    sum.label = joined(sum.terms, labels);
    labels.push_back(sum.label);
    shared_.push_back(std::move(sum));
  }
  for (const Row& row : rows) {
    Sum sum;
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i] != 0) sum.terms.push_back({static_cast<int>(i), row[i], 0});
    }
    std::stable_sort(sum.terms.begin(), sum.terms.end(),
                     [](const Term& a, const Term& b) { return a.sign > b.sign; });
    sum.label = joined(sum.terms, labels);
    outputs_.push_back(std::move(sum));
  }
}

int AdderNetwork::adders() const {
  size_t count = shared_.size();
  for (const Sum& sum : outputs_) count += sum.terms.empty() ? 0 : sum.terms.size() - 1;
  return static_cast<int>(count);
}

Matrix AdderNetwork::matrix() const { return evaluate(outputs_); }
Matrix AdderNetwork::shared_matrix() const { return evaluate(shared_); }

Matrix AdderNetwork::evaluate(const std::vector<Sum>& sums) const {
  const size_t inputs = static_cast<size_t>(inputs_);
  std::vector<Row> value;  // of each node, over the inputs
  for (size_t i = 0; i < inputs; ++i) {
    value.emplace_back(inputs, 0);
    value.back()[i] = 1;
  }
  const auto row_of = [&](const Sum& sum) {
    Row row(inputs, 0);
    for (const Term& term : sum.terms) {
      const Row& node = value[static_cast<size_t>(term.node)];
      for (size_t i = 0; i < inputs; ++i) row[i] += term.sign * node[i];
    }
    return row;
  };
  for (const Sum& sum : shared_) value.push_back(row_of(sum));
  Matrix result;
  for (const Sum& sum : sums) result.push_back(row_of(sum));
  return result;
}

}  // namespace ffa
