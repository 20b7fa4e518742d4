// SPDX-License-Identifier: Apache-2.0
// What Verilog benches of units with AXI4-Stream and AXI4-Lite ports share.

#include "tb/stream_verilog.h"

#include "tb/verilog_bench.h"

namespace tb {
namespace {

constexpr std::string_view kPorts = R"(  reg                  clk_i;
  reg                  rst_ni;
  reg  [AddressWidth-1:0] s_axil_awaddr_i;
  reg                  s_axil_awvalid_i;
  wire                 s_axil_awready_o;
  reg  [31:0]          s_axil_wdata_i;
  reg  [3:0]           s_axil_wstrb_i;
  reg                  s_axil_wvalid_i;
  wire                 s_axil_wready_o;
  wire [1:0]           s_axil_bresp_o;
  wire                 s_axil_bvalid_o;
  reg                  s_axil_bready_i;
  reg  [AddressWidth-1:0] s_axil_araddr_i;
  reg                  s_axil_arvalid_i;
  wire                 s_axil_arready_o;
  wire [31:0]          s_axil_rdata_o;
  wire [1:0]           s_axil_rresp_o;
  wire                 s_axil_rvalid_o;
  reg                  s_axil_rready_i;
  reg  [InWidth-1:0]   s_axis_tdata_i;
@KeepIn@@UserIn@  reg                  s_axis_tlast_i;
  reg                  s_axis_tvalid_i;
  wire                 s_axis_tready_o;
  wire [OutWidth-1:0]  m_axis_tdata_o;
@KeepOut@@UserOut@  wire                 m_axis_tlast_o;
  wire                 m_axis_tvalid_o;
  reg                  m_axis_tready_i;
@Weights@
  @Top@ u_dut (
    .clk_i(clk_i),
    .rst_ni(rst_ni),
@WeightPins@    .s_axil_awaddr_i(s_axil_awaddr_i),
    .s_axil_awvalid_i(s_axil_awvalid_i),
    .s_axil_awready_o(s_axil_awready_o),
    .s_axil_wdata_i(s_axil_wdata_i),
    .s_axil_wstrb_i(s_axil_wstrb_i),
    .s_axil_wvalid_i(s_axil_wvalid_i),
    .s_axil_wready_o(s_axil_wready_o),
    .s_axil_bresp_o(s_axil_bresp_o),
    .s_axil_bvalid_o(s_axil_bvalid_o),
    .s_axil_bready_i(s_axil_bready_i),
    .s_axil_araddr_i(s_axil_araddr_i),
    .s_axil_arvalid_i(s_axil_arvalid_i),
    .s_axil_arready_o(s_axil_arready_o),
    .s_axil_rdata_o(s_axil_rdata_o),
    .s_axil_rresp_o(s_axil_rresp_o),
    .s_axil_rvalid_o(s_axil_rvalid_o),
    .s_axil_rready_i(s_axil_rready_i),
    .s_axis_tdata_i(s_axis_tdata_i),
@KeepInPin@@UserInPin@    .s_axis_tlast_i(s_axis_tlast_i),
    .s_axis_tvalid_i(s_axis_tvalid_i),
    .s_axis_tready_o(s_axis_tready_o),
    .m_axis_tdata_o(m_axis_tdata_o),
@KeepOutPin@@UserOutPin@    .m_axis_tlast_o(m_axis_tlast_o),
    .m_axis_tvalid_o(m_axis_tvalid_o),
    .m_axis_tready_i(m_axis_tready_i)
  );
)";

constexpr std::string_view kProcesses = R"(  always #5 clk_i = ~clk_i;
  always @(posedge clk_i) lfsr <= {lfsr[29:0], lfsr[30] ^ lfsr[27]};

  task fail;
    begin
      errors = errors + 1;
      if (errors > 20) begin
        $display("FAIL: tb_@Top@: %0d errors", errors);
        $finish;
      end
    end
  endtask

  // Source.
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      s_axis_tvalid_i <= 1'b0;
      sent <= 0;
    end else if (!s_axis_tvalid_i || s_axis_tready_o) begin
      if (sent < send_limit && lfsr[5:4] != 2'b00) begin
        {@UserInName@s_axis_tlast_i, @KeepInName@s_axis_tdata_i} <= beats_in[sent];
        s_axis_tvalid_i <= 1'b1;
        sent <= sent + 1;
      end else begin
        {@UserInName@s_axis_tlast_i, @KeepInName@s_axis_tdata_i} <= {InBeat{1'bx}};
        s_axis_tvalid_i <= 1'b0;
      end
    end
  end

@WeightSource@  // Sink and checks: results, stability while a beat waits, no X where it matters.
  wire [OutBeat-1:0] beat_out = {@UserOutName@m_axis_tlast_o, @KeepOutName@m_axis_tdata_o};
  reg  [OutBeat-1:0] waiting_beat;
  reg                waiting;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      m_axis_tready_i <= 1'b0;
      received <= 0;
      waiting <= 1'b0;
    end else begin
      m_axis_tready_i <= lfsr[12:11] != 2'b00;
      if (^{m_axis_tvalid_o, s_axis_tready_o, s_axil_awready_o, s_axil_wready_o, s_axil_bvalid_o,
            s_axil_arready_o, s_axil_rvalid_o} === 1'bx) begin
        $display("%0t: X on a valid or ready output", $time);
        fail;
      end
      if (waiting && (m_axis_tvalid_o !== 1'b1 || beat_out !== waiting_beat)) begin
        $display("%0t: a waiting beat changed from %h to %h", $time, waiting_beat, beat_out);
        fail;
      end
      waiting <= m_axis_tvalid_o && !m_axis_tready_i;
      waiting_beat <= beat_out;
      if (m_axis_tvalid_o && m_axis_tready_i) begin
        received <= received + 1;
        if (received >= receive_limit) begin
          $display("%0t: beat %0d was not expected: %h", $time, received, beat_out);
          fail;
        end else if (beat_out !== beats_out[received]) begin
          $display("%0t: beat %0d: %h, expected %h", $time, received, beat_out, beats_out[received]);
          fail;
        end
      end
    end
  end

  // Registers.
  reg address_done;
  reg data_done;
  task axil_write(input [AddressWidth-1:0] address, input [31:0] data);
    begin
      s_axil_awaddr_i <= address;
      s_axil_wdata_i <= data;
      s_axil_wstrb_i <= 4'b1111;
      s_axil_awvalid_i <= 1'b1;
      s_axil_wvalid_i <= 1'b1;
      s_axil_bready_i <= 1'b1;
      address_done = 1'b0;
      data_done = 1'b0;
      while (!address_done || !data_done) begin
        @(posedge clk_i);
        if (s_axil_awvalid_i && s_axil_awready_o) begin
          address_done = 1'b1;
          s_axil_awvalid_i <= 1'b0;
        end
        if (s_axil_wvalid_i && s_axil_wready_o) begin
          data_done = 1'b1;
          s_axil_wvalid_i <= 1'b0;
        end
      end
      while (!s_axil_bvalid_o) @(posedge clk_i);
      if (s_axil_bresp_o !== 2'b00) begin
        $display("%0t: write of %h: response %b, expected 00", $time, address, s_axil_bresp_o);
        fail;
      end
      @(posedge clk_i) s_axil_bready_i <= 1'b0;
    end
  endtask

  reg [31:0] read_data;
  task axil_read(input [AddressWidth-1:0] address);
    begin
      s_axil_araddr_i <= address;
      s_axil_arvalid_i <= 1'b1;
      s_axil_rready_i <= 1'b1;
      @(posedge clk_i);
      while (!s_axil_arready_o) @(posedge clk_i);
      s_axil_arvalid_i <= 1'b0;
      while (!s_axil_rvalid_o) @(posedge clk_i);
      read_data = s_axil_rdata_o;
      if (s_axil_rresp_o !== 2'b00) begin
        $display("%0t: read of %h: response %b, expected 00", $time, address, s_axil_rresp_o);
        fail;
      end
      @(posedge clk_i) s_axil_rready_i <= 1'b0;
    end
  endtask

  task expect_register(input [AddressWidth-1:0] address, input [31:0] mask, input [31:0] value);
    begin
      axil_read(address);
      if ((read_data & mask) !== value) begin
        $display("%0t: register %h: %h, expected %h", $time, address, read_data & mask, value);
        fail;
      end
    end
  endtask
)";

// A second source: weights.
constexpr std::string_view kWeights = R"(  reg  [WeightWidth-1:0] s_weight_tdata_i;
  reg                  s_weight_tlast_i;
  reg                  s_weight_tvalid_i;
  wire                 s_weight_tready_o;
)";

constexpr std::string_view kWeightPins = R"(    .s_weight_tdata_i(s_weight_tdata_i),
    .s_weight_tlast_i(s_weight_tlast_i),
    .s_weight_tvalid_i(s_weight_tvalid_i),
    .s_weight_tready_o(s_weight_tready_o),
)";

constexpr std::string_view kWeightSource = R"(  // Weights.
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      s_weight_tvalid_i <= 1'b0;
      weights_sent <= 0;
    end else if (!s_weight_tvalid_i || s_weight_tready_o) begin
      if (weights_sent < weights_limit && lfsr[8:7] != 2'b00) begin
        {s_weight_tlast_i, s_weight_tdata_i} <= beats_weights[weights_sent];
        s_weight_tvalid_i <= 1'b1;
        weights_sent <= weights_sent + 1;
      end else begin
        {s_weight_tlast_i, s_weight_tdata_i} <= {(WeightWidth+1){1'bx}};
        s_weight_tvalid_i <= 1'b0;
      end
    end
  end

)";

constexpr std::string_view kIdle = R"(    rst_ni = 1'b1;
    s_axil_awvalid_i = 1'b0;
    s_axil_wvalid_i = 1'b0;
    s_axil_bready_i = 1'b0;
    s_axil_arvalid_i = 1'b0;
    s_axil_rready_i = 1'b0;
)";

}  // namespace

StreamVerilog stream_verilog(const std::string& top, const StreamPorts& ports) {
  const auto kept = [&](const char* text) { return std::string(ports.keep ? text : ""); };
  const auto used = [&](const char* text) { return std::string(ports.user ? text : ""); };
  const auto weighted = [&](std::string_view text) {
    return std::string(ports.weights ? text : std::string_view());
  };
  const std::vector<std::pair<std::string_view, std::string>> words = {
      {"Top", top},
      {"KeepIn", kept("  reg  [InKeep-1:0]    s_axis_tkeep_i;\n")},
      {"KeepOut", kept("  wire [OutKeep-1:0]   m_axis_tkeep_o;\n")},
      {"KeepInPin", kept("    .s_axis_tkeep_i(s_axis_tkeep_i),\n")},
      {"KeepOutPin", kept("    .m_axis_tkeep_o(m_axis_tkeep_o),\n")},
      {"KeepInName", kept("s_axis_tkeep_i, ")},
      {"KeepOutName", kept("m_axis_tkeep_o, ")},
      {"UserIn", used("  reg                  s_axis_tuser_i;\n")},
      {"UserOut", used("  wire                 m_axis_tuser_o;\n")},
      {"UserInPin", used("    .s_axis_tuser_i(s_axis_tuser_i),\n")},
      {"UserOutPin", used("    .m_axis_tuser_o(m_axis_tuser_o),\n")},
      {"UserInName", used("s_axis_tuser_i, ")},
      {"UserOutName", used("m_axis_tuser_o, ")},
      {"Weights", weighted(kWeights)},
      {"WeightPins", weighted(kWeightPins)},
      {"WeightSource", weighted(kWeightSource)}};
  return {fill(kPorts, words), fill(kProcesses, words), std::string(kIdle)};
}

}  // namespace tb
