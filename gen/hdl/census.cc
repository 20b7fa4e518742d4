// SPDX-License-Identifier: Apache-2.0
// Counting over the tree of a module.

#include "gen/hdl/census.h"

#include <map>
#include <string>

#include "gen/hdl/module_impl.h"

namespace hdl {
namespace {

constexpr std::array<std::string_view, kFeatures> kNames = {
    "register", "full_adder", "half_adder", "adder", "multiplier", "and", "or", "xor", "mux"};

size_t index(Feature feature) { return static_cast<size_t>(feature); }

class Counter {
 public:
  explicit Counter(Census& census) : census_(census) {}

  // `width`: of the target, for numbers without a width of their own.
  void expression(const NodePtr& node, double width, double times) {
    if (!node) return;
    const double own = has_width(*node) ? static_cast<double>(node->width.value()) : width;
    const auto count = [&](Feature feature, double bits) {
      census_[index(feature)] += times * bits;
    };
    switch (node->kind) {
      case Kind::kAnd:
        count(Feature::kAnd, own);
        break;
      case Kind::kOr:
        count(Feature::kOr, own);
        break;
      case Kind::kXor:
        count(Feature::kXor, own);
        break;
      case Kind::kMux:
      case Kind::kNumMux:
        count(Feature::kMux, own);
        break;
      case Kind::kReduceAnd:
        count(Feature::kAnd, argument_width(*node) - 1);
        break;
      case Kind::kReduceOr:
        count(Feature::kOr, argument_width(*node) - 1);
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
        count(Feature::kAnd, argument_width(*node) - 1);
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
      default:
        break;
    }
    for (const NodePtr& arg : node->args) expression(arg, own, times);
  }

 private:
  static double width_of(const NodePtr& node) { return static_cast<double>(node->width.value()); }
  static double argument_width(const Node& node) { return width_of(node.args.front()); }

  Census& census_;
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
      scope(body.root, 1, census);
    }
    return done_.emplace(&body, census).first->second;
  }

 private:
  using Sizes = std::map<std::string, int64_t>;

  void scope(const Scope& scope_of, double times, Census& census) {
    Counter counter(census);
    for (const Item& item : scope_of.items) {
      switch (item.kind) {
        case Item::Kind::kDeclare:
          if (item.signal->kind == Signal::Kind::kReg)
            census[index(Feature::kRegister)] +=
                times * static_cast<double>(item.signal->width.value());
          counter.expression(item.value, static_cast<double>(item.signal->width.value()), times);
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
    Counter counter(census);
    if (s.target) counter.expression(s.value, static_cast<double>(s.target->width.value()), times);
    for (const Statement::Branch& branch : s.branches) {
      counter.expression(branch.condition, 1, times);
      for (const Statement& inner : branch.body) statement(inner, times, census);
    }
  }

  void instance(const Item& item, double times, Census& census) {
    Counter counter(census);
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
      const Census& child = of(*body);
      for (size_t f = 0; f < kFeatures; ++f) census[f] += times * child[f];
      return;
    }
  }

  std::map<std::string, std::vector<std::pair<Sizes, const Body*>>> by_name_;
  std::map<const Body*, Census> done_;
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
