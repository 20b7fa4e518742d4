// SPDX-License-Identifier: Apache-2.0
// The configurable unit's registers: configuration, counters, and what must be refused.

#pragma once

#include <cstdint>
#include <string>

#include "tb/ccu_bench.h"

namespace tb {

// Register addresses and bits, see gen/units/ccu.md.
namespace ccu_regs {
inline constexpr uint64_t kId = 0x00, kVersion = 0x04, kParams = 0x08, kMaxima = 0x0c;
inline constexpr uint64_t kWidth = 0x10, kHeight = 0x14, kRows = 0x18, kColumns = 0x1c;
inline constexpr uint64_t kStride = 0x20, kCommit = 0x24, kStatus = 0x28;
inline constexpr uint64_t kCoef = 0x2c, kCoefCount = 0x30;
inline constexpr uint64_t kCycles = 0x40, kInputCycles = 0x44, kIssued = 0x48;
inline constexpr uint64_t kMacsLow = 0x4c, kMacsHigh = 0x50, kFrames = 0x54, kNothing = 0x58;
inline constexpr unsigned kLastEarly = 1, kLastLate = 2, kUserEarly = 4, kUserLate = 8;
inline constexpr unsigned kRefused = 16;
inline constexpr unsigned kPending = 0x100, kInFrame = 0x200, kConfigured = 0x400;
// Why a commit was refused.
inline constexpr unsigned kBadKernel = 1U << 16, kBadStride = 1U << 17, kBadFrame = 1U << 18;
inline constexpr unsigned kKernelTooLarge = 1U << 19, kNoCoefficients = 1U << 20;
inline constexpr unsigned kReasons = 31U << 16, kErrors = 31U | kReasons;
}  // namespace ccu_regs

// What the counters said of the last finished frame.
struct CcuCounters {
  int64_t cycles = 0, input_cycles = 0, issued = 0, macs = 0, frames = 0;
};

// A wrong value or answer is a sim::Mismatch.
sim::Task<> expect_register(CcuDrivers& with, uint64_t address, uint64_t wanted, std::string name);
sim::Task<> expect_status(CcuDrivers& with, unsigned mask, unsigned wanted, std::string when);

// Every register and coefficient of a configuration, without the commit.
sim::Task<> write_config(CcuBench& bench, CcuDrivers& with, CcuConfig config);
// As write_config for a frame of another size under the kernel that is in use.
sim::Task<> write_frame_size(CcuDrivers& with, int width, int height);
sim::Task<> commit(CcuDrivers& with);
sim::Task<> wait_not_pending(CcuDrivers& with);
sim::Task<CcuCounters> read_counters(CcuDrivers& with);

// Out of reset: constants, reset values, reading back, strobes, addresses that are refused.
sim::Task<> check_registers(CcuBench& bench, CcuDrivers& with);
// Commits that must be refused, and why; needs STATUS without errors, leaves it so.
sim::Task<> check_refusals(CcuBench& bench, CcuDrivers& with);
// What may be written to COEF and COEF_COUNT, and when; leaves no commit behind.
sim::Task<> check_coefficients(CcuBench& bench, CcuDrivers& with);
// With a commit of `config` pending and no frame begun: nothing of it can be changed.
sim::Task<> check_pending(CcuBench& bench, CcuDrivers& with, CcuConfig config);
// The error bits are `errors`; clears them one by one, and looks that only those written go.
sim::Task<> check_errors(CcuBench& bench, CcuDrivers& with, unsigned errors, std::string when);

}  // namespace tb
