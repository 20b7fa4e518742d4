// SPDX-License-Identifier: Apache-2.0
// Why a filter computes what it should at every width: the identity of its matrices, and the ranges
// of its signals.

#pragma once

#include <string>
#include <vector>

#include "base/spec.h"

namespace gen {

struct FilterProof {
  std::string property;  // "columns: post [(coefficient h) o (data x)] == filter"
  bool holds = true;
  std::string method;  // "tensor identity", "ranges"
  std::string detail;  // what was checked, or the first thing that is wrong
};

// Of a resolved `fcu` or `fir`; empty for other units.
std::vector<FilterProof> prove_filter(const base::Spec& resolved);

}  // namespace gen
