// SPDX-License-Identifier: Apache-2.0
// Which sums fast algorithms multiply, from the published lists.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "golden/product_weights.h"

namespace golden {

inline Form negated(Form form) {
  for (int64_t& factor : form) factor = -factor;
  return form;
}
inline bool is_zero(const Form& form) {
  return std::all_of(form.begin(), form.end(), [](int64_t factor) { return factor == 0; });
}

// Karatsuba's products for polynomials of n terms: each term, then each pair of terms, added or
// (sign -1) subtracted (Weimerskirch and Paar, 2006).
inline std::vector<Form> terms_and_pairs(size_t n, int64_t sign = 1) {
  std::vector<Form> forms;
  for (size_t i = 0; i < n; ++i) forms.emplace_back(n, 0).at(i) = 1;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = i + 1; j < n; ++j) {
      Form& pair = forms.emplace_back(n, 0);
      pair[i] = 1;
      pair[j] = sign;
    }
  }
  return forms;
}

// Karatsuba over two blocks, the second no longer than the first: the products of the first, those
// of the second, and those of their sum, as the first has them, but for what is there already.
inline std::vector<Form> two_blocks(const std::vector<Form>& first,
                                    const std::vector<Form>& second) {
  const size_t low = first.at(0).size(), high = second.at(0).size();
  std::vector<Form> forms;
  const auto add = [&](const Form* a, const Form* b) {
    Form form(low + high, 0);
    for (size_t i = 0; a != nullptr && i < low; ++i) form[i] = (*a)[i];
    for (size_t i = 0; b != nullptr && i < high; ++i) form[low + i] = (*b)[i];
    if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(form);
  };
  for (const Form& form : first) add(&form, nullptr);
  for (const Form& form : second) add(nullptr, &form);
  for (const Form& form : first) add(&form, &form);
  return forms;
}

// What the products of an algorithm add: the same form of coefficients and of samples. That
// products of these sums make every term is not taken from the lists: weights_of() solves for it.
//
// k2, k3, k3d, pwN: terms and pairs. k5, k7: blocks of 3 + 2 and 4 + 3. The others have a line for
// each product, a sign for each term: p3 (Parhi, VLSI Digital Signal Processing Systems), m6, m7
// (after Montgomery, IEEE TC 54(3), 2005), m5 (found by search).
inline std::vector<Form> forms_of_word(const std::string& word) {
  static const std::map<std::string, std::vector<std::string>> kSigns = {
      {"p3", {"+..", ".+.", "..+", "++.", ".++", "+++"}},
      {"m5",
       {"+....", ".+...", "..+..", "...+.", "....+", "++...", "+.-..", "..+.-", "...++", "+.-+.",
        ".+-.+", "++.++", "++-++"}},
      {"m6",
       {"++++++", "++.++.", "+.-..-", "+..+.-", "+++...", "...+++", "..++..", ".+..-.", ".++...",
        "...++.", "++....", "....++", "+.....", ".+....", "....+.", ".....+", ".++.++"}},
      {"m7",
       {"+......", ".+.....", "..+....", "...+...", "....+..", ".....+.", "......+", ".....++",
        "....+.+", "...+.+.", "..+...+", ".+.+...", "+...+..", "+.+....", "++.....", ".++.--.",
        ".+++.--", "+.--.++", "+.---.+", "++.--.+", "++.---.", "+++++++"}}};
  if (word.starts_with("pw")) return terms_and_pairs(std::stoul(word.substr(2)));
  if (word == "k2") return terms_and_pairs(2);
  if (word == "k3") return terms_and_pairs(3);
  if (word == "k3d") return terms_and_pairs(3, -1);
  if (word == "k5") return two_blocks(terms_and_pairs(3), terms_and_pairs(2));
  std::vector<Form> forms;
  if (word == "k7") {
    for (const Form& blocks : terms_and_pairs(2)) {
      for (const Form& terms : terms_and_pairs(2)) forms.push_back(outer_product(blocks, terms));
    }
    return two_blocks(forms, terms_and_pairs(3));
  }
  const auto found = kSigns.find(word);
  if (found == kSigns.end()) throw std::invalid_argument("no algorithm " + word);
  for (const std::string& signs : found->second) {
    Form& form = forms.emplace_back();
    for (const char sign : signs) form.push_back(sign == '+' ? 1 : sign == '-' ? -1 : 0);
  }
  return forms;
}

// A polynomial of n coefficients, the lowest first, at a/b: sum of c_i a^i b^(n-1-i).
inline Form evaluation(int terms, int64_t a, int64_t b) {
  Form form(static_cast<size_t>(terms), 1);
  for (size_t i = 0; i < form.size(); ++i) {
    for (size_t power = 0; power < form.size() - 1; ++power) form[i] *= power < i ? a : b;
  }
  return form;
}

// The products of a published algorithm for polynomials of n terms; of k53 for one of three terms
// and one of five: three of taps unless there are more taps than samples.
inline std::vector<FormPair> products_of_word(const std::string& word, int taps, int samples) {
  std::vector<FormPair> products;
  if (word != "k53") {
    for (const Form& form : forms_of_word(word)) products.push_back({form, form});
    return products;
  }
  if (std::min(taps, samples) > 3 || std::max(taps, samples) > 5) {
    throw std::invalid_argument("k53 is for 3 and 5 terms");
  }
  // h0 x0, h1 x1, h2 x2, h2 x4, (h0 + h1) x4, h1 (x3 - x4), (h1 + h2) x3, ..
  products = {{{1, 0, 0}, {1, 0, 0, 0, 0}}, {{0, 1, 0}, {0, 1, 0, 0, 0}},
              {{0, 0, 1}, {0, 0, 1, 0, 0}}, {{0, 0, 1}, {0, 0, 0, 0, 1}},
              {{1, 1, 0}, {0, 0, 0, 0, 1}}, {{0, 1, 0}, {0, 0, 0, 1, -1}},
              {{0, 1, 1}, {0, 0, 0, 1, 0}}, {{1, 1, 0}, {1, 1, 0, 0, 0}},
              {{1, 0, 1}, {1, 0, 1, 0, 0}}, {{1, 1, 1}, {1, 1, 1, 1, 0}}};
  if (taps > samples) {
    for (FormPair& product : products) std::swap(product.taps, product.samples);
  }
  return products;
}

// Products, and the weight of each in each term of the product of the polynomials, modulo kPrime.
struct Weighed {
  std::vector<FormPair> products;
  std::vector<Form> weights;
};

// Of polynomials of `taps` and `samples` terms; what is beyond is zero. Products with zero go, and
// those in no term that there is; of products with the same two forms (but for signs) the first is
// left.
inline Weighed cut_short(const Weighed& all, size_t taps, size_t samples) {
  std::map<std::pair<Form, Form>, size_t> known;
  Weighed some;
  for (size_t p = 0; p < all.products.size(); ++p) {
    FormPair product = all.products[p];
    product.taps.resize(taps);
    product.samples.resize(samples);
    if (is_zero(product.taps) || is_zero(product.samples)) continue;
    const Form tap_key = std::max(product.taps, negated(product.taps));
    const Form sample_key = std::max(product.samples, negated(product.samples));
    const auto [at, is_new] = known.try_emplace({tap_key, sample_key}, some.products.size());
    if (is_new) {
      some.products.push_back(product);
      some.weights.emplace_back(taps + samples - 1, 0);
    }
    const FormPair& first = some.products[at->second];
    const bool opposite = (first.taps == product.taps) != (first.samples == product.samples);
    for (size_t k = 0; k < taps + samples - 1; ++k) {
      int64_t& weight = some.weights[at->second][k];
      const Wide more = all.weights[p][k];
      weight = modulo(weight + (opposite ? -more : more));
    }
  }
  Weighed used;
  for (size_t p = 0; p < some.products.size(); ++p) {
    if (is_zero(some.weights[p])) continue;
    used.products.push_back(some.products[p]);
    used.weights.push_back(some.weights[p]);
  }
  return used;
}

// "k3.k2": the first word is done over the polynomials' three phases (of every third coefficient),
// the rest within each product of phases: phase i of coefficient k is coefficient 3 k + i. Behind
// the last word each coefficient of a phase meets each.
inline Weighed nest_of(const std::vector<std::string>& words, size_t first, int taps, int samples) {
  Weighed nest;
  if (first == words.size()) {
    for (int h = 0; h < taps; ++h) {
      for (int x = 0; x < samples; ++x) {
        FormPair& product = nest.products.emplace_back(
            FormPair{Form(static_cast<size_t>(taps), 0), Form(static_cast<size_t>(samples), 0)});
        product.taps[static_cast<size_t>(h)] = product.samples[static_cast<size_t>(x)] = 1;
        nest.weights.emplace_back(static_cast<size_t>(taps + samples - 1), 0)
            .at(static_cast<size_t>(h + x)) = 1;
      }
    }
    return nest;
  }
  const std::vector<FormPair> outer = products_of_word(words[first], taps, samples);
  const auto n = static_cast<int>(outer.front().taps.size());
  const auto m = static_cast<int>(outer.front().samples.size());
  const std::vector<Form> terms = weights_of(outer, n, m).value();
  const int h = (taps + n - 1) / n, x = (samples + m - 1) / m;
  if (n != m && (h > 1 || x > 1 || first + 1 < words.size())) {
    throw std::invalid_argument("k53 is the last of a nest");
  }
  const Weighed inner = nest_of(words, first + 1, h, x);
  for (size_t a = 0; a < outer.size(); ++a) {
    for (size_t b = 0; b < inner.products.size(); ++b) {
      nest.products.push_back({outer_product(inner.products[b].taps, outer[a].taps),
                               outer_product(inner.products[b].samples, outer[a].samples)});
      Form& weights = nest.weights.emplace_back(static_cast<size_t>(n * h + m * x - 1), 0);
      for (size_t i = 0; i < terms.size(); ++i) {
        for (size_t k = 0; k < inner.weights[b].size(); ++k) {
          int64_t& weight = weights[i + k * static_cast<size_t>(n)];
          weight = modulo(Wide{weight} + times(terms[i][a], inner.weights[b][k]));
        }
      }
    }
  }
  return cut_short(nest, static_cast<size_t>(taps), static_cast<size_t>(samples));
}

// The products by which `algorithm` multiplies a polynomial of `taps` coefficients and one of
// `samples`; transposed they are those of a filter of `taps` taps and `samples` outputs. "direct":
// each pair. "w" (Toom, Cook, Winograd): values at 0, 1, -1, 2, -2, 1/2, -1/2 as far as needed and
// at infinity.
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
  std::vector<std::string> words;
  for (size_t at = 0; algorithm != "direct" && at <= algorithm.size();) {
    const size_t end = std::min(algorithm.find('.', at), algorithm.size());
    words.push_back(algorithm.substr(at, end - at));
    at = end + 1;
  }
  return nest_of(words, 0, taps, samples).products;
}

}  // namespace golden
