// SPDX-License-Identifier: Apache-2.0
// The expression tree behind Bits and Num. Inside gen/hdl only.

#pragma once

#include <gmpxx.h>

#include <array>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "gen/hdl/dim.h"
#include "gen/hdl/value.h"

namespace hdl {

struct Body;
struct Scope;

// Whatever has a name and bits.
struct Signal {
  enum class Kind { kInput, kOutput, kWire, kReg, kConstant, kMemory };
  Kind kind = Kind::kWire;
  std::string name;
  Dim width;  // of a memory: one word
  bool is_number = false, is_signed = false;
  RangePtr range;                                // numbers
  std::optional<mpz_class> reset;                // registers
  std::shared_ptr<const Signal> reset_constant;  // registers that reset to a named constant
  Dim depth;                                     // memories
  bool is_integer = false;                       // constants: `localparam integer`, value in `size`
  Dim size;                                      // constants that are sizes
  mpz_class value;                               // the other constants
  const Body* owner = nullptr;
  const Scope* scope = nullptr;
  int number = -1;  // in the module, of what is declared; parameters have none
};
using SignalPtr = std::shared_ptr<const Signal>;

// What an expression is made of. Nearly all have one or two operands, which stand in place.
class Operands {
 public:
  Operands() = default;
  Operands(std::initializer_list<NodePtr> nodes) {
    for (const NodePtr& node : nodes) push_back(node);
  }

  void reserve(size_t size) {
    if (size > few_.size()) many_.reserve(size);
  }
  const NodePtr& operator[](size_t i) const { return begin()[i]; }
  const NodePtr* begin() const { return many_.empty() ? few_.data() : many_.data(); }
  const NodePtr* end() const { return begin() + size_; }
  void push_back(NodePtr node) {
    if (size_ == few_.size()) many_.assign(few_.begin(), few_.end());
    if (size_ < few_.size()) {
      few_[size_] = std::move(node);  // NOLINT(cppcoreguidelines-pro-bounds-constant-array-index)
    } else {
      many_.push_back(std::move(node));
    }
    ++size_;
  }

 private:
  size_t size_ = 0;
  std::array<NodePtr, 2> few_;
  std::vector<NodePtr> many_;
};

struct Node {
  enum class Kind {
    kSignal,
    kConstant,
    kLiteral,
    kFill,  // leaves
    kSlice,
    kSelect,
    kRead,  // parts
    kConcat,
    kReplicate,
    kZeroExtend,
    kSignExtend,  // unsigned vectors
    kSigned,
    kUnsigned,  // reinterpretation
    kNot,
    kAnd,
    kOr,
    kXor,
    kReduceAnd,
    kReduceOr,
    kReduceXor,
    kMux,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kShiftRight,  // by a number, width kept
    // Numbers without a width of their own:
    kAdd,
    kSubtract,
    kMultiply,
    kNegate,
    kNumMux,
    kShiftLeft,
    kKnownRange,
    kWrap,
  };
  Kind kind = Kind::kSignal;
  Operands args = {};
  Dim width = 0;  // 0: none of its own; of a legalised kConstant: prints sized
  bool is_signed = false;
  Dim lsb = 0;           // kSlice; places of kShiftLeft
  mpz_class value = {};  // kConstant, kLiteral; kFill: 0 or 1
  SignalPtr signal = nullptr;
  std::shared_ptr<const std::string> why = nullptr;  // kKnownRange
};
using Kind = Node::Kind;

inline NodePtr make_node(Node node) { return std::make_shared<const Node>(std::move(node)); }
inline bool has_width(const Node& node) { return !(node.width == Dim(0)); }

// Short name of an expression for messages.
std::string describe(const NodePtr& node);

[[noreturn]] inline void fail(const std::string& text) { throw std::logic_error(text); }

// ---- legalise.cc

// The number `node` as an expression whose every operand is explicitly as wide as Verilog needs it
// for an assignment to `width` bits. Collects the reasons of known_range into `notes`.
NodePtr legalise(const NodePtr& node, const Dim& width, bool is_signed,
                 std::vector<std::string>* notes);

// Both sides of a comparison at a common width.
std::pair<NodePtr, NodePtr> legalise_pair(const Num& a, const Num& b);

// Part of a signal or of a slice of one; the node itself when it is the whole.
NodePtr slice_node(const NodePtr& base, const Dim& lsb, const Dim& width);

}  // namespace hdl
