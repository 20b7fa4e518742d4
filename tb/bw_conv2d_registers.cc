// SPDX-License-Identifier: Apache-2.0
// The binary-weight engine's registers: what they say, and starts that must be refused.

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "sim/failure.h"
#include "sim/signal.h"
#include "tb/bw_conv2d_bench.h"

namespace tb {

namespace regs = bw_regs;
using sim::AxiResponse;
using sim::Task;

namespace {

constexpr uint64_t kRegisterStream = 0x6272;
constexpr uint64_t kSettings[] = {regs::kWidth,       regs::kHeight, regs::kInChannels,
                                  regs::kOutChannels, regs::kKernel, regs::kStride,
                                  regs::kPadding,     regs::kPool,   regs::kShift};

Task<> expect_refused(BwDrivers& with, uint64_t address, uint64_t data) {
  const AxiResponse response = co_await with.bus.write(address, data);
  if (response != AxiResponse::kSlaveError) {
    throw sim::Mismatch(fmt::format("write of {}: s_axil_bresp_o={}, expected 2 (SLVERR)",
                                    sim::hex(address, 8), static_cast<int>(response)));
  }
}

uint64_t* field_of(BwSetting& s, uint64_t address) {
  uint64_t* const fields[] = {&s.width,  &s.height,  &s.in_channels, &s.out_channels, &s.kernel,
                              &s.stride, &s.padding, &s.pool,        &s.shift};
  return fields[(address - regs::kWidth) / 4];
}

// Settings that break one thing or several, and some that are legal or too large for the memories.
std::vector<BwSetting> bad_settings(const BwSizes& sizes) {
  const auto terms = static_cast<uint64_t>(sizes.max_terms);
  const auto outs = static_cast<uint64_t>(sizes.max_out_channels);
  const auto store = static_cast<uint64_t>(sizes.line_words);
  const auto weights = static_cast<uint64_t>(sizes.weight_words);
  const auto simd = static_cast<uint64_t>(sizes.simd), pe = static_cast<uint64_t>(sizes.pe);
  const BwSetting one{1, 1, 1, 1, 1, 1, 0, 0, 0};
  std::vector<BwSetting> all;
  const auto with = [&](const std::function<void(BwSetting&)>& change) {
    all.push_back(one);
    change(all.back());
  };
  for (const uint64_t address : kSettings) {
    for (int bit = 16; bit < 32; bit += 3)
      with([&](BwSetting& s) { *field_of(s, address) += uint64_t{1} << bit; });
  }
  for (const uint64_t kernel : {0, 2, 4, 6, 7, 9, 0xffff})
    with([&](BwSetting& s) { s.kernel = kernel, s.width = s.height = 40; });
  for (const uint64_t stride : {0, 3, 4, 0xffff}) with([&](BwSetting& s) { s.stride = stride; });
  for (const uint64_t padding : {3, 4, 0x8000}) with([&](BwSetting& s) { s.padding = padding; });
  for (const uint64_t pool : {2, 3, 0x100}) {
    with([&](BwSetting& s) { s.pool = pool, s.width = s.height = 2; });
  }
  for (const uint64_t shift : {32, 33, 0x4000}) with([&](BwSetting& s) { s.shift = shift; });
  with([](BwSetting& s) { s.width = 0; });
  with([](BwSetting& s) { s.height = 0; });
  with([](BwSetting& s) { s.in_channels = 0; });
  with([](BwSetting& s) { s.out_channels = 0; });
  with([&](BwSetting& s) { s.in_channels = terms + 1; });
  with([&](BwSetting& s) { s.out_channels = outs + 1; });
  with([](BwSetting& s) { s = {}; });
  with([](BwSetting& s) {
    s = {0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff};
  });
  // No output: the kernel is larger than the padded picture, or pooling has less than two rows.
  with([](BwSetting& s) { s.kernel = 3; });
  with([](BwSetting& s) { s.kernel = 5, s.padding = 1, s.width = 3, s.height = 2; });
  with([](BwSetting& s) { s.kernel = 5, s.padding = 1, s.width = 2, s.height = 3; });
  with([](BwSetting& s) { s.pool = 1; });
  with([](BwSetting& s) { s.pool = 1, s.width = 2; });
  with([](BwSetting& s) { s.pool = 1, s.height = 3, s.width = 3, s.kernel = 3; });
  with([](BwSetting& s) { s.padding = 1, s.height = 0xffff; });  // 65537 rows
  // The memories.
  with([&](BwSetting& s) { s.width = store + 1; });
  with([&](BwSetting& s) { s.width = 0xffff, s.in_channels = terms; });
  with([&](BwSetting& s) { s.width = store / 3 + 1, s.height = 3, s.kernel = 3; });
  with([&](BwSetting& s) { s.width = store / 2 + 1, s.height = 2, s.pool = 1; });
  with([&](BwSetting& s) {
    s.width = store / 7 + 1, s.height = 7, s.kernel = 5, s.pool = 1, s.stride = 2;
    s.padding = 2;
  });
  with([&](BwSetting& s) { s.in_channels = terms, s.kernel = 5, s.padding = 2; });
  with([&](BwSetting& s) { s.in_channels = terms / 9 + simd, s.kernel = 3, s.padding = 1; });
  with([&](BwSetting& s) { s.out_channels = outs, s.in_channels = terms; });
  with([&](BwSetting& s) { s.out_channels = weights * pe + 1; });
  return all;
}

}  // namespace

Task<> check_registers(BwBench& bench, BwDrivers& with) {
  const BwSizes& sizes = bench.sizes;
  sim::Random random(bench.options.seed, kRegisterStream);
  constexpr uint64_t kIdValue = 0x46434f4e;  // FCON
  const auto field = [](int value, int lsb) { return static_cast<unsigned>(value) << lsb; };
  co_await expect_register(with, regs::kId, kIdValue, "ID");
  co_await expect_register(with, regs::kVersion, 0x00010000, "VERSION");
  co_await expect_register(
      with, regs::kParams,
      field(sizes.data, 0) | field(sizes.out, 8) | field(sizes.acc, 16) | field(sizes.scale, 24),
      "PARAMS");
  co_await expect_register(with, regs::kArray,
                           field(sizes.pe, 0) | field(sizes.simd, 8) | field(sizes.bus, 16) |
                               field(sizes.data_signed ? 1 : 0, 28) | field(sizes.relu ? 1 : 0, 29),
                           "ARRAY");
  co_await expect_register(with, regs::kLimits,
                           field(sizes.max_terms, 0) | field(sizes.max_out_channels, 16), "LIMITS");
  int address_bits = 0;
  while (1 << address_bits < sizes.line_words) ++address_bits;
  co_await expect_register(with, regs::kStores,
                           field(address_bits, 0) | field(sizes.weight_words, 8), "STORES");
  for (uint64_t address = regs::kControl; address < regs::kNowhere; address += 4)
    co_await expect_register(with, address, 0, fmt::format("{:#x} after reset", address));
  // Read back, in another order; then byte by byte.
  std::vector<std::pair<uint64_t, uint64_t>> values;
  for (const uint64_t address : kSettings) values.emplace_back(address, random.bits(16));
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
       {regs::kId, regs::kVersion, regs::kParams, regs::kArray, regs::kLimits, regs::kStores,
        regs::kLayers, regs::kOutputBits + 4, regs::kNowhere, regs::kWidth + 1, regs::kShift + 2}) {
    co_await expect_refused(with, address, 0xffffffff);
  }
  for (const uint64_t address : {regs::kNowhere, regs::kId + 1}) {
    const sim::AxiRead read = co_await with.bus.read(address);
    if (read.response != AxiResponse::kSlaveError)
      throw sim::Mismatch(fmt::format("read of {:#x}: expected SLVERR", address));
  }
  co_await expect_register(with, regs::kId, kIdValue, "ID behind writes to it");
  bench.count("register map checked");
}

Task<> check_refusals(BwBench& bench, BwDrivers& with) {
  for (const BwSetting& s : bad_settings(bench.sizes)) {
    const unsigned wanted = refusal_of(bench.sizes, s);
    if (wanted == 0) continue;  // legal for these sizes
    co_await write_setting(with, s);
    co_await with.bus.write_ok(regs::kControl, 0);  // neither bit: nothing happens
    co_await expect_status(with, ~0U, 0, "before a refused start");
    co_await start_layer(with);
    const std::string what = fmt::format(
        "a start of {}x{}, {} to {} channels, kernel {} stride {} padding {} pool {} "
        "shift {}",
        s.width, s.height, s.in_channels, s.out_channels, s.kernel, s.stride, s.padding, s.pool,
        s.shift);
    constexpr int64_t kSetup = 150'000;  // WIDTH + groups cycles at most
    co_await wait_idle(bench, with, kSetup, what);
    co_await expect_status(with, ~0U, wanted, "behind " + what);
    // Each bit goes on its own.
    for (unsigned bit = 1; bit != 0 && bit <= regs::kReasons; bit *= 2) {
      if ((wanted & bit) == 0) continue;
      bench.count(fmt::format("refused for {:#x}", bit));
    }
    co_await with.bus.write_ok(regs::kStatus, regs::kRefused);
    co_await expect_status(with, ~0U, wanted & ~regs::kRefused, "partly cleared");
    co_await clear_status(with);
  }
  co_await expect_register(with, regs::kLayers, static_cast<uint64_t>(bench.layers),
                           "LAYERS behind refused starts");
}

}  // namespace tb
