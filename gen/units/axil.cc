// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite handshakes.

#include "gen/units/axil.h"

namespace gen {
namespace {

hdl::Bits okay() { return hdl::literal(2, 0); }
hdl::Bits slverr() { return hdl::literal(2, 2); }

}  // namespace

AxilPort axil_port(hdl::Module& m, int address_bits) {
  const hdl::BitsType flag = hdl::bits(1), word = hdl::bits(32), address = hdl::bits(address_bits);
  AxilPort p;
  p.awaddr = m.input("s_axil_awaddr_i", address, "Byte address to write.");
  p.awvalid = m.input("s_axil_awvalid_i", flag, "A write address is offered.");
  p.awready = m.output("s_axil_awready_o", flag, "It is taken.");
  p.wdata = m.input("s_axil_wdata_i", word, "Word to write.");
  p.wstrb = m.input("s_axil_wstrb_i", hdl::bits(4), "Bytes to write.");
  p.wvalid = m.input("s_axil_wvalid_i", flag, "Data to write is offered.");
  p.wready = m.output("s_axil_wready_o", flag, "It is taken.");
  p.bresp = m.output("s_axil_bresp_o", hdl::bits(2), "OKAY or SLVERR.");
  p.bvalid = m.output("s_axil_bvalid_o", flag, "A write is answered.");
  p.bready = m.input("s_axil_bready_i", flag, "The answer is taken.");
  p.araddr = m.input("s_axil_araddr_i", address, "Byte address to read.");
  p.arvalid = m.input("s_axil_arvalid_i", flag, "A read address is offered.");
  p.arready = m.output("s_axil_arready_o", flag, "It is taken.");
  p.rdata = m.output("s_axil_rdata_o", word, "Word read.");
  p.rresp = m.output("s_axil_rresp_o", hdl::bits(2), "OKAY or SLVERR.");
  p.rvalid = m.output("s_axil_rvalid_o", flag, "A read is answered.");
  p.rready = m.input("s_axil_rready_i", flag, "The answer is taken.");
  return p;
}

AxilWrite axil_write(hdl::Module& m, const AxilPort& port, const hdl::Clock& data,
                     const hdl::Clock& state) {
  const hdl::BitsType flag = hdl::bits(1);
  m.section("Write channel: address and data wait for each other.");
  const hdl::Bits address_full_q = m.reg("address_full_q", flag, 0);
  const hdl::Bits data_full_q = m.reg("data_full_q", flag, 0);
  const hdl::Bits bvalid_q = m.reg("bvalid_q", flag, 0);
  const hdl::Bits address_q = m.reg("address_q", hdl::bits(port.awaddr.width()));
  const hdl::Bits data_q = m.reg("data_q", hdl::bits(32));
  const hdl::Bits strobe_q = m.reg("strobe_q", hdl::bits(4));
  const hdl::Bits write = m.wire("write", flag, address_full_q & data_full_q & ~bvalid_q);
  m.registers(state, {}, {},
              {{address_full_q, hdl::mux(address_full_q, ~write, port.awvalid)},
               {data_full_q, hdl::mux(data_full_q, ~write, port.wvalid)},
               {bvalid_q, hdl::mux(bvalid_q, ~port.bready, write)}});
  m.clocked(data, [&](hdl::Clocked& c) {
    c.when(port.awvalid & ~address_full_q, [&] { c.set(address_q, port.awaddr); });
    c.when(port.wvalid & ~data_full_q, [&] {
      c.set(data_q, port.wdata);
      c.set(strobe_q, port.wstrb);
    });
  });
  m.assign(port.awready, ~address_full_q);
  m.assign(port.wready, ~data_full_q);
  m.assign(port.bvalid, bvalid_q);
  m.comment("Bytes without a strobe.");
  std::vector<hdl::Bits> bytes;
  for (int i = 3; i >= 0; --i) bytes.push_back(hdl::replicate(8, strobe_q.bit(i)));
  const hdl::Bits mask = m.wire("mask", hdl::bits(32), hdl::concat(bytes));
  const hdl::Bits written = m.wire("written", hdl::bits(32), data_q & mask);
  return {write, address_q, mask, written};
}

void axil_answer(hdl::Module& m, const AxilPort& port, const AxilWrite& write,
                 const hdl::Bits& known, const hdl::Clock& data) {
  const hdl::Bits bresp_q = m.reg("bresp_q", hdl::bits(2));
  m.registers(data, write.valid, {}, {{bresp_q, hdl::mux(known, okay(), slverr())}});
  m.assign(port.bresp, bresp_q);
}

void axil_read(hdl::Module& m, const AxilPort& port,
               const std::vector<std::pair<int, hdl::Bits>>& words, const hdl::Clock& data,
               const hdl::Clock& state) {
  m.section("Read channel: one access at a time.");
  const hdl::Bits rvalid_q = m.reg("rvalid_q", hdl::bits(1), 0);
  const hdl::Bits rdata_q = m.reg("rdata_q", hdl::bits(32));
  const hdl::Bits rresp_q = m.reg("rresp_q", hdl::bits(2));
  m.registers(state, {}, {}, {{rvalid_q, hdl::mux(rvalid_q, ~port.rready, port.arvalid)}});
  const int address_bits = static_cast<int>(port.araddr.width().value());
  m.clocked(data, [&](hdl::Clocked& c) {
    std::vector<hdl::Clocked::Choice> choices;
    for (const auto& [address, value] : words) {
      choices.push_back({hdl::literal(address_bits, address),
                         [&c, &rdata_q, value = value] { c.set(rdata_q, value); }});
    }
    c.when(port.arvalid & ~rvalid_q, [&] {
      c.set(rresp_q, okay());
      c.select(port.araddr, choices, [&] {
        c.set(rdata_q, hdl::zeros(32));
        c.set(rresp_q, slverr());
      });
    });
  });
  m.assign(port.arready, ~rvalid_q);
  m.assign(port.rvalid, rvalid_q);
  m.assign(port.rdata, rdata_q);
  m.assign(port.rresp, rresp_q);
}

}  // namespace gen
