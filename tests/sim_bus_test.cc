// SPDX-License-Identifier: Apache-2.0
// AXI4-Stream and AXI4-Lite parts and the RAM against small designs, sound ones and broken ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/axi_lite.h"
#include "sim/axi_stream.h"
#include "sim/failure.h"
#include "sim/loader.h"
#include "sim/ram.h"
#include "sim/scheduler.h"
#include "sim/scoreboard.h"
#include "sim/triggers.h"
#include "tests/sim_models.h"

namespace {

using sim::Beat;
using sim::Pacing;
using sim::Scheduler;
using sim::Signal;
using sim::StreamSignals;
using sim::Task;
using sim_test::error_of;

// A register slice that adds one to the data. Fault selects what is broken:
// 1 valid falls without ready, 2 the payload changes while it waits, 3 a beat is lost under
// back-pressure, 4 valid waits for ready, 5 valid is not reset, 6 data is taken without valid.
constexpr const char* kSlice = R"(
module slice #(parameter Width = 24, parameter Fault = 0) (
    input clk_i, input rst_ni,
    input s_tvalid, output s_tready, input [Width-1:0] s_tdata, input [2:0] s_tkeep, input s_tuser,
    input s_tlast,
    output m_tvalid, input m_tready, output reg [Width-1:0] m_tdata, output reg [2:0] m_tkeep,
    output reg m_tuser, output reg m_tlast);
  reg full;
  reg [2:0] age;
  assign s_tready = !full || m_tready || (Fault == 3 && age == 3'd5);
  assign m_tvalid = full && !(Fault == 1 && age == 3'd3) && !(Fault == 4 && !m_tready);
  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) full <= Fault == 5;
    else if (s_tready) full <= s_tvalid || Fault == 6;
  always @(posedge clk_i) begin
    age <= full && !m_tready ? age + 3'd1 : 3'd0;
    if (s_tready) begin
      m_tdata <= s_tdata + 1'b1;
      m_tkeep <= s_tkeep;
      m_tuser <= s_tuser;
      m_tlast <= s_tlast;
    end else if (Fault == 2 && age == 3'd2) m_tdata <= ~m_tdata;
  end
endmodule
)";

Beat beat_of(int64_t i, int width) {
  Beat beat;
  sim::Random random(9, static_cast<uint64_t>(i));
  for (int lsb = 0; lsb < width; lsb += 60) {
    beat.set_field(lsb, std::min(60, width - lsb), random.next());
  }
  beat.keep = random.bits(3);
  beat.user = random.bits(1);
  beat.last = random.bits(2) == 0;
  return beat;
}

Beat plus_one(Beat beat, int width) {
  for (int lsb = 0; lsb < width; lsb += 60) {
    const int part = std::min(60, width - lsb);
    beat.set_field(lsb, part, beat.field(lsb, part) + 1);
    if (beat.field(lsb, part) != 0) break;  // no carry into the next part
  }
  return beat;
}

struct StreamRun {
  Pacing source = Pacing::none();
  Pacing sink = Pacing::none();
  bool after_valid = false;
  uint64_t seed = 1;
  uint64_t shuffle = 0;
  int width = 24;
  int fault = 0;
};

struct StreamResult {
  int64_t transfers = 0, stalls = 0, idles = 0;
  uint64_t cycles = 0;
};

Task<> reset(Signal clock, Signal rst_n) {
  rst_n.set(0);
  co_await sim::clock_cycles(clock, 3);
  rst_n.set(1);
}

Task<> send_all(Scheduler& scheduler, sim::StreamSource& source, sim::Scoreboard<Beat>& board,
                sim::StreamMonitor& monitor, int64_t beats, int width) {
  const Signal clock = source.signals().clock;
  co_await reset(clock, scheduler.signal("rst_ni"));
  for (int64_t i = 0; i < beats; ++i) {
    const Beat beat = beat_of(i, width);
    board.expect(plus_one(beat, width));
    co_await source.send(beat);
  }
  co_await source.idle();
  co_await monitor.until(beats);
  co_await sim::clock_cycles(clock, 4);
}

std::string show(const Beat& beat) {
  return sim::hex(beat.data[0], 64) + " keep " + sim::hex(beat.keep, 3) +
         (beat.last ? " last" : "");
}

StreamResult run_stream(const StreamRun& setup, int64_t beats = 300) {
  sim::ModelRequest wanted =
      sim_test::request("slice", kSlice, {{"Width", setup.width}, {"Fault", setup.fault}});
  wanted.x_initial_seed = setup.seed;
  const auto model = sim::load_verilog(wanted);
  Scheduler scheduler(*model, {.time_limit_ns = 200'000, .shuffle_seed = setup.shuffle});
  const Signal clock = scheduler.add_clock("clk_i");
  const auto in = StreamSignals::bind(scheduler, clock, "s_", "rst_ni");
  const auto out = StreamSignals::bind(scheduler, clock, "m_", "rst_ni");
  sim::StreamSource source(scheduler, in, setup.source, setup.seed);
  sim::StreamSink sink(scheduler, out, setup.sink, setup.seed, "sink", setup.after_valid);
  sim::StreamMonitor in_monitor(scheduler, in, "in");
  sim::StreamMonitor monitor(scheduler, out, "out");
  sim::Scoreboard<Beat> board("m", show);
  in_monitor.collect(false);
  monitor.on_beat([&](const Beat& beat) { board.check(beat); });
  scheduler.run(send_all(scheduler, source, board, monitor, beats, setup.width));
  board.finish();
  EXPECT_EQ(in_monitor.transfers(), beats);
  EXPECT_EQ(source.accepted(), beats);
  return {monitor.transfers(), monitor.stalls(), monitor.idles(), scheduler.cycles()};
}

TEST(Beat, HoldsAnyNumberOfBits) {
  sim::Beat beat, other;
  EXPECT_EQ(beat.field(700, 64), 0u);
  beat.keep = 0;
  beat.set_field(250, 20, 0xabcde);
  beat.set_field(1000, 64, ~uint64_t{0});
  beat.set_keep_field(60, 8, 0xa5);
  EXPECT_EQ(beat.field(250, 20), 0xabcdeu);
  EXPECT_EQ(beat.field(254, 16), 0xabcdu);
  EXPECT_EQ(beat.field(996, 8), 0xf0u);
  EXPECT_EQ(beat.keep_field(60, 8), 0xa5u);
  EXPECT_EQ(beat.keep_field(64, 4), 0xau);
  other = beat;
  EXPECT_TRUE(other == beat);
  other.set_field(2000, 1, 0);  // more words, equal bits
  EXPECT_TRUE(other == beat);
  other.set_field(1063, 1, 0);
  EXPECT_FALSE(other == beat);
  other = beat;
  other.set_keep_field(67, 1, 0);
  EXPECT_FALSE(other == beat);
}

TEST(Stream, FullSpeedHasNoBubbles) {
  const StreamResult result = run_stream({}, 1000);
  EXPECT_EQ(result.transfers, 1000);
  EXPECT_EQ(result.stalls, 0);
  EXPECT_LE(result.cycles, 1000U + 12);
}

TEST(Stream, GapsAndBackPressureKeepTheData) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    for (const Pacing source : {Pacing::none(), Pacing::random(0.5), Pacing::bursts()}) {
      for (const Pacing sink : {Pacing::random(0.3), Pacing::random(0.9), Pacing::bursts()}) {
        const StreamResult result = run_stream({.source = source, .sink = sink, .seed = seed});
        EXPECT_GT(result.stalls, 0);
      }
    }
  }
}

TEST(Stream, GapsShowAsIdleCycles) {
  const StreamResult result = run_stream({.source = Pacing::random(0.5)}, 1000);
  EXPECT_NEAR(static_cast<double>(result.idles), 1000, 150);
}

TEST(Stream, SeedDecidesTheTiming) {
  const StreamRun one{.source = Pacing::random(0.5), .sink = Pacing::random(0.5), .seed = 1};
  StreamRun two = one;
  two.seed = 2;
  EXPECT_EQ(run_stream(one).cycles, run_stream(one).cycles);
  EXPECT_NE(run_stream(one).cycles, run_stream(two).cycles);
}

TEST(Stream, OrderOfProcessesDoesNotMatter) {
  StreamRun setup{.source = Pacing::random(0.4), .sink = Pacing::random(0.4)};
  const StreamResult expected = run_stream(setup);
  for (setup.shuffle = 1; setup.shuffle <= 8; ++setup.shuffle) {
    const StreamResult result = run_stream(setup);
    EXPECT_EQ(result.cycles, expected.cycles);
    EXPECT_EQ(result.stalls, expected.stalls);
  }
}

TEST(Stream, ReadyOnlyAfterValid) {
  const StreamResult result = run_stream({.after_valid = true});
  EXPECT_EQ(result.stalls, result.transfers);
}

TEST(Stream, WideData) {
  run_stream({.source = Pacing::random(0.3), .sink = Pacing::random(0.3), .width = 200});
}

// Each planted fault must be caught, by the check that is meant for it.
TEST(StreamFaults, ValidFallsWithoutReady) {
  const std::string text =
      error_of<sim::ProtocolFailure>([] { run_stream({.sink = Pacing::bursts(), .fault = 1}); });
  EXPECT_NE(text.find("m_tvalid fell without ready"), std::string::npos) << text;
}

TEST(StreamFaults, PayloadChangesWhileItWaits) {
  const std::string text =
      error_of<sim::ProtocolFailure>([] { run_stream({.sink = Pacing::bursts(), .fault = 2}); });
  EXPECT_NE(text.find("payload changed"), std::string::npos) << text;
}

TEST(StreamFaults, BeatLostUnderBackPressure) {
  EXPECT_THROW(run_stream({.sink = Pacing::bursts(), .fault = 3}), sim::Failure);
  run_stream({.fault = 3});  // without back-pressure it does not show
}

TEST(StreamFaults, ValidWaitsForReady) {
  EXPECT_THROW(run_stream({.after_valid = true, .fault = 4}), sim::Timeout);
}

TEST(StreamFaults, ValidIsNotReset) {
  const std::string text = error_of<sim::ProtocolFailure>([] { run_stream({.fault = 5}); });
  EXPECT_NE(text.find("high in reset"), std::string::npos) << text;
}

TEST(StreamFaults, DataTakenWithoutValid) {
  EXPECT_THROW(run_stream({.source = Pacing::random(0.5), .fault = 6}), sim::Failure);
}

TEST(Beat, FieldsAcrossWords) {
  Beat beat;
  beat.set_field(60, 10, 0x2a5);
  beat.set_field(70, 64, 0x123456789abcdef0);
  EXPECT_EQ(beat.field(60, 10), 0x2a5U);
  EXPECT_EQ(beat.field(70, 64), 0x123456789abcdef0U);
  beat.set_field(64, 2, 0);
  EXPECT_EQ(beat.field(60, 10), 0x285U);
}

// Four registers. Fault: 1 never answers, 2 bvalid before the write, 3 rvalid falls without ready,
// 4 and 5 take a write or a read while an answer waits; word 3 answers SLVERR.
constexpr const char* kRegisters = R"(
module registers #(parameter Fault = 0) (
    input clk_i, input rst_ni,
    input s_axil_awvalid, output s_axil_awready, input [3:0] s_axil_awaddr,
    input s_axil_wvalid, output s_axil_wready, input [31:0] s_axil_wdata, input [3:0] s_axil_wstrb,
    output reg s_axil_bvalid, input s_axil_bready, output reg [1:0] s_axil_bresp,
    input s_axil_arvalid, output s_axil_arready, input [3:0] s_axil_araddr,
    output reg s_axil_rvalid, input s_axil_rready, output reg [31:0] s_axil_rdata,
    output reg [1:0] s_axil_rresp);
  reg [31:0] r [0:3];
  wire write = s_axil_awvalid && s_axil_wvalid && (!s_axil_bvalid || Fault == 4);
  wire read = s_axil_arvalid && (!s_axil_rvalid || Fault == 5);
  assign s_axil_awready = write;
  assign s_axil_wready = write;
  assign s_axil_arready = read;
  integer i;
  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) begin
      s_axil_bvalid <= Fault == 2; s_axil_rvalid <= 0;
      for (i = 0; i < 4; i = i + 1) r[i] <= 0;
    end else begin
      if (write) begin
        for (i = 0; i < 4; i = i + 1)
          if (s_axil_wstrb[i]) r[s_axil_awaddr[3:2]][8*i +: 8] <= s_axil_wdata[8*i +: 8];
        s_axil_bvalid <= Fault != 1;
        s_axil_bresp <= s_axil_awaddr[3:2] == 2'd3 ? 2'd2 : 2'd0;
      end else if (s_axil_bready) s_axil_bvalid <= 0;
      if (read) begin
        s_axil_rvalid <= Fault != 1;
        s_axil_rdata <= r[s_axil_araddr[3:2]];
        s_axil_rresp <= s_axil_araddr[3:2] == 2'd3 ? 2'd2 : 2'd0;
      end else if (s_axil_rready || Fault == 3) s_axil_rvalid <= 0;
    end
endmodule
)";

Task<> use_registers(Scheduler& scheduler, Signal clock, sim::AxiLiteMaster& master) {
  co_await reset(clock, scheduler.signal("rst_ni"));
  for (uint64_t i = 0; i < 3; ++i) co_await master.write_ok(4 * i, 0x11111111 * (i + 1));
  for (uint64_t i = 0; i < 3; ++i) {
    const uint64_t value = co_await master.read_ok(4 * i);
    EXPECT_EQ(value, 0x11111111 * (i + 1));
  }
  const sim::AxiResponse partial = co_await master.write(4, 0xaabbccdd, 0b0110);
  EXPECT_EQ(partial, sim::AxiResponse::kOkay);
  const uint64_t mixed = co_await master.read_ok(4);
  EXPECT_EQ(mixed, 0x22bbcc22U);
  const sim::AxiRead refused = co_await master.read(12);
  EXPECT_EQ(refused.response, sim::AxiResponse::kSlaveError);
  co_await master.write_ok(12, 1);  // throws
}

std::string run_registers(int fault, Pacing pacing, uint64_t seed) {
  const auto model = sim_test::load("registers", kRegisters, {{"Fault", fault}});
  Scheduler scheduler(*model, {.time_limit_ns = 1'000'000});
  const Signal clock = scheduler.add_clock("clk_i");
  sim::AxiLiteMaster master(scheduler, sim::AxiLiteSignals::bind(scheduler, clock, "s_axil_"),
                            pacing, seed, 200);
  return error_of<sim::Failure>([&] { scheduler.run(use_registers(scheduler, clock, master)); });
}

TEST(AxiLite, ReadsWritesStrobesAndResponses) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    for (const Pacing pacing : {Pacing::none(), Pacing::random(0.5), Pacing::bursts()}) {
      EXPECT_EQ(run_registers(0, pacing, seed),
                "AXI4-Lite write of 0x000c: response SLVERR");  // the last access is to be refused
    }
  }
}

TEST(AxiLite, NoAnswerIsATimeout) {
  EXPECT_EQ(run_registers(1, Pacing::none(), 1),
            "AXI4-Lite write of 0x0000: not finished after 200 cycles");
}

TEST(AxiLite, ResponseWithoutRequestIsAProtocolFailure) {
  EXPECT_EQ(run_registers(2, Pacing::none(), 1),
            "s_axil_bvalid is high before the write was accepted");
}

TEST(AxiLite, ResponseThatDoesNotWaitIsAProtocolFailure) {
  EXPECT_EQ(run_registers(3, Pacing{0.9, 0.1}, 3), "s_axil_rvalid fell without ready");
}

Task<> overlap_registers(Scheduler& scheduler, Signal clock, sim::AxiLiteMaster& master) {
  co_await reset(clock, scheduler.signal("rst_ni"));
  std::vector<sim::AxiWrite> writes = {{0, 0x10}, {12, 0x13}, {4, 0x11}, {8, 0x12}};
  const std::vector<sim::AxiResponse> answers = co_await master.write_all(std::move(writes));
  EXPECT_EQ(answers.size(), 4U);
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i], i == 1 ? sim::AxiResponse::kSlaveError : sim::AxiResponse::kOkay);
  }
  std::vector<uint64_t> addresses = {8, 12, 0, 4};
  const std::vector<sim::AxiRead> reads = co_await master.read_all(std::move(addresses));
  EXPECT_EQ(reads.size(), 4U);
  const uint64_t expected[] = {0x12, 0x13, 0x10, 0x11};
  for (size_t i = 0; i < reads.size(); ++i) {
    EXPECT_EQ(reads[i].data, expected[i]);
    EXPECT_EQ(reads[i].response, i == 1 ? sim::AxiResponse::kSlaveError : sim::AxiResponse::kOkay);
  }
}

std::string run_overlap(int fault, Pacing pacing) {
  const auto model = sim_test::load("registers", kRegisters, {{"Fault", fault}});
  Scheduler scheduler(*model, {.time_limit_ns = 1'000'000});
  const Signal clock = scheduler.add_clock("clk_i");
  sim::AxiLiteMaster master(scheduler, sim::AxiLiteSignals::bind(scheduler, clock, "s_axil_"),
                            pacing, 5, 200);
  scheduler.run(overlap_registers(scheduler, clock, master));
  return "passed";
}

TEST(AxiLite, AccessesOverlap) {
  for (const Pacing pacing : {Pacing::none(), Pacing::random(0.5), Pacing::bursts()}) {
    EXPECT_EQ(run_overlap(0, pacing), "passed");
  }
}

TEST(AxiLite, AnAnswerThatIsOverwrittenIsAProtocolFailure) {
  for (const int fault : {4, 5}) {
    const std::string text =
        error_of<sim::ProtocolFailure>([&] { run_overlap(fault, Pacing::none()); });
    EXPECT_EQ(text, fault == 4 ? "s_axil_bvalid waits for ready, but its payload changed"
                               : "s_axil_rvalid waits for ready, but its payload changed");
  }
}

Task<> watch_idle_wires(Scheduler& scheduler, Signal clock, sim::AxiLiteMaster& master) {
  co_await reset(clock, scheduler.signal("rst_ni"));
  const uint64_t before = scheduler.signal("s_axil_wdata").get();
  for (uint64_t i = 0; i < 8; ++i) co_await master.write_ok(0, 0x5a5a5a5a);
  co_await sim::clock_cycles(clock, 1);
  EXPECT_EQ(scheduler.signal("s_axil_wvalid").get(), 0U);
  EXPECT_NE(before, 0U);
  EXPECT_NE(scheduler.signal("s_axil_wdata").get(), 0x5a5a5a5aU);
}

TEST(AxiLite, IdleWiresAreRandom) {
  const auto model = sim_test::load("registers", kRegisters, {{"Fault", 0}});
  Scheduler scheduler(*model, {.time_limit_ns = 1'000'000});
  const Signal clock = scheduler.add_clock("clk_i");
  sim::AxiLiteMaster master(scheduler, sim::AxiLiteSignals::bind(scheduler, clock, "s_axil_"),
                            Pacing::none(), 1, 200);
  scheduler.run(watch_idle_wires(scheduler, clock, master));
}

// Writes the squares of 0..15 into the RAM, then adds up what it reads, one request a cycle.
constexpr const char* kRamUser = R"(
module ram_user (
    input clk_i, input rst_ni, output enable_o, output write_o, output [4:0] address_o,
    output [15:0] write_data_o, input [15:0] read_data_i, input read_valid_i,
    output reg [31:0] sum_o, output reg [7:0] count_o);
  reg running;
  reg [5:0] step;
  assign enable_o = running && !step[5];
  assign write_o = !step[4];
  assign address_o = {1'b0, step[3:0]};
  assign write_data_o = step[3:0] * step[3:0];
  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) begin
      running <= 0; step <= 0; sum_o <= 0; count_o <= 0;
    end else begin
      running <= 1;
      if (enable_o) step <= step + 6'd1;
      if (read_valid_i) begin sum_o <= sum_o + read_data_i; count_o <= count_o + 8'd1; end
    end
endmodule
)";

Task<> wait_count(Scheduler& scheduler, Signal clock, uint64_t count) {
  co_await reset(clock, scheduler.signal("rst_ni"));
  while (scheduler.signal("count_o").get() < count) co_await sim::rising_edge(clock);
}

uint64_t run_ram(int latency, std::size_t depth) {
  const auto model = sim_test::load("ram_user", kRamUser);
  Scheduler scheduler(*model, {.time_limit_ns = 100'000});
  const Signal clock = scheduler.add_clock("clk_i");
  sim::RamModel ram(scheduler,
                    {.clock = clock,
                     .enable = scheduler.signal("enable_o"),
                     .write_enable = scheduler.signal("write_o"),
                     .address = scheduler.signal("address_o"),
                     .write_data = scheduler.signal("write_data_o"),
                     .read_data = scheduler.signal("read_data_i"),
                     .read_valid = scheduler.signal("read_valid_i")},
                    depth, latency);
  scheduler.run(wait_count(scheduler, clock, 16));
  EXPECT_EQ(ram.writes(), 16);
  EXPECT_EQ(ram.words()[15], 225U);
  return scheduler.signal("sum_o").get();
}

TEST(Ram, AnswersAfterItsLatency) {
  for (const int latency : {1, 2, 5}) EXPECT_EQ(run_ram(latency, 16), 1240U);  // sum of squares
}

TEST(Ram, AddressBeyondTheDepthIsAFailure) {
  const std::string text = error_of<sim::ProtocolFailure>([] { run_ram(1, 10); });
  EXPECT_NE(text.find("address_o=0x0a is beyond the RAM's 10 words"), std::string::npos) << text;
}

}  // namespace
