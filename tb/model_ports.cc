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

golden::Wide read_word(const sim::Signal& signal, int lsb, int width, bool is_signed) {
  const int low_width = std::min(width, 64);
  golden::Wide value = signal.get_field(lsb, low_width);
  if (width > 64) {
    value += golden::Wide{signal.get_field(lsb + 64, width - 64)} << 64;
  }
  const golden::Wide sign = golden::Wide{1} << (width - 1);
  return is_signed && value >= sign ? value - 2 * sign : value;
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
