// SPDX-License-Identifier: Apache-2.0
// Plain Verilog-2005 test benches for users of other simulators: text, vectors, expected results.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/spec.h"
#include "tb/bench.h"
#include "tb/vector_unit.h"

namespace tb {

struct BenchFile {
  std::string name;
  std::string text;
};

// Files of a self-checking bench of module `top`, generated for `resolved`: `tb_<top>.v` (module
// tb_<top>) first, then the $readmemh files that it reads from the current folder. Results come
// from golden alone; no simulator is needed to make them. The bench ends with $finish after a line
// that begins with PASS or FAIL. It compares with ===, so an X on a valid, ready or qualified data
// bit fails; inputs are X where the unit must not look. options.vectors: how many vectors (frames
// for conv2d_stream). Throws a usage error for a unit without a bench.
std::vector<BenchFile> verilog_bench(const base::Spec& resolved, const std::string& top,
                                     const Options& options = {});

// Words as bits, the last field first: the order of a Verilog concatenation.
std::string bits_of(const std::vector<Field>& fields, const std::vector<int64_t>& words);
std::string bits_of(const std::vector<Field>& fields, const std::vector<golden::Wide>& words);

int total_bits(const std::vector<Field>& fields);

// `h_i, x_i`: last field first.
std::string names_of(const std::vector<Field>& fields);

// `  reg  [3:0] x_i;` and `    .x_i(x_i),` for each field, a line each.
std::string declarations_of(const std::vector<Field>& fields, std::string_view kind);
std::string connections_of(const std::vector<Field>& fields);

// A line of a $readmemh file out of a text of zeros and ones, the highest bit first.
std::string hex_line(std::string bits);

// One for each family.
std::vector<BenchFile> pipelined_verilog_bench(VectorUnit& unit, const base::Spec& resolved,
                                               const std::string& top, const Options& options);
std::vector<BenchFile> combinational_verilog_bench(VectorUnit& unit, const base::Spec& resolved,
                                                   const std::string& top, const Options& options);
std::vector<BenchFile> conv2d_verilog_bench(const base::Spec& resolved, const std::string& top,
                                            const Options& options);
std::vector<BenchFile> ccu_verilog_bench(const base::Spec& resolved, const std::string& top,
                                         const Options& options);
std::vector<BenchFile> bw_conv2d_verilog_bench(const base::Spec& resolved, const std::string& top,
                                               const Options& options);

// Replaces each `@Name@` of the pattern by its text (an `@` that no capital follows stays). Throws
// std::logic_error for a name that is not in the list.
std::string fill(std::string_view pattern,
                 const std::vector<std::pair<std::string_view, std::string>>& texts);

}  // namespace tb
