// SPDX-License-Identifier: Apache-2.0
// conv2d_stream: 3x3 convolution of AXI4-Stream video, set up over AXI4-Lite.

#include <fmt/format.h>

#include "gen/units/conv2d_parts.h"
#include "gen/units/filter_heap.h"

namespace gen {
namespace {

struct StreamPorts {
  hdl::Bits data, keep, user, last, valid, ready;
};

StreamPorts input_stream(hdl::Module& m, const hdl::Dim& lane_width, const hdl::Dim& lane_bytes) {
  StreamPorts s;
  s.data = m.input("s_axis_tdata_i", hdl::bits(kLanes * lane_width),
                   "Pixel of lane i at bit i * LaneWidth; lane 0 is leftmost.");
  s.keep =
      m.input("s_axis_tkeep_i", hdl::bits(kLanes * lane_bytes), "Ignored: WIDTH says what counts.");
  s.user = m.input("s_axis_tuser_i", hdl::bits(1), "First beat of a frame.");
  s.last = m.input("s_axis_tlast_i", hdl::bits(1), "Last beat of a line.");
  s.valid = m.input("s_axis_tvalid_i", hdl::bits(1), "A beat is offered.");
  s.ready = m.output("s_axis_tready_o", hdl::bits(1), "It is taken.");
  return s;
}

StreamPorts output_stream(hdl::Module& m, const hdl::Dim& lane_width, const hdl::Dim& lane_bytes) {
  StreamPorts s;
  s.data = m.output("m_axis_tdata_o", hdl::bits(kLanes * lane_width), "As s_axis_tdata_i.");
  s.keep =
      m.output("m_axis_tkeep_o", hdl::bits(kLanes * lane_bytes), "Bytes of lanes inside the line.");
  s.user = m.output("m_axis_tuser_o", hdl::bits(1), "First beat of a frame.");
  s.last = m.output("m_axis_tlast_o", hdl::bits(1), "Last beat of a line.");
  s.valid = m.output("m_axis_tvalid_o", hdl::bits(1), "A beat is offered.");
  s.ready = m.input("m_axis_tready_i", hdl::bits(1), "It is taken.");
  return s;
}

// The ports of `regs` that are ports of the top module too, connected by name.
std::vector<hdl::Connection> axil_ports(hdl::Module& m, const hdl::Module& regs) {
  std::vector<hdl::Connection> connections;
  for (const hdl::PortInfo& port : regs.ports()) {
    if (port.name.rfind("s_axil_", 0) != 0) continue;
    connections.emplace_back(
        port.name, port.is_input ? m.input(port.name, hdl::bits(port.width.value()), port.doc)
                                 : m.output(port.name, hdl::bits(port.width.value()), port.doc));
  }
  return connections;
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool signed_data = spec.is("data", "signed");
  const bool fast = spec.is("scheme", "ffa");
  base::Spec fcu_spec("fcu"), lines_spec("line_buffer");
  const bool heap = spec.is("arith", "heap");
  for (const char* key : {"kernel", "scheme", "cut", "data", "reset", "arith", "DataWidth",
                          "CoefWidth", "products", "tree", "compressors", "final_adder"}) {
    fcu_spec.set(key, spec.get(key));
  }
  for (const char* key : {"kernel", "reset", "DataWidth", "MaxWidth"})
    lines_spec.set(key, spec.get(key));
  lines_spec.set("parallel", kLanes);
  const hdl::Module& regs = conv2d_regs(design);
  const hdl::Module& control = conv2d_control(design);
  const hdl::Module& window = conv2d_window(design);
  const DesignBuilder::SubUnit lines = design.sub_unit(lines_spec);
  const DesignBuilder::SubUnit fcu = design.sub_unit(fcu_spec);

  hdl::Module m = design.top({fmt::format("3x3 convolution of video, {}: AXI4-Stream in and out, "
                                          "three pixels a beat; sizes, coefficients and "
                                          "shift over AXI4-Lite.",
                                          fast ? "fast FIR" : "direct form"),
                              "Same size, zero padding: out[v][u] = saturate((sum over r, k of "
                              "COEF[3*r+k] * in[v+r-1][u+k-1] + half) >> "
                              "SHIFT), half = 2^(SHIFT-1) or 0."});
  const hdl::Dim data_width = design.parameter(m, "DataWidth");
  const hdl::Dim coef_width = design.parameter(m, "CoefWidth");
  const hdl::Dim max_width = design.parameter(m, "MaxWidth");
  const hdl::Dim max_height = design.parameter(m, "MaxHeight");
  const auto named = [&m](const char* name, const hdl::Dim& size) {
    return size.is_constant() ? size : m.localparam(name, size);
  };
  const hdl::Dim lane_bytes = named("LaneBytes", hdl::ceil_div(data_width, 8));
  const hdl::Dim lane_width = named("LaneWidth", 8 * lane_bytes);
  const hdl::Dim out_width = named("OutWidth", kLanes * (lane_width + lane_bytes) + 2);
  const hdl::Dim result_width =
      named("ResultWidth", data_width + coef_width + (signed_data ? 3 : 4));
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock, rising edge.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  std::vector<hdl::Connection> regs_connections = axil_ports(m, regs);
  const StreamPorts in = input_stream(m, lane_width, lane_bytes);
  const StreamPorts out = output_stream(m, lane_width, lane_bytes);
  const hdl::Clock data{.clock = clk, .reset = {}, .style = design.reset_style()};
  const hdl::Clock state{.clock = clk, .reset = rst, .style = design.reset_style()};

  m.section("Registers; what they hold changes between frames only.");
  const hdl::Bits pending = m.wire("pending", flag);
  const hdl::Bits configured = m.wire("configured", flag);
  const hdl::Bits load = m.wire("load", flag);
  const hdl::Bits active = m.wire("active", flag);
  const hdl::Bits error = m.wire("error", hdl::bits(4));
  const hdl::Num width = m.wire("width", hdl::uint(kSizeBits));
  const hdl::Num height = m.wire("height", hdl::uint(kSizeBits));
  const hdl::Num shift = m.wire("shift", hdl::uint(kShiftBits));
  const hdl::Bits coef = m.wire("coef", hdl::bits(9 * coef_width));
  regs_connections.insert(regs_connections.begin(), {{"clk_i", clk}, {"rst_ni", rst}});
  for (const hdl::Connection& connection :
       std::vector<hdl::Connection>{{"error_i", error},
                                    {"active_i", active},
                                    {"load_i", load},
                                    {"pending_o", pending},
                                    {"configured_o", configured},
                                    {"width_o", width},
                                    {"height_o", height},
                                    {"shift_o", shift},
                                    {"coef_o", coef}}) {
    regs_connections.push_back(connection);
  }
  m.instance("u_regs", regs,
             {{"DataWidth", data_width},
              {"CoefWidth", coef_width},
              {"MaxWidth", max_width},
              {"MaxHeight", max_height},
              {"SignedData", signed_data ? 1 : 0},
              {"FastScheme", fast ? 1 : 0}},
             regs_connections);

  m.section("Input slice: {tuser, tlast, pixels}.");
  const hdl::Dim beat_width = kLanes * data_width;
  m.unused("unused_input", hdl::concat({in.data, in.keep}));
  const hdl::Bits beat_valid = m.wire("beat_valid", flag);
  const hdl::Bits beat_ready = m.wire("beat_ready", flag);
  const hdl::Bits beat = m.wire("beat", hdl::bits(beat_width + 2));
  std::vector<hdl::Bits> pixels{in.user, in.last};
  for (int i = kLanes - 1; i >= 0; --i) pixels.push_back(in.data.slice(i * lane_width, data_width));
  m.instance("u_input", skid_buffer(design, beat_width.value() + 2), {{"Width", beat_width + 2}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"valid_i", in.valid},
              {"ready_o", in.ready},
              {"data_i", hdl::concat(pixels)},
              {"valid_o", beat_valid},
              {"ready_i", beat_ready},
              {"data_o", beat}});

  m.section(
      "Steps: one for each beat, and those below the picture. All stages move when `en` is 1.");
  const hdl::Bits en = m.wire("en", flag);
  const hdl::Bits busy = m.wire("busy", flag);
  const hdl::Bits step_valid = m.wire("step_valid", flag);
  const hdl::Bits step_start = m.wire("step_start", flag);
  const hdl::Bits step_drain = m.wire("step_drain", flag);
  const hdl::Bits step_output = m.wire("step_output", flag);
  const hdl::Bits step_frame_first = m.wire("step_frame_first", flag);
  const hdl::Bits step_line_first = m.wire("step_line_first", flag);
  const hdl::Bits step_line_last = m.wire("step_line_last", flag);
  const hdl::Bits step_lanes = m.wire("step_lanes", hdl::bits(kLanes));
  m.instance("u_control", control, {},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"en_i", en},
              {"busy_i", busy},
              {"configured_i", configured},
              {"pending_i", pending},
              {"load_o", load},
              {"width_i", width},
              {"height_i", height},
              {"beat_valid_i", beat_valid},
              {"beat_ready_o", beat_ready},
              {"beat_user_i", beat.bit(beat_width + 1)},
              {"beat_last_i", beat.bit(beat_width)},
              {"step_valid_o", step_valid},
              {"step_start_o", step_start},
              {"step_drain_o", step_drain},
              {"step_output_o", step_output},
              {"step_frame_first_o", step_frame_first},
              {"step_line_first_o", step_line_first},
              {"step_line_last_o", step_line_last},
              {"step_lanes_o", step_lanes},
              {"active_o", active},
              {"error_o", error}});
  m.comment("Lanes beyond the line and lines below the picture are zero.");
  const hdl::Bits step_x = m.wire("step_x", hdl::bits(beat_width));
  m.generate_for("gen_mask", "i", kLanes, [&](const hdl::Dim& i) {
    m.assign(step_x.lane(i, data_width),
             hdl::mux(step_lanes.bit(i) & ~step_drain, beat.lane(i, data_width),
                      hdl::zeros(data_width)));
  });

  m.section("Columns of three rows, and what their step said.");
  const hdl::Bits column_valid = m.wire("column_valid", flag);
  const hdl::Bits column = m.wire("column", hdl::bits(9 * data_width));
  m.instance("u_lines", *lines.module,
             {{"Channels", 1}, {"DataWidth", data_width}, {"MaxWidth", max_width}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"en_i", en},
              {"valid_i", step_valid},
              {"first_i", step_start},
              {"last_i", step_line_last},
              {"x_i", step_x},
              {"valid_o", column_valid},
              {"x_o", column}});
  const hdl::Bits start_q = m.reg("start_q", flag);
  const hdl::Bits output_q = m.reg("output_q", flag);
  const hdl::Bits frame_first_q = m.reg("frame_first_q", flag);
  const hdl::Bits line_first_q = m.reg("line_first_q", flag);
  const hdl::Bits line_last_q = m.reg("line_last_q", flag);
  const hdl::Bits lanes_q = m.reg("lanes_q", hdl::bits(kLanes));
  m.registers(data, en, {},
              {{start_q, step_start},
               {output_q, step_output},
               {frame_first_q, step_frame_first},
               {line_first_q, step_line_first},
               {line_last_q, step_line_last},
               {lanes_q, step_lanes}});

  m.section("Windows.");
  const hdl::Bits window_valid = m.wire("window_valid", flag);
  const hdl::Bits window_frame_first = m.wire("window_frame_first", flag);
  const hdl::Bits window_line_last = m.wire("window_line_last", flag);
  const hdl::Bits window_lanes = m.wire("window_lanes", hdl::bits(kLanes));
  const hdl::Bits window_x = m.wire("window_x", hdl::bits(15 * data_width));
  m.instance("u_window", window, {{"DataWidth", data_width}},
             {{"clk_i", clk},
              {"en_i", en},
              {"valid_i", column_valid},
              {"start_i", start_q},
              {"output_i", output_q},
              {"frame_first_i", frame_first_q},
              {"line_first_i", line_first_q},
              {"line_last_i", line_last_q},
              {"lanes_i", lanes_q},
              {"column_i", column},
              {"valid_o", window_valid},
              {"frame_first_o", window_frame_first},
              {"line_last_o", window_line_last},
              {"lanes_o", window_lanes},
              {"x_o", window_x}});

  m.section(fmt::format("Sums of products, {} cycles; the place in the picture goes beside them.",
                        fcu.latency_cycles));
  const hdl::Bits sum_valid = m.wire("sum_valid", flag);
  const hdl::Bits sums = m.wire("sums", hdl::bits(kLanes * result_width));
  std::vector<std::pair<std::string, hdl::Dim>> fcu_sizes;
  if (!heap) fcu_sizes = {{"DataWidth", data_width}, {"CoefWidth", coef_width}};
  m.instance("u_fcu", *fcu.module, fcu_sizes,
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"en_i", en},
              {"valid_i", window_valid},
              {"x_i", window_x},
              {"h_i", coef},
              {"valid_o", sum_valid},
              {"y_o", sums}});
  hdl::Bits first = window_frame_first, last = window_line_last, lanes = window_lanes;
  hdl::Bits in_flight = window_valid;
  std::vector<hdl::Bits> busy_bits{column_valid};
  std::vector<std::pair<hdl::Bits, hdl::Bits>> flights, places;
  for (int s = 1; s <= fcu.latency_cycles; ++s) {
    const hdl::Bits flying = m.reg(fmt::format("flying_{}_q", s), flag, 0);
    flights.emplace_back(flying, in_flight);
    busy_bits.push_back(flying);
    in_flight = flying;
    const hdl::Bits first_q = m.reg(fmt::format("first_{}_q", s), flag);
    const hdl::Bits last_q = m.reg(fmt::format("last_{}_q", s), flag);
    const hdl::Bits sum_lanes_q = m.reg(fmt::format("lanes_{}_q", s), hdl::bits(kLanes));
    places.insert(places.end(), {{first_q, first}, {last_q, last}, {sum_lanes_q, lanes}});
    first = first_q;
    last = last_q;
    lanes = sum_lanes_q;
  }
  if (!flights.empty()) {
    m.registers(state, en, {}, flights);
    m.registers(data, en, {}, places);
  }
  hdl::Bits any = busy_bits.front();
  for (size_t i = 1; i < busy_bits.size(); ++i) any = any | busy_bits[i];
  m.assign(busy, any);

  m.section("Pixels: rounded, saturated, padded to bytes; lanes beyond the line are zero.");
  const hdl::Bits data_out = m.wire("data_out", hdl::bits(kLanes * lane_width));
  const hdl::Bits keep_out = m.wire("keep_out", hdl::bits(kLanes * lane_bytes));
  const hdl::NumType pixel = signed_data ? hdl::sint(data_width) : hdl::uint(data_width);
  const hdl::NumType lane = signed_data ? hdl::sint(lane_width) : hdl::uint(lane_width);
  const hdl::Module& round = conv2d_round(design, result_width.value());
  m.generate_for("gen_lane", "i", kLanes, [&](const hdl::Dim& i) {
    const hdl::Num y = m.wire("y", pixel);
    m.instance("u_round", round, {{"SumWidth", result_width}, {"DataWidth", data_width}},
               {{"sum_i", sums.lane(i, result_width).as_signed()}, {"shift_i", shift}, {"y_o", y}});
    const hdl::Num padded = m.wire("padded", lane, y);
    m.assign(data_out.lane(i, lane_width),
             hdl::mux(lanes.bit(i), padded.bits(), hdl::zeros(lane_width)));
    m.assign(keep_out.lane(i, lane_bytes), hdl::replicate(lane_bytes, lanes.bit(i)));
  });

  m.section("Output slice: {tuser, tlast, tkeep, tdata}.");
  const hdl::Bits out_beat = m.wire("out_beat", hdl::bits(out_width));
  m.instance("u_output", skid_buffer(design, out_width.value()), {{"Width", out_width}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"valid_i", sum_valid},
              {"ready_o", en},
              {"data_i", hdl::concat({first, last, keep_out, data_out})},
              {"valid_o", out.valid},
              {"ready_i", out.ready},
              {"data_o", out_beat}});
  m.assign(out.data, out_beat.slice(0, kLanes * lane_width));
  m.assign(out.keep, out_beat.slice(kLanes * lane_width, kLanes * lane_bytes));
  m.assign(out.last, out_beat.bit(out_width - 2));
  m.assign(out.user, out_beat.bit(out_width - 1));

  design.formula =
      "out[v][u] = saturate((sum over r, k of COEF[3*r+k] * in[v+r-1][u+k-1] + half) >> SHIFT)";
  design.latency_cycles = fcu.latency_cycles + 4;
  design.outputs_per_cycle = kLanes;
  design.operations = fcu.operations;
  design.add(std::move(m));
}

}  // namespace

extern const Unit conv2d_stream;
const Unit conv2d_stream = {
    .name = "conv2d_stream",
    .doc = "3x3 convolution of AXI4-Stream video, three pixels a cycle, set up over AXI4-Lite.",
    .source = "J. Wang, J. Lin, Z. Wang, IEEE TCAS-I, 2018",
    .params = {fixed_size("kernel", "k", "3", 3, 3, "Rows and columns of the kernel."),
               scheme_param(), cut_param(), data_param(), reset_param(), arith_param(),
               filter_width_param(free_size("DataWidth", "8", 2, 32, "Bits of a pixel."), "d"),
               filter_width_param(coef_width_param(), "c"),
               free_size("MaxWidth", "640", 8, 16384, "Longest line, in pixels."),
               free_size("MaxHeight", "480", 1, 16384, "Most lines of a frame."),
               filter_products_param(), tree_param(), compressors_param(), final_adder_param()},
    .rules = {compressors_rule()},
    .points = {"scheme=ffa", "scheme=direct", "scheme=ffa cut=pre,mult,branch,post data=signed",
               "scheme=ffa DataWidth=10 CoefWidth=6 MaxWidth=100 MaxHeight=60",
               "scheme=direct cut=none data=signed DataWidth=12 reset=sync",
               "scheme=ffa arith=heap DataWidth=4 CoefWidth=4"},
    .build = build,
};

}  // namespace gen
