// SPDX-License-Identifier: Apache-2.0
// Yosys and OpenSTA: netlists equal their Verilog, timing is read right, errors are one line.

#include "synth/map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "synth/characterize.h"
#include "synth/net_simulator.h"
#include "synth/recipes.h"
#include "synth/sta.h"
#include "tests/synth_support.h"

namespace {

using synth::NetPort;
using synth_test::error_of;
using synth_test::kMultiplier;
using synth_test::request;

// Products of random operands out of the netlist, all lanes against the definition.
void expect_multiplies(const std::shared_ptr<const synth::Netlist>& netlist, int width) {
  synth::NetSimulator simulator(netlist, 512);
  std::mt19937_64 random(1);
  const auto port = [&](const char* name) -> const NetPort& {
    const NetPort* found = netlist->find_port(name);
    EXPECT_NE(found, nullptr) << name;
    return *found;
  };
  ASSERT_EQ(port("a_i").bits.size(), static_cast<size_t>(width));
  simulator.set_all(port("rst_ni"), 1);
  simulator.set_all(port("en_i"), 1);
  for (const char* name : {"a_i", "b_i", "valid_i"}) {
    for (const synth::NetId bit : port(name).bits) {
      for (uint64_t& word : simulator.net(bit)) word = random();
    }
  }
  for (int edge = 0; edge < 2; ++edge) {
    simulator.settle();
    simulator.clock();
  }
  simulator.settle();
  const uint64_t mask = (uint64_t{1} << width) - 1;
  for (int lane = 0; lane < simulator.lanes(); ++lane) {
    const auto a = static_cast<int64_t>(simulator.get(port("a_i"), lane));
    const uint64_t raw = simulator.get(port("b_i"), lane);
    const auto b =
        static_cast<int64_t>(raw) - ((raw >> (width - 1) & 1) != 0 ? int64_t{1} << width : 0);
    const uint64_t expected = static_cast<uint64_t>(a * b) & (mask << width | mask);
    ASSERT_EQ(simulator.get(port("p_o"), lane), expected) << a << " * " << b;
    ASSERT_EQ(simulator.get(port("valid_o"), lane), simulator.get(port("valid_i"), lane));
  }
}

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const synth::Recipe& recipe : synth::recipes()) names.emplace_back(recipe.name);
  return names;
}

class EveryRecipe : public testing::TestWithParam<std::string> {};

TEST_P(EveryRecipe, TheNetlistMultiplies) {
  const synth::Mapped mapped = synth::map(request(kMultiplier, "mul", GetParam()));
  const auto netlist = synth_test::read(mapped);
  EXPECT_EQ(netlist->clock_port(), "clk_i");
  EXPECT_EQ(netlist->register_count(), 16u + 16u + 2u);  // a_q's sign is constant
  expect_multiplies(netlist, 8);
  // Yosys adds up the same area.
  base::Command command;
  command.argv = {"yosys", "-p",
                  "read_verilog " + mapped.verilog.string() + "; stat -liberty " +
                      synth_test::osu018()->liberty().path.string()};
  const std::string out = base::run(command).out;
  const std::string mark = "Chip area for module '\\mul': ";
  ASSERT_NE(out.find(mark), std::string::npos) << out;
  EXPECT_DOUBLE_EQ(std::stod(out.substr(out.find(mark) + mark.size())), netlist->area());
}

TEST_P(EveryRecipe, TheScriptIsKept) {
  const synth::Mapped mapped = synth::map(request(kMultiplier, "mul", GetParam()));
  EXPECT_NE(mapped.script.find("hierarchy -check -top mul\n"), std::string::npos);
  EXPECT_NE(mapped.script.find("\nstrash\n"), std::string::npos);
  EXPECT_NE(mapped.script.find("set_driving_cell INVX4\nset_load 0.03\n"), std::string::npos);
  const bool structure = GetParam() == "structure";
  EXPECT_EQ(mapped.script.find("-flatten") == std::string::npos, structure);
  for (const char* restructuring : {"dch", "dc2", "resub", "refactor"}) {
    if (structure) {
      EXPECT_EQ(mapped.script.find(restructuring), std::string::npos) << restructuring;
    }
  }
  EXPECT_EQ(mapped.script.find("# kept: abc") != std::string::npos,
            GetParam() == "speed" || GetParam() == "balanced");
  EXPECT_NE(mapped.script.find(" refined: "), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Recipes, EveryRecipe, testing::ValuesIn(recipe_names()),
                         [](const auto& p) { return p.param; });

TEST(Map, SpeedIsFasterAndAreaIsSmaller) {
  const auto delay_and_area = [](const std::string& recipe) {
    const synth::Mapped mapped = synth::map(request(kMultiplier, "mul", recipe));
    const auto netlist = synth_test::read(mapped);
    const synth::Timing timing = synth::time(mapped, *netlist, 5e-9, false);
    EXPECT_NEAR(timing.delay + timing.slack, 5e-9, 1e-15);
    EXPECT_NE(timing.path.find("Startpoint:"), std::string::npos);
    EXPECT_NE(timing.path.find("slack ("), std::string::npos);
    return std::pair(timing.delay, netlist->area());
  };
  const auto [area_delay, area] = delay_and_area("area");
  const auto [speed_delay, speed_area] = delay_and_area("speed");
  EXPECT_LT(speed_delay, 0.8 * area_delay);
  EXPECT_LT(area, 0.95 * speed_area);
}

TEST(Map, IsMadeOnceAndKnowsItsInputs) {
  std::string verilog = kMultiplier;
  verilog += "// " + std::to_string(std::random_device{}()) + "\n";
  const synth::Mapped first = synth::map(request(verilog, "mul"));
  const synth::Mapped second = synth::map(request(verilog, "mul"));
  EXPECT_FALSE(first.from_cache);
  EXPECT_TRUE(second.from_cache);
  EXPECT_EQ(first.folder, second.folder);
  EXPECT_EQ(first.script, second.script);
  EXPECT_NE(synth::map(request(verilog, "mul", "structure")).folder, first.folder);
}

TEST(Map, OverridesParameters) {
  synth::MapRequest wider = request(kMultiplier, "mul", "structure");
  wider.parameters = {{"W", 5}};
  const auto netlist = synth_test::read(synth::map(wider));
  EXPECT_EQ(netlist->top(), "mul");
  expect_multiplies(netlist, 5);
}

// Kept hierarchy ends flat, with the same function; two modules, one used twice.
TEST(Map, StructureKeepsModulesApartUntilTheEnd) {
  const std::string verilog = R"(
module inner(input [3:0] x, input [3:0] y, output [4:0] s); assign s = x + y; endmodule
module outer(input [3:0] a, b, c, d, output [5:0] s);
  wire [4:0] p, q;
  inner u_p (.x(a), .y(b), .s(p));
  inner u_q (.x(c), .y(d), .s(q));
  assign {s[0], s[5:1]} = {p[0] ^ q[0], p[4:0] + {1'b0, q[4:1]}};
endmodule
)";
  const synth::Mapped mapped = synth::map(request(verilog, "outer", "structure"));
  const auto netlist = synth_test::read(mapped);
  synth::NetSimulator simulator(netlist, 512);
  for (uint64_t v = 0; v < 65536; v += 101) {
    for (const auto& [name, shift] :
         std::vector<std::pair<std::string, int>>{{"a", 0}, {"b", 4}, {"c", 8}, {"d", 12}}) {
      simulator.set_all(*netlist->find_port(name), v >> shift & 15);
    }
    simulator.settle();
    const uint64_t p = (v & 15) + (v >> 4 & 15), q = (v >> 8 & 15) + (v >> 12 & 15);
    const uint64_t expected = (((p + (q >> 1)) << 1) | ((p ^ q) & 1)) & 63;
    ASSERT_EQ(simulator.get(*netlist->find_port("s"), 100), expected) << v;
  }
  // No register: a virtual clock.
  const synth::Timing timing = synth::time(mapped, *netlist, 5e-9);
  EXPECT_TRUE(timing.combinational);
  EXPECT_GT(timing.delay, 0.3e-9);
  EXPECT_LT(timing.delay, 3e-9);
  for (const auto& slews : timing.slews) {
    for (const synth::Slew& slew : slews) {
      EXPECT_GT(slew.rise, 0);
      EXPECT_GT(slew.fall, 0);
    }
  }
}

TEST(Map, LatchesTakeTheirSizeFromTheEntry) {
  const std::string verilog = R"(
module hold(input e, input n, input [3:0] d, output reg [3:0] q, output reg [3:0] r);
  always @* if (e) q = d;
  always @* if (!n) r = d ^ q;
endmodule
)";
  const auto netlist = synth_test::read(synth::map(request(verilog, "hold")));
  EXPECT_EQ(netlist->register_count(), 8u);
  EXPECT_DOUBLE_EQ(netlist->register_area(), 8 * 56.0);
  // The same file without an entry: no size, no result.
  synth::MapRequest by_path = request(verilog, "hold");
  by_path.library = synth::Library::open(synth_test::osu018()->liberty().path.string());
  EXPECT_EQ(error_of([&] { synth::map(by_path); }),
            "osu018_stdcells: cell LATCH has no area in the library, and the library's entry gives "
            "none");
}

TEST(Map, WrongInputIsOneLine) {
  const auto message = [](const std::string& verilog, const std::string& top) {
    std::string text = error_of([&] { synth::map(request(verilog, top)); });
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  };
  EXPECT_EQ(message("module m(input a; endmodule\n", "m"),
            "m: yosys: m.v:1: syntax error, unexpected ';', expecting ',' or '=' or ')'")
      << "as Yosys 0.23 words it";
  EXPECT_NE(
      message("module m(input a, output b); missing u (a, b); endmodule\n", "m").find("missing"),
      std::string::npos);
  EXPECT_NE(
      message("module m(input a, output b); assign b = a; endmodule\n", "other").find("other"),
      std::string::npos);
  EXPECT_EQ(message("", "m m"), "synthesis: 'm m' is no module name");
  // Files have the names that the user gave, whatever their characters; the second is wrong here.
  EXPECT_EQ(error_of([] {
              synth::MapRequest r = request("module n; endmodule\n", "m");
              r.files[0].name = "source1.v";
              r.files.push_back({"my $f'\"{.v", "\nmodule m(input a; endmodule\n"});
              synth::map(r);
            }),
            "m: yosys: my $f'\"{.v:2: syntax error, unexpected ';', expecting ',' or '=' or ')'");
  EXPECT_EQ(error_of([] { synth::find_recipe("sped"); }),
            "recipe: 'sped' must be one of area, balanced, speed, structure, stock; did you mean "
            "'speed'?");
}

// What would give a wrong figure silently gives none.
TEST(Map, UnsupportedDesignsAreRefused) {
  const auto message = [](const std::string& verilog) {
    return error_of([&] {
      synth::CharacterizeRequest r;
      r.map = request(verilog, "m");
      synth::characterize(r);
    });
  };
  EXPECT_EQ(message("module m(input e, input d, output y); assign y = e ? d : 1'bz; endmodule\n"),
            "m: cell g0 is a $_TBUF_, which the library osu018 does not have");
  EXPECT_EQ(message("module m(inout p, input d, output y); assign y = p & d; endmodule\n"),
            "m: port p is bidirectional, which is not supported");
  EXPECT_EQ(message("module m(input a, b, d, output reg q, r);\n"
                    "always @(posedge a) q <= d; always @(posedge b) r <= d; endmodule\n"),
            "m: its registers hang on several ports (a, b); one clock is supported");
  EXPECT_EQ(message("module m(input s, r, output q, p);\n"
                    "assign q = ~(r | p); assign p = ~(s | q); endmodule\n"),
            "m: combinational loop through q");
}

// Nothing to map, no path: nothing to measure.
TEST(Characterize, NoCells) {
  for (const char* verilog :
       {"module m(input [3:0] a, output [3:0] b); assign b = a; endmodule\n",
        "module m(input a, output b); assign b = 1'b0; endmodule\n", "module m; endmodule\n"}) {
    for (const char* recipe : {"area", "speed"}) {
      synth::CharacterizeRequest r;
      r.map = request(verilog, "m", recipe);
      try {
        synth::characterize(r);
        ADD_FAILURE() << verilog;
      } catch (const base::Error& error) {
        EXPECT_STREQ(error.what(), "m: the netlist has no cells");
        EXPECT_EQ(error.code(), base::ExitCode::kUsage);
      }
    }
  }
}

// OpenSTA prints the names of ports among its reports.
TEST(Characterize, APortNamedError) {
  synth::CharacterizeRequest r;
  r.map = request(
      "module m(input Error, Error_i, output Error_o); assign Error_o = Error_i & Error; "
      "endmodule\n",
      "m");
  EXPECT_GT(synth::characterize(r).delay_ns, 0);
}

// Sets a variable for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    const char* old = std::getenv(name);
    set_ = old != nullptr;
    if (set_) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { set_ ? ::setenv(name_, old_.c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  bool set_ = false;
  std::string old_;
};

// A module that no other test and no earlier run has mapped.
std::string fresh_inverter() {
  return fmt::format("module m(input a, output b); assign b = ~a; endmodule // {}\n",
                     std::random_device{}());
}

// A program named `sta` that hides OpenSTA's slews of some pins.
TEST(Characterize, TheShareOfAnnotatedPinsIsCounted) {
  const synth::Mapped mapped = synth::map(request(kMultiplier, "mul"));
  const auto netlist = synth_test::read(mapped);
  const synth::Activity activity = synth::random_activity(netlist, 1000, 1);
  const std::string real = base::find_tool("sta").string();
  const auto share = [&](const std::string& hidden) {
    const base::TemporaryDirectory folder;
    base::write_file(folder.path() / "sta",
                     fmt::format("#!/bin/sh\n{} \"$@\" | sed '/{}/d'\n", real, hidden));
    std::filesystem::permissions(folder.path() / "sta", std::filesystem::perms::owner_all);
    const Variable path("PATH", folder.path().string() + ":" + std::getenv("PATH"));
    const synth::Power power =
        synth::power(*netlist, synth::time(mapped, *netlist, 10e-9), activity);
    EXPECT_TRUE(std::isfinite(power.sum().total()));
    if (power.annotated < 0.95) {
      synth::CharacterizeRequest r;
      r.map = request(kMultiplier, "mul");
      EXPECT_NE(error_of([&] { synth::characterize(r); }).find("of the pins; that is too few"),
                std::string::npos);
    }
    return power.annotated;
  };
  EXPECT_DOUBLE_EQ(share("^nothing"), 1);
  const double few = share("^g1[0-9][/]");
  EXPECT_GT(few, 0.8);
  EXPECT_LT(few, 1);
  EXPECT_DOUBLE_EQ(share("^g[0-9]*[/]"), 0);
}

TEST(Map, OddTemporaryFolders) {
  const base::TemporaryDirectory folder;
  for (const char* name : {"a b", "a'b", "a$b", "a\"b"}) {
    const std::filesystem::path odd = folder.path() / name;
    std::filesystem::create_directory(odd);
    const Variable variable("TMPDIR", odd.string());
    EXPECT_EQ(synth_test::read(synth::map(request(fresh_inverter(), "m")))->cells().size(), 1u);
  }
  const Variable variable("TMPDIR", "/proc/nonexistent");
  EXPECT_EQ(error_of([] { synth::map(request(fresh_inverter(), "m")); }),
            "/proc/nonexistent: cannot use TMPDIR: No such file or directory");
}

// Other tests of this program, with a cache of their own: the folder is chosen once a process.
TEST(Map, OddCacheFolders) {
  const base::TemporaryDirectory folder;
  const std::string cache = folder.path() / "my {$c' \"[x]";
  const base::Output output =
      base::run({.argv = {"/proc/self/exe",
                          "--gtest_filter=Characterize.FiguresBelongTogether:Map.SpeedIsFaster*"},
                 .environment = {{"FIRCONE_CACHE", cache},  // and not a shard of the two
                                 {"GTEST_TOTAL_SHARDS", "1"},
                                 {"GTEST_SHARD_INDEX", "0"}}});
  EXPECT_EQ(output.status, 0) << output.out << output.err;
  EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(cache) / "netlist"));
}

// When ABC fails, Yosys leaves the folder that it made for it behind.
TEST(Map, AFailureLeavesNothingBehind) {
  const base::TemporaryDirectory programs, temporary;
  base::write_file(programs.path() / "berkeley-abc", "#!/bin/sh\nexit 1\n");
  std::filesystem::permissions(programs.path() / "berkeley-abc", std::filesystem::perms::owner_all);
  const Variable path("PATH", programs.path().string() + ":" + std::getenv("PATH"));
  const Variable variable("TMPDIR", temporary.path().string());
  EXPECT_NE(error_of([] { synth::map(request(fresh_inverter(), "m")); }).find("ABC"),
            std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(temporary.path()));
}

// A header beside the file, another in a folder below, found from the first.
TEST(Map, IncludesAreFoundAndPartOfTheKey) {
  const base::TemporaryDirectory parent;
  const std::filesystem::path folder = parent.path() / "my $h'";
  const auto cells = [&](const std::string& function, bool* cached) {
    base::write_file(folder / "top.vh", "`include \"sub/a.vh\"\n");
    base::write_file(folder / "sub" / "a.vh", "`include \"b.vh\"\n");
    base::write_file(folder / "sub" / "b.vh", "`define F " + function + "\n");
    synth::MapRequest r = request(
        "`include \"top.vh\"\nmodule m(input a, b, output y); assign y = `F; endmodule\n", "m");
    r.include_dirs = {"/proc/nonexistent", folder};
    const synth::Mapped mapped = synth::map(r);
    *cached = mapped.from_cache;
    return synth_test::read(mapped)->cells().at(0).type->name;
  };
  bool cached = false;
  EXPECT_EQ(cells("~(a & b)", &cached), "NAND2X1");
  EXPECT_EQ(cells("~(a | b)", &cached), "NOR2X1");
  EXPECT_EQ(cells("~(a & b)", &cached), "NAND2X1");
  EXPECT_TRUE(cached);
  base::write_file(folder / "bad.vh", "module m(input a; endmodule\n");
  synth::MapRequest bad = request("`include \"bad.vh\"\n", "m");
  bad.include_dirs = {folder};
  EXPECT_EQ(error_of([&] { synth::map(bad); }),
            "m: yosys: bad.vh:1: syntax error, unexpected ';', expecting ',' or '=' or ')'");
}

TEST(Map, MissingTools) {
  const char* const old = std::getenv("PATH");
  ASSERT_NE(old, nullptr);
  const std::string path = old != nullptr ? old : "";
  setenv("PATH", "/proc/nonexistent", 1);
  const auto code = [](const auto& function) {
    try {
      function();
    } catch (const base::Error& error) {
      return std::pair(error.code(), std::string(error.what()));
    }
    return std::pair(base::ExitCode::kDone, std::string());
  };
  const auto mapping = code([] { synth::map(request(kMultiplier, "mul")); });
  const auto characterizing = code([] {
    synth::CharacterizeRequest r;
    r.map = request(kMultiplier, "mul");
    synth::characterize(r);
  });
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(mapping.first, base::ExitCode::kToolMissing);
  EXPECT_EQ(mapping.second, "yosys not found; it is in the package 'yosys'");
  EXPECT_EQ(characterizing.first, base::ExitCode::kToolMissing);
  EXPECT_EQ(characterizing.second, "sta not found; it is in the package 'opensta'");
}

TEST(Characterize, FiguresBelongTogether) {
  synth::CharacterizeRequest r;
  r.map = request(kMultiplier, "mul");
  r.clock_ns = 8;
  const synth::Characterization c = synth::characterize(r);
  const auto netlist = synth_test::read(synth::map(r.map));
  EXPECT_DOUBLE_EQ(c.area_um2, netlist->area());
  EXPECT_DOUBLE_EQ(c.kge, c.area_um2 / 24 / 1000);
  EXPECT_NEAR(c.kge, c.kge_registers + c.kge_logic, 1e-12);
  // 32 plain flip-flops of 96 um2 and two with reset of 176.
  EXPECT_NEAR(c.kge_registers, (32 * 96 + 2 * 176) / 24e3, 1e-12);
  EXPECT_EQ(c.registers, 34u);
  EXPECT_NEAR(c.delay_ns + c.slack_ns, 8, 1e-9);
  EXPECT_NEAR(c.power_total, c.power_internal + c.power_switching + c.power_leakage, 1e-12);
  EXPECT_NEAR(c.power_total, c.power_registers + c.power_logic, 1e-12);
  EXPECT_NEAR(c.energy_pj_per_cycle, c.power_total * 8, 1e-9);
  EXPECT_DOUBLE_EQ(c.activity_annotated, 1);
  EXPECT_EQ(c.tools.size(), 3u);
  for (const auto& [tool, version] : c.tools) EXPECT_FALSE(version.empty()) << tool;
  // Twice the period: dynamic power halves, leakage stays, energy a cycle stays.
  r.clock_ns = 16;
  const synth::Characterization slow = synth::characterize(r);
  EXPECT_NEAR(slow.power_internal, c.power_internal / 2, 1e-9);
  EXPECT_NEAR(slow.power_leakage, c.power_leakage, 1e-12);
  EXPECT_NEAR(slow.delay_ns, c.delay_ns, 1e-5);  // period minus slack in single precision
  EXPECT_EQ(error_of([&] {
              r.clock_ns = 0;
              synth::characterize(r);
            }),
            "clock: the period must be above 0 ns");
}

}  // namespace
