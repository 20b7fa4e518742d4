// SPDX-License-Identifier: Apache-2.0
// ccu: correlation with kernels from 1x1 to 12x12 whose size is set at run time.

#include <fmt/format.h>

#include "gen/units/axil.h"
#include "gen/units/ccu_parts.h"
#include "gen/units/pipeline.h"

namespace gen {
namespace {

constexpr int kMultipliers = kCcuBranches * kCcuBranches;
// Cycles from a window that is asked for to what is made of it.
constexpr int kToWindow = 6;
constexpr int kToFactors = 2;   // sums of samples and coefficients
constexpr int kToProducts = 1;  // then a cycle to the branch sums
constexpr int kToOutputs = 2;

hdl::Module build_delay(const std::string& name, bool has_reset, hdl::ResetStyle style,
                        const hdl::Point& at) {
  hdl::Module m = helper_module(name, {"A word some cycles later: a shift register."});
  const hdl::Dim width = m.parameter("Width", at.at("Width"), 1, 64, "Bits.");
  const hdl::Dim stages = m.parameter("Stages", at.at("Stages"), 2, 64, "Cycles.");
  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock.");
  hdl::Clock clock{.clock = clk, .reset = {}, .style = style};
  if (has_reset) clock.reset = m.input("rst_ni", hdl::bits(1), "Reset, active low: to zero.");
  const hdl::Bits data = m.input("d_i", hdl::bits(width), "The word.");
  const hdl::Bits out = m.output("q_o", hdl::bits(width), "It, later.");
  const hdl::Dim all = stages * width;
  const hdl::Bits words_q =
      has_reset ? m.reg("words_q", hdl::bits(all), 0) : m.reg("words_q", hdl::bits(all));
  m.registers(clock, {}, {}, {{words_q, hdl::concat({words_q.slice(0, all - width), data})}});
  m.assign(out, words_q.slice(all - width, width));
  return m;
}

// The sequencer's word on a window, delayed step by step to where it is needed.
class Companion {
 public:
  Companion(DesignBuilder& design, hdl::Module& m, std::vector<hdl::Connection> clocks,
            std::string name, const hdl::Bits& value)
      : design_(design), m_(m), clocks_(std::move(clocks)), name_(std::move(name)), value_(value) {}

  // As it was `stages` cycles ago; never less than asked for before.
  hdl::Bits at(int stages) {
    const int more = stages - stage_;
    if (more == 0) return value_;
    stage_ = stages;
    const hdl::Dim width = value_.width();
    const std::string later = fmt::format("{}_{}", name_, stages);
    if (more == 1) {
      const hdl::Bits next = has_reset() ? m_.reg(later + "_q", hdl::bits(width), 0)
                                         : m_.reg(later + "_q", hdl::bits(width));
      hdl::Clock clock{.clock = *clocks_[0].bits, .reset = {}, .style = design_.reset_style()};
      if (has_reset()) clock.reset = *clocks_[1].bits;
      m_.registers(clock, {}, {}, {{next, value_}});
      return value_ = next;
    }
    const hdl::Bits next = m_.wire(later, hdl::bits(width));
    const std::string name =
        has_reset() ? helper_name(design_, "ccu_delay_reset") : std::string("fircone_ccu_delay");
    const hdl::Module& delay =
        design_.helper(name, {{"Width", width.value()}, {"Stages", more}},
                       {{"Width", 8}, {"Stages", 2}}, [&](const hdl::Point& at) {
                         return build_delay(name, has_reset(), design_.reset_style(), at);
                       });
    std::vector<hdl::Connection> connections = clocks_;
    connections.emplace_back("d_i", value_);
    connections.emplace_back("q_o", next);
    m_.instance("u_" + later, delay, {{"Width", width}, {"Stages", more}}, connections);
    return value_ = next;
  }

 private:
  bool has_reset() const { return clocks_.size() > 1; }
  DesignBuilder& design_;
  hdl::Module& m_;
  std::vector<hdl::Connection> clocks_;  // clk_i, and rst_ni where it has a reset
  std::string name_;
  hdl::Bits value_;
  int stage_ = 0;
};

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool signed_data = spec.is("data", "signed");
  const int pixels = static_cast<int>(spec.size("Pixels"));
  const hdl::Module& regs = ccu_regs(design);
  hdl::Module m = design.top(
      {"Correlation with a kernel size set at run time: from 1x1 to MaxKernel x MaxKernel, over "
       "all "
       "input channels, stride 1 or 2. Each core has 36 multipliers, used as one fast 3x3 unit, "
       "two of 2x3 or 3x2, or four of 2x2.",
       "out[n][v][u] = sum over c, r, k of h[n][c][r][k] * in[c][S*v + r][S*u + k]."});
  const hdl::Dim max_kernel = design.parameter(m, "MaxKernel");
  const hdl::Dim channels = design.parameter(m, "InChannels");
  const hdl::Dim cores = design.parameter(m, "Cores");
  const hdl::Dim max_width = design.parameter(m, "MaxWidth");
  const hdl::Dim data_width = design.parameter(m, "DataWidth");
  const hdl::Dim coef_width = design.parameter(m, "CoefWidth");
  const hdl::Dim products = max_kernel * max_kernel * channels;
  const hdl::Dim growth = signed_data ? hdl::clog2(products + 1) - 1 : hdl::clog2(products);
  const hdl::Dim result_width = m.localparam("ResultWidth", data_width + coef_width + growth);
  const hdl::Dim row_groups = m.localparam("RowGroups", ccu_row_groups(max_kernel));
  const hdl::Dim column_groups = m.localparam("ColumnGroups", hdl::ceil_div(max_width, kCcuWindow));
  const hdl::Dim beat_width = m.localparam("BeatWidth", pixels * channels * data_width);
  const hdl::Dim row_width = hdl::clog2(row_groups), column_width = hdl::clog2(column_groups);
  const hdl::Dim word_width = m.localparam("CoefAddressWidth", hdl::clog2(32 * channels));
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::NumType size = hdl::uint(kCcuSizeBits);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock, rising edge.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  std::vector<hdl::Connection> regs_ports{{"clk_i", clk}, {"rst_ni", rst}};
  for (const hdl::PortInfo& port : regs.ports()) {
    if (port.name.rfind("s_axil_", 0) != 0) continue;
    regs_ports.emplace_back(
        port.name, port.is_input ? m.input(port.name, hdl::bits(port.width.value()), port.doc)
                                 : m.output(port.name, hdl::bits(port.width.value()), port.doc));
  }
  const hdl::Bits s_data =
      m.input("s_axis_tdata_i", hdl::bits(beat_width),
              "Pixel p, channel c at bit (p * InChannels + c) * DataWidth; pixel 0 is leftmost.");
  const hdl::Bits s_user = m.input("s_axis_tuser_i", flag, "First beat of a frame.");
  const hdl::Bits s_last = m.input("s_axis_tlast_i", flag, "Last beat of a line.");
  const hdl::Bits s_valid = m.input("s_axis_tvalid_i", flag, "A beat is offered.");
  const hdl::Bits s_ready = m.output("s_axis_tready_o", flag, "It is taken.");
  const hdl::Bits m_data = m.output("m_axis_tdata_o", hdl::bits(cores * result_width),
                                    "An output of core n at bit n * ResultWidth, signed.");
  const hdl::Bits m_user = m.output("m_axis_tuser_o", flag, "First output of a frame.");
  const hdl::Bits m_last = m.output("m_axis_tlast_o", flag, "Last output of a frame.");
  const hdl::Bits m_valid = m.output("m_axis_tvalid_o", flag, "An output is offered.");
  const hdl::Bits m_ready = m.input("m_axis_tready_i", flag, "It is taken.");
  const hdl::Clock data{.clock = clk, .reset = {}, .style = design.reset_style()};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = design.reset_style()};
  const auto wire = [&m](const char* name, const hdl::Dim& width) {
    return m.wire(name, hdl::bits(width));
  };
  const auto number = [&m](const char* name, const hdl::Dim& width) {
    return m.wire(name, hdl::uint(width));
  };

  m.section("Registers.");
  const hdl::Bits error = wire("error", 4);
  const hdl::Bits load = wire("load", 1), unload = wire("unload", 1), used = wire("used", 1);
  const hdl::Bits fresh = wire("fresh", 1), configured = wire("configured", 1);
  const hdl::Num width = m.wire("width", size), height = m.wire("height", size);
  const hdl::Bits kernel_rows = wire("kernel_rows", 4), kernel_columns = wire("kernel_columns", 4);
  const hdl::Bits stride2 = wire("stride2", 1);
  const hdl::Bits coef_restart = wire("coef_restart", 1), coef_write = wire("coef_write", 1);
  const hdl::Bits coef_data = wire("coef_data", coef_width), coef_count = wire("coef_count", 24);
  const hdl::Bits coef_done = wire("coef_done", 1), new_coefs = wire("new_coefs", 1);
  const hdl::Bits cycles = wire("cycles", 32), frame_input = wire("frame_input_cycles", 32);
  const hdl::Bits frame_issued = wire("frame_issued", 32), frames = wire("frames", 32);
  const hdl::Bits frame_macs = wire("frame_macs", kCcuMacBits);
  const hdl::Bits loader_active = wire("loader_active", 1), idle = wire("idle", 1);
  const hdl::Bits tiles = wire("tiles", 1);
  for (const hdl::Connection& connection :
       std::vector<hdl::Connection>{{"error_i", error},
                                    {"active_i", loader_active | ~idle | tiles},
                                    {"load_i", load},
                                    {"unload_i", unload},
                                    {"used_i", used},
                                    {"fresh_o", fresh},
                                    {"configured_o", configured},
                                    {"width_o", width},
                                    {"height_o", height},
                                    {"kernel_rows_o", kernel_rows},
                                    {"kernel_columns_o", kernel_columns},
                                    {"stride2_o", stride2},
                                    {"coef_restart_o", coef_restart},
                                    {"coef_write_o", coef_write},
                                    {"coef_data_o", coef_data},
                                    {"coef_count_i", coef_count},
                                    {"coef_done_i", coef_done},
                                    {"new_coefs_o", new_coefs},
                                    {"cycles_i", cycles},
                                    {"input_cycles_i", frame_input},
                                    {"issued_i", frame_issued},
                                    {"macs_i", frame_macs},
                                    {"frames_i", frames}})
    regs_ports.push_back(connection);
  m.instance("u_regs", regs,
             {{"DataWidth", data_width},
              {"CoefWidth", coef_width},
              {"MaxKernel", max_kernel},
              {"InChannels", channels},
              {"Cores", cores},
              {"MaxWidth", max_width},
              {"Pixels", pixels},
              {"SignedData", signed_data ? 1 : 0}},
             regs_ports);
  const hdl::Bits coef_bank = wire("coef_bank", 1);
  const hdl::Bits core_write = wire("core_write", 9 * cores);
  const hdl::Num core_address = number("core_address", word_width);
  m.instance("u_writer", ccu_writer(design), {{"InChannels", channels}, {"Cores", cores}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"kernel_rows_i", kernel_rows},
              {"kernel_columns_i", kernel_columns},
              {"stride2_i", stride2},
              {"coef_bank_i", coef_bank},
              {"restart_i", coef_restart},
              {"write_i", coef_write},
              {"write_o", core_write},
              {"address_o", core_address},
              {"count_o", coef_count},
              {"done_o", coef_done}});

  m.section("Input: a slice, then rows of the store. Beats carry the time at which they came.");
  const hdl::Bits now = wire("now", 32);
  const hdl::Dim slice_width = m.localparam("SliceWidth", beat_width + 34);
  const hdl::Bits beat = wire("beat", slice_width);
  const hdl::Bits beat_valid = wire("beat_valid", 1), beat_ready = wire("beat_ready", 1);
  m.instance("u_input", skid_buffer(design, slice_width.value()), {{"Width", slice_width}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"valid_i", s_valid},
              {"ready_o", s_ready},
              {"data_i", hdl::concat({now, s_user, s_last, s_data})},
              {"valid_o", beat_valid},
              {"ready_i", beat_ready},
              {"data_o", beat}});
  const hdl::Bits write = wire("write", pixels);
  const hdl::Num write_row = number("write_row", row_width),
                 write_row_bank = number("write_row_bank", 3);
  const hdl::Num write_column = number("write_column", column_width);
  const hdl::Num write_column_bank = number("write_column_bank", 3);
  const hdl::Bits queued = wire("queued", 1), queued_fresh = wire("queued_fresh", 1);
  const hdl::Num slot_group = number("slot_group", row_width), slot_bank = number("slot_bank", 3);
  const hdl::Bits take = wire("take", 1), abort = wire("abort", 1);
  const hdl::Num rows = m.wire("rows", size);
  const hdl::Bits all_rows = wire("all_rows", 1), release = wire("rows_free", 1);
  const hdl::Num release_rows = number("release_rows", 6);
  const hdl::Num begun = number("begun", 32), input_cycles = number("input_cycles", 32);
  m.instance("u_loader", ccu_loader(design),
             {{"RowGroups", row_groups}, {"ColumnGroups", column_groups}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"configured_i", configured},
              {"fresh_i", fresh},
              {"load_o", load},
              {"unload_o", unload},
              {"width_i", width},
              {"height_i", height},
              {"beat_valid_i", beat_valid},
              {"beat_ready_o", beat_ready},
              {"beat_user_i", beat.bit(beat_width + 1)},
              {"beat_last_i", beat.bit(beat_width)},
              {"error_o", error},
              {"write_o", write},
              {"write_row_o", write_row},
              {"write_row_bank_o", write_row_bank},
              {"write_column_o", write_column},
              {"write_column_bank_o", write_column_bank},
              {"queued_o", queued},
              {"queued_fresh_o", queued_fresh},
              {"slot_group_o", slot_group},
              {"slot_bank_o", slot_bank},
              {"take_i", take},
              {"abort_o", abort},
              {"idle_i", idle},
              {"rows_o", rows},
              {"all_rows_o", all_rows},
              {"release_i", release},
              {"release_rows_i", release_rows},
              {"active_o", loader_active},
              {"beat_time_i", beat.slice(beat_width + 2, 32).as_unsigned()},
              {"begun_o", begun},
              {"input_cycles_o", input_cycles}});
  m.assign(used, take & queued_fresh);

  m.section("The loops: a window each cycle.");
  const hdl::Bits tile_gone = wire("tile_gone", 1);
  const hdl::Bits issue = wire("issue", 1), read = wire("read", 1);
  const hdl::Num row = number("row", row_width), column = number("column", column_width);
  const hdl::Bits row_bank = wire("row_bank", 3), column_bank = wire("column_bank", 3);
  const hdl::Bits window_stride2 = wire("window_stride2", 1);
  const hdl::Num channel = number("channel", kCcuChannelBits);
  const hdl::Num coef = number("coef", word_width);
  const hdl::Bits keep = wire("keep", 2 * (kCcuWindow - 1));
  const hdl::Bits mode = wire("mode", 4), first = wire("first", 1), last = wire("last", 1);
  const hdl::Bits place = wire("place", 8), buffer = wire("tile_buffer", 2), add = wire("add", 1);
  const hdl::Bits tile = wire("tile", 1), ready = wire("ready", 1),
                  tile_size = wire("tile_size", 8);
  const hdl::Bits tile_first = wire("tile_first", 1), tile_last = wire("tile_last", 1);
  const hdl::Bits issued = wire("issued", 32), macs = wire("macs", kCcuMacBits);
  m.instance("u_sequencer", ccu_sequencer(design),
             {{"InChannels", channels}, {"RowGroups", row_groups}, {"ColumnGroups", column_groups}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"queued_i", queued},
              {"fresh_i", queued_fresh},
              {"new_coefs_i", new_coefs},
              {"slot_group_i", slot_group},
              {"slot_bank_i", slot_bank},
              {"take_o", take},
              {"abort_i", abort},
              {"rows_i", rows},
              {"all_rows_i", all_rows},
              {"width_i", width},
              {"height_i", height},
              {"kernel_rows_i", kernel_rows},
              {"kernel_columns_i", kernel_columns},
              {"stride2_i", stride2},
              {"coef_bank_o", coef_bank},
              {"idle_o", idle},
              {"release_o", release},
              {"release_rows_o", release_rows},
              {"tile_gone_i", tile_gone},
              {"tiles_o", tiles},
              {"valid_o", issue},
              {"read_o", read},
              {"row_o", row},
              {"row_bank_o", row_bank},
              {"column_o", column},
              {"column_bank_o", column_bank},
              {"stride2_o", window_stride2},
              {"channel_o", channel},
              {"coef_o", coef},
              {"mode_o", mode},
              {"keep_o", keep},
              {"first_o", first},
              {"last_o", last},
              {"place_o", place},
              {"buffer_o", buffer},
              {"add_o", add},
              {"tile_o", tile},
              {"ready_o", ready},
              {"tile_size_o", tile_size},
              {"tile_first_o", tile_first},
              {"tile_last_o", tile_last},
              {"issued_o", issued},
              {"macs_o", macs}});

  m.section(fmt::format("The window, {} cycles later.", kToWindow));
  const hdl::Bits window = wire("window", 25 * data_width);
  m.instance("u_store", ccu_store(design),
             {{"DataWidth", data_width},
              {"InChannels", channels},
              {"RowGroups", row_groups},
              {"ColumnGroups", column_groups}},
             {{"clk_i", clk},
              {"write_row_i", write_row},
              {"write_row_bank_i", write_row_bank.bits()},
              {"write_column_i", write_column},
              {"write_column_bank_i", write_column_bank.bits()},
              {"write_i", write},
              {"pixels_i", beat.slice(0, beat_width)},
              {"read_i", read},
              {"row_i", row},
              {"row_bank_i", row_bank},
              {"column_i", column},
              {"column_bank_i", column_bank},
              {"stride2_i", window_stride2},
              {"channel_i", channel},
              {"x_o", window}});
  const std::vector<hdl::Connection> clocked{{"clk_i", clk}};
  const std::vector<hdl::Connection> with_reset{{"clk_i", clk}, {"rst_ni", rst}};
  const auto follow = [&](const char* name, const hdl::Bits& value) {
    return Companion(design, m, clocked, name, value);
  };
  const auto follow_flag = [&](const char* name, const hdl::Bits& value) {
    return Companion(design, m, with_reset, name, value);
  };
  Companion modes = follow("mode", mode.slice(0, 2)), pads = follow("pad", mode.slice(2, 2));
  Companion keeps = follow("keep", keep);
  Companion coefs = follow("coef", coef.bits()), firsts = follow("first", first);
  Companion targets = follow("target", hdl::concat({add, buffer, place}));
  Companion valids = follow_flag("issue", issue), lasts = follow_flag("last", last & issue);
  Companion ends = follow_flag("tile", tile), readies = follow_flag("ready", ready);
  const auto mode_bit = [](const hdl::Bits& bits, int i) { return bits.bit(i); };
  int stage = kToWindow;
  const hdl::Bits window_mode = modes.at(stage), window_keep = keeps.at(stage);
  const hdl::Bits coef_word = coefs.at(stage), coef_read = valids.at(stage);
  const hdl::Bits factors = wire("factors", kMultipliers * (data_width + 4));
  m.instance("u_pre", ccu_pre(design), {{"DataWidth", data_width}},
             {{"clk_i", clk},
              {"row_mode3_i", mode_bit(window_mode, 0)},
              {"column_mode3_i", mode_bit(window_mode, 1)},
              {"row_keep_i", window_keep.slice(0, kCcuWindow - 1)},
              {"column_keep_i", window_keep.slice(kCcuWindow - 1, kCcuWindow - 1)},
              {"x_i", window},
              {"u_o", factors}});
  const hdl::Bits coef_mode = modes.at(stage + 1), coef_pad = pads.at(stage + 1);
  stage += kToFactors + kToProducts;
  const hdl::Bits sum_valid = valids.at(stage), sum_first = firsts.at(stage);
  ++stage;
  const hdl::Bits post_mode = modes.at(stage);
  stage += kToOutputs;
  const hdl::Bits tile_mode = modes.at(stage), tile_valid = lasts.at(stage);
  const hdl::Bits target = targets.at(stage);
  const hdl::Bits row_ready = readies.at(stage);
  const hdl::Bits landed = ends.at(stage + 2);

  m.section("Cores: products, branch sums, outputs, tiles.");
  const hdl::Bits enable = wire("enable", 1), out_read = wire("out_read", 1);
  const hdl::Bits out_buffer = wire("out_buffer", 2), out_place = wire("out_place", 8);
  const hdl::Bits outputs = wire("outputs", cores * result_width);
  m.generate_for("gen_core", "n", cores, [&](const hdl::Dim& n) {
    const hdl::Bits sums = wire("sums", kMultipliers * result_width);
    m.instance("u_core", ccu_core(design),
               {{"DataWidth", data_width},
                {"CoefWidth", coef_width},
                {"ResultWidth", result_width},
                {"Words", 32 * channels}},
               {{"clk_i", clk},
                {"write_i", core_write.lane(n, 9)},
                {"write_address_i", core_address},
                {"write_data_i", coef_data},
                {"read_i", coef_read},
                {"read_address_i", coef_word.as_unsigned()},
                {"row_mode3_i", mode_bit(coef_mode, 0)},
                {"column_mode3_i", mode_bit(coef_mode, 1)},
                {"row_pad_i", mode_bit(coef_pad, 0)},
                {"column_pad_i", mode_bit(coef_pad, 1)},
                {"u_i", factors},
                {"valid_i", sum_valid},
                {"first_i", sum_first},
                {"s_o", sums}});
    const hdl::Bits block = wire("block", kCcuLines * kCcuLines * result_width);
    m.instance("u_post", ccu_post(design), {{"ResultWidth", result_width}},
               {{"clk_i", clk},
                {"row_mode3_i", mode_bit(post_mode, 0)},
                {"column_mode3_i", mode_bit(post_mode, 1)},
                {"s_i", sums},
                {"y_o", block}});
    m.instance("u_tile", ccu_tile(design), {{"ResultWidth", result_width}},
               {{"clk_i", clk},
                {"valid_i", tile_valid},
                {"add_i", target.bit(10)},
                {"buffer_i", target.slice(8, 2)},
                {"place_i", target.slice(0, 8)},
                {"row_mode3_i", mode_bit(tile_mode, 0)},
                {"column_mode3_i", mode_bit(tile_mode, 1)},
                {"y_i", block},
                {"en_i", enable},
                {"read_i", out_read},
                {"read_buffer_i", out_buffer},
                {"read_place_i", out_place},
                {"y_o", outputs.lane(n, result_width)}});
  });

  m.section("Output: the order of the pixels, counters, a slice.");
  const hdl::Bits out_valid = wire("out_valid", 1);
  const hdl::Bits out_first = wire("out_first", 1), out_last = wire("out_last", 1);
  const hdl::Bits taken = wire("taken", 1);
  m.instance("u_emitter", ccu_emitter(design), {},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"tile_i", tile},
              {"buffer_i", buffer},
              {"size_i", tile_size},
              {"first_i", tile_first},
              {"last_i", tile_last},
              {"begun_i", begun.bits()},
              {"input_cycles_i", input_cycles.bits()},
              {"issued_i", issued},
              {"macs_i", macs},
              {"landed_i", landed},
              {"early_i", ready},
              {"ready_i", row_ready},
              {"ready_row_i", target.slice(0, 4).as_unsigned()},
              {"ready_mode3_i", mode_bit(tile_mode, 0)},
              {"en_i", enable},
              {"read_o", out_read},
              {"read_buffer_o", out_buffer},
              {"read_place_o", out_place},
              {"tile_gone_o", tile_gone},
              {"valid_o", out_valid},
              {"first_o", out_first},
              {"last_o", out_last},
              {"taken_i", taken},
              {"now_o", now},
              {"cycles_o", cycles},
              {"input_cycles_o", frame_input},
              {"issued_o", frame_issued},
              {"macs_o", frame_macs},
              {"frames_o", frames}});
  const hdl::Dim out_width = m.localparam("OutWidth", cores * result_width + 2);
  const hdl::Bits out_beat = wire("out_beat", out_width);
  const hdl::Bits out_beat_valid = wire("out_beat_valid", 1);
  m.instance("u_output", skid_buffer(design, out_width.value()), {{"Width", out_width}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"valid_i", out_valid},
              {"ready_o", enable},
              {"data_i", hdl::concat({out_first, out_last, outputs})},
              {"valid_o", out_beat_valid},
              {"ready_i", m_ready},
              {"data_o", out_beat}});
  m.assign(m_valid, out_beat_valid);
  m.assign(m_data, out_beat.slice(0, cores * result_width));
  m.assign(m_last, out_beat.bit(out_width - 2));
  m.assign(m_user, out_beat.bit(out_width - 1));
  m.assign(taken, out_beat_valid & m_ready & out_beat.bit(out_width - 2));

  design.formula = "out[n][v][u] = sum over c, r, k of h[n][c][r][k] * in[c][S*v + r][S*u + k]";
  design.latency_cycles = stage + 6;
  design.outputs_per_cycle = static_cast<int>(spec.size("Cores"));
  design.operations.multiplications = kMultipliers * static_cast<int>(spec.size("Cores"));
  design.add(std::move(m));
}

}  // namespace

int64_t ccu_result_width(const base::Spec& spec) {
  const int64_t products =
      spec.size("MaxKernel") * spec.size("MaxKernel") * spec.size("InChannels");
  const hdl::Dim growth = spec.is("data", "signed") ? hdl::clog2(hdl::Dim(products + 1)) - 1
                                                    : hdl::clog2(hdl::Dim(products));
  return spec.size("DataWidth") + spec.size("CoefWidth") + growth.value();
}

extern const Unit ccu;
const Unit ccu = {
    .name = "ccu",
    .doc = "Configurable convolution unit: kernels from 1x1 to 12x12, set at run time.",
    .source = "J. Wang, J. Lin, Z. Wang, IEEE TCAS-I, 2018",
    .params = {free_size("MaxKernel", "12", 2, 12, "Largest kernel, rows and columns."),
               free_size("InChannels", "16", 1, 64, "Channels of a frame."),
               free_size("Cores", "1", 1, 16, "Output channels at a time, 36 multipliers each."),
               free_size("MaxWidth", "128", 32, 4096, "Longest line, in pixels."),
               fixed_size("Pixels", "p", "2", 1, 5, "Pixels of an input beat.").silent_at("2"),
               data_param(), reset_param(), free_size("DataWidth", "8", 2, 16, "Bits of a sample."),
               free_size("CoefWidth", "8", 2, 16, "Bits of a coefficient.")},
    .rules = {},
    .points = {"", "MaxKernel=5 InChannels=3 Cores=2 MaxWidth=40 Pixels=1 data=signed",
               "MaxKernel=7 InChannels=1 Cores=3 MaxWidth=64 Pixels=5 DataWidth=10 CoefWidth=6 "
               "reset=sync"},
    .build = build,
};

}  // namespace gen
