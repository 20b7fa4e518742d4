// SPDX-License-Identifier: Apache-2.0
// The modules that conv2d_stream is made of, beside fcu and line_buffer.

#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gen/units/helpers.h"

namespace gen {

constexpr int kSizeBits = 16;    // of WIDTH and HEIGHT
constexpr int kShiftBits = 6;    // of SHIFT
constexpr int kCoefBase = 0x40;  // byte address of COEF[0]

// What a beat carries and what the kernel reaches.
//
// A beat is `columns` neighbouring pixels of `rows` neighbouring lines, with all channels. Outputs
// have the place of their inputs: tap (r, k) of output (v, u) is the sample (v + r - top, u + k -
// left). The outputs of a beat so need samples of `beats_ahead` more beats of the line and of
// `groups_ahead` more groups of `rows` lines.
struct StreamShape {
  explicit StreamShape(const base::Spec& spec);

  int kernel, kernel_rows;  // columns and rows of the kernel
  int columns, rows;        // of a beat
  int in_channels, out_channels;

  int left() const { return (kernel - 1) / 2; }
  int right() const { return kernel - 1 - left(); }
  int top() const { return (kernel_rows - 1) / 2; }
  int bottom() const { return kernel_rows - 1 - top(); }
  int beats_ahead() const { return (right() + columns - 1) / columns; }
  int beats_behind() const { return (left() + columns - 1) / columns; }
  int groups_ahead() const { return (bottom() + rows - 1) / rows; }
  int window_columns() const { return kernel + columns - 1; }
  int window_rows() const { return kernel_rows + rows - 1; }
  // Lines from the oldest that an output needs to the newest that has come: of the line buffer.
  int lines() const { return top() + rows * (groups_ahead() + 1); }
  int coefficients() const { return out_channels * in_channels * kernel_rows * kernel; }
  // Of an AXI4-Lite address.
  int address_bits() const;
};

// `out[v][u] = saturate(...)`: what the engine computes.
std::string sum_text(const StreamShape& shape);

// The keys of an fcu but for stride, dilation and preadd, and the largest picture; their rules, and
// limits of beats and registers.
std::vector<Param> conv2d_params();
std::vector<Rule> conv2d_rules();

// body(row, column, channel) in generate loops gen_<what>, over those of them that are several.
void for_each_sample(hdl::Module& m, const std::string& what, int rows, int columns, int channels,
                     const std::function<void(const hdl::Dim& row, const hdl::Dim& column,
                                              const hdl::Dim& channel)>& body);

// fircone_conv2d_regs: AXI4-Lite registers, with a second copy that changes between frames.
const hdl::Module& conv2d_regs(DesignBuilder& design, const StreamShape& shape);

// Its parameters that only tell software what was generated.
std::vector<std::pair<std::string, int64_t>> told(const DesignBuilder& design,
                                                  const StreamShape& shape);

// fircone_conv2d_control: counts beats, finds framing errors, adds the steps below the picture.
const hdl::Module& conv2d_control(DesignBuilder& design, const StreamShape& shape);

// fircone_conv2d_window: from columns of beats to the window of an fcu, zero beyond left and right.
const hdl::Module& conv2d_window(DesignBuilder& design, const StreamShape& shape);

// fircone_conv2d_round: shift, round half up, saturate.
const hdl::Module& conv2d_round(DesignBuilder& design, int64_t sum_width);

}  // namespace gen
