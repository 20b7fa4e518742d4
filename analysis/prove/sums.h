// SPDX-License-Identifier: Apache-2.0
// Modules of sums (fircone_sum_*, and those that a unit's claims name): each is proved once, then
// stands as boxes of words.

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/prove/claim.h"
#include "analysis/prove/compose.h"
#include "analysis/prove/network.h"

namespace analysis {

// What the modules of sums of an elaboration compute. One that claims name: those claims, proved.
// Of others sum of factor * port * port, modulo 2^width of their one output: the equation is not
// taken from a name but read off the module's polynomial, which it then has to equal, term by term.
struct SumModules {
  KnownModules claims;  // by BLIF name
  // Modules that are no such sum, or one with a fault.
  std::set<std::string> others = {};
  // The adders that the equations rest on.
  std::map<std::string, std::string> box_modules = {};
};

SumModules read_sums(const std::string& blif, double timeout_seconds,
                     const std::vector<ModuleClaims>& named = {});

// A design with its sums as words, and what that rests on.
struct SumNetwork {
  Network network;
  SumModules sums;
  BoxProofs boxes;
};
SumNetwork elaborate_sums(const Sources& sources, double timeout_seconds,
                          const std::vector<ModuleClaims>& named = {});

}  // namespace analysis
