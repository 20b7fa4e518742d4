// SPDX-License-Identifier: Apache-2.0
// Every value apart while they are few; else the chance of an error below a bound, for each bound.

#include "analysis/error/histogram.h"

#include <array>
#include <map>
#include <optional>

namespace analysis {
namespace {

using Edge = DigitGraph::Edge;
using golden::Wide;

mpz_class wide_to_mpz(Wide value) { return mpz_class(golden::to_string(value)); }

mpq_class share(const mpz_class& part, const mpz_class& total) {
  mpq_class result(part, total);
  result.canonicalize();
  return result;
}

template <class Int, class Weight>
class Histogram {
 public:
  Histogram(const DigitGraph& graph, const Weights<Weight>& weights)
      : graph_(graph), weights_(weights) {}

  std::vector<ErrorBin> bins(size_t most_values) const {
    if (std::optional<std::vector<ErrorBin>> all = values(most_values)) return *all;
    return powers();
  }

 private:
  // All values with their weights; nothing when any layer has too many.
  std::optional<std::vector<ErrorBin>> values(size_t most) const {
    using Masses = std::map<Wide, Int>;
    std::vector<Masses> cells(graph_.nodes[0]);
    for (Masses& masses : cells) masses[0] = Int{1};
    for (size_t i = 0; i < graph_.layers(); ++i) {
      std::vector<Masses> next(graph_.nodes[i + 1]);
      for (const Edge& edge : graph_.edges[i]) {
        const Weight& weight = weights_[i][edge.pairs];
        if (weight == 0) continue;
        for (const auto& [error, mass] : cells[edge.from]) {
          Int added = mass;
          added *= weight;
          next[edge.to].try_emplace(error + (Wide{edge.digit} << i), Int{0}).first->second += added;
        }
        if (next[edge.to].size() > most) return std::nullopt;
      }
      cells = std::move(next);
    }
    mpz_class total = 0;
    for (const auto& [error, mass] : cells[0]) total += to_mpz(mass);
    std::vector<ErrorBin> result;
    for (const auto& [error, mass] : cells[0]) {
      const mpz_class e = wide_to_mpz(error);
      result.push_back({e, e, share(to_mpz(mass), total)});
    }
    return result;
  }

  // Weight of the errors below `bound`. Digits are subtracted from the least significant up; what
  // is carried on is floor((e - bound) / 2^i), which is in -2..0.
  mpz_class below(Wide bound) const {
    using Cell = std::array<Int, 3>;
    std::vector<Cell> cells(graph_.nodes[0], Cell{Int{0}, Int{0}, Int{1}});
    for (size_t i = 0; i < graph_.layers(); ++i) {
      std::vector<Cell> next(graph_.nodes[i + 1], Cell{Int{0}, Int{0}, Int{0}});
      const int digit = static_cast<int>(bound >> i & 1);
      for (const Edge& edge : graph_.edges[i])
        for (size_t place = 0; place < 3; ++place) {  // carried on: place - 2
          const int carried = static_cast<int>(place) - 2;
          const int next_place = ((carried + edge.digit - digit) >> 1) + 2;
          Int mass = cells[edge.from][place];
          mass *= weights_[i][edge.pairs];
          next[edge.to][static_cast<size_t>(next_place)] += mass;
        }
      cells = std::move(next);
    }
    const Wide top = bound >> graph_.layers();
    Int result{0};
    for (size_t place = 0; place < 3; ++place)
      if (static_cast<int>(place) - 2 < top) result += cells[0][place];
    return to_mpz(result);
  }

  std::vector<ErrorBin> powers() const {
    // First errors of the bins, in ascending order; |e| < 2^layers.
    std::vector<Wide> first;
    for (size_t j = graph_.layers(); j-- > 0;) first.push_back(1 - (Wide{1} << (j + 1)));
    first.push_back(0);
    for (size_t j = 0; j <= graph_.layers(); ++j) first.push_back(Wide{1} << j);
    std::vector<ErrorBin> result;
    const mpz_class total = below(first.back());
    mpz_class before = 0;
    for (size_t bin = 0; bin + 1 < first.size(); ++bin) {
      const mpz_class until = below(first[bin + 1]);
      if (until != before)
        result.push_back({wide_to_mpz(first[bin]), wide_to_mpz(first[bin + 1] - 1),
                          share(until - before, total)});
      before = until;
    }
    return result;
  }

  const DigitGraph& graph_;
  const Weights<Weight>& weights_;
};

}  // namespace

std::vector<ErrorBin> error_histogram(const DigitGraph& graph, const BitChances& chances,
                                      size_t most_values) {
  if (!chances.uniform()) {
    const Weights<mpz_class> weights = chance_weights(graph.layers(), chances);
    return Histogram<mpz_class, mpz_class>(graph, weights).bins(most_values);
  }
  const Weights<uint64_t> weights = uniform_weights(graph.layers());
  return Histogram<FixedInt<3>, uint64_t>(graph, weights).bins(most_values);
}

}  // namespace analysis
