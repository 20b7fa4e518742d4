// SPDX-License-Identifier: Apache-2.0
// Text of an expression.

#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "gen/hdl/node.h"

namespace hdl {

// Prints legalised expressions and sizes; remembers which parameters and localparams it named.
class ExpressionPrinter {
 public:
  explicit ExpressionPrinter(const std::vector<DimName>& names) : names_(names) {}

  // Appends, with break marks (layout.h).
  void put(std::string& out, const NodePtr& node) { emit(out, *node, 0); }
  std::string text(const NodePtr& node) {
    std::string text;
    put(text, node);
    return text;
  }
  std::string dim(const Dim& d) { return dim_text(d, names_, &used_); }
  // `[Width-1:0] `, empty for one bit.
  void put_range(std::string& out, const Dim& width);
  std::string range(const Dim& width) {
    std::string text;
    put_range(text, width);
    return text;
  }
  // A number, sized where the width is fixed: 1'b0, 8'd5, -8'sd5; else 0.
  std::string number(const mpz_class& value, const Dim& width, bool is_signed);
  // `count` zeros or ones.
  std::string fill(const Dim& count, int bit);
  const std::vector<std::string>& used() const { return used_; }

 private:
  // All append to `out`.
  void emit(std::string& out, const Node& node, int depth);
  void operand(std::string& out, const Node& parent, const NodePtr& child, bool right, int depth);
  void vector(std::string& out, const NodePtr& node, int depth);  // inside braces: no sign
  void binary(std::string& out, const Node& node, int depth);
  void slice(std::string& out, const Node& node);
  void put_compact(std::string& out, const Dim& d);  // without blanks
  void put_highest(std::string& out, const Dim& count);
  std::string vector_text(const NodePtr& node, int depth) {
    std::string text;
    vector(text, node, depth);
    return text;
  }
  const std::string& compact(const Dim& d);
  const std::string& highest(const Dim& count);
  std::string highest_text(const Dim& count);
  std::string copies(const Dim& count, const std::string& text);

  const std::vector<DimName>& names_;
  std::vector<std::string> used_;
  // Texts by what they depend on. The size keeps its atoms alive, whose addresses are in the key.
  struct Known {
    Dim size;
    std::string text;
  };
  std::unordered_map<std::string, Known> compact_, highest_;
};

}  // namespace hdl
