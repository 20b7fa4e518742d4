// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite master: single reads and writes with seeded delays.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/axi_stream.h"
#include "sim/scheduler.h"
#include "sim/signal.h"
#include "sim/task.h"

namespace sim {

enum class AxiResponse { kOkay = 0, kExclusiveOkay = 1, kSlaveError = 2, kDecodeError = 3 };

struct AxiRead {
  uint64_t data = 0;
  AxiResponse response = AxiResponse::kOkay;
};

struct AxiWrite {
  uint64_t address = 0, data = 0;
};

struct AxiLiteSignals {
  Signal clock;
  Signal awvalid, awready, awaddr, awprot, wvalid, wready, wdata, wstrb, bvalid, bready, bresp;
  Signal arvalid, arready, araddr, arprot, rvalid, rready, rdata, rresp;

  // Ports `<prefix>awvalid`, ... each with or without `_i`/`_o`; awprot, arprot, wstrb may be
  // absent.
  static AxiLiteSignals bind(Scheduler& scheduler, Signal clock, std::string_view prefix);
};

// Address and data of a write are presented at independent times, drawn from `pacing`; bready and
// rready, too. A write and a read may run at once, two of a kind may not. While a valid is low its
// payload is random, new in every cycle of an operation. The constructor writes the idle levels.
class AxiLiteMaster {
 public:
  AxiLiteMaster(Scheduler& scheduler, AxiLiteSignals signals, Pacing pacing, uint64_t seed,
                int64_t timeout_cycles = 1000);

  Task<AxiResponse> write(uint64_t address, uint64_t data, uint64_t strobe = ~uint64_t{0}) {
    return do_write(*this, address, data, strobe);
  }
  Task<AxiRead> read(uint64_t address) { return do_read(*this, address); }

  // Several in a row that overlap: the next one is offered as soon as the one before was accepted,
  // and each answer waits kHeldCycles before it is taken.
  Task<std::vector<AxiResponse>> write_all(std::vector<AxiWrite> writes) {
    return do_write_all(*this, std::move(writes));
  }
  Task<std::vector<AxiRead>> read_all(std::vector<uint64_t> addresses) {
    return do_read_all(*this, std::move(addresses));
  }
  static constexpr int64_t kHeldCycles = 5;

  // As above; any response but OKAY is a ProtocolFailure that names the address.
  Task<> write_ok(uint64_t address, uint64_t data) { return do_write_ok(*this, address, data); }
  Task<uint64_t> read_ok(uint64_t address) { return do_read_ok(*this, address); }

 private:
  static Task<AxiResponse> do_write(AxiLiteMaster& self, uint64_t address, uint64_t data,
                                    uint64_t strobe);
  static Task<AxiRead> do_read(AxiLiteMaster& self, uint64_t address);
  static Task<std::vector<AxiResponse>> do_write_all(AxiLiteMaster& self,
                                                     std::vector<AxiWrite> writes);
  static Task<std::vector<AxiRead>> do_read_all(AxiLiteMaster& self,
                                                std::vector<uint64_t> addresses);
  static Task<> do_write_ok(AxiLiteMaster& self, uint64_t address, uint64_t data);
  static Task<uint64_t> do_read_ok(AxiLiteMaster& self, uint64_t address);

  void idle_write_address();
  void idle_write_data();
  void idle_read_address();

  AxiLiteSignals signals_;
  Pacer pacer_;
  Random write_garbage_, read_garbage_;
  int64_t timeout_cycles_;
};

}  // namespace sim
