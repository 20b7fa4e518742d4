// SPDX-License-Identifier: Apache-2.0
// What a filter costs in silicon, estimated before anything is synthesised, and scheme=auto, which
// takes the smallest form.
//
//   area = sum over parts (bits of registers, full adders, bits of Booth rows, ..) of number x um2
//
// The numbers are counted from the plan (units/filter_parts.h); the um2 of a library are fitted to
// netlists by `fircone fit` and kept as text in gen/models.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/spec.h"
#include "gen/units/filter_parts.h"

namespace gen {

struct CostModel {
  std::string library;
  std::string fit;    // how well it fits what it was made from
  FilterParts um2{};  // of one of each part
};
const std::vector<CostModel>& cost_models();                 // built in; the first: the default's
const CostModel* find_cost_model(std::string_view library);  // nullptr where there is none
// The text of gen/models: `key = value` lines. Usage errors name `file` and the line.
CostModel read_cost_model(std::string_view text, const std::string& file);
std::string cost_model_text(const CostModel& model);

double estimated_area(const FilterParts& parts, const CostModel& model);  // um2

struct Candidate {
  base::Spec spec;  // resolved
  double area = 0;  // um2
  int outputs_per_cycle = 1;
  double area_per_output() const { return area / outputs_per_cycle; }
};

// Whether the spec leaves the form to the model: scheme=auto.
bool is_automatic(const base::Spec& wanted);
// The forms that `wanted` allows, least area per output of the whole unit first; never empty. Keys
// that `wanted` has stay as they are; the others that shape the form are tried: scheme, tile,
// algorithms, form, every cut that has registered outputs, products; arith is heap with chains for
// final adders. An open tile is one of several that are legal, the least, 1 x 1, if no other is;
// `left_out`, if given, says which of the usual ones are not, and why, or nothing. Throws as
// `resolve` where no form is legal.
std::vector<Candidate> candidates(const base::Spec& wanted, const CostModel& model,
                                  std::string* left_out = nullptr);

}  // namespace gen
