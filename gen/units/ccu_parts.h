// SPDX-License-Identifier: Apache-2.0
// The modules that ccu is made of, and how kernels are split. gen/units/ccu.md draws how they hang
// together.

#pragma once

#include <vector>

#include "gen/ffa/algorithm.h"
#include "gen/units/helpers.h"

namespace gen {

constexpr int kCcuTile = 12;        // outputs of a tile, either way
constexpr int kCcuWindow = 5;       // samples of a window, either way; the banks of the store too
constexpr int kCcuBranches = 6;     // products of a line, in both modes
constexpr int kCcuTaps = 3;         // taps of a line at most
constexpr int kCcuLines = 4;        // outputs of a line at most: 3 taps give 3, 2 taps 4
constexpr int kCcuParts = 4;        // parts of a kernel dimension at most
constexpr int kCcuBuffers = 4;      // tiles: one computed, the others on their way out
constexpr int kCcuOffsetBits = 4;   // of a part's place in the kernel, below 12
constexpr int kCcuSizeBits = 16;    // of WIDTH, HEIGHT and of counts of rows and columns
constexpr int kCcuAddressBits = 8;  // of an AXI4-Lite address
constexpr int kCcuChannelBits = 7;  // of a number of channels, at most 64
constexpr int kCcuWordBits = 11;    // of a word of coefficients: half, part, channel
constexpr int kCcuMacBits = 64;     // of the count of useful multiply-accumulates

// One part of a kernel dimension: `taps` taps from `offset` on, every stride-th. One tap counts as
// two of which the second is zero.
struct CcuPart {
  int offset = 0;
  int taps = 0;  // 1..3
};

// The parts of `kernel` taps (1..12) at `stride` (1, 2), those of three taps first. With stride 2
// the even and the odd taps are kernels of their own.
std::vector<CcuPart> ccu_split(int kernel, int stride);

// One dimension of a mode: six products of a window of five samples. With three taps one K3, three
// outputs; with two taps two K2 beside each other, four outputs.
struct CcuLine {
  ffa::Matrix coefficient;  // 6 x 3
  ffa::Matrix data;         // 6 x 5
  ffa::Matrix post;         // 4 x 6; the last output of three taps is zero
};
CcuLine ccu_line(int taps);

// Groups of five rows that the store holds: a strip of the largest kernel and twelve rows more.
hdl::Dim ccu_row_groups(const hdl::Dim& max_kernel);

// `value` as it was `stages` cycles ago: registers name_1_q, name_2_q, ..
hdl::Bits ccu_delayed(hdl::Module& m, const hdl::Clock& clock, const std::string& name,
                      const hdl::Bits& value, int stages);

const hdl::Module& ccu_split_table(DesignBuilder& design);           // fircone_ccu_split
const hdl::Module& ccu_regs(DesignBuilder& design);                  // AXI4-Lite registers
const hdl::Module& ccu_writer(DesignBuilder& design);                // where each coefficient goes
const hdl::Module& ccu_loader(DesignBuilder& design);                // beats to rows of the store
const hdl::Module& ccu_store(DesignBuilder& design);                 // 25 banks, windows out
const hdl::Module& ccu_axis(DesignBuilder& design, int64_t groups);  // one dimension of the loops
const hdl::Module& ccu_sequencer(DesignBuilder& design);             // the loops
const hdl::Module& ccu_pre(DesignBuilder& design);                   // window to 36 sums of samples
const hdl::Module& ccu_core(DesignBuilder& design);     // coefficients, products, branch sums
const hdl::Module& ccu_post(DesignBuilder& design);     // 36 branch sums to 16 outputs
const hdl::Module& ccu_tile(DesignBuilder& design);     // adds up tiles, gives pixels
const hdl::Module& ccu_emitter(DesignBuilder& design);  // order of the pixels, counters

// DataWidth + CoefWidth + growth of MaxKernel^2 * InChannels products.
int64_t ccu_result_width(const base::Spec& spec);

}  // namespace gen
