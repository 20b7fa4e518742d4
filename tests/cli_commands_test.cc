// SPDX-License-Identifier: Apache-2.0
// The verbs from end to end, as a user and as a script meet them.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/image.h"
#include "tests/cli_program.h"

namespace {

namespace fs = std::filesystem;
using cli_test::fircone;
using cli_test::program;
using Json = nlohmann::json;

Json json_of(const std::vector<std::string>& words, int status = 0) {
  const base::Output output = fircone(words);
  EXPECT_EQ(output.status, status) << output.err;
  const Json json = Json::parse(output.out);
  EXPECT_EQ(json.at("schema"), 1);
  EXPECT_EQ(json.at("command"), words.front());
  return json;
}

std::vector<std::string> unit_names() {
  std::vector<std::string> names;
  const Json json = json_of({"list", "--json"});  // outlives the loop over its part
  for (const Json& unit : json.at("units")) names.push_back(unit.at("name"));
  EXPECT_GE(names.size(), 4U);
  return names;
}

// Replaces the one place where `from` stands.
void edit(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = base::read_file(file);
  const size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from << " is not in " << file;
  base::write_file(file, text.replace(at, from.size(), to));
}

// The line that begins so; empty when there is none.
std::string line_with(const std::string& text, const std::string& beginning) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(beginning)) return line;
  return "";
}

TEST(Commands, ListAndDescribeNameEveryUnit) {
  const std::string table = fircone({"list"}).out;
  const std::vector<std::string> names = unit_names();
  for (const std::string& name : names) {
    EXPECT_NE(table.find(name), std::string::npos);
    const std::string text = fircone({"describe", name}).out;
    const Json json = json_of({"describe", name, "--json"});
    for (const Json& param : json.at("params"))
      EXPECT_NE(text.find(param.at("name").get<std::string>()), std::string::npos);
  }
}

TEST(Commands, GenerateWritesAllProductsTheSameTwice) {
  const base::TemporaryDirectory a;
  const base::TemporaryDirectory b;
  const Json json = json_of({"generate", "fcu", "scheme=ffa", "-o", a.path().string(), "--json"});
  fircone({"generate", "fcu", "scheme=ffa", "-o", b.path().string()});
  EXPECT_EQ(json.at("multiplications"), 18);
  EXPECT_EQ(json.at("outputs_per_cycle"), 3);
  const std::string top = json.at("module");
  for (const char* end : {".v", ".json", ".f", ".sdc", ".core"})
    EXPECT_TRUE(fs::exists(a.path() / (top + end))) << end;
  for (const auto& file : fs::directory_iterator(a.path()))
    EXPECT_EQ(base::read_file(file.path()), base::read_file(b.path() / file.path().filename()));
}

// A unit without a clock is constrained by a virtual one.
TEST(Commands, ConstraintsNameNoPortThatIsNotThere) {
  for (const std::string& unit : unit_names()) {
    const base::TemporaryDirectory folder;
    const Json json = json_of({"generate", unit, "-o", folder.path().string(), "--json"});
    const std::string top = json.at("module");
    const std::string sdc = base::read_file(folder.path() / (top + ".sdc"));
    const Json& ports = json.at("ports");
    const bool clocked = std::any_of(ports.begin(), ports.end(),
                                     [](const Json& port) { return port.at("name") == "clk_i"; });
    for (const char* port : {"clk_i", "rst_ni"})
      EXPECT_EQ(sdc.find(port) != std::string::npos, clocked) << unit;
    EXPECT_NE(sdc.find("create_clock"), std::string::npos);
  }
}

TEST(Commands, GenerateTakesTheAdderCellsOfALibrary) {
  const base::TemporaryDirectory folder;
  fircone({"generate", "mul", "arith=heap", "--library", "osu018", "-o", folder.path().string()});
  const std::string files = base::read_file(folder.path() / "mul_heap_8_8.f");
  EXPECT_NE(files.find("fircone_fa_osu018.v"), std::string::npos);
  EXPECT_EQ(files.find("fircone_fa.v"), std::string::npos);
  const std::string cells = base::read_file(folder.path() / "fircone_fa_osu018.v");
  EXPECT_NE(cells.find("FAX1"), std::string::npos);
  EXPECT_NE(cells.find("module fircone_fa "), std::string::npos);
}

TEST(Commands, FilelistCompilesWithPrefix) {
  for (const std::string& unit : unit_names()) {
    const base::TemporaryDirectory folder;
    const Json json =
        json_of({"generate", unit, "--prefix", "acme_", "-o", folder.path().string(), "--json"});
    const std::string top = json.at("module");
    EXPECT_TRUE(top.starts_with("acme_"));
    const base::Output lint = base::run(
        {.argv = {"verilator", "--lint-only", "-Wall", "--top-module", top, "-f", top + ".f"},
         .directory = folder.path()});
    EXPECT_EQ(lint.status, 0) << lint.err;
    for (const auto& file : fs::directory_iterator(folder.path())) {
      const std::string name = file.path().filename().string();
      if (name.ends_with(".v")) {
        EXPECT_TRUE(name.starts_with("acme_")) << name;
      }
    }
  }
}

// Four-state: no X on valid, ready or qualified data after reset.
TEST(Commands, TestbenchOfEveryUnitPassesInIcarus) {
  for (const std::string& unit : unit_names()) {
    const base::TemporaryDirectory folder;
    const Json json =
        json_of({"generate", unit, "--testbench", "-o", folder.path().string(), "--json"});
    const std::string top = json.at("module");
    const base::Output compile =
        base::run({.argv = {"iverilog", "-g2005", "-Wall", "-o", "bench.vvp", "-s", "tb_" + top,
                            "-c", top + ".f", "tb_" + top + ".v"},
                   .directory = folder.path()});
    ASSERT_EQ(compile.status, 0) << compile.err;
    EXPECT_EQ(compile.err, "") << unit;
    const std::string core = base::read_file(folder.path() / (top + ".core"));
    EXPECT_NE(core.find("toplevel: tb_" + top + "\n"), std::string::npos) << core;
    const base::Output run = base::run(
        {.argv = {"vvp", "-n", "bench.vvp"}, .directory = folder.path(), .timeout_seconds = 120});
    EXPECT_NE(run.out.find("PASS"), std::string::npos) << unit << "\n" << run.out << run.err;
    EXPECT_EQ(run.out.find("FAIL"), std::string::npos) << run.out;
  }
}

TEST(Commands, VerifyPassesAtOtherSizes) {
  const Json json = json_of(
      {"verify", "fcu", "scheme=ffa", "DataWidth=5", "CoefWidth=3", "data=signed", "--json"});
  EXPECT_EQ(json.at("passed"), true);
  EXPECT_GT(json.at("vectors"), 100);
}

TEST(Commands, VerifyRtlFindsAnEditAndReplaysIt) {
  const base::TemporaryDirectory folder;
  ASSERT_EQ(fircone({"generate", "fcu", "-o", folder.path().string()}).status, 0);
  const std::string rtl = (folder.path() / "fcu_k3.v").string();
  const std::vector<std::string> words = {"verify", "fcu", "--rtl", rtl};
  EXPECT_EQ(fircone(words).status, 0);
  edit(rtl, "}) * $signed(", "}) + $signed(");
  const base::Output output = fircone(words);
  EXPECT_EQ(output.status, 1);
  const std::string mismatch = line_with(output.err, "mismatch: fcu ");
  EXPECT_NE(mismatch, "") << output.err;
  std::string command = line_with(output.err, "replay: fircone ").substr(16);
  const std::string trace = (folder.path() / "out.fst").string();
  command.replace(command.find("out.fst"), 7, trace);
  // The replay command is text for a shell, so a shell runs it.
  const base::Output again = base::run({.argv = {"sh", "-c", program().string() + " " + command}});
  EXPECT_EQ(again.status, 1);
  EXPECT_EQ(line_with(again.err, "mismatch: fcu "), mismatch);
  EXPECT_GT(fs::file_size(trace), 100U);
}

TEST(Commands, VerifyForeignNamesAndActiveHighReset) {
  const base::TemporaryDirectory folder;
  ASSERT_EQ(fircone({"generate", "fcu", "-o", folder.path().string()}).status, 0);
  const fs::path wrapper = folder.path() / "other.v";
  base::write_file(wrapper, R"(
module other (input wire clock, input wire reset, input wire go, input wire have,
              input wire [119:0] pixels, input wire [71:0] weights,
              output wire have_out, output wire [59:0] sums);
  fcu_k3 u_fcu (.clk_i(clock), .rst_ni(!reset), .en_i(go), .valid_i(have), .x_i(pixels),
                .h_i(weights), .valid_o(have_out), .y_o(sums));
endmodule
)");
  const base::Output output = fircone(
      {"verify", "fcu", "--rtl", (folder.path() / "fcu_k3.v").string(), "--rtl", wrapper.string(),
       "--top", "other", "--port", "en_i=go", "--clock", "clock", "--reset", "reset:high"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_NE(output.err.find("guess: x_i is pixels"), std::string::npos) << output.err;
}

TEST(Commands, VerifyForeignRtlWithoutValidByLatency) {
  const base::TemporaryDirectory folder;
  const fs::path rtl = folder.path() / "bare.v";
  base::write_file(rtl, R"(
module bare (input wire clk, input wire rst, input wire signed [11:0] h, input wire [7:0] x, output reg signed [29:0] y);
  // y[n] = h0 x[n] + h1 x[n-1], two samples a cycle, one register.
  wire signed [5:0] h0 = $signed(h[5:0]);
  wire signed [5:0] h1 = $signed(h[11:6]);
  reg [3:0] last;
  wire signed [4:0] x0 = {1'b0, x[3:0]};
  wire signed [4:0] x1 = {1'b0, x[7:4]};
  wire signed [4:0] xb = {1'b0, last};
  wire signed [10:0] y0 = h0 * x0 + h1 * xb;
  wire signed [10:0] y1 = h0 * x1 + h1 * x0;
  reg [21:0] sums;
  always @(posedge clk) begin
    last <= rst ? 4'd0 : x[7:4];
    sums <= {y1, y0};
  end
  always @* y = {8'd0, sums};
endmodule
)");
  // The port is too wide by eight bits: said, not simulated.
  const base::Output wide =
      fircone({"verify", "fir", "taps=2", "parallel=2", "cut=post", "DataWidth=4", "CoefWidth=6",
               "--rtl", rtl.string(), "--port", "y_o=y"});
  EXPECT_EQ(wide.status, 2) << wide.err;
  std::string text = base::read_file(rtl);
  text.replace(text.find("[29:0] y"), 6, "[21:0]");
  text.replace(text.find("{8'd0, sums}"), 12, "sums");
  base::write_file(rtl, text);
  const std::vector<std::string> words = {"verify",      "fir",      "taps=2",
                                          "parallel=2",  "cut=post", "DataWidth=4",
                                          "CoefWidth=6", "--rtl",    rtl.string()};
  const base::Output right = fircone(words);
  EXPECT_EQ(right.status, 0) << right.err;
  edit(rtl, "h1 * x0", "h1 * xb");
  EXPECT_EQ(fircone(words).status, 1);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Commands, CombinationalForeignRtlUnderItsOwnNames) {
  const base::TemporaryDirectory folder;
  const auto rtl = folder.path() / "rival.v";
  const std::string text =
      "module rival (input [4:0] A, input [4:0] B, output [9:0] P);\n  assign P = A * B;\n"
      "endmodule\n";
  base::write_file(rtl, text);
  const std::vector<std::string> point = {"mul", "WidthA=5", "WidthB=5", "--rtl", rtl.string()};
  const auto with = [&](const char* verb) {
    std::vector<std::string> words = {verb};
    words.insert(words.end(), point.begin(), point.end());
    return fircone(words);
  };
  base::Output output = with("verify");
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_NE(output.err.find("guess: a_i is A"), std::string::npos) << output.err;
  output = with("characterize");
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_NE(output.out.find("netlist: equal to golden in 1024 vectors"), std::string::npos)
      << output.out;
  // Wrong for one pair.
  base::write_file(rtl, replaced(text, "A * B", "A * B ^ (A == 19 && B == 30)"));
  output = with("verify");
  EXPECT_EQ(output.status, 1);
  EXPECT_NE(output.err.find("vector 979: a_i=0x13 b_i=0x1e"), std::string::npos) << output.err;
  EXPECT_EQ(with("characterize").status, 1);
  // A clock where there is none.
  base::write_file(rtl, replaced(text, "(input [4:0] A", "(input clk, input [4:0] A"));
  output = with("verify");
  EXPECT_EQ(output.status, 2);
  EXPECT_NE(output.err.find("the RTL has a clock or reset 'clk', but the unit is combinational"),
            std::string::npos)
      << output.err;
}

TEST(Commands, ForeignRtlFindsWhatItIncludesBesideIt) {
  const base::TemporaryDirectory folder;
  ASSERT_EQ(fircone({"generate", "fcu", "DataWidth=2", "CoefWidth=2", "-o", folder.path().string()})
                .status,
            0);
  const std::string rtl = (folder.path() / "fcu_k3.v").string();
  fs::rename(rtl, folder.path() / "body.vh");
  base::write_file(rtl, "`include \"body.vh\"\n");
  const std::vector<std::string> point = {"fcu", "DataWidth=2", "CoefWidth=2", "--rtl",
                                          rtl,   "--top",       "fcu_k3"};
  for (const char* verb : {"verify", "characterize"}) {
    std::vector<std::string> words = point;
    words.insert(words.begin(), verb);
    const base::Output output = fircone(words);
    EXPECT_EQ(output.status, 0) << output.err;
  }
}

TEST(Commands, CharacterizeChecksTheNetlistAndAddsUp) {
  const Json json = json_of({"characterize", "fcu", "scheme=ffa", "DataWidth=4", "CoefWidth=4",
                             "--clock", "20ns", "--json"});
  EXPECT_NEAR(json.at("kge").get<double>(),
              json.at("kge_registers").get<double>() + json.at("kge_logic").get<double>(), 1e-6);
  const Json& power = json.at("power_mw");
  EXPECT_NEAR(power.at("total").get<double>(),
              power.at("internal").get<double>() + power.at("switching").get<double>() +
                  power.at("leakage").get<double>(),
              1e-9);
  EXPECT_GT(power.at("total").get<double>(), 0.0);
  EXPECT_NEAR(json.at("energy_pj_per_output").get<double>(),
              power.at("total").get<double>() * 20 / 3, 1e-6);
  EXPECT_NE(json.at("verified").get<std::string>().find("golden"), std::string::npos);
  EXPECT_NEAR(json.at("delay_ns").get<double>() + json.at("slack_ns").get<double>(), 20.0, 0.2);
}

TEST(Commands, CharacterizeForeignRtlThatIsWrongFails) {
  const base::TemporaryDirectory folder;
  ASSERT_EQ(fircone({"generate", "fcu", "DataWidth=4", "CoefWidth=4", "-o", folder.path().string()})
                .status,
            0);
  const std::string rtl = (folder.path() / "fcu_k3.v").string();
  edit(rtl, "}) * $signed(", "}) + $signed(");
  const base::Output output = fircone(
      {"characterize", "fcu", "DataWidth=4", "CoefWidth=4", "--rtl", rtl, "--top", "fcu_k3"});
  EXPECT_EQ(output.status, 1);
  EXPECT_NE(output.err.find("mapped netlist"), std::string::npos) << output.err;
}

TEST(Commands, DemoOfASmallPicture) {
  const base::TemporaryDirectory folder;
  golden::Picture picture(20, 7);
  for (size_t i = 0; i < picture.samples.size(); ++i)
    picture.samples[i] = static_cast<int64_t>(i * 37 % 256);
  const fs::path image = folder.path() / "in.png";
  base::write_file(image, cli::encode_png(picture));
  const base::Output output =
      fircone({"demo", "--image", image.string(), "-o", (folder.path() / "out").string(),
               "--scheme", "direct", "--scheme", "ffa"});  // the third takes half a minute
  EXPECT_EQ(output.status, 0) << output.err;
  const Json report = Json::parse(base::read_file(folder.path() / "out" / "report.json"));
  EXPECT_EQ(report.at("mismatches"), 0);
  EXPECT_EQ(report.at("forms").size(), 2U);
  EXPECT_EQ(cli::read_png(folder.path() / "out" / "edge.png", 100, 100).width, 20);
  // A flat blur of the picture's middle, by hand: sum of 1 2 1 / 2 4 2 / 1 2 1 over 16, rounded.
  const auto at = [&](int row, int column) { return picture.at(row, column); };
  const int64_t sum = at(2, 9) + 2 * at(2, 10) + at(2, 11) + 2 * at(3, 9) + 4 * at(3, 10) +
                      2 * at(3, 11) + at(4, 9) + 2 * at(4, 10) + at(4, 11);
  EXPECT_EQ(cli::read_png(folder.path() / "out" / "blur.png", 100, 100).at(3, 10), (sum + 8) / 16);
}

TEST(Commands, CacheTellsWhereItIs) {
  const Json json = [] {
    const base::Output output = fircone({"cache", "info", "--json"});
    return Json::parse(output.out);
  }();
  EXPECT_EQ(json.at("limit_bytes"), 5'000'000'000);
  EXPECT_TRUE(fs::is_directory(json.at("root").get<std::string>()));
}

}  // namespace
