// SPDX-License-Identifier: Apache-2.0
// A filter as a value: which sums of samples meet which sums of coefficients, and what of them adds
// up to which output.
//
//   y_o = 1/divisor * sum_b post[o][b] * S_b,   S_b = sum of the products u * v of branch b,
//   u = a linear form of samples, v = one of coefficients
//
// Every scheme is such a plan. The direct form's u and v are single samples and coefficients, and
// its post is a matrix of zeros and ones. Products whose columns of post are equal share a branch:
// that is what sums kernel rows, phases and input channels before the one post-adder network.

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gen/ffa/adder_network.h"
#include "gen/ffa/algorithm.h"

namespace gen {

// y[j] = sum over k of h[k] x[stride * j + dilation * k], j < outputs, k < taps.
struct LineShape {
  int outputs = 1, taps = 1, stride = 1, dilation = 1;
  int window() const { return stride * (outputs - 1) + dilation * (taps - 1) + 1; }
};

// One dimension. No two rows of `data`, no two of `coefficient`, and no two columns of `post` are
// equal.
struct LinePlan {
  struct Product {
    std::string name;
    int data = 0, coefficient = 0, branch = 0;
  };
  LineShape shape;
  ffa::Matrix data;         // forms x window
  ffa::Matrix coefficient;  // forms x taps
  ffa::Matrix post;         // outputs x branches
  std::vector<Product> products;
  std::vector<std::string> data_names, coefficient_names, branch_names;
  int64_t divisor = 1;

  // sum over products of post coefficient data = divisor where the definition has the product, else
  // 0, over the integers. Throws std::logic_error that names the first wrong entry.
  void verify() const;
};

LinePlan direct_line(const LineShape& shape);
// A stride splits the taps in phases, a dilation the outputs: each pair of both is a short filter
// over its own samples. Its sizes, outputs and taps, each once in the order in which they come (by
// residue of the outputs, then phase of the taps), but for those with one output or one tap, which
// are direct.
std::vector<std::pair<int, int>> short_filters(const LineShape& shape);
// `algorithm`, as for ffa::correlation, is that of all short filters.
LinePlan fast_line(const LineShape& shape, const std::string& algorithm);
// The one with the fewest multiplications; "direct" where there are no short filters.
std::string best_algorithm(const LineShape& shape);
// What is wrong with a name, "must be ..", or nothing.
std::string algorithm_fault(const LineShape& shape, const std::string& algorithm);

// How far a form reaches: the sum of its positive factors, and that of its negative ones without
// their sign.
struct Gain {
  int plus = 0, minus = 0;
  int total() const { return plus + minus; }
};
Gain gain_of(const ffa::Row& form);
// Of the outer product of two forms.
Gain operator*(const Gain& a, const Gain& b);

// Linear forms with shared partial sums, without a cycle: nodes 0 .. inputs-1 are the inputs, then
// come `inner` in their order.
struct SumGraph {
  struct Sum {
    std::string name;
    std::vector<ffa::Term> terms;
    Gain gain;  // over the inputs
    // No addition: another node's value.
    bool is_node() const {
      return terms.size() == 1 && terms.front().sign > 0 && terms.front().shift == 0;
    }
  };
  int inputs = 0;
  std::vector<Sum> inner;
  std::vector<Sum> outputs;
  int adders() const;  // of two inputs
  // Of each node: how far up it goes at least on its way to an output. Its highest so many bits
  // count for nothing where outputs are taken modulo a power of two.
  std::vector<int> least_shifts() const;
};

// Two dimensions: the outer product of both, never written out. Rows are direct in a row-wise fast
// filter.
struct FilterPlan {
  struct Product {
    std::string name;
    int data = 0, coefficient = 0, branch = 0;
  };
  LinePlan rows, columns;

  int64_t divisor() const { return rows.divisor * columns.divisor; }
  int outputs() const { return rows.shape.outputs * columns.shape.outputs; }  // i * columns + j
  int taps() const { return rows.shape.taps * columns.shape.taps; }
  int multiplications() const {
    return static_cast<int>(rows.products.size() * columns.products.size());
  }
  int branches() const {
    return static_cast<int>(rows.branch_names.size() * columns.branch_names.size());
  }
  // Data form d is row form d / D with column form d % D, D = number of column forms; coefficient
  // forms and branches likewise.
  std::vector<Product> products() const;
  std::vector<Gain> data_gains() const;
  std::vector<Gain> coefficient_gains() const;
  std::vector<std::string> branch_names() const;
  std::vector<std::string> coefficient_names() const;

  // Sums of one dimension, then of the other; the order that takes fewer adders. The names of sums
  // inside begin with `prefix`.
  SumGraph samples(const std::string& prefix) const;       // of sample row * columns + column
  SumGraph coefficients(const std::string& prefix) const;  // of tap row * taps + column
  SumGraph results(const std::string& prefix) const;       // of branches; outputs y_j or y_i_j
};

}  // namespace gen
