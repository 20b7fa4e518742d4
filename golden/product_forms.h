// SPDX-License-Identifier: Apache-2.0
// Which sums fast algorithms multiply, from the published lists.

#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace golden {

// A linear form: the factor of each of the numbers it adds.
using Form = std::vector<int64_t>;

// Row after row.
inline Form outer_product(const Form& a, const Form& b) {
  Form product;
  for (const int64_t x : a) {
    for (const int64_t y : b) product.push_back(x * y);
  }
  return product;
}
inline Form negated(Form form) {
  for (int64_t& factor : form) factor = -factor;
  return form;
}
inline bool is_zero(const Form& form) {
  return std::all_of(form.begin(), form.end(), [](int64_t factor) { return factor == 0; });
}

// What the products of a published algorithm add: the same form of coefficients and of samples.
// "0 12 3-0" are the forms a0, a1 + a2, a3 - a0.
//
// k2, k3 (Karatsuba), p3 (Parhi, VLSI Digital Signal Processing Systems), k5, k7 (Karatsuba over
// blocks of 3 + 2 and 4 + 3), m6, m7 (after Montgomery, IEEE TC 54(3), 2005), m5 (found by search).
inline std::vector<Form> forms_of_word(const std::string& word) {
  static const std::map<std::string, std::pair<size_t, std::string_view>> kPublished = {
      {"k2", {2, "0 1 01"}},
      {"k3", {3, "0 1 2 01 02 12"}},
      {"k3d", {3, "0 1 2 0-1 0-2 1-2"}},
      {"p3", {3, "0 1 2 01 12 012"}},
      {"k5", {5, "0 1 2 01 02 12 3 4 34 03 14 0134 023 124"}},
      {"m5", {5, "0 1 2 3 4 01 0-2 2-4 34 0-2+3 1-2+4 0134 01-2+34"}},
      {"m6", {6, "012345 0134 0-2-5 03-5 012 345 23 1-4 12 34 01 45 0 1 4 5 1245"}},
      {"k7", {7, "0 1 01 2 3 23 02 13 0123 4 5 6 45 46 56 04 15 0145 26 236 0246 135 0123456"}},
      {"m7",
       {7,
        "0 1 2 3 4 5 6 56 46 35 26 13 04 02 01 12-4-5 123-5-6 0-2-356 0-2-3-46 01-3-46 "
        "01-3-4-5 0123456"}}};
  std::vector<Form> forms;
  if (word.starts_with("pw")) {  // all pairs of n terms (Weimerskirch and Paar, 2006)
    const auto n = static_cast<size_t>(std::stoi(word.substr(2)));
    for (size_t i = 0; i < n; ++i) forms.emplace_back(n, 0).at(i) = 1;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = i + 1; j < n; ++j) {
        Form& pair = forms.emplace_back(n, 0);
        pair[i] = pair[j] = 1;
      }
    }
    return forms;
  }
  const auto found = kPublished.find(word);
  if (found == kPublished.end()) throw std::invalid_argument("no algorithm " + word);
  const auto& [terms, text] = found->second;
  forms.emplace_back(terms, 0);
  int64_t sign = 1;
  for (const char c : text) {
    if (c == ' ') forms.emplace_back(terms, 0);
    if (c == '-') sign = -1;
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) continue;
    forms.back().at(static_cast<size_t>(c - '0')) = sign;
    sign = 1;
  }
  return forms;
}

// One product: its form of coefficients and its form of samples.
struct FormPair {
  Form taps, samples;
};

// A polynomial of n coefficients, the lowest first, at a/b: sum of c_i a^i b^(n-1-i).
inline Form evaluation(int terms, int64_t a, int64_t b) {
  Form form(static_cast<size_t>(terms), 1);
  for (size_t i = 0; i < form.size(); ++i) {
    for (size_t power = 0; power < form.size() - 1; ++power) form[i] *= power < i ? a : b;
  }
  return form;
}

// The products by which `algorithm` multiplies a polynomial of `taps` coefficients and one of
// `samples`; transposed they are those of a filter of `taps` taps and `samples` outputs.
//
// "k3.k2": the words nest, the first over the polynomials' three phases (of every third
// coefficient), the second within each product of phases. What is longer than the nest is cut into
// blocks of its size, and each product of the nest is one for each pair of blocks; what is shorter
// has zeros behind. Products with zero go, and of products with the same two forms (but for signs)
// the first is left. "direct": each pair. "w" (Toom, Cook, Winograd): values at 0,
// 1, -1, 2, -2, 1/2, -1/2 as far as needed and at infinity.
inline std::vector<FormPair> product_forms(const std::string& algorithm, int taps, int samples) {
  std::vector<FormPair> products;
  if (algorithm == "w") {
    static constexpr std::pair<int64_t, int64_t> kPoints[] = {{0, 1},  {1, 1}, {-1, 1}, {2, 1},
                                                              {-2, 1}, {1, 2}, {-1, 2}};
    const int finite = taps + samples - 2;
    if (finite > static_cast<int>(std::size(kPoints))) throw std::invalid_argument("points of w");
    for (int p = 0; p < finite; ++p) {
      const auto [a, b] = kPoints[p];
      products.push_back({evaluation(taps, a, b), evaluation(samples, a, b)});
    }
    products.push_back({evaluation(taps, 1, 0), evaluation(samples, 1, 0)});
    return products;
  }
  std::vector<Form> nest = {{1}};
  for (size_t at = 0; algorithm != "direct" && at <= algorithm.size();) {
    const size_t end = std::min(algorithm.find('.', at), algorithm.size());
    std::vector<Form> deeper;
    for (const Form& outer : nest) {
      for (const Form& inner : forms_of_word(algorithm.substr(at, end - at))) {
        deeper.push_back(outer_product(inner, outer));  // phase i of coefficient k: k * n + i
      }
    }
    nest = std::move(deeper);
    at = end + 1;
  }
  const int size = static_cast<int>(nest.front().size());
  // The form over the n coefficients first, first + 1, .. of `terms`; what is behind them is zero.
  const auto placed = [&](const Form& form, int first, int terms) {
    Form whole(static_cast<size_t>(terms), 0);
    for (int i = 0; i < size && first + i < terms; ++i) {
      whole[static_cast<size_t>(first + i)] = form[static_cast<size_t>(i)];
    }
    return whole;
  };
  std::set<std::pair<Form, Form>> seen;
  for (const Form& form : nest) {
    for (int h = 0; h < taps; h += size) {
      for (int x = 0; x < samples; x += size) {
        const FormPair product{placed(form, h, taps), placed(form, x, samples)};
        if (is_zero(product.taps) || is_zero(product.samples)) continue;
        const std::pair<Form, Form> key{std::max(product.taps, negated(product.taps)),
                                        std::max(product.samples, negated(product.samples))};
        if (seen.insert(key).second) products.push_back(product);
      }
    }
  }
  return products;
}

}  // namespace golden
