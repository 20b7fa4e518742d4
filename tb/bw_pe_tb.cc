// SPDX-License-Identifier: Apache-2.0
// Bench of the processing element with binary weights: sums of many lengths, a beat a vector, whole
// samples or bit planes.

#include "golden/bw_pe.h"

#include <algorithm>
#include <span>
#include <utility>

#include "sim/random.h"
#include "tb/bw_forms.h"
#include "tb/bw_words.h"
#include "tb/multiplier_functions.h"

namespace tb {
namespace {

constexpr int64_t kFewestVectors = 2000;
constexpr uint64_t kLengthStream = 0x6277;

class BwPe : public VectorUnit {
 public:
  BwPe(const std::vector<Field>& control, const std::vector<Field>& operands, const Field& result,
       const golden::BwProduct& product, bool serial, BwFinalAdder adder, int latency,
       const Options& options)
      : VectorUnit(joined(control, operands), {result}, latency),
        serial_(serial),
        controls_(control.size()),
        lanes_(static_cast<size_t>(operands[0].count)),
        has_sum_(operands.size() > 3),
        planes_(product.width),
        product_(product),
        words_(operands, options, product.width),
        lengths_(options.seed, kLengthStream),
        golden_(product, result.width, has_sum_),
        adder_(std::move(adder)),
        rows_(product, result.width, has_sum_) {
    if (serial) product_.data = golden::BwData::kUnsigned;
  }

  int64_t default_vectors() const override {
    return std::max(words_.default_vectors(), kFewestVectors);
  }

  // A sum of the samples that comes in is right, but now and then any number.
  void values(int64_t vector, Values& in) override {
    const Place place = place_of(vector);
    words_.values(vector, serial_ ? place.beat : vector, place.bit, in);
    if (has_sum_ && vector % 8 != 7) {
      const std::vector<int64_t> positive(lanes_, 0);
      in[2 * lanes_] =
          static_cast<int64_t>(golden::bw_dot(std::span<const int64_t>(in).first(lanes_),
                                              std::span<const int64_t>(positive), product_));
    }
    Values control = {place.first ? 1 : 0, place.last ? 1 : 0};
    if (serial_) control.push_back(place.plane ? 1 : 0);
    in.insert(in.begin(), control.begin(), control.end());
  }

  void expect(const Values& in, Sums& out) override {
    const std::span<const int64_t> words = std::span(in).subspan(controls_);
    golden::BwBeat beat{.first = in[0] != 0, .last = in[1] != 0, .offset = words.back()};
    if (serial_) beat.plane = in[2] != 0;
    if (has_sum_) beat.samples = words[2 * lanes_];
    has_result_ = beat.last;
    const auto x = words.first(lanes_), signs = words.subspan(lanes_, lanes_);
    if (adder_) {
      out = {adder_(serial_ ? rows_.add_plane(x, signs, beat) : rows_.add(x, signs, beat))};
      return;
    }
    out = {serial_ ? golden_.add_plane(x, signs, beat) : golden_.add(x, signs, beat)};
  }
  bool has_result() const override { return has_result_; }

  // What the accumulator holds behind a reset has no meaning.
  int64_t resume(int64_t vector) override {
    while (!place_of(vector).first) ++vector;
    return vector;
  }

 private:
  struct Place {
    bool first = false, last = false, plane = false;
    int64_t beat = 0;  // of the samples of which the vector has a bit
    int bit = 0;       // which: 0 is the highest
  };

  static std::vector<Field> joined(std::vector<Field> a, const std::vector<Field>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  }

  // Sums of 1 to 12 beats (of 1 to all planes, each of 1 to 12), some of 100; a result may be asked
  // for in the middle of a sum, and a sum may end without one.
  Place place_of(int64_t vector) {
    while (static_cast<size_t>(vector) >= places_.size()) {
      const int64_t length =
          lengths_.below(16) == 0 ? 100 : static_cast<int64_t>(lengths_.below(12)) + 1;
      const int64_t planes =
          serial_ ? static_cast<int64_t>(lengths_.below(static_cast<uint64_t>(planes_))) + 1 : 1;
      const bool asked = lengths_.below(8) != 0;
      for (int64_t plane = 0; plane < planes; ++plane) {
        for (int64_t i = 0; i < length; ++i) {
          const bool first = plane == 0 && i == 0;
          const bool end = plane + 1 == planes && i + 1 == length;
          const bool looked_at = lengths_.below(12) == 0;
          const bool marked = first ? lengths_.below(2) == 0 : i == 0;
          places_.push_back(
              {first, (asked && end) || looked_at, marked, beats_ + i, static_cast<int>(plane)});
        }
      }
      beats_ += length;
    }
    return places_[static_cast<size_t>(vector)];
  }

  bool serial_;
  size_t controls_, lanes_;
  bool has_sum_;
  int planes_;
  golden::BwProduct product_;  // as the samples of a beat count
  BwWords words_;
  sim::Random lengths_;
  golden::BwPe golden_;
  BwFinalAdder adder_;  // with errors: it adds the rows
  golden::BwRowsPe rows_;
  std::vector<Place> places_;
  int64_t beats_ = 0;  // of all sums so far
  bool has_result_ = false;
};

}  // namespace

std::unique_ptr<VectorUnit> make_bw_pe(const base::Spec& spec, const Options& options) {
  const golden::BwProduct product = bw_product(spec);
  const bool serial = spec.is("activation", "bit_serial");
  const int lanes = static_cast<int>(spec.size("Lanes"));
  const int width = static_cast<int>(spec.size("AccWidth"));
  std::vector<Field> control = {{"first_i", 1, 1, false}, {"last_i", 1, 1, false}};
  if (serial) control.push_back({"plane_i", 1, 1, false});
  const bool is_signed = product.data == golden::BwData::kSigned;
  std::vector<Field> operands = {{"x_i", lanes, serial ? 1 : product.width, is_signed && !serial},
                                 {"s_i", lanes, 1, false}};
  if (spec.is("samples", "given")) operands.push_back({"sum_i", 1, width, true});
  operands.push_back({"offset_i", 1, width, true});
  // One edge for the accumulator itself.
  const int latency = options.latency >= 0 ? options.latency : 1 + latency_of_cut(spec.get("cut"));
  return std::make_unique<BwPe>(control, operands, Field{"y_o", 1, width, true}, product, serial,
                                bw_final_adder(spec), latency, options);
}

}  // namespace tb
