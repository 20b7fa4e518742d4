// SPDX-License-Identifier: Apache-2.0
// Clocked blocks, generate blocks and instances.

#include <fmt/format.h>

#include <algorithm>

#include "gen/hdl/module.h"
#include "gen/hdl/module_impl.h"

namespace hdl {
namespace {

// A register that a clocked block sets, noted once.
void note_register(Body& b, const NodePtr& target) {
  b.check_visible(target);
  const Node* node = target->kind == Kind::kSlice ? target->args[0].get() : target.get();
  if (node->kind != Kind::kSignal || node->signal->kind != Signal::Kind::kReg) {
    fail(fmt::format("{}: '{}' is set in a clocked block but is no register", b.name,
                     describe(target)));
  }
  if (std::find(b.set_registers.begin(), b.set_registers.end(), node->signal) ==
      b.set_registers.end()) {
    b.set_registers.push_back(node->signal);
  }
}

void check_condition(const Body& b, const Bits& condition) {
  b.check_visible(condition.node());
  if (condition.width() == Dim(1)) return;
  fail(fmt::format("{}: condition '{}' is {} bits wide, must be 1; use any(), all() or ==", b.name,
                   describe(condition.node()), condition.width().text()));
}

void check_address(const Body& b, const Memory& memory, const Num& address) {
  b.check_visible(memory.node());
  b.check_visible(address.node());
  const Signal& s = *memory.node()->signal;
  if (!address.is_constant() && !address.is_signed() && address.width() == clog2(s.depth) &&
      (point_is_dead() || address.range().hi < s.depth.value() ||
       address.range() == hdl::uint(address.width()).range())) {
    return;
  }
  fail(fmt::format("{}: address '{}' of '{}' must be unsigned, {} bits wide", b.name,
                   describe(address.node()), s.name, clog2(s.depth).text()));
}

// A block of statements, built by `body`.
std::vector<Statement> collect(Body& b, const std::function<void()>& body) {
  std::vector<Statement> inner;
  std::vector<Statement>* const outer = b.statements;
  b.statements = &inner;
  body();
  b.statements = outer;
  return inner;
}

}  // namespace

void Clocked::set(const Bits& reg, const Bits& value) {
  Body& b = *module_->body_;
  note_register(b, reg.node());
  b.check_visible(value.node());
  if (!(reg.width() == value.width())) {
    fail(fmt::format("{}: '{}' is {} bits wide, its value '{}' is {}", b.name, describe(reg.node()),
                     reg.width().text(), describe(value.node()), value.width().text()));
  }
  b.statements->push_back({.target = reg.node(), .value = value.node()});
}

void Clocked::set(const Num& reg, const Num& value) {
  Body& b = *module_->body_;
  note_register(b, reg.node());
  if (reg.node()->kind != Kind::kSignal) {
    fail(fmt::format("{}: a part of '{}' is set: declare it as bits()", b.name,
                     describe(reg.node())));
  }
  const Signal& s = *reg.node()->signal;
  Statement statement{.target = reg.node()};
  statement.value = b.place(s.name, s.width, s.is_signed, s.range, value, &statement.notes);
  b.statements->push_back(std::move(statement));
}

void Clocked::write(const Memory& memory, const Num& address, const Bits& data) {
  Body& b = *module_->body_;
  check_address(b, memory, address);
  b.check_visible(data.node());
  if (!(data.width() == memory.node()->width)) {
    fail(fmt::format("{}: '{}' has words of {} bits, '{}' is {}", b.name,
                     memory.node()->signal->name, memory.node()->width.text(),
                     describe(data.node()), data.width().text()));
  }
  Statement statement{.kind = Statement::Kind::kWrite, .target = memory.node()};
  statement.value = data.node();
  statement.address = address.node();
  b.statements->push_back(std::move(statement));
}

void Clocked::read(const Bits& reg, const Memory& memory, const Num& address) {
  Body& b = *module_->body_;
  check_address(b, memory, address);
  note_register(b, reg.node());
  if (reg.node()->kind != Kind::kSignal || reg.node()->signal->reset ||
      !(reg.width() == memory.node()->width)) {
    fail(fmt::format("{}: '{}' reads '{}': must be a whole register without reset, {} bits wide",
                     b.name, describe(reg.node()), memory.node()->signal->name,
                     memory.node()->width.text()));
  }
  const NodePtr value = make_node({.kind = Kind::kRead,
                                   .args = {memory.node(), address.node()},
                                   .width = memory.node()->width});
  b.statements->push_back({.target = reg.node(), .value = value});
}

void Clocked::when(const Bits& condition, const Block& then, const Block& otherwise) {
  when({Arm{condition, then}}, otherwise);
}

void Clocked::when(const std::vector<Arm>& arms, const Block& otherwise) {
  Body& b = *module_->body_;
  Statement statement{.kind = Statement::Kind::kIf};
  for (const Arm& arm : arms) {
    check_condition(b, arm.condition);
    statement.branches.push_back({arm.condition.node(), collect(b, arm.block)});
  }
  if (otherwise) statement.branches.push_back({nullptr, collect(b, otherwise)});
  b.statements->push_back(std::move(statement));
}

void Clocked::select(const Bits& subject, const std::vector<Choice>& choices,
                     const Block& otherwise) {
  Body& b = *module_->body_;
  b.check_visible(subject.node());
  Statement statement{.kind = Statement::Kind::kCase};
  statement.subject = subject.node();
  for (const Choice& choice : choices) {
    b.check_visible(choice.label.node());
    const Node& label = *choice.label.node();
    const bool constant = label.kind == Kind::kLiteral ||
                          (label.signal && label.signal->kind == Signal::Kind::kConstant);
    if (!constant || !(choice.label.width() == subject.width())) {
      fail(fmt::format("{}: case label '{}' must be a constant of {} bits", b.name,
                       describe(choice.label.node()), subject.width().text()));
    }
    statement.branches.push_back({choice.label.node(), collect(b, choice.block)});
  }
  statement.branches.push_back(
      {nullptr, otherwise ? collect(b, otherwise) : std::vector<Statement>()});
  b.statements->push_back(std::move(statement));
}

void Module::clocked(const Clock& clock, const std::function<void(Clocked&)>& body) {
  Body& b = *body_;
  if (b.in_clocked) fail(fmt::format("{}: a clocked block inside a clocked block", b.name));
  check_condition(b, clock.clock);
  if (clock.reset.valid()) check_condition(b, clock.reset);
  Item item{.kind = Item::Kind::kClocked, .block = std::make_unique<Block>(Block{.clock = clock})};
  b.in_clocked = true;
  b.set_registers.clear();
  Clocked inside(this);
  try {
    item.block->statements = collect(b, [&] { body(inside); });
  } catch (...) {
    b.in_clocked = false;
    b.statements = nullptr;
    throw;
  }
  b.in_clocked = false;
  item.block->registers = b.set_registers;
  if (item.block->statements.empty()) fail(fmt::format("{}: an empty clocked block", b.name));
  for (const SignalPtr& r : item.block->registers) {
    const SignalPtr& first = item.block->registers[0];
    if (r->reset.has_value() != first->reset.has_value()) {
      fail(fmt::format("{}: '{}' has a reset value and '{}' has none; set them in two blocks",
                       b.name, (r->reset ? r : first)->name, (r->reset ? first : r)->name));
    }
    for (const Signal* other : b.clocked_registers) {
      if (other == r.get()) fail(fmt::format("{}: '{}' is set in two blocks", b.name, r->name));
    }
  }
  item.block->has_reset =
      !item.block->registers.empty() && item.block->registers[0]->reset.has_value();
  if (item.block->has_reset && !clock.reset.valid()) {
    fail(fmt::format("{}: '{}' has a reset value, its clock has no reset", b.name,
                     item.block->registers[0]->name));
  }
  for (const SignalPtr& r : item.block->registers) b.clocked_registers.push_back(r.get());
  b.scope->items.push_back(std::move(item));
}

void Module::registers(const Clock& clock, const Bits& enable,
                       const std::vector<std::pair<Num, Num>>& numbers,
                       const std::vector<std::pair<Bits, Bits>>& vectors) {
  clocked(clock, [&](Clocked& block) {
    const auto set_all = [&] {
      for (const auto& [reg, value] : numbers) block.set(reg, value);
      for (const auto& [reg, value] : vectors) block.set(reg, value);
    };
    if (enable.valid()) {
      block.when(enable, set_all);
    } else {
      set_all();
    }
  });
}

// ---- Generate

namespace {

std::shared_ptr<Scope> build_scope(Body& b, const std::string& block, AtomPtr genvar,
                                   const std::function<void()>& body) {
  b.claim(block);
  auto inner = std::make_shared<Scope>();
  inner->parent = b.scope;
  inner->genvar = std::move(genvar);
  Scope* const outer = b.scope;
  b.scope = inner.get();
  try {
    body();
  } catch (...) {
    b.scope = outer;
    throw;
  }
  b.scope = outer;
  if (inner->items.empty()) fail(fmt::format("{}: generate block '{}' is empty", b.name, block));
  return inner;
}

void check_block_name(const Body& b, std::string_view block) {
  if (block.starts_with("gen_")) return;
  fail(fmt::format("{}: generate block '{}' must start with gen_", b.name, block));
}

}  // namespace

void Module::generate_for(std::string_view block, std::string_view genvar, const Dim& count,
                          const std::function<void(const Dim& i)>& body) {
  Body& b = *body_;
  check_block_name(b, block);
  b.check_dim(count, "count");
  if (!proves_at_least(count, 1)) {
    fail(fmt::format("{}: loop '{}' runs {} times, which may be 0", b.name, block, count.text()));
  }
  auto atom = std::make_shared<Atom>();
  atom->kind = Atom::Kind::kGenvar;
  atom->name = genvar;
  atom->rank = b.genvars++;
  atom->bounds = {0, count - 1};
  Item item{.kind = Item::Kind::kFor, .text = std::string(block)};
  item.block = std::make_unique<Block>();
  item.block->genvar = atom;
  item.block->count = count;
  item.block->body = build_scope(b, item.text, atom, [&] {
    b.claim(genvar);
    body(Dim(AtomPtr(atom)));
  });
  b.scope->items.push_back(std::move(item));
}

Num Module::accumulate(std::string_view name, const NumType& type, std::string_view index,
                       const Dim& count, const std::function<Num(const Dim& i)>& term) {
  Body& b = *body_;
  b.check_dim(count, "count");
  if (!proves_at_least(count, 1)) {
    fail(fmt::format("{}: '{}' sums {} terms, which may be none", b.name, name, count.text()));
  }
  const Num total = reg(name, type);
  auto atom = std::make_shared<Atom>();
  atom->kind = Atom::Kind::kGenvar;
  atom->name = index;
  atom->rank = b.genvars++;
  atom->bounds = {0, count - 1};
  Item item{.kind = Item::Kind::kAccumulate, .text = fmt::format("sum_of_{}", name)};
  item.block = std::make_unique<Block>();
  b.claim(item.text);
  item.block->genvar = atom;
  item.block->count = count;
  item.target = total.node();
  Scope inner;  // of the term only: a loop declares nothing
  inner.parent = b.scope;
  inner.genvar = atom;
  Scope* const outer = b.scope;
  b.scope = &inner;
  try {
    b.claim(index);
    item.value = b.place(name, type.width, type.is_signed, type.shared_range(),
                         term(Dim(AtomPtr(atom))), &item.notes);
  } catch (...) {
    b.scope = outer;
    throw;
  }
  b.scope = outer;
  std::erase_if(b.names, [&](const auto& known) { return known.second == &inner; });
  if (!inner.items.empty()) fail(fmt::format("{}: '{}' declares in its loop", b.name, name));
  b.clocked_registers.push_back(total.node()->signal.get());  // no clocked block may set it
  b.scope->items.push_back(std::move(item));
  return total;
}

void Module::generate_if(std::string_view block, const DimCondition& condition,
                         const std::function<void()>& body, std::string_view else_block,
                         const std::function<void()>& otherwise) {
  Body& b = *body_;
  check_block_name(b, block);
  b.check_dim(condition.lhs, "condition");
  b.check_dim(condition.rhs, "condition");
  Item item{.kind = Item::Kind::kIf, .text = std::string(block), .other = std::string(else_block)};
  item.block = std::make_unique<Block>();
  item.block->condition = condition;
  {
    const Guard guard(condition);
    item.block->body = build_scope(b, item.text, nullptr, body);
  }
  if (otherwise) {
    check_block_name(b, else_block);
    const Guard guard({condition.rhs, condition.lhs + 1});
    item.block->otherwise = build_scope(b, item.other, nullptr, otherwise);
  }
  b.scope->items.push_back(std::move(item));
}

// ---- Instances

void Module::instance(std::string_view name, const Module& child,
                      const std::vector<std::pair<std::string, Dim>>& overrides,
                      const std::vector<Connection>& connections) {
  Body& b = *body_;
  b.claim(name);
  if (!name.starts_with("u_")) {
    fail(fmt::format("{}: instance '{}' must start with u_", b.name, name));
  }
  const auto who = [&] {
    return fmt::format("{}: instance '{}' of {}", b.name, name, child.name());
  };
  Item item{
      .kind = Item::Kind::kInstance, .text = std::string(name), .other = std::string(child.name())};
  item.is_cell = child.body_->is_cell;
  std::map<std::string, Dim> sizes(overrides.begin(), overrides.end());
  if (sizes.size() != overrides.size()) fail(fmt::format("{}: a parameter is set twice", who()));
  for (const ParameterInfo& p : child.parameters()) {
    const auto it = sizes.find(p.name);
    if (it == sizes.end()) fail(fmt::format("{}: parameter '{}' is not set", who(), p.name));
    b.check_dim(it->second, "override");
    if (!point_is_dead() && it->second.value() != p.value) {
      fail(fmt::format("{}: {} = {} here, the module was built with {}", who(), p.name,
                       it->second.value(), p.value));
    }
    const Dim low = p.min.substitute(sizes), high = p.max.substitute(sizes);
    if (!proves_at_least(it->second, low) || !proves_at_least(high, it->second)) {
      fail(fmt::format("{}: {} = {} does not stay in {}..{} for all legal sizes", who(), p.name,
                       it->second.text(), low.text(), high.text()));
    }
    item.overrides.emplace_back(p.name, it->second);
  }
  if (item.overrides.size() != overrides.size()) fail(fmt::format("{}: unknown parameter", who()));

  size_t used = 0;
  for (const PortInfo& port : child.ports()) {
    const auto it = std::find_if(connections.begin(), connections.end(),
                                 [&](const Connection& c) { return c.port == port.name; });
    if (it == connections.end()) fail(fmt::format("{}: '{}' is not connected", who(), port.name));
    ++used;
    const Dim width = port.width.substitute(sizes);
    const NodePtr node = it->bits ? it->bits->node() : it->num->node();
    b.check_visible(node);
    if (it->num.has_value() != port.is_number) {
      fail(fmt::format("{}: '{}' takes {}", who(), port.name, port.is_number ? "a Num" : "Bits"));
    }
    if (it->num && it->num->is_constant()) {
      fail(fmt::format("{}: '{}': name the constant in a wire first", who(), port.name));
    }
    const Dim actual = it->bits ? it->bits->width() : it->num->width();
    if (!(actual == width)) {
      fail(fmt::format("{}: '{}' is {} bits wide, '{}' is {}", who(), port.name, width.text(),
                       describe(node), actual.text()));
    }
    NodePtr legal = node;
    if (it->num) {
      if (it->num->is_signed() != port.is_signed) {
        fail(fmt::format("{}: '{}' is {}signed, '{}' is not", who(), port.name,
                         port.is_signed ? "" : "un", describe(node)));
      }
      const Range& from = port.is_input ? it->num->range() : *port.range;
      const Range& to = port.is_input ? *port.range : it->num->range();
      if (!point_is_dead() && !to.contains(from)) {
        fail(fmt::format("{}: '{}': range {} is not inside {}", who(), port.name, from.text(),
                         to.text()));
      }
      legal = legalise(node, width, port.is_signed, nullptr);
    }
    if (!port.is_input) {
      const Node* target = node->kind == Kind::kSlice ? node->args[0].get() : node.get();
      if (target->kind != Kind::kSignal || (target->signal->kind != Signal::Kind::kWire &&
                                            target->signal->kind != Signal::Kind::kOutput)) {
        fail(fmt::format("{}: output '{}' must drive a wire or output", who(), port.name));
      }
    }
    // Of equal width, a connection needs no sign; Yosys 0.23 stops at $signed() of a whole signal.
    const bool cast = legal->kind == Kind::kSigned || legal->kind == Kind::kUnsigned;
    if (cast && legal->args[0]->kind == Kind::kSignal) legal = legal->args[0];
    item.pins.push_back({port.name, port.is_input, legal});
  }
  if (used != connections.size()) fail(fmt::format("{}: unknown or repeated port", who()));
  b.scope->items.push_back(std::move(item));
}

}  // namespace hdl
