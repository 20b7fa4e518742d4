// SPDX-License-Identifier: Apache-2.0
// Values wider than their register, in Icarus: they read back cut, and a commit refuses them.

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "gen/generate.h"

namespace gen {
namespace {

// Writes of address, data and strobes; after each a commit, whose STATUS is printed and cleared.
// `load` follows a commit that was taken.
constexpr const char* kBench = R"(
module bench;
  reg clk = 0, rst_n = 0, valid = 0, read = 0, load = 0;
  reg [7:0] address;
  reg [31:0] data;
  reg [3:0] strobe;
  wire awready, wready, bvalid, arready, rvalid, pending, configured;
  wire [1:0] bresp, rresp;
  wire [31:0] rdata;
  always #1 clk = ~clk;
  fircone_conv2d_regs regs (
    .clk_i (clk), .rst_ni (rst_n),
    .s_axil_awaddr_i (address), .s_axil_awvalid_i (valid), .s_axil_awready_o (awready),
    .s_axil_wdata_i (data), .s_axil_wstrb_i (strobe), .s_axil_wvalid_i (valid),
    .s_axil_wready_o (wready), .s_axil_bresp_o (bresp), .s_axil_bvalid_o (bvalid),
    .s_axil_bready_i (1'b1), .s_axil_araddr_i (address), .s_axil_arvalid_i (read),
    .s_axil_arready_o (arready), .s_axil_rdata_o (rdata), .s_axil_rresp_o (rresp),
    .s_axil_rvalid_o (rvalid), .s_axil_rready_i (1'b1), .error_i (4'd0), .active_i (1'b0),
    .load_i (load), .pending_o (pending), .configured_o (configured), .width_o (), .height_o (),
    .shift_o (), .coef_o ()
  );
  task write(input [7:0] where, input [31:0] what, input [3:0] bytes);
    begin
      @(negedge clk) address = where; data = what; strobe = bytes; valid = 1;
      @(negedge clk) valid = 0;
      repeat (3) @(negedge clk);
    end
  endtask
  task show(input [7:0] where);
    begin
      @(negedge clk) address = where; read = 1;
      @(negedge clk) read = 0;
      $write(" %h", rdata);
      @(negedge clk);
    end
  endtask
  task try(input [7:0] where, input [31:0] what, input [3:0] bytes);
    begin
      write(where, what, bytes);
      write(8'h1c, 1, 15);
      show(8'h20);
      load = pending;
      @(negedge clk) load = 0;
      write(8'h20, 31, 15);
    end
  endtask
  initial begin
    repeat (3) @(negedge clk);
    rst_n = 1;
    write(8'h14, 7, 15);
    try(8'h10, 32'h00010010, 15); show(8'h10);
    try(8'h10, 32'h00000010, 3);
    try(8'h10, 32'h00000010, 15);
    try(8'h10, 32'hffff0010, 3); show(8'h10); $write("\n");
    try(8'h14, 32'h80000007, 15); show(8'h14);
    try(8'h14, 32'h00000000, 8);
    try(8'h14, 32'h00000000, 12);  $write("\n");
    try(8'h18, 64, 15); show(8'h18);
    try(8'h18, 63, 1);
    try(8'h18, 63, 15); show(8'h18);
    try(8'h18, 32'h00000100, 2);
    try(8'h18, 5, 15); $write("\n");
    $finish(0);
  end
endmodule
)";

TEST(Registers, RefuseWhatIsWiderThanTheirFields) {
  const Design design = generate(base::Spec("conv2d_stream"));
  const base::TemporaryDirectory folder;
  for (const SourceFile& file : design.files) {
    if (file.name == "fircone_conv2d_regs.v") {
      base::write_file(folder.path() / file.name, file.text);
    }
  }
  base::write_file(folder.path() / "bench.v", kBench);
  const base::Output compiled = base::run({.argv = {"iverilog", "-g2005", "-s", "bench", "-o",
                                                    "bench", "fircone_conv2d_regs.v", "bench.v"},
                                           .directory = folder.path()});
  ASSERT_EQ(compiled.status, 0) << compiled.err;
  const base::Output run =
      base::run({.argv = {"vvp", "bench"}, .directory = folder.path(), .timeout_seconds = 100});
  // 010: refused; 100: pending; 400: was taken once. What follows a refusal is the register.
  EXPECT_EQ(run.out,
            " 00000010 00000010 00000010 00000100 00000500 00000010\n"
            " 00000410 00000007 00000410 00000500\n"
            " 00000410 00000000 00000410 00000500 0000003f 00000410 00000500\n");
}

}  // namespace
}  // namespace gen
