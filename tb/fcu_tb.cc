// SPDX-License-Identifier: Apache-2.0
// Bench of the convolution unit: windows of all channels in, a tile of outputs of all channels out.

#include <fmt/format.h>

#include "base/error.h"
#include "golden/conv2d.h"
#include "golden/preadd.h"
#include "tb/activations.h"
#include "tb/operands.h"
#include "tb/vector_unit.h"

namespace tb {
namespace {

struct Sizes {
  golden::KernelShape kernel;
  golden::Steps steps;
  golden::FilterLine rows, columns;
  int data, coefficient, result;
  bool data_signed, offline;

  explicit Sizes(const base::Spec& spec)
      : kernel{number(spec, "kernel_rows"), number(spec, "kernel"), number(spec, "InChannels"),
               number(spec, "OutChannels")},
        steps{number(spec, "stride"), number(spec, "dilation")},
        rows{number(spec, "parallel_rows"), kernel.rows, steps, algorithm(spec, false)},
        columns{number(spec, "parallel"), kernel.columns, steps, algorithm(spec, true)},
        data(number(spec, "DataWidth")),
        coefficient(number(spec, "CoefWidth")),
        result(data + coefficient +
               growth(kernel.count() / kernel.out_channels, spec.is("data", "signed"))),
        data_signed(spec.is("data", "signed")),
        offline(spec.is("preadd", "offline")) {}

  static int number(const base::Spec& spec, const std::string& key) {
    if (!spec.has(key)) {  // until the unit has it
      if (key == "kernel_rows" || key == "parallel") return 3;
      return 1;
    }
    return static_cast<int>(spec.size(key));
  }
  // Rows of a filter that is fast in one dimension are direct.
  static std::string algorithm(const base::Spec& spec, bool along_columns) {
    if (spec.is("scheme", "direct")) return "direct";
    if (along_columns) return spec.has("algorithm") ? spec.get("algorithm") : "k3";
    return spec.is("scheme", "ffa") ? "direct" : spec.get("algorithm_rows");
  }

  static int window(const golden::FilterLine& line) {
    return line.steps.stride * (line.outputs - 1) + golden::reach(line.taps, line.steps);
  }
  int window_rows() const { return window(rows); }
  int window_columns() const { return window(columns); }
  int samples() const { return kernel.in_channels * window_rows() * window_columns(); }

  Field x() const { return {"x_i", samples(), data, data_signed}; }
  Field h() const {
    if (!offline) return {"h_i", kernel.count(), coefficient, true};
    const std::vector<golden::Form> down = golden::coefficient_forms(rows);
    const std::vector<golden::Form> across = golden::coefficient_forms(columns);
    const size_t planes = static_cast<size_t>(kernel.in_channels * kernel.out_channels);
    return {"h_i", static_cast<int>(planes * down.size() * across.size()),
            coefficient + ceil_log2(golden::largest_gain(down) * golden::largest_gain(across)),
            true};
  }
  Field y() const {
    return {"y_o", kernel.out_channels * rows.outputs * columns.outputs, result, true};
  }
};

class Fcu : public VectorUnit {
 public:
  Fcu(const base::Spec& spec, const Options& options, const Sizes& sizes)
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
    const golden::Kernel kernel{sizes_.kernel, h_};
    const Values h = sizes_.offline ? golden::preadded(kernel, sizes_.rows, sizes_.columns) : h_;
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
