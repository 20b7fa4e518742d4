// SPDX-License-Identifier: Apache-2.0
// Who may include whom: the table of base/README.md, held against every #include line.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

// Longest matching folder first; what a folder's files may include of the project itself.
const std::vector<std::pair<std::string, std::vector<std::string>>> kAllowed = {
    {"gen/hdl/", {"gen/hdl/", "base/"}},
    {"gen/ffa/", {"gen/ffa/", "base/"}},
    {"gen/arith/", {"gen/arith/", "base/"}},
    {"gen/", {"gen/", "base/"}},
    {"base/", {"base/"}},
    {"golden/", {"golden/"}},
    {"sim/", {"sim/", "base/"}},
    {"tb/", {"tb/", "sim/", "golden/", "base/"}},
    {"synth/", {"synth/", "base/"}},
    {"analysis/", {"analysis/", "golden/", "sim/", "tb/", "synth/", "base/"}},
    {"cli/", {"cli/", "gen/", "golden/", "sim/", "tb/", "synth/", "analysis/", "base/"}},
};

// Headers that cost seconds: how many files may include them.
const std::map<std::string, size_t> kHeavy = {{"nlohmann/json.hpp", 3}, {"CLI/CLI.hpp", 3}};

bool starts_with_any(const std::string& text, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return text.starts_with(prefix); });
}

// Empty when a file in `path` may include "included", else the reason.
std::string breach(const std::string& path, const std::string& included) {
  for (const auto& [folder, allowed] : kAllowed) {
    if (!path.starts_with(folder)) continue;
    return starts_with_any(included, allowed) ? "" : path + " includes " + included;
  }
  return "";
}

struct Include {
  std::string path;
  std::string included;
};

std::vector<Include> all_includes() {
  std::vector<Include> includes;
  const std::regex pattern(R"rx(^\s*#\s*include\s*["<]([^">]+)[">])rx");
  for (const char* folder :
       {"base", "gen", "golden", "sim", "tb", "synth", "analysis", "cli", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".cc" && path.extension() != ".h") continue;
      std::ifstream file(path);
      std::smatch match;
      for (std::string line; std::getline(file, line);)
        if (std::regex_search(line, match, pattern)) includes.push_back({path.string(), match[1]});
    }
  }
  return includes;
}

TEST(Layers, NoFileIncludesWhatItsFolderMayNot) {
  const std::vector<Include> includes = all_includes();
  ASSERT_GT(includes.size(), 100U);
  for (const auto& [path, included] : includes) {
    if (!fs::exists(included)) continue;  // a system header
    EXPECT_EQ(breach(path, included), "");
  }
}

TEST(Layers, ProjectHeadersAreNamedFromTheRoot) {
  for (const auto& [path, included] : all_includes()) {
    if (included.ends_with(".h") && fs::exists(fs::path(path).parent_path() / included)) {
      ADD_FAILURE() << path << " names " << included << " without its folder";
    }
  }
}

TEST(Layers, HeavyHeadersStandInFewFiles) {
  std::map<std::string, size_t> count;
  for (const auto& [path, included] : all_includes()) ++count[included];
  for (const auto& [header, most] : kHeavy) EXPECT_LE(count[header], most) << header;
}

TEST(Layers, ABreachIsSeen) {
  EXPECT_NE(breach("golden/fir.h", "gen/unit.h"), "");
  EXPECT_NE(breach("gen/hdl/module.cc", "gen/unit.h"), "");
  EXPECT_NE(breach("tb/bench.cc", "gen/generate.h"), "");
  EXPECT_EQ(breach("gen/units/fcu.cc", "gen/ffa/bilinear.h"), "");
  EXPECT_EQ(breach("cli/main.cc", "sim/model.h"), "");
}

}  // namespace
