// SPDX-License-Identifier: Apache-2.0
// Module names: one for each structure; files: one text for each name.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <set>

#include "base/error.h"
#include "gen/generate.h"
#include "tests/random_specs.h"

namespace gen {
namespace {

constexpr size_t kMostStructures = 8000;  // beyond, a random selection

// Values that could be mistaken for each other when they stand side by side.
std::vector<std::string> sizes(const Param& param) {
  std::vector<std::string> result;
  for (int64_t v = param.min; v <= param.max; ++v) {
    if (param.max - param.min < 12 || v == param.min || v == param.max || v == 2 || v == 11 ||
        v == 12 || v == 21)
      result.push_back(std::to_string(v));
  }
  return result;
}

std::vector<std::string> choices(const Param& param, const base::Spec& spec) {
  if (!param.only_if.holds(spec)) return {std::string(param.default_value)};
  if (param.is_free(spec)) return {std::string(param.default_value)};
  if (param.is_size()) return sizes(param);
  std::vector<std::string> words;
  for (const Value& value : param.values) {
    if (value.stands_for.empty()) words.emplace_back(value.name);
  }
  if (param.kind == ParamKind::kOption) return words;
  std::vector<std::string> result;
  for (unsigned mask = 0; mask < (1u << words.size()); ++mask) {
    std::string list;
    for (size_t i = 0; i < words.size(); ++i) {
      if ((mask >> i & 1) != 0) list += (list.empty() ? "" : ",") + words[i];
    }
    result.push_back(list.empty() ? "none" : list);
  }
  return result;
}

using Visit = std::function<void(const base::Spec&)>;

// Every legal spec of the unit over its structural options; false when there are too many.
bool all_structures(const Unit& unit, std::vector<base::Spec>& specs, const base::Spec& spec) {
  const size_t next = spec.items().size();
  if (next == unit.params.size()) {
    if (specs.size() == kMostStructures) return false;
    try {
      specs.push_back(resolve(spec));
    } catch (const base::Error&) {  // a rule between parameters
    }
    return true;
  }
  const Param& param = unit.params[next];
  for (const std::string& value : choices(param, spec)) {
    base::Spec longer = spec;
    longer.set(param.name, value);
    if (!all_structures(unit, specs, longer)) return false;
  }
  return true;
}

void for_each_structure(const Unit& unit, const Visit& visit) {
  std::vector<base::Spec> specs;
  if (!all_structures(unit, specs, base::Spec(std::string(unit.name)))) {
    std::mt19937_64 random(1);
    std::map<std::string, base::Spec> drawn;  // one for each text: draws meet again
    for (size_t i = 0; i < kMostStructures; ++i) {
      auto spec = draw_spec(unit, random, i % 2 == 0 ? 12 : 200);
      if (!spec) continue;
      for (const Param& param : unit.params)
        if (param.is_free(*spec)) spec->set(param.name, param.default_value);
      drawn.emplace(spec->line(), *spec);
    }
    specs.clear();
    for (const auto& [line, spec] : drawn) specs.push_back(spec);
  }
  for (const base::Spec& spec : specs) visit(spec);
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

TEST(Names, LeaveOutBlocksOfSeveralSizes) {
  const auto name = [](const char* line) {
    return module_name(resolve(base::Spec::parse_line(line)));
  };
  EXPECT_EQ(name("add_skip"), "add_skip_16");
  EXPECT_EQ(name("add_skip block=4"), "add_skip_16_b4");
  EXPECT_EQ(name("add_select Width=32 carry_in=yes block=auto"), "add_select_32_cin_yes");
}

// Two designs in one folder never write different files of one name.
TEST(Names, EqualNamesHaveEqualText) {
  std::map<std::string, std::string> texts;
  int heaps = 0, filters = 0;
  for (const char* name : {"fir", "fcu", "line_buffer", "conv2d_stream"}) {
    const Unit& unit = find_unit(name);
    for_each_structure(unit, [&](const base::Spec& spec) {
      // Filters are many, and as heaps long texts: some of the small ones.
      if (spec.has("arith") && (structure_of(unit, spec) > 300 || ++filters % 10 != 0)) return;
      if (spec.has("arith") && spec.is("arith", "heap") && ++heaps % 10 != 0) return;
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
