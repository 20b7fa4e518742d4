// SPDX-License-Identifier: Apache-2.0
// scheme=auto on the command line: the choice, and what it was chosen from.

#pragma once

#include <string>

#include "base/spec.h"

namespace cli {

// A spec that leaves its form to the cost model becomes a plain one, and stderr has the estimate
// and the runners-up; any other spec stays as it is. Libraries without a model have the default
// one's, which is said.
base::Spec settled(const base::Spec& wanted, const std::string& library);

}  // namespace cli
