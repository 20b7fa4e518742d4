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

Param product_cut_param();  // pre, mult, post; none

}  // namespace gen
