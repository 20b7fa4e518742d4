// SPDX-License-Identifier: Apache-2.0
// Filelist, SDC and FuseSoC core of a design.

#include "cli/products.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/version.h"
#include "cli/json.h"

namespace cli {
namespace {

std::string filelist(const gen::Design& design) {
  std::string text = "// Files of " + design.top + ", in the order of compilation.\n";
  for (const gen::SourceFile& file : design.files) text += file.name + "\n";
  return text;
}

// Constraints at the unit's own boundary: a fifth of the period outside on either side. Ports are
// named one by one, since tools differ in how they leave the clock out of all inputs.
std::string sdc(const gen::Design& design, double clock_ns) {
  std::string inputs, outputs;
  bool clocked = false;
  for (const gen::Port& port : design.ports) {
    clocked = clocked || port.name == "clk_i";
    if (port.name == "clk_i" || port.name == "rst_ni") continue;
    (port.input ? inputs : outputs) += " " + port.name;
  }
  std::string text = fmt::format(
      "# Constraints of {} at {:g} ns. Times are in ns; scale them for tools set to another "
      "unit.\n",
      design.top, clock_ns);
  // Without a clock port, a virtual clock: paths go from the inputs to the outputs.
  text += fmt::format("create_clock -name clk -period {:g}{}\n", clock_ns,
                      clocked ? " [get_ports clk_i]" : "");
  text += fmt::format(
      "set_input_delay {0:g} -clock clk [get_ports {{{1} }}]\n"
      "set_output_delay {0:g} -clock clk [get_ports {{{2} }}]\n",
      clock_ns / 5, inputs, outputs);
  if (clocked)
    text +=
        "# The reset is asserted at any time and released by a synchroniser outside.\n"
        "set_false_path -from [get_ports rst_ni]\n";
  return text;
}

// The order of Verilog files matters to nobody, but readers like helpers first.
std::string core(const gen::Design& design, const std::vector<std::string>& bench) {
  std::string text = fmt::format(
      "CAPI=2:\n"
      "name: fircone::{}:{}\n"
      "description: \"{}\"\n"
      "\n"
      "filesets:\n"
      "  rtl:\n"
      "    file_type: verilogSource-2005\n"
      "    files:\n",
      design.top, base::kVersion, design.doc);
  for (const gen::SourceFile& file : design.files) text += "      - " + file.name + "\n";
  if (!bench.empty()) {
    text += "  bench:\n    file_type: verilogSource-2005\n    files:\n";
    for (const std::string& file : bench)
      text += "      - " + file +
              (file.ends_with(".v") ? "\n" : ": {file_type: user, copyto: " + file + "}\n");
  }
  text +=
      fmt::format("  constraints:\n    files:\n      - {}.sdc: {{file_type: SDC}}\n", design.top);
  text += "\nparameters:\n";
  for (const gen::Parameter& p : design.parameters)
    text += fmt::format(
        "  {}:\n    datatype: int\n    default: {}\n    paramtype: vlogparam\n"
        "    description: \"{}\"\n",
        p.name, p.value, p.doc);
  std::string names;
  for (const gen::Parameter& p : design.parameters) names += (names.empty() ? "" : ", ") + p.name;
  text += fmt::format(
      "\ntargets:\n"
      "  default:\n    filesets: [rtl]\n    toplevel: {0}\n    parameters: [{1}]\n"
      "  lint:\n    filesets: [rtl]\n    toplevel: {0}\n    default_tool: verilator\n"
      "    tools: {{verilator: {{mode: lint-only, verilator_options: [-Wall]}}}}\n",
      design.top, names);
  if (!bench.empty())
    text += fmt::format(
        "  sim:\n    filesets: [rtl, bench]\n    toplevel: {}\n    default_tool: icarus\n",
        std::filesystem::path(bench.front()).stem().string());
  return text;
}

}  // namespace

std::vector<base::NamedText> products(const gen::Design& design, double clock_ns,
                                      const std::vector<std::string>& bench) {
  std::vector<base::NamedText> files;
  for (const gen::SourceFile& file : design.files) files.push_back({file.name, file.text});
  files.push_back({design.top + ".json", design_json(design, Layout::kPretty)});
  files.push_back({design.top + ".f", filelist(design)});
  files.push_back({design.top + ".sdc", sdc(design, clock_ns)});
  files.push_back({design.top + ".core", core(design, bench)});
  return files;
}

}  // namespace cli
