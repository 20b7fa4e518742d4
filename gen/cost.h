// SPDX-License-Identifier: Apache-2.0
// What a point costs in silicon, estimated before anything is synthesised, and scheme=auto, which
// takes the cheapest form.
//
//   area = sum over features (bits of registers, cells of full adders, ..) of number x um2
//
// The numbers are counted in the modules that the unit's build function makes, so that the model
// sees whatever the generator really does; the um2 of a library are fitted to netlists by
// `fircone fit` and kept as data in gen/models.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/spec.h"
#include "gen/hdl/census.h"

namespace gen {

struct CostModel {
  std::string_view library;
  hdl::Census um2;       // of one unit of each feature
  std::string_view fit;  // how well it fits what it was made from
};
std::span<const CostModel> cost_models();                    // the first: the default library's
const CostModel* find_cost_model(std::string_view library);  // nullptr where there is none

// What a resolved spec is made of, and how many outputs it gives a cycle. Channels beyond two are
// extrapolated: every feature is products (of both), pre-additions (of inputs) or post-additions
// (of outputs).
struct Composition {
  hdl::Census census{};
  int outputs_per_cycle = 1;
};
Composition composition(const base::Spec& resolved);
double estimated_area(const Composition& composition, const CostModel& model);  // um2

struct Candidate {
  base::Spec spec;  // resolved
  double area = 0;  // um2
  int outputs_per_cycle = 1;
  double area_per_output() const { return area / outputs_per_cycle; }
};

// Whether the spec leaves the form to the model: scheme=auto.
bool is_automatic(const base::Spec& wanted);
// The forms that `wanted` allows, least area per output first; never empty. Keys that `wanted` has
// stay as they are; the others that shape the form are tried: scheme, tile, cut (as many places),
// products; arith is heap. Throws as `resolve` where no form is legal.
std::vector<Candidate> candidates(const base::Spec& wanted, const CostModel& model);

}  // namespace gen
