// SPDX-License-Identifier: Apache-2.0
// What a unit's output has to be: a sum of products of operands, modulo a power of two.

#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/spec.h"

namespace analysis {

// A port of the unit under proof, at its sizes.
struct ProvePort {
  std::string name;
  bool input = true;
  int width = 1;
};

// Bits `lsb`.. of an input port, read as an unsigned or two's complement number.
struct Operand {
  std::string port;
  int lsb = 0;
  int width = 1;
  bool is_signed = false;
};

// factor * operand * operand ...; none: the constant `factor`.
struct Term {
  int64_t factor = 1;
  std::vector<Operand> operands = {};
};

// output[lsb +: width] == sum of the terms, modulo 2^width. One definition with three readings that
// share nothing but this table: Verilog for solvers, integers for simulation, a polynomial for
// rewriting.
struct Claim {
  std::string output;
  int lsb = 0;
  int width = 1;
  bool is_signed = false;  // how people read the output
  std::vector<Term> terms = {};
  std::string text = {};  // "sum_o == a_i + b_i"
  bool wraps = false;     // meant modulo 2^width, whatever the right side's range
};

// Values of ports by name.
using Values = std::map<std::string, mpz_class>;

// The claims of a unit, empty when there are none for it or for these options. An approximate adder
// has those of the exact one, which it only comes near. Reads the spec alone, never the generator;
// of the ports only the width of `dot`'s and `fcu`'s results.
std::vector<Claim> claims_of(const base::Spec& resolved, const std::vector<ProvePort>& ports);

// What modules inside a unit compute, those first that others are made of: each is proved by
// itself, then the unit with them as they are claimed.
struct ModuleClaims {
  std::string module;  // how its name begins, behind any prefix
  std::vector<Claim> claims;
};
std::vector<ModuleClaims> module_claims_of(const base::Spec& resolved);

// An adder that is meant to be wrong at times: its claim has a bound, not an identity.
bool is_approximate_adder(const base::Spec& resolved);

// Whether every value of the right side fits into the output, so that the identity modulo 2^width
// is one of integers; or that is not claimed.
bool fits(const Claim& claim);

// The value of a claim's right side, 0 .. 2^width - 1.
mpz_class evaluate(const Claim& claim, const Values& inputs);

// Verilog of the right side: `wire [width-1:0] name`, with helper wires that begin with `name`.
std::string reference_verilog(const Claim& claim, const std::string& name);

// `a_i=0x3f b_i=0x01`
std::string format_values(const std::vector<ProvePort>& ports, const Values& inputs);
std::string format_hex(const mpz_class& value, int width);

}  // namespace analysis
