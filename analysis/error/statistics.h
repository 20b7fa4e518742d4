// SPDX-License-Identifier: Apache-2.0
// Gathers pairs of approximate and exact results, in exact integers.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "analysis/error/fixed_int.h"
#include "analysis/error/report.h"
#include "golden/wide.h"

namespace analysis {

// One a thread; merged at the end. Results have at most kMostBits.
class ErrorStatistics {
 public:
  // `bits`: of the longer of both results, which decides how errors are gathered: in a table of all
  // values where it is short.
  explicit ErrorStatistics(int bits);

  static constexpr int kMostBits = 126;
  // Results below 2^kFastBits in size.
  static constexpr int kFastBits = 58;
  void add(std::span<const int64_t> z, std::span<const int64_t> y);
  // Any results; the pair counts `weight` times.
  void add(golden::Wide z, golden::Wide y, uint64_t weight = 1);
  void merge(const ErrorStatistics& other);

  // Every figure, taken for exact: all pairs have been added.
  ErrorReport report(const mpz_class& span, const std::string& method) const;
  // Taken for a random sample: means have 95 % intervals, extremes are the largest that were seen.
  ErrorReport sample_report(const mpz_class& span) const;

 private:
  using Int = FixedInt<5>;

  void gather_table(std::span<const int64_t> z, std::span<const int64_t> y);
  void gather_sums(std::span<const int64_t> z, std::span<const int64_t> y);
  void gather_relative(std::span<const int64_t> z, std::span<const int64_t> y);
  void gather_flips(std::span<const int64_t> z, std::span<const int64_t> y);
  void count_value(golden::Wide error, uint64_t weight);
  ErrorSums sums() const;
  void set_histogram(ErrorReport& report) const;
  void set_relative(ErrorReport& report, const std::string& method) const;

  int bits_;
  // Table of errors -2^bits .. 2^bits - 1, empty when too long.
  std::vector<uint64_t> table_;
  // Otherwise sums, and counts of single values until there are too many, by powers of two.
  Int zero_{0}, error_{0}, absolute_{0}, square_{0};
  golden::Wide least_ = 0, most_ = 0;
  bool any_ = false;
  std::map<golden::Wide, Int> values_;
  bool few_values_ = true;
  std::array<Int, 2 * kMostBits + 6> powers_{};  // see power_index()
  // Bit i of plane p: bit p of the count of wrong result bits i, in 8 parts.
  static constexpr size_t kPlanes = 48;
  std::array<std::array<uint64_t, 8>, kPlanes> planes_{};
  std::array<Int, kMostBits + 2> flips_{};  // of pairs that came one by one
  Int pairs_{0};
  long double relative_ = 0, relative_square_ = 0, fourth_ = 0;
  double worst_relative_ = 0;
};

}  // namespace analysis
