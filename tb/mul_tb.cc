// SPDX-License-Identifier: Apache-2.0
// Bench of multipliers, exact and approximate.

#include "tb/multiplier_functions.h"
#include "tb/words.h"

namespace tb {
namespace {

class Mul : public VectorUnit {
 public:
  Mul(const base::Spec& spec, const Field& a, const Field& b, const Field& product,
      const Options& options)
      : VectorUnit({a, b}, {product}),
        function_(multiplier_function(spec)),
        words_(inputs(), options) {}

  int64_t default_vectors() const override { return words_.default_vectors(); }
  void values(int64_t vector, Values& in) override { words_.values(vector, in); }
  void expect(const Values& in, Sums& out) override {
    const auto bits = [&](size_t i) {  // without the copies of a sign
      const int above = 64 - inputs()[i].width;
      return static_cast<uint64_t>(in[i]) << above >> above;
    };
    out = {function_(bits(0), bits(1))};
  }

 private:
  MultiplierFunction function_;
  Words words_;
};

}  // namespace

std::unique_ptr<VectorUnit> make_mul(const base::Spec& spec, const Options& options) {
  const golden::Signs signs = signs_of(spec);
  const Field a{"a_i", 1, static_cast<int>(spec.size("WidthA")), signs == golden::Signs::kSigned};
  const Field b{"b_i", 1, static_cast<int>(spec.size("WidthB")), signs != golden::Signs::kUnsigned};
  // The golden function gives bits.
  const Field product{"product_o", 1, a.width + b.width, false};
  return std::make_unique<Mul>(spec, a, b, product, options);
}

}  // namespace tb
