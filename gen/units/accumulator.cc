// SPDX-License-Identifier: Apache-2.0
// Accumulators of heaps.

#include "gen/units/accumulator.h"

#include <fmt/format.h>

#include <stdexcept>

namespace gen {
namespace {

// Lowest column in which two bits are left when the rows that come back have theirs from `begin`.
int rows_lsb(Heap& heap, const arith::CompressOptions& options, int begin) {
  arith::BitHeap trial = heap.bits();
  trial.add_unsigned(-1, trial.width());
  if (begin < trial.width()) trial.add_unsigned(-2, trial.width() - begin, {.column = begin});
  return arith::compress(trial, options).adder_lsb();
}

}  // namespace

HeapRows accumulate_rows(Heap& heap, hdl::Module& m, const arith::CompressOptions& options,
                         const AccumulatorControl& control) {
  const int width = heap.bits().width();
  // The second row begins where the tree leaves two bits in a column, which depends on where it
  // begins. Two in the highest column alone are no row: their sum is an XOR.
  int lsb = width;
  if (rows_lsb(heap, options, width) < width - 1) {
    lsb = 0;
    for (int begin = rows_lsb(heap, options, 0); begin > 0 && lsb == 0; --begin)
      if (rows_lsb(heap, options, begin) >= begin) lsb = begin;
  }
  // A tree that takes the second row from `lsb` may give it from further up: zeros below.
  const int given = rows_lsb(heap, options, lsb);
  const bool two = lsb < width && given < width;
  m.section(fmt::format("Accumulator: {} anew with the first beat of a sum.",
                        two ? "two rows (carry-save), which start" : "one row, which starts"));
  const auto kept = [&](const hdl::Bits& row) {
    return row & hdl::replicate(row.width(), ~control.first);
  };
  const hdl::Bits row_a = m.reg("sum_a_q", hdl::bits(width));
  hdl::Bits row_b;
  if (two) row_b = m.reg("sum_b_q", hdl::bits(width - given));
  heap.add(
      m.wire("kept_a", hdl::bits(width),
             control.start.valid() ? hdl::mux(control.first, control.start, row_a) : kept(row_a)),
      {});
  if (lsb < width) {
    std::vector<hdl::Bits> parts;
    if (two) parts.push_back(kept(row_b));
    if (given > lsb) parts.push_back(hdl::zeros(given - lsb));
    heap.add(m.wire("kept_b", hdl::bits(width - lsb), hdl::concat(parts)), {.column = lsb});
  }
  HeapRows rows = heap.compress(options);
  if (rows.lsb != given) throw std::logic_error("accumulator: the second row moved");
  if (rows.b.valid() && !two) {
    const hdl::Bits top = rows.a.msb() ^ rows.b;
    rows.a = m.wire("row", hdl::bits(width),
                    width > 1 ? hdl::concat({top, rows.a.slice(0, width - 1)}) : top);
    rows.lsb = width;
  }
  std::vector<std::pair<hdl::Bits, hdl::Bits>> rows_in = {{row_a, rows.a}};
  if (two) rows_in.emplace_back(row_b, rows.b);
  m.registers(control.clock, control.take, {}, rows_in);
  rows.a = row_a;
  rows.b = row_b;
  rows.arrival.assign(rows.arrival.size(), 0);
  return rows;
}

}  // namespace gen
