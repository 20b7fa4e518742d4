// SPDX-License-Identifier: Apache-2.0
// fircone list, fircone describe: what can be generated.

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/table.h"
#include "cli/words.h"

namespace cli {
namespace {

std::string allowed(const gen::Param& param) {
  if (param.is_size()) {
    return fmt::format("{}..{}{}{}", param.min, param.max,
                       param.at_most.empty() ? "" : fmt::format(", at most {}", param.at_most),
                       param.automatic == nullptr ? "" : ", auto");
  }
  if (param.kind == gen::ParamKind::kWord) return "auto, or a name";
  std::string text = param.kind == gen::ParamKind::kSubset ? "none, or any of " : "";
  for (size_t i = 0; i < param.values.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : " ", param.values[i].name);
  return text;
}

std::string kind(const gen::Param& param) {
  if (!param.is_size()) return "option";
  if (param.kind == gen::ParamKind::kFixedSize) return "fixed";
  return param.free_if.key.empty() ? "free" : "free if " + param.free_if.text();
}

}  // namespace

void list(const ListArgs& args) {
  if (args.json) return fmt::print("{}", list_json());
  std::vector<std::vector<std::string>> rows = {{"unit", "what it is", "source"}};
  for (const gen::Unit* unit : gen::units())
    rows.push_back({std::string(unit->name), std::string(unit->doc), std::string(unit->source)});
  fmt::print("{}", format_table(rows));
}

void describe(const DescribeArgs& args) {
  const gen::Unit& unit = gen::find_unit(args.unit);
  const gen::Design design = gen::generate(base::Spec(args.unit));
  if (args.json) return fmt::print("{}", unit_json(unit, design));

  fmt::print("{}: {}\n\n  {}\n  source: {}\n\n", unit.name, unit.doc, design.formula, unit.source);
  std::vector<std::vector<std::string>> rows = {
      {"parameter", "kind", "default", "allowed", "what"}};
  for (const gen::Param& param : unit.params)
    rows.push_back({std::string(param.name), kind(param), std::string(param.default_value),
                    allowed(param),
                    std::string(param.doc) +
                        (param.only_if.key.empty() ? "" : " Needs " + param.only_if.text() + ".")});
  fmt::print("{}\n", format_table(rows));
  for (const gen::Param& param : unit.params)
    for (const gen::Value& value : param.values)
      if (!value.doc.empty()) fmt::print("  {}={}: {}\n", param.name, value.name, value.doc);
  for (const gen::Rule& rule : unit.rules) fmt::print("  rule: {}\n", rule.text);

  rows = {{"port", "direction", "width", "what"}};
  for (const gen::Port& port : design.ports)
    rows.push_back({port.name, port.input ? "in" : "out", port.width, port.doc});
  fmt::print("\n{}\n", format_table(rows));
  for (const gen::DerivedSize& size : design.derived)
    fmt::print("  {} = {} ({} by default)\n", size.name, size.expression, size.value);
  fmt::print("  latency {}, {} a cycle, {} (by default)\n", counted(design.latency_cycles, "cycle"),
             counted(design.outputs_per_cycle, "output"),
             counted(design.operations.multiplications, "multiplication"));
  fmt::print("\nFree sizes are Verilog parameters; fixed sizes and options shape the module.\n");
}

}  // namespace cli
