// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite registers of bw_conv2d_stream. The map is in gen/units/bw_conv2d.md.

#include "gen/units/axil.h"
#include "gen/units/bw_conv2d_parts.h"

namespace gen {
namespace {

enum Address : int {
  kId = 0x00,
  kVersion = 0x04,
  kParams = 0x08,
  kArray = 0x0c,
  kLimits = 0x10,
  kStores = 0x14,
  kControl = 0x18,
  kStatus = 0x1c,
  kWidth = 0x20,
  kHeight = 0x24,
  kInChannels = 0x28,
  kOutChannels = 0x2c,
  kKernel = 0x30,
  kStride = 0x34,
  kPadding = 0x38,
  kPool = 0x3c,
  kShift = 0x40,
  kLayers = 0x44,
  kCycles = 0x48,
  kWords = 0x4c,
  kWeightBitsLow = 0x50,
  kWeightBitsHigh = 0x54,
  kInputBitsLow = 0x58,
  kInputBitsHigh = 0x5c,
  kOutputBitsLow = 0x60,
  kOutputBitsHigh = 0x64,
};

constexpr int kErrors = 5;  // STATUS 4:0

// A setting as it was written, and whether a bit above it was.
struct Setting {
  hdl::Num value;
  hdl::Bits wide;
};

hdl::Module build(const std::string& name, hdl::ResetStyle style, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Registers of bw_conv2d_stream on AXI4-Lite. A start takes the settings if they are legal; "
       "while a layer is in progress they cannot be written.",
       "0x00 ID, 0x04 VERSION, 0x08 PARAMS, 0x0c ARRAY, 0x10 LIMITS, 0x14 STORES, 0x18 CONTROL, "
       "0x1c STATUS, 0x20 WIDTH, 0x24 HEIGHT, 0x28 IN_CHANNELS, 0x2c OUT_CHANNELS, 0x30 KERNEL, "
       "0x34 STRIDE, 0x38 PADDING, 0x3c POOL, 0x40 SHIFT, 0x44 LAYERS, 0x48 CYCLES, 0x4c WORDS, "
       "0x50 WEIGHT_BITS, 0x58 INPUT_BITS, 0x60 OUTPUT_BITS."});
  const hdl::BitsType flag = hdl::bits(1), word = hdl::bits(32);
  const hdl::BitsType traffic = hdl::bits(kBwTrafficBits);
  const hdl::NumType size = hdl::uint(kBwSizeBits);
  const auto sized = [&](const char* key, int64_t least, int64_t most, const char* doc) {
    return m.parameter(key, at.at(key), least, most, doc);
  };
  const hdl::Dim pe = sized("Pe", 1, 64, "Output channels at a time.");
  const hdl::Dim simd = sized("Simd", 1, 64, "Input channels at a time.");
  const hdl::Dim data_width = sized("DataWidth", 1, 16, "Bits of a sample.");
  const hdl::Dim out_width = sized("OutWidth", 1, 32, "Bits of a result.");
  const hdl::Dim acc_width = sized("AccWidth", 3, 48, "Bits of a sum.");
  const hdl::Dim scale_width = sized("ScaleWidth", 1, 32, "Bits of a scale.");
  const hdl::Dim weight_bus = sized("WeightBus", 8, 1024, "Bits of a beat of weights.");
  const hdl::Dim max_terms = sized("MaxTerms", 1, 65535, "Most terms of a sum.");
  const hdl::Dim max_out = sized("MaxOutChannels", 1, 32768, "Most output channels.");
  const hdl::Dim line_address =
      sized("LineAddressWidth", 4, 15, "The line store has 2^LineAddressWidth words.");
  const hdl::Dim weight_words = sized("WeightWords", 2, 65536, "Words of weights.");
  const hdl::Dim signed_data = sized("SignedData", 0, 1, "1: samples are signed.");
  const hdl::Dim relu = sized("Relu", 0, 1, "1: results are 0 or more.");
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const AxilPort port = axil_port(m, kBwAddressBits);
  const hdl::Bits error = m.input("error_i", hdl::bits(4), "Framing errors, see STATUS 3:0.");
  const hdl::Bits busy = m.input("busy_i", flag, "A layer is in progress.");
  const hdl::Bits done = m.input("done_i", flag, "One is complete.");
  const hdl::Bits misfit = m.input("misfit_i", flag, "One does not fit the memories:");
  const hdl::Bits misfits = m.input("misfits_i", hdl::bits(kBwFitReasons), "these.");
  const hdl::Bits dropping = m.input("dropping_i", hdl::bits(2), "Beats of samples, weights go.");
  const hdl::Bits start = m.output("start_o", flag, "START with legal settings.");
  const hdl::Bits abort = m.output("abort_o", flag, "ABORT.");
  const hdl::Num width_out = m.output("width_o", size, "WIDTH.");
  const hdl::Num height_out = m.output("height_o", size, "HEIGHT.");
  const hdl::Num in_out = m.output("in_channels_o", size, "IN_CHANNELS.");
  const hdl::Num out_out = m.output("out_channels_o", size, "OUT_CHANNELS.");
  const hdl::Num kernel_out = m.output("kernel_o", hdl::uint(kBwKernelBits), "KERNEL.");
  const hdl::Bits stride2_out = m.output("stride2_o", flag, "STRIDE is 2.");
  const hdl::Num padding_out = m.output("padding_o", hdl::uint(2), "PADDING.");
  const hdl::Bits pool_out = m.output("pool_o", flag, "POOL.");
  const hdl::Num shift_out = m.output("shift_o", hdl::uint(5), "SHIFT.");
  const hdl::Num rows_out = m.output("out_rows_o", size, "Rows of outputs,");
  const hdl::Num columns_out = m.output("out_columns_o", size, "columns.");
  const hdl::Bits layers = m.input("layers_i", word, "LAYERS.");
  const hdl::Bits cycles = m.input("cycles_i", word, "CYCLES.");
  const hdl::Bits words = m.input("words_i", word, "WORDS.");
  const hdl::Bits weight_bits = m.input("weight_bits_i", traffic, "WEIGHT_BITS.");
  const hdl::Bits input_bits = m.input("input_bits_i", traffic, "INPUT_BITS.");
  const hdl::Bits output_bits = m.input("output_bits_i", traffic, "OUTPUT_BITS.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  const AxilWrite write = axil_write(m, port, data, state);
  m.section("Settings as written. One with a bit above 15:0 is refused at the start.");
  const auto decode = [&](const std::string& at_name, int address) {
    return m.wire("at_" + at_name, flag, write.address == hdl::literal(kBwAddressBits, address));
  };
  const hdl::Bits at_control = decode("control", kControl);
  const hdl::Bits at_status = decode("status", kStatus);
  const hdl::Bits change = m.wire("change", flag, write.valid & ~busy);
  hdl::Bits at_setting;
  const auto setting = [&](const std::string& what, int address) {
    const hdl::Bits here = decode(what, address);
    at_setting = at_setting.valid() ? at_setting | here : here;
    const hdl::Bits value_q = m.reg(what + "_q", hdl::bits(kBwSizeBits), 0);
    const hdl::Bits wide_q = m.reg(what + "_wide_q", flag, 0);
    m.registers(
        state, change & here, {},
        {{value_q,
          (value_q & ~write.mask.slice(0, kBwSizeBits)) | write.written.slice(0, kBwSizeBits)},
         {wide_q, write.written.slice(16, 16).any() | (wide_q & ~write.mask.slice(16, 16).all())}});
    return Setting{value_q.as_unsigned(), wide_q};
  };
  const Setting width = setting("width", kWidth);
  const Setting height = setting("height", kHeight);
  const Setting in_channels = setting("in_channels", kInChannels);
  const Setting out_channels = setting("out_channels", kOutChannels);
  const Setting kernel = setting("kernel", kKernel);
  const Setting stride = setting("stride", kStride);
  const Setting padding = setting("padding", kPadding);
  const Setting pool = setting("pool", kPool);
  const Setting shift = setting("shift", kShift);

  m.section(
      "Outputs along a side: floor((size + 2 PADDING - KERNEL) / STRIDE) + 1, or half of it.");
  const hdl::Bits stride2 = m.wire("stride2", flag, stride.value == hdl::Num(2));
  const hdl::Bits pooled = m.wire("pooled", flag, pool.value == hdl::Num(1));
  const hdl::Num twice = m.wire("twice_padding", hdl::uint(3),
                                padding.value.bits().slice(0, 2).as_unsigned().shift_left(1));
  const hdl::Num taps =
      m.wire("taps", hdl::uint(kBwKernelBits), kernel.value.bits().slice(0, 3).as_unsigned());
  struct Side {
    hdl::Num outputs;
    hdl::Bits none;
  };
  constexpr int kWide = kBwSizeBits + 1;
  const auto side = [&](const std::string& what, const hdl::Num& samples) {
    const hdl::Num padded = m.wire("padded_" + what, hdl::uint(kWide), samples + twice);
    const hdl::Bits small = m.wire("small_" + what, flag, padded < taps);
    const hdl::Num rest =
        m.wire("rest_" + what, hdl::uint(kWide), hdl::wrapping_difference(padded, taps, kWide));
    const hdl::Num sums = m.wire("sums_" + what, hdl::uint(kWide),
                                 (hdl::mux(stride2, rest.shift_right(1), rest) + 1).wrap(kWide));
    const hdl::Num outputs =
        m.wire("outputs_" + what, hdl::uint(kWide), hdl::mux(pooled, sums.shift_right(1), sums));
    return Side{outputs, small | ~outputs.bits().any()};
  };
  const Side rows = side("height", height.value);
  const Side columns = side("width", width.value);

  m.section("What is legal.");
  const hdl::Num most_in = m.number(size, max_terms);
  const hdl::Num most_out = m.number(size, max_out);
  const auto zero = [](const Setting& s) { return s.wide | ~s.value.bits().any(); };
  const auto fault = [&](const char* what, const hdl::Bits& value) {
    return m.wire(what, flag, value);
  };
  const hdl::Bits bad_kernel = fault(
      "bad_kernel", kernel.wide | ((kernel.value != hdl::Num(1)) & (kernel.value != hdl::Num(3)) &
                                   (kernel.value != hdl::Num(5))));
  const hdl::Bits bad_stride =
      fault("bad_stride", stride.wide | ((stride.value != hdl::Num(1)) & ~stride2));
  const hdl::Bits bad_padding = fault("bad_padding", padding.wide | (padding.value > hdl::Num(2)));
  const hdl::Bits bad_pool = fault("bad_pool", pool.wide | (pool.value > hdl::Num(1)));
  const hdl::Bits bad_shift = fault("bad_shift", shift.wide | (shift.value > hdl::Num(31)));
  const hdl::Bits bad_frame = fault("bad_frame", zero(width) | zero(height));
  const hdl::Bits bad_channels =
      fault("bad_channels", zero(in_channels) | zero(out_channels) | (in_channels.value > most_in) |
                                (out_channels.value > most_out));
  const hdl::Bits sound =
      m.wire("sound", flag, ~(bad_kernel | bad_stride | bad_padding | bad_pool | bad_frame));
  const hdl::Bits large =
      m.wire("too_many", flag, rows.outputs.bits().msb() | columns.outputs.bits().msb());
  const hdl::Bits bad_output = fault("bad_output", sound & (rows.none | columns.none | large));

  m.section("Start, abort, errors and their reasons.");
  const hdl::Bits reasons = m.wire("reasons", hdl::bits(kBwSettingReasons),
                                   hdl::concat({bad_output, bad_channels, bad_frame, bad_shift,
                                                bad_pool, bad_padding, bad_stride, bad_kernel}));
  const hdl::Bits stops = m.wire("stops", flag, write.valid & at_control & write.written.bit(1));
  const hdl::Bits asks = m.wire("asks", flag, change & at_control & write.written.bit(0) & ~stops);
  const hdl::Bits unfit = m.wire("unfit", flag, asks & (reasons.any() | dropping.any()));
  m.assign(start, asks & ~unfit);
  m.assign(abort, stops);
  const hdl::Bits errors_q = m.reg("errors_q", hdl::bits(kErrors), 0);
  const hdl::Bits done_q = m.reg("done_q", flag, 0);
  const hdl::Bits reasons_q = m.reg("reasons_q", hdl::bits(kBwReasons), 0);
  const hdl::Bits clear = m.wire("clear", flag, write.valid & at_status);
  const auto kept = [&](const hdl::Bits& old, int lsb, int bits) {
    return old & ~(write.written.slice(lsb, bits) & hdl::replicate(bits, clear));
  };
  const hdl::Bits found =
      m.wire("found", hdl::bits(kBwReasons),
             hdl::concat({dropping.any() & unfit, misfits & hdl::replicate(kBwFitReasons, misfit),
                          reasons & hdl::replicate(kBwSettingReasons, unfit)}));
  m.registers(state, {}, {},
              {{errors_q, hdl::concat({unfit | misfit, error}) | kept(errors_q, 0, kErrors)},
               {done_q, done | kept(done_q, 9, 1)},
               {reasons_q, found | kept(reasons_q, 16, kBwReasons)}});
  m.assign(width_out, width.value);
  m.assign(height_out, height.value);
  m.assign(in_out, in_channels.value);
  m.assign(out_out, out_channels.value);
  m.assign(kernel_out, taps);
  m.assign(stride2_out, stride2);
  m.assign(padding_out, padding.value.wrap(2));
  m.assign(pool_out, pooled);
  m.assign(shift_out, shift.value.wrap(5));
  m.assign(rows_out, rows.outputs.wrap(kBwSizeBits));
  m.assign(columns_out, columns.outputs.wrap(kBwSizeBits));
  axil_answer(m, port, write, at_control | at_status | (at_setting & ~busy), data);

  const auto field = [&](int bits, const hdl::Dim& value) {
    return m.number(hdl::uint(bits), value).bits();
  };
  m.comment("Sizes: PARAMS, ARRAY, LIMITS, STORES, each from its highest field.");
  const hdl::Bits params = m.wire("params", word,
                                  hdl::concat({field(8, scale_width), field(8, acc_width),
                                               field(8, out_width), field(8, data_width)}));
  const hdl::Bits array =
      m.wire("array", word,
             hdl::concat({hdl::zeros(2), field(1, relu), field(1, signed_data),
                          field(12, weight_bus), field(8, simd), field(8, pe)}));
  const hdl::Bits limits = m.wire("limits", word, hdl::concat({most_out.bits(), most_in.bits()}));
  const hdl::Bits stores =
      m.wire("stores", word, hdl::concat({field(24, weight_words), field(8, line_address)}));
  const hdl::Bits status =
      m.wire("status", word,
             hdl::concat({hdl::zeros(16 - kBwReasons), reasons_q, hdl::zeros(4), dropping, done_q,
                          busy, hdl::zeros(8 - kErrors), errors_q}));
  const auto padded = [](const Setting& s) {
    return hdl::concat({hdl::zeros(16), s.value.bits()});
  };
  const auto low = [](const hdl::Bits& count) { return count.slice(0, 32); };
  const auto high = [](const hdl::Bits& count) {
    return hdl::concat({hdl::zeros(64 - kBwTrafficBits), count.slice(32, kBwTrafficBits - 32)});
  };
  axil_read(m, port,
            {{kId, hdl::literal(32, 0x46434f4e)},
             {kVersion, hdl::literal(32, 0x00010000)},
             {kParams, params},
             {kArray, array},
             {kLimits, limits},
             {kStores, stores},
             {kControl, hdl::zeros(32)},
             {kStatus, status},
             {kWidth, padded(width)},
             {kHeight, padded(height)},
             {kInChannels, padded(in_channels)},
             {kOutChannels, padded(out_channels)},
             {kKernel, padded(kernel)},
             {kStride, padded(stride)},
             {kPadding, padded(padding)},
             {kPool, padded(pool)},
             {kShift, padded(shift)},
             {kLayers, layers},
             {kCycles, cycles},
             {kWords, words},
             {kWeightBitsLow, low(weight_bits)},
             {kWeightBitsHigh, high(weight_bits)},
             {kInputBitsLow, low(input_bits)},
             {kInputBitsHigh, high(input_bits)},
             {kOutputBitsLow, low(output_bits)},
             {kOutputBitsHigh, high(output_bits)}},
            data, state);
  return m;
}

}  // namespace

const hdl::Module& bw_conv2d_regs(DesignBuilder& design) {
  const std::string name = helper_name(design, "bw_conv2d_regs");
  const hdl::ResetStyle style = design.reset_style();
  hdl::Point here;
  for (const char* key : {"Pe", "Simd", "DataWidth", "OutWidth", "ScaleWidth", "WeightBus",
                          "MaxTerms", "MaxOutChannels", "WeightWords"})
    here[key] = design.size(key);
  here["LineAddressWidth"] = design.size("LineAddressWidth");
  here["AccWidth"] = bw_conv2d_acc_width(design.spec());
  here["SignedData"] = design.is("data", "signed") ? 1 : 0;
  here["Relu"] = design.is("relu", "yes") ? 1 : 0;
  const hdl::Point defaults{{"Pe", 16},
                            {"Simd", 16},
                            {"DataWidth", 8},
                            {"OutWidth", 8},
                            {"AccWidth", 22},
                            {"ScaleWidth", 16},
                            {"WeightBus", 64},
                            {"MaxTerms", 4096},
                            {"MaxOutChannels", 64},
                            {"WeightWords", 256},
                            {"LineAddressWidth", 10},
                            {"SignedData", 0},
                            {"Relu", 1}};
  return design.helper(name, here, defaults,
                       [&](const hdl::Point& at) { return build(name, style, at); });
}

}  // namespace gen
