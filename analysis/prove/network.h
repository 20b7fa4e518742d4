// SPDX-License-Identifier: Apache-2.0
// Verilog elaborated to gates, and to boxes whose meaning is a linear equation over integers.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/prove/claim.h"
#include "analysis/prove/solver.h"

namespace analysis {

using Net = uint32_t;
constexpr Net kFalse = 0;
constexpr Net kTrue = 1;

enum class LogicOp : uint8_t {
  kBuf,
  kNot,
  kAnd,
  kOr,
  kXor,
  kNand,
  kNor,
  kXnor,
  kAndNot,  // a & ~b
  kOrNot,   // a | ~b
  kMux,     // s ? b : a; inputs a, b, s
  kNmux,    // its complement
  kRegister,
};
int input_count(LogicOp op);

// The value of a gate on words of lanes (or on one bit, masked by the caller).
inline uint64_t gate_value(LogicOp op, uint64_t a, uint64_t b, uint64_t s) {
  switch (op) {
    case LogicOp::kBuf:
    case LogicOp::kRegister:
      return a;
    case LogicOp::kNot:
      return ~a;
    case LogicOp::kAnd:
      return a & b;
    case LogicOp::kOr:
      return a | b;
    case LogicOp::kXor:
      return a ^ b;
    case LogicOp::kNand:
      return ~(a & b);
    case LogicOp::kNor:
      return ~(a | b);
    case LogicOp::kXnor:
      return ~(a ^ b);
    case LogicOp::kAndNot:
      return a & ~b;
    case LogicOp::kOrNot:
      return a | ~b;
    case LogicOp::kMux:
      return (a & ~s) | (b & s);
    case LogicOp::kNmux:
      return ~((a & ~s) | (b & s));
  }
  return 0;
}

struct LogicGate {
  LogicOp op = LogicOp::kBuf;
  std::array<Net, 3> in = {kFalse, kFalse, kFalse};
  Net out = kFalse;
};

// Bits, least first, read as a number.
struct Word {
  std::vector<Net> bits;
  bool is_signed = false;
};

// sum over k of 2^k out[k] == sum of factor * product of words, modulo 2^(size of out).
// A full adder is the box with out = {sum, carry} and three words of one bit.
struct Box {
  struct Product {
    int factor = 1;
    std::vector<Word> words;
  };
  std::string name;   // instance, and the bit of a row: "u_stage1_fa[3]"
  std::string model;  // module or operator: "fircone_fa", "$add"
  std::vector<Net> out;
  std::vector<Product> terms = {};
  bool is_word = false;  // an operator, or a module of sums; else adder cells and final adders
};

// What modules compute, by BLIF name: each claim of some bits of an output.
using KnownModules = std::map<std::string, std::vector<Claim>>;

// A combinational module, or a pipeline whose registers are read as wires (see stages()).
class Network {
 public:
  // Reads one module of what elaborate() wrote. Usage error for what has no two-valued meaning
  // (undriven nets that matter, latches, memories), and for loops.
  // Cells of a type in `known` are boxes, one for each of its equations.
  static Network parse(std::string_view blif, std::string_view module,
                       const KnownModules& known = {});

  const std::map<std::string, std::vector<Net>>& inputs() const { return inputs_; }
  const std::map<std::string, std::vector<Net>>& outputs() const { return outputs_; }
  const std::vector<LogicGate>& gates() const { return gates_; }
  const std::vector<Box>& boxes() const { return boxes_; }
  size_t net_count() const { return names_.size(); }
  const std::string& name(Net net) const { return names_[net]; }

  // What drives the outputs, drivers before readers: index of a gate, or gates().size() + index of
  // a box.
  const std::vector<uint32_t>& order() const { return order_; }
  bool has_registers() const;
  // For each net the number of registers between it and the inputs, -1 for constants. Empty when
  // two paths to one gate or box differ: then this is no pipeline of a function. Inputs `late`
  // come an edge after the others.
  std::vector<int> stages(const std::vector<std::string>& late = {}) const;
  // Modules that boxes stand for and which need a proof of their own: the BLIF name of each.
  const std::map<std::string, std::string>& box_modules() const { return box_modules_; }
  // Adds an output of these nets, for questions about several of them as one number.
  void join(const std::string& output, std::vector<Net> bits) {
    outputs_[output] = std::move(bits);
  }
  // The same as Verilog, for solvers; boxes by their equations, registers as
  // wires.
  std::string verilog(const std::string& module) const;

 private:
  friend class BlifReader;
  void sort();
  std::map<std::string, std::vector<Net>> inputs_, outputs_;
  std::vector<LogicGate> gates_;
  std::vector<Box> boxes_;
  std::vector<std::string> names_;
  std::vector<uint32_t> order_;
  std::map<std::string, std::string> box_modules_;  // BLIF name to module
};

enum class Elaboration {
  kGates,  // flat, gates only
  kBoxes,  // fircone_fa, fircone_ha, final adders and + - * stay as boxes
};

// The name of a module that a BLIF type is an instance of, with or without parameters.
std::string_view module_of(std::string_view type);

struct OutOfTime {};

// The Verilog is legal, but no function of its inputs that an engine here could prove.
struct NotCovered {
  std::string reason;
};
constexpr const char* kUnevenPaths =
    "paths with different numbers of registers meet: not a pipeline of one function";

// Its inputs, then its outputs.
std::vector<ProvePort> ports_of(const Network& network);

// The ports that the top module declares; none if Yosys did not end in time.
std::vector<ProvePort> declared_ports(const Sources& sources, double timeout_seconds);

// Yosys' BLIF of the design; the name of its top module is sources.top. Inputs en_i and rst_ni are
// tied to 1, so that registers which hold or clear their value become plain ones. With kBoxes the
// modules `kept` (patterns of Yosys) stay too. Throws OutOfTime.
std::string elaborate(const Sources& sources, Elaboration elaboration, double timeout_seconds,
                      const std::string& kept = {});

}  // namespace analysis
