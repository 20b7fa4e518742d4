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

// Three ways to a fast netlist; which one wins depends on the library and the design.
constexpr std::string_view kSpeedLut =
    "strash;ifraig;scorr;dc2;&get -n;&st;&if -g -K 6;&dch;&nf;&put;"
    "buffer -c -N 12;topo;stime -p;upsize -c;dnsize -c;stime -p";
constexpr std::string_view kSpeedMap =
    "strash;ifraig;scorr;dc2;strash;dch -f;map -B 0.9;topo;buffer -c -N 16;topo;"
    "upsize -c;dnsize -c;stime -p";
constexpr std::string_view kSpeedMapDelay =
    "strash;ifraig;scorr;dc2;strash;dch -f;map -B 0.9 -D 1;topo;buffer -c -N 16;topo;"
    "upsize -c;dnsize -c;stime -p";

// Maps the structure as it stands: no dch, dc2, resub or refactor, so adders stay what they were.
constexpr std::string_view kStructure =
    "strash;&get -n;&nf;&put;buffer -c -N 16;topo;upsize -c;dnsize -c;stime -p";

const Recipe kRecipes[] = {
    {"area", "smallest netlist, flattened; ABC restructures logic", false, {kArea}},
    {"speed",
     "fastest of three scripts by OpenSTA, flattened; ABC restructures logic",
     false,
     {kSpeedLut, kSpeedMap, kSpeedMapDelay}},
    {"structure",
     "hierarchy kept while mapping and no restructuring: compares architectures",
     true,
     {kStructure}},
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
