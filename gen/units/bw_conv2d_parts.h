// SPDX-License-Identifier: Apache-2.0
// Helper modules of bw_conv2d_stream. What they do is in gen/units/bw_conv2d.md.

#pragma once

#include <string>

#include "gen/units/helpers.h"

namespace gen {

constexpr int kBwSizeBits = 16;       // of WIDTH, HEIGHT, channels, and of what counts them
constexpr int kBwAddressBits = 7;     // of an AXI4-Lite address
constexpr int kBwTrafficBits = 40;    // of a count of bits across the pins
constexpr int kBwKernelBits = 3;      // of KERNEL: 1, 3, 5
constexpr int kBwSettingReasons = 8;  // why a start was refused: by the settings,
constexpr int kBwFitReasons = 3;      // by the memories: lines, terms, weights,
constexpr int kBwReasons = kBwSettingReasons + kBwFitReasons + 1;  // or beats are being dropped
constexpr int kBwLineMargin = 4;  // bits of a count of the store's words above its address

// Beats of the weight stream.
struct BwBeats {
  int64_t word = 1;                 // of Pe * Simd signs
  int64_t offsets = 1, scales = 1;  // of Pe of them
};
// Bits of a sum of MaxTerms products, and as much again for the offset.
int64_t bw_conv2d_acc_width(const base::Spec& spec);
// Bits of a sample's lane in a beat: whole bytes.
inline int64_t bw_lane_bits(int64_t width) { return 8 * ((width + 7) / 8); }
BwBeats bw_beats(const base::Spec& spec);
// Groups of output channels that the memories of offsets and scales hold: at least two words.
hdl::Dim bw_groups(const hdl::Dim& max_out_channels, const hdl::Dim& pe);

const hdl::Module& bw_conv2d_regs(DesignBuilder& design);   // AXI4-Lite registers
const hdl::Module& bw_conv2d_setup(DesignBuilder& design);  // what follows from the settings
// idle, setup, run, flush; counters
const hdl::Module& bw_conv2d_control(DesignBuilder& design, int flush_cycles);
const hdl::Module& bw_conv2d_weights(DesignBuilder& design);  // where beats of weights go
const hdl::Module& bw_conv2d_memory(DesignBuilder& design, int64_t lanes, int64_t words);
const hdl::Module& bw_conv2d_lines(DesignBuilder& design);      // where beats of samples go
const hdl::Module& bw_conv2d_sequencer(DesignBuilder& design);  // the loops
const hdl::Module& bw_conv2d_output(DesignBuilder& design);  // which results are an output's last

// Of `lanes` lanes the first `count` of them where `partial`, else all: a bit each.
hdl::Bits bw_present(hdl::Module& m, const hdl::Dim& lanes, const hdl::Num& count,
                     const hdl::Bits& partial);

}  // namespace gen
