// SPDX-License-Identifier: Apache-2.0
// Bench of dot products: pairs of words and an addend in, their sum out.

#include "golden/dot.h"

#include <algorithm>
#include <span>

#include "golden/sum.h"
#include "tb/multiplier_functions.h"
#include "tb/words.h"

namespace tb {
namespace {

class Dot : public VectorUnit {
 public:
  Dot(const std::vector<Field>& operands, const Field& result, int latency, const Options& options)
      : VectorUnit(operands, {result}, latency), words_(inputs(), options) {}

  int64_t default_vectors() const override { return words_.default_vectors(); }
  void values(int64_t vector, Values& in) override { words_.values(vector, in); }
  void expect(const Values& in, Sums& out) override {
    const std::span<const int64_t> words(in);
    const auto count = static_cast<size_t>(inputs()[0].count);
    const golden::Wide addend =
        inputs().size() > 2 ? golden::number(in[2 * count], inputs()[2].is_signed) : 0;
    out = {golden::dot(words.first(count), words.subspan(count, count), addend)};
  }

 private:
  Words words_;
};

}  // namespace

std::unique_ptr<VectorUnit> make_dot(const base::Spec& spec, const Options& options) {
  const int count = static_cast<int>(spec.size("Count"));
  const int addend = static_cast<int>(spec.size("AddendWidth"));
  const golden::Signs signs = signs_of(spec);
  const bool result_signed = signs != golden::Signs::kUnsigned;
  const Field a{"a_i", count, static_cast<int>(spec.size("WidthA")),
                signs == golden::Signs::kSigned};
  const Field b{"b_i", count, static_cast<int>(spec.size("WidthB")), result_signed};
  std::vector<Field> operands = {a, b};
  int width = a.width + b.width + growth(count, a.is_signed);
  if (addend > 0) {
    operands.push_back({"c_i", 1, addend, result_signed});
    width = std::max(width, addend) + 1;
  }
  return std::make_unique<Dot>(
      operands, Field{"y_o", 1, width, result_signed},
      options.latency >= 0 ? options.latency : latency_of_cut(spec.get("cut")), options);
}

}  // namespace tb
