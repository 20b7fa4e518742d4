// SPDX-License-Identifier: Apache-2.0
// From what the user wrote to a complete spec: defaults, and every fault in one message.

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "gen/ffa/family.h"
#include "gen/generate.h"

namespace gen {
namespace {

std::string fault(const std::string& line) {
  try {
    resolve(base::Spec::parse_line(line));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::kUsage);
    return error.what();
  }
  return "(no fault)";
}

std::string choices(int outputs, int taps) {
  std::string text;
  for (const std::string& name : ffa::names_for(outputs, taps))
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string resolved(const std::string& line) {
  return resolve(base::Spec::parse_line(line)).line();
}

TEST(Resolve, FillsInDefaultsInTheUnitsOrder) {
  EXPECT_EQ(resolved("fcu DataWidth=10 scheme=ffa"),
            "fcu kernel=3 kernel_rows=3 scheme=ffa stride=1 dilation=1 parallel=3 parallel_rows=1 "
            "algorithm=k3 algorithm_rows=direct InChannels=1 OutChannels=1 cut=pre,post "
            "preadd=hardware data=unsigned reset=async arith=operators DataWidth=10 CoefWidth=8 "
            "products=baugh_wooley tree=timing compressors=fa final_adder=timing");
  EXPECT_EQ(resolved("line_buffer"),
            "line_buffer kernel=3 parallel=3 parallel_rows=1 reset=async Channels=1 DataWidth=8 "
            "MaxWidth=640");
}

TEST(Resolve, IsIdempotent) {
  for (const Unit* unit : units()) {
    for (const std::string_view point : unit->points) {
      const base::Spec once =
          resolve(base::Spec::parse_line(std::string(unit->name) + " " + std::string(point)));
      EXPECT_EQ(resolve(once), once);
    }
  }
}

TEST(Resolve, WritesEqualSetsAndNumbersEqually) {
  EXPECT_EQ(resolved("fcu cut=post,pre"), resolved("fcu cut=fused"));
  EXPECT_EQ(resolved("fcu DataWidth=008"), resolved("fcu"));
  EXPECT_TRUE(resolve(base::Spec::parse_line("fcu cut=none")).is("cut", "none"));
}

TEST(Resolve, UnknownUnit) {
  EXPECT_EQ(fault("fcy"), "fcy: unknown unit; did you mean 'fcu'?");
  std::string names;
  for (const Unit* unit : units()) names += (names.empty() ? "" : ", ") + std::string(unit->name);
  EXPECT_EQ(fault("quaternion"), "quaternion: unknown unit; there are " + names);
  EXPECT_EQ(fault(""), "spec: a unit is needed; see 'fircone list'");
}

TEST(Resolve, UnknownOption) {
  EXPECT_EQ(fault("fcu kernal=3"), "fcu: unknown option 'kernal'; did you mean 'kernel'?");
  EXPECT_EQ(fault("line_buffer zzzzzz=1"),
            "line_buffer: unknown option 'zzzzzz'; it has kernel, parallel, parallel_rows, "
            "reset, Channels, DataWidth, MaxWidth");
}

TEST(Resolve, ValuesOutOfRange) {
  EXPECT_EQ(fault("fcu DataWidth=33"), "fcu: DataWidth=33 must be in 1..32");
  EXPECT_EQ(fault("fcu kernel=13"), "fcu: kernel=13 must be in 1..12");
  EXPECT_EQ(fault("fcu CoefWidth=-4"), "fcu: CoefWidth=-4 must be in 2..32");
  EXPECT_EQ(fault("fcu CoefWidth=wide"), "fcu: CoefWidth=wide must be an integer in 2..32");
  EXPECT_EQ(fault("fcu CoefWidth=8bits"), "fcu: CoefWidth=8bits must be an integer in 2..32");
  EXPECT_EQ(fault("fcu CoefWidth=99999999999999999999"),
            "fcu: CoefWidth=99999999999999999999 must be in 2..32");
}

TEST(Resolve, WordsOutsideTheSet) {
  EXPECT_EQ(
      fault("fcu scheme=fft"),
      "fcu: scheme=fft must be direct or ffa or ffa2d or winograd or auto; did you mean 'ffa'?");
  EXPECT_EQ(fault("fcu data=17"), "fcu: data=17 must be unsigned or signed");
  EXPECT_EQ(fault("fcu cut=pre,pots"),
            "fcu: cut=pre,pots: 'pots' is none of pre, mult, branch, post (joined by commas), "
            "none, fused; did you mean 'post'?");
  EXPECT_EQ(fault("fcu cut=pre,pre"), "fcu: cut=pre,pre: 'pre' stands twice");
  EXPECT_NE(fault("fcu cut=pre,"), "(no fault)");
  EXPECT_EQ(fault("fcu cut=none,pre"),
            "fcu: cut=none,pre: 'none' must stand alone: the choices are pre, mult, branch, post "
            "(joined by commas), none or fused");
  EXPECT_EQ(fault("fcu cut=mult,fused"),
            "fcu: cut=mult,fused: 'fused' must stand alone: the choices are pre, mult, branch, "
            "post (joined by commas), none or fused");
}

TEST(Resolve, Rules) {
  EXPECT_EQ(fault("fcu preadd=offline"),
            "fcu: preadd=offline must be hardware with scheme=direct, which adds no coefficients");
}

TEST(Resolve, LineBuffersWithWordsTooWide) {
  EXPECT_EQ(fault("line_buffer kernel=25 parallel=11"),
            "line_buffer: (kernel=25 - parallel_rows=1) * parallel=11 is 264, must be at most 256; "
            "the nearest are kernel=24 and parallel=10");
  EXPECT_EQ(fault("line_buffer kernel=24 parallel=11"), "(no fault)");
  EXPECT_EQ(fault("line_buffer kernel=25 parallel=10"), "(no fault)");
}

TEST(Resolve, WordsThatDependOnSizes) {
  EXPECT_EQ(
      fault("fcu scheme=ffa algorithm=k2.k22"),
      "fcu: algorithm=k2.k22 must be direct, w, or a nest of the words k2, k3, k3d, k5, k53, k7, "
      "m5, m6, m7, p3, pw4 .. pw12, joined by dots; fewest products for 3 outputs of 3 taps "
      "first: " +
          choices(3, 3) + "; did you mean 'k2.k2'?");
  EXPECT_EQ(fault("fcu algorithm=k3"), "fcu: algorithm=k3 needs scheme=ffa or ffa2d or winograd");
  EXPECT_EQ(fault("fcu scheme=ffa parallel_rows=3 algorithm_rows=k3"),
            "fcu: algorithm_rows=k3 needs scheme=ffa2d or winograd");
  EXPECT_EQ(fault("fcu scheme=ffa parallel=1 algorithm=k3"),
            "fcu: algorithm=k3 must be direct: a line of one product\n"
            "fcu: scheme=ffa has nothing to share with parallel=1: use scheme=direct, or "
            "parallel=2 or more");
  EXPECT_EQ(fault("fcu scheme=winograd algorithm_rows=k2"),
            "fcu: algorithm_rows=k2 must be w with scheme=winograd; use scheme=ffa or scheme=ffa2d "
            "for the others");
  EXPECT_TRUE(resolve(base::Spec::parse_line("fcu scheme=ffa kernel=6 algorithm=k2.k3"))
                  .is("algorithm", "k2.k3"));
}

// A word too many is the same algorithm under another name, and of any length.
TEST(Resolve, NestsNoLongerThanNeeded) {
  std::string name = "k3";
  for (int words = 2; words < 40; ++words) name += ".k3";
  EXPECT_EQ(fault("fcu scheme=ffa algorithm=" + name),
            "fcu: algorithm=" + name +
                " must be no longer than needed: k3 has enough terms for 3 outputs of 3 taps; did "
                "you mean 'k3'?");
  EXPECT_EQ(fault("fcu scheme=ffa kernel=7 algorithm=k2.k2.k2.k2"),
            "fcu: algorithm=k2.k2.k2.k2 must be no longer than needed: k2.k2.k2 has enough terms "
            "for 7 outputs of 7 taps; did you mean 'k2.k2.k2'?");
  EXPECT_EQ(fault("fir taps=9 parallel=2 scheme=ffa algorithm=k2.k2"),
            "fir: algorithm=k2.k2 must be no longer than needed: k2 has enough terms for 2 outputs "
            "of 2 taps; did you mean 'k2'?");
  for (const char* unit : {"fcu", "fir"})
    EXPECT_EQ(fault(unit + std::string(" scheme=ffa algorithm=m5")),
              unit + std::string(": algorithm=m5 must be no longer than needed: k3 has enough "
                                 "terms for 3 outputs of 3 taps; did you mean 'k3'?"));
}

TEST(Resolve, WinogradsPoints) {
  EXPECT_EQ(fault("fcu scheme=winograd kernel=9"),
            "fcu: scheme=winograd has 8 points, enough for outputs + taps = 9, not for parallel=2 "
            "and kernel=9; use scheme=ffa or scheme=ffa2d");
  EXPECT_EQ(fault("fcu scheme=winograd kernel=3 parallel_rows=7"),
            "fcu: scheme=winograd has 8 points, enough for outputs + taps = 9, not for "
            "parallel_rows=7 and kernel_rows=3; the nearest is parallel_rows=6");
  EXPECT_EQ(fault("fcu scheme=winograd kernel=3 parallel_rows=6"), "(no fault)");
  EXPECT_EQ(fault("fcu scheme=ffa kernel=9 algorithm=w"),
            "fcu: algorithm=w must be a nest of words: w has 8 points, enough for outputs + taps = "
            "9, not for 9 outputs of 9 taps; did you mean 'k3.k3'?");
  EXPECT_EQ(fault("fir taps=9 parallel=9 scheme=winograd"),
            "fir: scheme=winograd has 8 points, taps=9 and parallel=9 need 17; the nearest are "
            "parallel=4 and scheme=ffa");
  EXPECT_EQ(fault("fir taps=9 parallel=1 scheme=winograd"),
            "fir: scheme=winograd has nothing to share with parallel=1: use scheme=direct, or "
            "parallel=2 or more");
}

TEST(Resolve, FiltersThatAreTooLarge) {
  EXPECT_EQ(fault("fcu kernel=12 InChannels=64 OutChannels=64"),
            "fcu: 7077888 multiplications, must be at most 16384; use at most "
            "InChannels*OutChannels=9, or 113 with the tile parallel=1 parallel_rows=1");
  EXPECT_EQ(fault("fcu kernel=12 parallel=24 parallel_rows=24"),
            "fcu: 82944 multiplications, must be at most 16384; the nearest tile is parallel=10 "
            "parallel_rows=11");
  EXPECT_EQ(fault("fcu kernel=9 InChannels=8 OutChannels=8 scheme=ffa2d"),
            "fcu: 82944 multiplications, must be at most 16384; use at most "
            "InChannels*OutChannels=12, or the tile parallel=2 parallel_rows=3");
  EXPECT_EQ(fault("fcu kernel=12 InChannels=16 OutChannels=4 scheme=ffa"),
            "fcu: 41472 multiplications, must be at most 16384; use at most "
            "InChannels*OutChannels=25, or the tile parallel=2 parallel_rows=1");
}

// The tile that such a message names is one, at the schemes' default algorithms and others.
TEST(Resolve, TheNearestTileIsLegal) {
  for (const char* line :
       {"fcu kernel=9 InChannels=8 OutChannels=8",
        "fcu kernel=9 InChannels=8 OutChannels=8 scheme=ffa",
        "fcu kernel=9 InChannels=8 OutChannels=8 scheme=ffa2d",
        "fcu kernel=5 InChannels=16 OutChannels=16 scheme=ffa2d algorithm=m5",
        "fcu kernel=3 kernel_rows=9 InChannels=16 OutChannels=32 scheme=ffa",
        "fcu kernel=3 InChannels=32 OutChannels=64 scheme=winograd parallel_rows=4",
        "fcu kernel=6 dilation=4 scheme=ffa InChannels=8 OutChannels=16",
        "fcu kernel=12 InChannels=64 OutChannels=64 scheme=ffa2d",
        "conv2d_stream kernel=12 InChannels=7 scheme=direct parallel_rows=12"}) {
    const std::string text = fault(line);
    const size_t tile = text.find("parallel=");
    ASSERT_NE(tile, std::string::npos) << line << ": " << text;
    base::Spec spec = base::Spec::parse_line(line);
    const base::Spec named = base::Spec::parse_line("fcu " + text.substr(tile));
    for (const char* key : {"parallel", "parallel_rows"}) spec.set(key, named.get(key));
    const std::string with = ", or ", channels = " with the tile ";
    const size_t at = text.find(channels);
    if (at != std::string::npos) {  // as many channels and no more
      const int most = std::stoi(text.substr(text.rfind(with, at) + with.size()));
      spec.set("InChannels", std::min(most, 64));
      spec.set("OutChannels", most / std::min(most, 64));
    }
    EXPECT_EQ(fault(spec.line()), "(no fault)") << line << ": " << text;
  }
}

// As fir: where no line has two outputs and two taps that meet, no scheme is fast.
TEST(Resolve, FastSchemesNeedSomethingToShare) {
  EXPECT_EQ(fault("fcu scheme=ffa parallel=1"),
            "fcu: scheme=ffa has nothing to share with parallel=1: use scheme=direct, or "
            "parallel=2 or more");
  EXPECT_EQ(fault("fcu scheme=ffa2d kernel_rows=1 parallel=1"),
            "fcu: scheme=ffa2d has nothing to share with parallel=1 and kernel_rows=1: use "
            "scheme=direct, or parallel=2 or more");
  EXPECT_EQ(fault("fcu scheme=winograd kernel=1 kernel_rows=3 parallel_rows=1"),
            "fcu: scheme=winograd has nothing to share with kernel=1 and parallel_rows=1: use "
            "scheme=direct, or parallel_rows=2 or more");
  EXPECT_EQ(fault("fcu scheme=ffa parallel=2 dilation=2"),
            "fcu: scheme=ffa has nothing to share with parallel=2 dilation=2: use scheme=direct, "
            "or parallel=3 or more");
  EXPECT_EQ(fault("fcu scheme=ffa stride=3"),
            "fcu: scheme=ffa has nothing to share with kernel=3 stride=3: use scheme=direct");
  EXPECT_EQ(fault("conv2d_stream scheme=ffa parallel=1"),
            "conv2d_stream: scheme=ffa has nothing to share with parallel=1: use scheme=direct, or "
            "parallel=2 or more");
  for (const char* line : {"fcu scheme=ffa parallel=3 dilation=2", "fcu scheme=ffa stride=2",
                           "fcu scheme=ffa2d parallel=1", "fcu scheme=ffa2d parallel_rows=1"})
    EXPECT_EQ(fault(line), "(no fault)") << line;
}

// A value of every key that is wrong by itself, beside each point of the catalogue: a fault that
// says so, whatever else depends on the key.
TEST(Resolve, OneWrongValueAnywhere) {
  for (const Unit* unit : units()) {
    for (const std::string_view point : unit->points) {
      for (const Param& param : unit->params) {
        // What words are legal depends on the other keys.
        if (param.kind == ParamKind::kWord) continue;
        base::Spec spec =
            base::Spec::parse_line(std::string(unit->name) + " " + std::string(point));
        spec.set(param.name, param.is_size() ? std::to_string(param.max + 1) : "wrong,wrong");
        EXPECT_EQ(fault(spec.line())
                      .rfind(std::string(unit->name) + ": " + std::string(param.name) + "=", 0),
                  0u)
            << spec.line() << ": " << fault(spec.line());
      }
    }
  }
}

TEST(Resolve, ReportsAllFaultsAtOnce) {
  EXPECT_EQ(fault("fcu kernal=3 DataWidth=99 scheme=slow CoefWidth=1 preadd=offline"),
            "fcu: unknown option 'kernal'; did you mean 'kernel'?\n"
            "fcu: scheme=slow must be direct or ffa or ffa2d or winograd or auto\n"
            "fcu: DataWidth=99 must be in 1..32\n"
            "fcu: CoefWidth=1 must be in 2..32");
  EXPECT_EQ(
      fault("fcu DataWidth=999 kernel=20 cut=foo"),
      "fcu: kernel=20 must be in 1..12\n"
      "fcu: cut=foo: 'foo' is none of pre, mult, branch, post (joined by commas), none, fused\n"
      "fcu: DataWidth=999 must be in 1..32");
}

TEST(Generate, RefusesAPrefixThatIsNoName) {
  for (const char* prefix : {"1a", "a-b", "a b", "a/b"}) {
    EXPECT_THROW(generate(base::Spec("fcu"), {.prefix = prefix}), base::Error) << prefix;
  }
}

}  // namespace
}  // namespace gen
