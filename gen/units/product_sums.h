// SPDX-License-Identifier: Apache-2.0
// What units that sum products share: signs, sizes, keys.

#pragma once

#include <string>

#include "gen/units/pipeline.h"
#include "gen/units/products.h"

namespace gen {

// Which operands are signed; mixed: a unsigned, b signed. A sum with a signed factor is signed.
struct ProductSigns {
  bool a = false, b = false;

  explicit ProductSigns(const base::Spec& resolved)
      : a(resolved.is("operands", "signed")), b(!resolved.is("operands", "unsigned")) {}
  bool result() const { return a || b; }
  std::string text_a() const { return text(a); }
  std::string text_b() const { return text(b); }
  std::string text_result() const { return text(result()); }

 private:
  static std::string text(bool is_signed) { return is_signed ? "signed" : "unsigned"; }
};

struct ProductSizes {
  hdl::Dim a, b;
  ProductSigns signs;

  // Bits of a sum of `count` products beyond those of both operands: ceil(log2 count), but
  // floor(log2 count) with both signed, whose largest product is 2^(a+b-2) alone.
  int growth(int count) const;
  // Operands, ready for `*`.
  hdl::Num left(const hdl::Bits& word) const;
  hdl::Num right(const hdl::Bits& word) const;
  // A number of the sums' sign.
  hdl::Num number(const hdl::Bits& word) const;
  hdl::NumType type(const hdl::Dim& width) const;
};

// WidthA, WidthB: 1..32, fixed in the heap form.
Param product_width_param(std::string_view name, std::string_view tag, std::string_view doc);
Param product_cut_param();  // pre, mult, post; none
// Partial products; auto is the default: booth4 where it is the smaller (measured), with a signed b
// of 8 bits or more.
Param product_form_param();

// a * b into `heap`; `name` in front of the names of its wires.
void add_product(Heap& heap, Pipeline& pipeline, const ProductSizes& sizes, const hdl::Bits& a,
                 const hdl::Bits& b, ProductForm form, const std::string& name);

// Both rows in registers where `place` is cut; behind those no bit is later than another. The
// caller ends the stage.
HeapRows stage_rows(Pipeline& pipeline, Place place, const HeapRows& rows,
                    const std::string& prefix = {});

// A sum in two rows without the constant word of its heap, which costs no register: `constants` are
// the columns to which a one is to be added. Rows and constants are exact modulo 2^width of the
// heap, and the rows are no wider than they must be.
struct SeparateRows {
  HeapRows rows;
  std::vector<int> constants;
  bool is_signed = false;  // the highest bit of row a is a sign: of a single row
};
SeparateRows compress_apart(Heap& heap, const arith::CompressOptions& options);
SeparateRows stage_rows(Pipeline& pipeline, Place place, const SeparateRows& rows,
                        const std::string& prefix);
// A sum in rows that come back into the heap of the next sum: the second goes in from column `from`
// and is left from column `lsb`, not below it; both the width: there is none. `heap`: all but they.
struct KeptRows {
  int from = 0, lsb = 0;
};
KeptRows kept_rows(Heap& heap, const arith::CompressOptions& options);
// Into a heap of at most the width of theirs, `shift` places up.
void add_rows(Heap& heap, const SeparateRows& rows, int shift = 0);
void subtract_rows(Heap& heap, const SeparateRows& rows, int shift = 0);

}  // namespace gen
