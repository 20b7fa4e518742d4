// SPDX-License-Identifier: Apache-2.0
// Bad input: one clear line, the right exit code, nothing half-written.

#include <algorithm>
#include <array>

#include "cli/image.h"
#include "tests/cli_program.h"

namespace {

namespace fs = std::filesystem;
using cli_test::expect_error;
using cli_test::fircone;
using cli_test::program;

// Runs through a shell that first sets a limit; the words are fixed here, not a user's.
base::Output limited(const std::string& setup, const std::string& words) {
  return base::run({.argv = {"sh", "-c", setup + "; exec " + program().string() + " " + words},
                    .timeout_seconds = 120});
}

TEST(Errors, UnknownCommand) {
  expect_error({"generat", "fcu"}, 2, "unknown command 'generat'; did you mean 'generate'?");
}

TEST(Errors, UnknownUnit) {
  expect_error({"generate", "fcuu"}, 2, "fcuu: unknown unit; did you mean 'fcu'?");
  expect_error({"describe", "fil"}, 2, "fil: unknown unit; did you mean 'fir'?");
}

TEST(Errors, AllFaultsOfASpecAtOnceWithTheNearestChoice) {
  const base::TemporaryDirectory folder;
  const std::string out = (folder.path() / "out").string();
  const base::Output output = fircone(
      {"generate", "fcu", "kernal=3", "scheme=fast", "DataWidth=0", "CoefWidth=eight", "-o", out});
  EXPECT_EQ(output.status, 2);
  EXPECT_NE(output.err.find("unknown option 'kernal'; did you mean 'kernel'?"), std::string::npos);
  EXPECT_NE(output.err.find("scheme=fast must be"), std::string::npos);
  EXPECT_NE(output.err.find("DataWidth=0 must be in 1..32"), std::string::npos);
  EXPECT_NE(output.err.find("CoefWidth=eight must be an integer"), std::string::npos);
  EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 4) << output.err;
  EXPECT_FALSE(fs::exists(out));
}

// What filters are asked for in vain. Sizes that a picture has at run time are refused by the
// units' registers, which the benches try.
TEST(Errors, FiltersThatCannotBe) {
  const base::TemporaryDirectory folder;
  const std::string out = (folder.path() / "out").string();
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"fcu", "kernel=13"}, "fcu: kernel=13 must be in 1..12"},
      {{"ccu", "MaxKernel=13"}, "ccu: MaxKernel=13 must be in 2..12"},
      {{"conv2d_stream", "kernel=13", "parallel=2"}, "conv2d_stream: kernel=13 must be in 2..12"},
      {{"fcu", "scheme=ffa", "parallel=25"}, "fcu: parallel=25 must be in 1..24"},
      {{"conv2d_stream", "parallel=13"}, "conv2d_stream: parallel=13 must be in 1..12"},
      {{"fir", "scheme=ffa", "parallel=1"},
       "fir: scheme=ffa has nothing to share with parallel=1: use scheme=direct, or parallel=2 or "
       "more"},
      {{"fcu", "scheme=ffa", "parallel=1"},
       "fcu: scheme=ffa has nothing to share with parallel=1: use scheme=direct, or parallel=2 or "
       "more"},
      {{"fcu", "scheme=ffa", "algorithm=m5"},
       "fcu: algorithm=m5 must be no longer than needed: k3 has enough terms for 3 outputs of 3 "
       "taps; did you mean 'k3'?"},
      {{"fcu", "kernel=9", "scheme=auto", "parallel=9", "InChannels=8", "OutChannels=8"},
       "fcu: 46656 multiplications, must be at most 16384; use at most InChannels*OutChannels=22, "
       "or the tile parallel=3 parallel_rows=1"},
      {{"fcu", "scheme=winograd", "kernel=7", "parallel=5"},
       "fcu: scheme=winograd has 8 points, enough for outputs + taps = 9, not for parallel=5 and "
       "kernel=7; the nearest is parallel=2"},
      {{"fcu", "kernel=6", "parallel=3", "scheme=ffa", "algorithm=k53"},
       "fcu: algorithm=k53 must have room for 3 outputs of 6 taps: k53 is for at most 5 and 3, and "
       "the last word; did you mean 'k3'?"},
      {{"fcu", "scheme=ffa2d", "DataWidth=33"}, "fcu: DataWidth=33 must be in 1..32"},
      {{"fir", "CoefWidth=1"}, "fir: CoefWidth=1 must be in 2..32"}};
  for (const auto& [keys, text] : cases) {
    std::vector<std::string> words = {"generate"};
    words.insert(words.end(), keys.begin(), keys.end());
    words.insert(words.end(), {"-o", out});
    const base::Output output = fircone(words);
    EXPECT_EQ(output.status, 2) << text;
    EXPECT_EQ(output.err, "fircone: error: " + text + "\n");
    EXPECT_FALSE(fs::exists(out));
  }
}

TEST(Errors, NotKeyEqualsValue) {
  expect_error({"generate", "fcu", "kernel"}, 2, "fcu: 'kernel' is not of the form key=value");
  expect_error({"generate"}, 2, "spec: a unit is needed; see 'fircone list'");
}

TEST(Errors, Clock) {
  expect_error({"characterize", "fcu", "--clock", "fast"}, 2,
               "clock: 'fast' must be a time from 1ps to 1000us, such as 5ns");
  expect_error({"characterize", "fcu", "--clock", "-1ns"}, 2,
               "clock: '-1ns' must be a time from 1ps to 1000us, such as 5ns");
}

TEST(Errors, FolderThatCannotBeWritten) {
  const base::TemporaryDirectory folder;
  base::write_file(folder.path() / "file", "");
  const std::string out = (folder.path() / "file" / "out").string();
  const base::Output output = fircone({"generate", "fcu", "-o", out});
  EXPECT_EQ(output.status, 1);
  EXPECT_NE(output.err.find("cannot write"), std::string::npos) << output.err;
}

TEST(Errors, FullDiskLeavesNothing) {
  const base::TemporaryDirectory folder;
  const fs::path out = folder.path() / "out";
  // Files of at most 512 bytes; the signal is ignored, so that write() reports it as a full disk
  // does.
  const base::Output output =
      limited("trap '' XFSZ; ulimit -f 1", "generate fcu -o " + out.string());
  EXPECT_EQ(output.status, 1);
  EXPECT_NE(output.err.find("cannot write"), std::string::npos) << output.err;
  EXPECT_FALSE(fs::exists(out));
}

TEST(Errors, FullStandardOutput) {
  const base::Output output =
      base::run({.argv = {"sh", "-c", program().string() + " list > /dev/full"}});
  EXPECT_EQ(output.status, 1);
  EXPECT_EQ(output.err, "fircone: error: standard output: cannot write\n");
}

// The tools that a verb runs, but for one.
class WithoutTool {
 public:
  explicit WithoutTool(const std::string& missing) {
    for (const char* tool : {"verilator", "g++", "yosys", "yosys-abc", "sta", "sh", "perl"})
      if (tool != missing) fs::create_symlink(base::find_tool(tool), folder_.path() / tool);
  }
  base::Output run(const std::string& words) const {
    return limited("PATH=" + folder_.path().string() +
                       "; export PATH FIRCONE_CACHE=" + (folder_.path() / "cache").string(),
                   words);
  }

 private:
  base::TemporaryDirectory folder_;
};

TEST(Errors, MissingToolsNameTheirPackages) {
  const std::vector<std::array<const char*, 3>> cases = {
      {"verify fcu", "verilator", "verilator"},
      {"verify fcu", "g++", "g++"},
      {"characterize fcu", "yosys", "yosys"},
      {"characterize fcu", "sta", "opensta"},
  };
  for (const auto& [words, tool, package] : cases) {
    const base::Output output = WithoutTool(tool).run(words);
    EXPECT_EQ(output.status, 3) << tool;
    EXPECT_EQ(output.err, std::string("fircone: error: ") + tool +
                              " not found; it is in the package '" + package + "'\n");
  }
}

TEST(Errors, LibertyFileThatIsNone) {
  const base::TemporaryDirectory folder;
  const fs::path file = folder.path() / "no.lib";
  base::write_file(file, "this is no library\n");
  const base::Output output = fircone({"characterize", "fcu", "--library", file.string()});
  EXPECT_EQ(output.status, 2);
  EXPECT_NE(output.err.find("no.lib"), std::string::npos) << output.err;
  EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
  const base::Output absent = fircone({"characterize", "fcu", "--library", "osu081"});
  EXPECT_EQ(absent.status, 2);
  EXPECT_NE(absent.err.find("osu018"), std::string::npos) << absent.err;
}

TEST(Errors, BoundaryThatIsNone) {
  expect_error({"characterize", "fir", "--load", "200"}, 2,
               "load: '200' must be a capacitance up to 100pF, such as 20fF");
  expect_error({"characterize", "fir", "--load", "2fJ"}, 2,
               "load: '2fJ' must be a capacitance up to 100pF, such as 20fF");
  expect_error({"characterize", "fir", "--driver", "FAX1"}, 2,
               "driver: FAX1 must be an inverter or a buffer");
}

TEST(Errors, ImageThatIsNoPicture) {
  const base::TemporaryDirectory folder;
  const fs::path file = folder.path() / "no.png";
  base::write_file(file, "not a picture");
  const std::string out = (folder.path() / "out").string();
  const base::Output output = fircone({"demo", "--image", file.string(), "-o", out});
  EXPECT_EQ(output.status, 2);
  EXPECT_NE(output.err.find("no.png: is no PNG picture"), std::string::npos) << output.err;
  const base::Output absent = fircone({"demo", "--image", "/proc/nonexistent.png", "-o", out});
  EXPECT_EQ(absent.status, 2);
  EXPECT_EQ(absent.err,
            "fircone: error: /proc/nonexistent.png: cannot read: No such file or directory\n");
  EXPECT_FALSE(fs::exists(out));
}

TEST(Errors, TruncatedPicture) {
  const base::TemporaryDirectory folder;
  const fs::path file = folder.path() / "cut.png";
  const std::string whole = base::read_file("demo/picture.png");
  base::write_file(file, whole.substr(0, whole.size() / 2));
  const base::Output output =
      fircone({"demo", "--image", file.string(), "-o", folder.path().string()});
  EXPECT_EQ(output.status, 2);
  EXPECT_NE(output.err.find("PNG picture"), std::string::npos) << output.err;
}

TEST(Errors, PictureLargerThanTheLargestEngine) {
  const base::TemporaryDirectory folder;
  const fs::path file = folder.path() / "wide.png";
  base::write_file(file, cli::encode_png(golden::Picture(20'000, 1)));
  expect_error({"demo", "--image", file.string(), "-o", (folder.path() / "out").string()}, 2,
               file.string() + ": 20000x1 pixels; at most 8192x8192 can be generated");
}

TEST(Errors, ForeignRtlWithoutTheNamedPort) {
  const base::TemporaryDirectory folder;
  ASSERT_EQ(fircone({"generate", "fcu", "-o", folder.path().string()}).status, 0);
  const std::string rtl = (folder.path() / "fcu_k3.v").string();
  const base::Output output = fircone({"verify", "fcu", "--rtl", rtl, "--port", "x_i=x_ii"});
  EXPECT_EQ(output.status, 2);
  EXPECT_NE(
      output.err.find("fircone: error: verify: the RTL has no port 'x_ii'; did you mean 'x_i'?"),
      std::string::npos)
      << output.err;
}

TEST(Errors, NumbersAreWholeAndInRange) {
  const std::vector<std::array<const char*, 3>> cases = {
      {"--vectors", "-5", "0..10000000"},
      {"--vectors", "99999999999999999999", "0..10000000"},
      {"--only", "-1", "0..10000000"},
      {"--latency", "-7", "0..1000"},
      {"--seed", "-1", "0..9223372036854775807"},
      {"--seed", "1.5", "0..9223372036854775807"},
  };
  for (const auto& [option, value, range] : cases) {
    const base::Output output = fircone({"verify", "fcu", std::string(option) + "=" + value});
    EXPECT_EQ(output.status, 2) << option << value;
    EXPECT_NE(output.err.find(std::string("'") + value + "' must be a whole number in " + range),
              std::string::npos)
        << output.err;
  }
}

TEST(Errors, OptionsOfForeignRtlNeedIt) {
  expect_error({"verify", "fcu", "--clock", "clk"}, 2,
               "verify: --top, --port, --clock, --reset and --latency need --rtl FILE");
  expect_error({"characterize", "fcu", "--top", "x"}, 2, "characterize: --top needs --rtl FILE");
}

TEST(Errors, ForeignNamesThatCollide) {
  const base::TemporaryDirectory folder;
  ASSERT_EQ(fircone({"generate", "fcu", "-o", folder.path().string()}).status, 0);
  const std::string rtl = (folder.path() / "fcu_k3.v").string();
  const base::Output swapped = fircone({"verify", "fcu", "--rtl", rtl, "--clock", "rst_ni"});
  EXPECT_EQ(swapped.status, 2);
  EXPECT_NE(swapped.err.find("leaves the RTL's own clk_i without a use"), std::string::npos)
      << swapped.err;
  const base::Output twice =
      fircone({"verify", "fcu", "--rtl", rtl, "--port", "x_i=x_i", "--port", "x_i=h_i"});
  EXPECT_EQ(twice.status, 2);
  EXPECT_NE(twice.err.find("x_i is given twice"), std::string::npos) << twice.err;
}

TEST(Errors, ForeignFileWithoutAModule) {
  const base::TemporaryDirectory folder;
  const std::string rtl = (folder.path() / "empty.v").string();
  base::write_file(rtl, "// module in_a_comment; endmodule\n");
  expect_error({"verify", "fcu", "--rtl", rtl}, 2, "rtl: no file holds a module");
  expect_error({"characterize", "--rtl", rtl}, 2, "rtl: no file holds a module");
}

TEST(Errors, CacheVerb) {
  const base::Output output = fircone({"cache", "bogus"});
  EXPECT_EQ(output.status, 2);
  EXPECT_NE(output.err.find("bogus not in {info,clear}"), std::string::npos) << output.err;
}

// Found before the simulation and the synthesis, which take long.
TEST(Errors, DemoLooksAtItsFoldersFirst) {
  const base::TemporaryDirectory folder;
  base::write_file(folder.path() / "file", "");
  const base::Output output = fircone({"demo", "-o", (folder.path() / "file").string()});
  EXPECT_EQ(output.status, 1);
  EXPECT_NE(output.err.find("cannot write"), std::string::npos) << output.err;
  EXPECT_EQ(output.err.find("simulating"), std::string::npos);
  const base::Output data =
      fircone({"demo", "--image", "demo/picture.png", "--data", "/proc/nonexistent"});
  EXPECT_EQ(data.status, 2);
  EXPECT_EQ(data.err.find("simulating"), std::string::npos);
}

// Nothing of a user's file names is left to the shell that replays.
TEST(Errors, ReplayOfOddFileNamesIsQuoted) {
  const base::TemporaryDirectory folder;
  ASSERT_EQ(fircone({"generate", "fcu", "-o", folder.path().string()}).status, 0);
  std::string text = base::read_file(folder.path() / "fcu_k3.v");
  text.replace(text.find("}) * $signed("), 13, "}) + $signed(");
  const fs::path odd = folder.path() / "d ir's $HOME" / "bad `id`.v";
  base::write_file(odd, text);
  const base::Output output = fircone({"verify", "fcu", "--rtl", odd.string()});
  EXPECT_EQ(output.status, 1) << output.err;
  const size_t replay = output.err.find("replay: fircone ");
  ASSERT_NE(replay, std::string::npos) << output.err;
  std::string command = output.err.substr(replay + 16);
  command = command.substr(0, command.find(" --trace"));
  const base::Output again = base::run({.argv = {"sh", "-c", program().string() + " " + command}});
  EXPECT_EQ(again.status, 1) << again.err;
  EXPECT_NE(again.err.find("mismatch: fcu "), std::string::npos) << again.err;
}

}  // namespace
