// SPDX-License-Identifier: Apache-2.0
// Bench of the streaming convolution engine, and its use as an engine for one picture.

#pragma once

#include <cstdint>

#include "golden/conv2d.h"
#include "tb/bench.h"

namespace tb {

Verdict run_conv2d_stream(sim::Model& model, const base::Spec& spec, const Options& options);

struct StreamedPicture {
  golden::Channels channels;
  int64_t cycles = 0;  // from the first beat offered to the last beat received
};

// Resets the model, loads the kernel, and sends one picture through it at full speed (or with
// random gaps, options.gaps). Samples must fit DataWidth. Throws sim::Failure when the engine
// breaks a rule of its bus or never ends; compares nothing.
StreamedPicture stream_picture(sim::Model& model, const base::Spec& spec,
                               const golden::Channels& picture, const golden::Kernel& kernel,
                               int shift, const Options& options);

}  // namespace tb
