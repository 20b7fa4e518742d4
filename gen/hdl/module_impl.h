// SPDX-License-Identifier: Apache-2.0
// What a Module holds while it is built. Inside gen/hdl only.

#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gen/hdl/module.h"
#include "gen/hdl/node.h"

namespace hdl {

// A statement of a clocked block.
struct Statement {
  enum class Kind { kSet, kWrite, kIf, kCase };
  Kind kind = Kind::kSet;
  NodePtr target = {}, value = {};  // kSet; kWrite: target is the memory
  NodePtr address = {};             // kWrite
  NodePtr subject = {};             // kCase
  struct Branch {
    NodePtr condition;  // of kCase: the label; null: else, default
    std::vector<Statement> body;
  };
  std::vector<Branch> branches = {};  // kIf, kCase
  std::vector<std::string> notes = {};
};

struct Scope;

// What few items have.
struct Block {
  // kClocked
  Clock clock = {};
  bool has_reset = false;
  std::vector<SignalPtr> registers = {};
  std::vector<Statement> statements = {};
  // kFor, kIf, kAccumulate
  AtomPtr genvar = nullptr;
  Dim count = {};
  DimCondition condition = {};
  std::shared_ptr<Scope> body = nullptr, otherwise = nullptr;
};

// What stands in a module or in a generate block, in order.
struct Item {
  enum class Kind {
    kSection,
    kComment,
    kDeclare,
    kAssign,
    kClocked,
    kAccumulate,
    kFor,
    kIf,
    kInstance,
    kUnused
  };
  Kind kind = Kind::kComment;
  std::string text = {};       // kSection, kComment; instance and generate block names
  std::string other = {};      // name of the else block; module of an instance
  SignalPtr signal = nullptr;  // kDeclare
  NodePtr target = nullptr;    // kAssign
  NodePtr value = nullptr;     // kAssign, kDeclare (wires), kUnused
  std::vector<std::string> notes = {};
  // kClocked, kFor, kIf, kAccumulate (with target, and the term in value)
  std::unique_ptr<Block> block = nullptr;
  // kInstance
  bool is_cell = false;  // no prefix
  std::vector<std::pair<std::string, Dim>> overrides = {};
  struct Pin {
    std::string port;
    bool is_input;
    NodePtr value;
  };
  std::vector<Pin> pins = {};
};

struct Scope {
  Scope* parent = nullptr;
  AtomPtr genvar = nullptr;
  std::deque<Item> items = {};  // large: they never move
  bool contains(const Scope* other) const {
    for (; other; other = other->parent) {
      if (other == this) return true;
    }
    return false;
  }
};

struct Requirement {
  std::string name;
  DimCondition condition;
};

struct Body {
  std::string name;
  std::vector<std::string> doc;
  std::string command;
  bool is_cell = false;
  std::vector<ParameterInfo> parameters;
  std::vector<Requirement> requirements;
  std::vector<DimName> localparams;
  std::vector<PortInfo> ports;
  std::vector<SignalPtr> port_signals;
  std::vector<SignalPtr> constants;
  Scope root;
  Scope* scope = &root;
  int genvars = 0;
  int signals = 0;
  std::unordered_multimap<std::string, const Scope*> names;
  // While a clocked block is built:
  bool in_clocked = false;
  std::vector<Statement>* statements = nullptr;
  std::vector<SignalPtr> set_registers;
  std::vector<const Signal*> clocked_registers;  // set by the blocks so far

  void claim(std::string_view wanted);  // legal, new in this scope
  void check_dim(const Dim& d, const char* what) const {
    if (!d.is_constant()) check_atoms(d, what);
  }
  void check_atoms(const Dim& d, const char* what) const;
  void check_visible(const NodePtr& node) const;
  void check_width(std::string_view who, const Dim& width) const;
  void check_range(std::string_view who, const NumType& type, const Range& range) const;
  SignalPtr add(Signal signal);
  NodePtr place(std::string_view who, const Dim& width, bool is_signed, const RangePtr& allowed,
                const Num& value, std::vector<std::string>* notes) const;
};

// Name of the error module of a parameter bound or requirement.
std::string error_module(const std::string& what);
// check.cc
void check_module(const Body& body);
struct UnreadBits {
  const Signal* signal;
  int64_t first, count;
};
// Checks all else.
std::vector<UnreadBits> unread_bits(const Body& body);

}  // namespace hdl
