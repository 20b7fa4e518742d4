// SPDX-License-Identifier: Apache-2.0
// scheme=auto on the command line: the choice, and what it was chosen from.

#pragma once

#include <filesystem>
#include <string>

#include "base/spec.h"

namespace cli {

// A spec that leaves its form to the cost model becomes a plain one, and stderr has the estimate
// and the runners-up; any other spec stays as it is. The model is that of `file`, else that of
// `library` (a name or a path). A library without one has the default library's, which is said, and
// what to run.
base::Spec settled(const base::Spec& wanted, const std::string& library,
                   const std::filesystem::path& file);

// Says on stderr which keys were given as `auto` though they mean nothing with the others.
void note_idle_autos(const base::Spec& wanted, const base::Spec& resolved);

}  // namespace cli
