// SPDX-License-Identifier: Apache-2.0
// Sums as helper modules: heaps of equal shape (widths, signs, places, arrivals) are one module,
// whose instances have the names.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "gen/units/product_sums.h"

namespace gen {

// What a sum is made of; every value is a declared signal.
struct HeapTerm {
  enum class Kind { kProduct, kRows, kNumber };
  Kind kind = Kind::kNumber;
  hdl::Bits a = {}, b = {};  // kProduct: a * b, b is recoded; kNumber: a
  bool a_signed = false, b_signed = false;
  SeparateRows rows = {};  // kRows
  int sign = 1, shift = 0;

  static HeapTerm product(const hdl::Bits& a, bool a_signed, const hdl::Bits& b, bool b_signed) {
    return {.kind = Kind::kProduct, .a = a, .b = b, .a_signed = a_signed, .b_signed = b_signed};
  }
  static HeapTerm number(const hdl::Bits& value, bool is_signed) {
    return {.kind = Kind::kNumber, .a = value, .a_signed = is_signed};
  }
  static HeapTerm of_rows(const SeparateRows& rows) { return {.kind = Kind::kRows, .rows = rows}; }
};

// The modules of one design, whose spec says how heaps are built. Lives in the DesignBuilder.
class HeapModules {
 public:
  static HeapModules& of(DesignBuilder& design);

  // The terms' sum modulo 2^width, not added up: two numbers whose sum it is, but for constants
  // (SeparateRows), wires of `module`. `name`_row_a has a bit in each column; `name`_row_b begins
  // at the lowest column in which the tree leaves two bits, and is not there where none does.
  SeparateRows rows(hdl::Module& module, const std::string& name, int width,
                    const std::vector<HeapTerm>& terms);
  // Added up, onto the wire `sum`, which is row a; `name`: of the instance.
  HeapRows sum(hdl::Module& module, const hdl::Bits& sum, const std::string& name,
               const std::vector<HeapTerm>& terms);

 private:
  explicit HeapModules(DesignBuilder& design) : design_(design) {}

  struct Made {
    const hdl::Module* module = nullptr;
    SeparateRows rows;  // signals of the module itself: for widths, arrivals, constants
  };
  const Made& shape(const std::vector<HeapTerm>& terms, int width, bool apart);
  Made build(const std::vector<HeapTerm>& terms, int width, bool apart);
  HeapRows add_up(Heap& heap);
  void instance(hdl::Module& module, const std::string& name, const Made& made,
                const std::vector<HeapTerm>& terms, std::vector<hdl::Connection> outputs) const;
  // `stem` with what tells it from those that had it before.
  std::string unique(const std::string& stem);

  DesignBuilder& design_;
  std::map<std::string, Made> made_;           // by shape
  std::map<std::string, std::string> adders_;  // final adders' names, by width and arrivals
  std::map<std::string, int> numbers_;         // of modules by stem
};

}  // namespace gen
