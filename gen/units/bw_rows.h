// SPDX-License-Identifier: Apache-2.0
// tree=rows: whole words are added in an order that can be said in one sentence, so that a final
// adder with errors has results that are defined without the generator.
//
// Rows stand in a list. In a level each three of them, in order, become two, s = a ^ b ^ c and
// twice the majority; one or two that are left over stay behind those. That goes on until two rows
// are left: first operand and second operand of the final adder.

#pragma once

#include <string>
#include <vector>

#include "gen/units/bw_lanes.h"

namespace gen {

Param bw_tree_param();         // tree_param() and rows
Param bw_final_adder_param();  // final_adder_param() and adders with errors, which need tree=rows
Param bw_approx_param();       // their low bits, block or window
Rule bw_rows_rule();           // tree=rows has full adders alone; adders with errors need it
Rule bw_approx_rule();         // 1..AccWidth; a block divides AccWidth

class RowTree {
 public:
  RowTree(DesignBuilder& design, hdl::Module& module, int width);

  // A declared vector as a row, at `column`.
  void add(const hdl::Bits& signal, int column = 0);
  // The rows of a beat: words of the lanes; of `and` the samples, or their sum, subtracted; with
  // compensation=exact the signs. What counts negative is a complement and a constant; constants
  // are one row, the last, where there are any.
  void add_beat(const BwLanes& lanes, const BwBeat& beat);

  // Two rows more will hold what came out before: from this column up the second of them can be
  // other than zero.
  int kept_lsb() const;

  // Writes the tree: rows of all columns, the second without its lowest zeros.
  HeapRows compress();
  // Adds them by the spec's final adder.
  hdl::Bits add_rows(const HeapRows& rows);

 private:
  // The bit of each column, or none: a zero.
  struct Row {
    std::vector<arith::Source> bits;
  };
  struct Adders;
  Row empty() const;
  void put(Row& row, int column, const arith::Source& source) const;
  void subtract_samples(const BwLanes& lanes, const BwBeat& beat, arith::BitHeap& constants);
  void add_constants(const arith::BitHeap& constants);
  void write(const Adders& adders, bool full, int level);

  DesignBuilder& design_;
  hdl::Module& module_;
  int width_;
  Heap heap_;  // its vectors, its final adder
  std::vector<Row> rows_;
};

}  // namespace gen
