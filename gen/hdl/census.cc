// SPDX-License-Identifier: Apache-2.0
// Counting over the tree of a module.

#include "gen/hdl/census.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

#include "gen/hdl/module_impl.h"

namespace hdl {
namespace {

constexpr std::array<std::string_view, kFeatures> kNames = {
    "register", "full_adder", "half_adder", "adder", "multiplier", "gate", "xor", "mux", "fanout"};

size_t index(Feature feature) { return static_cast<size_t>(feature); }

// How many bits read each register; wires that are parts of one are the register.
class Readers {
 public:
  // Whether `wire` is no more than bits of another signal.
  bool is_alias(const Signal* wire, const NodePtr& value) {
    const Node* node = value.get();
    while (node->kind == Kind::kSlice || node->kind == Kind::kSelect ||
           node->kind == Kind::kSigned || node->kind == Kind::kUnsigned)
      node = node->args.front().get();
    if (node->kind != Kind::kSignal) return false;
    roots_[wire] = root(node->signal.get());
    return true;
  }
  void read(const Signal* signal, double bits) { bits_[root(signal)] += bits; }
  double bits(const Signal* reg) const {
    const auto found = bits_.find(reg);
    return found == bits_.end() ? 0 : found->second;
  }

 private:
  const Signal* root(const Signal* signal) const {
    const auto found = roots_.find(signal);
    return found == roots_.end() ? signal : found->second;
  }
  std::unordered_map<const Signal*, const Signal*> roots_;
  std::unordered_map<const Signal*, double> bits_;
};

class Counter {
 public:
  Counter(Census& census, Readers& readers) : census_(census), readers_(readers) {}

  // `width`: of the target, for numbers without a width of their own.
  void expression(const NodePtr& node, double width, double times) {
    if (!node) return;
    const double own = has_width(*node) ? static_cast<double>(node->width.value()) : width;
    const auto count = [&](Feature feature, double bits) {
      census_[index(feature)] += times * bits;
    };
    switch (node->kind) {
      case Kind::kAnd:
      case Kind::kOr:
        count(Feature::kGate, own);
        break;
      case Kind::kXor:
        count(Feature::kXor, own);
        break;
      case Kind::kMux:
      case Kind::kNumMux:
        count(Feature::kMux, own);
        break;
      case Kind::kReduceAnd:
      case Kind::kReduceOr:
        count(Feature::kGate, argument_width(*node) - 1);
        break;
      case Kind::kReduceXor:
        count(Feature::kXor, argument_width(*node) - 1);
        break;
      case Kind::kAdd:
      case Kind::kSubtract:
      case Kind::kNegate:
        count(Feature::kAdder, own);
        break;
      case Kind::kEqual:
      case Kind::kNotEqual:
        count(Feature::kXor, argument_width(*node));
        count(Feature::kGate, argument_width(*node) - 1);
        break;
      case Kind::kLess:
      case Kind::kLessEqual:
      case Kind::kGreater:
      case Kind::kGreaterEqual:
        count(Feature::kAdder, argument_width(*node));
        break;
      case Kind::kMultiply:
        count(Feature::kMultiplier, width_of(node->args[0]) * width_of(node->args[1]));
        break;
      case Kind::kSlice:
      case Kind::kSelect:
        if (node->args.front()->kind != Kind::kSignal) break;
        readers_.read(node->args.front()->signal.get(), times * own);
        return;
      case Kind::kSignal:
        readers_.read(node->signal.get(), times * own);
        break;
      default:
        break;
    }
    for (const NodePtr& arg : node->args) expression(arg, own, times);
  }

 private:
  static double width_of(const NodePtr& node) { return static_cast<double>(node->width.value()); }
  static double argument_width(const Node& node) { return width_of(node.args.front()); }

  Census& census_;
  Readers& readers_;
};

class Modules {
 public:
  explicit Modules(const std::vector<const Body*>& bodies) {
    for (const Body* body : bodies) {
      Sizes sizes;
      for (const ParameterInfo& p : body->parameters) sizes[p.name] = p.value;
      by_name_[body->name].emplace_back(std::move(sizes), body);
    }
  }

  const Census& of(const Body& body) {
    if (const auto known = done_.find(&body); known != done_.end()) return known->second;
    Census census{};
    if (body.name == "fircone_fa" || body.name == "fircone_ha") {
      census[index(body.name == "fircone_fa" ? Feature::kFullAdder : Feature::kHalfAdder)] =
          static_cast<double>(body.parameters.front().value);
    } else {
      const std::vector<Register> outside = std::move(registers_);
      registers_.clear();
      scope(body.root, 1, census);
      for (const Register& r : registers_)
        census[index(Feature::kFanout)] += std::max(
            0.0, readers_.bits(r.signal) - r.times * static_cast<double>(r.signal->width.value()));
      registers_ = outside;
    }
    return done_.emplace(&body, census).first->second;
  }

 private:
  using Sizes = std::map<std::string, int64_t>;

  void scope(const Scope& scope_of, double times, Census& census) {
    Counter counter(census, readers_);
    for (const Item& item : scope_of.items) {
      switch (item.kind) {
        case Item::Kind::kDeclare:
          if (item.signal->kind == Signal::Kind::kReg) {
            registers_.push_back({item.signal.get(), times});
            census[index(Feature::kRegister)] +=
                times * static_cast<double>(item.signal->width.value());
          }
          if (item.value && readers_.is_alias(item.signal.get(), item.value)) break;
          counter.expression(item.value, static_cast<double>(item.signal->width.value()), times);
          values_[item.signal.get()] = item.value;
          break;
        case Item::Kind::kAssign:
          counter.expression(item.value, static_cast<double>(item.target->width.value()), times);
          break;
        case Item::Kind::kAccumulate: {
          const double width = static_cast<double>(item.target->width.value());
          const double count = times * static_cast<double>(item.count.value());
          census[index(Feature::kAdder)] += width * count;
          counter.expression(item.value, width, count);
          break;
        }
        case Item::Kind::kClocked:
          for (const Statement& s : item.statements) statement(s, times, census);
          break;
        case Item::Kind::kFor:
          scope(*item.body, times * static_cast<double>(item.count.value()), census);
          break;
        case Item::Kind::kIf:
          if (item.condition.holds())
            scope(*item.body, times, census);
          else if (item.otherwise)
            scope(*item.otherwise, times, census);
          break;
        case Item::Kind::kInstance:
          instance(item, times, census);
          break;
        default:
          break;
      }
    }
  }

  void statement(const Statement& s, double times, Census& census) {
    Counter counter(census, readers_);
    if (s.target) counter.expression(s.value, static_cast<double>(s.target->width.value()), times);
    for (const Statement::Branch& branch : s.branches) {
      counter.expression(branch.condition, 1, times);
      for (const Statement& inner : branch.body) statement(inner, times, census);
    }
  }

  // Bits of a value that are known.
  double constant_bits(const NodePtr& node) const {
    switch (node->kind) {
      case Kind::kConstant:
      case Kind::kLiteral:
      case Kind::kFill:
        return static_cast<double>(node->width.value());
      case Kind::kConcat: {
        double bits = 0;
        for (const NodePtr& arg : node->args) bits += constant_bits(arg);
        return bits;
      }
      case Kind::kSignal: {
        const auto value = values_.find(node->signal.get());
        return value == values_.end() || !value->second ? 0 : constant_bits(value->second);
      }
      default:
        return 0;
    }
  }

  // Of the operand that has most of them.
  double constant_share(const Item& item) const {
    double share = 0;
    for (const Item::Pin& pin : item.pins) {
      if (!pin.is_input || !pin.value || !has_width(*pin.value)) continue;
      share =
          std::max(share, constant_bits(pin.value) / static_cast<double>(pin.value->width.value()));
    }
    return share;
  }

  // Synthesis makes a half adder of a full one whose operand it knows, and loses half of the gates.
  static Census with_constants(Census child, double share) {
    child[index(Feature::kHalfAdder)] += share * child[index(Feature::kFullAdder)];
    child[index(Feature::kFullAdder)] *= 1 - share;
    for (const Feature gates : {Feature::kAdder, Feature::kGate, Feature::kXor})
      child[index(gates)] *= 1 - share / 2;
    return child;
  }

  void instance(const Item& item, double times, Census& census) {
    Counter counter(census, readers_);
    for (const Item::Pin& pin : item.pins)
      if (pin.value)
        counter.expression(pin.value, static_cast<double>(pin.value->width.value()), times);
    const auto found = by_name_.find(item.other);
    if (found == by_name_.end()) return;
    for (const auto& [sizes, body] : found->second) {
      bool same = true;
      for (const auto& [name, dim] : item.overrides) {
        const auto size = sizes.find(name);
        same = same && (size == sizes.end() || size->second == dim.value());
      }
      if (!same) continue;
      const Census child = with_constants(of(*body), constant_share(item));
      for (size_t f = 0; f < kFeatures; ++f) census[f] += times * child[f];
      return;
    }
  }

  std::map<std::string, std::vector<std::pair<Sizes, const Body*>>> by_name_;
  std::map<const Body*, Census> done_;
  std::unordered_map<const Signal*, NodePtr> values_;  // of wires
  struct Register {
    const Signal* signal;
    double times;
  };
  std::vector<Register> registers_;  // of the module that is being counted
  Readers readers_;
};

}  // namespace

std::string_view feature_name(Feature feature) { return kNames[index(feature)]; }

Census census(const std::vector<const Module*>& modules) {
  std::vector<const Body*> bodies;
  bodies.reserve(modules.size());
  for (const Module* module : modules) bodies.push_back(module->body_.get());
  return Modules(bodies).of(*bodies.back());
}

}  // namespace hdl
