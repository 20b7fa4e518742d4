// SPDX-License-Identifier: Apache-2.0
// Bench of population counts.

#include "golden/popcount.h"

#include <algorithm>

#include "sim/random.h"
#include "tb/vector_unit.h"

namespace tb {
namespace {

constexpr int64_t kFewestVectors = 64;
constexpr int64_t kRandomVectors = 2000;
constexpr int kMostExhaustive = 16;

// All words when there are few; else 0, one bit, all but one, the n lowest, the n highest; then
// random words in which a one is seldom, even or frequent.
class Popcount : public VectorUnit {
 public:
  Popcount(int width, const Options& options)
      : VectorUnit({{"x_i", width, 1, false}}, {{"count_o", 1, ceil_log2(width + 1), false}}),
        width_(width),
        seed_(options.seed),
        image_(options.image) {
    const int64_t wanted = options.vectors > 0 ? options.vectors : kRandomVectors;
    exhaustive_ = image_ == nullptr && width <= kMostExhaustive &&
                  (options.vectors == 0 || (int64_t{1} << width) <= options.vectors);
    corners_ = std::min<int64_t>(kKinds * int64_t{width}, wanted / (options.vectors > 0 ? 2 : 1));
  }

  int64_t default_vectors() const override {
    return exhaustive_ ? std::max(int64_t{1} << width_, kFewestVectors) : corners_ + kRandomVectors;
  }

  void values(int64_t vector, Values& in) override {
    in.clear();
    if (image_ == nullptr && !exhaustive_ && vector < corners_) return corner(vector, in);
    sim::Random random(seed_, static_cast<uint64_t>(vector));
    const uint64_t ones = 1 + random.below(15);  // sixteenths
    for (int i = 0; i < width_; ++i) {
      if (image_ != nullptr) {
        const auto n = static_cast<size_t>(vector * width_ + i) % image_->samples.size();
        in.push_back(image_->samples[n] >> 7 & 1);
      } else {
        in.push_back(exhaustive_ ? vector >> i & 1 : random.below(16) < ones ? 1 : 0);
      }
    }
  }

  void expect(const Values& in, Sums& out) override { out = {golden::popcount(in)}; }

 private:
  static constexpr int kKinds = 4;

  // Kinds take turns; the place goes over all bits, in large words over some of them.
  void corner(int64_t vector, Values& in) const {
    const int64_t place = vector * width_ / corners_;
    for (int i = 0; i < width_; ++i) {
      const int64_t kinds[kKinds] = {i == place, i != place, i <= place, i >= place};
      in.push_back(kinds[vector % kKinds]);
    }
  }

  int width_;
  uint64_t seed_;
  const Picture* image_;
  bool exhaustive_ = false;
  int64_t corners_ = 0;
};

}  // namespace

std::unique_ptr<VectorUnit> make_popcount(const base::Spec& spec, const Options& options) {
  return std::make_unique<Popcount>(static_cast<int>(spec.size("Width")), options);
}

}  // namespace tb
