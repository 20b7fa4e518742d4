// SPDX-License-Identifier: Apache-2.0
// The RAM model's process.

#include "sim/ram.h"

#include <fmt/format.h>

#include "sim/failure.h"
#include "sim/triggers.h"

namespace sim {

RamModel::RamModel(Scheduler& scheduler, RamSignals signals, std::size_t depth, int latency)
    : signals_(signals), words_(depth), pipeline_(static_cast<std::size_t>(latency - 1)) {
  if (signals_.read_valid.bound()) signals_.read_valid.set(0);
  scheduler.start_soon(serve(*this), "ram");
}

Task<> RamModel::serve(RamModel& self) {
  const RamSignals& wires = self.signals_;
  for (;;) {
    co_await rising_edge(wires.clock);
    Reply reply;
    if (!wires.enable.bound() || wires.enable.high()) {
      const uint64_t address = wires.address.get();
      const bool write = wires.write_enable.bound() && wires.write_enable.high();
      if (address >= self.words_.size()) {
        throw ProtocolFailure(fmt::format("{}={} is beyond the RAM's {} words",
                                          wires.address.name(), wires.address.hex(),
                                          self.words_.size()));
      }
      reply = {true, !write, self.words_[address]};
      if (write) {
        self.words_[address] = wires.write_data.get();
        ++self.writes_;
      } else {
        ++self.reads_;
      }
    }
    if (!self.pipeline_.empty()) {
      std::swap(reply, self.pipeline_[self.place_]);
      self.place_ = (self.place_ + 1) % self.pipeline_.size();
    }
    if (reply.present && wires.read_data.bound()) wires.read_data.set(reply.data);
    if (wires.read_valid.bound()) wires.read_valid.set(reply.valid ? 1 : 0);
  }
}

}  // namespace sim
