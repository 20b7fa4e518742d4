// SPDX-License-Identifier: Apache-2.0
// The configurable unit's registers: configuration, counters, and what must be refused.

#include "tb/ccu_registers.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "sim/failure.h"
#include "sim/random.h"
#include "sim/signal.h"

namespace tb {

namespace regs = ccu_regs;
using sim::AxiResponse;
using sim::Task;

namespace {

constexpr uint64_t kRegisterStream = 0x6372;

[[noreturn]] void register_mismatch(const std::string& what, uint64_t got, uint64_t wanted) {
  throw sim::Mismatch(
      fmt::format("register {}: {}, expected {}", what, sim::hex(got, 32), sim::hex(wanted, 32)));
}

Task<> expect_refused(CcuDrivers& with, uint64_t address, uint64_t data) {
  const AxiResponse response = co_await with.bus.write(address, data);
  if (response != AxiResponse::kSlaveError) {
    throw sim::Mismatch(fmt::format("write of {}: s_axil_bresp_o={}, expected 2 (SLVERR)",
                                    sim::hex(address, 8), static_cast<int>(response)));
  }
}

uint64_t register_bits(int64_t value) { return static_cast<uint64_t>(value) & 0xffffffffU; }

// The values of WIDTH, HEIGHT, KERNEL_ROWS, KERNEL_COLUMNS and STRIDE.
struct Setting {
  uint64_t width, height, rows, columns, stride;
};

Task<> write_setting(CcuDrivers& with, Setting s) {
  co_await with.bus.write_ok(regs::kWidth, s.width);
  co_await with.bus.write_ok(regs::kStride, s.stride);
  co_await with.bus.write_ok(regs::kRows, s.rows);
  co_await with.bus.write_ok(regs::kHeight, s.height);
  co_await with.bus.write_ok(regs::kColumns, s.columns);
}

Task<> write_coefficients(CcuDrivers& with, int count) {
  for (int n = 0; n < count; ++n) co_await with.bus.write_ok(regs::kCoef, 1);
}

Task<> commit_without_coefficients(CcuDrivers& with, std::string when) {
  co_await commit(with);
  co_await expect_status(with, regs::kErrors | regs::kPending,
                         regs::kRefused | regs::kNoCoefficients, when);
  co_await with.bus.write_ok(regs::kStatus, regs::kErrors);
}

}  // namespace

Task<> expect_register(CcuDrivers& with, uint64_t address, uint64_t wanted, std::string name) {
  const uint64_t got = co_await with.bus.read_ok(address);
  if (got != wanted) register_mismatch(name, got, wanted);
}

Task<> expect_status(CcuDrivers& with, unsigned mask, unsigned wanted, std::string when) {
  const uint64_t got = co_await with.bus.read_ok(regs::kStatus) & mask;
  if (got != wanted) register_mismatch("STATUS " + when, got, wanted);
}

Task<> write_config(CcuBench& bench, CcuDrivers& with, CcuConfig config) {
  const golden::KernelShape shape = config.kernel.shape;
  co_await write_setting(
      with, {register_bits(config.width), register_bits(config.height), register_bits(shape.rows),
             register_bits(shape.columns), register_bits(config.stride)});
  for (const int64_t coefficient : config.kernel.coefficients) {
    co_await with.bus.write_ok(regs::kCoef, register_bits(coefficient));
  }
  bench.count("configurations written");
}

Task<> write_frame_size(CcuDrivers& with, int width, int height) {
  co_await with.bus.write_ok(regs::kHeight, register_bits(height));
  co_await with.bus.write_ok(regs::kWidth, register_bits(width));
}

Task<> wait_not_pending(CcuDrivers& with) {
  uint64_t status = regs::kPending;  // g++ 12 miscompiles co_await in the condition of a loop
  while ((status & regs::kPending) != 0) status = co_await with.bus.read_ok(regs::kStatus);
}

Task<> commit(CcuDrivers& with) { co_await with.bus.write_ok(regs::kCommit, 1); }

Task<CcuCounters> read_counters(CcuDrivers& with) {
  CcuCounters counters;
  counters.cycles = static_cast<int64_t>(co_await with.bus.read_ok(regs::kCycles));
  counters.input_cycles = static_cast<int64_t>(co_await with.bus.read_ok(regs::kInputCycles));
  counters.issued = static_cast<int64_t>(co_await with.bus.read_ok(regs::kIssued));
  const uint64_t low = co_await with.bus.read_ok(regs::kMacsLow);
  const uint64_t high = co_await with.bus.read_ok(regs::kMacsHigh);
  counters.macs = static_cast<int64_t>(high << 32 | low);
  counters.frames = static_cast<int64_t>(co_await with.bus.read_ok(regs::kFrames));
  co_return counters;
}

Task<> check_errors(CcuBench& bench, CcuDrivers& with, unsigned errors, std::string when) {
  unsigned left = errors;
  co_await expect_status(with, regs::kErrors, left, when);
  co_await with.bus.write_ok(regs::kStatus, 0);
  for (unsigned bit = 1; bit <= regs::kNoCoefficients; bit *= 2) {
    if ((left & bit) == 0) continue;
    co_await expect_status(with, regs::kErrors, left, when + ", sticky");
    co_await with.bus.write_ok(regs::kStatus, bit);
    left &= ~bit;
    bench.count(fmt::format("STATUS {:#x} set and cleared", bit));
  }
  co_await expect_status(with, regs::kErrors, 0, when + ", cleared");
}

Task<> check_registers(CcuBench& bench, CcuDrivers& with) {
  const CcuSizes& sizes = bench.sizes;
  sim::Random random(bench.options.seed, kRegisterStream);
  constexpr uint64_t kIdValue = 0x46434f4e;  // FCON
  co_await expect_register(with, regs::kId, kIdValue, "ID");
  co_await expect_register(with, regs::kVersion, 0x00010000, "VERSION");
  const auto field = [](int value, int lsb) { return static_cast<unsigned>(value) << lsb; };
  co_await expect_register(with, regs::kParams,
                           field(sizes.data, 0) | field(sizes.coefficient, 8) |
                               field(sizes.max_kernel, 16) | field(sizes.pixels, 20) |
                               field(sizes.data_signed ? 1 : 0, 24),
                           "PARAMS");
  co_await expect_register(
      with, regs::kMaxima,
      field(sizes.max_width, 0) | field(sizes.channels, 16) | field(sizes.cores, 24), "MAXIMA");
  constexpr uint64_t kValues[] = {regs::kWidth, regs::kHeight, regs::kRows, regs::kColumns,
                                  regs::kStride};
  for (const uint64_t address : kValues) {
    co_await expect_register(with, address, 0, fmt::format("{:#x} after reset", address));
  }
  for (const uint64_t address : {regs::kStatus, regs::kCoefCount, regs::kCycles, regs::kIssued,
                                 regs::kMacsLow, regs::kMacsHigh, regs::kFrames}) {
    co_await expect_register(with, address, 0, fmt::format("{:#x} after reset", address));
  }
  // Read back, in another order; then byte by byte.
  std::vector<std::pair<uint64_t, uint64_t>> values;
  for (const uint64_t address : kValues) {
    values.emplace_back(address, random.bits(16));
  }
  for (const auto& [address, value] : values) co_await with.bus.write_ok(address, value);
  for (size_t i = values.size(); i-- > 0;) {
    co_await expect_register(with, values[i].first, values[i].second,
                             fmt::format("{:#x}", values[i].first));
  }
  for (const auto& [address, value] : values) {
    const auto strobe = random.bits(4);
    uint64_t mask = 0;
    for (unsigned byte = 0; byte < 4; ++byte) {
      if ((strobe >> byte & 1) != 0) mask |= uint64_t{0xff} << (8 * byte);
    }
    const uint64_t fresh = random.bits(16);
    co_await with.bus.write(address, fresh, strobe);
    co_await expect_register(with, address, (value & ~mask) | (fresh & mask),
                             fmt::format("{:#x} with strobe {:#x}", address, strobe));
  }
  // Where nothing can be written or read.
  for (const uint64_t address :
       {regs::kId, regs::kVersion, regs::kParams, regs::kMaxima, regs::kCycles, regs::kMacsHigh,
        regs::kNothing, regs::kWidth + 1, regs::kStride + 2}) {
    co_await expect_refused(with, address, 0xffffffff);
  }
  for (const uint64_t address : {regs::kNothing, regs::kId + 1}) {
    const sim::AxiRead read = co_await with.bus.read(address);
    if (read.response != AxiResponse::kSlaveError) {
      throw sim::Mismatch(fmt::format("read of {:#x}: expected SLVERR", address));
    }
  }
  co_await expect_register(with, regs::kId, kIdValue, "ID behind writes to it");
  bench.count("register map checked");
}

Task<> check_refusals(CcuBench& bench, CcuDrivers& with) {
  const auto k = static_cast<uint64_t>(bench.sizes.max_kernel);
  const auto w = static_cast<uint64_t>(bench.sizes.max_width);
  std::vector<Setting> illegal = {
      {0, 4, 2, 2, 1},     {4, 0, 2, 2, 1},      {4, 4, 0, 2, 1},
      {4, 4, 2, 0, 1},     {4, 4, 2, 2, 0},      {4, 4, 2, 2, 3},
      {w + 1, 4, 2, 2, 1}, {w, 99, k + 1, 2, 1}, {w, 99, 2, k + 1, 1},
      {1, 4, 2, 2, 1},     {4, 1, 2, 2, 1},      {k - 1, k, k, k, 1},
      {k, k - 1, k, k, 2}, {0, 0, 0, 0, 0},      {0xffff, 0xffff, 0xffff, 0xffff, 0xffff}};
  // Every high bit counts, also above a small number.
  for (uint64_t high = 16; high < 0x1'0000'0000; high *= 2) {
    if (high + 4 > w) illegal.push_back({high + 4, 4, 2, 2, 1});
    if (high > 0xffff) illegal.push_back({4, high + 4, 2, 2, 1});
    illegal.push_back({w, 99, high + 2, 2, 1});
    illegal.push_back({w, 99, 2, high + 2, 1});
    illegal.push_back({4, 4, 2, 2, high + 1});
  }
  for (const Setting& s : illegal) {
    co_await write_setting(with, s);
    co_await with.bus.write_ok(regs::kCommit, 0);  // bit 0 clear: nothing happens
    co_await expect_status(with, regs::kErrors, 0, "before a refused commit");
    co_await with.bus.write_ok(regs::kCommit, 1);
    unsigned reasons = 0;
    const auto sound = [k](uint64_t size) { return size >= 1 && size <= k; };
    if (!sound(s.rows) || !sound(s.columns)) reasons |= regs::kBadKernel;
    if (s.stride != 1 && s.stride != 2) reasons |= regs::kBadStride;
    if (s.width < 1 || s.width > w || s.height < 1 || s.height > 0xffff) {
      reasons |= regs::kBadFrame;
    }
    if ((reasons & (regs::kBadKernel | regs::kBadFrame)) == 0 &&
        (s.rows > s.height || s.columns > s.width)) {
      reasons |= regs::kKernelTooLarge;
    }
    // Whether coefficients are missing cannot be said where their number is not known.
    co_await expect_status(with, (regs::kErrors & ~regs::kNoCoefficients) | regs::kPending,
                           regs::kRefused | reasons,
                           fmt::format("after a commit of {}x{}, kernel {}x{}, stride {}", s.width,
                                       s.height, s.rows, s.columns, s.stride));
    co_await with.bus.write_ok(regs::kStatus, regs::kErrors);
    co_await expect_status(with, regs::kErrors, 0, "behind a refused commit");
    bench.count("commits refused");
  }
}

Task<> check_coefficients(CcuBench& bench, CcuDrivers& with) {
  const int all = bench.sizes.cores * bench.sizes.channels * 2;
  // While the size of the kernel is not legal there is no place for coefficients.
  co_await write_setting(with, {8, 8, 0, 2, 1});
  co_await expect_refused(with, regs::kCoef, 1);
  co_await write_setting(with, {8, 8, 2, 1, 1});
  co_await commit_without_coefficients(with, "with no coefficient");
  co_await write_coefficients(with, all - 1);
  co_await expect_register(with, regs::kCoefCount, static_cast<uint64_t>(all - 1), "COEF_COUNT");
  co_await commit_without_coefficients(with, "with one coefficient less");
  co_await write_coefficients(with, 1);
  co_await expect_refused(with, regs::kCoef, 1);  // one too many
  co_await expect_register(with, regs::kCoefCount, static_cast<uint64_t>(all), "COEF_COUNT");
  for (const uint64_t address : {regs::kRows, regs::kColumns, regs::kStride, regs::kCoefCount}) {
    co_await write_setting(with, {8, 8, 2, 1, 1});
    co_await write_coefficients(with, all);
    co_await with.bus.write_ok(address, address == regs::kRows ? 2 : 1);
    co_await expect_register(with, regs::kCoefCount, 0, "COEF_COUNT, started again");
    co_await commit_without_coefficients(with, fmt::format("behind a write of {:#x}", address));
  }
  bench.count("coefficients checked");
}

Task<> check_pending(CcuBench& bench, CcuDrivers& with, CcuConfig config) {
  const unsigned state = regs::kPending | regs::kConfigured | regs::kErrors | regs::kInFrame;
  const unsigned wanted = regs::kPending | regs::kConfigured;
  co_await expect_status(with, state, wanted, "with a commit pending");
  for (const uint64_t address : {regs::kWidth, regs::kHeight, regs::kRows, regs::kColumns,
                                 regs::kStride, regs::kCoef, regs::kCoefCount}) {
    co_await expect_refused(with, address, 1);
  }
  co_await commit(with);  // no effect
  co_await expect_status(with, state, wanted, "with a commit pending, behind another");
  co_await expect_register(with, regs::kWidth, register_bits(config.width), "WIDTH, pending");
  co_await expect_register(with, regs::kStride, register_bits(config.stride), "STRIDE, pending");
  bench.count("writes refused while a commit is pending");
}

}  // namespace tb
