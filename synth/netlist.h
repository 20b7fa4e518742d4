// SPDX-License-Identifier: Apache-2.0
// A mapped netlist: library cells and the nets between them.

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "synth/library.h"

namespace synth {

using NetId = uint32_t;
constexpr NetId kNetZero = 0;  // constant 0; also what nothing drives
constexpr NetId kNetOne = 1;
constexpr NetId kNoNet = UINT32_MAX;

struct NetPort {
  std::string name;
  bool input = false;
  bool is_signed = false;
  std::vector<NetId> bits;  // least significant first
};

struct NetCell {
  std::string name;
  const LibCell* type = nullptr;
  std::vector<NetId> pins;  // as type->pins; kNoNet where unconnected
};

class Netlist {
 public:
  // Yosys' JSON of a flat netlist. Check error for a cell that the library does not have.
  static Netlist read(const std::filesystem::path& json, const std::string& top,
                      std::shared_ptr<const Library> library);
  static Netlist parse(std::string_view json, const std::string& top,
                       std::shared_ptr<const Library> library);

  const std::string& top() const { return top_; }
  const Library& library() const { return *library_; }
  const std::vector<NetPort>& ports() const { return ports_; }
  const NetPort* find_port(std::string_view name) const;
  const std::vector<NetCell>& cells() const { return cells_; }
  size_t net_count() const { return net_names_.size(); }
  const std::string& net_name(NetId net) const { return net_names_[net]; }  // `sum_q[3]`
  bool is_register(const NetCell& cell) const { return cell.type->sequential.has_value(); }

  // The same ports with other cells, whose nets are numbers below `nets`; new nets are unnamed.
  Netlist with_cells(std::vector<NetCell> cells, size_t nets) const;
  // Yosys' JSON and structural Verilog of what this is; both can be read again.
  std::string json() const;
  std::string verilog() const;

  double area() const;           // um2
  double register_area() const;  // of flip-flops and latches
  size_t register_count() const;
  size_t depth() const;  // most cells on any path between ports and registers; 0 for a loop

  // Input ports that clock flip-flops, directly or through buffers and inverters; most clock pins
  // first. Without flip-flops those that enable latches. Empty for a combinational design.
  std::vector<std::string> clock_ports() const;
  std::string clock_port() const;  // the first of them, or empty

 private:
  std::string top_;
  std::shared_ptr<const Library> library_;
  std::vector<NetPort> ports_;
  std::vector<NetCell> cells_;
  std::vector<std::string> net_names_;
};

}  // namespace synth
