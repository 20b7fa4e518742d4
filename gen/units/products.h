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
// Key `products`, or `form` of units without that.
ProductForm product_form(const base::Spec& resolved);
Param form_param();
Param mul_operands_param();  // operands: unsigned (default), signed, mixed

struct ProductOptions {
  bool a_signed = false, b_signed = false;
  ProductForm form = ProductForm::kBaughWooley;
  bool subtract = false;  // - a * b
  int column = 0;         // places up
  std::string name = "";  // in front of the names of its wires: "p0_"
};

// Area of a * b in a heap, in full adders of osu018: what its bits cost in the tree, the cells of
// its rows, and its share of the recoders of b, which `shared` products take.
double product_cost(ProductForm form, int width_a, bool a_signed, int width_b, bool b_signed,
                    int shared);

// Approximations: the cell a[i] b[j] 2^(i+j) is negative where one of its bits is a sign.
//   truncated: cells with i + j < columns are left out; their mean for uniform operands, rounded to
//   a
//     multiple of 2^columns (half up), is added as a constant. The low `columns` bits are 0.
//   broken_array: cells with i + j < columns, and those with j < rows, are left out.
//   compressor: in each column below `columns` the positive cells are taken four by four, lowest j
//     first, by a 4:2 compressor that gives 3 for four ones; the rest is exact.
enum class Approximation { kNone, kTruncated, kBrokenArray, kCompressor };
Approximation approximation(const base::Spec& resolved);  // key `approx`

struct ApproxOptions {
  Approximation kind = Approximation::kNone;
  int columns = 0, rows = 0;
};

// As add_product (in Baugh-Wooley form), approximated.
void add_approximate_product(Heap& heap, hdl::Module& module, const hdl::Bits& a,
                             const hdl::Bits& b, const ProductOptions& options,
                             const ApproxOptions& approx);

// Adds a * b (declared signals, or slices of those) to `heap`, writing the rows into `module`.
void add_product(Heap& heap, hdl::Module& module, const hdl::Bits& a, const hdl::Bits& b,
                 const ProductOptions& options);

}  // namespace gen
