// SPDX-License-Identifier: Apache-2.0
// The recipes' ABC scripts. berkeley-abc has no abc.rc, so every alias is written out.

#include "synth/recipes.h"

#include <fmt/format.h>

#include "base/error.h"

namespace synth {
namespace {

// compress2rs by hand, area-oriented mapping, buffers for the large fan-outs, then smaller drives.
constexpr std::string_view kArea =
    "strash;ifraig;scorr;dc2;dc2;"
    "balance -l;resub -K 6 -l;rewrite -l;resub -K 6 -N 2 -l;refactor -l;resub -K 8 -l;balance -l;"
    "resub -K 8 -N 2 -l;rewrite -l;resub -K 10 -l;rewrite -z -l;resub -K 10 -N 2 -l;balance -l;"
    "resub -K 12 -l;refactor -z -l;resub -K 12 -N 2 -l;rewrite -z -l;balance -l;"
    "dch -f;amap -m;topo;buffer -c -N 16;topo;dnsize -c;stime -p";

// Ways to a fast netlist; which one wins depends on the library and the design.
constexpr std::string_view kSpeedLut =
    "strash;ifraig;scorr;dc2;&get -n;&st;&if -g -K 6;&dch;&nf;&put;"
    "buffer -c -N 12;topo;stime -p;upsize -c;dnsize -c;stime -p";
constexpr std::string_view kSpeedMap =
    "strash;ifraig;scorr;dc2;strash;dch -f;map -B 0.9;topo;buffer -c -N 16;topo;"
    "upsize -c;dnsize -c;stime -p";
constexpr std::string_view kSpeedDepth =  // keeps the depth that it is given
    "strash;ifraig;dch -f;map -B 0.9 -D 1;topo;buffer -c;upsize;dnsize;stime -p";

// Maps the structure as it stands: no dch, dc2, resub or refactor, so adders stay what they were.
constexpr std::string_view kStructure =
    "strash;&get -n;&nf;&put;buffer -c -N 16;topo;upsize -c;dnsize -c;stime -p";

// What Yosys 0.23 runs of itself behind `abc -liberty -constr`, but for `dretime`, which has no
// registers to move there.
constexpr std::string_view kStock =
    "strash;&get -n;&fraig -x;&put;scorr;dc2;strash;&get -n;&dch -f;&nf;&put;"
    "buffer;upsize;dnsize;stime -p";

const Recipe kRecipes[] = {
    {.name = "area",
     .doc = "smallest netlist, flattened; ABC restructures logic",
     .keep_hierarchy = false,
     .abc = {kArea},
     .goal = RefineGoal::kFree,
     .by_product = false},
    {.name = "balanced",
     .doc = "smallest area x delay of several scripts, flattened; ABC may restructure logic",
     .keep_hierarchy = false,
     .abc = {kArea, kSpeedLut, kSpeedMap, kSpeedDepth, kStructure},
     .goal = RefineGoal::kBalanced,
     .by_product = true},
    {.name = "speed",
     .doc = "fastest of several scripts by OpenSTA, flattened; ABC may restructure logic",
     .keep_hierarchy = false,
     .abc = {kSpeedLut, kSpeedMap, kSpeedDepth, kStructure},
     .goal = RefineGoal::kDelay,
     .by_product = false},
    {.name = "structure",
     .doc = "hierarchy kept while mapping and no restructuring: compares architectures",
     .keep_hierarchy = true,
     .abc = {kStructure},
     .goal = RefineGoal::kDelay,
     .by_product = false},
    {.name = "stock",
     .doc =
         "Yosys' own script for a library, flattened: what a netlist is without fircone's recipes",
     .keep_hierarchy = false,
     .abc = {kStock},
     .goal = RefineGoal::kFree,
     .by_product = false},
};

}  // namespace

std::span<const Recipe> recipes() { return kRecipes; }

const Recipe& find_recipe(std::string_view name) {
  std::vector<std::string> names;
  std::string list;
  for (const Recipe& recipe : kRecipes) {
    if (recipe.name == name) return recipe;
    names.emplace_back(recipe.name);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const std::string near = base::nearest(name, names);
  base::usage_error("recipe",
                    fmt::format("'{}' must be one of {}{}", name, list,
                                near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

}  // namespace synth
