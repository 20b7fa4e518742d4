// SPDX-License-Identifier: Apache-2.0
// The plan of an fcu, for those who count, draw or prove it.

#pragma once

#include "base/spec.h"
#include "gen/units/filter_plan.h"

namespace gen {

// Of one input and one output channel.
FilterPlan fcu_plan(const base::Spec& resolved);

}  // namespace gen
