// SPDX-License-Identifier: Apache-2.0
// Bench of the array for weights of +1 and -1: sums of many lengths, a beat a vector, and maxima of
// several results.

#include "golden/bw_array.h"

#include <algorithm>
#include <span>

#include "sim/random.h"
#include "tb/words.h"

namespace tb {
namespace {

constexpr int64_t kFewestVectors = 2000;
constexpr uint64_t kLengthStream = 0x6277, kPortStream = 0x6278;
constexpr int kShiftBits = 5;

struct Sizes {
  golden::BwArrayShape shape;
  bool stored = false, late = false;  // where weights are
  bool multiplied = false, scaled = false, threshold = false, relu = false, pooled = false;
  int scale_width = 0, out_width = 0;

  explicit Sizes(const base::Spec& spec)
      : stored(spec.is("weights", "stored")),
        late(spec.is("weights", "late")),
        multiplied(spec.is("output", "multiply")),
        scaled(multiplied || spec.is("output", "shift")),
        threshold(spec.is("output", "threshold")),
        relu(spec.is("relu", "yes")),
        pooled(spec.is("pool", "max")) {
    using Shape = golden::BwArrayShape;
    shape.pe = static_cast<int>(spec.size("Pe"));
    shape.simd = static_cast<int>(spec.size("Simd"));
    shape.data_width = static_cast<int>(spec.size("DataWidth"));
    shape.acc_width = static_cast<int>(spec.size("AccWidth"));
    shape.data = spec.is("data", "binary")   ? Shape::Data::kBinary
                 : spec.is("data", "signed") ? Shape::Data::kSigned
                                             : Shape::Data::kUnsigned;
    shape.form = spec.is("form", "xor") ? Shape::Form::kXor : Shape::Form::kAnd;
    if (multiplied) scale_width = static_cast<int>(spec.size("ScaleWidth"));
    if (scaled || threshold) out_width = static_cast<int>(spec.size("OutWidth"));
  }

  int levels() const { return (1 << out_width) - 1; }
  bool results_signed() const { return !threshold && !(scaled && relu); }

  int row_bits() const { return shape.simd + shape.acc_width; }

  // Operands of a beat, and those of the results that it completes.
  std::vector<Field> operands() const {
    const int pe = shape.pe;
    std::vector<Field> fields = {
        {"x_i", shape.simd, shape.data_width, shape.data == golden::BwArrayShape::Data::kSigned}};
    if (stored) {
      fields.push_back({"load_valid_i", 1, 1, false});
      fields.push_back({"load_i", row_bits(), 1, false});
    } else {
      fields.push_back({"s_i", pe * shape.simd, 1, false});
      fields.push_back({"offset_i", pe, shape.acc_width, true});
    }
    if (multiplied) fields.push_back({"scale_i", pe, scale_width, false});
    if (scaled) fields.push_back({"shift_i", multiplied ? 1 : pe, kShiftBits, false});
    if (threshold) fields.push_back({"threshold_i", pe * levels(), shape.acc_width, true});
    return fields;
  }
  std::vector<Field> inputs() const {
    std::vector<Field> fields = operands();
    if (stored) fields.insert(fields.begin(), {"swap_i", 1, 1, false});
    fields.insert(fields.begin(), {{"first_i", 1, 1, false}, {"last_i", 1, 1, false}});
    if (pooled) {
      fields.push_back({"pool_first_i", 1, 1, false});
      fields.push_back({"pool_last_i", 1, 1, false});
    }
    return fields;
  }
  Field result() const {
    return {"y_o", shape.pe, out_width > 0 ? out_width : shape.acc_width, results_signed()};
  }
};

class BwArray : public VectorUnit {
 public:
  BwArray(const Sizes& sizes, int latency, const Options& options)
      : VectorUnit(sizes.inputs(), {sizes.result()}, latency),
        sizes_(sizes),
        words_(sizes.operands(), options),
        lengths_(options.seed, kLengthStream),
        ports_(options.seed, kPortStream),
        golden_(sizes.shape),
        weights_(sizes.shape.pe),
        largest_(static_cast<size_t>(sizes.shape.pe), 0) {}

  int64_t default_vectors() const override {
    return std::max(words_.default_vectors(), kFewestVectors);
  }

  void values(int64_t vector, Values& in) override {
    words_.values(vector, in);
    const Place place = place_of(vector);
    if (sizes_.stored) in.insert(in.begin(), wants_swap() ? 1 : 0);
    in.insert(in.begin(), {place.first ? 1 : 0, place.last ? 1 : 0});
    if (!sizes_.pooled) return;
    in.push_back(place.pool_first ? 1 : 0);
    in.push_back(place.pool_last ? 1 : 0);
  }

  void expect(const Values& in, Sums& out) override {
    const golden::BwArrayShape& shape = sizes_.shape;
    const auto pe = static_cast<size_t>(shape.pe), simd = static_cast<size_t>(shape.simd);
    std::span<const int64_t> rest(in);
    const auto take = [&rest](size_t count) {
      const std::span<const int64_t> words = rest.first(count);
      rest = rest.subspan(count);
      return words;
    };
    const bool first = take(1)[0] != 0, last = take(1)[0] != 0;
    if (sizes_.stored && take(1)[0] != 0) swap();
    const auto x = take(simd);
    if (sizes_.stored) take(1 + static_cast<size_t>(sizes_.row_bits()));
    const auto signs = sizes_.stored ? signs_ : take(pe * simd);
    const auto offsets = sizes_.stored ? offsets_ : take(pe);
    const std::vector<golden::Wide>& sums = golden_.add(x, signs, offsets, first);
    out = sums;
    if (sizes_.scaled) {
      const auto scales = sizes_.multiplied ? take(pe) : std::span<const int64_t>();
      const auto shifts = take(sizes_.multiplied ? 1 : pe);
      for (size_t p = 0; p < pe; ++p)
        out[p] = golden::bw_activation(sums[p], sizes_.multiplied ? scales[p] : 1,
                                       static_cast<int>(shifts[sizes_.multiplied ? 0 : p]),
                                       sizes_.out_width, sizes_.relu);
    }
    if (sizes_.threshold) {
      const auto levels = static_cast<size_t>(sizes_.levels());
      const auto thresholds = take(pe * levels);
      for (size_t p = 0; p < pe; ++p)
        out[p] = golden::bw_reached(sums[p], thresholds.subspan(p * levels, levels));
    }
    has_result_ = last;
    if (!sizes_.pooled || !last) return;
    const bool pool_first = take(1)[0] != 0;
    has_result_ = take(1)[0] != 0;
    for (size_t p = 0; p < pe; ++p) {
      if (pool_first || out[p] > largest_[p]) largest_[p] = out[p];
    }
    out = largest_;
  }
  bool has_result() const override { return has_result_; }

  bool ready() const override { return !sizes_.stored || ever_complete_; }
  bool always_read() const override { return sizes_.stored || sizes_.late; }
  const std::vector<Field>& states() const override {
    static const std::vector<Field> none, store = {{"load_ready_o", 1, 1, false}};
    return sizes_.stored ? store : none;
  }
  void state(Sums& out) override {
    room_ = weights_.ready();
    if (sizes_.stored) out = {room_ ? 1 : 0};
  }
  // Registers that have no reset take what stands at the ports meanwhile.
  void reset() override {
    weights_.reset();
    ever_complete_ = swapped_ = false;
    late_.clear();
  }

  void at_ports(Values& in, bool taken, bool moves) override {
    if (sizes_.stored && moves) load(in);
    if (sizes_.late) delay_weights(in, taken, moves);
  }

  // What accumulators and maxima hold behind a reset has no meaning.
  int64_t resume(int64_t vector) override {
    while (!place_of(vector).fresh) ++vector;
    return vector;
  }

 private:
  struct Place {
    bool first = false, last = false, pool_first = false, pool_last = false;
    bool fresh = false;  // needs nothing that was before
  };

  // Maxima of 1 to 5 results of sums of 1 to 6 beats, some of 60. A result may be asked for in the
  // middle of a sum, a sum may end without one, and a maximum may come out on the way. The pool's
  // flags mean nothing but with the last beat of a sum.
  Place place_of(int64_t vector) {
    while (static_cast<size_t>(vector) >= places_.size()) {
      const int64_t results = sizes_.pooled ? static_cast<int64_t>(lengths_.below(5)) + 1 : 1;
      bool begun = false;  // the maximum
      for (int64_t result = 0; result < results; ++result) {
        const int64_t length =
            lengths_.below(24) == 0 ? 60 : static_cast<int64_t>(lengths_.below(6)) + 1;
        const bool asked = lengths_.below(8) != 0;
        for (int64_t i = 0; i < length; ++i) {
          Place place;
          const bool end = i == length - 1;
          place.first = i == 0;
          place.last = (asked && end) || lengths_.below(12) == 0;
          place.fresh = place.first && result == 0;
          place.pool_first = place.last ? !begun : lengths_.below(2) == 0;
          place.pool_last = place.last ? (end && result == results - 1) || lengths_.below(6) == 0
                                       : lengths_.below(2) == 0;
          begun = begun || place.last;
          places_.push_back(place);
        }
      }
    }
    return places_[static_cast<size_t>(vector)];
  }

  // Before the first vector a complete set must be there; later ones come to work half loaded, too.
  bool wants_swap() {
    if (!swapped_) return true;
    return lengths_.below(weights_.ready() ? 32 : 4) == 0;
  }
  void swap() {
    swapped_ = true;
    weights_.swap();
    signs_.clear();
    offsets_.clear();
    for (const golden::BwWeights::Row& row : weights_.at_work()) {
      signs_.insert(signs_.end(), row.signs.begin(), row.signs.end());
      offsets_.push_back(row.offset);
    }
  }
  // The row at the ports, if there was room before the swap of this cycle.
  void load(const Values& in) {
    const size_t simd = static_cast<size_t>(sizes_.shape.simd), valid = 3 + simd;
    if (in[valid] == 0 || !room_) return;
    golden::BwWeights::Row row;
    const auto bits = in.begin() + static_cast<std::ptrdiff_t>(valid) + 1;
    row.signs.assign(bits, bits + static_cast<std::ptrdiff_t>(simd));
    uint64_t offset = 0;
    for (int b = 0; b < sizes_.shape.acc_width; ++b)
      offset |= static_cast<uint64_t>(in[valid + 1 + simd + static_cast<size_t>(b)]) << b;
    row.offset = word_of_bits(offset, sizes_.shape.acc_width, true);
    weights_.load(std::move(row));
    ever_complete_ = ever_complete_ || !weights_.ready();
  }
  // The weights at the ports are those of the beat taken before; anything when there was none.
  void delay_weights(Values& in, bool taken, bool moves) {
    const auto pe = static_cast<size_t>(sizes_.shape.pe);
    const auto simd = static_cast<size_t>(sizes_.shape.simd);
    const auto begin = in.begin() + 2 + static_cast<std::ptrdiff_t>(simd);
    const auto end = begin + static_cast<std::ptrdiff_t>(pe * simd + pe);
    const Values own(begin, end);
    if (late_.empty()) {
      for (auto word = begin; word != end; ++word) {
        const bool sign = word - begin < static_cast<std::ptrdiff_t>(pe * simd);
        const int width = sign ? 1 : sizes_.shape.acc_width;
        *word = word_of_bits(ports_.bits(width), width, !sign);
      }
    } else {
      std::copy(late_.begin(), late_.end(), begin);
    }
    if (moves) late_ = taken ? own : Values();
  }

  Sizes sizes_;
  Words words_;
  sim::Random lengths_, ports_;
  golden::BwArray golden_;
  golden::BwWeights weights_;
  std::vector<int64_t> signs_, offsets_;  // of the set at work
  bool room_ = false;                     // at the beginning of the cycle
  bool ever_complete_ = false, swapped_ = false;
  Values late_;  // weights of the beat that the array holds
  Sums largest_;
  std::vector<Place> places_;
  bool has_result_ = false;
};

}  // namespace

std::unique_ptr<VectorUnit> make_bw_array(const base::Spec& spec, const Options& options) {
  // An edge for the accumulators, one for maxima.
  const int latency = options.latency >= 0
                          ? options.latency
                          : 1 + latency_of_cut(spec.get("cut")) + (spec.is("pool", "max") ? 1 : 0);
  return std::make_unique<BwArray>(Sizes(spec), latency, options);
}

}  // namespace tb
