// SPDX-License-Identifier: Apache-2.0
// Bench of the line buffer: pictures of many sizes, aligned rows.

#include <algorithm>

#include "golden/line_buffer.h"
#include "sim/random.h"
#include "tb/vector_unit.h"

namespace tb {
namespace {

constexpr uint64_t kSizeStream = 0x6c62, kSampleStream = 0x6c63;
constexpr int64_t kRandomVectors = 1500;

class LineBuffer : public VectorUnit {
 public:
  LineBuffer(const base::Spec& spec, const Options& options, const Field& x, const Field& rows)
      : VectorUnit({{"first_i", 1, 1, false}, {"last_i", 1, 1, false}, x}, {rows},
                   options.latency >= 0 ? options.latency : 1),
        kernel_(static_cast<int>(spec.size("kernel"))),
        x_(x),
        longest_((spec.size("MaxWidth") + spec.size("parallel") - 1) / spec.size("parallel")),
        seed_(options.seed),
        image_(options.image),
        sizes_(options.seed, kSizeStream),
        golden_(kernel_, static_cast<int>(spec.size("parallel_rows"))) {
    // Shortest and longest lines, more lines than are kept; then anything.
    picture(1, kernel_ + 2, false);
    picture(std::min<int64_t>(2, longest_), kernel_ + 1, true);
    picture(longest_, kernel_ + 1, true);
    picture(1, 1, true);
    picture(longest_, 2, true);
    corners_ = static_cast<int64_t>(beats_.size());
  }

  int64_t default_vectors() const override { return corners_ + kRandomVectors; }

  void values(int64_t vector, Values& in) override {
    const auto [first, last] = flags(vector);
    in = {first ? 1 : 0, last ? 1 : 0};
    sim::Random random(seed_ ^ sim::mix(static_cast<uint64_t>(vector)), kSampleStream);
    for (int i = 0; i < x_.count; ++i) {
      if (image_ != nullptr) {
        const auto n = static_cast<size_t>(vector * x_.count + i) % image_->samples.size();
        in.push_back(image_->samples[n] >> std::max(0, 8 - x_.width));
      } else {
        in.push_back(static_cast<int64_t>(random.bits(x_.width)));
      }
    }
  }

  void expect(const Values& in, Sums& out) override {
    const Values rows = golden_.beat(std::span(in).subspan(2), in[0] != 0, in[1] != 0);
    out.assign(rows.begin(), rows.end());
  }

  void reset() override { golden_.reset(); }

  // Behind a reset a picture begins; its first beat need not say so.
  int64_t resume(int64_t vector) override {
    while (!flags(vector).first) ++vector;
    beats_[static_cast<size_t>(vector)].first = false;
    return vector;
  }

 private:
  struct Beat {
    bool first = false, last = false;
  };

  void picture(int64_t beats, int64_t lines, bool marked) {
    for (int64_t line = 0; line < lines; ++line) {
      for (int64_t beat = 0; beat < beats; ++beat) {
        beats_.push_back({marked && line == 0 && beat == 0, beat == beats - 1});
      }
    }
  }

  Beat flags(int64_t vector) {
    while (static_cast<size_t>(vector) >= beats_.size()) {
      const int64_t beats = 1 + sizes_.between(0, std::min<int64_t>(longest_, 12) - 1);
      picture(beats, 1 + sizes_.between(0, 2 * int64_t{kernel_}), true);
      // Some pictures are broken off in a line.
      const bool broken = beats > 1 && sizes_.below(4) == 0;
      if (broken) beats_.resize(beats_.size() - static_cast<size_t>(sizes_.between(1, beats - 1)));
    }
    return beats_[static_cast<size_t>(vector)];
  }

  int kernel_;
  Field x_;
  int64_t longest_;
  uint64_t seed_;
  const Picture* image_;
  sim::Random sizes_;
  golden::LineBuffer golden_;
  std::vector<Beat> beats_;
  int64_t corners_ = 0;
};

}  // namespace

std::unique_ptr<VectorUnit> make_line_buffer(const base::Spec& spec, const Options& options) {
  const auto row = static_cast<int>(spec.size("parallel") * spec.size("Channels"));  // samples
  const int lines = static_cast<int>(spec.size("parallel_rows"));
  const int kernel = static_cast<int>(spec.size("kernel"));
  const int width = static_cast<int>(spec.size("DataWidth"));
  return std::make_unique<LineBuffer>(spec, options, Field{"x_i", lines * row, width, false},
                                      Field{"x_o", kernel * row, width, false});
}

}  // namespace tb
