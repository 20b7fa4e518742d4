// SPDX-License-Identifier: Apache-2.0
// Bench of two-operand adders, exact and approximate.

#include <algorithm>

#include "sim/random.h"
#include "tb/adder_functions.h"
#include "tb/words.h"

namespace tb {
namespace {

// Carry chains: a carry is born at bit `from`, or is not, and passes every bit up to `to`; below
// and above the chain bits are random. Random operands alone hardly ever have a long one.
class Chains {
 public:
  Chains(int width, uint64_t seed) : width_(width), seed_(seed) {}

  int64_t size() const { return int64_t{width_} * (width_ + 1); }

  void operands(int64_t index, uint64_t& a, uint64_t& b) const {
    sim::Random random(seed_, static_cast<uint64_t>(index));
    const bool born = index % 2 == 0;
    int64_t pair = index / 2;
    int from = 0;
    for (; pair >= width_ - from; ++from) pair -= width_ - from;
    const int to = from + static_cast<int>(pair);
    a = random.bits(width_);
    b = random.bits(width_);
    const uint64_t chain =
        to == 63 ? ~uint64_t{0} << from : (uint64_t{1} << (to + 1)) - (uint64_t{1} << from);
    b = (b & ~chain) | (~a & chain);
    const uint64_t first = uint64_t{1} << from;
    a = born ? a | first : a & ~first;
    b = born ? b | first : b & ~first;
  }

 private:
  int width_;
  uint64_t seed_;
};

class Adder : public VectorUnit {
 public:
  Adder(const base::Spec& spec, const std::vector<Field>& in, const Field& sum,
        const Options& options)
      : VectorUnit(in, {sum}),
        function_(adder_function(spec)),
        words_(inputs(), options),
        chains_(in[0].width, options.seed),
        // Chains alternate with other vectors when there are few.
        chain_count_(words_.exhaustive() || options.image != nullptr
                         ? 0
                         : std::min(chains_.size(),
                                    options.vectors > 0 ? options.vectors / 2 : chains_.size())) {}

  int64_t default_vectors() const override { return chain_count_ + words_.default_vectors(); }

  void values(int64_t vector, Values& in) override {
    const bool chain = vector < chain_count_;
    words_.values(chain ? vector : vector - chain_count_, in);
    if (!chain) return;
    uint64_t a = 0, b = 0;
    chains_.operands(vector * chains_.size() / chain_count_, a, b);
    const Field& field = inputs()[0];
    in[0] = word_of_bits(a, field.width, field.is_signed);
    in[1] = word_of_bits(b, field.width, field.is_signed);
    if (in.size() > 2) in[2] = vector / 2 % 2;
  }

  void expect(const Values& in, Sums& out) override {
    const int above = 64 - inputs()[0].width;
    const auto bits = [&](size_t i) { return static_cast<uint64_t>(in[i]) << above >> above; };
    out = {function_(bits(0), bits(1), in.size() > 2 && in[2] != 0)};
  }

 private:
  AdderFunction function_;
  Words words_;
  Chains chains_;
  int64_t chain_count_;
};

}  // namespace

std::unique_ptr<VectorUnit> make_adder(const base::Spec& spec, const Options& options) {
  const int width = static_cast<int>(spec.size("Width"));
  const bool is_signed = spec.is("operands", "signed");
  std::vector<Field> in = {{"a_i", 1, width, is_signed}, {"b_i", 1, width, is_signed}};
  if (spec.is("carry_in", "yes")) in.push_back({"carry_i", 1, 1, false});
  return std::make_unique<Adder>(spec, in, Field{"sum_o", 1, width + 1, is_signed}, options);
}

}  // namespace tb
