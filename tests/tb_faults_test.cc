// SPDX-License-Identifier: Apache-2.0
// Planted faults: every bench must refuse each of these changed designs.

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tb/bench.h"
#include "tests/tb_support.h"

namespace {

using tb_test::Edit;

struct Fault {
  std::string name;
  std::string spec;
  std::vector<Edit> edits;
  friend std::ostream& operator<<(std::ostream& out, const Fault& f) { return out << f.name; }
};

constexpr const char* kFcu = "fcu scheme=ffa";
constexpr const char* kFcuDirect = "fcu scheme=direct cut=pre,mult,branch,post";
constexpr const char* kFir = "fir taps=3 parallel=3 scheme=direct";
constexpr const char* kFirFast = "fir taps=5 parallel=3 scheme=ffa";
constexpr const char* kLines = "line_buffer MaxWidth=20";
constexpr const char* kGroups = "line_buffer kernel=4 parallel=2 parallel_rows=2 MaxWidth=20";
constexpr const char* kEngine = "conv2d_stream scheme=ffa MaxWidth=40 MaxHeight=12";

constexpr const char* kTile =
    "conv2d_stream kernel=5 kernel_rows=6 parallel=1 parallel_rows=2 DataWidth=4 CoefWidth=4 "
    "MaxWidth=24 MaxHeight=12";
constexpr const char* kChannels =
    "conv2d_stream kernel=2 parallel=2 InChannels=2 OutChannels=2 DataWidth=4 CoefWidth=4 "
    "MaxWidth=24 MaxHeight=12";

constexpr const char* kFcuFile = "fcu_k3_ffa.v";
constexpr const char* kFirFile = "fir_t3_p3.v";
constexpr const char* kFirFastFile = "fir_t5_p3_ffa.v";
constexpr const char* kLinesFile = "line_buffer_k3_p3.v";
constexpr const char* kGroupsFile = "line_buffer_k4_p2_pr2.v";
constexpr const char* kTop = "conv2d_stream_k3_ffa.v";
constexpr const char* kTileTop = "conv2d_stream_k5_kr6_p1_pr2.v";
constexpr const char* kTileControl = "fircone_conv2d_control_p1_pr2_below2_right2.v";
constexpr const char* kTileWindow = "fircone_conv2d_window_k5_p1_r7_pr2.v";
constexpr const char* kChannelsTop = "conv2d_stream_k2_in2_out2.v";
constexpr const char* kChannelsWindow = "fircone_conv2d_window_k2_p2_r2_c2.v";
constexpr const char* kChannelsRegisters = "fircone_conv2d_regs_16.v";
constexpr const char* kControl = "fircone_conv2d_control.v";
constexpr const char* kRegisters = "fircone_conv2d_regs.v";
constexpr const char* kWindow = "fircone_conv2d_window.v";
constexpr const char* kRound = "fircone_conv2d_round.v";
constexpr const char* kSlice = "fircone_skid_buffer.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // fcu
      {"FcuPreAdderSign",
       kFcu,
       {{kFcuFile, "x_0_2}) - $signed({1'b0, x_0_0})", "x_0_2}) + $signed({1'b0, x_0_0})"}}},
      {"FcuWrongSample", kFcu, {{kFcuFile, "u_1_12_q <= x_1_3", "u_1_12_q <= x_1_4"}}},
      {"FcuWrongCoefficient",
       kFcu,
       {{kFcuFile, "v_2_1 = $signed(h_q[7*CoefWidth", "v_2_1 = $signed(h_q[6*CoefWidth"}}},
      {"FcuPostAdderSign",
       kFcu,
       {{kFcuFile, "branch_01 + branch_12 - branch_1", "branch_01 + branch_12 + branch_1"}}},
      {"FcuProductMissing",
       kFcu,
       {{kFcuFile, "product_2_12 = $signed({1'b0, u_2_12_q}) * v_2_12", "product_2_12 = 0"}}},
      {"FcuResultNotHeld",
       kFcu,
       {{kFcuFile, "y_2_q; always @(posedge clk_i) begin if (en_i)",
         "y_2_q; always @(posedge clk_i) begin if (1'b1)"}}},
      {"FcuValidStuck", kFcu, {{kFcuFile, "valid_o = valid_post_q", "valid_o = 1'b1"}}},
      {"FcuValidEarly", kFcu, {{kFcuFile, "valid_o = valid_post_q", "valid_o = valid_pre_q"}}},
      {"FcuValidNotHeld",
       kFcu,
       {{kFcuFile, "else if (en_i) begin\n      valid_pre_q", "else begin\n      valid_pre_q"}}},
      {"FcuValidNotReset", kFcu, {{kFcuFile, "valid_post_q <= 1'b0", "valid_post_q <= 1'b1"}}},
      {"FcuPreSumTooNarrow",
       kFcu,
       {{kFcuFile, "[DataWidth+1:0] u_0_0_q", "[DataWidth:0] u_0_0_q"}}},
      {"FcuCoefficientSumTooNarrow",
       kFcu,
       {{kFcuFile, "wire signed [CoefWidth:0]   v_0_01", "wire signed [CoefWidth-1:0] v_0_01"}}},
      {"FcuSampleTakenAsSigned",
       kFcu,
       {{kFcuFile, "$signed({1'b0, u_0_01_q}) * v_0_01", "$signed(u_0_01_q) * v_0_01"}}},
      {"FcuOutputsSwapped", kFcu, {{kFcuFile, "ResultWidth] = y_1_q", "ResultWidth] = y_2_q"}}},
      {"FcuDirectStageMissing",
       kFcuDirect,
       {{"fcu_k3_cut_pre_mult_branch_post.v", "valid_branch_q <= valid_mult_q",
         "valid_branch_q <= valid_pre_q"}}},
      // fir
      {"FirHistoryShifted",
       kFir,
       {{kFirFile, "window_q[5*DataWidth-1:3*DataWidth]}",
         "window_q[4*DataWidth-1:2*DataWidth]}"}}},
      {"FirHistoryMovesInBubbles", kFir, {{kFirFile, "else if (take)", "else if (en_i)"}}},
      {"FirHistoryMovesInStalls", kFir, {{kFirFile, "take = en_i & valid_i", "take = valid_i"}}},
      {"FirHistoryNotReset", kFir, {{kFirFile, "window_q <= 0", "window_q <= window_q"}}},
      {"FirWrongTap", kFir, {{kFirFile, "window_q[(i+1)*DataWidth", "window_q[(i+2)*DataWidth"}}},
      {"FirCoefficientTakenAsUnsigned",
       kFir,
       {{kFirFile, "$signed(h_q[CoefWidth-1:0])", "$signed({1'b0, h_q[CoefWidth-1:0]})"}}},
      {"FirCoefficientsNotHeld",
       kFir,
       {{kFirFile, "if (en_i) begin\n      h_q", "if (1'b1) begin\n      h_q"}}},
      {"FirFastBranchAge",
       kFirFast,
       {{kFirFastFile, "u_12_age1_q <= u_12_age0_q", "u_12_age1_q <= u_12"}}},
      {"FirFastBranchNotReset", kFirFast, {{kFirFastFile, "u_1_age0_q <= 0", "u_1_age0_q <= u_1"}}},
      {"FirFastPostAdderSign",
       kFirFast,
       {{kFirFastFile, "branch_02 + branch_12 - branch_2", "branch_02 - branch_12 - branch_2"}}},
      // line_buffer
      {"LinesForgetNewPicture", kLines, {{kLinesFile, "first_i ? 2'd0 : lines_q", "lines_q"}}},
      {"LinesRowAboveThePicture", kLines, {{kLinesFile, "above_q > 2'd0", "1'b1"}}},
      {"LinesNoBypass", kLines, {{kLinesFile, "valid_q & (address_q == beat)", "1'b0"}}},
      {"LinesAddressNotReturned", kLines, {{kLinesFile, "last_i ? 0 : next_beat", "next_beat"}}},
      {"LinesRowsSwapped", kLines, {{kLinesFile, "{x_q, row_1, row_0}", "{x_q, row_0, row_1}"}}},
      {"LinesTakeBubbles", kLines, {{kLinesFile, "take = en_i & valid_i", "take = en_i"}}},
      {"LinesMemoryTooShort", kLines, {{kLinesFile, "((MaxWidth + 2) / 3)", "(MaxWidth / 3)"}}},
      {"LinesCountNotReset", kLines, {{kLinesFile, "lines_q <= 2'd0", "lines_q <= 2'd2"}}},
      {"LinesOfAGroupSwapped",
       kGroups,
       {{kGroupsFile, "write_word = {x_q[RowWidth-1:0], x_q[RowWidth +: RowWidth]}",
         "write_word = {x_q[RowWidth +: RowWidth], x_q[RowWidth-1:0]}"}}},
      {"LinesGroupAboveThePicture", kGroups, {{kGroupsFile, "above_q > 1'b0", "1'b1"}}},
      // conv2d_stream: data path
      {"EngineRightEdge", kEngine, {{kWindow, "right = line_last_q ?", "right = 1'b0 ?"}}},
      {"EngineLeftEdge", kEngine, {{kWindow, "left = line_first_q ?", "left = 1'b0 ?"}}},
      {"EngineBottomEdge", kEngine, {{kTop, "(step_lanes[j] & ~step_drain)", "(step_lanes[j])"}}},
      {"EngineWidthMask", kEngine, {{kTop, "(step_lanes[j] & ~step_drain)", "(~step_drain)"}}},
      {"EngineLanesOffByOne", kEngine, {{kControl, "pixels > 16'd2", "pixels > 16'd3"}}},
      {"EngineLineOffByOne", kEngine, {{kControl, "pixels <= 16'd3", "pixels < 16'd3"}}},
      {"EngineHeightOffByOne", kEngine, {{kControl, "lines == 16'd1", "lines <= 16'd2"}}},
      {"EngineNoRounding", kEngine, {{kRound, "twice_bits[0]})", "1'b0})"}}},
      {"EngineNoUpperSaturation",
       kEngine,
       {{kRound, "(|rounded[DataWidth +: SumWidth-DataWidth])", "1'b0"}}},
      {"EngineNoLowerSaturation", kEngine, {{kRound, "rounded[SumWidth] ?", "1'b0 ?"}}},
      {"EngineKeepAlwaysFull", kEngine, {{kTop, "{LaneBytes{lanes_2_q[j]}}", "{LaneBytes{1'b1}}"}}},
      {"EngineLastLost", kEngine, {{kTop, "last_2_q <= last_1_q", "last_2_q <= 1'b0"}}},
      {"EngineFrameStartLost", kEngine, {{kTop, "first_2_q <= first_1_q", "first_2_q <= 1'b0"}}},
      // conv2d_stream: beats of several lines, a kernel that reaches over several beats
      {"EngineFarRightEdge",
       kTile,
       {{kTileWindow, "edge_right_2 = line_last_2_q | line_last_1_q",
         "edge_right_2 = line_last_2_q"}}},
      {"EngineFarLeftEdge",
       kTile,
       {{kTileWindow, "edge_left_2 = line_first_2_q | line_first_3_q",
         "edge_left_2 = line_first_2_q"}}},
      {"EngineBrokenFrameLeaksBehindItsStart",
       kTile,
       {{kTileWindow, "& ~start_i & ~start_q", "& ~start_i"}}},
      {"EngineLastLinesNotDrained",
       kTile,
       {{kTileControl, "flush = draining & (drained_q == 2'd2)",
         "flush = draining & (drained_q == 2'd1)"}}},
      {"EngineLastBeatNotFlushed",
       kTile,
       {{kTileControl, "done = flush & (flushed_q == 1'b1)", "done = flush"}}},
      {"EngineLinesBelowThePicture", kTile, {{kTileTop, " & step_rows[i]", ""}}},
      {"EngineKeepsLinesBelowThePicture",
       kTile,
       {{kTileControl, "(draining & (drained_q == 2'd1)) ? rows_q : 2'b11", "2'b11"}}},
      {"EngineLinesOfAnotherGroup",
       kTile,
       {{kTileControl, "(draining & (drained_q == 2'd1)) ?",
         "(draining & (drained_q == 2'd0)) ?"}}},
      // conv2d_stream: channels
      {"EngineChannelsSwapped",
       kChannels,
       {{kChannelsTop, "pixels[(j+2*c)*DataWidth", "pixels[(j+2*(1-c))*DataWidth"}}},
      {"EngineChannelsAndRowsMixed",
       kChannels,
       {{kChannelsWindow, "x_o[(3*(r+2*c))", "x_o[(3*(c+2*r))"}}},
      {"EngineResultsOfAnotherChannel",
       kChannels,
       {{kChannelsTop, "sums[(j+2*c)*ResultWidth", "sums[(2*j+c)*ResultWidth"}}},
      {"EngineCoefficientOfAnotherChannel",
       kChannels,
       {{kChannelsRegisters, "at_coef[12] = address_q == 8'h70",
         "at_coef[12] = address_q == 8'h60"}}},
      // conv2d_stream: configuration
      {"EngineValuesAtOnce",
       kEngine,
       {{kRegisters, "if (load_i) begin\n      width_used_q",
         "if (1'b1) begin\n      width_used_q"}}},
      {"EngineCommitInFrame",
       kEngine,
       {{kControl, "pending_i & ~busy_i & turn", "pending_i & ~busy_i"}}},
      {"EngineCommitBeforeDrained",
       kEngine,
       {{kControl, "pending_i & ~busy_i & turn", "pending_i & turn"}}},
      {"EngineNoCommitNeeded",
       kEngine,
       {{kRegisters, "change & at_commit & written[0]", "change & at_commit"}}},
      {"EngineErrorsNotSticky", kEngine, {{kRegisters, " | (errors_q & ~cleared)", ""}}},
      {"EngineErrorsClearTogether",
       kEngine,
       {{kRegisters, "written[4:0] & {5{write & at_status}}", "{5{write & at_status}}"}}},
      {"EngineWidthUnchecked", kEngine, {{kRegisters, "(width_q <= MaxWidth[15:0])", "1'b1"}}},
      {"EngineHeightZeroAccepted", kEngine, {{kRegisters, "(|height_q)", "1'b1"}}},
      {"EngineStrobesIgnored",
       kEngine,
       {{kRegisters, "{8{strobe_q[2]}}, {8{strobe_q[1]}}", "16'hffff"}}},
      {"EngineWritesWhilePending",
       kEngine,
       {{kRegisters, "change = write & ~pending_q", "change = write"}}},
      {"EngineWrongAddressesOkay", kEngine, {{kRegisters, "known ? Okay", "1'b1 ? Okay"}}},
      {"EngineCoefficientSign",
       kEngine,
       {{kRegisters, "{(32 - CoefWidth){coef_q[CoefWidth-1]}}", "{(32 - CoefWidth){1'b0}}"}}},
      {"EngineStartsUnconfigured",
       kEngine,
       {{kRegisters, "configured_q <= 1'b0", "configured_q <= 1'b1"}}},
      {"EngineWriteAnswerDropped",
       kEngine,
       {{kRegisters, "bvalid_q ? ~s_axil_bready_i : write", "write"}}},
      {"EngineReadAnswerTwice",
       kEngine,
       {{kRegisters, "rvalid_q ? ~s_axil_rready_i : s_axil_arvalid_i",
         "rvalid_q | s_axil_arvalid_i"}}},
      // conv2d_stream: moments that random frames seldom hit
      {"EngineCommitNotTakenByEarlyStart",
       kEngine,
       {{kControl, "(~running & ~draining) | (running & beat_valid_i & beat_user_i)",
         "(~running & ~draining)"}}},
      {"EngineBusyForgetsColumn",
       kEngine,
       {{kTop, "busy = column_valid | flying_1_q | flying_2_q", "busy = flying_1_q | flying_2_q"}}},
      {"EngineWriteOverWaitingAnswer",
       kEngine,
       {{kRegisters, "address_full_q & data_full_q & ~bvalid_q", "address_full_q & data_full_q"}}},
      {"EngineReadOverWaitingAnswer",
       kEngine,
       {{kRegisters, "if (s_axil_arvalid_i & ~rvalid_q)", "if (s_axil_arvalid_i)"}}},
      {"EngineReadFromIdleAddress",
       kEngine,
       {{kRegisters, "if (s_axil_arvalid_i & ~rvalid_q)", "if (1'b1)"}}},
      {"EngineReadOneCycleLate",
       kEngine,
       {{kRegisters, "if (s_axil_arvalid_i & ~rvalid_q)", "if (rvalid_q & ~s_axil_rready_i)"}}},
      {"EngineWriteToIdleAddress",
       kEngine,
       {{kRegisters, "if (s_axil_awvalid_i & ~address_full_q)", "if (1'b1)"}}},
      {"EngineWriteOfIdleData",
       kEngine,
       {{kRegisters, "if (s_axil_wvalid_i & ~data_full_q)", "if (1'b1)"}}},
      {"EngineResetToIdle",
       kEngine,
       {{kControl, "state_q <= 2'd1;", "state_q <= Idle;", "state_q <= Hunt;"}}},
      {"EngineWidthLowByteChecked",
       kEngine,
       {{kRegisters, "width_q <= MaxWidth[15:0]", "width_q[7:0] <= MaxWidth[7:0]"}}},
      {"EngineHeightHighBitUnchecked",
       kEngine,
       {{kRegisters, "height_q <= MaxHeight[15:0]", "height_q[14:0] <= MaxHeight[14:0]"}}},
      {"EngineErrorLostInItsClear",
       kEngine,
       {{kRegisters, "{commit & ~legal, error_i} | (errors_q & ~cleared)",
         "({commit & ~legal, error_i} | errors_q) & ~cleared"}}},
      {"EngineDrainIsNoFrame",
       kEngine,
       {{kControl, "active_o = running | draining", "active_o = running"}}},
      // conv2d_stream: framing and handshake
      {"EngineEarlyLastUnseen", kEngine, {{kControl, "framed & beat_last_i & ~end_line", "1'b0"}}},
      {"EngineLateLastUnseen", kEngine, {{kControl, "framed & ~beat_last_i & end_line", "1'b0"}}},
      {"EngineEarlyUserUnseen", kEngine, {{kControl, "accept & beat_user_i & running", "1'b0"}}},
      {"EngineLateUserAlways",
       kEngine,
       {{kControl, "~beat_user_i & (state_q == Idle)", "~beat_user_i & ~running"}}},
      {"EngineNoResynchronisation",
       kEngine,
       {{kControl, "data_step = framed & ~(beat_last_i ^ end_line)", "data_step = framed"}}},
      {"EngineStartIgnoredInFrame",
       kEngine,
       {{kControl, "restart = beat_user_i & ~draining",
         "restart = beat_user_i & ~draining & ~running"}}},
      {"EngineBrokenFrameLeaksOut", kEngine, {{kWindow, "output_q & ~start_i", "output_q"}}},
      {"EngineReadyIgnoresPressure",
       kEngine,
       {{kSlice, "ready_o = ~spare_valid_q", "ready_o = 1'b1"}}},
      {"EngineValidDropped", kEngine, {{kSlice, "move = ~valid_q | ready_i", "move = 1'b1"}}},
      {"EngineDataChangesWhileWaiting",
       kEngine,
       {{kSlice, "if (move) begin\n      data_q", "if (1'b1) begin\n      data_q"}}},
      {"EngineSliceNotReset",
       kEngine,
       {{kSlice, "spare_valid_q <= 1'b0", "spare_valid_q <= 1'b1"}}},
      {"EngineReadyCombinational",
       kEngine,
       {{kSlice, "assign ready_o = ~spare_valid_q", "assign ready_o = ~spare_valid_q | ready_i"},
        {kSlice, "if (~spare_valid_q) begin", "if (~spare_valid_q | ready_i) begin"},
        {kSlice, "waiting & ~move", "move ? (spare_valid_q & valid_i) : waiting"}}},
      {"EngineHalfSpeed",
       kEngine,
       {{kTop,
         "// Steps:", "reg slow_q;\n  always @(posedge clk_i) slow_q <= ~slow_q;\n  // Steps:"},
        {kTop, ".ready_i (beat_ready)", ".ready_i (beat_ready & slow_q)"},
        {kTop, "(beat_valid),\n    .beat_ready_o", "(beat_valid & slow_q),\n    .beat_ready_o"}}},
  };
  return all;
}

class PlantedFault : public testing::TestWithParam<Fault> {};

TEST_P(PlantedFault, IsCaught) {
  const Fault& fault = GetParam();
  gen::Design design = gen::generate(base::Spec::parse_line(fault.spec));
  for (const Edit& edit : fault.edits) {
    ASSERT_TRUE(tb_test::apply(design, edit)) << edit.file << " does not hold: " << edit.from;
  }
  const auto model = tb_test::load(design);
  const tb::Verdict verdict = tb::run_bench(*model, design.spec);
  EXPECT_FALSE(verdict.passed) << "the fault went unseen";
  EXPECT_TRUE(verdict.mismatch.starts_with(design.spec.line() + ": seed 1, ")) << verdict.mismatch;
  EXPECT_EQ(verdict.mismatch.find('\n'), std::string::npos) << verdict.mismatch;
  RecordProperty("mismatch", verdict.mismatch);
}

INSTANTIATE_TEST_SUITE_P(Faults, PlantedFault, testing::ValuesIn(faults()),
                         [](const auto& point) { return point.param.name; });

// The designs that the faults are planted in are right without them.
class WithoutFault : public testing::TestWithParam<const char*> {};

TEST_P(WithoutFault, Passes) {
  const gen::Design design = gen::generate(base::Spec::parse_line(GetParam()));
  const tb::Verdict verdict = tb::run_bench(*tb_test::load(design), design.spec);
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
}

INSTANTIATE_TEST_SUITE_P(Faults, WithoutFault,
                         testing::Values(kFcu, kFcuDirect, kFir, kFirFast, kLines, kEngine),
                         [](const auto& point) { return tb_test::test_name(point.param); });

}  // namespace
