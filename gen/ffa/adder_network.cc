// SPDX-License-Identifier: Apache-2.0
// Adder networks: the sums that the search found, with names.

#include "gen/ffa/adder_network.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "gen/ffa/adder_search.h"

namespace ffa {
namespace {

constexpr size_t kLongestLabel = 24;

// "1p2" for in_1 + in_2, "1m2x4" for in_1 - 4 in_2. Of the value, not of how it is added: two sums
// have the same label only if they are equal.
std::string label_of(const Row& row, const std::vector<std::string>& labels) {
  std::string label;
  for (const bool positive : {true, false}) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i] == 0 || (row[i] > 0) != positive) continue;
      if (!label.empty() || !positive) label += positive ? 'p' : 'm';
      label += labels[i];
      if (std::abs(row[i]) != 1) label += "x" + std::to_string(std::abs(row[i]));
    }
  }
  return label;
}

// A positive term first.
std::vector<Term> ordered(std::vector<Term> terms) {
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
    return std::tuple(-a.sign, a.node, a.shift) < std::tuple(-b.sign, b.node, b.shift);
  });
  return terms;
}

// Gives each shared sum the sign that makes most of its inputs positive: of unsigned samples it is
// then unsigned where it can be.
void normalise_signs(SharedSums& sums) {
  std::vector<Row> rows;
  std::vector<int> signs(static_cast<size_t>(sums.inputs), 1);
  for (int i = 0; i < sums.inputs; ++i) {
    rows.emplace_back(static_cast<size_t>(sums.inputs), 0).at(static_cast<size_t>(i)) = 1;
  }
  const auto follow = [&](std::vector<Term>& terms) {
    for (Term& term : terms) term.sign *= signs[static_cast<size_t>(term.node)];
  };
  for (std::vector<Term>& terms : sums.shared) {
    follow(terms);
    Row row(static_cast<size_t>(sums.inputs), 0);
    for (const Term& term : terms) {
      const Row& node = rows[static_cast<size_t>(term.node)];
      for (size_t i = 0; i < row.size(); ++i) row[i] += term.sign * node[i] * (1 << term.shift);
    }
    int balance = 0;
    for (const int v : row) balance += v > 0 ? 1 : v < 0 ? -1 : 0;
    signs.push_back(balance < 0 ? -1 : 1);
    if (balance < 0) {
      for (Term& term : terms) term.sign = -term.sign;
      for (int& v : row) v = -v;
    }
    rows.push_back(std::move(row));
  }
  for (std::vector<Term>& terms : sums.outputs) follow(terms);
}

}  // namespace

AdderNetwork::AdderNetwork(const Matrix& matrix, const std::vector<std::string>& input_labels) {
  SharedSums found = share_sums(matrix);
  normalise_signs(found);
  inputs_ = found.inputs;
  for (std::vector<Term>& terms : found.shared) shared_.push_back({"", ordered(std::move(terms))});
  for (std::vector<Term>& terms : found.outputs) {
    outputs_.push_back({"", ordered(std::move(terms))});
  }
  std::vector<std::string> labels = input_labels;
  for (int i = static_cast<int>(labels.size()); i < inputs_; ++i)
    labels.push_back(std::to_string(i));
  const Matrix sums = shared_matrix();
  for (size_t i = 0; i < sums.size(); ++i) {
    const std::string label = label_of(sums[i], labels);
    shared_[i].label = label.size() <= kLongestLabel ? label : "s" + std::to_string(i);
  }
  for (size_t i = 0; i < matrix.size(); ++i) outputs_[i].label = label_of(matrix[i], labels);
}

int AdderNetwork::adders() const {
  size_t count = 0;
  for (const auto* const sums : {&shared_, &outputs_}) {
    for (const Sum& sum : *sums) count += sum.terms.empty() ? 0 : sum.terms.size() - 1;
  }
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
      for (size_t i = 0; i < inputs; ++i) row[i] += term.sign * node[i] * (1 << term.shift);
    }
    return row;
  };
  for (const Sum& sum : shared_) value.push_back(row_of(sum));
  Matrix result;
  for (const Sum& sum : sums) result.push_back(row_of(sum));
  return result;
}

}  // namespace ffa
