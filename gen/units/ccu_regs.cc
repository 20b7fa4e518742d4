// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite registers of ccu, and where coefficients go. The map is in gen/units/ccu.md.

#include <fmt/format.h>

#include "gen/units/axil.h"
#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

enum Address : int {
  kId = 0x00,
  kVersion = 0x04,
  kParams = 0x08,
  kMaxima = 0x0c,
  kWidth = 0x10,
  kHeight = 0x14,
  kKernelRows = 0x18,
  kKernelColumns = 0x1c,
  kStride = 0x20,
  kCommit = 0x24,
  kStatus = 0x28,
  kCoef = 0x2c,
  kCoefCount = 0x30,
  kCycles = 0x40,
  kInputCycles = 0x44,
  kIssued = 0x48,
  kMacsLow = 0x4c,
  kMacsHigh = 0x50,
  kFrames = 0x54,
};

// A setting as it was written, and whether a bit above it was.
struct Setting {
  hdl::Bits value, wide;
};

hdl::Module build_regs(const std::string& name, hdl::ResetStyle style, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Registers of ccu on AXI4-Lite. A commit of legal settings waits until a frame is computed "
       "with them; until then they cannot be written.",
       "0x00 ID, 0x04 VERSION, 0x08 PARAMS, 0x0c MAXIMA, 0x10 WIDTH, 0x14 HEIGHT, 0x18 "
       "KERNEL_ROWS, 0x1c KERNEL_COLUMNS, 0x20 STRIDE, 0x24 COMMIT, 0x28 STATUS, 0x2c COEF, 0x30 "
       "COEF_COUNT, 0x40 CYCLES, 0x44 INPUT_CYCLES, 0x48 ISSUED, 0x4c MACS_LOW, 0x50 MACS_HIGH, "
       "0x54 FRAMES."});
  const hdl::BitsType flag = hdl::bits(1), word = hdl::bits(32);
  const hdl::NumType size = hdl::uint(kCcuSizeBits);
  const hdl::Dim data_width =
      m.parameter("DataWidth", at.at("DataWidth"), 2, 16, "Bits of a sample.");
  const hdl::Dim coef_width =
      m.parameter("CoefWidth", at.at("CoefWidth"), 2, 16, "Bits of a coefficient.");
  const hdl::Dim max_kernel =
      m.parameter("MaxKernel", at.at("MaxKernel"), 2, 12, "Largest kernel.");
  const hdl::Dim channels = m.parameter("InChannels", at.at("InChannels"), 1, 64, "Channels.");
  const hdl::Dim cores = m.parameter("Cores", at.at("Cores"), 1, 16, "Cores.");
  const hdl::Dim max_width = m.parameter("MaxWidth", at.at("MaxWidth"), 32, 4096, "Longest line.");
  const hdl::Dim pixels = m.parameter("Pixels", at.at("Pixels"), 1, 5, "Pixels of a beat.");
  const hdl::Dim signed_data =
      m.parameter("SignedData", at.at("SignedData"), 0, 1, "1: samples are signed.");
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const AxilPort port = axil_port(m, kCcuAddressBits);
  const hdl::Bits error = m.input("error_i", hdl::bits(4), "Framing errors, see STATUS 3:0.");
  const hdl::Bits active = m.input("active_i", flag, "A frame is in progress.");
  const hdl::Bits load = m.input("load_i", flag, "The settings are for the next frame.");
  const hdl::Bits unload = m.input("unload_i", flag, "That frame came to nothing.");
  const hdl::Bits used = m.input("used_i", flag, "The settings are in use.");
  const hdl::Bits fresh_out = m.output("fresh_o", flag, "Settings wait for a frame.");
  const hdl::Bits configured_out = m.output("configured_o", flag, "Some have been in use.");
  const hdl::Num width_out = m.output("width_o", size, "WIDTH.");
  const hdl::Num height_out = m.output("height_o", size, "HEIGHT.");
  const hdl::Bits rows_out = m.output("kernel_rows_o", hdl::bits(4), "KERNEL_ROWS.");
  const hdl::Bits columns_out = m.output("kernel_columns_o", hdl::bits(4), "KERNEL_COLUMNS.");
  const hdl::Bits stride2_out = m.output("stride2_o", flag, "STRIDE is 2.");
  const hdl::Bits restart = m.output("coef_restart_o", flag, "Coefficients start again.");
  const hdl::Bits coef_write = m.output("coef_write_o", flag, "The next coefficient:");
  const hdl::Bits coef_data = m.output("coef_data_o", hdl::bits(coef_width), "its value.");
  const hdl::Bits coef_count = m.input("coef_count_i", hdl::bits(24), "Coefficients written.");
  const hdl::Bits coef_done = m.input("coef_done_i", flag, "All have been.");
  const hdl::Bits new_coefs = m.output("new_coefs_o", flag, "They belong to the settings.");
  const hdl::Bits cycles = m.input("cycles_i", word, "Counters of the last frame.");
  const hdl::Bits input_cycles = m.input("input_cycles_i", word, "INPUT_CYCLES.");
  const hdl::Bits issued = m.input("issued_i", word, "ISSUED.");
  const hdl::Bits macs = m.input("macs_i", hdl::bits(kCcuMacBits), "MACS.");
  const hdl::Bits frames = m.input("frames_i", word, "FRAMES.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = style};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  const AxilWrite write = axil_write(m, port, data, state);
  m.section("What is written where; nothing of the settings while a commit waits.");
  const auto decode = [&](const char* at_name, int address) {
    return m.wire(at_name, flag, write.address == hdl::literal(kCcuAddressBits, address));
  };
  const hdl::Bits at_width = decode("at_width", kWidth);
  const hdl::Bits at_height = decode("at_height", kHeight);
  const hdl::Bits at_rows = decode("at_rows", kKernelRows);
  const hdl::Bits at_columns = decode("at_columns", kKernelColumns);
  const hdl::Bits at_stride = decode("at_stride", kStride);
  const hdl::Bits at_commit = decode("at_commit", kCommit);
  const hdl::Bits at_status = decode("at_status", kStatus);
  const hdl::Bits at_coef = decode("at_coef", kCoef);
  const hdl::Bits at_count = decode("at_count", kCoefCount);
  const hdl::Bits pending_q = m.reg("pending_q", flag, 0);
  const hdl::Bits change = m.wire("change", flag, write.valid & ~pending_q);
  const hdl::Bits at_kernel = m.wire("at_kernel", flag, at_rows | at_columns | at_stride);

  m.section("Settings as written. One with a bit above 15:0 is refused at the commit.");
  const auto setting = [&](const std::string& what, const hdl::Bits& here) {
    const hdl::Bits value_q = m.reg(what + "_q", hdl::bits(kCcuSizeBits), 0);
    const hdl::Bits wide_q = m.reg(what + "_wide_q", flag, 0);
    m.registers(
        state, change & here, {},
        {{value_q,
          (value_q & ~write.mask.slice(0, kCcuSizeBits)) | write.written.slice(0, kCcuSizeBits)},
         {wide_q, write.written.slice(16, 16).any() | (wide_q & ~write.mask.slice(16, 16).all())}});
    return Setting{value_q, wide_q};
  };
  const Setting width = setting("width", at_width);
  const Setting height = setting("height", at_height);
  const Setting rows = setting("kernel_rows", at_rows);
  const Setting columns = setting("kernel_columns", at_columns);
  const Setting stride = setting("stride", at_stride);

  m.section("What is legal.");
  const hdl::Num most_width = m.number(size, max_width);
  const hdl::Num most_kernel = m.number(size, max_kernel);
  const auto bad = [](const Setting& s) { return s.wide | ~s.value.any(); };
  const hdl::Bits bad_kernel =
      m.wire("bad_kernel", flag,
             bad(rows) | bad(columns) | (rows.value.as_unsigned() > most_kernel) |
                 (columns.value.as_unsigned() > most_kernel));
  const hdl::Bits stride_1 =
      m.wire("stride_1", flag, stride.value == hdl::literal(kCcuSizeBits, 1));
  const hdl::Bits stride_2 =
      m.wire("stride_2", flag, stride.value == hdl::literal(kCcuSizeBits, 2));
  const hdl::Bits bad_stride = m.wire("bad_stride", flag, stride.wide | ~(stride_1 | stride_2));
  const hdl::Bits bad_frame = m.wire(
      "bad_frame", flag, bad(width) | bad(height) | (width.value.as_unsigned() > most_width));
  const hdl::Bits too_small =
      m.wire("too_small", flag,
             ~bad_kernel & ~bad_frame &
                 ((rows.value.as_unsigned() > height.value.as_unsigned()) |
                  (columns.value.as_unsigned() > width.value.as_unsigned())));

  m.section("Coefficients: all of the kernel, or none of the same kernel.");
  const hdl::Bits configured_q = m.reg("configured_q", flag, 0);
  const hdl::Bits kernel_changed_q = m.reg("kernel_changed_q", flag, 0);
  const hdl::Bits coef_legal =
      m.wire("coef_legal", flag, ~(bad_kernel | bad_stride | coef_done | pending_q));
  m.assign(coef_write, write.valid & at_coef & coef_legal);
  m.assign(coef_data, write.written.slice(0, coef_width));
  m.assign(restart, (change & (at_kernel | at_count)) | used);
  m.registers(state, {}, {},
              {{kernel_changed_q, (change & at_kernel) | (kernel_changed_q & ~used)}});
  const hdl::Bits missing =
      m.wire("missing", flag, ~coef_done & (coef_count.any() | kernel_changed_q | ~configured_q));
  m.assign(new_coefs, coef_done);

  m.section("Commit, errors and their reasons.");
  const hdl::Bits reasons =
      m.wire("reasons", hdl::bits(5),
             hdl::concat({missing, too_small, bad_frame, bad_stride, bad_kernel}));
  const hdl::Bits commit = m.wire("commit", flag, change & at_commit & write.written.bit(0));
  const hdl::Bits refused = m.wire("refused", flag, commit & reasons.any());
  const hdl::Bits fresh_q = m.reg("fresh_q", flag, 0);
  const hdl::Bits errors_q = m.reg("errors_q", hdl::bits(5), 0);
  const hdl::Bits reasons_q = m.reg("reasons_q", hdl::bits(5), 0);
  const hdl::Bits clear = m.wire("clear", flag, write.valid & at_status);
  const auto kept = [&](const hdl::Bits& old, int lsb) {
    return old & ~(write.written.slice(lsb, 5) & hdl::replicate(5, clear));
  };
  m.registers(state, {}, {},
              {{pending_q, (commit & ~refused) | (pending_q & ~used)},
               {fresh_q, (commit & ~refused) | unload | (fresh_q & ~load)},
               {configured_q, configured_q | used},
               {errors_q, hdl::concat({refused, error}) | kept(errors_q, 0)},
               {reasons_q, (reasons & hdl::replicate(5, refused)) | kept(reasons_q, 16)}});
  m.assign(fresh_out, fresh_q);
  m.assign(configured_out, configured_q);
  m.assign(width_out, width.value.as_unsigned());
  m.assign(height_out, height.value.as_unsigned());
  m.assign(rows_out, rows.value.slice(0, 4));
  m.assign(columns_out, columns.value.slice(0, 4));
  m.assign(stride2_out, stride_2);
  axil_answer(m, port, write,
              at_commit | at_status | (at_coef & coef_legal) |
                  ((at_width | at_height | at_kernel | at_count) & ~pending_q),
              data);

  const auto field = [&](int bits, const hdl::Dim& value) {
    return m.number(hdl::uint(bits), value).bits();
  };
  m.comment("PARAMS: signed data, Pixels, MaxKernel, CoefWidth, DataWidth.");
  const hdl::Bits params =
      m.wire("params", word,
             hdl::concat({hdl::zeros(7), field(1, signed_data), field(4, pixels),
                          field(4, max_kernel), field(8, coef_width), field(8, data_width)}));
  const hdl::Bits maxima =
      m.wire("maxima", word, hdl::concat({field(8, cores), field(8, channels), most_width.bits()}));
  const hdl::Bits status =
      m.wire("status", word,
             hdl::concat({hdl::zeros(11), reasons_q, hdl::zeros(5), configured_q, active, pending_q,
                          hdl::zeros(3), errors_q}));
  const auto padded = [](const Setting& s) { return hdl::concat({hdl::zeros(16), s.value}); };
  axil_read(m, port,
            {{kId, hdl::literal(32, 0x46434f4e)},
             {kVersion, hdl::literal(32, 0x00010000)},
             {kParams, params},
             {kMaxima, maxima},
             {kWidth, padded(width)},
             {kHeight, padded(height)},
             {kKernelRows, padded(rows)},
             {kKernelColumns, padded(columns)},
             {kStride, padded(stride)},
             {kCommit, hdl::zeros(32)},
             {kStatus, status},
             {kCoef, hdl::zeros(32)},
             {kCoefCount, hdl::concat({hdl::zeros(8), coef_count})},
             {kCycles, cycles},
             {kInputCycles, input_cycles},
             {kIssued, issued},
             {kMacsLow, macs.slice(0, 32)},
             {kMacsHigh, macs.slice(32, 32)},
             {kFrames, frames}},
            data, state);
  return m;
}

// Part and tap of row or column `index` of a kernel.
struct Place {
  hdl::Bits part, taps;  // number; one-hot
};

Place locate(DesignBuilder& design, hdl::Module& m, const std::string& side, const hdl::Bits& clk,
             const hdl::Bits& kernel, const hdl::Bits& stride2, const hdl::Num& index) {
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits threes = m.wire(side + "_threes", hdl::bits(3));
  const hdl::Bits parts = m.wire(side + "_parts", hdl::bits(3));
  const hdl::Bits pads = m.wire(side + "_pads", hdl::bits(kCcuParts));
  const hdl::Bits offsets = m.wire(side + "_offsets", hdl::bits(kCcuParts * kCcuOffsetBits));
  m.instance("u_" + side + "_split", ccu_split_table(design), {},
             {{"clk_i", clk},
              {"size_i", kernel},
              {"stride2_i", stride2},
              {"threes_o", threes},
              {"parts_o", parts},
              {"pads_o", pads},
              {"offsets_o", offsets}});
  m.unused("unused_" + side + "_pads", pads);
  std::vector<hdl::Bits> hits, steps;
  for (int p = 0; p < kCcuParts; ++p) {
    const std::string prefix = fmt::format("{}_{}_", side, p);
    const hdl::Num from =
        m.wire(prefix + "from", hdl::uint(4), offsets.lane(p, kCcuOffsetBits).as_unsigned());
    const hdl::Num samples =
        m.wire(prefix + "samples", hdl::uint(4), hdl::wrapping_difference(index, from, 4));
    const hdl::Bits bits = samples.bits();
    const hdl::Bits tap =
        m.wire(prefix + "tap", hdl::bits(4),
               hdl::mux(stride2, hdl::concat({hdl::zeros(1), bits.slice(1, 3)}), bits));
    const hdl::Bits three = m.wire(prefix + "three", flag, threes.as_unsigned() > hdl::Num(p));
    const hdl::Bits hit =
        m.wire(prefix + "hit", flag,
               (parts.as_unsigned() > hdl::Num(p)) & (index >= from) & ~(stride2 & bits.bit(0)) &
                   ((tap.as_unsigned() < hdl::Num(2)) | (three & (tap == hdl::literal(4, 2)))));
    hits.push_back(hit);
    steps.push_back(tap);
  }
  const auto tap_is = [&](int t) {
    hdl::Bits any;
    for (int p = 0; p < kCcuParts; ++p) {
      const auto i = static_cast<size_t>(p);
      const hdl::Bits here = hits[i] & (steps[i] == hdl::literal(4, t));
      any = any.valid() ? any | here : here;
    }
    return any;
  };
  const hdl::Bits part =
      m.wire(side + "_part", hdl::bits(2), hdl::concat({hits[2] | hits[3], hits[1] | hits[3]}));
  const hdl::Bits taps =
      m.wire(side + "_taps", hdl::bits(kCcuTaps), hdl::concat({tap_is(2), tap_is(1), tap_is(0)}));
  return {part, taps};
}

hdl::Module build_writer(DesignBuilder& design, const std::string& name, hdl::ResetStyle style,
                         const hdl::Point& at) {
  hdl::Module m = helper_module(name, {"Where the coefficients of ccu go: they come in the order "
                                       "core, channel, row, column, and are "
                                       "kept by core, part of the kernel and channel, a memory for "
                                       "each of the nine taps of a part. "
                                       "The half of the memories that is not in use is written."});
  const hdl::Dim channels = m.parameter("InChannels", at.at("InChannels"), 1, 64, "Channels.");
  const hdl::Dim cores = m.parameter("Cores", at.at("Cores"), 1, 16, "Cores.");
  const hdl::Dim word_width = m.localparam("CoefAddressWidth", hdl::clog2(32 * channels));
  constexpr int kCoefs = kCcuTaps * kCcuTaps;
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  const hdl::Bits rows = m.input("kernel_rows_i", hdl::bits(4), "KERNEL_ROWS.");
  const hdl::Bits columns = m.input("kernel_columns_i", hdl::bits(4), "KERNEL_COLUMNS.");
  const hdl::Bits stride2 = m.input("stride2_i", flag, "STRIDE is 2.");
  const hdl::Bits used_bank = m.input("coef_bank_i", flag, "Half that is in use.");
  const hdl::Bits restart = m.input("restart_i", flag, "The next coefficient is the first.");
  const hdl::Bits next = m.input("write_i", flag, "A coefficient comes.");
  const hdl::Bits write =
      m.output("write_o", hdl::bits(kCoefs * cores), "Coefficient 3*r + k of core n: bit 9*n.");
  const hdl::Num address = m.output("address_o", hdl::uint(word_width), "Word to write.");
  const hdl::Bits count_out = m.output("count_o", hdl::bits(24), "Coefficients that came.");
  const hdl::Bits done = m.output("done_o", flag, "All have come.");
  const hdl::Clock state{.clock = clk, .reset = rst, .style = style};

  m.section(
      "Column, row, channel, core: the core is one-hot, one place beyond the last at the end.");
  const hdl::Num column_q = m.reg("column_q", hdl::uint(4), 0);
  const hdl::Num row_q = m.reg("row_q", hdl::uint(4), 0);
  const hdl::Num channel_q = m.reg("channel_q", hdl::uint(kCcuChannelBits), 0);
  const hdl::Num core_q = m.reg("core_q", hdl::uint(cores + 1), 1);
  const hdl::Num count_q = m.reg("count_q", hdl::uint(24), 0);
  const hdl::Num next_column = m.wire("next_column", hdl::uint(4), (column_q + 1).wrap(4));
  const hdl::Num next_row = m.wire("next_row", hdl::uint(4), (row_q + 1).wrap(4));
  const hdl::Num next_channel =
      m.wire("next_channel", hdl::uint(kCcuChannelBits), (channel_q + 1).wrap(kCcuChannelBits));
  const hdl::Num count = m.constant("ChannelCount", hdl::uint(kCcuChannelBits), channels);
  const hdl::Bits column_ends = m.wire("column_ends", flag, next_column.bits() == columns);
  const hdl::Bits row_ends = m.wire("row_ends", flag, column_ends & (next_row.bits() == rows));
  const hdl::Bits channel_ends = m.wire("channel_ends", flag, row_ends & (next_channel == count));
  m.clocked(state, [&](hdl::Clocked& c) {
    c.when({{restart,
             [&] {
               c.set(column_q, 0);
               c.set(row_q, 0);
               c.set(channel_q, 0);
               c.set(core_q, 1);
               c.set(count_q, 0);
             }},
            {next, [&] {
               c.set(count_q, (count_q + 1).wrap(24));
               c.set(column_q, hdl::mux(column_ends, hdl::Num(0), next_column));
               c.when(column_ends,
                      [&] { c.set(row_q, hdl::mux(row_ends, hdl::Num(0), next_row)); });
               c.when(row_ends,
                      [&] { c.set(channel_q, hdl::mux(channel_ends, hdl::Num(0), next_channel)); });
               c.when(channel_ends, [&] { c.set(core_q, (core_q + core_q).wrap(cores + 1)); });
             }}});
  });
  m.assign(count_out, count_q.bits());
  const hdl::Bits core = core_q.bits();
  m.assign(done, core.bit(cores));

  m.section("Part and tap.");
  const Place row = locate(design, m, "row", clk, rows, stride2, row_q);
  const Place column = locate(design, m, "column", clk, columns, stride2, column_q);
  const hdl::Num part =
      m.wire("part", hdl::uint(5),
             m.wire("part_bits", hdl::bits(5), hdl::concat({~used_bank, row.part, column.part}))
                 .as_unsigned());
  const hdl::Num word = m.wire("word", hdl::uint(kCcuWordBits + 1), part * count + channel_q);
  m.assign(address, word.wrap(word_width));
  m.unused("unused_word", word.bits().slice(word_width, kCcuWordBits + 1 - word_width));
  std::vector<hdl::Bits> taps;
  for (int r = kCcuTaps - 1; r >= 0; --r) {
    for (int k = kCcuTaps - 1; k >= 0; --k) taps.push_back(row.taps.bit(r) & column.taps.bit(k));
  }
  const hdl::Bits tap = m.wire("tap", hdl::bits(kCoefs), hdl::concat(taps));
  m.generate_for("gen_core", "n", cores, [&](const hdl::Dim& n) {
    m.assign(write.lane(n, kCoefs), tap & hdl::replicate(kCoefs, next & core.bit(n)));
  });
  return m;
}

}  // namespace

const hdl::Module& ccu_regs(DesignBuilder& design) {
  const std::string name = helper_name(design, "ccu_regs");
  const hdl::ResetStyle style = design.reset_style();
  hdl::Point here;
  for (const char* key :
       {"DataWidth", "CoefWidth", "MaxKernel", "InChannels", "Cores", "MaxWidth", "Pixels"})
    here[key] = design.size(key);
  here["SignedData"] = design.is("data", "signed") ? 1 : 0;
  const hdl::Point defaults{{"DataWidth", 8},   {"CoefWidth", 8}, {"MaxKernel", 12},
                            {"InChannels", 16}, {"Cores", 1},     {"MaxWidth", 128},
                            {"Pixels", 2},      {"SignedData", 0}};
  return design.helper(name, here, defaults,
                       [&](const hdl::Point& at) { return build_regs(name, style, at); });
}

const hdl::Module& ccu_writer(DesignBuilder& design) {
  const std::string name = helper_name(design, "ccu_writer");
  const hdl::ResetStyle style = design.reset_style();
  return design.helper(name,
                       {{"InChannels", design.size("InChannels")}, {"Cores", design.size("Cores")}},
                       {{"InChannels", 16}, {"Cores", 1}},
                       [&](const hdl::Point& at) { return build_writer(design, name, style, at); });
}

}  // namespace gen
