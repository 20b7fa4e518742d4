// SPDX-License-Identifier: Apache-2.0
// Expressions as text: parentheses wherever two different operators meet, but for * in +.

#include "gen/hdl/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "gen/hdl/layout.h"

namespace hdl {
namespace {

const char* operator_text(Kind kind) {
  switch (kind) {
    case Kind::kAnd:
      return "&";
    case Kind::kOr:
      return "|";
    case Kind::kXor:
      return "^";
    case Kind::kEqual:
      return "==";
    case Kind::kNotEqual:
      return "!=";
    case Kind::kLess:
      return "<";
    case Kind::kLessEqual:
      return "<=";
    case Kind::kGreater:
      return ">";
    case Kind::kGreaterEqual:
      return ">=";
    case Kind::kAdd:
      return "+";
    case Kind::kSubtract:
      return "-";
    case Kind::kMultiply:
      return "*";
    case Kind::kNot:
      return "~";
    case Kind::kNegate:
      return "-";
    case Kind::kReduceAnd:
      return "&";
    case Kind::kReduceOr:
      return "|";
    case Kind::kReduceXor:
      return "^";
    default:
      return "";
  }
}

bool is_binary(Kind kind) {
  switch (kind) {
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kXor:
    case Kind::kEqual:
    case Kind::kNotEqual:
    case Kind::kLess:
    case Kind::kLessEqual:
    case Kind::kGreater:
    case Kind::kGreaterEqual:
    case Kind::kAdd:
    case Kind::kSubtract:
    case Kind::kMultiply:
    case Kind::kShiftRight:
      return true;
    default:
      return false;
  }
}

bool is_unary(Kind kind) {
  return kind == Kind::kNot || kind == Kind::kNegate || kind == Kind::kReduceAnd ||
         kind == Kind::kReduceOr || kind == Kind::kReduceXor;
}

bool is_mux(Kind kind) { return kind == Kind::kMux || kind == Kind::kNumMux; }

// $unsigned() of what is unsigned already prints as its argument.
const Node& visible(const Node& node) {
  const Node* n = &node;
  while (n->kind == Kind::kUnsigned && !n->args[0]->is_signed) n = n->args[0].get();
  return *n;
}

bool needs_parentheses(const Node& parent, const Node& child, bool right) {
  const Kind p = parent.kind, c = child.kind;
  const bool sum = p == Kind::kAdd || p == Kind::kSubtract;
  if (c == Kind::kConstant && child.value < 0) return sum || p == Kind::kMultiply || is_unary(p);
  if (is_mux(c)) return true;
  if (is_unary(c)) return is_unary(p) || c != Kind::kNot;
  if (!is_binary(c)) return false;
  if (is_unary(p)) return true;
  if (sum && c == Kind::kMultiply) return false;
  if (sum && (c == Kind::kAdd || c == Kind::kSubtract)) return right;
  return !(p == c && (p == Kind::kAnd || p == Kind::kOr || p == Kind::kXor));
}

}  // namespace

namespace {

// Equal for sizes whose text is the same. Atoms are told by their address.
std::string key_of(const Dim& d) {
  std::string key;
  const auto put = [&](const void* bytes, size_t count) {
    key.append(static_cast<const char*>(bytes), count);
  };
  const auto terms = [&](const Dim& of) {
    for (const auto& [monomial, factor] : of.terms()) {
      for (const AtomPtr& atom : monomial) {
        const void* const address = atom.get();
        put(&address, sizeof(void*));
      }
      put("", 1);
      put(&factor, sizeof factor);
    }
  };
  terms(d);
  if (d.is_written()) {
    put("w", 1);
    terms(d.written());
  }
  return key;
}

}  // namespace

std::string ExpressionPrinter::compact(const Dim& d) {
  if (d.is_constant()) return std::to_string(d.value());
  const auto [at, is_new] = compact_.try_emplace(key_of(d));
  if (is_new) {
    at->second = {d, dim(d)};
    std::erase(at->second.text, ' ');
  }
  return at->second.text;
}

std::string ExpressionPrinter::highest(const Dim& count) {
  if (count.is_constant()) return std::to_string(count.value() - 1);
  const auto [at, is_new] = highest_.try_emplace(key_of(count));
  if (is_new) at->second = {count, highest_text(count)};
  return at->second.text;
}

// The index of the last of `count` bits: `Width*(Lanes-1)-1` where that is the shorter form.
std::string ExpressionPrinter::highest_text(const Dim& count) {
  const std::string all = compact(count);
  const auto in_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  if (!count.is_constant() && std::all_of(all.begin(), all.end(), in_word)) return all + "-1";
  const std::string folded = dim_text(count - 1, names_, nullptr);
  const std::string whole = dim_text(count, names_, nullptr);
  const auto has_factor = [](const std::string& text) {
    return text.find("* (") != std::string::npos || text.find(") *") != std::string::npos;
  };
  const bool factored = has_factor(whole) && !has_factor(folded);
  if (!factored && whole.size() + 4 >= folded.size()) return compact(count - 1);
  return compact(count) + "-1";
}

std::string ExpressionPrinter::range(const Dim& width) {
  if (width == Dim(1)) return "";
  return fmt::format("[{}:0] ", highest(width));
}

std::string ExpressionPrinter::copies(const Dim& count, const std::string& text) {
  return fmt::format("{{{}{{{}}}}}", dim_factor(count, names_, &used_), text);
}

std::string ExpressionPrinter::fill(const Dim& count, int bit) {
  if (!count.is_constant()) return copies(count, fmt::format("1'b{}", bit));
  const int64_t n = count.value();
  if (n > 8 && bit == 1) return copies(count, "1'b1");
  if (n > 8) return fmt::format("{}'d0", n);
  return fmt::format("{}'b{}", n, std::string(static_cast<size_t>(n), bit ? '1' : '0'));
}

std::string ExpressionPrinter::number(const mpz_class& value, const Dim& width, bool is_signed) {
  if (!width.is_constant()) return value.get_str();
  if (width == Dim(1) && !is_signed) return value == 0 ? "1'b0" : "1'b1";
  const mpz_class magnitude = abs(value);
  return fmt::format("{}{}'{}d{}", value < 0 ? "-" : "", width.value(), is_signed ? "s" : "",
                     magnitude.get_str());
}

std::string ExpressionPrinter::slice(const Node& node) {
  const Signal& s = *node.args[0]->signal;
  if (s.is_integer) used_.push_back(s.name);
  if (s.width == Dim(1)) return s.name;
  if (node.width == Dim(1)) return fmt::format("{}[{}]", s.name, compact(node.lsb));
  if (node.lsb == Dim(0)) return fmt::format("{}[{}:0]", s.name, highest(node.width));
  const Dim top = node.lsb + node.width;
  const bool fixed = node.lsb.is_constant() && node.width.is_constant();
  if (fixed) return fmt::format("{}[{}:{}]", s.name, highest(top), compact(node.lsb));
  const int64_t lane = node.lsb.value() / std::max<int64_t>(node.width.value(), 1);
  const bool is_lane = lane > 0 && node.lsb == lane * node.width;
  if (top == s.width && !is_lane) {
    return fmt::format("{}[{}:{}]", s.name, highest(top), compact(node.lsb));
  }
  return fmt::format("{}[{} +: {}]", s.name, compact(node.lsb), compact(node.width));
}

std::string ExpressionPrinter::vector(const NodePtr& node, int depth) {
  const Node* n = node.get();
  while (n->kind == Kind::kSigned || n->kind == Kind::kUnsigned) n = n->args[0].get();
  return emit(*n, depth);
}

std::string ExpressionPrinter::operand(const Node& parent, const NodePtr& child, bool right,
                                       int depth) {
  const Node& c = visible(*child);
  if (!needs_parentheses(parent, c, right)) {
    const bool chain = is_binary(c.kind) && !right;
    return emit(c, chain ? depth : depth + 1);
  }
  return "(" + emit(c, depth + 1) + ")";
}

std::string ExpressionPrinter::binary(const Node& node, int depth) {
  std::string sign = operator_text(node.kind);
  if (node.kind == Kind::kShiftRight) sign = node.is_signed ? ">>>" : ">>";
  // A chain breaks at its own depth, also where it goes on in the right operand.
  return operand(node, node.args[0], false, depth) + " " + sign + break_mark(depth) +
         operand(node, node.args[1], true, depth);
}

std::string ExpressionPrinter::emit(const Node& given, int depth) {
  const Node& node = visible(given);
  if (is_binary(node.kind)) return binary(node, depth);
  switch (node.kind) {
    case Kind::kSignal:
      return node.signal->name;
    case Kind::kConstant:
      return has_width(node) ? number(node.value, node.width, node.is_signed)
                             : node.value.get_str();
    case Kind::kLiteral:
      if (node.width.value() <= 4) {
        std::string digits = node.value.get_str(2);
        digits.insert(0, static_cast<size_t>(node.width.value()) - digits.size(), '0');
        return fmt::format("{}'b{}", node.width.value(), digits);
      }
      return fmt::format("{}'h{:0>{}}", node.width.value(), node.value.get_str(16),
                         (node.width.value() + 3) / 4);
    case Kind::kFill:
      return fill(node.width, node.value == 0 ? 0 : 1);
    case Kind::kSlice:
      return slice(node);
    case Kind::kSelect:
    case Kind::kRead:
      return fmt::format("{}[{}]", node.args[0]->signal->name, emit(*node.args[1], depth + 1));
    case Kind::kConcat: {
      std::string text;
      for (const NodePtr& part : node.args) {
        if (!text.empty()) text += "," + break_mark(depth);
        text += vector(part, depth + 1);
      }
      return "{" + text + "}";
    }
    case Kind::kReplicate:
      return copies(node.lsb, vector(node.args[0], depth + 1));
    case Kind::kZeroExtend: {
      const Dim extra = node.width - node.args[0]->width;
      return fmt::format("{{{},{}{}}}", fill(extra, 0), break_mark(depth + 1),
                         vector(node.args[0], depth + 1));
    }
    case Kind::kSignExtend: {
      const NodePtr& base = node.args[0];
      const Dim extra = node.width - base->width;
      const std::string msb = vector(slice_node(base, base->width - 1, 1), depth);
      const std::string head = extra == Dim(1) ? msb : copies(extra, msb);
      return fmt::format("{{{},{}{}}}", head, break_mark(depth + 1), vector(base, depth + 1));
    }
    case Kind::kSigned:
      return fmt::format("$signed({})", emit(*node.args[0], depth + 1));
    case Kind::kUnsigned:
      return fmt::format("$unsigned({})", emit(*node.args[0], depth + 1));
    case Kind::kMux:
    case Kind::kNumMux: {
      const Node& no = visible(*node.args[2]);
      const Node& condition = visible(*node.args[0]);
      const bool plain = !is_binary(condition.kind) && !is_mux(condition.kind) &&
                         (!is_unary(condition.kind) || condition.kind == Kind::kNot);
      const std::string head =
          plain ? emit(condition, depth + 1) : "(" + emit(condition, depth + 1) + ")";
      const Node& yes = visible(*node.args[1]);
      const std::string arm = emit(yes, depth + 1);
      return head + " ?" + break_mark(depth + 1) + (is_mux(yes.kind) ? "(" + arm + ")" : arm) +
             " :" + break_mark(depth) + emit(no, is_mux(no.kind) ? depth : depth + 1);
    }
    default:
      break;
  }
  if (is_unary(node.kind)) {
    return operator_text(node.kind) + operand(node, node.args[0], true, depth);
  }
  fail(fmt::format("'{}' was not legalised", describe(node.args[0])));
}

}  // namespace hdl
