// SPDX-License-Identifier: Apache-2.0
// Adders as text: generate and propagate of each bit, the nodes level by level, the sum.

#include "gen/units/adders.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "gen/arith/blocks.h"

namespace gen {
namespace {

using arith::PrefixNetwork;
using arith::PrefixNode;
using arith::Span;

// A network, and the blocks whose sums are made for both carries; the first block's is not.
struct Plan {
  PrefixNetwork network;
  std::vector<int> selected = {};
  bool by_level = false;  // a section each level; else the levels are many and thin
};

// `carries`: how many carries somebody reads, from [0:0] up.
Plan plan_of(const AdderStyle& style, int width, int carries) {
  const auto blocks = [&](const std::vector<int>& by_width) {
    return style.blocks.empty() ? by_width : style.blocks;
  };
  if (style.network == "ripple") return {arith::ripple_network(carries)};
  if (style.network == "skip") return {arith::skip_network(blocks(arith::skip_blocks(width)))};
  if (style.network == "increment") {
    return {arith::increment_network(blocks(arith::growing_blocks(width)))};
  }
  if (style.network == "select") {
    const std::vector<int> sizes = blocks(arith::growing_blocks(width));
    return {arith::skip_network(sizes), sizes};
  }
  return {arith::prefix_network(style.network, carries, style.timing), {}, true};
}

class Emitter {
 public:
  Emitter(hdl::Module& module, const AdderStyle& style, const AdderOperands& operands)
      : module_(module),
        in_(operands),
        width_(static_cast<int>(operands.a.width().value())),
        carries_(width_ - (operands.carry_out ? 0 : 1)),
        plan_(plan_of(style, width_, std::max(1, carries_))) {}

  AdderResult run() {
    find_needed();
    bits();
    if (!plan_.by_level) merge_levels();
    int level = 0;
    for (const auto& nodes : plan_.network.levels) {
      if (std::none_of(nodes.begin(), nodes.end(), [this](const auto& n) { return needed(n); })) {
        continue;
      }
      module_.section(plan_.by_level ? fmt::format("Level {}.", ++level)
                                     : "Spans of bits, longer ones from shorter ones.");
      for (const PrefixNode& node : nodes) write(node);
    }
    const hdl::Bits sum = write_sum();
    return {sum, in_.carry_out ? g(width_ - 1, 0) : hdl::Bits()};
  }

 private:
  std::string name(const std::string& stem) const { return in_.prefix + stem; }

  // Which spans' g and p somebody reads. The carries are read by the sum; of blocks whose sums are
  // made twice only the carry into the block, and both prefixes of its bits.
  void find_needed() {
    std::set<Span> wanted_g, wanted_p;
    const std::vector<int> blocks =
        plan_.selected.empty() ? std::vector<int>(static_cast<size_t>(width_), 1) : plan_.selected;
    int first = 0;
    for (const int size : blocks) {
      const int last = first + size - 1;
      if (last < carries_) wanted_g.insert({last, 0});
      for (int i = first; i < last; ++i) {
        wanted_g.insert({i, first});
        if (first > 0) wanted_p.insert({i, first});
      }
      first += size;
    }
    for (size_t l = plan_.network.levels.size(); l-- > 0;) {
      for (const PrefixNode& node : plan_.network.levels[l]) {
        if (wanted_g.count(node.span) > 0) {
          wanted_g.insert(node.upper);
          wanted_p.insert(node.upper);
          wanted_g.insert(node.lower);
        }
        if (wanted_p.count(node.span) > 0) {
          wanted_p.insert(node.upper);
          wanted_p.insert(node.lower);
        }
      }
    }
    need_g_ = std::move(wanted_g);
    need_p_ = std::move(wanted_p);
    if (in_.carry.valid() && need_g_.count({0, 0}) > 0) need_p_.insert({0, 0});
  }

  // A vector of each bit's g or p, or single bits of it where not all are needed.
  void leaves(const std::string& stem, const std::set<Span>& need, const hdl::Bits& value,
              std::map<Span, hdl::Bits>& result) {
    std::vector<int> idle;
    for (int i = 0; i < width_; ++i) {
      if (need.count({i, i}) == 0) idle.push_back(i);
    }
    if (static_cast<int>(idle.size()) == width_) return;
    const hdl::Bits all = module_.wire(name(stem), hdl::bits(in_.a.width()), value);
    std::vector<hdl::Bits> unused;
    for (int i = width_ - 1; i >= 0; --i) {
      (need.count({i, i}) > 0 ? result[{i, i}] : unused.emplace_back()) = all.bit(i);
    }
    if (!unused.empty()) module_.unused(name("unused_" + stem), hdl::concat(unused));
  }

  void bits() {
    module_.section(
        fmt::format("Bits: {} generates a carry, {} passes one on.", name("g"), name("p")));
    leaves("g", need_g_, in_.a & in_.b, g_);
    leaves("p", need_p_, in_.a | in_.b, p_);
    x_ = module_.wire(name("x"), hdl::bits(in_.a.width()), in_.a ^ in_.b);
    if (in_.carry.valid() && need_g_.count({0, 0}) > 0) {
      const hdl::Bits with_carry =
          module_.wire(name("g_0"), hdl::bits(1), g(0, 0) | (p(0, 0) & in_.carry));
      g_[{0, 0}] = with_carry;
    }
  }

  bool needed(const PrefixNode& node) const {
    return need_g_.count(node.span) > 0 || need_p_.count(node.span) > 0;
  }

  // Bit after bit: many thin levels are easier to read in that order.
  void merge_levels() {
    std::vector<PrefixNode> all;
    for (const auto& nodes : plan_.network.levels)
      all.insert(all.end(), nodes.begin(), nodes.end());
    std::sort(all.begin(), all.end(), [](const PrefixNode& a, const PrefixNode& b) {
      return a.span.hi != b.span.hi ? a.span.hi < b.span.hi : a.span.lo > b.span.lo;
    });
    plan_.network.levels = {all};
  }

  void write(const PrefixNode& node) {
    const std::string tail = fmt::format("_{}_{}", node.span.hi, node.span.lo);
    if (need_g_.count(node.span) > 0) {
      g_[node.span] = module_.wire(name("g" + tail), hdl::bits(1),
                                   g_.at(node.upper) | (p_.at(node.upper) & g_.at(node.lower)));
    }
    if (need_p_.count(node.span) > 0) {
      p_[node.span] =
          module_.wire(name("p" + tail), hdl::bits(1), p_.at(node.upper) & p_.at(node.lower));
    }
  }

  hdl::Bits g(int hi, int lo) const { return g_.at({hi, lo}); }
  hdl::Bits p(int hi, int lo) const { return p_.at({hi, lo}); }

  hdl::Bits carry_in() const { return in_.carry.valid() ? in_.carry : hdl::zeros(1); }

  hdl::Bits write_sum() {
    if (!plan_.selected.empty()) return write_selected_sum();
    module_.section("Sum: each bit and the carry into it.");
    std::vector<hdl::Bits> carries;
    for (int i = width_ - 1; i > 0; --i) carries.push_back(g(i - 1, 0));
    carries.push_back(carry_in());
    return module_.wire(name("sum"), hdl::bits(in_.a.width()), x_ ^ hdl::concat(carries));
  }

  hdl::Bits write_selected_sum() {
    module_.section("Sum: of each block for both carries into it; the carry chooses.");
    std::vector<hdl::Bits> parts;
    int first = 0;
    for (const int size : plan_.selected) {
      const int last = first + size - 1;
      std::vector<hdl::Bits> without, with;
      for (int i = last; i > first; --i) {
        without.push_back(g(i - 1, first));
        if (first > 0) with.push_back(g(i - 1, first) | p(i - 1, first));
      }
      without.push_back(first == 0 ? carry_in() : hdl::zeros(1));
      with.push_back(hdl::ones(1));
      const hdl::Bits x = x_.slice(first, size);
      const std::string tail = fmt::format("_{}_{}", last, first);
      if (first == 0) {
        parts.push_back(
            module_.wire(name("sum" + tail), hdl::bits(size), x ^ hdl::concat(without)));
      } else {
        const hdl::Bits sum0 =
            module_.wire(name("sum0" + tail), hdl::bits(size), x ^ hdl::concat(without));
        const hdl::Bits sum1 =
            module_.wire(name("sum1" + tail), hdl::bits(size), x ^ hdl::concat(with));
        parts.push_back(hdl::mux(g(first - 1, 0), sum1, sum0));
      }
      first += size;
    }
    std::reverse(parts.begin(), parts.end());
    return module_.wire(name("sum"), hdl::bits(in_.a.width()), hdl::concat(parts));
  }

  hdl::Module& module_;
  const AdderOperands& in_;
  int width_, carries_;
  Plan plan_;
  std::set<Span> need_g_, need_p_;
  std::map<Span, hdl::Bits> g_, p_;
  hdl::Bits x_;
};

AdderResult emit_operators(hdl::Module& module, const AdderOperands& in) {
  const hdl::Dim width = in.a.width();
  hdl::Num total = in.a.as_unsigned() + in.b.as_unsigned();
  if (in.carry.valid()) {
    total = total + module.wire(in.prefix + "carry", hdl::bits(1), in.carry).as_unsigned();
  }
  if (!in.carry_out) {
    const hdl::Num sum = module.wire(in.prefix + "sum", hdl::uint(width), total.wrap(width));
    return {sum.bits(), {}};
  }
  const hdl::Bits sum = module.wire(in.prefix + "sum", hdl::uint(width + 1), total).bits();
  return {sum.slice(0, width), sum.msb()};
}

}  // namespace

AdderResult emit_adder(hdl::Module& module, const AdderStyle& style,
                       const AdderOperands& operands) {
  if (style.network == "operators") return emit_operators(module, operands);
  if (!operands.a.width().is_constant()) {
    throw std::logic_error("an adder of nodes has a fixed width");
  }
  return Emitter(module, style, operands).run();
}

AdderPorts adder_ports(hdl::Module& module, const hdl::Dim& width, bool is_signed, bool carry_in) {
  AdderPorts ports;
  ports.is_signed = is_signed;
  const char* number = is_signed ? "signed" : "unsigned";
  ports.a = module.input("a_i", hdl::bits(width), fmt::format("Operand, {}.", number));
  ports.b = module.input("b_i", hdl::bits(width), fmt::format("Operand, {}.", number));
  if (carry_in) ports.carry = module.input("carry_i", hdl::bits(1), "Carry into bit 0.");
  ports.sum = module.output(
      "sum_o", hdl::bits(width + 1),
      is_signed ? "Sum, signed, with the sign of the exact result." : "Sum and carry out.");
  return ports;
}

void assign_sum(hdl::Module& module, const AdderPorts& ports, const hdl::Bits& sum,
                const hdl::Bits& carry) {
  const hdl::Bits top = ports.is_signed ? ports.a.msb() ^ ports.b.msb() ^ carry : carry;
  module.assign(ports.sum, hdl::concat({top, sum}));
}

std::vector<Value> network_values(std::vector<Value> before) {
  static const std::vector<Value> networks = {
      {"timing", "few nodes for the delay, fan-out counted; also for skewed arrivals"},
      {"brent_kung", "fewest nodes, twice the depth"},
      {"sklansky", "least depth, large fan-out"},
      {"kogge_stone", "least depth, fan-out 2, most nodes"},
      {"han_carlson", "Kogge-Stone over pairs, one level more"},
      {"ladner_fischer", "Sklansky over pairs, one level more"},
      {"knowles", "Kogge-Stone with parents shared by neighbours"},
      {"sparse2", "Kogge-Stone over groups of two bits"},
      {"sparse4", "Kogge-Stone over groups of four bits"},
  };
  before.insert(before.end(), networks.begin(), networks.end());
  return before;
}

}  // namespace gen
