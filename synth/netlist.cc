// SPDX-License-Identifier: Apache-2.0
// Yosys' JSON to cells and nets.

#include "synth/netlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/error.h"
#include "base/files.h"
#include "synth/cell_function.h"

namespace synth {
namespace {

using Json = nlohmann::json;

// Yosys' bit numbers and constants to our nets, numbered as they come.
class Nets {
 public:
  NetId net(const Json& bit) {
    if (bit.is_string()) return bit.get_ref<const std::string&>() == "1" ? kNetOne : kNetZero;
    const auto [found, fresh] = numbers_.try_emplace(bit.get<int64_t>(), count_);
    if (fresh) ++count_;
    return found->second;
  }
  // kNoNet for a bit that no cell and no port touches.
  NetId known(const Json& bit) const {
    if (bit.is_string()) return kNoNet;
    const auto found = numbers_.find(bit.get<int64_t>());
    return found == numbers_.end() ? kNoNet : found->second;
  }
  NetId count() const { return count_; }

 private:
  std::unordered_map<int64_t, NetId> numbers_;
  NetId count_ = 2;
};

}  // namespace

Netlist Netlist::read(const std::filesystem::path& json, const std::string& top,
                      std::shared_ptr<const Library> library) {
  return parse(base::read_file(json), top, std::move(library));
}

Netlist Netlist::parse(std::string_view text, const std::string& top,
                       std::shared_ptr<const Library> library) {
  Netlist result;
  result.top_ = top;
  result.library_ = std::move(library);
  const Liberty& liberty = result.library_->liberty();
  const Json root = Json::parse(text, nullptr, false);
  if (root.is_discarded() || !root.contains("modules") || !root["modules"].contains(top)) {
    base::check_error(top, "the netlist is no JSON of Yosys with this module");
  }
  const Json& module = root["modules"][top];
  Nets nets;
  for (const auto& [name, port] : module["ports"].items()) {
    NetPort p;
    p.name = name;
    p.input = port["direction"] == "input";
    if (port["direction"] == "inout") {
      base::check_error(top, fmt::format("port {} is bidirectional, which is not supported", name));
    }
    p.is_signed = port.value("signed", 0) != 0;
    for (const Json& bit : port["bits"]) p.bits.push_back(nets.net(bit));
    result.ports_.push_back(std::move(p));
  }
  for (const auto& [name, cell] : module["cells"].items()) {
    const std::string& type = cell["type"].get_ref<const std::string&>();
    NetCell c;
    c.name = name;
    c.type = liberty.find(type);
    if (c.type == nullptr) {
      base::check_error(top, fmt::format("cell {} is a {}, which the library {} does not have",
                                         name, type, result.library_->name()));
    }
    c.pins.assign(c.type->pins.size(), kNoNet);
    for (const auto& [pin, bits] : cell["connections"].items()) {
      const LibPin* lib_pin = c.type->find_pin(pin);
      if (lib_pin == nullptr || bits.empty()) continue;
      c.pins[static_cast<size_t>(lib_pin - c.type->pins.data())] = nets.net(bits[0]);
    }
    result.cells_.push_back(std::move(c));
  }
  result.net_names_.resize(nets.count());
  result.net_names_[kNetZero] = "0";
  result.net_names_[kNetOne] = "1";
  for (const auto& [name, net] : module["netnames"].items()) {
    const Json& bits = net["bits"];
    for (size_t i = 0; i < bits.size(); ++i) {
      const NetId id = nets.known(bits[i]);
      if (id == kNoNet) continue;
      std::string& known = result.net_names_[id];
      // An author's name goes before an invented one.
      const bool invented = name[0] == '_' || name[0] == '$';
      if (!known.empty() && invented) continue;
      if (!known.empty() && known[0] != '_' && known[0] != '$') continue;
      known = bits.size() == 1 ? name : fmt::format("{}[{}]", name, i);
    }
  }
  return result;
}

Netlist Netlist::with_cells(std::vector<NetCell> cells, size_t nets) const {
  Netlist result = *this;
  result.cells_ = std::move(cells);
  result.net_names_.resize(nets);
  return result;
}

std::string Netlist::json() const {
  // Yosys numbers nets from 2, as here; 0 and 1 are the constants.
  const auto bit = [](NetId net) { return net < 2 ? Json(net == 0 ? "0" : "1") : Json(net); };
  Json module = {
      {"ports", Json::object()}, {"cells", Json::object()}, {"netnames", Json::object()}};
  for (const NetPort& port : ports_) {
    Json bits = Json::array();
    for (const NetId net : port.bits) bits.push_back(bit(net));
    module["ports"][port.name] = {{"direction", port.input ? "input" : "output"}, {"bits", bits}};
    if (port.is_signed) module["ports"][port.name]["signed"] = 1;
    module["netnames"][port.name] = {{"bits", bits}};
  }
  for (const NetCell& cell : cells_) {
    Json connections = Json::object();
    for (size_t i = 0; i < cell.pins.size(); ++i)
      if (cell.pins[i] != kNoNet) connections[cell.type->pins[i].name] = {bit(cell.pins[i])};
    module["cells"][cell.name] = {{"type", cell.type->name}, {"connections", connections}};
  }
  for (NetId net = 2; net < net_names_.size(); ++net) {
    const std::string& name = net_names_[net];
    if (!name.empty() && !module["netnames"].contains(name))
      module["netnames"][name] = {{"bits", {net}}};
  }
  return Json{{"modules", {{top_, module}}}}.dump();
}

std::string Netlist::verilog() const {
  const auto name = [](const std::string& text) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
      return std::isalnum(c) || c == '_';
    });
    return plain && !std::isdigit(static_cast<unsigned char>(text[0])) ? text : "\\" + text + " ";
  };
  std::vector<std::string> nets(net_names_.size());
  nets[kNetZero] = "1'b0";
  nets[kNetOne] = "1'b1";
  std::string s = fmt::format("module {}(", name(top_)), declarations, assigns;
  for (const NetPort& port : ports_) {
    s += (s.back() == '(' ? "" : ", ") + name(port.name);
    const bool vector = port.bits.size() > 1;
    declarations +=
        fmt::format("  {} {}{};\n", port.input ? "input" : "output",
                    vector ? fmt::format("[{}:0] ", port.bits.size() - 1) : "", name(port.name));
    for (size_t i = 0; i < port.bits.size(); ++i) {
      const std::string bit = vector ? fmt::format("{}[{}]", name(port.name), i) : name(port.name);
      std::string& net = nets[port.bits[i]];
      if (net.empty() || (port.input && port.bits[i] > kNetOne)) net = bit;
    }
  }
  for (const NetPort& port : ports_) {
    for (size_t i = 0; i < port.bits.size(); ++i) {
      const std::string bit =
          port.bits.size() > 1 ? fmt::format("{}[{}]", name(port.name), i) : name(port.name);
      const std::string& net = nets[port.bits[i]];
      if (!port.input && net != bit) assigns += fmt::format("  assign {} = {};\n", bit, net);
    }
  }
  // No port may bear the name of a net.
  std::string stem = "n";
  while (std::any_of(ports_.begin(), ports_.end(),
                     [&](const NetPort& port) { return port.name.starts_with(stem); }))
    stem += "_";
  for (NetId net = 2; net < nets.size(); ++net) {
    if (!nets[net].empty()) continue;
    nets[net] = fmt::format("{}{}", stem, net);
    declarations += fmt::format("  wire {};\n", nets[net]);
  }
  s += ");\n" + declarations + assigns;
  for (const NetCell& cell : cells_) {
    std::string pins;
    for (size_t i = 0; i < cell.pins.size(); ++i) {
      if (cell.pins[i] == kNoNet) continue;
      pins += fmt::format("{}.{}({})", pins.empty() ? "" : ", ", cell.type->pins[i].name,
                          nets[cell.pins[i]]);
    }
    s += fmt::format("  {} {} ({});\n", name(cell.type->name), name(cell.name), pins);
  }
  return s + "endmodule\n";
}

const NetPort* Netlist::find_port(std::string_view name) const {
  for (const NetPort& port : ports_) {
    if (port.name == name) return &port;
  }
  return nullptr;
}

double Netlist::area() const {
  double sum = 0;
  for (const NetCell& cell : cells_) sum += library_->area(*cell.type);
  return sum;
}

double Netlist::register_area() const {
  double sum = 0;
  for (const NetCell& cell : cells_) {
    if (is_register(cell)) sum += library_->area(*cell.type);
  }
  return sum;
}

size_t Netlist::register_count() const {
  size_t count = 0;
  for (const NetCell& cell : cells_) count += is_register(cell) ? 1 : 0;
  return count;
}

size_t Netlist::depth() const {
  std::vector<std::vector<size_t>> readers(net_count());
  std::vector<size_t> missing(cells_.size(), 0);  // input pins whose nets are not yet known
  std::vector<char> driven(net_count(), 0);
  const auto each = [this](size_t c, LibPin::Direction direction, const auto& use) {
    for (size_t i = 0; i < cells_[c].pins.size(); ++i)
      if (cells_[c].type->pins[i].direction == direction && cells_[c].pins[i] != kNoNet)
        use(cells_[c].pins[i]);
  };
  for (size_t c = 0; c < cells_.size(); ++c)
    if (!is_register(cells_[c]))
      each(c, LibPin::Direction::kOutput, [&](NetId net) { driven[net] = 1; });
  std::vector<size_t> ready, level(cells_.size(), 1);
  size_t done = 0, registers = 0, deepest = 0;
  for (size_t c = 0; c < cells_.size(); ++c) {
    if (is_register(cells_[c])) {
      ++registers;
      continue;
    }
    each(c, LibPin::Direction::kInput, [&](NetId net) {
      if (!driven[net]) return;
      readers[net].push_back(c);
      ++missing[c];
    });
    if (missing[c] == 0) ready.push_back(c);
  }
  for (; done < ready.size(); ++done) {
    const size_t c = ready[done];
    deepest = std::max(deepest, level[c]);
    each(c, LibPin::Direction::kOutput, [&](NetId net) {
      for (const size_t reader : readers[net]) {
        level[reader] = std::max(level[reader], level[c] + 1);
        if (--missing[reader] == 0) ready.push_back(reader);
      }
    });
  }
  return done + registers == cells_.size() ? deepest : 0;
}

std::vector<std::string> Netlist::clock_ports() const {
  // For every net: the cell whose output drives it.
  std::unordered_map<NetId, const NetCell*> driver;
  for (const NetCell& cell : cells_) {
    for (size_t i = 0; i < cell.pins.size(); ++i) {
      if (cell.type->pins[i].direction == LibPin::Direction::kOutput) driver[cell.pins[i]] = &cell;
    }
  }
  // Back through cells of one input; the net where that ends.
  const auto root = [&](NetId net) {
    for (size_t depth = 0; depth < cells_.size(); ++depth) {
      const auto found = driver.find(net);
      if (found == driver.end() || is_register(*found->second)) break;
      NetId input = kNoNet;
      size_t inputs = 0;
      for (size_t i = 0; i < found->second->pins.size(); ++i) {
        if (found->second->type->pins[i].direction != LibPin::Direction::kInput) continue;
        input = found->second->pins[i];
        ++inputs;
      }
      if (inputs != 1) break;
      net = input;
    }
    return net;
  };
  for (const bool latches : {false, true}) {
    std::unordered_map<NetId, size_t> clock_pins;  // by the net at the root
    for (const NetCell& cell : cells_) {
      if (!is_register(cell) || cell.type->sequential->latch != latches) continue;
      const Expression clock = cell_expression(*cell.type, cell.type->sequential->clock);
      for (const uint16_t variable : clock.variables()) {
        if (variable < cell.pins.size()) ++clock_pins[root(cell.pins[variable])];
      }
    }
    std::vector<std::pair<size_t, std::string>> found;
    for (const NetPort& port : ports_) {
      if (!port.input || port.bits.size() != 1 || !clock_pins.contains(port.bits[0])) continue;
      found.emplace_back(clock_pins[port.bits[0]], port.name);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> names;
    names.reserve(found.size());
    for (auto& [pins, name] : found) names.push_back(std::move(name));
    if (!names.empty()) return names;
  }
  return {};
}

std::string Netlist::clock_port() const {
  const std::vector<std::string> ports = clock_ports();
  return ports.empty() ? "" : ports[0];
}

}  // namespace synth
