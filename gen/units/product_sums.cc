// SPDX-License-Identifier: Apache-2.0
// Signs, sizes and keys of sums of products.

#include "gen/units/product_sums.h"

namespace gen {

int ProductSizes::growth(int count) const {
  int floor = 0;
  while ((count >> (floor + 1)) != 0) ++floor;
  return (signs.a && signs.b) || (1 << floor) == count ? floor : floor + 1;
}

hdl::Num ProductSizes::left(const hdl::Bits& word) const {
  if (signs.a) return word.as_signed();
  return signs.result() ? word.as_unsigned().as_signed() : word.as_unsigned();
}

hdl::Num ProductSizes::right(const hdl::Bits& word) const {
  return signs.b ? word.as_signed() : word.as_unsigned();
}

hdl::Num ProductSizes::number(const hdl::Bits& word) const {
  return signs.result() ? word.as_signed() : word.as_unsigned();
}

hdl::NumType ProductSizes::type(const hdl::Dim& width) const {
  return signs.result() ? hdl::sint(width) : hdl::uint(width);
}

Param product_cut_param() {
  return subset(
      "cut", "none",
      {{"pre", "on the operands"}, {"mult", "after the products"}, {"post", "on the result"}},
      "Places of the pipeline registers.");
}

}  // namespace gen
