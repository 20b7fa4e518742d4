// SPDX-License-Identifier: Apache-2.0
// A Verilog module under construction. Declarations state a type and prove the range.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gen/hdl/dim.h"
#include "gen/hdl/value.h"

namespace hdl {

class Module;
struct Body;   // module_impl.h
struct Scope;  // module_impl.h

enum class ResetStyle { kAsync, kSync };  // both active low

// What clocks a block. Registers declared with a reset value need `reset`.
struct Clock {
  Bits clock;
  Bits reset = {};
  ResetStyle style = ResetStyle::kAsync;
};

// An array of words: one synchronous write and one synchronous read port, inferred as RAM.
class Memory {
 public:
  Memory() = default;
  explicit Memory(NodePtr node) : node_(std::move(node)) {}
  const NodePtr& node() const { return node_; }

 private:
  NodePtr node_;
};

// The inside of `always @(posedge ...)`. Exists only while Module::clocked runs its argument.
class Clocked {
 public:
  using Block = std::function<void()>;

  void set(const Bits& reg, const Bits& value);
  void set(const Num& reg, const Num& value);
  // mem[address] <= data. `address` is unsigned and clog2(depth) bits wide.
  void write(const Memory& memory, const Num& address, const Bits& data);
  // reg <= mem[address]; `reg` has no reset.
  void read(const Bits& reg, const Memory& memory, const Num& address);

  // if / else if / else; conditions are one bit.
  void when(const Bits& condition, const Block& then, const Block& otherwise = {});
  struct Arm {
    Bits condition;
    Block block;
  };
  void when(const std::vector<Arm>& arms, const Block& otherwise = {});
  // case; labels are constants (Module::constant, literal) of the subject's width.
  struct Choice {
    Bits label;
    Block block;
  };
  void select(const Bits& subject, const std::vector<Choice>& choices, const Block& otherwise);

 private:
  friend class Module;
  explicit Clocked(Module* module) : module_(module) {}
  Module* module_;
};

// One connection of an instance; exactly one of the two values.
struct Connection {
  std::string port;
  std::optional<Bits> bits = {};
  std::optional<Num> num = {};
  Connection(std::string name, const Bits& b) : port(std::move(name)), bits(b) {}
  Connection(std::string name, const Num& n) : port(std::move(name)), num(n) {}
};

struct PortInfo {
  std::string name;
  bool is_input = true;
  bool is_number = false;
  bool is_signed = false;
  Dim width;
  RangePtr range;  // of numbers
  std::string doc;
};

struct ParameterInfo {
  std::string name;
  int64_t value = 0;
  Dim min, max;
  std::string doc;
  AtomPtr atom;
};

class Module {
 public:
  // `doc`: paragraphs of the header comment.
  explicit Module(std::string name, std::vector<std::string> doc = {});
  ~Module();
  Module(Module&&) noexcept;
  Module& operator=(Module&&) noexcept;

  const std::string& name() const;
  // The command line in the header: "fircone generate fcu kernel=3".
  void set_generated_by(std::string command);
  // A cell of a library: never printed, and instances keep its name whatever the prefix.
  void set_cell();

  // ---- Sizes, before any port. An override outside min..max fails elaboration in every tool.
  Dim parameter(std::string_view name, int64_t value, const Dim& min, const Dim& max,
                std::string_view doc);
  // Refuses sizes for which `condition` is false: `fircone_error_<name>`. Parameter bounds (which
  // may be other parameters) are better where they can say it: proofs use those.
  void require(std::string_view name, const DimCondition& condition);
  // A name for a size; every later use of the same polynomial prints it. Unused ones are an error.
  Dim localparam(std::string_view name, const Dim& value);

  // ---- Ports, in order. Outputs are assigned later, once.
  Bits input(std::string_view name, const BitsType& type, std::string_view doc);
  Num input(std::string_view name, const NumType& type, std::string_view doc);
  Bits output(std::string_view name, const BitsType& type, std::string_view doc);
  Num output(std::string_view name, const NumType& type, std::string_view doc);
  // An output whose width only the body knows: after wires, in front of no other port.
  Bits late_output(std::string_view name, const BitsType& type, std::string_view doc);

  // ---- Constants with a name: state codes, last addresses.
  Bits constant(std::string_view name, const BitsType& type, const mpz_class& value);
  Num constant(std::string_view name, const NumType& type, const Dim& value);
  // A parameter as a number, under its own name: `MaxWidth[15:0]`.
  Num number(const NumType& type, const Dim& parameter);

  // ---- Wires: with a value, or assigned later (whole, by slices, or by an instance).
  Bits wire(std::string_view name, const BitsType& type, const Bits& value);
  Num wire(std::string_view name, const NumType& type, const Num& value);
  Bits wire(std::string_view name, const BitsType& type);
  Num wire(std::string_view name, const NumType& type);
  void assign(const Bits& target, const Bits& value);  // target: wire, output, or a slice of one
  void assign(const Num& target, const Num& value);

  // The sum of `term(i)` for i = 0..count-1 modulo 2^width: a loop over an integer. Each term must
  // fit the type.
  Num accumulate(std::string_view name, const NumType& type, std::string_view index,
                 const Dim& count, const std::function<Num(const Dim& i)>& term);

  // ---- Registers; with a reset value or without one. Assigned in one clocked block.
  Bits reg(std::string_view name, const BitsType& type);
  Num reg(std::string_view name, const NumType& type);
  Bits reg(std::string_view name, const BitsType& type, const mpz_class& reset_value);
  Num reg(std::string_view name, const NumType& type, const mpz_class& reset_value);
  Bits reg(std::string_view name, const BitsType& type,
           const Bits& reset_constant);  // its name prints
  Memory memory(std::string_view name, const Dim& word_width, const Dim& depth);
  // The registers set inside are all reset or all not: data and valid bits go in two blocks.
  void clocked(const Clock& clock, const std::function<void(Clocked&)>& body);
  // The common case: each target takes its value when `enable` (always, when not valid()).
  void registers(const Clock& clock, const Bits& enable,
                 const std::vector<std::pair<Num, Num>>& numbers,
                 const std::vector<std::pair<Bits, Bits>>& vectors = {});

  // ---- Structure. Names declared inside a block are visible in that block only.
  void generate_for(std::string_view block, std::string_view genvar, const Dim& count,
                    const std::function<void(const Dim& i)>& body);
  void generate_if(std::string_view block, const DimCondition& condition,
                   const std::function<void()>& body, std::string_view else_block = {},
                   const std::function<void()>& otherwise = {});
  // All ports of `child` by name; outputs drive wires of this module. `child` must be built at
  // the sizes that `overrides` have at this point.
  void instance(std::string_view name, const Module& child,
                const std::vector<std::pair<std::string, Dim>>& overrides,
                const std::vector<Connection>& connections);

  // ---- Words.
  void section(std::string_view text);  // starts a stage: what it computes, one line
  void comment(std::string_view text);
  // Bits that nothing needs, and says so: else unused bits are an error.
  void unused(std::string_view name, const Bits& bits);
  // unused() of all that nothing reads, when everything is written: for modules of fixed sizes
  // outside blocks, whose operands do not know how much of them modular sums will take.
  void name_unread();

  const std::vector<PortInfo>& ports() const;
  const std::vector<ParameterInfo>& parameters() const;
  std::vector<DimName> localparams() const;

  // Every bit of every wire driven once, every bit of every signal used. print() calls it.
  void check() const;

 private:
  friend class Clocked;
  friend struct Body;
  friend std::string print(const Module& module, const struct PrintOptions& options);
  std::unique_ptr<Body> body_;
};

}  // namespace hdl
