// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite registers of conv2d_stream. The map is in gen/units/README.md.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "gen/units/conv2d_parts.h"

namespace gen {
namespace {

// Byte addresses: decoded once for writes and once for reads.
enum Address : int {
  kId = 0x00,
  kVersion = 0x04,
  kParams = 0x08,
  kMaxima = 0x0c,
  kWidth = 0x10,
  kHeight = 0x14,
  kShift = 0x18,
  kCommit = 0x1c,
  kStatus = 0x20,
  kShape = 0x24,
};

// Parameters that only PARAMS and SHAPE tell.
struct Told {
  const char* name;
  int min, max;
  const char* doc;
};
constexpr Told kTold[] = {{"SignedData", 0, 1, "1: samples are signed."},
                          {"Scheme", 0, 3, "0: direct, 1: ffa, 2: ffa2d, 3: winograd."},
                          {"Kernel", 1, 15, "Columns of the kernel."},
                          {"KernelRows", 1, 15, "Its rows."},
                          {"Parallel", 1, 15, "Pixels of a line in a beat."},
                          {"ParallelRows", 1, 15, "Lines of a beat."},
                          {"InChannels", 1, 255, "Samples of a pixel."},
                          {"OutChannels", 1, 255, "Samples of a result."}};

// What the text depends on.
struct Structure {
  int coefficients, address_bits;
};

hdl::Module build(const std::string& name, hdl::ResetStyle style, const Structure& structure,
                  const hdl::Point& at) {
  const int taps = structure.coefficients;
  const int address_bits = structure.address_bits;
  const auto address = [&](int value) { return hdl::literal(address_bits, value); };
  hdl::Module m = helper_module(
      name,
      {"Registers on AXI4-Lite. Width, height, shift and coefficients exist twice: what is "
       "written, and what the engine uses; a commit copies them at the next start of a frame.",
       fmt::format(
           "0x00 ID, 0x04 VERSION, 0x08 PARAMS, 0x0c MAXIMA, 0x10 WIDTH, 0x14 HEIGHT, 0x18 "
           "SHIFT, 0x1c COMMIT, 0x20 STATUS (write 1 to clear bits 4:0), 0x24 SHAPE, 0x40 + "
           "4*i COEF[i], i = 0..{}.",
           taps - 1),
       "Bits above WIDTH 15:0, HEIGHT 15:0 and SHIFT 5:0 read 0; where one was written as 1 "
       "a commit is refused."});
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::BitsType word = hdl::bits(32);
  const hdl::Dim data_width =
      m.parameter("DataWidth", at.at("DataWidth"), 1, 32, "Bits of a sample.");
  const hdl::Dim coef_width =
      m.parameter("CoefWidth", at.at("CoefWidth"), 2, 32, "Bits of a coefficient.");
  const hdl::Dim max_width = m.parameter("MaxWidth", at.at("MaxWidth"), 8, 16384, "Longest line.");
  const hdl::Dim max_height = m.parameter("MaxHeight", at.at("MaxHeight"), 1, 16384, "Most lines.");
  std::map<std::string, hdl::Dim> told;
  for (const Told& t : kTold)
    told[t.name] = m.parameter(t.name, at.at(t.name), t.min, t.max, t.doc);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits awaddr =
      m.input("s_axil_awaddr_i", hdl::bits(address_bits), "Byte address to write.");
  const hdl::Bits awvalid = m.input("s_axil_awvalid_i", flag, "A write address is offered.");
  const hdl::Bits awready = m.output("s_axil_awready_o", flag, "It is taken.");
  const hdl::Bits wdata = m.input("s_axil_wdata_i", word, "Word to write.");
  const hdl::Bits wstrb = m.input("s_axil_wstrb_i", hdl::bits(4), "Bytes to write.");
  const hdl::Bits wvalid = m.input("s_axil_wvalid_i", flag, "Data to write is offered.");
  const hdl::Bits wready = m.output("s_axil_wready_o", flag, "It is taken.");
  const hdl::Bits bresp = m.output("s_axil_bresp_o", hdl::bits(2), "OKAY or SLVERR.");
  const hdl::Bits bvalid = m.output("s_axil_bvalid_o", flag, "A write is answered.");
  const hdl::Bits bready = m.input("s_axil_bready_i", flag, "The answer is taken.");
  const hdl::Bits araddr =
      m.input("s_axil_araddr_i", hdl::bits(address_bits), "Byte address to read.");
  const hdl::Bits arvalid = m.input("s_axil_arvalid_i", flag, "A read address is offered.");
  const hdl::Bits arready = m.output("s_axil_arready_o", flag, "It is taken.");
  const hdl::Bits rdata = m.output("s_axil_rdata_o", word, "Word read.");
  const hdl::Bits rresp = m.output("s_axil_rresp_o", hdl::bits(2), "OKAY or SLVERR.");
  const hdl::Bits rvalid = m.output("s_axil_rvalid_o", flag, "A read is answered.");
  const hdl::Bits rready = m.input("s_axil_rready_i", flag, "The answer is taken.");
  const hdl::Bits error = m.input("error_i", hdl::bits(4), "Framing errors, see STATUS 3:0.");
  const hdl::Bits active = m.input("active_i", flag, "A frame is in progress.");
  const hdl::Bits load = m.input("load_i", flag, "The engine takes what was committed.");
  const hdl::Bits pending_out = m.output("pending_o", flag, "There is something to take.");
  const hdl::Bits configured_out = m.output("configured_o", flag, "Something was taken.");
  const hdl::Num width_out = m.output("width_o", hdl::uint(kSizeBits), "Pixels of a line.");
  const hdl::Num height_out = m.output("height_o", hdl::uint(kSizeBits), "Lines of a frame.");
  const hdl::Num shift_out = m.output("shift_o", hdl::uint(kShiftBits), "Places to shift.");
  const hdl::Bits coef_out =
      m.output("coef_o", hdl::bits(taps * coef_width), "COEF[i] at i * CoefWidth.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};
  const hdl::Bits okay = m.constant("Okay", hdl::bits(2), 0);
  const hdl::Bits slverr = m.constant("SlvErr", hdl::bits(2), 2);

  m.section("Write channel: address and data wait for each other.");
  const hdl::Bits address_full_q = m.reg("address_full_q", flag, 0);
  const hdl::Bits data_full_q = m.reg("data_full_q", flag, 0);
  const hdl::Bits bvalid_q = m.reg("bvalid_q", flag, 0);
  const hdl::Bits address_q = m.reg("address_q", hdl::bits(address_bits));
  const hdl::Bits data_q = m.reg("data_q", word);
  const hdl::Bits strobe_q = m.reg("strobe_q", hdl::bits(4));
  const hdl::Bits bresp_q = m.reg("bresp_q", hdl::bits(2));
  const hdl::Bits write = m.wire("write", flag, address_full_q & data_full_q & ~bvalid_q);
  m.registers(state, {}, {},
              {{address_full_q, hdl::mux(address_full_q, ~write, awvalid)},
               {data_full_q, hdl::mux(data_full_q, ~write, wvalid)},
               {bvalid_q, hdl::mux(bvalid_q, ~bready, write)}});
  m.assign(awready, ~address_full_q);
  m.assign(wready, ~data_full_q);
  m.assign(bvalid, bvalid_q);
  m.assign(bresp, bresp_q);

  m.section("What is written where. Bytes without a strobe keep their value.");
  const hdl::Bits mask =
      m.wire("mask", word,
             hdl::concat({hdl::replicate(8, strobe_q.bit(3)), hdl::replicate(8, strobe_q.bit(2)),
                          hdl::replicate(8, strobe_q.bit(1)), hdl::replicate(8, strobe_q.bit(0))}));
  const hdl::Bits written = m.wire("written", word, data_q & mask);
  const hdl::Bits pending_q = m.reg("pending_q", flag, 0);
  const hdl::Bits at_width = m.wire("at_width", flag, address_q == address(kWidth));
  const hdl::Bits at_height = m.wire("at_height", flag, address_q == address(kHeight));
  const hdl::Bits at_shift = m.wire("at_shift", flag, address_q == address(kShift));
  const hdl::Bits at_commit = m.wire("at_commit", flag, address_q == address(kCommit));
  const hdl::Bits at_status = m.wire("at_status", flag, address_q == address(kStatus));
  const hdl::Bits at_coef = m.wire("at_coef", hdl::bits(taps));
  for (int i = 0; i < taps; ++i) m.assign(at_coef.bit(i), address_q == address(kCoefBase + 4 * i));
  const hdl::Bits at_values =
      m.wire("at_values", flag, at_width | at_height | at_shift | at_coef.any());
  const hdl::Bits change = m.wire("change", flag, write & ~pending_q);
  const hdl::Bits known = m.wire("known", flag, (at_values & ~pending_q) | at_commit | at_status);

  m.section("Width, height and shift as written, and whether a bit above their fields was set.");
  const hdl::Bits width_q = m.reg("width_q", hdl::bits(kSizeBits), 0);
  const hdl::Bits height_q = m.reg("height_q", hdl::bits(kSizeBits), 0);
  const hdl::Bits shift_q = m.reg("shift_q", hdl::bits(kShiftBits), 0);
  const hdl::Bits width_wide_q = m.reg("width_wide_q", flag, 0);
  const hdl::Bits height_wide_q = m.reg("height_wide_q", flag, 0);
  const hdl::Bits shift_wide_q = m.reg("shift_wide_q", flag, 0);
  const auto merged = [&](const hdl::Bits& old, const hdl::Dim& bits) {
    return (old & ~mask.slice(0, bits)) | written.slice(0, bits);
  };
  // Cleared by a write that covers all bits above the field with zeros.
  const auto wide = [&](const hdl::Bits& old, int bits) {
    return written.slice(bits, 32 - bits).any() | (old & ~mask.slice(bits, 32 - bits).all());
  };
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when(change & at_width, [&] {
      c.set(width_q, merged(width_q, kSizeBits));
      c.set(width_wide_q, wide(width_wide_q, kSizeBits));
    });
    c.when(change & at_height, [&] {
      c.set(height_q, merged(height_q, kSizeBits));
      c.set(height_wide_q, wide(height_wide_q, kSizeBits));
    });
    c.when(change & at_shift, [&] {
      c.set(shift_q, merged(shift_q, kShiftBits));
      c.set(shift_wide_q, wide(shift_wide_q, kShiftBits));
    });
  });

  m.section("Coefficients as written, and as they are read: sign-extended to a word.");
  const hdl::Bits coef = m.wire("coef", hdl::bits(taps * coef_width));
  const hdl::Bits coef_words = m.wire("coef_words", hdl::bits(taps * 32));
  m.generate_for("gen_coef", "i", taps, [&](const hdl::Dim& i) {
    const hdl::Bits coef_q = m.reg("coef_q", hdl::bits(coef_width), 0);
    m.registers(state, change & at_coef.bit(i), {}, {{coef_q, merged(coef_q, coef_width)}});
    m.assign(coef.lane(i, coef_width), coef_q);
    const hdl::Num extended = m.wire("extended", hdl::sint(32), coef_q.as_signed());
    m.assign(coef_words.lane(i, 32), extended.bits());
  });

  m.section("Commit: legal sizes wait for the next frame, others are an error.");
  const hdl::Num max_width_value = m.number(hdl::uint(kSizeBits), max_width);
  const hdl::Num max_height_value = m.number(hdl::uint(kSizeBits), max_height);
  const hdl::Bits legal =
      m.wire("legal", flag,
             width_q.any() & height_q.any() & (width_q.as_unsigned() <= max_width_value) &
                 (height_q.as_unsigned() <= max_height_value) &
                 ~(width_wide_q | height_wide_q | shift_wide_q));
  const hdl::Bits commit = m.wire("commit", flag, change & at_commit & written.bit(0));
  const hdl::Bits configured_q = m.reg("configured_q", flag, 0);
  const hdl::Bits errors_q = m.reg("errors_q", hdl::bits(5), 0);
  const hdl::Bits cleared =
      m.wire("cleared", hdl::bits(5), written.slice(0, 5) & hdl::replicate(5, write & at_status));
  m.registers(state, {}, {},
              {{pending_q, hdl::mux(pending_q, ~load, commit & legal)},
               {configured_q, configured_q | load},
               {errors_q, hdl::concat({commit & ~legal, error}) | (errors_q & ~cleared)}});
  m.assign(pending_out, pending_q);
  m.assign(configured_out, configured_q);

  m.section("The second copy, which the engine uses.");
  const hdl::Bits width_used_q = m.reg("width_used_q", hdl::bits(kSizeBits));
  const hdl::Bits height_used_q = m.reg("height_used_q", hdl::bits(kSizeBits));
  const hdl::Bits shift_used_q = m.reg("shift_used_q", hdl::bits(kShiftBits));
  const hdl::Bits coef_used_q = m.reg("coef_used_q", hdl::bits(taps * coef_width));
  m.registers(data, load, {},
              {{width_used_q, width_q},
               {height_used_q, height_q},
               {shift_used_q, shift_q},
               {coef_used_q, coef}});
  m.assign(width_out, width_used_q.as_unsigned());
  m.assign(height_out, height_used_q.as_unsigned());
  m.assign(shift_out, shift_used_q.as_unsigned());
  m.assign(coef_out, coef_used_q);

  m.section("Write data and answer.");
  m.clocked(data, [&](hdl::Clocked& c) {
    c.when(awvalid & ~address_full_q, [&] { c.set(address_q, awaddr); });
    c.when(wvalid & ~data_full_q, [&] {
      c.set(data_q, wdata);
      c.set(strobe_q, wstrb);
    });
    c.when(write, [&] { c.set(bresp_q, hdl::mux(known, okay, slverr)); });
  });

  m.section("Read channel: one access at a time.");
  const hdl::Bits rvalid_q = m.reg("rvalid_q", flag, 0);
  const hdl::Bits rdata_q = m.reg("rdata_q", word);
  const hdl::Bits rresp_q = m.reg("rresp_q", hdl::bits(2));
  m.registers(state, {}, {}, {{rvalid_q, hdl::mux(rvalid_q, ~rready, arvalid)}});
  const auto field = [&](int bits, const hdl::Dim& value) {
    return m.number(hdl::uint(bits), value).bits();
  };
  m.comment(
      "PARAMS: scheme, signed data, pixels of a line in a beat, kernel, CoefWidth, DataWidth.");
  const hdl::Bits params =
      m.wire("params", word,
             hdl::concat({hdl::zeros(5), field(2, told["Scheme"]), field(1, told["SignedData"]),
                          field(4, told["Parallel"]), field(4, told["Kernel"]),
                          field(8, coef_width), field(8, data_width)}));
  m.comment("SHAPE: channels out and in, lines of a beat, rows of the kernel.");
  const hdl::Bits shape = m.wire(
      "shape", word,
      hdl::concat({hdl::zeros(8), field(8, told["OutChannels"]), field(8, told["InChannels"]),
                   field(4, told["ParallelRows"]), field(4, told["KernelRows"])}));
  const hdl::Bits maxima =
      m.wire("maxima", word, hdl::concat({max_height_value.bits(), max_width_value.bits()}));
  const hdl::Bits status = m.wire(
      "status", word,
      hdl::concat({hdl::zeros(21), configured_q, active, pending_q, hdl::zeros(3), errors_q}));
  m.clocked(data, [&](hdl::Clocked& c) {
    const auto answer = [&](int where, const hdl::Bits& value) {
      return hdl::Clocked::Choice{address(where), [&c, &rdata_q, value] { c.set(rdata_q, value); }};
    };
    std::vector<hdl::Clocked::Choice> choices{
        answer(kId, hdl::literal(32, 0x46434f4e)),
        answer(kVersion, hdl::literal(32, 0x00010001)),
        answer(kParams, params),
        answer(kMaxima, maxima),
        answer(kWidth, hdl::concat({hdl::zeros(16), width_q})),
        answer(kHeight, hdl::concat({hdl::zeros(16), height_q})),
        answer(kShift, hdl::concat({hdl::zeros(26), shift_q})),
        answer(kCommit, hdl::zeros(32)),
        answer(kStatus, status),
        answer(kShape, shape)};
    for (int i = 0; i < taps; ++i)
      choices.push_back(answer(kCoefBase + 4 * i, coef_words.lane(i, 32)));
    c.when(arvalid & ~rvalid_q, [&] {
      c.set(rresp_q, okay);
      c.select(araddr, choices, [&] {
        c.set(rdata_q, hdl::zeros(32));
        c.set(rresp_q, slverr);
      });
    });
  });
  m.assign(arready, ~rvalid_q);
  m.assign(rvalid, rvalid_q);
  m.assign(rdata, rdata_q);
  m.assign(rresp, rresp_q);
  return m;
}

}  // namespace

std::vector<std::pair<std::string, int64_t>> told(const DesignBuilder& design,
                                                  const StreamShape& shape) {
  constexpr std::array kSchemes = {"direct", "ffa", "ffa2d", "winograd"};
  const auto* const scheme = std::find_if(kSchemes.begin(), kSchemes.end(), [&](const char* name) {
    return design.is("scheme", name);
  });
  return {{"SignedData", design.is("data", "signed") ? 1 : 0},
          {"Scheme", scheme - kSchemes.begin()},
          {"Kernel", shape.kernel},
          {"KernelRows", shape.kernel_rows},
          {"Parallel", shape.columns},
          {"ParallelRows", shape.rows},
          {"InChannels", shape.in_channels},
          {"OutChannels", shape.out_channels}};
}

const hdl::Module& conv2d_regs(DesignBuilder& design, const StreamShape& shape) {
  constexpr int kPlain = 9;  // coefficients of one 3x3 kernel
  const Structure structure{shape.coefficients(), shape.address_bits()};
  const std::string name =
      helper_name(design, structure.coefficients == kPlain
                              ? "conv2d_regs"
                              : fmt::format("conv2d_regs_{}", structure.coefficients));
  const hdl::ResetStyle style = design.reset_style();
  hdl::Point here;
  for (const auto& [key, value] : told(design, shape)) here[key] = value;
  for (const char* key : {"DataWidth", "CoefWidth", "MaxWidth", "MaxHeight"})
    here[key] = design.size(key);
  const hdl::Point defaults{{"DataWidth", 8},    {"CoefWidth", 8},  {"MaxWidth", 640},
                            {"MaxHeight", 480},  {"SignedData", 0}, {"Scheme", 0},
                            {"Kernel", 3},       {"KernelRows", 3}, {"Parallel", 3},
                            {"ParallelRows", 1}, {"InChannels", 1}, {"OutChannels", 1}};
  return design.helper(name, here, defaults,
                       [&](const hdl::Point& at) { return build(name, style, structure, at); });
}

}  // namespace gen
