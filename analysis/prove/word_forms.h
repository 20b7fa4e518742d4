// SPDX-License-Identifier: Apache-2.0
// Proof of sums of products over whole words: what each `+`, `-` and `*` is of the operands.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/prove/claim.h"
#include "analysis/prove/network.h"
#include "golden/wide.h"

namespace analysis {

// A network of word operators and modules of sums alone, such as a filter, needs no bits: forward
// from the inputs every word is a linear form of operands, or of products of two such forms, as an
// integer or modulo a power of two. That is some hundred times shorter than rewriting by bits, and
// all outputs share it. It finds proofs only: what it does not prove may still be right.
class WordForms {
 public:
  // `claims`: their operands are the words that count as inputs.
  WordForms(const Network& network, const std::vector<Claim>& claims);

  bool proves(const Claim& claim) const;

 private:
  // Wide enough for products of coefficients; every operation on it is checked.
  using Number = golden::Wide;
  static constexpr uint32_t kOne = 0;   // the symbol 1; operands follow, then products
  static constexpr int kExact = 1'000;  // no modulus: the integer itself

  // A word is sum of coefficient * symbol / 2^down, modulo 2^bits.
  struct Form {
    std::vector<std::pair<uint32_t, Number>> terms = {};  // by symbol
    int down = 0;
    int bits = kExact;
  };
  struct Range {
    Number low = 0, high = 0;
  };
  // Bits of a port, or of a box.
  struct Source {
    Form form;
    Range range;
    size_t width = 0;
  };
  struct Bit {
    int32_t source = -1;
    uint32_t index = 0;
  };
  struct Factors {
    Form a, b;
  };
  struct NoForm {};

  static std::tuple<std::string, int, int, bool> key_of(const Operand& operand);
  void add_operand(const Operand& operand);
  void add_source(Form form, const std::vector<Net>& out);
  Form form_of(const Box& box);
  Form form_of(const Word& word) const;
  Form run_form(const Word& word, size_t first) const;
  Form product(Form a, Form b, int bits);
  Range range_of(const Form& form) const;
  // Over pairs of operands; (kOne, s) for what is linear.
  std::map<std::pair<uint32_t, uint32_t>, Number> expanded(const Form& form) const;
  bool divisible(const Form& form, int by) const;

  static Number checked_sum(Number a, Number b);
  static Number checked_product(Number a, Number b);
  static Number power(int exponent);
  static Number floor_shift(Number value, int by);
  static void add(Form& sum, const Form& form, Number factor);
  static void reduce(Form& form);

  const Network& network_;
  std::vector<Range> ranges_;     // of each symbol
  std::vector<Factors> factors_;  // of each product
  size_t first_product_ = 0;      // its symbol
  std::map<std::tuple<std::string, int, int, bool>, uint32_t> operands_;
  std::vector<Source> sources_;
  std::vector<Bit> bits_;  // of each net
};

}  // namespace analysis
