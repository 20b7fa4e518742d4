// SPDX-License-Identifier: Apache-2.0
// Reads Yosys' BLIF (-icells -param -cname -impltf) into a network.

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <unordered_map>

#include "analysis/prove/network.h"
#include "base/error.h"

namespace analysis {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < line.size();) {
    const size_t end = std::min(line.find(' ', at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

struct Bit {
  std::string_view port;
  size_t index = 0;
};

// `a_i[3]`, or `a_i` for a port of one bit.
Bit bit_of(std::string_view name) {
  const size_t open = name.rfind('[');
  size_t index = 0;
  if (open == std::string_view::npos || name.back() != ']') return {name, 0};
  std::from_chars(name.data() + open + 1, name.data() + name.size() - 1, index);
  return {name.substr(0, open), index};
}

struct Cell {
  std::string_view type;
  std::string name;
  std::map<std::string, std::vector<Net>, std::less<>> pins;
  std::map<std::string, std::string, std::less<>> parameters;
  const std::vector<Net>& pin(std::string_view port) const {
    static const std::vector<Net> kNothing;
    const auto found = pins.find(port);
    return found == pins.end() ? kNothing : found->second;
  }
  bool is_one(std::string_view parameter) const {
    const auto found = parameters.find(parameter);
    return found != parameters.end() && found->second.ends_with('1');
  }
};

const std::map<std::string_view, LogicOp> kGates = {
    {"$_BUF_", LogicOp::kBuf},     {"$_NOT_", LogicOp::kNot},   {"$_AND_", LogicOp::kAnd},
    {"$_OR_", LogicOp::kOr},       {"$_XOR_", LogicOp::kXor},   {"$_NAND_", LogicOp::kNand},
    {"$_NOR_", LogicOp::kNor},     {"$_XNOR_", LogicOp::kXnor}, {"$_ANDNOT_", LogicOp::kAndNot},
    {"$_ORNOT_", LogicOp::kOrNot}, {"$_MUX_", LogicOp::kMux},   {"$_NMUX_", LogicOp::kNmux},
};

// elaborate() puts the design into a wrapper as u_top.
std::string_view without_wrapper(std::string_view name) {
  constexpr std::string_view kWrapper = "u_top.";
  if (name.starts_with(kWrapper)) name.remove_prefix(kWrapper.size());
  return name;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

// `$paramod\fircone_fa\Width?s32'...` and `$paramod$hash\fircone_fa` are instances of fircone_fa.
std::string_view module_of(std::string_view type) {
  if (!type.starts_with("$paramod")) return type;
  const size_t begin = type.find('\\') + 1;
  return type.substr(begin, std::min(type.find('\\', begin), type.size()) - begin);
}

class BlifReader {
 public:
  BlifReader(std::string_view module, const KnownModules& known) : module_(module), known_(known) {
    network_.names_ = {"0", "1"};
    nets_ = {{"$false", kFalse}, {"$true", kTrue}};
  }

  Network read(std::string_view text) {
    bool here = false, found = false;
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      const std::vector<std::string_view> words = words_of(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      if (words.empty()) continue;
      if (words[0] == ".model") here = words.at(1) == module_;
      found = found || here;
      if (here) line(words);
    }
    if (!found) base::usage_error(module_, "Yosys wrote no such module");
    finish_cell();
    network_.sort();
    return std::move(network_);
  }

 private:
  Net net(std::string_view name) {
    const auto [place, fresh] =
        nets_.try_emplace(std::string(name), static_cast<Net>(network_.names_.size()));
    if (fresh) network_.names_.emplace_back(without_wrapper(name));
    return place->second;
  }

  void line(const std::vector<std::string_view>& words) {
    const std::string_view what = words[0];
    if (what == ".cname" && words.size() > 1) cell_.name = without_wrapper(words[1]);
    if (what == ".param" && words.size() > 2) cell_.parameters.emplace(words[1], words[2]);
    if (what == ".cname" || what == ".param") return;
    finish_cell();
    if (what == ".inputs" || what == ".outputs") {
      auto& ports = what == ".inputs" ? network_.inputs_ : network_.outputs_;
      for (size_t i = 1; i < words.size(); ++i) {
        const Bit bit = bit_of(words[i]);
        std::vector<Net>& bits = ports[std::string(bit.port)];
        bits.resize(std::max(bits.size(), bit.index + 1));
        bits[bit.index] = net(words[i]);
      }
    } else if (what == ".subckt" || what == ".gate") {
      cell_.type = words.at(1);
      for (size_t i = 2; i < words.size(); ++i) {
        // Net names may hold '=', port names do not.
        const size_t equals = words[i].find('=');
        const Bit bit = bit_of(words[i].substr(0, equals));
        std::vector<Net>& bits = cell_.pins[std::string(bit.port)];
        bits.resize(std::max(bits.size(), bit.index + 1));
        bits[bit.index] = net(words[i].substr(equals + 1));
      }
    } else if (what == ".names" && words.size() == 3) {  // a connection: `.names from to`, `1 1`
      network_.gates_.push_back({LogicOp::kBuf, {net(words[1])}, net(words[2])});
    } else if (what == ".names" && words.size() > 3) {
      base::usage_error(module_, "a truth table where a gate was expected");
    }
  }

  void finish_cell() {
    const Cell cell = std::move(cell_);
    cell_ = {};
    if (cell.type.empty()) return;
    if (const auto gate = kGates.find(cell.type); gate != kGates.end()) {
      LogicGate made{gate->second, {kFalse, kFalse, kFalse}, cell.pin("Y").at(0)};
      const std::array<std::string_view, 3> pins = {"A", "B", "S"};
      for (int i = 0; i < input_count(made.op); ++i)
        made.in[static_cast<size_t>(i)] = cell.pin(pins[static_cast<size_t>(i)]).at(0);
      network_.gates_.push_back(made);
    } else if (cell.type.starts_with("$_DFF") || cell.type.starts_with("$_SDFF")) {
      network_.gates_.push_back({LogicOp::kRegister, {cell.pin("D").at(0)}, cell.pin("Q").at(0)});
    } else if (contains(cell.type, "DLATCH") || contains(cell.type, "$_SR_")) {
      base::usage_error(module_, "it has a latch, so it is no function of its inputs");
    } else if (!word_operator(cell) && !known(cell) && !adder_cells(cell) && !adder(cell)) {
      base::usage_error(module_, fmt::format("{} is a {}, of which no proof knows the meaning",
                                             cell.name, module_of(cell.type)));
    }
  }

  void add_box(const Cell& cell, std::string name, std::vector<Net> out,
               std::vector<Box::Product> terms) {
    // A bit that is not connected is a net that nobody reads.
    for (Net& bit : out)
      if (bit <= kTrue || network_.names_[bit] == "$undef") bit = unread();
    network_.boxes_.push_back(
        {std::move(name), std::string(module_of(cell.type)), std::move(out), std::move(terms)});
  }

  bool known(const Cell& cell) {
    const auto found = known_.find(std::string(cell.type));
    if (found == known_.end()) return false;
    // Bits `lsb`.. of a port, fewer if it ends.
    const auto bits_of = [&cell](const std::string& port, int lsb, int width) {
      const std::vector<Net>& pin = cell.pin(port);
      const auto begin = std::min(static_cast<size_t>(lsb), pin.size());
      const auto end = std::min(begin + static_cast<size_t>(width), pin.size());
      return std::vector<Net>(pin.begin() + static_cast<std::ptrdiff_t>(begin),
                              pin.begin() + static_cast<std::ptrdiff_t>(end));
    };
    for (const Claim& claim : found->second) {
      std::vector<Box::Product> terms;
      for (const Term& term : claim.terms) {
        Box::Product& product = terms.emplace_back();
        product.factor = static_cast<int>(term.factor);
        for (const Operand& operand : term.operands) {
          product.words.push_back(
              {bits_of(operand.port, operand.lsb, operand.width), operand.is_signed});
          if (product.words.back().bits.size() != static_cast<size_t>(operand.width)) return false;
        }
      }
      std::vector<Net> out = bits_of(claim.output, claim.lsb, claim.width);
      out.resize(static_cast<size_t>(claim.width), kFalse);
      add_box(cell, cell.name, std::move(out), std::move(terms));
      network_.boxes_.back().is_word = true;
    }
    return true;
  }

  // `+`, `-`, `*` of Yosys: modulo the width of the result, operands extended by their own sign if
  // both are signed.
  bool word_operator(const Cell& cell) {
    const Word a{cell.pin("A"), cell.is_one("A_SIGNED")}, b{cell.pin("B"), cell.is_one("B_SIGNED")};
    const std::vector<Net>& y = cell.pin("Y");
    if (cell.type == "$add") {
      add_box(cell, cell.name, y, {{1, {a}}, {1, {b}}});
    } else if (cell.type == "$sub") {
      add_box(cell, cell.name, y, {{1, {a}}, {-1, {b}}});
    } else if (cell.type == "$neg") {
      add_box(cell, cell.name, y, {{-1, {a}}});
    } else if (cell.type == "$mul") {
      add_box(cell, cell.name, y, {{1, {a, b}}});
    } else {
      return false;
    }
    network_.boxes_.back().is_word = true;
    return true;
  }

  // A row of full or half adders is as many boxes: one bit of a row may depend on another.
  bool adder_cells(const Cell& cell) {
    const std::string_view module = module_of(cell.type);
    const bool full = contains(module, "fircone_fa"), half = contains(module, "fircone_ha");
    const bool one = half && contains(module, "fircone_ha_one");  // a + b + 1
    if (!full && !half) return false;
    const std::vector<Net>&a = cell.pin("a_i"), &b = cell.pin("b_i"), &c = cell.pin("c_i");
    const std::vector<Net>&sum = cell.pin("sum_o"), &carry = cell.pin("carry_o");
    if (a.empty() || b.size() != a.size() || (full && c.size() != a.size())) return false;
    for (size_t i = 0; i < a.size(); ++i) {
      std::vector<Net> out = {i < sum.size() ? sum[i] : kFalse,
                              i < carry.size() ? carry[i] : kFalse};
      std::vector<Box::Product> terms = {{1, {{{a[i]}}}}, {1, {{{b[i]}}}}};
      if (full) terms.push_back({1, {{{c[i]}}}});
      if (one) terms.push_back({1, {}});
      add_box(cell, fmt::format("{}[{}]", cell.name, i), std::move(out), std::move(terms));
    }
    network_.box_modules_[std::string(cell.type)] = module;
    return true;
  }

  bool adder(const Cell& cell) {
    const std::vector<Net>&a = cell.pin("a_i"), &b = cell.pin("b_i"), &sum = cell.pin("sum_o");
    if (!contains(module_of(cell.type), "fircone_final_adder") || a.empty() || b.empty() ||
        sum.empty())
      return false;
    std::vector<Box::Product> terms = {{1, {{a}}}, {1, {{b}}}};
    if (!cell.pin("carry_i").empty()) terms.push_back({1, {{cell.pin("carry_i")}}});
    add_box(cell, cell.name, sum, std::move(terms));
    network_.box_modules_[std::string(cell.type)] = module_of(cell.type);
    return true;
  }

  Net unread() {
    network_.names_.emplace_back("unconnected");
    return static_cast<Net>(network_.names_.size() - 1);
  }

  std::string module_;
  const KnownModules& known_;
  Network network_;
  std::unordered_map<std::string, Net> nets_;
  Cell cell_;
};

Network Network::parse(std::string_view blif, std::string_view module, const KnownModules& known) {
  return BlifReader(module, known).read(blif);
}

}  // namespace analysis
