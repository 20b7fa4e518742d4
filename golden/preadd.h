// SPDX-License-Identifier: Apache-2.0
// Coefficients added beforehand for units with preadd=offline.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "golden/conv2d.h"
#include "golden/product_forms.h"

namespace golden {

// y[j] = sum over k of h[k] x[stride * j + dilation * k], `outputs` at once.
struct FilterLine {
  int outputs = 1;
  int taps = 1;
  Steps steps = {};
  std::string algorithm = "direct";
};

// The sums of taps that the filter multiplies by, each once, in the order in which they are met.
//
// A stride parts the taps, a dilation the outputs: every dilation-th output and every stride-th tap
// are a filter of stride 1. First those of the outputs 0, d, 2d, ..: over the taps 0, s, 2s, ..,
// then 1, 1 + s, ..; then those of the outputs 1, 1 + d, ... Each takes the
// algorithm, but for one output or one tap, which take none. A sum with more minus than plus has
// its sign changed.
inline std::vector<Form> coefficient_forms(const FilterLine& line) {
  const auto terms = static_cast<size_t>(line.taps);
  std::vector<Form> forms;
  if (line.algorithm == "direct") {
    for (size_t k = 0; k < terms; ++k) forms.emplace_back(terms, 0).at(k) = 1;
    return forms;
  }
  const auto [stride, dilation] = line.steps;
  for (int output = 0; output < std::min(dilation, line.outputs); ++output) {
    for (int tap = 0; tap < std::min(stride, line.taps); ++tap) {
      const int outputs = (line.outputs - output + dilation - 1) / dilation;
      const int taps = (line.taps - tap + stride - 1) / stride;
      const bool single = outputs == 1 || taps == 1;
      const std::string algorithm = single ? "direct" : line.algorithm;
      for (const FormPair& product : product_forms(algorithm, taps, outputs)) {
        Form form(terms, 0);
        int64_t balance = 0;
        for (int k = 0; k < taps; ++k) {
          const int64_t factor = product.taps[static_cast<size_t>(k)];
          form[static_cast<size_t>(tap + stride * k)] = factor;
          balance += factor > 0 ? 1 : factor < 0 ? -1 : 0;
        }
        if (balance < 0) form = negated(form);
        if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(form);
      }
    }
  }
  return forms;
}

inline int64_t sum_of_form(const Form& form, const std::vector<int64_t>& values) {
  if (form.size() != values.size()) throw std::invalid_argument("terms of a sum");
  int64_t sum = 0;
  for (size_t i = 0; i < form.size(); ++i) sum += form[i] * values[i];
  return sum;
}

// What a convolution unit takes in place of the kernel: for each output channel and input channel
// the sums of every form of a column (`down`) with every form of a row (`across`), forms of columns
// outermost.
inline std::vector<int64_t> preadded(const Kernel& kernel, const std::vector<Form>& down,
                                     const std::vector<Form>& across) {
  const KernelShape& shape = kernel.shape;
  std::vector<int64_t> sums;
  for (int o = 0; o < shape.out_channels; ++o) {
    for (int c = 0; c < shape.in_channels; ++c) {
      std::vector<int64_t> plane;
      for (int r = 0; r < shape.rows; ++r) {
        for (int k = 0; k < shape.columns; ++k) plane.push_back(kernel.at(o, c, r, k));
      }
      for (const Form& d : down) {
        for (const Form& a : across) sums.push_back(sum_of_form(outer_product(d, a), plane));
      }
    }
  }
  return sums;
}

// The largest sum of magnitudes of a form's factors: sums need its log2, rounded up, more bits than
// coefficients.
inline int64_t largest_gain(const std::vector<Form>& forms) {
  int64_t largest = 0;
  for (const Form& form : forms) {
    int64_t gain = 0;
    for (const int64_t factor : form) gain += factor < 0 ? -factor : factor;
    largest = std::max(largest, gain);
  }
  return largest;
}

// How a filter that gives `parallel` outputs at once meets its coefficients.
struct BlockFilter {
  int taps = 1;
  int parallel = 1;
  std::string algorithm = "direct";
  bool overlap_add = false;  // form D: products of polynomials, their tails added to what follows
};

// Its sums, each a form of all taps. Taps are taken in blocks of `parallel`, the earliest first;
// each block is multiplied by the algorithm for so many outputs and taps (fewer if the filter is
// shorter). A sliding window (form T) meets a block's taps from the last to the first, polynomials
// (form D) from the first to the last. Taps that do not exist are left out; of sums that are equal
// then, one is left in each block.
inline std::vector<Form> block_forms(const BlockFilter& filter) {
  const int size = std::min(filter.parallel, filter.taps);
  const std::vector<Form> short_forms =
      coefficient_forms({filter.parallel, size, {}, filter.algorithm});
  std::vector<Form> forms;
  for (int first = 0; first < filter.taps; first += filter.parallel) {
    std::vector<Form> block;
    for (const Form& short_form : short_forms) {
      Form form(static_cast<size_t>(filter.taps), 0);
      for (int a = 0; a < size; ++a) {
        const int tap = first + (filter.overlap_add ? a : size - 1 - a);
        if (tap < filter.taps) form[static_cast<size_t>(tap)] = short_form[static_cast<size_t>(a)];
      }
      const bool known = std::find(block.begin(), block.end(), form) != block.end();
      if (!known && !is_zero(form)) block.push_back(form);
    }
    forms.insert(forms.end(), block.begin(), block.end());
  }
  return forms;
}

inline std::vector<int64_t> preadded(const std::vector<int64_t>& h,
                                     const std::vector<Form>& forms) {
  std::vector<int64_t> sums;
  for (const Form& form : forms) sums.push_back(sum_of_form(form, h));
  return sums;
}

}  // namespace golden
