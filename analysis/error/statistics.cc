// SPDX-License-Identifier: Apache-2.0
// Inner loops over blocks of results, and the figures at the end.

#include "analysis/error/statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace analysis {
namespace {

using golden::Wide;

constexpr int kTableBits = 18;        // 2^19 counters of 8 bytes
constexpr size_t kMostValues = 1024;  // in the histogram, one by one
constexpr double kSigmas = 1.959964;  // of a 95 % interval

Wide size_of(Wide value) { return value < 0 ? -value : value; }

// 0 for no error, 2j + 1 and 2j + 2 for errors of -+2^j .. -+(2^(j+1) - 1).
size_t power_index(Wide error) {
  if (error == 0) return 0;
  size_t power = 0;
  for (Wide rest = size_of(error) >> 1; rest != 0; rest >>= 1) ++power;
  return 2 * power + (error < 0 ? 1 : 2);
}

typedef uint64_t Vector __attribute__((vector_size(64), may_alias));

inline void add_bits(Vector& carry, Vector& sum, const Vector& a, const Vector& b) {
  const Vector x = sum ^ a;
  const Vector next = x ^ b;
  carry = (sum & a) | (x & b);
  sum = next;
}

mpz_class wide_to_mpz(Wide value) { return mpz_class(golden::to_string(value)); }

// Wilson's interval of a proportion.
Interval proportion_interval(double p, double n) {
  const double z2 = kSigmas * kSigmas;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kSigmas / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

// Of a mean whose terms have this mean square.
Interval mean_interval(double mean, double mean_square, double n) {
  const double half = kSigmas * std::sqrt(std::max(0.0, mean_square - mean * mean) / n);
  return {mean - half, mean + half};
}

}  // namespace

ErrorStatistics::ErrorStatistics(int bits) : bits_(bits) {
  if (bits <= kTableBits) table_.assign(size_t{2} << bits, 0);
}

void ErrorStatistics::add(std::span<const int64_t> z, std::span<const int64_t> y) {
  pairs_ += Int(static_cast<int64_t>(z.size()));
  if (table_.empty())
    gather_sums(z, y);
  else
    gather_table(z, y);
  gather_relative(z, y);
  gather_flips(z, y);
}

void ErrorStatistics::gather_table(std::span<const int64_t> z, std::span<const int64_t> y) {
  uint64_t* const middle = table_.data() + table_.size() / 2;
  for (size_t i = 0; i < z.size(); ++i) ++middle[z[i] - y[i]];
}

void ErrorStatistics::gather_sums(std::span<const int64_t> z, std::span<const int64_t> y) {
  int64_t sum = 0, zero = 0;
  Wide absolute = 0;
  Wide square = 0;  // 512 squares below 2^118
  int64_t least = INT64_MAX, most = INT64_MIN;
  std::array<uint32_t, 140> powers{};
  for (size_t i = 0; i < z.size(); ++i) {
    const int64_t e = z[i] - y[i];
    const int64_t size = e < 0 ? -e : e;
    sum += e;
    zero += e == 0 ? 1 : 0;
    absolute += size;
    square += Wide{e} * e;
    least = std::min(least, e);
    most = std::max(most, e);
    const auto power = static_cast<size_t>(std::bit_width(static_cast<uint64_t>(size)));
    ++powers[power == 0 ? 0 : 2 * power - (e < 0 ? 1 : 0)];
  }
  error_ += Int(sum);
  zero_ += Int(zero);
  absolute_ += Int::from_wide(absolute);
  square_ += Int::from_wide(square);
  least_ = any_ ? std::min<Wide>(least_, least) : least;
  most_ = any_ ? std::max<Wide>(most_, most) : most;
  any_ = true;
  few_values_ = false;
  for (size_t i = 0; i < powers.size(); ++i)
    if (powers[i] != 0) powers_[i] += Int(powers[i]);
}

void ErrorStatistics::gather_relative(std::span<const int64_t> z, std::span<const int64_t> y) {
  constexpr size_t kLanes = 8;
  std::array<double, kLanes> sums{}, worst{};
  size_t i = 0;
  for (; i + kLanes <= z.size(); i += kLanes) {
    uint64_t any = 0;
    for (size_t k = 0; k < kLanes; ++k) any |= static_cast<uint64_t>(z[i + k] ^ y[i + k]);
    if (any == 0) continue;
    for (size_t k = 0; k < kLanes; ++k) {
      const double e = std::abs(static_cast<double>(z[i + k] - y[i + k]));
      const double size = std::abs(static_cast<double>(y[i + k]));
      const double r = size > 0 ? e / size : 0;
      sums[k] += r;
      worst[k] = std::max(worst[k], r);
    }
  }
  for (; i < z.size(); ++i) {
    if (y[i] == 0) continue;
    const double r = std::abs(static_cast<double>(z[i] - y[i]) / static_cast<double>(y[i]));
    sums[0] += r;
    worst[0] = std::max(worst[0], r);
  }
  for (const double sum : sums) relative_ += sum;
  for (const double r : worst) worst_relative_ = std::max(worst_relative_, r);
}

// Counts of each bit position in bit-sliced form: 16 words become one of weight 16 (Harley and
// Seal's counter), which is added to the planes above.
void ErrorStatistics::gather_flips(std::span<const int64_t> z, std::span<const int64_t> y) {
  alignas(64) std::array<uint64_t, 512> words{};
  for (size_t i = 0; i < z.size(); ++i) words[i] = static_cast<uint64_t>(z[i] ^ y[i]);
  alignas(64) std::array<std::array<uint64_t, 8>, kPlanes> aligned;
  std::memcpy(aligned.data(), planes_.data(), sizeof(planes_));
  auto* const v = reinterpret_cast<Vector*>(words.data());
  auto* const plane = reinterpret_cast<Vector*>(aligned.data());
  for (size_t first = 0; first < 64; first += 16) {
    const Vector* x = v + first;
    Vector twos[2], fours[2], eights[2], sixteens;
    for (size_t e = 0; e < 2; ++e) {
      for (size_t f = 0; f < 2; ++f) {
        for (size_t t = 0; t < 2; ++t, x += 2) add_bits(twos[t], plane[0], x[0], x[1]);
        add_bits(fours[f], plane[1], twos[0], twos[1]);
      }
      add_bits(eights[e], plane[2], fours[0], fours[1]);
    }
    add_bits(sixteens, plane[3], eights[0], eights[1]);
    for (size_t p = 4; p < kPlanes; ++p) {
      const Vector carry = plane[p] & sixteens;
      plane[p] ^= sixteens;
      sixteens = carry;
      uint64_t any = 0;
      for (size_t k = 0; k < 8; ++k) any |= carry[k];
      if (any == 0) break;
    }
  }
  std::memcpy(planes_.data(), aligned.data(), sizeof(planes_));
}

void ErrorStatistics::count_value(Wide error, uint64_t weight) {
  Int count(1);
  count *= weight;
  powers_[power_index(error)] += count;
  if (!few_values_) return;
  values_.try_emplace(error, Int{0}).first->second += count;
  if (values_.size() <= kMostValues) return;
  few_values_ = false;
  values_.clear();
}

void ErrorStatistics::add(Wide z, Wide y, uint64_t weight) {
  const Wide e = z - y;
  Int count(1);
  count *= weight;
  pairs_ += count;
  if (!table_.empty()) {
    table_[static_cast<size_t>(e + static_cast<Wide>(table_.size() / 2))] += weight;
  } else {
    Int term = Int::from_wide(e);
    Int square = term;
    square *= term;
    square *= weight;
    term *= weight;
    error_ += term;
    square_ += square;
    term = Int::from_wide(size_of(e));
    term *= weight;
    absolute_ += term;
    if (e == 0) zero_ += count;
    least_ = any_ ? std::min(least_, e) : e;
    most_ = any_ ? std::max(most_, e) : e;
    any_ = true;
    count_value(e, weight);
  }
  for (Wide wrong = z ^ y, i = 0; wrong != 0 && i <= bits_; wrong >>= 1, ++i)
    if ((wrong & 1) != 0) flips_[static_cast<size_t>(i)] += count;
  const auto w = static_cast<long double>(weight);
  const auto size = static_cast<long double>(size_of(e));
  fourth_ += w * size * size * size * size;
  if (y == 0) return;
  const long double r = size / static_cast<long double>(size_of(y));
  relative_ += w * r;
  relative_square_ += w * r * r;
  worst_relative_ = std::max(worst_relative_, static_cast<double>(r));
}

void ErrorStatistics::merge(const ErrorStatistics& other) {
  for (size_t i = 0; i < table_.size(); ++i) table_[i] += other.table_[i];
  zero_ += other.zero_;
  error_ += other.error_;
  absolute_ += other.absolute_;
  square_ += other.square_;
  if (other.any_) {
    least_ = any_ ? std::min(least_, other.least_) : other.least_;
    most_ = any_ ? std::max(most_, other.most_) : other.most_;
    any_ = true;
  }
  for (const auto& [value, count] : other.values_)
    values_.try_emplace(value, Int{0}).first->second += count;
  few_values_ = few_values_ && other.few_values_ && values_.size() <= kMostValues;
  for (size_t i = 0; i < powers_.size(); ++i) powers_[i] += other.powers_[i];
  for (size_t i = 0; i < flips_.size(); ++i) flips_[i] += other.flips_[i];
  for (size_t bit = 0; bit < std::min<size_t>(64, flips_.size()); ++bit)
    for (size_t p = 0; p < kPlanes; ++p)
      for (const uint64_t word : other.planes_[p])
        if ((word >> bit & 1) != 0) flips_[bit] += Int(int64_t{1} << p);
  pairs_ += other.pairs_;
  relative_ += other.relative_;
  relative_square_ += other.relative_square_;
  fourth_ += other.fourth_;
  worst_relative_ = std::max(worst_relative_, other.worst_relative_);
}

ErrorSums ErrorStatistics::sums() const {
  ErrorSums sums{.total = pairs_.to_mpz(),
                 .zero = zero_.to_mpz(),
                 .error = error_.to_mpz(),
                 .square = square_.to_mpz(),
                 .absolute = absolute_.to_mpz(),
                 .least = wide_to_mpz(least_),
                 .most = wide_to_mpz(most_),
                 .flips = {}};
  const auto half = static_cast<int64_t>(table_.size() / 2);
  bool first = true;
  for (size_t i = 0; i < table_.size(); ++i) {
    if (table_[i] == 0) continue;
    const int64_t e = static_cast<int64_t>(i) - half;
    const mpz_class count = table_[i];
    if (e == 0) sums.zero += count;
    sums.error += count * e;
    sums.absolute += count * std::abs(e);
    sums.square += count * e * e;
    if (first) sums.least = e;
    sums.most = e;
    first = false;
  }
  for (int bit = 0; bit < bits_; ++bit) {
    const auto b = static_cast<size_t>(bit);
    mpz_class count = flips_[b].to_mpz();
    if (bit < 64)
      for (size_t p = 0; p < kPlanes; ++p)
        for (const uint64_t word : planes_[p])
          if ((word >> bit & 1) != 0) count += mpz_class(1) << p;
    sums.flips.push_back(count);
  }
  return sums;
}

void ErrorStatistics::set_histogram(ErrorReport& report) const {
  std::map<mpz_class, mpz_class> values;
  std::array<mpz_class, 2 * kMostBits + 6> powers;
  bool few = few_values_;
  if (table_.empty()) {
    for (size_t i = 0; i < powers.size(); ++i) powers[i] = powers_[i].to_mpz();
    for (const auto& [value, count] : values_) values[wide_to_mpz(value)] = count.to_mpz();
  } else {
    const auto half = static_cast<int64_t>(table_.size() / 2);
    for (size_t i = 0; i < table_.size(); ++i) {
      if (table_[i] == 0) continue;
      const int64_t e = static_cast<int64_t>(i) - half;
      powers[power_index(e)] += table_[i];
      values[e] = table_[i];
    }
    few = values.size() <= kMostValues;
  }
  const mpz_class total = pairs_.to_mpz();
  const auto add = [&](const mpz_class& low, const mpz_class& high, const mpz_class& count) {
    mpq_class share(count, total);
    share.canonicalize();
    report.histogram.push_back({low, high, share});
  };
  if (few) {
    for (const auto& [value, count] : values) add(value, value, count);
    return;
  }
  const size_t pairs_of_bins = powers.size() / 2 - 1;
  for (size_t j = pairs_of_bins; j-- > 0;) {
    const mpz_class low = mpz_class(1) << j;
    if (powers[2 * j + 1] != 0) add(1 - 2 * low, -low, powers[2 * j + 1]);
  }
  if (powers[0] != 0) add(0, 0, powers[0]);
  for (size_t j = 0; j < pairs_of_bins; ++j) {
    const mpz_class low = mpz_class(1) << j;
    if (powers[2 * j + 2] != 0) add(low, 2 * low - 1, powers[2 * j + 2]);
  }
}

void ErrorStatistics::set_relative(ErrorReport& report, const std::string& method) const {
  const double n = pairs_.to_mpz().get_d();
  report.mred = {.method = method, .value = static_cast<double>(relative_) / n};
  report.wcre = {.method = method, .value = worst_relative_};
}

ErrorReport ErrorStatistics::report(const mpz_class& span, const std::string& method) const {
  ErrorReport report;
  set_sums(report, sums(), span, method);
  report.pairs = pairs_.to_mpz();
  set_relative(report, method);
  set_histogram(report);
  return report;
}

ErrorReport ErrorStatistics::sample_report(const mpz_class& span) const {
  ErrorReport r = report(span, "monte_carlo");
  const double n = pairs_.to_mpz().get_d();
  r.er.interval = proportion_interval(r.er.value, n);
  r.me.interval = mean_interval(r.me.value, r.mse.value, n);
  r.med.interval = mean_interval(r.med.value, r.mse.value, n);
  const double scale = r.med.value > 0 ? r.nmed.value / r.med.value : 0;
  r.nmed.interval = Interval{r.med.interval->low * scale, r.med.interval->high * scale};
  r.mse.interval = mean_interval(r.mse.value, static_cast<double>(fourth_) / n, n);
  r.mred.interval = mean_interval(r.mred.value, static_cast<double>(relative_square_) / n, n);
  // To first order; the mean's own error is small beside that of the square.
  r.variance.interval = Interval{r.variance.value + r.mse.interval->low - r.mse.value,
                                 r.variance.value + r.mse.interval->high - r.mse.value};
  for (Figure& bit : r.bit_error) bit.interval = proportion_interval(bit.value, n);
  for (Figure* figure : {&r.er, &r.me, &r.med, &r.nmed, &r.mse, &r.variance, &r.mhd})
    figure->exact.reset();
  for (Figure& bit : r.bit_error) bit.exact.reset();
  for (Figure* figure : {&r.wce, &r.wce_min, &r.wce_max, &r.wcre}) figure->seen_only = true;
  return r;
}

}  // namespace analysis
