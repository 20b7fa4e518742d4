// SPDX-License-Identifier: Apache-2.0
// From a name to an algorithm, and from sizes to the names that apply.

#include "gen/ffa/family.h"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <tuple>

#include "base/error.h"
#include "gen/ffa/elements.h"
#include "gen/ffa/nest.h"
#include "gen/ffa/toom_cook.h"

namespace ffa {
namespace {

constexpr int kLongestNest = 12;  // names beyond are legal, but nobody proposes them
constexpr int kLongestRanked = 24;
constexpr int kMostPoints = 8;  // of Toom-Cook
constexpr size_t kNamesTold = 6;

struct Word {
  int size = 0;
  std::function<Algorithm()> build;
  int shorter = 0;  // of a rectangular word: its taps, fewer than its samples
};

const std::map<std::string, Word, std::less<>>& words() {
  static const std::map<std::string, Word, std::less<>> kWords = [] {
    std::map<std::string, Word, std::less<>> all = {{"k2", {2, [] { return pairwise(2); }}},
                                                    {"k3", {3, [] { return pairwise(3); }}},
                                                    {"k3d", {3, differences3}},
                                                    {"p3", {3, parhi3}}};
    for (const auto& [name, n] : {std::pair{"k5", 5}, {"m5", 5}, {"m6", 6}, {"k7", 7}, {"m7", 7}})
      all[name] = {n, [name = name] { return symmetric(name); }};
    all["k53"] = {5, three_by_five, 3};
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

const Word& find_word(const std::string& name) {
  const auto word = words().find(name);
  if (word == words().end()) throw std::invalid_argument("no algorithm '" + name + "'");
  return word->second;
}

int nest_size(const std::vector<std::string>& parts) {
  int size = 1;
  for (const std::string& part : parts) size *= find_word(part).size;
  return size;
}

int blocks(int n, int size) { return (n + size - 1) / size; }

// The product with the taps as samples and the samples as taps.
Algorithm exchanged(const Algorithm& a) {
  return {a.name(), a.kind(), a.branches(), a.data(), a.coefficient(), a.post(), a.divisor()};
}

// A rectangular word, whichever of taps and samples is longer.
Algorithm rectangle(const Word& word, int taps, int samples) {
  if (std::min(taps, samples) > word.shorter || std::max(taps, samples) > word.size)
    throw std::invalid_argument("too long for a rectangular word");
  const Algorithm a = taps > samples ? exchanged(word.build()) : word.build();
  return trimmed(a, taps, samples);
}

// The nest of parts[first] and what follows. Each word is trimmed before it is nested: so a name of
// any length makes no more products than the direct form has.
Algorithm nest(const std::vector<std::string>& parts, size_t first, int taps, int samples) {
  const Word& word = find_word(parts[first]);
  if (word.shorter != 0) {
    if (first + 1 < parts.size()) throw std::invalid_argument("a rectangular word is the last");
    return rectangle(word, taps, samples);
  }
  const int h = blocks(taps, word.size), x = blocks(samples, word.size);
  Algorithm result = word.build();
  if (first + 1 < parts.size()) {
    result = nested(result, nest(parts, first + 1, h, x));
  } else if (h > 1 || x > 1) {
    result = nested(result, direct(h, x));
  }
  if (taps == result.taps() && samples == result.window()) return result;
  return trimmed(result, taps, samples);
}

// What the order of names looks at: entries beyond +-1 or a divisor, products, what is
// trimmed, terms; of equals k3 stands before k2, since a nest shares most additions with the larger
// word outside.
struct Candidate {
  bool large = false;
  int rank = 0, size = 0, terms = 0;
  std::string name;
  bool operator<(const Candidate& other) const {
    return std::tie(large, rank, size, terms, other.name) <
           std::tie(other.large, other.rank, other.size, other.terms, name);
  }
};

Candidate candidate(const std::string& name, int outputs, int taps) {
  const Algorithm a = correlation(name, outputs, taps);
  Candidate result{a.divisor() != 1, a.rank(), name == "w" ? 0 : nest_size(split(name)), 0, name};
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

using Names = std::vector<std::string>;

// Nests with just enough terms for `n`: without any of its words a nest is too short, and at most
// a quarter of it is trimmed.
void add_nests(int n, const Names& parts, int size, int shortest, const std::string& name,
               Names& names) {
  if (size >= n) {
    if (3 * size <= 4 * n && size / shortest < n) names.push_back(name);
    return;
  }
  for (const std::string& part : parts) {
    const int length = words().at(part).size;
    add_nests(n, parts, size * length, shortest == 0 ? length : std::min(shortest, length),
              name.empty() ? part : name + "." + part, names);
  }
}

// The candidates for F(outputs, taps), best first; nests of `parts`, and `others`, which have all
// that is needed in one word.
// Beyond kLongestRanked the order is that of kLongestRanked, which takes less time to find.
std::vector<Candidate> ranked(int outputs, int taps, const Names& parts, const Names& others) {
  outputs = std::min(outputs, kLongestRanked);
  taps = std::min(taps, kLongestRanked);
  const int small = std::min(outputs, taps), large = std::max(outputs, taps);
  Names names;
  for (int n = small; n <= std::max(small, std::min(large, kLongestNest)); ++n) {
    add_nests(n, parts, 1, 0, "", names);
  }
  for (const std::string& name : others) {
    const int n = words().at(name).size;
    if (n >= small && n <= large) names.push_back(name);
  }
  // Rectangular words where they are not trimmed to what square ones are as good for.
  const auto suits = [&](const Word& word, int n) {
    const int shorter = blocks(small, n), longer = blocks(large, n);
    return shorter == word.shorter && longer > shorter && longer <= word.size;
  };
  for (const auto& [name, word] : words()) {
    if (word.shorter == 0) continue;
    if (suits(word, 1)) names.push_back(name);
    for (const std::string& part : parts)
      if (suits(word, words().at(part).size)) names.push_back(part + "." + name);
  }
  if (!others.empty() && outputs + taps <= kMostPoints + 1) names.emplace_back("w");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<Candidate> result;
  for (const std::string& name : names) {
    Candidate found = candidate(name, outputs, taps);
    if (found.rank < outputs * taps) result.push_back(std::move(found));
  }
  std::sort(result.begin(), result.end());
  return result;
}

const Names& sign_words() {  // entries 0 and +-1
  static const Names kWords = {"k2", "k3", "k5", "k7"};
  return kWords;
}

// "k2, k3, k5, .., pw4 .. pw12".
std::string all_words() {
  std::string text;
  for (const auto& [name, word] : words())
    if (!name.starts_with("pw")) text += name + ", ";
  return text + "pw4 .. pw12";
}

std::string size_text(const FilterSize& size) {
  return std::to_string(size.first) + " outputs of " + std::to_string(size.second) + " taps";
}

std::string did_you_mean(const std::string& name) {
  return name.empty() ? "" : "; did you mean '" + name + "'?";
}

}  // namespace

Algorithm product(std::string_view name, int taps, int samples) {
  if (taps < 1 || samples < 1) throw std::invalid_argument("sizes must be positive");
  if (name == "direct") return direct(taps, samples);
  if (name == "w") return toom_cook(taps, samples);
  return renamed(nest(split(name), 0, taps, samples), std::string(name));
}

Algorithm named(std::string_view name, int taps) { return product(name, taps, taps); }

Algorithm correlation(std::string_view name, int outputs, int taps) {
  return with_positive_rows(with_primitive_data(transposed(product(name, taps, outputs))));
}

std::vector<std::string> names_for(int outputs, int taps) {
  Names names;
  if (outputs > 1 && taps > 1) {
    Names parts = sign_words(), others;
    for (const char* word : {"m5", "m6", "m7"}) parts.emplace_back(word);
    for (const auto& [name, word] : words()) {
      if (word.shorter == 0 && std::find(parts.begin(), parts.end(), name) == parts.end())
        others.push_back(name);
    }
    for (const Candidate& c : ranked(outputs, taps, parts, others)) names.push_back(c.name);
  }
  names.emplace_back("direct");
  return names;
}

std::vector<std::string> plain_names(int outputs, int taps) {
  if (outputs < 2 || taps < 2) return {"direct"};
  Names names;
  for (const Candidate& c : ranked(outputs, taps, sign_words(), {})) names.push_back(c.name);
  return names;
}

std::string best(int outputs, int taps) { return plain_names(outputs, taps).front(); }

std::string name_fault(const std::string& name, const std::vector<FilterSize>& sizes) {
  if (name == "direct") return "";
  if (name == "w") {
    for (const auto& [outputs, taps] : sizes) {
      if (outputs + taps - 1 > kMostPoints)
        return "must be a nest of words: w has " + std::to_string(kMostPoints) +
               " points, enough for outputs + taps = " + std::to_string(kMostPoints + 1) +
               ", not for " + size_text({outputs, taps}) + did_you_mean(best(outputs, taps));
    }
    return "";
  }
  std::vector<std::string> parts = split(name);
  for (const std::string& part : parts) {
    if (words().contains(part)) continue;
    const auto& [outputs, taps] = sizes.front();
    const std::vector<std::string> known = names_for(outputs, taps);
    std::string some;
    for (size_t i = 0; i < std::min(known.size(), kNamesTold); ++i) some += ", " + known[i];
    return "must be direct, w, or a nest of the words " + all_words() +
           ", joined by dots; fewest products for " + size_text(sizes.front()) +
           " first: " + some.substr(2) + did_you_mean(base::nearest(name, known));
  }
  for (const auto& [outputs, taps] : sizes) {
    try {
      (void)product(name, taps, outputs);
    } catch (const std::invalid_argument&) {
      return "must have room for " + size_text({outputs, taps}) +
             ": k53 is for at most 5 and 3, and the last word" + did_you_mean(best(outputs, taps));
    }
  }
  int needed = 1;
  for (const auto& [outputs, taps] : sizes) needed = std::max({needed, outputs, taps});
  std::string enough;
  for (size_t i = 0, size = 1; i < parts.size() && size < static_cast<size_t>(needed); ++i) {
    enough += (enough.empty() ? "" : ".") + parts[i];
    size *= static_cast<size_t>(find_word(parts[i]).size);
  }
  FilterSize longest = sizes.front();
  if (enough == name) {
    // As in names_for: at most a quarter of the terms is trimmed.
    const bool square = find_word(parts.back()).shorter == 0;
    if (!square || 3 * nest_size(parts) <= 4 * needed || needed == 1) return "";
    longest = *std::max_element(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) {
      return std::max(a.first, a.second) < std::max(b.first, b.second);
    });
    enough = best(longest.first, longest.second);
  }
  return "must be no longer than needed: " + enough + " has enough terms for " +
         size_text(longest) + did_you_mean(enough);
}

}  // namespace ffa
