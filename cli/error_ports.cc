// SPDX-License-Identifier: Apache-2.0
// Operands by name or by order.

#include "cli/error_ports.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "base/error.h"

namespace cli {
namespace {

using analysis::GateNetlist;
using analysis::GatePort;
using analysis::PortBit;

// A port, or ports x0, x1, ... together.
struct Vector {
  std::string name;
  bool input = false;
  std::vector<PortBit> bits;
  std::vector<uint32_t> nets;
};

// `A_in`, `i_a`, `a_i` and `a` are one name.
std::string bare(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const char* suffix : {"_in", "_out", "_i", "_o"})
    if (name.ends_with(suffix) && name != suffix) {
      name.resize(name.size() - std::string_view(suffix).size());
      break;
    }
  for (const char* prefix : {"i_", "o_", "op_", "in_"})
    if (name.starts_with(prefix) && name != prefix) {
      name.erase(0, std::string_view(prefix).size());
      break;
    }
  return name;
}

const std::set<std::string> kClocks = {"clk", "clock", "aclk", "ck"};
const std::set<std::string> kCarryIns = {"cin", "ci", "c", "carry", "carryin", "carry_in", "c_in"};
const std::set<std::string> kCarryOuts = {"cout",     "co",        "c",    "carry",
                                          "carryout", "carry_out", "c_out"};

Vector vector_of(const GatePort& port) {
  Vector result{.name = port.name, .input = port.input, .bits = {}, .nets = port.nets};
  for (int i = 0; i < port.width(); ++i) result.bits.push_back({port.name, i});
  return result;
}

// `x12` is 12 of `x`.
struct Numbered {
  std::string stem;
  int number = 0;
};

std::optional<Numbered> numbered(const GatePort& port) {
  constexpr size_t kDigits = 4;
  const size_t end = port.name.find_last_not_of("0123456789");
  if (port.width() != 1 || end == std::string::npos || end + 1 == port.name.size() ||
      port.name.size() - end - 1 > kDigits)
    return std::nullopt;
  return Numbered{port.name.substr(0, end + 1), std::stoi(port.name.substr(end + 1))};
}

std::vector<Vector> vectors_of(const GateNetlist& netlist) {
  std::map<std::pair<bool, std::string>, std::map<int, const GatePort*>> families;
  for (const GatePort& port : netlist.ports)
    if (const auto n = numbered(port)) families[{port.input, n->stem}][n->number] = &port;
  std::set<const GatePort*> grouped;
  std::vector<Vector> result;
  const auto complete = [](const std::map<int, const GatePort*>& family) {
    const int first = family.begin()->first;
    const int last = family.rbegin()->first;
    return family.size() > 1 && first <= 1 && last - first + 1 == static_cast<int>(family.size());
  };
  for (const GatePort& port : netlist.ports) {
    if (grouped.contains(&port)) continue;
    const auto n = numbered(port);
    if (!n || !complete(families[{port.input, n->stem}])) {
      result.push_back(vector_of(port));
      continue;
    }
    Vector vector{.name = n->stem, .input = port.input, .bits = {}, .nets = {}};
    for (const auto& [number, member] : families[{port.input, n->stem}]) {
      grouped.insert(member);
      vector.bits.push_back({member->name, 0});
      vector.nets.push_back(member->nets[0]);
    }
    result.push_back(std::move(vector));
  }
  return result;
}

class Matcher {
 public:
  Matcher(const GateNetlist& netlist, bool is_signed)
      : netlist_(netlist), is_signed_(is_signed), ports_(vectors_of(netlist)) {}

  void given(const std::vector<std::string>& words) {
    static const std::vector<std::string> kRoles = {"a", "b", "result"};
    for (const std::string& word : words) {
      const size_t equals = word.find('=');
      const std::string role = word.substr(0, equals);
      if (equals == std::string::npos ||
          std::find(kRoles.begin(), kRoles.end(), role) == kRoles.end())
        refuse(fmt::format("--port {} must be a=NAME, b=NAME or result=NAME", word));
      if (found_.contains(role)) refuse(fmt::format("--port {}: {} is given twice", word, role));
      std::istringstream names(word.substr(equals + 1));
      Vector all{
          .name = word.substr(equals + 1), .input = role != "result", .bits = {}, .nets = {}};
      for (std::string name; std::getline(names, name, ',');) {
        const Vector& port = named(name, all.input);
        all.bits.insert(all.bits.begin(), port.bits.begin(), port.bits.end());
        all.nets.insert(all.nets.begin(), port.nets.begin(), port.nets.end());
      }
      if (all.nets.empty()) refuse(fmt::format("--port {}: no name", word));
      found_[role] = std::move(all);
    }
  }

  ErrorPorts match() {
    for (const char* role : {"a", "b"}) operand_by_name(role);
    operands_by_order();
    result();
    for (const Vector& port : ports_)
      if (port.input && !used_.contains(port.name)) unused(port);
    ErrorPorts ports;
    ports.nets.a = found_.at("a").nets;
    ports.nets.b = found_.at("b").nets;
    ports.nets.result = found_.at("result").nets;
    ports.bits.a = found_.at("a").bits;
    ports.bits.b = found_.at("b").bits;
    ports.bits.result = found_.at("result").bits;
    ports.bits.held = held_;
    for (const char* role : {"a", "b"})
      if (found_.at(role).nets.size() > 64)
        refuse(fmt::format("operand {} has {} bits; at most 64 are supported", role,
                           found_.at(role).nets.size()));
    ports.guesses = guesses_;
    return ports;
  }

 private:
  [[noreturn]] void refuse(const std::string& text) const { base::usage_error(netlist_.top, text); }

  std::string list(bool inputs) const {
    std::string text;
    for (const Vector& port : ports_)
      if (port.input == inputs)
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", port.name, port.nets.size());
    return text.empty() ? "none" : text;
  }

  const Vector& named(const std::string& name, bool input) {
    std::vector<std::string> names;
    for (const Vector& port : ports_) {
      if (port.input != input) continue;
      if (port.name == name) {
        if (!used_.insert(name).second) refuse(fmt::format("port '{}' is given twice", name));
        return port;
      }
      names.push_back(port.name);
    }
    const std::string near = base::nearest(name, names);
    const char* kind = input ? "input" : "output";
    refuse(near.empty() ? fmt::format("there is no {} '{}'; there are {}", kind, name, list(input))
                        : fmt::format("there is no {} '{}'; did you mean '{}'?", kind, name, near));
  }

  void take(const std::string& role, const Vector& port) {
    used_.insert(port.name);
    found_[role] = port;
  }

  void operand_by_name(const std::string& role) {
    if (found_.contains(role)) return;
    for (const Vector& port : ports_)
      if (port.input && !used_.contains(port.name) && bare(port.name) == role) {
        take(role, port);
        return;
      }
  }

  static bool is_carry_in(const Vector& port) {
    return port.nets.size() == 1 && kCarryIns.contains(bare(port.name));
  }

  void operands_by_order() {
    std::vector<const Vector*> left;
    for (const Vector& port : ports_)
      if (port.input && !used_.contains(port.name) && !is_carry_in(port) &&
          !kClocks.contains(bare(port.name)))
        left.push_back(&port);
    std::vector<std::string> missing;
    for (const char* role : {"a", "b"})
      if (!found_.contains(role)) missing.emplace_back(role);
    if (missing.empty()) return;
    if (left.size() != missing.size())
      refuse(
          fmt::format("which inputs are the operands a and b? There are {}; name them with "
                      "--port a=NAME --port b=NAME",
                      list(true)));
    for (size_t i = 0; i < missing.size(); ++i) {
      guesses_.push_back(fmt::format("operand {} is {}", missing[i], left[i]->name));
      take(missing[i], *left[i]);
    }
  }

  void result() {
    if (found_.contains("result")) return;
    std::vector<const Vector*> outputs;
    for (const Vector& port : ports_)
      if (!port.input) outputs.push_back(&port);
    if (outputs.size() == 1) {
      take("result", *outputs[0]);
      return;
    }
    if (outputs.size() == 2) {
      const auto is_carry = [](const Vector& port) {
        return port.nets.size() == 1 && kCarryOuts.contains(bare(port.name));
      };
      if (is_carry(*outputs[0])) std::swap(outputs[0], outputs[1]);
      if (is_carry(*outputs[1]) && !is_carry(*outputs[0])) {
        Vector sum = *outputs[0];
        if (is_signed_) {  // a carry is no sign
          guesses_.push_back(
              fmt::format("the result is {}, without {}", sum.name, outputs[1]->name));
        } else {
          guesses_.push_back(fmt::format("the result is {} below {}", sum.name, outputs[1]->name));
          sum.bits.push_back(outputs[1]->bits[0]);
          sum.nets.push_back(outputs[1]->nets[0]);
        }
        take("result", sum);
        return;
      }
    }
    refuse(fmt::format("which output is the result? There are {}; name it with --port result=NAME",
                       list(false)));
  }

  void unused(const Vector& port) {
    if (kClocks.contains(bare(port.name)))
      refuse(fmt::format("input '{}' looks like a clock; a circuit without memory is needed",
                         port.name));
    if (!is_carry_in(port))
      refuse(
          fmt::format("input '{}' is no operand; the inputs are {}; name the operands with "
                      "--port a=NAME --port b=NAME",
                      port.name, list(true)));
    guesses_.push_back(fmt::format("input {} is held at 0", port.name));
    held_.push_back(port.name);
  }

  const GateNetlist& netlist_;
  bool is_signed_;
  std::vector<Vector> ports_;
  std::map<std::string, Vector> found_;
  std::set<std::string> used_;
  std::vector<std::string> guesses_;
  std::vector<std::string> held_;
};

}  // namespace

ErrorPorts match_error_ports(std::shared_ptr<const GateNetlist> netlist,
                             const std::vector<std::string>& given, bool is_signed) {
  Matcher matcher(*netlist, is_signed);
  matcher.given(given);
  ErrorPorts ports = matcher.match();
  ports.nets.netlist = std::move(netlist);
  return ports;
}

}  // namespace cli
