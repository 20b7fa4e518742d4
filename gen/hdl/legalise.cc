// SPDX-License-Identifier: Apache-2.0
// The one extension rule: every operand is extended by name, so that no tool has to guess.
//
// +, - and * are exact modulo 2^width, so a sum whose range fits needs only operands extended (or
// cut) to the target. Verilator accepts without a warning what is left alone here: operands of a
// product that are no wider than the target, and operands of one + or - one bit narrower than it.

#include <fmt/format.h>

#include "gen/hdl/node.h"

namespace hdl {
namespace {

// Evaluated by Verilog at its own width wherever it stands, so that context cannot change it.
bool is_self_determined(const Node& node) {
  switch (node.kind) {
    case Kind::kSignal:
    case Kind::kLiteral:
    case Kind::kFill:
    case Kind::kSlice:
    case Kind::kSelect:
    case Kind::kConcat:
    case Kind::kReplicate:
    case Kind::kZeroExtend:
    case Kind::kSignExtend:
    case Kind::kSigned:
    case Kind::kUnsigned:
      return true;
    default:
      return false;
  }
}

NodePtr signed_of(const NodePtr& vector) {
  return make_node(
      {.kind = Kind::kSigned, .args = {vector}, .width = vector->width, .is_signed = true});
}

NodePtr extend(const NodePtr& node, const Dim& width) {
  if (!node->is_signed) {
    const NodePtr& base = node->kind == Kind::kZeroExtend ? node->args[0] : node;
    return make_node({.kind = Kind::kZeroExtend, .args = {base}, .width = width});
  }
  const NodePtr& base = node->kind == Kind::kSigned ? node->args[0] : node;
  if (base->kind == Kind::kZeroExtend) return signed_of(extend(base, width));
  if (base->kind != Kind::kSignal && base->kind != Kind::kSlice) {
    fail(fmt::format("'{}' must be extended from {} to {} bits: name it in a wire first",
                     describe(node), node->width.text(), width.text()));
  }
  return signed_of(make_node({.kind = Kind::kSignExtend, .args = {base}, .width = width}));
}

NodePtr resize(const NodePtr& node, const Dim& width);

NodePtr truncate(const NodePtr& node, const Dim& width) {
  if (node->kind == Kind::kSigned) return signed_of(resize(node->args[0], width));
  if (node->kind == Kind::kZeroExtend) return resize(node->args[0], width);
  const NodePtr part = slice_node(node, 0, width);
  return node->is_signed ? signed_of(part) : part;
}

NodePtr resize(const NodePtr& node, const Dim& width) {
  if (node->width == width) return node;
  try {
    // By none at some sizes, perhaps: `{{(LaneWidth - DataWidth){1'b0}}, y}` may repeat no times,
    // as Verilog-2005 allows beside another operand.
    if (proves_at_least(width, node->width)) return extend(node, width);
    return at_least(node->width, width + 1) ? truncate(node, width) : node;
  } catch (const std::logic_error& error) {
    fail(fmt::format("'{}' in {} bits: {}", describe(node), width.text(), error.what()));
  }
}

NodePtr constant(const NodePtr& node, const Dim& width, bool is_signed) {
  const NumType type{width, is_signed, {}};
  if (!point_is_dead() && !type.range().contains({node->value, node->value})) {
    fail(fmt::format("constant {} does not fit {} {} bits ({})", node->value.get_str(),
                     is_signed ? "signed" : "unsigned", width.value(), width.text()));
  }
  Node result{.kind = Kind::kConstant, .is_signed = is_signed, .value = node->value};
  if (width.is_constant()) {
    result.width = width;
  } else if (!node->value.fits_sint_p()) {
    fail(fmt::format("constant {} needs a target of fixed width", node->value.get_str()));
  }
  return make_node(std::move(result));
}

// An operand of + or -.
NodePtr summand(const NodePtr& node, const Dim& width, bool is_signed,
                std::vector<std::string>* notes) {
  if (has_width(*node) && is_self_determined(*node) && node->width + 1 == width) return node;
  return legalise(node, width, is_signed, notes);
}

NodePtr multiplicand(const NodePtr& node, const Dim& width, bool is_signed,
                     std::vector<std::string>* notes) {
  if (node->kind == Kind::kConstant) return constant(node, width, is_signed);
  NodePtr own = legalise(node, node->width, is_signed, notes);
  if (!is_self_determined(*own)) {
    fail(fmt::format("product with '{}': name it in a wire first", describe(node)));
  }
  return at_least(width, own->width) ? own : truncate(own, width);
}

}  // namespace

NodePtr legalise(const NodePtr& node, const Dim& width, bool is_signed,
                 std::vector<std::string>* notes) {
  const auto rebuilt = [&](Operands args) {
    return make_node({.kind = node->kind, .args = std::move(args), .is_signed = is_signed});
  };
  switch (node->kind) {
    case Kind::kConstant:
      return constant(node, width, is_signed);
    case Kind::kAdd:
    case Kind::kSubtract:
      return rebuilt({summand(node->args[0], width, is_signed, notes),
                      summand(node->args[1], width, is_signed, notes)});
    case Kind::kMultiply:
      return rebuilt({multiplicand(node->args[0], width, is_signed, notes),
                      multiplicand(node->args[1], width, is_signed, notes)});
    case Kind::kNegate:
      return rebuilt({legalise(node->args[0], width, is_signed, notes)});
    case Kind::kNumMux:
      return rebuilt({node->args[0], legalise(node->args[1], width, is_signed, notes),
                      legalise(node->args[2], width, is_signed, notes)});
    case Kind::kKnownRange:
      if (notes) notes->push_back(*node->why);
      return legalise(node->args[0], width, is_signed, notes);
    case Kind::kWrap:
      fail(fmt::format("wrap of '{}' must be declared at once, in exactly {} bits",
                       describe(node->args[0]), node->lsb.text()));
    case Kind::kShiftLeft: {
      const Dim& places = node->lsb;
      if (!at_least(width, places + 1)) {
        fail(fmt::format("'{}' shifted left by {} leaves {} bits", describe(node->args[0]),
                         places.text(), width.text()));
      }
      NodePtr base = legalise(node->args[0], width - places, is_signed, notes);
      if (base->kind == Kind::kSigned) base = base->args[0];
      const NodePtr zero = make_node({.kind = Kind::kFill, .width = places});
      const NodePtr both = make_node({.kind = Kind::kConcat, .args = {base, zero}, .width = width});
      return is_signed ? signed_of(both) : both;
    }
    default:
      return resize(node, width);
  }
}

std::pair<NodePtr, NodePtr> legalise_pair(const Num& a, const Num& b) {
  if (a.is_constant() && b.is_constant()) fail("comparison of two constants");
  const Dim& wa = a.is_constant() ? b.width() : a.width();
  const Dim& wb = b.is_constant() ? a.width() : b.width();
  const bool is_signed = a.is_constant() ? b.is_signed() : a.is_signed();
  Dim width = wa;
  if (!(wa == wb)) {
    try {
      width = at_least(wa, wb) ? wa : wb;
    } catch (const std::logic_error& error) {
      fail(fmt::format("comparison of '{}' and '{}': {}", describe(a.node()), describe(b.node()),
                       error.what()));
    }
  }
  if ((a.is_constant() || b.is_constant()) && !point_is_dead()) {
    const Num& c = a.is_constant() ? a : b;
    const Num& n = a.is_constant() ? b : a;
    if (!NumType{width, is_signed, {}}.range().contains(c.range())) {
      fail(fmt::format("comparison of '{}' with {}, which is outside what its {} bits can hold",
                       describe(n.node()), c.range().lo.get_str(), width.value()));
    }
  }
  return {legalise(a.node(), width, is_signed, nullptr),
          legalise(b.node(), width, is_signed, nullptr)};
}

}  // namespace hdl
