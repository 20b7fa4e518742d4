// SPDX-License-Identifier: Apache-2.0
// Bench of dot products with binary weights: samples, signs and an offset in, their sum out.

#include "golden/bw_dot.h"

#include <span>
#include <utility>

#include "tb/bw_forms.h"
#include "tb/bw_words.h"
#include "tb/multiplier_functions.h"

namespace tb {
namespace {

class BwDot : public VectorUnit {
 public:
  BwDot(const std::vector<Field>& operands, const Field& result, const golden::BwProduct& product,
        BwFinalAdder adder, int latency, const Options& options)
      : VectorUnit(operands, {result}, latency),
        product_(product),
        adder_(std::move(adder)),
        words_(inputs(), options, product.width) {}

  int64_t default_vectors() const override { return words_.default_vectors(); }

  // A sum of the samples that comes in is right, but now and then any number.
  void values(int64_t vector, Values& in) override {
    words_.values(vector, in);
    if (has_sum() && vector % 8 != 7)
      in[2 * lanes()] = static_cast<int64_t>(
          golden::bw_dot(samples(in), std::span<const int64_t>(zeros_), product_));
  }

  void expect(const Values& in, Sums& out) override {
    const std::span<const int64_t> signs = std::span(in).subspan(lanes(), lanes());
    const int width = outputs()[0].width;
    if (adder_) {
      std::vector<golden::UnsignedWide> rows = golden::bw_beat_rows(
          samples(in), signs, product_, width, has_sum(), has_sum() ? in[2 * lanes()] : 0);
      const golden::UnsignedWide mask = (golden::UnsignedWide{1} << width) - 1;
      rows.push_back(static_cast<golden::UnsignedWide>(in.back()) & mask);
      out = {adder_(golden::bw_reduce(rows, width))};
      return;
    }
    const golden::Wide sum =
        has_sum() ? golden::bw_lanes_less(samples(in), signs, product_, in[2 * lanes()])
                  : golden::bw_lanes(samples(in), signs, product_);
    out = {golden::bw_wrap(sum + in.back(), width)};
  }

 private:
  size_t lanes() const { return zeros_.size(); }
  bool has_sum() const { return inputs().size() > 3; }
  std::span<const int64_t> samples(const Values& in) const { return std::span(in).first(lanes()); }

  golden::BwProduct product_;
  BwFinalAdder adder_;
  BwWords words_;
  std::vector<int64_t> zeros_ = std::vector<int64_t>(static_cast<size_t>(inputs()[0].count), 0);
};

}  // namespace

std::unique_ptr<VectorUnit> make_bw_dot(const base::Spec& spec, const Options& options) {
  const golden::BwProduct product = bw_product(spec);
  const int lanes = static_cast<int>(spec.size("Lanes"));
  const int width = static_cast<int>(spec.size("AccWidth"));
  std::vector<Field> operands = {
      {"x_i", lanes, product.width, product.data == golden::BwData::kSigned},
      {"s_i", lanes, 1, false}};
  if (spec.is("samples", "given")) operands.push_back({"sum_i", 1, width, true});
  operands.push_back({"offset_i", 1, width, true});
  return std::make_unique<BwDot>(
      operands, Field{"y_o", 1, width, true}, product, bw_final_adder(spec),
      options.latency >= 0 ? options.latency : latency_of_cut(spec.get("cut")), options);
}

}  // namespace tb
