// SPDX-License-Identifier: Apache-2.0
// Writes a script for OpenSTA, runs it and reads what it wrote.

#include "synth/sta.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"

namespace synth {
namespace {

constexpr double kTimeoutSeconds = 600;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// A path as one Tcl word, whatever its characters.
std::string word(const std::filesystem::path& path) {
  std::string text = "\"";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (std::strchr("\"\\$[]", c) != nullptr) text += '\\';
    text += c;
  }
  return text + "\"";
}

std::string script(const Mapped& mapped, const Netlist& netlist, double clock_seconds,
                   bool electrical) {
  const Library& library = netlist.library();
  const Liberty& liberty = library.liberty();
  const double period = clock_seconds / liberty.time_unit;
  const double slew = library.input_slew() / liberty.time_unit;
  const std::string clock = netlist.clock_port();
  std::string s = fmt::format("read_liberty {}\nread_verilog {}\nlink_design {}\n",
                              word(liberty.path), word(mapped.verilog), mapped.top);
  // This OpenSTA applies a library's default wire load by itself; wires are none of the figures.
  if (liberty.wire_load && !liberty.zero_wire_load.empty()) {
    s += fmt::format("set_wire_load_model -name {{{}}}\n", liberty.zero_wire_load);
  } else if (liberty.wire_load) {
    s += "foreach net [get_nets *] { sta::set_net_wire_cap $net 0 [sta::cmd_corner] max 0.0 }\n";
  }
  if (clock.empty()) {
    s += fmt::format("create_clock -name clk -period {:.9g}\n", period);
  } else {
    s += fmt::format("create_clock -name clk -period {:.9g} [get_ports {{{}}}]\n", period, clock);
    s += fmt::format("set_clock_transition {:.9g} [get_clocks clk]\n", slew);
  }
  s += fmt::format(
      "set inputs {{}}\n"
      "foreach port [all_inputs] {{\n"
      "  if {{[get_full_name $port] ne {{{}}}}} {{ lappend inputs $port }}\n"
      "}}\n",
      clock);
  s += "if {[llength $inputs]} {\n  set_input_delay 0 -clock clk $inputs\n";
  s += library.drives_inputs()
           ? fmt::format("  set_driving_cell -lib_cell {} $inputs\n}}\n", library.driver())
           : fmt::format("  set_input_transition {:.9g} $inputs\n}}\n", slew);
  s += "set_output_delay 0 -clock clk [all_outputs]\n";
  s += fmt::format("set_load {:.9g} [all_outputs]\n", library.load() / liberty.capacitance_unit);
  s += "puts {@path}\nreport_checks -path_delay max -fields {slew cap input_pin} -digits 4\n";
  s += "puts {@slack}\nreport_worst_slack -digits 6\n";
  if (electrical) {
    s += "puts {@pins}\n"
         "foreach pin [get_pins */*] {\n"
         "  set vertex [lindex [$pin vertices] 0]\n"
         "  if {$vertex eq {}} { continue }\n"
         "  puts \"[get_full_name $pin] [lindex [$vertex slews rise] 1]"
         " [lindex [$vertex slews fall] 1]\"\n"
         "}\n"
         "puts {@loads}\n"
         "set corner [sta::cmd_corner]\n"
         "foreach pin [get_pins */*] {\n"
         "  if {[$pin is_driver]} {\n"
         "    set net [$pin net]\n"
         "    if {$net ne {NULL}} {\n"
         "      puts \"[get_full_name $pin] [$net capacitance rise $corner max]"
         " [$net capacitance fall $corner max]\"\n"
         "    }\n"
         "  }\n"
         "}\n";
  }
  return s + "puts {@end}\n";
}

// The text between a line `@name` and the next mark.
std::string_view section(std::string_view text, std::string_view name) {
  const std::string mark = fmt::format("@{}\n", name);
  const size_t begin = text.find(mark);
  if (begin == std::string_view::npos) return {};
  const size_t end = text.find("\n@", begin + mark.size() - 1);
  const size_t from = begin + mark.size();
  return end == std::string_view::npos || end < from ? std::string_view{}
                                                     : text.substr(from, end + 1 - from);
}

double number(std::string_view text) {
  double value = 0;
  const auto [rest, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() ? value : std::numeric_limits<double>::quiet_NaN();
}

// The block of the path with the smallest slack: report_checks prints one for each path group.
std::string worst_path(std::string_view text) {
  std::string_view worst;
  double worst_slack = std::numeric_limits<double>::infinity();
  size_t begin = text.find("Startpoint:");
  while (begin != std::string_view::npos) {
    const size_t next = text.find("Startpoint:", begin + 1);
    const std::string_view block = text.substr(begin, next - begin);
    const size_t at = block.rfind("slack (");
    if (at != std::string_view::npos) {
      size_t line = block.rfind('\n', at);
      line = block.find_first_not_of(" \n", line);
      const double slack = number(block.substr(line, at - line));
      if (slack < worst_slack) {
        worst_slack = slack;
        worst = block;
      }
    }
    begin = next;
  }
  while (!worst.empty() && std::isspace(static_cast<unsigned char>(worst.back()))) {
    worst.remove_suffix(1);
  }
  return std::string(worst) + "\n";
}

// Calls `use(name, rise, fall)` for each line `name number number`.
template <typename Use>
void each_line(std::string_view text, const Use& use) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const size_t second = line.rfind(' ');
    const size_t first = second == std::string_view::npos ? second : line.rfind(' ', second - 1);
    if (first == std::string_view::npos) continue;
    const double rise = number(line.substr(first + 1, second - first - 1));
    const double fall = number(line.substr(second + 1));
    if (std::isfinite(rise) && std::isfinite(fall)) use(line.substr(0, first), rise, fall);
  }
}

void read_electrical(const std::string& text, const Netlist& netlist, Timing& timing) {
  std::unordered_map<std::string_view, size_t> cells;
  for (size_t i = 0; i < netlist.cells().size(); ++i) cells[netlist.cells()[i].name] = i;
  timing.slews.resize(netlist.cells().size());
  for (size_t i = 0; i < netlist.cells().size(); ++i) {
    timing.slews[i].resize(netlist.cells()[i].pins.size(), {kUnknown, kUnknown});
  }
  timing.loads.assign(netlist.net_count(), kUnknown);
  const auto pin_of = [&](std::string_view name, size_t& cell, size_t& pin) {
    const size_t slash = name.rfind('/');
    if (slash == std::string_view::npos) return false;
    const auto found = cells.find(name.substr(0, slash));
    if (found == cells.end()) return false;
    cell = found->second;
    const LibCell& type = *netlist.cells()[cell].type;
    const LibPin* lib_pin = type.find_pin(name.substr(slash + 1));
    if (lib_pin == nullptr) return false;
    pin = static_cast<size_t>(lib_pin - type.pins.data());
    return true;
  };
  each_line(section(text, "pins"), [&](std::string_view name, double rise, double fall) {
    size_t cell = 0, pin = 0;
    if (!pin_of(name, cell, pin)) return;
    timing.slews[cell][pin] = {rise, fall};
  });
  each_line(section(text, "loads"), [&](std::string_view name, double rise, double fall) {
    size_t cell = 0, pin = 0;
    if (!pin_of(name, cell, pin)) return;
    const NetId net = netlist.cells()[cell].pins[pin];
    if (net != kNoNet) timing.loads[net] = std::max(rise, fall);
  });
  // Nets of input ports have no driving pin to ask.
  std::vector<double> pins(netlist.net_count(), 0.0);
  for (const NetCell& cell : netlist.cells()) {
    for (size_t i = 0; i < cell.pins.size(); ++i) {
      if (cell.pins[i] != kNoNet) pins[cell.pins[i]] += cell.type->pins[i].capacitance;
    }
  }
  for (const NetPort& port : netlist.ports()) {
    if (!port.input) continue;
    for (const NetId bit : port.bits) timing.loads[bit] = pins[bit];
  }
}

// OpenSTA reports an error on a line of its own and goes on with the next command.
size_t find_error(std::string_view text) {
  for (size_t at = text.find("Error"); at != std::string_view::npos;
       at = text.find("Error", at + 1))
    if ((at == 0 || text[at - 1] == '\n') && text.find_first_of(": ", at) == at + 5) return at;
  return std::string_view::npos;
}

}  // namespace

Timing time(const Mapped& mapped, const Netlist& netlist, double clock_seconds, bool electrical) {
  base::find_tool("sta");
  if (netlist.cells().empty()) base::usage_error(mapped.top, "the netlist has no cells");
  Timing timing;
  timing.clock = clock_seconds;
  timing.combinational = netlist.clock_port().empty();
  timing.script = script(mapped, netlist, clock_seconds, electrical);
  const base::TemporaryDirectory folder;
  base::write_file(folder.path() / "run.tcl", timing.script);
  base::Command command;
  command.argv = {"sta", "-no_splash", "-exit", "run.tcl"};
  command.directory = folder.path();
  command.timeout_seconds = kTimeoutSeconds;
  const base::Output output = base::run(command);
  if (output.timed_out) {
    base::check_error("sta", fmt::format("OpenSTA took more than {} s", kTimeoutSeconds));
  }
  std::string message = output.out + output.err;
  const size_t at = find_error(message);
  if (at != std::string::npos || output.out.find("@end\n") == std::string::npos) {
    message = message.substr(at == std::string::npos ? 0 : at);
    base::check_error("sta",
                      fmt::format("OpenSTA failed: {}", message.substr(0, message.find('\n'))));
  }
  const std::string_view slack = section(output.out, "slack");
  const size_t blank = slack.rfind(' ');
  const double value = blank == std::string_view::npos
                           ? std::numeric_limits<double>::quiet_NaN()
                           : number(slack.substr(blank + 1, slack.find('\n', blank) - blank - 1));
  // Without any path (every output a constant or a register with constant data) there is no delay.
  const double slack_seconds = value * netlist.library().liberty().time_unit;
  const bool path = std::isfinite(value) && slack_seconds < 1.0;
  timing.slack = path ? slack_seconds : clock_seconds;
  timing.delay = clock_seconds - timing.slack;
  timing.path = path ? worst_path(section(output.out, "path")) : "";
  if (electrical) read_electrical(output.out, netlist, timing);
  return timing;
}

}  // namespace synth
