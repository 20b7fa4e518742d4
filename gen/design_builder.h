// SPDX-License-Identifier: Apache-2.0
// Where a unit's build function puts its modules and what it knows about them.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gen/generate.h"
#include "gen/hdl/module.h"
#include "gen/hdl/print.h"

namespace gen {

// One module of a design. `here` has the sizes of this design, so that its ports can be checked
// against its instances. `printed` has the module's own default sizes, so that a helper's file is
// the same in whatever design it occurs; null when `here` is printed.
struct Part {
  std::unique_ptr<hdl::Module> here;
  std::unique_ptr<hdl::Module> printed;
  bool printed_here = true;  // false: an equal file comes from another part
  const hdl::Module& file() const { return printed ? *printed : *here; }
};

class HeapModules;  // units/heap_module.h

class DesignBuilder {
 public:
  DesignBuilder(const Unit& unit, const base::Spec& resolved);

  const base::Spec& spec() const { return spec_; }
  int64_t size(std::string_view key) const { return spec_.size(key); }
  bool is(std::string_view key, std::string_view value) const { return spec_.is(key, value); }
  hdl::ResetStyle reset_style() const;

  // The top module, with the unit's name; `doc` is its header.
  hdl::Module top(std::vector<std::string> doc) const;
  // Declares a size of the unit's table in `module`: a Verilog parameter where it is free at this
  // spec, else a plain number. `at_most`: the size that limits it, where the table names one.
  hdl::Dim parameter(hdl::Module& module, std::string_view name, const hdl::Dim& at_most = 0) const;

  // Adds the top module; last of all.
  void add(hdl::Module module);
  // Adds a helper module, built at the sizes `here` and at its own `defaults`. Its name must start
  // with `fircone_` and name every structural choice. A helper that is there already, at equal
  // sizes, is not built again.
  const hdl::Module& helper(const std::string& name, const hdl::Point& here,
                            const hdl::Point& defaults,
                            const std::function<hdl::Module(const hdl::Point&)>& build);
  // Adds another unit and its helpers.
  struct SubUnit {
    const hdl::Module* module;
    int latency_cycles;
    Operations operations;
  };
  SubUnit sub_unit(const base::Spec& wanted);

  std::vector<Part>& parts() { return parts_; }

  // What the build function fills in.
  std::string formula;
  int latency_cycles = 0;
  int outputs_per_cycle = 1;
  Operations operations;
  std::vector<CoefficientSum> coefficients;
  // Shapes of heaps so far, for those who write them.
  std::shared_ptr<HeapModules> heap_modules;

 private:
  bool has_file(const std::string& name) const;

  const Unit& unit_;
  base::Spec spec_;
  std::vector<Part> parts_;
  std::map<std::string, const hdl::Module*> helpers_;  // by name and sizes
};

// All modules of a resolved spec at its sizes, top last: for proofs over the box of free sizes.
std::vector<hdl::Module> build_modules(const base::Spec& resolved);

// Proves every range of a unit's modules at the corners of its free sizes, and that the text does
// not depend on them. Throws std::logic_error.
void check_free_sizes(const base::Spec& resolved, int max_corners = 64);

// `fircone generate UNIT key=value...` with the keys that differ from their defaults.
std::string command_line(const base::Spec& resolved);

}  // namespace gen
