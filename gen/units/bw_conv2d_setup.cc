// SPDX-License-Identifier: Apache-2.0
// What follows from the settings of bw_conv2d_stream: groups, words of a line and of a sum.

#include "gen/units/bw_conv2d_parts.h"

namespace gen {
namespace {

constexpr int kProductBits = 18;  // of a product and of its limit, at most 2^16
constexpr int kStateBits = 3;

hdl::Module build(const std::string& name, hdl::ResetStyle style, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Setup of bw_conv2d_stream: groups of channels, words of a line and of a sum, and whether "
       "all fits the memories. Quotients and products by repeated subtraction and addition: some "
       "WIDTH + IN_CHANNELS / Simd + OUT_CHANNELS / Pe cycles once a layer."});
  const hdl::Dim pe = m.parameter("Pe", at.at("Pe"), 1, 64, "Output channels at a time.");
  const hdl::Dim simd = m.parameter("Simd", at.at("Simd"), 1, 64, "Input channels at a time.");
  const hdl::Dim line_address = m.parameter("LineAddressWidth", at.at("LineAddressWidth"), 4, 15,
                                            "The line store has 2^LineAddressWidth words.");
  const hdl::Dim term_words =
      m.parameter("TermWords", at.at("TermWords"), 1, 65535, "Most words of a sum.");
  const hdl::Dim weight_words =
      m.parameter("WeightWords", at.at("WeightWords"), 2, 65536, "Words of weights.");
  const hdl::Dim lanes_width = hdl::clog2(simd + 1), pes_width = hdl::clog2(pe + 1);
  const hdl::Dim line_width = line_address + 1;
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kBwSizeBits), product = hdl::uint(kProductBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits start = m.input("start_i", flag, "Begins, with the settings as they stand:");
  const hdl::Bits stop = m.input("stop_i", flag, "Gives up.");
  const hdl::Num width = m.input("width_i", size, "WIDTH, 1 or more,");
  const hdl::Num in_channels = m.input("in_channels_i", size, "IN_CHANNELS, 1 or more,");
  const hdl::Num out_channels = m.input("out_channels_i", size, "OUT_CHANNELS, 1 or more,");
  const hdl::Bits kernel = m.input("kernel_i", hdl::bits(kBwKernelBits), "KERNEL: 1, 3 or 5,");
  const hdl::Bits stride2 = m.input("stride2_i", flag, "STRIDE is 2,");
  const hdl::Bits pool = m.input("pool_i", flag, "POOL.");
  const hdl::Bits done = m.output("done_o", flag, "All that follows is there;");
  const hdl::Bits bad = m.output("bad_o", hdl::bits(kBwFitReasons),
                                 "what is too large: lines, terms of a sum, weights.");
  const hdl::Num in_groups = m.output("in_groups_o", size, "ceil(IN_CHANNELS / Simd).");
  const hdl::Num last_lanes =
      m.output("last_lanes_o", hdl::uint(lanes_width), "Channels of the last of these groups.");
  const hdl::Num out_groups = m.output("out_groups_o", size, "ceil(OUT_CHANNELS / Pe).");
  const hdl::Num last_pes =
      m.output("last_pes_o", hdl::uint(pes_width), "Channels of the last of these groups.");
  const hdl::Num line_words =
      m.output("line_words_o", hdl::uint(line_width), "Words of a line: WIDTH * in_groups.");
  const hdl::Num sum_words =
      m.output("sum_words_o", size, "Words of a sum: KERNEL * KERNEL * in_groups.");
  const hdl::Num window_rows =
      m.output("window_rows_o", hdl::uint(kBwKernelBits), "Lines that outputs of a row need.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  const auto state_of = [&](const char* what, int code) {
    return m.constant(what, hdl::bits(kStateBits), code);
  };
  const hdl::Bits idle = state_of("Idle", 0), groups = state_of("Groups", 1);
  const hdl::Bits line = state_of("Line", 2), sum = state_of("Sum", 3);
  const hdl::Bits fit = state_of("Fit", 4), weights = state_of("Weights", 5);
  const hdl::Bits end = state_of("Done", 6);
  const hdl::Bits state_q = m.reg("state_q", hdl::bits(kStateBits), idle);
  const hdl::Bits in_groups_state = m.wire("counting", flag, state_q == groups);

  m.section("Quotients: a group less each cycle.");
  const auto quotient = [&](const std::string& side, const hdl::Num& channels,
                            const hdl::Dim& each_value, const hdl::Dim& rest_width,
                            const hdl::Num& count_out, const hdl::Num& rest_out) {
    const hdl::Num left_q = m.reg(side + "_left_q", size);
    const hdl::Num count_q = m.reg(side + "_groups_q", size);
    const hdl::Num each = m.constant(side == "in" ? "InEach" : "OutEach", size, each_value);
    const hdl::Bits more = m.wire(side + "_more", flag, left_q > each);
    m.clocked(data, [&](hdl::Clocked& c) {
      c.when({{start,
               [&] {
                 c.set(left_q, channels);
                 c.set(count_q, 1);
               }},
              {in_groups_state & more, [&] {
                 c.set(left_q, hdl::wrapping_difference(left_q, each, kBwSizeBits));
                 c.set(count_q, (count_q + 1).wrap(kBwSizeBits));
               }}});
    });
    m.assign(count_out, count_q);
    m.assign(rest_out, left_q.wrap(rest_width));
    return more;
  };
  const hdl::Bits more = quotient("in", in_channels, simd, lanes_width, in_groups, last_lanes) |
                         quotient("out", out_channels, pe, pes_width, out_groups, last_pes);

  m.section("Rows of a window, of two pooled windows.");
  const hdl::Num more_rows =
      m.wire("more_rows", hdl::uint(2),
             hdl::mux(pool, hdl::mux(stride2, hdl::Num(2), hdl::Num(1)), hdl::Num(0)));
  const hdl::Num rows = m.wire("rows", hdl::uint(kBwKernelBits),
                               (kernel.as_unsigned() + more_rows).wrap(kBwKernelBits));
  m.assign(window_rows, rows);
  const hdl::Num taps = m.wire(
      "taps", hdl::uint(5),
      hdl::mux(kernel.bit(2), hdl::Num(25), hdl::mux(kernel.bit(1), hdl::Num(9), hdl::Num(1))));

  m.section("Products: one summand each cycle, not beyond the limit.");
  const hdl::Num sum_q = m.reg("product_q", product);
  const hdl::Num count_q = m.reg("count_q", size);
  const hdl::Num line_words_q = m.reg("line_words_q", hdl::uint(line_width));
  const hdl::Num sum_words_q = m.reg("sum_words_q", size);
  const hdl::Bits at_line = m.wire("at_line", flag, state_q == line);
  const hdl::Bits at_sum = m.wire("at_sum", flag, state_q == sum);
  const hdl::Bits at_fit = m.wire("at_fit", flag, state_q == fit);
  const hdl::Bits at_weights = m.wire("at_weights", flag, state_q == weights);
  const hdl::Bits multiplying = m.wire("multiplying", flag, at_line | at_sum | at_fit | at_weights);
  const hdl::Num summand =
      m.wire("summand", hdl::uint(kBwSizeBits + 1),
             hdl::mux(at_fit, line_words_q, hdl::mux(at_weights, sum_words_q, in_groups)));
  const hdl::Num next = m.wire("next", product, (sum_q + summand).wrap(kProductBits));
  const hdl::Num store_words =
      m.wire("store_words", product,
             m.wire("store_bits", hdl::bits(kProductBits),
                    hdl::concat({hdl::zeros(kProductBits - line_width), hdl::literal(1, 1),
                                 hdl::zeros(line_address)}))
                 .as_unsigned());
  const hdl::Num most_terms = m.constant("MostTerms", product, term_words);
  const hdl::Num most_weights = m.constant("MostWeights", product, weight_words);
  const hdl::Num limit =
      m.wire("limit", product,
             hdl::mux(at_sum, most_terms, hdl::mux(at_weights, most_weights, store_words)));
  const hdl::Bits over = m.wire("over", flag, multiplying & (next > limit));
  const hdl::Bits last = m.wire("last", flag, multiplying & (count_q == hdl::Num(1)));
  const hdl::Bits counted = m.wire("counted", flag, in_groups_state & ~more);
  m.clocked(data, [&](hdl::Clocked& c) {
    c.set(sum_q, hdl::mux(multiplying & ~last, next, hdl::Num(0)));
    c.when({{counted, [&] { c.set(count_q, width); }},
            {last,
             [&] { c.set(count_q, hdl::mux(at_line, taps, hdl::mux(at_sum, rows, out_groups))); }},
            {multiplying,
             [&] { c.set(count_q, hdl::wrapping_difference(count_q, 1, kBwSizeBits)); }}});
    c.when(at_line, [&] { c.set(line_words_q, next.wrap(line_width)); });
    c.when(at_sum, [&] { c.set(sum_words_q, next.wrap(kBwSizeBits)); });
  });
  m.assign(line_words, line_words_q);
  m.assign(sum_words, sum_words_q);

  m.section("Steps; one that goes too far is the last.");
  const hdl::Bits bad_q = m.reg("bad_q", hdl::bits(kBwFitReasons), 0);
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when({{stop, [&] { c.set(state_q, idle); }},
            {start,
             [&] {
               c.set(state_q, groups);
               c.set(bad_q, hdl::zeros(kBwFitReasons));
             }},
            {over,
             [&] {
               c.set(state_q, end);
               c.set(bad_q, hdl::concat({at_weights, at_sum, at_line | at_fit}));
             }},
            {state_q == end, [&] { c.set(state_q, idle); }},
            {counted, [&] { c.set(state_q, line); }},
            {last, [&] {
               c.set(state_q,
                     hdl::mux(at_line, sum, hdl::mux(at_sum, fit, hdl::mux(at_fit, weights, end))));
             }}});
  });
  m.assign(done, state_q == end);
  m.assign(bad, bad_q);
  return m;
}

}  // namespace

const hdl::Module& bw_conv2d_setup(DesignBuilder& design) {
  const std::string name = helper_name(design, "bw_conv2d_setup");
  const hdl::ResetStyle style = design.reset_style();
  const int64_t simd = design.size("Simd");
  return design.helper(name,
                       {{"Pe", design.size("Pe")},
                        {"Simd", simd},
                        {"LineAddressWidth", design.size("LineAddressWidth")},
                        {"TermWords", (design.size("MaxTerms") + simd - 1) / simd},
                        {"WeightWords", design.size("WeightWords")}},
                       {{"Pe", 16},
                        {"Simd", 16},
                        {"LineAddressWidth", 10},
                        {"TermWords", 256},
                        {"WeightWords", 256}},
                       [&](const hdl::Point& at) { return build(name, style, at); });
}

}  // namespace gen
