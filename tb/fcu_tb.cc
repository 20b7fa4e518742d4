// SPDX-License-Identifier: Apache-2.0
// Bench of the convolution unit: windows of all channels in, a tile of outputs of all channels out.

#include <fmt/format.h>

#include "base/error.h"
#include "golden/conv2d.h"
#include "tb/activations.h"
#include "tb/fcu_sizes.h"
#include "tb/operands.h"
#include "tb/vector_unit.h"

namespace tb {
namespace {

class Fcu : public VectorUnit {
 public:
  Fcu(const base::Spec& spec, const Options& options, const FcuSizes& sizes)
      : VectorUnit({sizes.x(), sizes.h()}, {sizes.y()},
                   options.latency >= 0 ? options.latency : latency_of_cut(spec.get("cut"))),
        sizes_(sizes),
        operands_(sizes.samples(), sizes.data, sizes.data_signed, sizes.kernel.count(),
                  sizes.coefficient, 1, options.seed),
        image_(options.image) {
    if (image_ == nullptr) return;
    if (image_->width < sizes.window_columns() || image_->height < sizes.window_rows()) {
      base::usage_error(
          "image", fmt::format("{}x{} is smaller than one window", image_->width, image_->height));
    }
  }

  int64_t default_vectors() const override {
    return image_ != nullptr ? scan().vectors() : operands_.default_vectors();
  }

  void values(int64_t vector, Values& in) override {
    if (image_ != nullptr) {
      windows_of_picture(vector);
    } else {
      operands_.values(vector, x_, h_);
    }
    in = x_;
    const Values h = sizes_.offline ? sizes_.preadded(h_) : h_;
    in.insert(in.end(), h.begin(), h.end());
  }

  // A window is a picture just large enough for the tile.
  void expect(const Values&, Sums& out) override {
    golden::Channels windows;
    auto next = x_.begin();
    for (int c = 0; c < sizes_.kernel.in_channels; ++c) {
      Picture& window = windows.emplace_back(sizes_.window_columns(), sizes_.window_rows());
      for (int64_t& sample : window.samples) sample = *next++;
    }
    out.clear();
    for (const golden::WidePicture& tile :
         golden::correlate_valid(windows, {sizes_.kernel, h_}, sizes_.steps)) {
      out.insert(out.end(), tile.samples.begin(), tile.samples.end());
    }
  }

 private:
  int tile_step() const { return sizes_.steps.stride * sizes_.columns.outputs; }
  Scan scan() const {
    return {(image_->width - sizes_.window_columns()) / tile_step() + 1,
            image_->height - sizes_.window_rows() + 1};
  }

  // Windows in scan order, a tile a step. Each channel sees the picture from another place; the
  // kernels go round the channels.
  void windows_of_picture(int64_t vector) {
    constexpr int kBetweenChannels = 17;
    const Scan::Place place = scan().at(vector);
    x_.clear();
    for (int c = 0; c < sizes_.kernel.in_channels; ++c) {
      for (int r = 0; r < sizes_.window_rows(); ++r) {
        for (int k = 0; k < sizes_.window_columns(); ++k) {
          const int row = static_cast<int>(place.row) + r + kBetweenChannels * c;
          const int column = static_cast<int>(place.step) * tile_step() + k;
          x_.push_back(activation(image_->at(row % image_->height, column), sizes_.data,
                                  sizes_.data_signed));
        }
      }
    }
    h_.clear();
    for (int o = 0; o < sizes_.kernel.out_channels; ++o) {
      for (int c = 0; c < sizes_.kernel.in_channels; ++c) {
        const size_t turn = static_cast<size_t>(place.kernel + o + c) % kernel_names().size();
        const golden::Kernel kernel =
            named_kernel(kernel_names()[turn], sizes_.kernel.rows, sizes_.kernel.columns);
        const Values words = quantised(kernel.coefficients, sizes_.coefficient);
        h_.insert(h_.end(), words.begin(), words.end());
      }
    }
  }

  FcuSizes sizes_;
  Operands operands_;
  const Picture* image_;
  Values x_, h_;  // of the vector that values() was last asked for
};

}  // namespace

std::unique_ptr<VectorUnit> make_fcu(const base::Spec& spec, const Options& options) {
  return std::make_unique<Fcu>(spec, options, FcuSizes(spec));
}

}  // namespace tb
