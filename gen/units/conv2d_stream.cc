// SPDX-License-Identifier: Apache-2.0
// conv2d_stream: convolution of AXI4-Stream video, set up over AXI4-Lite.

#include <fmt/format.h>

#include "gen/units/conv2d_parts.h"
#include "gen/units/filter.h"

namespace gen {
namespace {

// What belongs to a step, a column or a window.
struct Said {
  hdl::Bits output, frame_first, line_first, line_last, lanes, rows;
};

struct StreamPorts {
  hdl::Bits data, keep, user, last, valid, ready;
};

std::string layout(const StreamShape& shape, int channels) {
  std::string lane = shape.columns > 1 ? "j" : "0";
  if (shape.rows > 1) {
    lane = shape.columns > 1 ? fmt::format("({}*i + j)", shape.columns) : "i";
  }
  if (channels > 1) lane = fmt::format("({}*{} + c)", channels, lane);
  return fmt::format("{}ixel j{} at bit {} * LaneWidth; pixel 0 is leftmost.",
                     channels > 1 ? "Channel c of p" : "P", shape.rows > 1 ? " of line i" : "",
                     lane);
}

StreamPorts input_stream(hdl::Module& m, const StreamShape& shape, int lanes,
                         const hdl::Dim& lane_width, const hdl::Dim& lane_bytes) {
  StreamPorts s;
  s.data =
      m.input("s_axis_tdata_i", hdl::bits(lanes * lane_width), layout(shape, shape.in_channels));
  s.keep =
      m.input("s_axis_tkeep_i", hdl::bits(lanes * lane_bytes), "Ignored: WIDTH says what counts.");
  s.user = m.input("s_axis_tuser_i", hdl::bits(1), "First beat of a frame.");
  s.last = m.input("s_axis_tlast_i", hdl::bits(1), "Last beat of a line.");
  s.valid = m.input("s_axis_tvalid_i", hdl::bits(1), "A beat is offered.");
  s.ready = m.output("s_axis_tready_o", hdl::bits(1), "It is taken.");
  return s;
}

StreamPorts output_stream(hdl::Module& m, const StreamShape& shape, int lanes,
                          const hdl::Dim& lane_width, const hdl::Dim& lane_bytes) {
  StreamPorts s;
  s.data = m.output("m_axis_tdata_o", hdl::bits(lanes * lane_width),
                    shape.in_channels == shape.out_channels ? "As s_axis_tdata_i."
                                                            : layout(shape, shape.out_channels));
  s.keep = m.output("m_axis_tkeep_o", hdl::bits(lanes * lane_bytes),
                    "Bytes of lanes inside the picture.");
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

// The keys that the convolution unit inside has too.
base::Spec fcu_spec(const base::Spec& spec) {
  base::Spec fcu("fcu");
  for (const Param& param : find_unit("fcu").params)
    if (spec.has(param.name)) fcu.set(param.name, spec.get(param.name));
  return fcu;
}

base::Spec lines_spec(const base::Spec& spec, const StreamShape& shape) {
  base::Spec lines("line_buffer");
  for (const char* key : {"reset", "DataWidth", "MaxWidth"}) lines.set(key, spec.get(key));
  lines.set("kernel", shape.lines());
  lines.set("parallel", shape.columns);
  lines.set("parallel_rows", shape.rows);
  lines.set("Channels", shape.in_channels);
  return lines;
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const StreamShape shape(spec);
  const int columns = shape.columns, rows = shape.rows;
  const int lanes_in = rows * columns * shape.in_channels;
  const int lanes_out = rows * columns * shape.out_channels;
  const bool signed_data = spec.is("data", "signed");
  const hdl::Module& regs = conv2d_regs(design, shape);
  const hdl::Module& control = conv2d_control(design, shape);
  const hdl::Module& window = conv2d_window(design, shape);
  const DesignBuilder::SubUnit fcu = design.sub_unit(fcu_spec(spec));

  hdl::Module m = design.top(
      {fmt::format("{}x{} convolution of video, {}: AXI4-Stream in and out, {} a beat{}; sizes, "
                   "coefficients and shift over AXI4-Lite.",
                   shape.kernel_rows, shape.kernel,
                   spec.is("scheme", "direct") ? "direct form" : "fast FIR",
                   columns == 1 ? "one pixel" : fmt::format("{} pixels", columns),
                   rows == 1 ? "" : fmt::format(" of each of {} lines", rows)),
       fmt::format("Same size, zero padding: {}, half = 2^(SHIFT-1) or 0.", sum_text(shape))});
  const hdl::Dim data_width = design.parameter(m, "DataWidth");
  const hdl::Dim coef_width = design.parameter(m, "CoefWidth");
  const hdl::Dim max_width = design.parameter(m, "MaxWidth");
  const hdl::Dim max_height = design.parameter(m, "MaxHeight");
  const auto named = [&m](const char* name, const hdl::Dim& size) {
    return size.is_constant() ? size : m.localparam(name, size);
  };
  const hdl::Dim lane_bytes = named("LaneBytes", hdl::ceil_div(data_width, 8));
  const hdl::Dim lane_width = named("LaneWidth", 8 * lane_bytes);
  const hdl::Dim out_width = named("OutWidth", lanes_out * (lane_width + lane_bytes) + 2);
  const FilterSizes sizes{data_width, coef_width, signed_data};
  const hdl::Dim result_width =
      declare_result_width(m, sizes, shape.coefficients() / shape.out_channels);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock, rising edge.");
  const hdl::Bits rst = m.input("rst_ni", flag, "Reset, active low.");
  std::vector<hdl::Connection> regs_connections = axil_ports(m, regs);
  const StreamPorts in = input_stream(m, shape, lanes_in, lane_width, lane_bytes);
  const StreamPorts out = output_stream(m, shape, lanes_out, lane_width, lane_bytes);
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
  const hdl::Bits coef = m.wire("coef", hdl::bits(shape.coefficients() * coef_width));
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
  std::vector<std::pair<std::string, hdl::Dim>> regs_sizes = {{"DataWidth", data_width},
                                                              {"CoefWidth", coef_width},
                                                              {"MaxWidth", max_width},
                                                              {"MaxHeight", max_height}};
  for (const auto& [name, value] : told(design, shape)) regs_sizes.emplace_back(name, value);
  m.instance("u_regs", regs, regs_sizes, regs_connections);

  m.section("Input slice: {tuser, tlast, pixels}, the pixels of a line and channel side by side.");
  const hdl::Dim row_width = columns * shape.in_channels * data_width;
  const hdl::Dim beat_width = rows * row_width;
  m.unused("unused_input", hdl::concat({in.data, in.keep}));
  const hdl::Bits beat_valid = m.wire("beat_valid", flag);
  const hdl::Bits beat_ready = m.wire("beat_ready", flag);
  const hdl::Bits beat = m.wire("beat", hdl::bits(beat_width + 2));
  const hdl::Bits pixels = m.wire("pixels", hdl::bits(beat_width));
  // Of a sample inside the engine, and of one in a beat of the streams.
  const auto inside = [&](int channels, const hdl::Dim& i, const hdl::Dim& j, const hdl::Dim& c) {
    return (i * channels + c) * columns + j;
  };
  const auto outside = [&](int channels, const hdl::Dim& i, const hdl::Dim& j, const hdl::Dim& c) {
    return (i * columns + j) * channels + c;
  };
  for_each_sample(
      m, "pixel", rows, columns, shape.in_channels,
      [&](const hdl::Dim& i, const hdl::Dim& j, const hdl::Dim& c) {
        m.assign(pixels.lane(inside(shape.in_channels, i, j, c), data_width),
                 in.data.slice(outside(shape.in_channels, i, j, c) * lane_width, data_width));
      });
  m.instance("u_input", skid_buffer(design, beat_width.value() + 2), {{"Width", beat_width + 2}},
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"valid_i", in.valid},
              {"ready_o", in.ready},
              {"data_i", hdl::concat({in.user, in.last, pixels})},
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
  Said place{m.wire("step_output", flag),
             m.wire("step_frame_first", flag),
             m.wire("step_line_first", flag),
             m.wire("step_line_last", flag),
             m.wire("step_lanes", hdl::bits(columns)),
             rows > 1 ? m.wire("step_output_rows", hdl::bits(rows)) : hdl::Bits()};
  const hdl::Bits step_rows = rows > 1 ? m.wire("step_rows", hdl::bits(rows)) : hdl::Bits();
  std::vector<hdl::Connection> control_connections = {{"clk_i", clk},
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
                                                      {"step_output_o", place.output},
                                                      {"step_frame_first_o", place.frame_first},
                                                      {"step_line_first_o", place.line_first},
                                                      {"step_line_last_o", place.line_last},
                                                      {"step_lanes_o", place.lanes},
                                                      {"active_o", active},
                                                      {"error_o", error}};
  if (rows > 1) {
    control_connections.emplace_back("step_rows_o", step_rows);
    control_connections.emplace_back("step_output_rows_o", place.rows);
  }
  m.instance("u_control", control, {}, control_connections);
  m.comment("Lanes beyond the line and lines below the picture are zero.");
  const hdl::Bits step_x = m.wire("step_x", hdl::bits(beat_width));
  for_each_sample(m, "mask", rows, columns, shape.in_channels,
                  [&](const hdl::Dim& i, const hdl::Dim& j, const hdl::Dim& c) {
                    const hdl::Dim lane = inside(shape.in_channels, i, j, c);
                    hdl::Bits keep = place.lanes.bit(j) & ~step_drain;
                    if (rows > 1) keep = keep & step_rows.bit(i);
                    m.assign(step_x.lane(lane, data_width),
                             hdl::mux(keep, beat.lane(lane, data_width), hdl::zeros(data_width)));
                  });

  m.section(fmt::format("Columns of {}, and what their step said.",
                        shape.lines() == 1   ? "one row"
                        : shape.lines() == 3 ? "three rows"
                                             : fmt::format("{} rows", shape.lines())));
  const hdl::Dim window_width = shape.window_rows() * columns * shape.in_channels * data_width;
  hdl::Bits column_valid, column;
  if (shape.lines() > rows) {
    const DesignBuilder::SubUnit lines = design.sub_unit(lines_spec(spec, shape));
    column_valid = m.wire("column_valid", flag);
    column = m.wire("column", hdl::bits(shape.lines() * row_width));
    m.instance(
        "u_lines", *lines.module,
        {{"Channels", shape.in_channels}, {"DataWidth", data_width}, {"MaxWidth", max_width}},
        {{"clk_i", clk},
         {"rst_ni", rst},
         {"en_i", en},
         {"valid_i", step_valid},
         {"first_i", step_start},
         {"last_i", place.line_last},
         {"x_i", step_x},
         {"valid_o", column_valid},
         {"x_o", column}});
    if (shape.lines() > shape.window_rows())
      m.unused("unused_rows", column.slice(window_width, shape.lines() * row_width - window_width));
  } else {
    column_valid = m.reg("column_valid", flag, 0);
    column = m.reg("column", hdl::bits(beat_width));
    m.registers(state, en, {}, {{column_valid, step_valid}});
    m.registers(data, en, {}, {{column, step_x}});
  }
  const hdl::Bits start_q = m.reg("start_q", flag);
  std::vector<std::pair<hdl::Bits, hdl::Bits>> said{{start_q, step_start}};
  const auto registered = [&](const char* name, hdl::Bits& value) {
    const hdl::Bits reg = m.reg(name, hdl::bits(value.width()));
    said.emplace_back(reg, value);
    value = reg;
  };
  registered("output_q", place.output);
  registered("frame_first_q", place.frame_first);
  if (shape.left() > 0) {
    registered("line_first_q", place.line_first);
  } else {
    m.unused("unused_line_first", place.line_first);
  }
  registered("line_last_q", place.line_last);
  registered("lanes_q", place.lanes);
  if (rows > 1) registered("rows_q", place.rows);
  m.registers(data, en, {}, said);

  m.section("Windows.");
  const hdl::Bits window_valid = m.wire("window_valid", flag);
  hdl::Bits first = m.wire("window_frame_first", flag);
  hdl::Bits last = m.wire("window_line_last", flag);
  hdl::Bits lanes = m.wire("window_lanes", hdl::bits(columns));
  hdl::Bits lines_of = rows > 1 ? m.wire("window_rows", hdl::bits(rows)) : hdl::Bits();
  const hdl::Bits window_x = m.wire(
      "window_x",
      hdl::bits(shape.window_rows() * shape.window_columns() * shape.in_channels * data_width));
  std::vector<hdl::Connection> window_connections = {
      {"clk_i", clk},
      {"en_i", en},
      {"valid_i", column_valid},
      {"start_i", start_q},
      {"output_i", place.output},
      {"frame_first_i", place.frame_first},
      {"line_last_i", place.line_last},
      {"lanes_i", place.lanes},
      {"column_i", shape.lines() > shape.window_rows() ? column.slice(0, window_width) : column},
      {"valid_o", window_valid},
      {"frame_first_o", first},
      {"line_last_o", last},
      {"lanes_o", lanes},
      {"x_o", window_x}};
  if (shape.left() > 0) window_connections.emplace_back("line_first_i", place.line_first);
  if (rows > 1) {
    window_connections.emplace_back("rows_i", place.rows);
    window_connections.emplace_back("rows_o", lines_of);
  }
  m.instance("u_window", window, {{"DataWidth", data_width}}, window_connections);

  m.section(fmt::format("Sums of products, {} cycles; the place in the picture goes beside them.",
                        fcu.latency_cycles));
  const hdl::Bits sum_valid = m.wire("sum_valid", flag);
  const hdl::Bits sums = m.wire("sums", hdl::bits(lanes_out * result_width));
  std::vector<std::pair<std::string, hdl::Dim>> fcu_sizes;
  if (!spec.is("arith", "heap")) fcu_sizes = {{"DataWidth", data_width}, {"CoefWidth", coef_width}};
  m.instance("u_fcu", *fcu.module, fcu_sizes,
             {{"clk_i", clk},
              {"rst_ni", rst},
              {"en_i", en},
              {"valid_i", window_valid},
              {"x_i", window_x},
              {"h_i", coef},
              {"valid_o", sum_valid},
              {"y_o", sums}});
  hdl::Bits in_flight = window_valid;
  std::vector<hdl::Bits> busy_bits{column_valid};
  std::vector<std::pair<hdl::Bits, hdl::Bits>> flights, places;
  for (int s = 1; s <= fcu.latency_cycles; ++s) {
    const auto follow = [&](const char* name, hdl::Bits& value) {
      const hdl::Bits reg = m.reg(fmt::format("{}_{}_q", name, s), hdl::bits(value.width()));
      places.emplace_back(reg, value);
      value = reg;
    };
    const hdl::Bits flying = m.reg(fmt::format("flying_{}_q", s), flag, 0);
    flights.emplace_back(flying, in_flight);
    busy_bits.push_back(flying);
    in_flight = flying;
    follow("first", first);
    follow("last", last);
    follow("lanes", lanes);
    if (rows > 1) follow("rows", lines_of);
  }
  if (!flights.empty()) {
    m.registers(state, en, {}, flights);
    m.registers(data, en, {}, places);
  }
  hdl::Bits any = busy_bits.front();
  for (size_t i = 1; i < busy_bits.size(); ++i) any = any | busy_bits[i];
  m.assign(busy, any);

  m.section("Pixels: rounded, saturated, padded to bytes; lanes outside the picture are zero.");
  const hdl::Bits data_out = m.wire("data_out", hdl::bits(lanes_out * lane_width));
  const hdl::Bits keep_out = m.wire("keep_out", hdl::bits(lanes_out * lane_bytes));
  const hdl::NumType pixel = signed_data ? hdl::sint(data_width) : hdl::uint(data_width);
  const hdl::NumType padded_pixel = signed_data ? hdl::sint(lane_width) : hdl::uint(lane_width);
  const hdl::Module& round = conv2d_round(design, result_width.value());
  for_each_sample(
      m, "lane", rows, columns, shape.out_channels,
      [&](const hdl::Dim& i, const hdl::Dim& j, const hdl::Dim& o) {
        const hdl::Num y = m.wire("y", pixel);
        const hdl::Dim sum = (o * rows + i) * columns + j;
        const hdl::Dim lane = outside(shape.out_channels, i, j, o);
        m.instance(
            "u_round", round, {{"SumWidth", result_width}, {"DataWidth", data_width}},
            {{"sum_i", sums.lane(sum, result_width).as_signed()}, {"shift_i", shift}, {"y_o", y}});
        const hdl::Num padded = m.wire("padded", padded_pixel, y);
        hdl::Bits keep = lanes.bit(j);
        if (rows > 1) keep = m.wire("keep", flag, keep & lines_of.bit(i));
        m.assign(data_out.lane(lane, lane_width),
                 hdl::mux(keep, padded.bits(), hdl::zeros(lane_width)));
        m.assign(keep_out.lane(lane, lane_bytes), hdl::replicate(lane_bytes, keep));
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
  m.assign(out.data, out_beat.slice(0, lanes_out * lane_width));
  m.assign(out.keep, out_beat.slice(lanes_out * lane_width, lanes_out * lane_bytes));
  m.assign(out.last, out_beat.bit(out_width - 2));
  m.assign(out.user, out_beat.bit(out_width - 1));

  design.formula = sum_text(shape);
  design.latency_cycles = fcu.latency_cycles + 4;
  design.outputs_per_cycle = lanes_out;
  design.operations = fcu.operations;
  design.add(std::move(m));
}

}  // namespace

extern const Unit conv2d_stream;
const Unit conv2d_stream = {
    .name = "conv2d_stream",
    .doc = "Convolution of AXI4-Stream video, a tile of pixels a cycle, set up over AXI4-Lite.",
    .source = "J. Wang, J. Lin, Z. Wang, IEEE TCAS-I, 2018",
    .params = conv2d_params(),
    .rules = conv2d_rules(),
    .points =
        {"scheme=ffa", "scheme=direct", "scheme=ffa cut=pre,mult,branch,post data=signed",
         "scheme=ffa DataWidth=10 CoefWidth=6 MaxWidth=100 MaxHeight=60",
         "scheme=direct cut=none data=signed DataWidth=12 reset=sync",
         "scheme=ffa arith=heap DataWidth=4 CoefWidth=4",
         "kernel=5 parallel=1 DataWidth=6 CoefWidth=5 MaxWidth=40 MaxHeight=20",
         "kernel=3 scheme=ffa2d InChannels=2 DataWidth=4 CoefWidth=4 MaxWidth=40 MaxHeight=20",
         "kernel=2 kernel_rows=4 parallel=1 parallel_rows=3 OutChannels=3 MaxWidth=40 MaxHeight=20",
         "kernel=2 scheme=winograd arith=heap DataWidth=3 CoefWidth=3 MaxWidth=20 MaxHeight=12"},
    .build = build,
};

}  // namespace gen
