// SPDX-License-Identifier: Apache-2.0
// Verilog to model: ports, parameters, cache, errors, ends of simulation, waveforms.

#include "sim/loader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "base/cache.h"
#include "base/error.h"
#include "base/files.h"
#include "sim/failure.h"
#include "sim/runtime.h"
#include "sim/scheduler.h"
#include "sim/triggers.h"
#include "tests/sim_models.h"

namespace {

namespace fs = std::filesystem;
using sim::read_port;
using sim::Signal;
using sim::Task;
using sim::write_port;
using sim_test::error_of;
using sim_test::load;
using sim_test::request;

constexpr const char* kAdder = R"(
module adder #(parameter Width = 8, parameter signed Offset = 0) (
    input [Width-1:0] a_i, input [Width-1:0] b_i, output [Width:0] sum_o);
  assign sum_o = {1'b0, a_i} + {1'b0, b_i} + Offset;
endmodule
)";

TEST(Loader, TwoWidthsOfOneUnitLiveInOneProcess) {
  const auto narrow = load("adder", kAdder, {{"Width", 8}});
  const auto wide = load("adder", kAdder, {{"Width", 40}});
  const auto shifted = load("adder", kAdder, {{"Width", 8}, {"Offset", -1}});
  EXPECT_EQ(narrow->port("sum_o").width, 9);
  EXPECT_EQ(wide->port("sum_o").width, 41);
  for (const auto& model : {narrow.get(), wide.get(), shifted.get()}) {
    write_port(model->port("a_i"), 0xff);
    write_port(model->port("b_i"), 0x02);
  }
  write_port(wide->port("a_i"), 0xffffffffff);
  for (const auto& model : {narrow.get(), wide.get(), shifted.get()}) model->eval();
  EXPECT_EQ(read_port(narrow->port("sum_o")), 0x101U);
  EXPECT_EQ(read_port(wide->port("sum_o")), 0x10000000001U);
  EXPECT_EQ(read_port(shifted->port("sum_o")), 0x100U);
}

TEST(Loader, TwoInstancesOfOneModelAreIndependent) {
  const auto one = load("adder", kAdder);
  const auto two = load("adder", kAdder);
  write_port(one->port("a_i"), 1);
  write_port(two->port("a_i"), 2);
  one->eval();
  two->eval();
  EXPECT_EQ(read_port(two->port("sum_o")) - read_port(one->port("sum_o")), 1U);
}

constexpr const char* kPorts = R"(
module ports (input bit_i, input [7:0] b8_i, input [8:0] b9_i, input [16:0] b17_i,
              input [32:0] b33_i, input [64:0] b65_i, input [7:3] odd__name,
              output \strange.name , output [64:0] b65_o, output signed [11:0] s_o);
  assign b65_o = ~b65_i;
  assign \strange.name = ^{bit_i, b8_i, b9_i, b17_i, b33_i, odd__name};
  assign s_o = -12'sd5;
endmodule
)";

TEST(Loader, PortTable) {
  const auto model = load("ports", kPorts);
  std::map<std::string, int> widths;
  for (const sim::ModelPort& port : model->ports()) {
    widths[(port.input ? "in " : "out ") + port.name] = port.width;
  }
  EXPECT_EQ(widths, (std::map<std::string, int>{{"in bit_i", 1},
                                                {"in b8_i", 8},
                                                {"in b9_i", 9},
                                                {"in b17_i", 17},
                                                {"in b33_i", 33},
                                                {"in b65_i", 65},
                                                {"in odd__name", 5},
                                                {"out strange.name", 1},
                                                {"out b65_o", 65},
                                                {"out s_o", 12}}));
  for (const int lsb : {0, 17, 40}) {
    sim::write_field(model->port("b65_i"), lsb, 25, 0x1234567);
    model->eval();
    EXPECT_EQ(sim::read_field(model->port("b65_o"), lsb, 25), ~uint64_t{0x1234567} & 0x1ffffff);
  }
  sim::Scheduler scheduler(*model);
  EXPECT_EQ(scheduler.signal("s_o").get_signed(), -5);
  EXPECT_EQ(scheduler.signal("s_o").hex(), "0xffb");
}

// A cache of its own, which borrows the compiled runtime of the user's.
class LoaderCache : public ::testing::Test {
 protected:
  LoaderCache() {
    sim::prepare_runtime(base::Cache::user());
    const fs::path user = base::Cache::user().info().root;
    for (const char* kind : {"runtime", "header"}) {
      fs::create_directory_symlink(user / kind, folder_.path() / "cache" / kind);
    }
  }
  base::TemporaryDirectory folder_;
  base::Cache cache_{folder_.path() / "cache"};
};

TEST_F(LoaderCache, SecondLoadMakesNothing) {
  sim::LoadReport first, second, third, fourth;
  sim::load_verilog(request("adder", kAdder), cache_, &first);
  sim::load_verilog(request("adder", kAdder), cache_, &second);
  EXPECT_TRUE(first.made_model);
  EXPECT_FALSE(second.made_model);
  EXPECT_FALSE(second.made_runtime);
  EXPECT_EQ(first.shared_object, second.shared_object);
  // Another parameter, another text: other models.
  sim::load_verilog(request("adder", kAdder, {{"Width", 9}}), cache_, &third);
  EXPECT_TRUE(third.made_model);
  sim::load_verilog(request("adder", std::string(kAdder) + "// changed\n"), cache_, &fourth);
  EXPECT_TRUE(fourth.made_model);
  const fs::directory_iterator models(folder_.path() / "cache/model");
  EXPECT_EQ(std::distance(begin(models), end(models)), 3);
}

TEST_F(LoaderCache, SeedOfTheInitialStateIsNotPartOfTheKey) {
  sim::ModelRequest wanted = request("adder", kAdder);
  sim::LoadReport report;
  sim::load_verilog(wanted, cache_, &report);
  wanted.x_initial_seed = 99;
  sim::load_verilog(wanted, cache_, &report);
  EXPECT_FALSE(report.made_model);
}

TEST_F(LoaderCache, ChangedIncludeMakesAnotherModel) {
  base::write_file(folder_.path() / "rtl/width.vh", "`define WIDTH 4\n");
  base::write_file(folder_.path() / "rtl/inc.v",
                   "`include \"width.vh\"\nmodule inc (output [`WIDTH-1:0] y_o);\n"
                   "  assign y_o = 0;\nendmodule\n");
  sim::ModelRequest wanted{.files = {folder_.path() / "rtl/inc.v"}, .top = "inc"};
  EXPECT_EQ(sim::load_verilog(wanted, cache_)->port("y_o").width, 4);
  base::write_file(folder_.path() / "rtl/width.vh", "`define WIDTH 6\n");
  EXPECT_EQ(sim::load_verilog(wanted, cache_)->port("y_o").width, 6);
}

TEST_F(LoaderCache, IncludeBesideAnotherFileIsPartOfTheKey) {
  base::write_file(folder_.path() / "inc/width.vh", "`define WIDTH 4\n");
  base::write_file(folder_.path() / "inc/other.v", "module other; endmodule\n");
  base::write_file(folder_.path() / "rtl/inc.v",
                   "`include \"width.vh\"\nmodule inc (output [`WIDTH-1:0] y_o);\n"
                   "  assign y_o = 0;\nendmodule\n");
  const sim::ModelRequest wanted{
      .files = {folder_.path() / "rtl/inc.v", folder_.path() / "inc/other.v"},
      .top = "inc",
      .optimise = 0};
  EXPECT_EQ(sim::load_verilog(wanted, cache_)->port("y_o").width, 4);
  base::write_file(folder_.path() / "inc/width.vh", "`define WIDTH 6\n");
  EXPECT_EQ(sim::load_verilog(wanted, cache_)->port("y_o").width, 6);
}

TEST_F(LoaderCache, ModuleBesideTheFilesMustBeNamed) {
  base::write_file(folder_.path() / "rtl/inner.v",
                   "module inner (output y_o);\n  assign y_o = 1;\nendmodule\n");
  base::write_file(folder_.path() / "rtl/outer.v",
                   "module outer (output y_o);\n  inner u (.y_o(y_o));\nendmodule\n");
  sim::ModelRequest wanted{
      .files = {folder_.path() / "rtl/outer.v"}, .top = "outer", .optimise = 0};
  const std::string text = error_of<base::Error>([&] { sim::load_verilog(wanted, cache_); });
  EXPECT_NE(text.find("inner.v: is used but not among the sources"), std::string::npos) << text;
  wanted.files.push_back(folder_.path() / "rtl/inner.v");
  EXPECT_EQ(sim::load_verilog(wanted, cache_)->port("y_o").width, 1);
}

class LoaderNames : public LoaderCache, public ::testing::WithParamInterface<const char*> {};

TEST_P(LoaderNames, OfFilesFoldersAndTextsMayBeOdd) {
  const std::string name = GetParam();
  const fs::path rtl = folder_.path() / name;
  const std::string good =
      "`include \"inc.vh\"\nmodule odd (output [`WIDTH-1:0] y_o);\n"
      "  assign y_o = 0;\nendmodule\n";
  base::write_file(rtl / "inc.vh", "`define WIDTH 5\n");
  base::write_file(rtl / (name + ".v"), good);
  base::write_file(rtl / (name + "_bad.v"), "module bad (input a;\nendmodule\n");
  const sim::ModelRequest file{.files = {rtl / (name + ".v")}, .top = "odd", .optimise = 0};
  EXPECT_EQ(sim::load_verilog(file, cache_)->port("y_o").width, 5);
  // Messages have the name that was given.
  for (const bool as_file : {true, false}) {
    sim::ModelRequest bad{.top = "bad"};
    if (as_file) bad.files = {rtl / (name + "_bad.v")};
    if (!as_file) bad.sources = {{name + "_bad.v", "module bad (input a;\nendmodule\n"}};
    const std::string error = error_of<base::Error>([&] { sim::load_verilog(bad, cache_); });
    const std::string wanted = as_file ? (rtl / (name + "_bad.v")).string() : name + "_bad.v";
    EXPECT_TRUE(error.starts_with("verilator: " + wanted + ":1:20: ")) << error;
  }
}

INSTANTIATE_TEST_SUITE_P(Odd, LoaderNames,
                         ::testing::Values("-x", "$HOME", "~a b;&`id`(x)*%s#\\\"'"),
                         [](const auto& point) { return "Name" + std::to_string(point.index); });

TEST_F(LoaderCache, FailedBuildLeavesNothing) {
  EXPECT_THROW(sim::load_verilog(request("broken", "module broken (input a;\nendmodule\n"), cache_),
               base::Error);
  EXPECT_FALSE(fs::exists(folder_.path() / "cache/model") &&
               !fs::is_empty(folder_.path() / "cache/model"));
}

struct BadSource {
  const char* name;
  const char* top;
  const char* text;
  const char* expected;
};

class LoaderErrors : public ::testing::TestWithParam<BadSource> {};

TEST_P(LoaderErrors, FirstLineOfVerilator) {
  const BadSource& bad = GetParam();
  const std::string text = error_of<base::Error>([&] { load(bad.top, bad.text, {{"Width", 4}}); });
  EXPECT_NE(text.find(bad.expected), std::string::npos) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  EXPECT_EQ(text.find("/tmp"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Sources, LoaderErrors,
    ::testing::Values(
        BadSource{"Syntax", "bad", "module bad #(parameter Width=1) (input a;\nendmodule\n",
                  "bad.v:1:41: syntax error"},
        BadSource{"NoTop", "absent", "module other #(parameter Width=1) (input a); endmodule\n",
                  "absent"},
        BadSource{"UnknownParameter", "plain", "module plain (input a_i); endmodule\n", "Width"},
        BadSource{"MissingModule", "outer",
                  "module outer #(parameter Width=1) (input a_i);\n"
                  "  generate if (Width > 3) fircone_error_Width_above_3 u (); endgenerate\n"
                  "endmodule\n",
                  "fircone_error_Width_above_3"},
        BadSource{"Inout", "both", "module both #(parameter Width=1) (inout a); endmodule\n",
                  "inout"}),
    [](const auto& point) { return std::string(point.param.name); });

TEST(Loader, NoSourcesIsAUsageError) {
  EXPECT_THROW(sim::load_verilog(sim::ModelRequest{.top = "x"}), base::Error);
  EXPECT_THROW(sim::load_verilog(sim::ModelRequest{.files = {"/does/not/exist.v"}, .top = "x"}),
               base::Error);
}

constexpr const char* kStops = R"(
module stops (input clk_i, input [2:0] how_i, output reg [7:0] count_o);
  wire loop = (how_i == 3'd4) ? ~loop : 1'b0;
  always @(posedge clk_i) begin
    count_o <= count_o + 8'd1 + {7'd0, loop};
    case (how_i)
      3'd1: $finish;
      3'd2: $stop;
      3'd3: $fatal(1, "told to");
      default: ;
    endcase
  end
endmodule
)";

struct Stop {
  const char* name;
  unsigned how;
  sim::StopKind kind;
  const char* text;
};

class LoaderStops : public ::testing::TestWithParam<Stop> {};

TEST_P(LoaderStops, ReturnToTheBench) {
  const auto model = load("stops", kStops);
  write_port(model->port("how_i"), GetParam().how);
  try {
    for (const unsigned clock : {0U, 1U}) {
      write_port(model->port("clk_i"), clock);
      model->eval();
    }
    FAIL() << "the model did not stop";
  } catch (const sim::ModelStop& stop) {
    EXPECT_EQ(stop.kind(), GetParam().kind);
    EXPECT_NE(std::string(stop.what()).find(GetParam().text), std::string::npos) << stop.what();
  }
  EXPECT_THROW(model->eval(), sim::ModelStop);  // and stays ended
  const auto other = load("stops", kStops);     // another instance is not affected
  write_port(other->port("how_i"), 0);
  other->eval();
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, LoaderStops,
    ::testing::Values(Stop{"Finish", 1, sim::StopKind::kFinish, "$finish at stops.v:7"},
                      Stop{"Stop", 2, sim::StopKind::kStop, "$stop at stops.v:8"},
                      Stop{"Fatal", 3, sim::StopKind::kFatal,
                           "stops.v:9: Assertion failed in TOP.stops: told to"},
                      Stop{"Loop", 4, sim::StopKind::kFatal, "converge"}),
    [](const auto& point) { return std::string(point.param.name); });

constexpr const char* kState = R"(
module state (input clk_i, output reg [63:0] q_o);
  always @(posedge clk_i) q_o <= q_o;
endmodule
)";

uint64_t initial_state(uint64_t seed) {
  sim::ModelRequest wanted = request("state", kState);
  wanted.x_initial_seed = seed;
  const auto model = sim::load_verilog(wanted);
  model->eval();
  return read_port(model->port("q_o"));
}

TEST(Loader, InitialStateFollowsTheSeed) {
  EXPECT_EQ(initial_state(1), initial_state(1));
  EXPECT_NE(initial_state(1), initial_state(2));
  EXPECT_NE(initial_state(2), initial_state(3));
  EXPECT_NE(initial_state(0), 0U);
}

Task<> some_cycles(Signal clock, int64_t count) { co_await sim::clock_cycles(clock, count); }

TEST(Loader, WaveformOnDemand) {
  const base::TemporaryDirectory folder;
  const fs::path file = folder.path() / "out.fst";
  sim::ModelRequest wanted = request("state", kState);
  {
    const auto plain = sim::load_verilog(wanted);
    EXPECT_FALSE(plain->can_trace());
    EXPECT_THROW(sim::Scheduler(*plain, {.trace_file = file}), base::Error);
  }
  wanted.trace = true;
  const auto model = sim::load_verilog(wanted);
  EXPECT_TRUE(model->can_trace());
  EXPECT_THROW(model->open_trace(folder.path() / "absent/out.fst"), base::Error);
  {
    sim::Scheduler scheduler(*model, {.trace_file = file});
    scheduler.run(some_cycles(scheduler.add_clock("clk_i"), 20));
  }
  const std::string content = base::read_file(file);
  ASSERT_GT(content.size(), 100U);
  EXPECT_EQ(content[0], 0);  // FST_BL_HDR; its length, then start and end time in ps, big-endian
  uint64_t end = 0;
  for (std::size_t i = 17; i < 25; ++i) end = end << 8 | static_cast<unsigned char>(content[i]);
  EXPECT_EQ(end, 195'000U);
}

TEST(Loader, SanitizedModelNeedsASanitizedProgram) {
  sim::ModelRequest wanted = request("adder", kAdder);
  wanted.sanitize = true;
#if defined(__SANITIZE_ADDRESS__)
  const auto model = sim::load_verilog(wanted);
  write_port(model->port("a_i"), 3);
  write_port(model->port("b_i"), 4);
  model->eval();
  EXPECT_EQ(read_port(model->port("sum_o")), 7U);
#else
  EXPECT_THROW(sim::load_verilog(wanted), base::Error);
#endif
}

TEST(Loader, CoverageOnDemand) {
  const base::TemporaryDirectory folder;
  sim::ModelRequest wanted = request("stops", kStops);
  EXPECT_THROW(sim::load_verilog(wanted)->write_coverage(folder.path() / "c.dat"), base::Error);
  wanted.coverage = true;
  const auto model = sim::load_verilog(wanted);
  write_port(model->port("how_i"), 0);
  model->eval();
  model->write_coverage(folder.path() / "c.dat");
  EXPECT_NE(base::read_file(folder.path() / "c.dat").find("stops.v"), std::string::npos);
}

}  // namespace
