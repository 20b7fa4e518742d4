// SPDX-License-Identifier: Apache-2.0
// The plan of an fcu, for those who count, draw or prove it.

#pragma once

#include <vector>

#include "base/spec.h"
#include "gen/unit.h"
#include "gen/units/filter_plan.h"

namespace gen {

// Of one input and one output channel.
FilterPlan fcu_plan(const base::Spec& resolved);

// The keys of fcu and their rules; conv2d_stream has them too, but for stride, dilation and preadd.
std::vector<Param> fcu_params();
std::vector<Rule> fcu_rules();

}  // namespace gen
