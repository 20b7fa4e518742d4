// SPDX-License-Identifier: Apache-2.0
// Every catalogue point is clean in Verilator, Icarus and Yosys; illegal overrides are refused by
// each.

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "gen/generate.h"
#include "tests/gen_support.h"

namespace gen {
namespace {

// The design's files in a folder, and what each tool says about them.
class Sources {
 public:
  explicit Sources(const Design& design) : top_(design.top) {
    for (const SourceFile& file : design.files) {
      base::write_file(folder_.path() / file.name, file.text);
      files_.push_back(file.name);
    }
  }

  base::Output verilator(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> argv{"verilator", "--lint-only", "-Wall", "--top-module", top_};
    return run(argv, more);
  }
  base::Output icarus(const std::vector<std::string>& more = {}) const {
    return run({"iverilog", "-g2005", "-Wall", "-s", top_, "-o", "/dev/null"}, more);
  }
  // `overrides`: "-set DataWidth 40", for chparam.
  base::Output yosys(const std::string& overrides = "") const {
    std::string script = "read_verilog";
    for (const std::string& file : files_) script += " " + file;
    if (!overrides.empty()) script += "; chparam " + overrides + " " + top_;
    script += "; hierarchy -check -top " + top_ + "; proc; check -assert";
    return base::run({.argv = {"yosys", "-q", "-p", script}, .directory = folder_.path()});
  }

 private:
  base::Output run(std::vector<std::string> argv, const std::vector<std::string>& more) const {
    argv.insert(argv.end(), more.begin(), more.end());
    argv.insert(argv.end(), files_.begin(), files_.end());
    return base::run({.argv = std::move(argv), .directory = folder_.path()});
  }

  base::TemporaryDirectory folder_;
  std::vector<std::string> files_;
  std::string top_;
};

void expect_clean(const base::Output& output) {
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(output.out + output.err, "");
}

class Lint : public testing::TestWithParam<std::string> {};

TEST_P(Lint, Clean) {
  const Sources sources(generate(base::Spec::parse_line(GetParam())));
  expect_clean(sources.verilator());
  expect_clean(sources.icarus());
  expect_clean(sources.yosys());
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Lint, testing::ValuesIn(catalogue()), test_name);

// Sizes are parameters: the text of one point is clean at the sizes of another.
TEST(Overrides, LegalSizesAreClean) {
  const Sources fcu(generate(base::Spec::parse_line("fcu scheme=ffa")));
  expect_clean(fcu.verilator({"-GDataWidth=32", "-GCoefWidth=2"}));
  expect_clean(fcu.icarus({"-Pfcu_k3_ffa.DataWidth=1"}));
  expect_clean(fcu.yosys("-set DataWidth 12"));
  const Sources stream(generate(base::Spec::parse_line("conv2d_stream scheme=ffa")));
  expect_clean(
      stream.verilator({"-GDataWidth=12", "-GCoefWidth=32", "-GMaxWidth=8", "-GMaxHeight=1"}));
  expect_clean(stream.verilator({"-GDataWidth=2", "-GCoefWidth=2", "-GMaxWidth=16384"}));
  expect_clean(stream.icarus({"-Pconv2d_stream_k3_ffa.MaxWidth=1000"}));
}

TEST(Overrides, IllegalSizesFailElaborationInEveryTool) {
  const Sources sources(generate(base::Spec::parse_line("fcu scheme=ffa")));
  EXPECT_NE(sources.verilator({"-GDataWidth=33"}).status, 0);
  EXPECT_NE(sources.icarus({"-Pfcu_k3_ffa.DataWidth=33"}).status, 0);
  EXPECT_NE(sources.yosys("-set DataWidth 33").status, 0);
  const Sources lines(generate(base::Spec::parse_line("line_buffer")));
  EXPECT_NE(lines.verilator({"-GMaxWidth=7"}).status, 0);
  EXPECT_NE(lines.icarus({"-Pline_buffer_k3_p3.MaxWidth=7"}).status, 0);
  EXPECT_NE(lines.yosys("-set MaxWidth 7").status, 0);
}

}  // namespace
}  // namespace gen
