// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite master: single reads and writes with seeded delays.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

struct AxiLiteSignals {
  Signal clock;
  Signal awvalid, awready, awaddr, awprot, wvalid, wready, wdata, wstrb, bvalid, bready, bresp;
  Signal arvalid, arready, araddr, arprot, rvalid, rready, rdata, rresp;

  // Ports `<prefix>awvalid`, ... each with or without `_i`/`_o`; awprot, arprot, wstrb may be
  // absent.
  static AxiLiteSignals bind(Scheduler& scheduler, Signal clock, std::string_view prefix);
};

// Address and data of a write are presented at independent times, drawn from `pacing`; bready and
// rready, too. One operation at a time. The constructor writes the idle levels.
class AxiLiteMaster {
 public:
  AxiLiteMaster(Scheduler& scheduler, AxiLiteSignals signals, Pacing pacing, uint64_t seed,
                int64_t timeout_cycles = 1000);

  Task<AxiResponse> write(uint64_t address, uint64_t data, uint64_t strobe = ~uint64_t{0}) {
    return do_write(*this, address, data, strobe);
  }
  Task<AxiRead> read(uint64_t address) { return do_read(*this, address); }

  // As above; any response but OKAY is a ProtocolFailure that names the address.
  Task<> write_ok(uint64_t address, uint64_t data) { return do_write_ok(*this, address, data); }
  Task<uint64_t> read_ok(uint64_t address) { return do_read_ok(*this, address); }

 private:
  static Task<AxiResponse> do_write(AxiLiteMaster& self, uint64_t address, uint64_t data,
                                    uint64_t strobe);
  static Task<AxiRead> do_read(AxiLiteMaster& self, uint64_t address);
  static Task<> do_write_ok(AxiLiteMaster& self, uint64_t address, uint64_t data);
  static Task<uint64_t> do_read_ok(AxiLiteMaster& self, uint64_t address);

  AxiLiteSignals signals_;
  Pacer pacer_;
  int64_t timeout_cycles_;
};

}  // namespace sim
