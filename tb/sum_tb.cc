// SPDX-License-Identifier: Apache-2.0
// Bench of sums of many operands.

#include "golden/sum.h"

#include "tb/words.h"

namespace tb {
namespace {

class Sum : public VectorUnit {
 public:
  Sum(int count, int width, bool is_signed, const Options& options)
      : VectorUnit({{"x_i", count, width, is_signed}},
                   {{"sum_o", 1, width + ceil_log2(count), is_signed}}),
        words_(inputs(), options) {}

  int64_t default_vectors() const override { return words_.default_vectors(); }
  void values(int64_t vector, Values& in) override { words_.values(vector, in); }
  void expect(const Values& in, Sums& out) override {
    out = {golden::sum(in, inputs()[0].is_signed)};
  }

 private:
  Words words_;
};

}  // namespace

std::unique_ptr<VectorUnit> make_sum(const base::Spec& spec, const Options& options) {
  return std::make_unique<Sum>(static_cast<int>(spec.size("Count")),
                               static_cast<int>(spec.size("Width")), spec.is("operands", "signed"),
                               options);
}

}  // namespace tb
