// SPDX-License-Identifier: Apache-2.0
// The arithmetic of a ccu core at work in each cycle, as gen/units/ccu.md measures it: 3x3 parts
// (81 multiply-accumulates a cycle by 36 products), a word of coefficients from a small memory in
// each cycle, a branch sum of some sixteen products. Its inputs are meant to be random.

module ccu_datapath (
  input  wire         clk_i,
  input  wire [199:0] x_i,      // a window, 5 x 5 samples of 8 bits
  input  wire [3:0]   first_i,  // zero: a new branch sum
  input  wire [4:0]   read_i,   // word of coefficients
  input  wire [12:0]  write_i,  // upper four bits set: writes some of the nine coefficients of a word
  input  wire [4:0]   word_i,
  input  wire [7:0]   data_i,
  output wire [319:0] y_o
);

  wire [431:0] u;
  wire [719:0] s;

  fircone_ccu_pre #(.DataWidth (8)) u_pre (
    .clk_i          (clk_i),
    .row_mode3_i    (1'b1),
    .column_mode3_i (1'b1),
    .row_keep_i     (4'b1111),
    .column_keep_i  (4'b1111),
    .x_i            (x_i),
    .u_o            (u)
  );

  fircone_ccu_core #(.DataWidth (8), .CoefWidth (8), .ResultWidth (20), .Words (32)) u_core (
    .clk_i           (clk_i),
    .write_i         (write_i[8:0] & {9{&write_i[12:9]}}),
    .write_address_i (word_i),
    .write_data_i    (data_i),
    .read_i          (1'b1),
    .read_address_i  (read_i),
    .row_mode3_i     (1'b1),
    .column_mode3_i  (1'b1),
    .row_pad_i       (1'b0),
    .column_pad_i    (1'b0),
    .u_i             (u),
    .valid_i         (1'b1),
    .first_i         (first_i == 4'd0),
    .s_o             (s)
  );

  fircone_ccu_post #(.ResultWidth (20)) u_post (
    .clk_i          (clk_i),
    .row_mode3_i    (1'b1),
    .column_mode3_i (1'b1),
    .s_i            (s),
    .y_o            (y_o)
  );

endmodule
