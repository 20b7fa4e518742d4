// SPDX-License-Identifier: Apache-2.0
// Expressions as text: parentheses wherever two different operators meet, but for * in +.

#include "gen/hdl/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "gen/hdl/digits.h"
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

const std::string& ExpressionPrinter::compact(const Dim& d) {
  const auto [at, is_new] = compact_.try_emplace(key_of(d));
  if (is_new) {
    at->second = {d, dim(d)};
    std::erase(at->second.text, ' ');
  }
  return at->second.text;
}

const std::string& ExpressionPrinter::highest(const Dim& count) {
  const auto [at, is_new] = highest_.try_emplace(key_of(count));
  if (is_new) at->second = {count, highest_text(count)};
  return at->second.text;
}

void ExpressionPrinter::put_compact(std::string& out, const Dim& d) {
  d.is_constant() ? append(out, d.value()) : void(out += compact(d));
}

void ExpressionPrinter::put_highest(std::string& out, const Dim& count) {
  count.is_constant() ? append(out, count.value() - 1) : void(out += highest(count));
}

// The index of the last of `count` bits: `Width*(Lanes-1)-1` where that is the shorter form.
std::string ExpressionPrinter::highest_text(const Dim& count) {
  const std::string& all = compact(count);
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
  if (!factored && whole.size() + 4 >= folded.size()) {
    std::string less;
    put_compact(less, count - 1);
    return less;
  }
  return all + "-1";
}

void ExpressionPrinter::put_range(std::string& out, const Dim& width) {
  if (width == Dim(1)) return;
  out += '[';
  put_highest(out, width);
  out += ":0] ";
}

std::string ExpressionPrinter::copies(const Dim& count, const std::string& text) {
  return "{" + dim_factor(count, names_, &used_) + "{" + text + "}}";
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

void ExpressionPrinter::slice(std::string& out, const Node& node) {
  const Signal& s = *node.args[0]->signal;
  if (s.is_integer) used_.push_back(s.name);
  out += s.name;
  if (s.width == Dim(1)) return;
  out += '[';
  const Dim top = node.lsb + node.width;
  const auto descending = [&] {
    put_highest(out, top);
    out += ':';
    put_compact(out, node.lsb);
  };
  if (node.width == Dim(1)) {
    put_compact(out, node.lsb);
  } else if (node.lsb == Dim(0)) {
    put_highest(out, node.width);
    out += ":0";
  } else if (node.lsb.is_constant() && node.width.is_constant()) {
    descending();
  } else {
    const int64_t lane = node.lsb.value() / std::max<int64_t>(node.width.value(), 1);
    const bool is_lane = lane > 0 && node.lsb == lane * node.width;
    if (top == s.width && !is_lane) {
      descending();
    } else {
      put_compact(out, node.lsb);
      out += " +: ";
      put_compact(out, node.width);
    }
  }
  out += ']';
}

void ExpressionPrinter::vector(std::string& out, const NodePtr& node, int depth) {
  const Node* n = node.get();
  while (n->kind == Kind::kSigned || n->kind == Kind::kUnsigned) n = n->args[0].get();
  emit(out, *n, depth);
}

void ExpressionPrinter::operand(std::string& out, const Node& parent, const NodePtr& child,
                                bool right, int depth) {
  const Node& c = visible(*child);
  if (!needs_parentheses(parent, c, right)) {
    const bool chain = is_binary(c.kind) && !right;
    return emit(out, c, chain ? depth : depth + 1);
  }
  out += '(';
  emit(out, c, depth + 1);
  out += ')';
}

void ExpressionPrinter::binary(std::string& out, const Node& node, int depth) {
  // A chain breaks at its own depth, also where it goes on in the right operand.
  operand(out, node, node.args[0], false, depth);
  out += ' ';
  if (node.kind == Kind::kShiftRight) {
    out += node.is_signed ? ">>>" : ">>";
  } else {
    out += operator_text(node.kind);
  }
  out += break_mark(depth);
  operand(out, node, node.args[1], true, depth);
}

void ExpressionPrinter::emit(std::string& out, const Node& given, int depth) {
  const Node& node = visible(given);
  if (is_binary(node.kind)) return binary(out, node, depth);
  switch (node.kind) {
    case Kind::kSignal:
      out += node.signal->name;
      return;
    case Kind::kConstant:
      out +=
          has_width(node) ? number(node.value, node.width, node.is_signed) : node.value.get_str();
      return;
    case Kind::kLiteral:
      if (node.width.value() <= 4) {
        std::string digits = node.value.get_str(2);
        digits.insert(0, static_cast<size_t>(node.width.value()) - digits.size(), '0');
        out += fmt::format("{}'b{}", node.width.value(), digits);
        return;
      }
      out += fmt::format("{}'h{:0>{}}", node.width.value(), node.value.get_str(16),
                         (node.width.value() + 3) / 4);
      return;
    case Kind::kFill:
      out += fill(node.width, node.value == 0 ? 0 : 1);
      return;
    case Kind::kSlice:
      return slice(out, node);
    case Kind::kSelect:
    case Kind::kRead:
      out.append(node.args[0]->signal->name).append("[");
      emit(out, *node.args[1], depth + 1);
      out += ']';
      return;
    case Kind::kConcat: {
      out += '{';
      bool first = true;
      for (const NodePtr& part : node.args) {
        if (!first) out.append(",").append(break_mark(depth));
        first = false;
        vector(out, part, depth + 1);
      }
      out += '}';
      return;
    }
    case Kind::kReplicate:
      out += copies(node.lsb, vector_text(node.args[0], depth + 1));
      return;
    case Kind::kZeroExtend: {
      const Dim extra = node.width - node.args[0]->width;
      out.append("{").append(fill(extra, 0)).append(",").append(break_mark(depth + 1));
      vector(out, node.args[0], depth + 1);
      out += '}';
      return;
    }
    case Kind::kSignExtend: {
      const NodePtr& base = node.args[0];
      const Dim extra = node.width - base->width;
      const std::string msb = vector_text(slice_node(base, base->width - 1, 1), depth);
      out.append("{").append(extra == Dim(1) ? msb : copies(extra, msb));
      out.append(",").append(break_mark(depth + 1));
      vector(out, base, depth + 1);
      out += '}';
      return;
    }
    case Kind::kSigned:
    case Kind::kUnsigned:
      out += node.kind == Kind::kSigned ? "$signed(" : "$unsigned(";
      emit(out, *node.args[0], depth + 1);
      out += ')';
      return;
    case Kind::kMux:
    case Kind::kNumMux: {
      const auto put_part = [&](const Node& part, bool plain, int part_depth) {
        if (!plain) out += '(';
        emit(out, part, part_depth);
        if (!plain) out += ')';
      };
      const Node& condition = visible(*node.args[0]);
      const Node& yes = visible(*node.args[1]);
      const Node& no = visible(*node.args[2]);
      const bool plain = !is_binary(condition.kind) && !is_mux(condition.kind) &&
                         (!is_unary(condition.kind) || condition.kind == Kind::kNot);
      put_part(condition, plain, depth + 1);
      out.append(" ?").append(break_mark(depth + 1));
      put_part(yes, !is_mux(yes.kind), depth + 1);
      out.append(" :").append(break_mark(depth));
      emit(out, no, is_mux(no.kind) ? depth : depth + 1);
      return;
    }
    default:
      break;
  }
  if (is_unary(node.kind)) {
    out += operator_text(node.kind);
    return operand(out, node, node.args[0], true, depth);
  }
  fail(fmt::format("'{}' was not legalised", describe(node.args[0])));
}

}  // namespace hdl
