// SPDX-License-Identifier: Apache-2.0
// Bit heaps in Verilog: vectors go in, the tree is written stage by stage, two rows come out, and a
// final adder, a module of its own, adds them.
//
//   Heap heap(design, m, width);            sums modulo 2^width
//   heap.add(x);                            operands; products: gen/units/products.h
//   HeapRows rows = heap.compress(options); the tree
//   rows.a = ..., rows.b = ...              registers, where a cut stands here
//   hdl::Bits y = heap.add_rows(rows);      `width` bits

#pragma once

#include <string>
#include <vector>

#include "gen/arith/compress.h"
#include "gen/design_builder.h"
#include "gen/hdl/module.h"

namespace gen {

// The keys that units with arith=heap share.
Param arith_param();        // operators (default), heap
Param tree_param();         // timing (default), dadda, wallace
Param compressors_param();  // fa (default), 4_2, 7_3
Param final_adder_param();  // timing (default), ripple, prefix networks
Rule compressors_rule();    // 4_2: dadda; 7_3: dadda or wallace
// The names of the common keys' values at this spec: tree, compressors.
arith::CompressOptions compress_options(const base::Spec& resolved);
// Whether trees come down to one row, without an adder behind them: final_adder=ripple,
// tree=timing.
bool is_chained(const base::Spec& resolved);
// For headers: "a bit heap (booth4, dadda, 4:2 compressors), final adder timing"; `extra` stands
// behind "bit heap".
std::string heap_text(const base::Spec& resolved, const std::string& extra = {});

// Two rows: `a` has every column, `b` those from `lsb` up (not valid() where there are none). A
// column with one bit has a zero in `b`.
struct HeapRows {
  int width = 0, lsb = 0;
  hdl::Bits a, b;            // width and width - lsb bits, declared
  std::vector<int> arrival;  // of each column, in ticks of arith::DelayModel
};

class Heap {
 public:
  // `prefix` goes in front of every name ("y0_"): needed for several heaps in a module.
  Heap(DesignBuilder& design, hdl::Module& module, int width, std::string prefix = {});

  arith::BitHeap& bits() { return heap_; }
  // A declared signal (or slice of none) that bits().add(...) may name: its number.
  int vector(const hdl::Bits& signal);

  // Adds or subtracts `width` bits of a declared vector from bit `first`, `column` places up.
  struct Operand {
    bool is_signed = false;
    int column = 0;
    int first = 0;
    int width = 0;  // 0: all
    int arrival = 0;
    bool inverted = false;  // the vector holds complements
  };
  void add(const hdl::Bits& signal, const Operand& operand);
  void subtract(const hdl::Bits& signal, const Operand& operand);

  // Bits of vectors side by side, the first lowest; their complements where `inverted`.
  hdl::Bits gather(const std::vector<arith::Source>& sources, bool inverted) const;

  // Writes the tree.
  HeapRows compress(const arith::CompressOptions& options);
  HeapRows compress(const base::Spec& resolved) { return compress(compress_options(resolved)); }
  // The tree that was written, for counts.
  const arith::Compressed& tree() const { return tree_; }

  // Adds the rows with a final adder of this kind; `name` of its module after fircone_final_adder_,
  // the top module's name where empty.
  hdl::Bits add_rows(const HeapRows& rows, const std::string& final_adder,
                     const std::string& name = {});

 private:
  struct Wire {
    int vector, index;
    bool inverted;
  };
  Wire wire(int bit, bool inverted) const;
  hdl::Bits gather(const std::vector<Wire>& wires) const;  // most significant first
  void write_stage(size_t first, size_t last);
  void write_group(size_t first, size_t last);
  void write_chain(size_t first, size_t last);
  bool complemented() const;

  DesignBuilder& design_;
  hdl::Module& module_;
  std::string prefix_;
  arith::BitHeap heap_;
  std::vector<hdl::Bits> vectors_;
  arith::Compressed tree_;
  std::vector<arith::Source> made_;  // by TreeBit: where its wire is
};

}  // namespace gen
