// SPDX-License-Identifier: Apache-2.0
// Real activations and kernels, where random bits would not do: power, demonstrations.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/conv2d.h"
#include "golden/picture.h"

namespace tb {

// A grey value 0..255 as a sample of `width` bits: its highest bits (or zeros below); signed
// samples have mid-grey at 0.
int64_t activation(int64_t grey, int width, bool is_signed);

// "blur", "sharpen", "edge": 3x3 with small integers, as usual.
golden::Kernel named_kernel(const std::string& name);
const std::vector<std::string>& kernel_names();

// Multiplied and rounded so that the largest coefficient just fits `width` bits, as quantised
// weights do.
std::vector<int64_t> quantised(const std::vector<int64_t>& coefficients, int width);

}  // namespace tb
