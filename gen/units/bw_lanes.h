// SPDX-License-Identifier: Apache-2.0
// Lanes of binary-weight units: what a sample and its sign bit (1: the weight is -1) put into a
// sum.
//
//   form     word of a lane                sum of the words
//   xor      x ^ s, unsigned               sum of w x, but for a constant of the filter
//   and      x & ~s, as x                  twice it less the sum of x: sum of w x
//   negate   s ? -x : x                    sum of w x
//   approx   x ^ s, signed                 sum of w x less the number of weights -1
//
// xor: of signed x the highest bit is inverted too. With n_minus weights -1 of N, b bits:
// sum of w x = sum of words - n_minus (2^b - 1), of signed x sum of words + n_minus - N 2^(b-1).
// data=binary: a sample is a sign too, 1 is -1; a word is ~(x ^ s), worth 2; the constant is -N.
// These constants come in with the offset, once a sum: they cost nothing.

#pragma once

#include <string>
#include <string_view>

#include "gen/units/heap.h"

namespace gen {

// Keys that binary-weight units share.
Param bw_form_param();
Param bw_compensation_param();  // needs form=approx
Param bw_samples_param();       // needs form=and: own (default), given
Param bw_data_param();          // unsigned (default), signed, binary
Param bw_lanes_param();         // 1..1024
Param bw_data_width_param();    // 1..16, free with arith=operators
Param bw_drop_param();          // low columns that are left out
Rule bw_data_rule();            // binary: form=xor and DataWidth=1
Rule bw_drop_rule();            // drop below DataWidth
Param bw_acc_width_param(int64_t (*number)(const base::Spec& spec));  // auto: that number
Rule bw_acc_width_rule();                                             // at least DataWidth + 2
// Both in the module, free or fixed, with the bounds that the lanes need.
hdl::Dim bw_data_width(const DesignBuilder& design, hdl::Module& module, const Unit& unit);
hdl::Dim bw_acc_width(const DesignBuilder& design, hdl::Module& module, const Unit& unit,
                      const hdl::Dim& lanes, const hdl::Dim& data_width);
// AccWidth: DataWidth + clog2(terms) + 2 holds any sum of `terms` products, and as much again for
// the offset.
int64_t bw_acc_width(int64_t data_width, int64_t terms);

struct BwLanes {
  enum class Form { kXor, kAnd, kNegate, kApprox };
  enum class Data { kUnsigned, kSigned, kBinary };
  enum class Compensation { kNone, kHalf, kExact };

  Form form = Form::kXor;
  Data data = Data::kUnsigned;
  Compensation compensation = Compensation::kNone;  // kApprox
  hdl::Dim lanes = 1;                               // sample k at bit k * width, its sign at bit k
  hdl::Dim width = 8;                               // bits of a sample
  int drop = 0;  // low bits of each sample that no sum has: all is as with x >> drop, `drop` up
  bool given = false;  // kAnd: the sum of the samples comes in

  // From the keys form, data, compensation, drop, samples.
  BwLanes(const base::Spec& resolved, const hdl::Dim& lanes, const hdl::Dim& width);
  // The same lanes, a bit plane a beat: unsigned samples of one bit. `s` must be inverted by the
  // caller while a plane counts negative (the sign's).
  BwLanes planes() const;

  bool is_signed() const { return data == Data::kSigned; }
  hdl::Dim used() const { return width - drop; }  // bits of a sample that are read
  hdl::Dim word_width() const;                    // of a lane's word
  // Places that a word stands up in the sum, and whether its highest bit counts negative.
  int column() const;
  bool word_signed() const {
    return form == Form::kNegate || form == Form::kApprox || (form == Form::kAnd && is_signed());
  }
};

// The words of all lanes as one wire `name`, lane k at bit k * word_width, written as a loop. x
// and s are declared signals. `inverted`: complements, for trees: of kAnd a NAND is the smaller.
hdl::Bits bw_words(hdl::Module& module, const BwLanes& lanes, const hdl::Bits& x,
                   const hdl::Bits& s, const std::string& name = "words", bool inverted = false);

// Heap form, fixed sizes: the words into `heap`, with all that the form needs but for what the
// offset has. kAnd: twice the words; the sum of x is still to be subtracted, by bw_subtract_samples
// or, where many filters share it, as rows or a word of the caller (column `drop`).
void bw_add_words(Heap& heap, const BwLanes& lanes, const hdl::Bits& words, const hdl::Bits& s,
                  bool inverted = false);
void bw_subtract_samples(Heap& heap, const BwLanes& lanes, const hdl::Bits& x);

// Operators form, free sizes: the same sums modulo 2^width as a wire `name`, written as loops over
// the words (kAnd: twice the words; over the samples for bw_samples_total).
hdl::Num bw_words_total(hdl::Module& module, const BwLanes& lanes, const hdl::Bits& words,
                        const hdl::Bits& s, const hdl::Dim& width,
                        const std::string& name = "total");
hdl::Num bw_samples_total(hdl::Module& module, const BwLanes& lanes, const hdl::Bits& x,
                          const hdl::Dim& width, const std::string& name = "samples");

// The lanes of a beat with all that their form needs but for what the offset has.
struct BwBeat {
  hdl::Bits x, s;
  hdl::Bits sum = {};  // of the samples, where it is given
};
// Ports x_i, s_i; sum_i, `width` bits.
BwBeat bw_inputs(hdl::Module& module, const BwLanes& lanes, const hdl::Dim& width);
void bw_add_beat(Heap& heap, hdl::Module& module, const BwLanes& lanes, const BwBeat& beat);
hdl::Num bw_beat_total(hdl::Module& module, const BwLanes& lanes, const BwBeat& beat,
                       const hdl::Dim& width);
// For headers: "form xor", or the text of a heap, `extra` behind "bit heap".
std::string bw_text(const base::Spec& resolved, const std::string& extra = {});

}  // namespace gen
