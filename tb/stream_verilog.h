// SPDX-License-Identifier: Apache-2.0
// What Verilog benches of units with AXI4-Stream and AXI4-Lite ports share.

#pragma once

#include <string>

namespace tb {

// Text of a bench of module `top`. It wants the localparams AddressWidth, InWidth, OutWidth, InBeat
// and OutBeat (and InKeep, OutKeep); memories beats_in and beats_out; integers sent, send_limit,
// received, receive_limit and errors; a register lfsr of 31 bits.
struct StreamVerilog {
  std::string ports;      // signals, and the unit under test as u_dut
  std::string processes;  // clock, source, sink with its checks, tasks for registers, task fail
  std::string idle;       // statements that begin the run
};

// Which ports the streams have beside tdata, tlast, tvalid and tready. A beat in a memory is
// {tuser, tlast, tkeep, tdata}. `weights`: there is a stream s_weight too, a beat {tlast, tdata};
// it wants the localparam WeightWidth, a memory beats_weights, integers weights_sent and
// weights_limit.
struct StreamPorts {
  bool keep = false, user = true, weights = false;
};
StreamVerilog stream_verilog(const std::string& top, const StreamPorts& ports);

}  // namespace tb
