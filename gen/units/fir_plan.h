// SPDX-License-Identifier: Apache-2.0
// A fast FIR filter as a value: products of delayed sums of samples with sums of coefficients.

#pragma once

#include <string>
#include <vector>

#include "base/spec.h"
#include "gen/ffa/algorithm.h"
#include "gen/units/filter_plan.h"

namespace gen {

// P samples a cycle, the taps in blocks of P. Block t of taps meets what block 0 meets t cycles
// later, so branch b of a short algorithm for P taps is a filter over its own sums u_b of samples:
//
//   S_b[m] = sum over t of v_b,t u_b[m - t],   outputs of block m = post S[m]
//
// Form T: u is made of the newest 2P - 1 samples, post of P outputs (the transposed product). Form
// D: u is made of the P new samples alone; the P - 1 outputs of post beyond P belong to the next
// block and are added to its outputs.
struct FirPlan {
  struct Product {
    std::string name;
    int data = 0, age = 0, coefficient = 0, branch = 0;
  };
  int taps = 0, parallel = 0;
  bool transposed = true;   // form T
  ffa::Matrix data;         // forms x window, the oldest sample first
  ffa::Matrix coefficient;  // forms x taps, block by block
  ffa::Matrix post;         // P outputs, in form D and those that are carried, x branches
  std::vector<int> ages;    // of each data form: the oldest block that is needed
  std::vector<std::string> data_names, coefficient_names, branch_names;
  std::vector<int> blocks;        // of each coefficient form
  std::vector<Product> products;  // by age, then branch
  int divisor = 1;

  int window() const { return static_cast<int>(data.front().size()); }
  int carried() const { return static_cast<int>(post.size()) - parallel; }

  SumGraph samples() const;
  SumGraph coefficients() const;
  // Of the branches and then of the outputs carried from the last block; y_i, then carry_i.
  SumGraph results() const;
};

// Taps of the short algorithm.
int fir_block(const base::Spec& spec);

// Of a spec that is not direct.
FirPlan fir_plan(const base::Spec& resolved);

// The whole filter as correlation of a window with h reversed, for those who draw or prove it: form
// T, or the form T of the algorithm that form D turns around.
FilterPlan fir_window_plan(const base::Spec& resolved);

}  // namespace gen
