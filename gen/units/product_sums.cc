// SPDX-License-Identifier: Apache-2.0
// Signs, sizes and keys of sums of products.

#include "gen/units/product_sums.h"

#include <algorithm>

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

Param product_width_param(std::string_view name, std::string_view tag, std::string_view doc) {
  return free_size(name, "8", 1, 32, doc).free_with("arith", "operators").tagged(tag);
}

Param product_form_param() {
  constexpr int64_t kBoothBits = 8;
  return form_param().or_auto(
      [](const base::Spec& spec) -> std::string_view {
        const bool booth = spec.is("arith", "heap") && !spec.is("operands", "unsigned") &&
                           spec.size("WidthB") >= kBoothBits;
        return booth ? "booth4" : "baugh_wooley";
      },
      "booth4 where b is signed and has 8 bits or more, else baugh_wooley");
}

Param product_cut_param() {
  return subset(
      "cut", "none",
      {{"pre", "on the operands"}, {"mult", "after the products"}, {"post", "on the result"}},
      "Places of the pipeline registers.");
}

void add_product(Heap& heap, Pipeline& pipeline, const ProductSizes& sizes, const hdl::Bits& a,
                 const hdl::Bits& b, ProductForm form, const std::string& name) {
  hdl::Module& m = pipeline.module();
  const hdl::Bits left = m.wire(name + "a", hdl::bits(sizes.a), a);
  const hdl::Bits right = m.wire(name + "b", hdl::bits(sizes.b), b);
  add_product(heap, m, left, right,
              {.a_signed = sizes.signs.a, .b_signed = sizes.signs.b, .form = form, .name = name});
}

HeapRows stage_rows(Pipeline& pipeline, Place place, const HeapRows& rows,
                    const std::string& prefix) {
  HeapRows staged = rows;
  staged.a = pipeline.stage(place, prefix + "row_a", rows.a);
  if (rows.b.valid()) staged.b = pipeline.stage(place, prefix + "row_b", rows.b);
  if (pipeline.cut().at(place)) staged.arrival.assign(staged.arrival.size(), 0);
  return staged;
}

SeparateRows compress_apart(Heap& heap, const arith::CompressOptions& options) {
  SeparateRows result;
  // Bits alone: what they can add up to says how many columns there are. Carries beyond are zero.
  mpz_class most = 0;
  for (const arith::HeapBit& bit : heap.bits().bits())
    most += mpz_class(1) << static_cast<mp_bitcnt_t>(bit.column);
  const int needed = std::max(1, static_cast<int>(mpz_sizeinbase(most.get_mpz_t(), 2)));
  arith::BitHeap plain(std::min(heap.bits().width(), needed));
  for (const arith::HeapBit& bit : heap.bits().bits()) plain.add(bit);
  for (int c = 0; c < heap.bits().width(); ++c)
    if (heap.bits().constant(c)) result.constants.push_back(c);
  heap.bits() = std::move(plain);
  result.rows = heap.compress(options);
  return result;
}

namespace {

// Lowest column in which two bits are left when the rows that come back have theirs from `begin`.
int lsb_left(Heap& heap, const arith::CompressOptions& options, int begin) {
  arith::BitHeap trial = heap.bits();
  trial.add_unsigned(-1, trial.width());
  trial.add_unsigned(-2, trial.width() - begin, {.column = begin});
  return arith::compress(trial, options).adder_lsb();
}

}  // namespace

KeptRows kept_rows(Heap& heap, const arith::CompressOptions& options) {
  const int width = heap.bits().width();
  if (lsb_left(heap, options, width) == width) return {.from = width, .lsb = width};
  KeptRows kept;
  for (int begin = lsb_left(heap, options, 0); begin > 0 && kept.from == 0; --begin)
    if (lsb_left(heap, options, begin) >= begin) kept.from = begin;
  // A tree that takes the second row from `from` may give it from further up: zeros below.
  kept.lsb = lsb_left(heap, options, kept.from);
  return kept;
}

SeparateRows stage_rows(Pipeline& pipeline, Place place, const SeparateRows& rows,
                        const std::string& prefix) {
  return {stage_rows(pipeline, place, rows.rows, prefix), rows.constants};
}

namespace {

// Each column with its own arrival.
void put_rows(Heap& heap, const SeparateRows& rows, int shift, bool subtract) {
  const auto put = [&](const hdl::Bits& row, int lsb) {
    if (!row.valid()) return;
    const int vector = heap.vector(row);
    for (int c = lsb; c < rows.rows.width; ++c) {
      const arith::HeapBit bit{
          {vector, c - lsb}, c + shift, rows.rows.arrival[static_cast<size_t>(c)], false};
      const bool sign = rows.is_signed && c + 1 == rows.rows.width;
      subtract != sign ? heap.bits().subtract(bit) : heap.bits().add(bit);
    }
  };
  put(rows.rows.a, 0);
  put(rows.rows.b, rows.rows.lsb);
  for (const int c : rows.constants)
    subtract ? heap.bits().subtract_constant(c + shift) : heap.bits().add_constant(c + shift);
}

}  // namespace

void add_rows(Heap& heap, const SeparateRows& rows, int shift) {
  put_rows(heap, rows, shift, false);
}
void subtract_rows(Heap& heap, const SeparateRows& rows, int shift) {
  put_rows(heap, rows, shift, true);
}

}  // namespace gen
