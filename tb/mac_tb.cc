// SPDX-License-Identifier: Apache-2.0
// Bench of the multiplier with accumulator: sums of many lengths, one product a vector.

#include "golden/mac.h"

#include <algorithm>

#include "sim/random.h"
#include "tb/multiplier_functions.h"
#include "tb/words.h"

namespace tb {
namespace {

constexpr int64_t kFewestVectors = 2000;
constexpr uint64_t kLengthStream = 0x6d61;

class Mac : public VectorUnit {
 public:
  Mac(const Field& a, const Field& b, const Field& result, int latency, const Options& options)
      : VectorUnit({{"first_i", 1, 1, false}, {"last_i", 1, 1, false}, a, b}, {result}, latency),
        words_({a, b}, options),
        lengths_(options.seed, kLengthStream),
        golden_(result.width, result.is_signed) {}

  int64_t default_vectors() const override {
    return std::max(words_.default_vectors(), kFewestVectors);
  }

  void values(int64_t vector, Values& in) override {
    words_.values(vector, in);
    const Place place = place_of(vector);
    in.insert(in.begin(), {place.first ? 1 : 0, place.last ? 1 : 0});
  }

  void expect(const Values& in, Sums& out) override {
    out = {golden_.add(in[2], in[3], in[0] != 0)};
    has_result_ = in[1] != 0;
  }
  bool has_result() const override { return has_result_; }

  // What the accumulator holds behind a reset has no meaning.
  int64_t resume(int64_t vector) override {
    while (!place_of(vector).first) ++vector;
    return vector;
  }

 private:
  struct Place {
    bool first = false, last = false;
  };

  // Sums of 1 to 24 products, some of 200; a result may be asked for in the middle of a sum, and a
  // sum may end without one.
  Place place_of(int64_t vector) {
    while (static_cast<size_t>(vector) >= places_.size()) {
      const int64_t length =
          lengths_.below(16) == 0 ? 200 : static_cast<int64_t>(lengths_.below(24)) + 1;
      const bool asked = lengths_.below(8) != 0;
      for (int64_t i = 0; i < length; ++i) {
        const bool looked_at = lengths_.below(12) == 0;
        places_.push_back({i == 0, (asked && i == length - 1) || looked_at});
      }
    }
    return places_[static_cast<size_t>(vector)];
  }

  Words words_;
  sim::Random lengths_;
  golden::Mac golden_;
  std::vector<Place> places_;
  bool has_result_ = false;
};

}  // namespace

std::unique_ptr<VectorUnit> make_mac(const base::Spec& spec, const Options& options) {
  const golden::Signs signs = signs_of(spec);
  const bool result_signed = signs != golden::Signs::kUnsigned;
  const Field a{"a_i", 1, static_cast<int>(spec.size("WidthA")), signs == golden::Signs::kSigned};
  const Field b{"b_i", 1, static_cast<int>(spec.size("WidthB")), result_signed};
  // One edge for the accumulator itself.
  const int latency = options.latency >= 0 ? options.latency : 1 + latency_of_cut(spec.get("cut"));
  return std::make_unique<Mac>(
      a, b, Field{"y_o", 1, static_cast<int>(spec.size("AccWidth")), result_signed}, latency,
      options);
}

}  // namespace tb
