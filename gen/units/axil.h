// SPDX-License-Identifier: Apache-2.0
// A module's AXI4-Lite port: one access at a time, write address and data in any order.

#pragma once

#include <utility>
#include <vector>

#include "gen/hdl/module.h"

namespace gen {

struct AxilPort {
  hdl::Bits awaddr, awvalid, awready, wdata, wstrb, wvalid, wready, bresp, bvalid, bready;
  hdl::Bits araddr, arvalid, arready, rdata, rresp, rvalid, rready;
};
// s_axil_*, 32 bits of data.
AxilPort axil_port(hdl::Module& m, int address_bits);

// A write that is being done in this cycle: bytes without a strobe are zero in `written`.
struct AxilWrite {
  hdl::Bits valid, address, mask, written;
};
AxilWrite axil_write(hdl::Module& m, const AxilPort& port, const hdl::Clock& data,
                     const hdl::Clock& state);
// Its answer: OKAY where `known`, else SLVERR.
void axil_answer(hdl::Module& m, const AxilPort& port, const AxilWrite& write,
                 const hdl::Bits& known, const hdl::Clock& data);

// The whole read channel: words by byte address, SLVERR for every other one.
void axil_read(hdl::Module& m, const AxilPort& port,
               const std::vector<std::pair<int, hdl::Bits>>& words, const hdl::Clock& data,
               const hdl::Clock& state);

}  // namespace gen
