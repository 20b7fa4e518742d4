// SPDX-License-Identifier: Apache-2.0
// The modules that conv2d_stream is made of, beside fcu and line_buffer.

#pragma once

#include "gen/units/helpers.h"

namespace gen {

constexpr int kLanes = 3;        // pixels a beat, and kernel rows
constexpr int kSizeBits = 16;    // of WIDTH and HEIGHT
constexpr int kShiftBits = 6;    // of SHIFT
constexpr int kAddressBits = 8;  // of an AXI4-Lite address

// fircone_conv2d_regs: AXI4-Lite registers, with a second copy that changes between frames.
const hdl::Module& conv2d_regs(DesignBuilder& design);

// fircone_conv2d_control: counts beats, finds framing errors, adds the steps below the picture.
const hdl::Module& conv2d_control(DesignBuilder& design);

// fircone_conv2d_window: from columns of beats to 3 rows of 5 samples, zero beyond left and right.
const hdl::Module& conv2d_window(DesignBuilder& design);

// fircone_conv2d_round: shift, round half up, saturate.
const hdl::Module& conv2d_round(DesignBuilder& design, int64_t sum_width);

}  // namespace gen
