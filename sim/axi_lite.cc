// SPDX-License-Identifier: Apache-2.0
// The AXI4-Lite master's two operations.

#include "sim/axi_lite.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/failure.h"
#include "sim/triggers.h"

namespace sim {
namespace {

// One channel on which the master offers: valid rises after a pause and falls with the handshake.
struct Offer {
  Signal valid, ready;
  bool offered = false;
  bool done = false;

  bool wants_to_start() const { return !offered && !done; }
  void start() {
    valid.set(1);
    offered = true;
  }
  void sample() {
    if (take() != 0) done = true;
  }
  // As sample, for one of several: how many were taken.
  std::size_t take() {
    if (!offered || !ready.high()) return 0;
    valid.set(0);
    offered = false;
    return 1;
  }
};

// A response channel: valid must not fall, nor its payload change, before the master takes it.
class Response {
 public:
  Response(Signal valid, Signal ready, Signal code, Signal data)
      : valid_(valid), ready_(ready), code_(code), data_(data) {}

  // True when the response is taken at this edge.
  bool sample() {
    if (!valid_.high()) {
      if (seen_) throw ProtocolFailure(valid_.name() + " fell without ready");
      return false;
    }
    const uint64_t code = code_.get();
    const uint64_t data = data_.bound() ? data_.get() : 0;
    if (seen_ && (code != result_code || data != result_data)) {
      throw ProtocolFailure(valid_.name() + " waits for ready, but its payload changed");
    }
    seen_ = true;
    result_code = code;
    result_data = data;
    if (!accepting_) return false;
    ready_.set(0);
    return true;
  }
  void accept() {
    accepting_ = true;
    ready_.set(1);
  }
  bool accepting() const { return accepting_; }

  uint64_t result_code = 0;
  uint64_t result_data = 0;

 private:
  Signal valid_, ready_, code_, data_;
  bool accepting_ = false;
  bool seen_ = false;
};

[[noreturn]] void no_answer(const char* operation, uint64_t address, int64_t cycles) {
  throw Timeout(fmt::format("AXI4-Lite {} of {}: not finished after {} cycles", operation,
                            hex(address, 16), cycles));
}

[[noreturn]] void bad_response(const char* operation, uint64_t address, AxiResponse response) {
  throw ProtocolFailure(fmt::format("AXI4-Lite {} of {}: response {}", operation, hex(address, 16),
                                    response == AxiResponse::kSlaveError    ? "SLVERR"
                                    : response == AxiResponse::kDecodeError ? "DECERR"
                                                                            : "EXOKAY"));
}

}  // namespace

AxiLiteSignals AxiLiteSignals::bind(Scheduler& scheduler, Signal clock, std::string_view prefix) {
  const auto find = [&](const char* name, bool required = true) {
    const std::string full = std::string(prefix) + name;
    for (const char* suffix : {"", "_i", "_o"}) {
      if (scheduler.has(full + suffix)) return scheduler.signal(full + suffix);
    }
    return required ? scheduler.signal(full) : Signal();
  };
  return {.clock = clock,
          .awvalid = find("awvalid"),
          .awready = find("awready"),
          .awaddr = find("awaddr"),
          .awprot = find("awprot", false),
          .wvalid = find("wvalid"),
          .wready = find("wready"),
          .wdata = find("wdata"),
          .wstrb = find("wstrb", false),
          .bvalid = find("bvalid"),
          .bready = find("bready"),
          .bresp = find("bresp"),
          .arvalid = find("arvalid"),
          .arready = find("arready"),
          .araddr = find("araddr"),
          .arprot = find("arprot", false),
          .rvalid = find("rvalid"),
          .rready = find("rready"),
          .rdata = find("rdata"),
          .rresp = find("rresp")};
}

AxiLiteMaster::AxiLiteMaster(Scheduler&, AxiLiteSignals signals, Pacing pacing, uint64_t seed,
                             int64_t timeout_cycles)
    : signals_(signals),
      pacer_(pacing, seed, 0xa11e),
      write_garbage_(seed, 0xa11f),
      read_garbage_(seed, 0xa120),
      timeout_cycles_(timeout_cycles) {
  for (const Signal& signal :
       {signals_.awvalid, signals_.wvalid, signals_.arvalid, signals_.bready, signals_.rready}) {
    signal.set(0);
  }
  if (signals_.awprot.bound()) signals_.awprot.set(0);
  if (signals_.arprot.bound()) signals_.arprot.set(0);
  idle_write_address();
  idle_write_data();
  idle_read_address();
}

void AxiLiteMaster::idle_write_address() {
  signals_.awaddr.set(write_garbage_.bits(signals_.awaddr.width()));
}

void AxiLiteMaster::idle_write_data() {
  signals_.wdata.set(write_garbage_.bits(signals_.wdata.width()));
  if (signals_.wstrb.bound()) signals_.wstrb.set(write_garbage_.bits(signals_.wstrb.width()));
}

void AxiLiteMaster::idle_read_address() {
  signals_.araddr.set(read_garbage_.bits(signals_.araddr.width()));
}

Task<AxiResponse> AxiLiteMaster::do_write(AxiLiteMaster& self, uint64_t address, uint64_t data,
                                          uint64_t strobe) {
  const AxiLiteSignals& wires = self.signals_;
  Offer addresses{wires.awvalid, wires.awready};
  Offer words{wires.wvalid, wires.wready};
  Response response(wires.bvalid, wires.bready, wires.bresp, Signal());
  for (int64_t cycle = 0; cycle < self.timeout_cycles_; ++cycle) {
    if (!addresses.offered) self.idle_write_address();
    if (!words.offered) self.idle_write_data();
    if (addresses.wants_to_start() && !self.pacer_.pause()) {
      wires.awaddr.set(address);
      addresses.start();
    }
    if (words.wants_to_start() && !self.pacer_.pause()) {
      wires.wdata.set(data);
      if (wires.wstrb.bound()) wires.wstrb.set(strobe);
      words.start();
    }
    const bool offered = addresses.done && words.done;
    if (!response.accepting() && offered && !self.pacer_.pause()) response.accept();
    co_await rising_edge(wires.clock);
    addresses.sample();
    words.sample();
    if (!offered && wires.bvalid.high()) {
      throw ProtocolFailure(wires.bvalid.name() + " is high before the write was accepted");
    }
    if (offered && response.sample()) co_return static_cast<AxiResponse>(response.result_code);
  }
  no_answer("write", address, self.timeout_cycles_);
}

Task<AxiRead> AxiLiteMaster::do_read(AxiLiteMaster& self, uint64_t address) {
  const AxiLiteSignals& wires = self.signals_;
  Offer addresses{wires.arvalid, wires.arready};
  Response response(wires.rvalid, wires.rready, wires.rresp, wires.rdata);
  for (int64_t cycle = 0; cycle < self.timeout_cycles_; ++cycle) {
    if (!addresses.offered) self.idle_read_address();
    if (addresses.wants_to_start() && !self.pacer_.pause()) {
      wires.araddr.set(address);
      addresses.start();
    }
    const bool offered = addresses.done;
    if (!response.accepting() && offered && !self.pacer_.pause()) response.accept();
    co_await rising_edge(wires.clock);
    addresses.sample();
    if (!offered && wires.rvalid.high()) {
      throw ProtocolFailure(wires.rvalid.name() + " is high before the read was accepted");
    }
    if (offered && response.sample()) {
      co_return AxiRead{response.result_data, static_cast<AxiResponse>(response.result_code)};
    }
  }
  no_answer("read", address, self.timeout_cycles_);
}

Task<std::vector<AxiResponse>> AxiLiteMaster::do_write_all(AxiLiteMaster& self,
                                                           std::vector<AxiWrite> writes) {
  const AxiLiteSignals& wires = self.signals_;
  Offer addresses{wires.awvalid, wires.awready};
  Offer words{wires.wvalid, wires.wready};
  Response response(wires.bvalid, wires.bready, wires.bresp, Signal());
  std::size_t addressed = 0, worded = 0;  // accepted
  int64_t held = 0;
  std::vector<AxiResponse> results;
  const auto limit = static_cast<int64_t>(writes.size()) * self.timeout_cycles_;
  for (int64_t cycle = 0; cycle < limit; ++cycle) {
    if (!addresses.offered) self.idle_write_address();
    if (!words.offered) self.idle_write_data();
    if (!addresses.offered && addressed < writes.size() && !self.pacer_.pause()) {
      wires.awaddr.set(writes[addressed].address);
      addresses.start();
    }
    if (!words.offered && worded < writes.size() && !self.pacer_.pause()) {
      wires.wdata.set(writes[worded].data);
      if (wires.wstrb.bound()) wires.wstrb.set(~uint64_t{0});
      words.start();
    }
    if (!response.accepting() && held >= kHeldCycles) response.accept();
    const bool due = results.size() < std::min(addressed, worded);
    co_await rising_edge(wires.clock);
    addressed += addresses.take();
    worded += words.take();
    const bool answered = wires.bvalid.high();
    if (!due && answered) {
      throw ProtocolFailure(wires.bvalid.name() + " is high before the write was accepted");
    }
    held += answered ? 1 : 0;
    if (!due || !response.sample()) continue;
    results.push_back(static_cast<AxiResponse>(response.result_code));
    if (results.size() == writes.size()) co_return results;
    response = Response(wires.bvalid, wires.bready, wires.bresp, Signal());
    held = 0;
  }
  no_answer("write", writes[results.size()].address, limit);
}

Task<std::vector<AxiRead>> AxiLiteMaster::do_read_all(AxiLiteMaster& self,
                                                      std::vector<uint64_t> reads) {
  const AxiLiteSignals& wires = self.signals_;
  Offer addresses{wires.arvalid, wires.arready};
  Response response(wires.rvalid, wires.rready, wires.rresp, wires.rdata);
  std::size_t addressed = 0;  // accepted
  int64_t held = 0;
  std::vector<AxiRead> results;
  const auto limit = static_cast<int64_t>(reads.size()) * self.timeout_cycles_;
  for (int64_t cycle = 0; cycle < limit; ++cycle) {
    if (!addresses.offered) self.idle_read_address();
    if (!addresses.offered && addressed < reads.size() && !self.pacer_.pause()) {
      wires.araddr.set(reads[addressed]);
      addresses.start();
    }
    if (!response.accepting() && held >= kHeldCycles) response.accept();
    const bool due = results.size() < addressed;
    co_await rising_edge(wires.clock);
    addressed += addresses.take();
    const bool answered = wires.rvalid.high();
    if (!due && answered) {
      throw ProtocolFailure(wires.rvalid.name() + " is high before the read was accepted");
    }
    held += answered ? 1 : 0;
    if (!due || !response.sample()) continue;
    results.push_back({response.result_data, static_cast<AxiResponse>(response.result_code)});
    if (results.size() == reads.size()) co_return results;
    response = Response(wires.rvalid, wires.rready, wires.rresp, wires.rdata);
    held = 0;
  }
  no_answer("read", reads[results.size()], limit);
}

Task<> AxiLiteMaster::do_write_ok(AxiLiteMaster& self, uint64_t address, uint64_t data) {
  const AxiResponse response = co_await self.write(address, data);
  if (response != AxiResponse::kOkay) bad_response("write", address, response);
}

Task<uint64_t> AxiLiteMaster::do_read_ok(AxiLiteMaster& self, uint64_t address) {
  const AxiRead result = co_await self.read(address);
  if (result.response != AxiResponse::kOkay) bad_response("read", address, result.response);
  co_return result.data;
}

}  // namespace sim
