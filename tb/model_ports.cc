// SPDX-License-Identifier: Apache-2.0
// Checks and reads shared by the benches.

#include "tb/model_ports.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "sim/failure.h"

namespace tb {

void check_ports(const sim::Model& model, const base::Spec& spec,
                 const std::vector<PortWidth>& needed) {
  std::string faults;
  for (const PortWidth& port : needed) {
    const sim::ModelPort* found = model.find(port.name);
    if (found != nullptr && found->width == port.width) continue;
    if (!faults.empty()) faults += '\n';
    faults += found == nullptr ? fmt::format("{}: the model has no port '{}' ({} bits)",
                                             spec.unit(), port.name, port.width)
                               : fmt::format("{}: port '{}' has {} bits, {} expected", spec.unit(),
                                             port.name, found->width, port.width);
  }
  if (!faults.empty()) throw base::Error(base::ExitCode::kUsage, faults);
}

namespace {

// `field(lsb, width)` reads up to 64 bits.
template <class Field>
golden::Wide assemble(const Field& field, int lsb, int width, bool is_signed) {
  constexpr int kBits = 128;
  golden::UnsignedWide bits = field(lsb, std::min(width, 64));
  if (width > 64) bits |= golden::UnsignedWide{field(lsb + 64, width - 64)} << 64;
  if (!is_signed) return static_cast<golden::Wide>(bits);
  return static_cast<golden::Wide>(bits << (kBits - width)) >> (kBits - width);
}

}  // namespace

golden::Wide read_word(const sim::Signal& signal, int lsb, int width, bool is_signed) {
  return assemble([&](int at, int bits) { return signal.get_field(at, bits); }, lsb, width,
                  is_signed);
}

golden::Wide read_word(const sim::ModelPort& port, int lsb, int width, bool is_signed) {
  return assemble([&](int at, int bits) { return sim::read_field(port, at, bits); }, lsb, width,
                  is_signed);
}

void run_checked(sim::Scheduler& scheduler, sim::Task<> test, Verdict& verdict) {
  try {
    scheduler.run(std::move(test));
  } catch (const sim::Failure& failure) {
    verdict.passed = false;
    verdict.mismatch = fmt::format("{} ({})", failure.what(), scheduler.where());
  }
}

}  // namespace tb
