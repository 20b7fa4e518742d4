// SPDX-License-Identifier: Apache-2.0
// The catalogue, module names, and the way from a spec to files.

#include "gen/generate.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/error.h"
#include "gen/design_builder.h"
#include "gen/hdl/print.h"
#include "gen/units/full_adder.h"

namespace gen {

#define FIRCONE_UNIT(name) extern const Unit name;  // NOLINT(bugprone-macro-parentheses)
#include "gen/units.def"
#undef FIRCONE_UNIT

namespace {

#define FIRCONE_UNIT(name) &(name),
const Unit* const catalogue[] = {
#include "gen/units.def"
};
#undef FIRCONE_UNIT

void check_prefix(const std::string& prefix) {
  const auto word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  if (prefix.empty()) return;
  if (!std::all_of(prefix.begin(), prefix.end(), word) ||
      std::isdigit(static_cast<unsigned char>(prefix.front())) != 0 || prefix.size() > 64) {
    base::usage_error("generate", "prefix '" + prefix +
                                      "' must be letters, digits and '_', not a digit first, at "
                                      "most 64 characters");
  }
}

Port describe(const hdl::PortInfo& port) {
  return {port.name,      port.is_input, port.width.text(), static_cast<int>(port.width.value()),
          port.is_signed, port.doc};
}

Parameter describe(const Param& param, const base::Spec& spec) {
  return {std::string(param.name), spec.size(param.name), param.min, param.max,
          std::string(param.doc)};
}

// fircone_fa or fircone_ha of the library's cells, in a file that names the library.
std::optional<SourceFile> in_cells(const std::string& module, const GenerateOptions& options) {
  const AdderCells& cells = *options.adder_cells;
  const bool full = module == "fircone_fa";
  const AdderCell& cell = full ? cells.full : cells.half;
  if ((!full && module != "fircone_ha") || cell.cell.empty()) return std::nullopt;
  const hdl::Module row =
      full ? full_adder_cells(cell, cells.library) : half_adder_cells(cell, cells.library);
  return SourceFile{options.prefix + module + "_" + cells.library + ".v",
                    hdl::print(row, {.prefix = options.prefix})};
}

}  // namespace

std::string CoefficientSum::text() const {
  std::string text;
  for (const auto& [sign, coefficient] : terms) {
    if (!text.empty()) text += sign < 0 ? " - " : " + ";
    if (text.empty() && sign < 0) text += "-";
    text += coefficient;
  }
  return text;
}

std::span<const Unit* const> units() { return catalogue; }

const Unit& find_unit(std::string_view name) {
  if (name.empty()) base::usage_error("spec", "a unit is needed; see 'fircone list'");
  std::vector<std::string> names;
  for (const Unit* unit : units()) {
    if (unit->name == name) return *unit;
    names.emplace_back(unit->name);
  }
  const std::string near = base::nearest(name, names);
  std::string text = "unknown unit; ";
  if (near.empty()) {
    text += "there are";
    for (const std::string& known : names) text += (known == names.front() ? " " : ", ") + known;
  } else {
    text += "did you mean '" + near + "'?";
  }
  base::usage_error(name, text);
}

std::string module_name(const base::Spec& resolved) {
  const Unit& unit = find_unit(resolved.unit());
  const base::Spec defaults = resolve(base::Spec(resolved.unit()));
  std::string name(unit.name);
  for (const Param& param : unit.params) {
    const std::string& value = resolved.get(param.name);
    const bool is_default = defaults.is(param.name, value);
    const bool counts = param.only_if.holds(resolved);  // else it has its default
    const bool silent = param.silent == "auto" ? param.automatic(resolved) == std::stoll(value)
                                               : value == param.silent;
    if (param.is_fixed(resolved) && counts && !silent) name += "_" + std::string(param.tag) + value;
    if (param.kind == ParamKind::kOption && !is_default)
      name += "_" + std::string(param.tag) + value;
    if (param.kind == ParamKind::kWord && value != param.automatic_name(resolved)) {
      name += "_" + std::string(param.tag) + value;
    }
    if (param.kind == ParamKind::kSubset && !is_default) {
      name += "_" + std::string(param.name) + "_" + value;
    }
  }
  // Words have dots and pluses: k3.k2+k2.
  for (const char c : {',', '.', '+'}) std::replace(name.begin(), name.end(), c, '_');
  return name;
}

Design generate(const base::Spec& wanted, const GenerateOptions& options) {
  check_prefix(options.prefix);
  Design design;
  design.spec = resolve(wanted);
  const Unit& unit = find_unit(design.spec.unit());
  DesignBuilder builder(unit, design.spec);
  unit.build(design.spec, builder);
  const auto print = [&](const Part& part) {
    if (!part.printed_here) return;
    if (options.adder_cells) {
      if (const auto cells = in_cells(part.file().name(), options)) {
        design.files.push_back(*cells);
        return;
      }
    }
    design.files.push_back({options.prefix + part.file().name() + ".v",
                            hdl::print(part.file(), {.prefix = options.prefix})});
  };
  for (Part& part : builder.parts()) {
    print(part);
    // What is printed makes room for the text of the next; the top module is needed below.
    if (&part != &builder.parts().back()) part = {};
  }
  const hdl::Module& top = *builder.parts().back().here;
  design.top = options.prefix + top.name();
  for (const Param& param : unit.params) {
    if (param.is_free(design.spec)) {
      design.parameters.push_back(describe(param, design.spec));
    }
  }
  for (const hdl::DimName& size : top.localparams()) {
    design.derived.push_back({size.name, size.dim.text(), size.dim.value()});
  }
  for (const hdl::PortInfo& port : top.ports()) design.ports.push_back(describe(port));
  design.doc = unit.doc;
  design.formula = builder.formula;
  design.latency_cycles = builder.latency_cycles;
  design.outputs_per_cycle = builder.outputs_per_cycle;
  design.operations = builder.operations;
  design.coefficients = builder.coefficients;
  return design;
}

}  // namespace gen
