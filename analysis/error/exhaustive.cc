// SPDX-License-Identifier: Apache-2.0
// Blocks of pairs, shared out among threads; samples and traces in one.

#include "analysis/error/exhaustive.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>

#include "analysis/error/statistics.h"

namespace analysis {
namespace {

using golden::Wide;
constexpr size_t kPairs = CircuitRunner::kPairs;
constexpr uint64_t kChunk = 256;  // blocks that a thread takes at a time

// Pairs gathered until there are enough for one evaluation.
class Batch {
 public:
  Batch(const PairFunction& function, const SampleRequest& request)
      : function_(function), statistics_(request.result_bits) {}
  void add(uint64_t a, uint64_t b, uint64_t weight) {
    a_[count_] = a;
    b_[count_] = b;
    weight_[count_] = weight;
    if (++count_ == kPairs) flush();
  }
  const ErrorStatistics& finish() {
    flush();
    return statistics_;
  }

 private:
  void flush() {
    if (count_ == 0) return;
    const std::span<Wide> z(z_.data(), count_), y(y_.data(), count_);
    function_({a_.data(), count_}, {b_.data(), count_}, z, y);
    for (size_t i = 0; i < count_; ++i) statistics_.add(z[i], y[i], weight_[i]);
    count_ = 0;
  }

  const PairFunction& function_;
  ErrorStatistics statistics_;
  std::array<uint64_t, kPairs> a_{}, b_{}, weight_{};
  std::array<Wide, kPairs> z_{}, y_{};
  size_t count_ = 0;
};

// Draws patterns whose bits are 1 with given chances, or from given ones.
class Drawer {
 public:
  Drawer(int width, const std::vector<mpq_class>& chances, const WeightedPatterns& values)
      : mask_(width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1), values_(values) {
    for (const mpq_class& chance : chances) chances_.push_back(chance.get_d());
    uint64_t sum = 0;
    for (const auto& [pattern, count] : values) until_.push_back(sum += count);
  }
  uint64_t draw(std::mt19937_64& random) const {
    if (!until_.empty()) {
      const uint64_t drawn = random() % until_.back();
      const auto found = std::upper_bound(until_.begin(), until_.end(), drawn);
      return values_[static_cast<size_t>(found - until_.begin())].first;
    }
    if (chances_.empty()) return random() & mask_;
    uint64_t pattern = 0;
    for (size_t i = 0; i < chances_.size(); ++i) {
      const double drawn = static_cast<double>(random() >> 11) * 0x1p-53;
      if (drawn < chances_[i]) pattern |= uint64_t{1} << i;
    }
    return pattern;
  }

 private:
  uint64_t mask_;
  const WeightedPatterns& values_;
  std::vector<uint64_t> until_;  // sums of counts
  std::vector<double> chances_;
};

}  // namespace

ErrorReport exhaustive_report(const Circuit& circuit, const ErrorProgress& progress) {
  const int bits = circuit.operand_bits();
  if (bits > kMostExhaustiveBits || circuit.result_bits() > ErrorStatistics::kFastBits)
    throw std::logic_error("too many bits for all pairs");
  const uint64_t blocks = std::max<uint64_t>(1, (uint64_t{1} << bits) / kPairs);
  const uint64_t chunks = (blocks + kChunk - 1) / kChunk;
  const auto threads =
      static_cast<size_t>(std::clamp<uint64_t>(std::thread::hardware_concurrency(), 1, chunks));
  std::vector<ErrorStatistics> parts(threads, ErrorStatistics(circuit.result_bits()));
  std::atomic<uint64_t> next = 0;
  std::mutex mutex;
  std::condition_variable finished;
  size_t running = threads;
  const auto work = [&](ErrorStatistics& statistics) {
    CircuitRunner runner(circuit);
    std::array<int64_t, kPairs> z, y;
    for (uint64_t chunk = next++; chunk < chunks; chunk = next++)
      for (uint64_t block = chunk * kChunk; block < std::min(blocks, (chunk + 1) * kChunk);
           ++block) {
        const size_t count = runner.block(block, z, y);
        statistics.add(std::span(z.data(), count), std::span(y.data(), count));
      }
    const std::lock_guard lock(mutex);
    --running;
    finished.notify_one();
  };
  {
    std::vector<std::jthread> workers;
    for (ErrorStatistics& part : parts) workers.emplace_back(work, std::ref(part));
    std::unique_lock lock(mutex);
    while (!finished.wait_for(lock, std::chrono::milliseconds(200), [&] { return running == 0; }))
      if (progress)
        progress(static_cast<double>(std::min<uint64_t>(next, chunks)) /
                 static_cast<double>(chunks));
  }
  for (size_t i = 1; i < parts.size(); ++i) parts[0].merge(parts[i]);
  ErrorReport report = parts[0].report(circuit.span(), "exhaustive");
  report.operands = "uniform";
  return report;
}

ErrorReport sampled_report(const PairFunction& function, const SampleRequest& request,
                           const ErrorProgress& progress) {
  std::mt19937_64 random(request.seed);
  const Drawer a(request.width_a, request.chances.a, request.values_a);
  const Drawer b(request.width_b, request.chances.b, request.values_b);
  Batch batch(function, request);
  for (int64_t i = 0; i < request.samples; ++i) {
    const uint64_t pattern = a.draw(random);
    batch.add(pattern, b.draw(random), 1);
    if (progress && i % (1 << 16) == 0)
      progress(static_cast<double>(i) / static_cast<double>(request.samples));
  }
  ErrorReport report = batch.finish().sample_report(request.span);
  report.operands = request.chances.uniform() ? "uniform" : "independent bits";
  return report;
}

ErrorReport traced_report(const PairFunction& function, const SampleRequest& request,
                          std::span<const std::pair<uint64_t, uint64_t>> pairs) {
  Batch batch(function, request);
  for (const auto& [a, b] : pairs) batch.add(a, b, 1);
  return batch.finish().report(request.span, "trace");
}

ErrorReport independent_report(const PairFunction& function, const SampleRequest& request,
                               const WeightedPatterns& a, const WeightedPatterns& b,
                               const ErrorProgress& progress) {
  Batch batch(function, request);
  size_t done = 0;
  for (const auto& [of_a, count_a] : a) {
    for (const auto& [of_b, count_b] : b) batch.add(of_a, of_b, count_a * count_b);
    if (progress) progress(static_cast<double>(++done) / static_cast<double>(a.size()));
  }
  return batch.finish().report(request.span, "exhaustive");
}

}  // namespace analysis
