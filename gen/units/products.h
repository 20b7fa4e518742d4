// SPDX-License-Identifier: Apache-2.0
// Partial products of a * b as rows of a bit heap.

#pragma once

#include <string>

#include "gen/units/heap.h"

namespace gen {

enum class ProductForm {
  kBaughWooley,  // one row a bit of b; sign corrections in the constant word
  kBooth4,       // one row two bits of b, digits -2..2
  kPlain,        // one row a bit of b; signed rows extended bit by bit
};
ProductForm product_form(const base::Spec& resolved);  // key `form`
Param form_param();
Param mul_operands_param();  // operands: unsigned (default), signed, mixed

struct ProductOptions {
  bool a_signed = false, b_signed = false;
  ProductForm form = ProductForm::kBaughWooley;
  bool subtract = false;  // - a * b
  int column = 0;         // places up
  std::string name = "";  // in front of the names of its wires: "p0_"
};

// Adds a * b (declared signals, or slices of those) to `heap`, writing the rows into `module`.
void add_product(Heap& heap, hdl::Module& module, const hdl::Bits& a, const hdl::Bits& b,
                 const ProductOptions& options);

}  // namespace gen
