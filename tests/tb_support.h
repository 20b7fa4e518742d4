// SPDX-License-Identifier: Apache-2.0
// From a spec line to a model under test, for the tests of the benches.

#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/spec.h"
#include "gen/generate.h"
#include "sim/loader.h"

namespace tb_test {

// A replacement in the text of one file; `from` (or `otherwise`) must occur in it, its line breaks
// may differ.
struct Edit {
  std::string_view file;  // "fcu_k3_ffa.v"
  std::string_view from;
  std::string_view to;
  std::string_view otherwise = {};  // replaced when `from` does not occur
};

// Replaces the first occurrence. False when the file or the text is not there.
bool apply(gen::Design& design, const Edit& edit);

// A design with one thing wrong, which its bench must see.
struct Fault {
  std::string name;
  std::string spec;
  Edit edit;
  friend std::ostream& operator<<(std::ostream& out, const Fault& f) { return out << f.name; }
};
// The edit holds, and the bench refuses the design for a mismatch that says `mentioned`.
void expect_caught(const Fault& fault, std::string_view mentioned = {});
// The unspoiled design of a spec line is right.
void expect_passes(const std::string& line);

// Sources of a design, with parameters overridden by `sizes` (a resolved spec of the same unit) if
// that is given.
sim::ModelRequest request(const gen::Design& design, const base::Spec* sizes = nullptr);

std::unique_ptr<sim::Model> load(const gen::Design& design, uint64_t x_initial_seed = 1);

// The unit's catalogue points, resolved.
std::vector<base::Spec> catalogue_specs(const gen::Unit& unit);

// `fcu_k3_ffa_DataWidth_8`: letters and digits of a line, for a test's name.
std::string test_name(const std::string& line);

}  // namespace tb_test
