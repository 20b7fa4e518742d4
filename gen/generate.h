// SPDX-License-Identifier: Apache-2.0
// From a spec line to Verilog: the whole interface of the generator.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/spec.h"
#include "gen/unit.h"

namespace gen {

// One file of a design; it holds one module and is called after it.
struct SourceFile {
  std::string name;  // "fcu_k3_ffa.v"
  std::string text;
};

// A port of the top module.
struct Port {
  std::string name;
  bool input = true;
  std::string width;    // Verilog expression over the parameters, "3 * ResultWidth"
  int width_value = 1;  // at the design's sizes
  bool is_signed = false;
  std::string doc;
};

// A free size: a Verilog parameter of the top module, which an instance may override.
struct Parameter {
  std::string name;
  int64_t value = 0, min = 0, max = 0;
  std::string doc;
};

// A localparam that users of the unit need to know ("ResultWidth"), over the parameters.
struct DerivedSize {
  std::string name;
  std::string expression;
  int64_t value = 0;
};

// One pre-added coefficient as the port expects it for preadd=offline: a signed sum of raw ones.
struct CoefficientSum {
  std::string name;                                // "p01"
  std::vector<std::pair<int, std::string>> terms;  // +1 or -1 times "h[0]"
  std::string text() const;                        // "h[0] + h[1]"
};

// Operations of the unit's data path, counted while it is built.
struct Operations {
  int multiplications = 0;
  int pre_adders = 0;          // on samples
  int coefficient_adders = 0;  // on coefficients; 0 when they are added offline
  int branch_adders = 0;       // sums of like-indexed products (rows, sub-filter taps)
  int post_adders = 0;
};

// What `generate` made: Verilog, and everything a reader of it needs to know.
struct Design {
  base::Spec spec;                // resolved
  std::string top;                // name of the top module
  std::vector<SourceFile> files;  // helpers and sub-units first, top last
  std::vector<Parameter> parameters;
  std::vector<DerivedSize> derived;
  std::vector<Port> ports;
  std::string doc;      // one sentence
  std::string formula;  // what the outputs are, in one line
  int latency_cycles = 0;
  int outputs_per_cycle = 1;
  Operations operations;
  std::vector<CoefficientSum> coefficients;  // order of the sums in h_i for preadd=offline
};

// A library's cell and its pins, as an instance names them.
struct AdderCell {
  std::string cell;
  std::string a, b, c;  // c: full adders only
  std::string sum, carry;
};

// The full and half adder cells of a library.
struct AdderCells {
  std::string library;  // part of the file names: fircone_fa_osu018.v
  AdderCell full, half;
};

struct GenerateOptions {
  std::string prefix = {};  // in front of every module name
  // These cells in place of the behavioural fircone_fa and fircone_ha.
  std::optional<AdderCells> adder_cells = {};
};

// Fills in every default and checks everything. Throws a usage error that lists every fault, one a
// line, each with the allowed set and the nearest valid choice.
base::Spec resolve(const base::Spec& wanted);

// Throws as `resolve`, and for a prefix that is no Verilog identifier.
Design generate(const base::Spec& wanted, const GenerateOptions& options = {});

// The catalogue, in the order of gen/units.def.
std::span<const Unit* const> units();

// Throws a usage error with the nearest name.
const Unit& find_unit(std::string_view name);

// Name of the top module: the unit and a short tag for each structural choice. Injective over
// specs that differ in more than free sizes.
std::string module_name(const base::Spec& resolved);

}  // namespace gen
