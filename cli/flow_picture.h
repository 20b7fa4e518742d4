// SPDX-License-Identifier: Apache-2.0
// A filter's graph in the language of graphviz.

#pragma once

#include <string>
#include <vector>

#include "gen/units/signal_flow.h"

namespace cli {

// Ranks from left to right, a colour for each stage, one graph below the other under `title`.
std::string flow_dot(const std::string& title, const std::vector<gen::FlowGraph>& graphs);

}  // namespace cli
