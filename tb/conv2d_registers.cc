// SPDX-License-Identifier: Apache-2.0
// The engine's registers: configuration, and checks of what they must say and refuse.

#include "tb/conv2d_registers.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "sim/failure.h"
#include "sim/random.h"
#include "sim/signal.h"

namespace tb {

namespace regs = conv2d_regs;
using sim::AxiResponse;
using sim::Task;

namespace {

constexpr uint64_t kRegisterStream = 0x7267;

[[noreturn]] void register_mismatch(const std::string& what, uint64_t got, uint64_t wanted) {
  throw sim::Mismatch(
      fmt::format("register {}: {}, expected {}", what, sim::hex(got, 32), sim::hex(wanted, 32)));
}

Task<> expect_refused(sim::AxiLiteMaster& bus, uint64_t address, uint64_t data) {
  const AxiResponse response = co_await bus.write(address, data);
  if (response != AxiResponse::kSlaveError) {
    throw sim::Mismatch(fmt::format("write of {}: s_axil_bresp_o={}, expected 2 (SLVERR)",
                                    sim::hex(address, 8), static_cast<int>(response)));
  }
}

uint64_t register_bits(int64_t value) { return static_cast<uint64_t>(value) & 0xffffffffU; }

}  // namespace

Task<> expect_register(sim::AxiLiteMaster& bus, uint64_t address, uint64_t wanted,
                       std::string name) {
  const uint64_t got = co_await bus.read_ok(address);
  if (got != wanted) register_mismatch(name, got, wanted);
}

Task<> expect_status(sim::AxiLiteMaster& bus, unsigned mask, unsigned wanted, std::string when) {
  const uint64_t got = co_await bus.read_ok(regs::kStatus) & mask;
  if (got != wanted) register_mismatch("STATUS " + when, got, wanted);
}

// Every register of a configuration, without the commit.
Task<> write_config(sim::AxiLiteMaster& bus, Conv2dConfig config) {
  co_await bus.write_ok(regs::kWidth, register_bits(config.width));
  for (uint64_t i = 0; i < config.kernel.coefficients.size(); ++i) {
    co_await bus.write_ok(regs::kCoefficients + 4 * i,
                          register_bits(config.kernel.coefficients[i]));
  }
  co_await bus.write_ok(regs::kHeight, register_bits(config.height));
  co_await bus.write_ok(regs::kShift, register_bits(config.shift));
}

Task<> wait_not_pending(sim::AxiLiteMaster& bus) {
  uint64_t status = regs::kPending;  // g++ 12 miscompiles co_await in the condition of a loop
  while ((status & regs::kPending) != 0) status = co_await bus.read_ok(regs::kStatus);
}

Task<> commit(sim::AxiLiteMaster& bus) { co_await bus.write_ok(regs::kCommit, 1); }

// Reads the error bits, clears them one by one, and looks that only those written go.
Task<> check_errors(EngineRegisters& on, unsigned errors, std::string when) {
  unsigned left = errors;
  co_await expect_status(on.bus, regs::kErrors | regs::kInFrame | regs::kConfigured,
                         left | regs::kConfigured, when);
  co_await on.bus.write_ok(regs::kStatus, 0);
  for (unsigned bit = 1; bit <= regs::kRefused; bit *= 2) {
    if ((left & bit) == 0) continue;
    co_await expect_status(on.bus, regs::kErrors, left, when + ", sticky");
    co_await on.bus.write_ok(regs::kStatus, bit);
    left &= ~bit;
    on.count(fmt::format("STATUS {:#x} set and cleared", bit));
  }
  co_await expect_status(on.bus, regs::kErrors, 0, when + ", cleared");
}

Task<> check_registers(EngineRegisters& on) {
  const Conv2dSizes& sizes = on.sizes;
  sim::Random random(on.seed, kRegisterStream);
  co_await expect_register(on.bus, regs::kId, 0x46434f4e, "ID");
  co_await expect_register(on.bus, regs::kVersion, 0x00010001, "VERSION");
  const auto field = [](int value, int lsb) { return static_cast<unsigned>(value) << lsb; };
  const golden::KernelShape& kernel = sizes.kernel;
  co_await expect_register(on.bus, regs::kParams,
                           field(sizes.data, 0) | field(sizes.coefficient, 8) |
                               field(kernel.columns, 16) | field(sizes.columns, 20) |
                               field(sizes.data_signed ? 1 : 0, 24) | field(sizes.scheme, 25),
                           "PARAMS");
  co_await expect_register(on.bus, regs::kShape,
                           field(kernel.rows, 0) | field(sizes.rows, 4) |
                               field(kernel.in_channels, 8) | field(kernel.out_channels, 16),
                           "SHAPE");
  co_await expect_register(
      on.bus, regs::kMaxima,
      static_cast<unsigned>(sizes.max_width) | static_cast<unsigned>(sizes.max_height) << 16,
      "MAXIMA");
  const auto coefficients = static_cast<uint64_t>(kernel.count());
  const uint64_t last = regs::kCoefficients + 4 * (coefficients - 1);
  for (const uint64_t address : {regs::kWidth, regs::kHeight, regs::kShift, regs::kCommit,
                                 regs::kStatus, regs::kCoefficients, last}) {
    co_await expect_register(on.bus, address, 0, fmt::format("{:#x} after reset", address));
  }
  // Read back, in another order; then byte by byte.
  std::vector<std::pair<uint64_t, uint64_t>> values;
  const auto extend = [&](uint64_t raw) {
    const int64_t value = static_cast<int64_t>(raw << (64 - sizes.coefficient));
    return register_bits(value >> (64 - sizes.coefficient));
  };
  values.emplace_back(regs::kWidth, random.bits(16));
  values.emplace_back(regs::kHeight, random.bits(16));
  values.emplace_back(regs::kShift, random.bits(6));
  for (uint64_t i = 0; i < coefficients; ++i) {
    values.emplace_back(regs::kCoefficients + 4 * i, extend(random.next()));
  }
  for (const auto& [address, value] : values) co_await on.bus.write_ok(address, value);
  for (size_t i = values.size(); i-- > 0;) {
    co_await expect_register(on.bus, values[i].first, values[i].second,
                             fmt::format("{:#x}", values[i].first));
  }
  for (const auto& [address, value] : values) {
    const auto strobe = random.bits(4);
    uint64_t mask = 0;
    for (unsigned byte = 0; byte < 4; ++byte) {
      if ((strobe >> byte & 1) != 0) mask |= uint64_t{0xff} << (8 * byte);
    }
    const uint64_t fresh = random.bits(32);
    co_await on.bus.write(address, fresh, strobe);
    uint64_t wanted = (value & ~mask) | (fresh & mask);
    if (address == regs::kShift) wanted &= 0x3f;
    if (address == regs::kWidth || address == regs::kHeight) wanted &= 0xffff;
    if (address >= regs::kCoefficients) wanted = extend(wanted);
    co_await expect_register(on.bus, address, wanted,
                             fmt::format("{:#x} with strobe {:#x}", address, strobe));
  }
  // Where nothing can be written or read.
  const uint64_t end = uint64_t{1} << sizes.address_bits();
  std::vector<uint64_t> nowhere = {regs::kNowhere, 0x3c};
  for (const uint64_t address : {last + 4, end - 4}) {
    if (address > last && address < end) nowhere.push_back(address);
  }
  std::vector<uint64_t> fixed = {
      regs::kId,    regs::kVersion,   regs::kParams,          regs::kMaxima,
      regs::kShape, regs::kWidth + 1, regs::kCoefficients + 2};
  fixed.insert(fixed.end(), nowhere.begin(), nowhere.end());
  for (const uint64_t address : fixed) co_await expect_refused(on.bus, address, 0xffffffff);
  nowhere.push_back(regs::kId + 1);
  for (const uint64_t address : nowhere) {
    const sim::AxiRead read = co_await on.bus.read(address);
    if (read.response != AxiResponse::kSlaveError) {
      throw sim::Mismatch(fmt::format("read of {:#x}: expected SLVERR", address));
    }
  }
  co_await expect_register(on.bus, regs::kId, 0x46434f4e, "ID behind writes to it");
  on.count("register map checked");
}

// Commits that must be refused.
Task<> check_refusals(EngineRegisters& on) {
  const auto w = static_cast<uint64_t>(on.sizes.max_width);
  const auto h = static_cast<uint64_t>(on.sizes.max_height);
  std::vector<std::pair<uint64_t, uint64_t>> illegal = {{0, 1},     {1, 0}, {w + 1, 1},
                                                        {1, h + 1}, {0, 0}, {0xffff, 0xffff}};
  // Every high bit counts, also above a small number.
  for (uint64_t high = 1; high < 0x10000; high *= 2) {
    if (high + 1 > w) illegal.emplace_back(high + 1, 1);
    if (high + 1 > h) illegal.emplace_back(1, high + 1);
  }
  for (const auto& [width, height] : illegal) {
    co_await on.bus.write_ok(regs::kWidth, width);
    co_await on.bus.write_ok(regs::kHeight, height);
    co_await on.bus.write_ok(regs::kCommit, 0);  // bit 0 clear: nothing happens
    co_await expect_status(on.bus, regs::kErrors, 0, "before a refused commit");
    co_await on.bus.write_ok(regs::kCommit, 1);
    co_await expect_status(on.bus, regs::kErrors | regs::kPending, regs::kRefused,
                           fmt::format("after a commit of {}x{}", width, height));
    co_await on.bus.write_ok(regs::kStatus, regs::kRefused);
    on.count("commits refused");
  }
}

// The next group's registers are written in the middle of a frame: its first beats have left the
// input slice, so its own configuration is in use and must stay. The commit comes at once or while
// the rest of the frame runs.
Task<> configure_in_frame(EngineRegisters& on, Conv2dConfig config, bool commit_now) {
  co_await write_config(on.bus, config);
  on.count("registers written while a frame runs");
  if (!commit_now) co_return;
  co_await commit(on.bus);
  const unsigned state = regs::kPending | regs::kInFrame | regs::kConfigured;
  co_await expect_status(on.bus, state | regs::kErrors, state, "with a commit pending");
  const uint64_t last = regs::kCoefficients + 4 * (config.kernel.coefficients.size() - 1);
  for (const uint64_t address :
       {regs::kWidth, regs::kHeight, regs::kShift, regs::kCoefficients, last}) {
    co_await expect_refused(on.bus, address, 1);
  }
  co_await expect_register(on.bus, regs::kWidth, register_bits(config.width),
                           "WIDTH, commit pending");
  on.count("commit pending while a frame runs");
}

}  // namespace tb
