// SPDX-License-Identifier: Apache-2.0
// Module names: one for each structure; files: one text for each name.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "base/error.h"
#include "gen/generate.h"

namespace gen {
namespace {

std::vector<std::string> choices(const Param& param) {
  std::vector<std::string> result;
  if (param.kind == ParamKind::kFreeSize) return {std::string(param.default_value)};
  if (param.kind == ParamKind::kFixedSize) {
    for (int64_t v = param.min; v <= param.max; ++v) result.push_back(std::to_string(v));
    return result;
  }
  std::vector<std::string> words;
  for (const Value& value : param.values) {
    if (value.stands_for.empty()) words.emplace_back(value.name);
  }
  if (param.kind == ParamKind::kOption) return words;
  for (unsigned mask = 0; mask < (1u << words.size()); ++mask) {
    std::string list;
    for (size_t i = 0; i < words.size(); ++i) {
      if ((mask >> i & 1) != 0) list += (list.empty() ? "" : ",") + words[i];
    }
    result.push_back(list.empty() ? "none" : list);
  }
  return result;
}

// Every legal spec of the unit over its structural options.
void for_each_structure(const Unit& unit, const std::function<void(const base::Spec&)>& visit) {
  const std::function<void(size_t, const base::Spec&)> step = [&](size_t i,
                                                                  const base::Spec& spec) {
    if (i == unit.params.size()) {
      for (const Rule& rule : unit.rules) {
        if (rule.broken(spec)) return;
      }
      visit(resolve(spec));
      return;
    }
    for (const std::string& value : choices(unit.params[i])) {
      base::Spec next = spec;
      next.set(unit.params[i].name, value);
      step(i + 1, next);
    }
  };
  step(0, base::Spec(std::string(unit.name)));
}

TEST(Names, AreInjectiveOverAllStructures) {
  std::set<std::string> names;
  size_t specs = 0;
  for (const Unit* unit : units()) {
    for_each_structure(*unit, [&](const base::Spec& spec) {
      ++specs;
      EXPECT_TRUE(names.insert(module_name(spec)).second) << spec.line();
    });
  }
  EXPECT_EQ(names.size(), specs);
  EXPECT_GT(specs, 4000u);
}

TEST(Names, DoNotDependOnFreeSizes) {
  EXPECT_EQ(module_name(resolve(base::Spec::parse_line("fcu DataWidth=10 scheme=ffa"))),
            "fcu_k3_ffa");
  EXPECT_EQ(generate(base::Spec::parse_line("fcu cut=none data=signed reset=sync")).top,
            "fcu_k3_cut_none_signed_sync");
}

// Two designs in one folder never write different files of one name.
TEST(Names, EqualNamesHaveEqualText) {
  std::map<std::string, std::string> texts;
  for (const char* name : {"fcu", "line_buffer", "conv2d_stream"}) {
    for_each_structure(find_unit(name), [&](const base::Spec& spec) {
      for (const SourceFile& file : generate(spec).files) {
        const auto [at, inserted] = texts.emplace(file.name, file.text);
        EXPECT_EQ(at->second, file.text) << file.name << " in " << spec.line();
      }
    });
  }
}

TEST(Names, HelpersAndSubUnitsKeepTheirOwnDefaults) {
  const Design wide = generate(base::Spec::parse_line("conv2d_stream scheme=ffa DataWidth=10"));
  const Design unit = generate(base::Spec::parse_line("fcu scheme=ffa"));
  bool found = false;
  for (const SourceFile& file : wide.files) {
    if (file.name != unit.files.back().name) continue;
    found = true;
    EXPECT_EQ(file.text, unit.files.back().text);
  }
  EXPECT_TRUE(found);
  EXPECT_NE(wide.files.back().text.find("parameter integer DataWidth = 10"), std::string::npos);
}

TEST(Names, PrefixRenamesEveryModuleAndInstance) {
  const base::Spec spec = base::Spec::parse_line("conv2d_stream scheme=ffa");
  const Design plain = generate(spec);
  const Design renamed = generate(spec, {.prefix = "my_"});
  ASSERT_EQ(plain.files.size(), renamed.files.size());
  EXPECT_EQ(renamed.top, "my_" + plain.top);
  for (size_t i = 0; i < plain.files.size(); ++i) {
    const std::string module = plain.files[i].name.substr(0, plain.files[i].name.size() - 2);
    EXPECT_EQ(renamed.files[i].name, "my_" + plain.files[i].name);
    EXPECT_NE(renamed.files[i].text.find("module my_" + module + " "), std::string::npos);
    for (const SourceFile& file : renamed.files) {
      EXPECT_EQ(file.text.find("\n  " + module + " "), std::string::npos)
          << file.name << " instantiates " << module;
    }
  }
}

TEST(Names, SameSpecSameBytes) {
  for (const Unit* unit : units()) {
    for (const std::string_view point : unit->points) {
      const base::Spec spec =
          base::Spec::parse_line(std::string(unit->name) + " " + std::string(point));
      const Design a = generate(spec), b = generate(spec);
      ASSERT_EQ(a.files.size(), b.files.size());
      for (size_t i = 0; i < a.files.size(); ++i) EXPECT_EQ(a.files[i].text, b.files[i].text);
    }
  }
}

TEST(Names, HeaderNamesTheCommandThatMadeTheFile) {
  const Design design = generate(base::Spec::parse_line("fcu cut=post DataWidth=9 kernel=3"));
  EXPECT_EQ(design.files.back().text.rfind(
                "// SPDX-License-Identifier: 0BSD\n"
                "// Generated by: fircone generate fcu cut=post DataWidth=9 (do not edit)\n",
                0),
            0u);
}

}  // namespace
}  // namespace gen
