// SPDX-License-Identifier: Apache-2.0
// The engine's registers: configuration, and checks of what they must say and refuse.

#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/axi_lite.h"
#include "tb/conv2d_frames.h"

namespace tb {

// The registers of one engine through one bus master; lives as long as the run.
struct EngineRegisters {
  sim::AxiLiteMaster& bus;
  const Conv2dSizes& sizes;
  uint64_t seed;
  std::map<std::string, int64_t>& coverage;

  void count(const std::string& name) const { ++coverage[name]; }
};

// A wrong value or answer is a sim::Mismatch.
sim::Task<> expect_register(sim::AxiLiteMaster& bus, uint64_t address, uint64_t wanted,
                            std::string name);
sim::Task<> expect_status(sim::AxiLiteMaster& bus, unsigned mask, unsigned wanted,
                          std::string when);

// Every register of a configuration, without the commit.
sim::Task<> write_config(sim::AxiLiteMaster& bus, Conv2dConfig config);
sim::Task<> commit(sim::AxiLiteMaster& bus);
sim::Task<> wait_not_pending(sim::AxiLiteMaster& bus);

// Out of reset: constants, reset values, reading back, strobes, addresses that are refused.
sim::Task<> check_registers(EngineRegisters& on);
// Commits that must be refused; needs STATUS without errors, leaves it so.
sim::Task<> check_refusals(EngineRegisters& on);
// The error bits are `errors`; clears them one by one, and looks that only those written go.
sim::Task<> check_errors(EngineRegisters& on, unsigned errors, std::string when);
// In the middle of a frame whose first beats have left the input slice, so that its own
// configuration is in use: writes the next one, and commits it at once or leaves that to the
// caller.
sim::Task<> configure_in_frame(EngineRegisters& on, Conv2dConfig config, bool commit_now);

}  // namespace tb
