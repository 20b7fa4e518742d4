// SPDX-License-Identifier: Apache-2.0
// Bench of the fast convolution unit: windows in, neighbouring outputs out.

#include <fmt/format.h>

#include "base/error.h"
#include "golden/conv2d.h"
#include "golden/preadd.h"
#include "tb/activations.h"
#include "tb/operands.h"
#include "tb/vector_unit.h"

namespace tb {
namespace {

constexpr int kOutputs = 3;

struct Sizes {
  int kernel, data, coefficient, result;
  bool data_signed, offline;

  explicit Sizes(const base::Spec& spec)
      : kernel(static_cast<int>(spec.size("kernel"))),
        data(static_cast<int>(spec.size("DataWidth"))),
        coefficient(static_cast<int>(spec.size("CoefWidth"))),
        result(data + coefficient + growth(kernel * kernel, spec.is("data", "signed"))),
        data_signed(spec.is("data", "signed")),
        offline(spec.is("preadd", "offline")) {}

  int columns() const { return kernel + kOutputs - 1; }
  Field x() const { return {"x_i", kernel * columns(), data, data_signed}; }
  Field h() const {
    if (!offline) return {"h_i", kernel * kernel, coefficient, true};
    return {"h_i", kernel * kernel * (kernel + 1) / 2, coefficient + 1, true};
  }
  Field y() const { return {"y_o", kOutputs, result, true}; }
};

class Fcu : public VectorUnit {
 public:
  Fcu(const base::Spec& spec, const Options& options, const Sizes& sizes)
      : VectorUnit({sizes.x(), sizes.h()}, {sizes.y()},
                   options.latency >= 0 ? options.latency : latency_of_cut(spec.get("cut"))),
        sizes_(sizes),
        operands_(sizes.kernel * sizes.columns(), sizes.data, sizes.data_signed,
                  sizes.kernel * sizes.kernel, sizes.coefficient, 1, options.seed),
        image_(options.image) {
    if (image_ != nullptr && (image_->width < sizes.columns() || image_->height < sizes.kernel)) {
      base::usage_error(
          "image", fmt::format("{}x{} is smaller than one window", image_->width, image_->height));
    }
  }

  int64_t default_vectors() const override {
    return image_ != nullptr ? scan().vectors() : operands_.default_vectors();
  }

  void values(int64_t vector, Values& in) override {
    operands(vector);
    in = x_;
    if (!sizes_.offline) {
      in.insert(in.end(), h_.begin(), h_.end());
      return;
    }
    const auto taps = static_cast<size_t>(sizes_.kernel);
    for (size_t r = 0; r < taps; ++r) {
      const Values sums = golden::pairwise_sums(std::span(h_).subspan(r * taps, taps));
      in.insert(in.end(), sums.begin(), sums.end());
    }
  }

  void expect(const Values&, Sums& out) override {
    out = golden::correlate_window(x_, {sizes_.kernel, h_}, kOutputs);
  }

 private:
  Scan scan() const {
    return {(image_->width - sizes_.columns()) / kOutputs + 1, image_->height - sizes_.kernel + 1};
  }

  // x_ and h_ of a vector. Pictures: windows in scan order, `kOutputs` columns a step.
  void operands(int64_t vector) {
    if (image_ == nullptr) {
      operands_.values(vector, x_, h_);
      return;
    }
    const Scan::Place place = scan().at(vector);
    x_.clear();
    for (int r = 0; r < sizes_.kernel; ++r) {
      for (int c = 0; c < sizes_.columns(); ++c) {
        const int64_t grey = image_->at(static_cast<int>(place.row) + r,
                                        static_cast<int>(place.step) * kOutputs + c);
        x_.push_back(activation(grey, sizes_.data, sizes_.data_signed));
      }
    }
    const std::string& name = kernel_names()[static_cast<size_t>(place.kernel)];
    h_ = quantised(named_kernel(name).coefficients, sizes_.coefficient);
  }

  Sizes sizes_;
  Operands operands_;
  const Picture* image_;
  Values x_, h_;  // of the vector that values() was last asked for
};

}  // namespace

std::unique_ptr<VectorUnit> make_fcu(const base::Spec& spec, const Options& options) {
  return std::make_unique<Fcu>(spec, options, Sizes(spec));
}

}  // namespace tb
