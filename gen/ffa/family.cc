// SPDX-License-Identifier: Apache-2.0
// From a name to an algorithm, and from sizes to the names that apply.

#include "gen/ffa/family.h"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <tuple>

#include "gen/ffa/elements.h"
#include "gen/ffa/nest.h"

namespace ffa {
namespace {

struct Word {
  int size = 0;
  std::function<Algorithm()> build;
};

const std::map<std::string, Word, std::less<>>& words() {
  static const std::map<std::string, Word, std::less<>> kWords = [] {
    std::map<std::string, Word, std::less<>> all = {{"k2", {2, [] { return pairwise(2); }}},
                                                    {"k3", {3, [] { return pairwise(3); }}},
                                                    {"k3d", {3, differences3}},
                                                    {"p3", {3, parhi3}}};
    for (int n = 4; n <= 12; ++n) all["pw" + std::to_string(n)] = {n, [n] { return pairwise(n); }};
    return all;
  }();
  return kWords;
}

std::vector<std::string> split(std::string_view name) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= name.size();) {
    const size_t dot = std::min(name.find('.', at), name.size());
    parts.emplace_back(name.substr(at, dot - at));
    at = dot + 1;
  }
  return parts;
}

int nest_size(const std::vector<std::string>& parts) {
  int size = 1;
  for (const std::string& part : parts) {
    const auto word = words().find(part);
    if (word == words().end()) throw std::invalid_argument("no algorithm '" + part + "'");
    size *= word->second.size;
  }
  return size;
}

int blocks(int n, int size) { return (n + size - 1) / size; }

// How large entries are and how many: what the order of names_for looks at.
struct Cost {
  bool large = false;
  int rank = 0, terms = 0;
  bool operator<(const Cost& other) const {
    return std::tie(large, rank, terms) < std::tie(other.large, other.rank, other.terms);
  }
};

Cost cost(const Algorithm& a) {
  Cost result{a.divisor() != 1, a.rank(), 0};
  for (const Matrix* m : {&a.coefficient(), &a.data(), &a.post()}) {
    for (const Row& row : *m) {
      for (const int v : row) {
        result.large = result.large || v < -1 || v > 1;
        result.terms += v != 0;
      }
    }
  }
  return result;
}

// Nests of k2 and k3 with just enough terms for `n`: without any of its words a nest is too short.
void add_nests(int n, int size, int shortest, const std::string& name,
               std::vector<std::string>& names) {
  if (size >= n) {
    if (shortest > 0 && size / shortest < n) names.push_back(name);
    return;
  }
  for (const int word : {2, 3}) {
    add_nests(n, size * word, shortest == 0 ? word : std::min(shortest, word),
              (name.empty() ? "k" : name + ".k") + std::to_string(word), names);
  }
}

}  // namespace

Algorithm product(std::string_view name, int taps, int samples) {
  if (taps < 1 || samples < 1) throw std::invalid_argument("sizes must be positive");
  if (name == "direct") return direct(taps, samples);
  const std::vector<std::string> parts = split(name);
  const int size = nest_size(parts);
  Algorithm result = words().at(parts.back()).build();
  for (size_t i = parts.size() - 1; i-- > 0;) {
    result = nested(words().at(parts[i]).build(), result);
  }
  const int h = blocks(taps, size), x = blocks(samples, size);
  if (h > 1 || x > 1) result = nested(direct(h, x), result);
  if (taps != h * size || samples != x * size) result = trimmed(result, taps, samples);
  return renamed(result, std::string(name));
}

Algorithm named(std::string_view name, int taps) { return product(name, taps, taps); }

Algorithm correlation(std::string_view name, int outputs, int taps) {
  return with_positive_rows(transposed(product(name, taps, outputs)));
}

std::vector<std::string> names_for(int outputs, int taps) {
  if (outputs == 1 || taps == 1) return {"direct"};
  std::vector<std::string> names;
  const int small = std::min(outputs, taps), large = std::max(outputs, taps);
  add_nests(small, 1, 0, "", names);
  if (large != small && large <= 12) add_nests(large, 1, 0, "", names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<std::pair<Cost, std::string>> ranked;
  ranked.reserve(names.size());
  for (const std::string& name : names) {
    ranked.emplace_back(cost(correlation(name, outputs, taps)), name);
  }
  std::sort(ranked.begin(), ranked.end());
  names.clear();
  for (const auto& [unused, name] : ranked) names.push_back(name);
  names.emplace_back("direct");
  return names;
}

std::string best(int outputs, int taps) { return names_for(outputs, taps).front(); }

}  // namespace ffa
