// SPDX-License-Identifier: Apache-2.0
// Bench of the FIR filter: blocks of samples in, blocks of results out.

#include "base/error.h"
#include "golden/fir.h"
#include "tb/activations.h"
#include "tb/fir_sizes.h"
#include "tb/operands.h"
#include "tb/vector_unit.h"

namespace tb {
namespace {

class Fir : public VectorUnit {
 public:
  Fir(const base::Spec& spec, const Options& options, const FirSizes& sizes)
      : VectorUnit({sizes.x(), sizes.h()}, {sizes.y()},
                   options.latency >= 0 ? options.latency : latency_of_cut(spec.get("cut"))),
        sizes_(sizes),
        operands_(sizes.parallel, sizes.data, sizes.data_signed, sizes.taps, sizes.coefficient,
                  sizes.blocks_remembered() + 1, options.seed),
        image_(options.image),
        golden_(sizes.taps, sizes.carried()) {
    if (image_ != nullptr && image_->samples.empty()) base::usage_error("image", "it is empty");
  }

  int64_t default_vectors() const override {
    return image_ != nullptr ? scan().vectors() : operands_.default_vectors();
  }

  void values(int64_t vector, Values& in) override {
    operands(vector);
    in = x_;
    const Values h = sizes_.offline ? sizes_.preadded(h_) : h_;
    in.insert(in.end(), h.begin(), h.end());
  }

  void expect(const Values&, Sums& out) override { out = golden_.block(x_, h_); }
  void reset() override { golden_.reset(); }

 private:
  Scan scan() const {
    return {(image_->width + sizes_.parallel - 1) / sizes_.parallel, image_->height};
  }

  // Pictures: their lines one behind the other, the last block of a line filled with its last
  // sample.
  void operands(int64_t vector) {
    if (image_ == nullptr) {
      operands_.values(vector, x_, h_);
      return;
    }
    const Scan::Place place = scan().at(vector);
    x_.clear();
    for (int i = 0; i < sizes_.parallel; ++i) {
      const auto column = static_cast<int>(place.step) * sizes_.parallel + i;
      const int64_t grey =
          image_->at(static_cast<int>(place.row), std::min(column, image_->width - 1));
      x_.push_back(activation(grey, sizes_.data, sizes_.data_signed));
    }
    const int pass = place.kernel;
    Values
        taps;  // low pass: triangle; sharpen: centre against the rest; edge: difference of halves
    for (int k = 0; k < sizes_.taps; ++k) {
      const int mirrored = sizes_.taps - 1 - k;
      const bool centre = k == sizes_.taps / 2;
      if (pass == 0) taps.push_back(1 + (k < mirrored ? k : mirrored));
      if (pass == 1) taps.push_back(centre ? 2 * sizes_.taps : -1);
      if (pass == 2) taps.push_back(k < mirrored ? 1 : k > mirrored ? -1 : 0);
    }
    h_ = quantised(taps, sizes_.coefficient);
  }

  FirSizes sizes_;
  Operands operands_;
  const Picture* image_;
  golden::Fir golden_;
  Values x_, h_;  // of the vector that values() was last asked for
};

}  // namespace

std::unique_ptr<VectorUnit> make_fir(const base::Spec& spec, const Options& options) {
  return std::make_unique<Fir>(spec, options, FirSizes(spec));
}

}  // namespace tb
