// SPDX-License-Identifier: Apache-2.0
// Declarations: names, types, and the proof that a value fits.

#include "gen/hdl/module.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "gen/hdl/module_impl.h"
#include "gen/hdl/names.h"

namespace hdl {

// ---- Body: the checks that every declaration shares

void Body::claim(std::string_view wanted) {
  check_name(wanted);
  const auto [first, last] = names.equal_range(std::string(wanted));
  for (auto other = first; other != last; ++other) {
    if (other->second->contains(scope) || scope->contains(other->second)) {
      fail(fmt::format("{}: name '{}' is declared twice", name, wanted));
    }
  }
  names.emplace(wanted, scope);
}

void Body::check_atoms(const Dim& d, const char* what) const {
  for (const auto& [monomial, count] : d.terms()) {
    for (const AtomPtr& atom : monomial) {
      for (const Dim& argument : atom->arguments) check_dim(argument, what);
      bool known = !atom->arguments.empty();
      for (const ParameterInfo& p : parameters) known = known || p.atom == atom;
      for (const Scope* s = scope; s; s = s->parent) known = known || s->genvar == atom;
      if (!known) {
        fail(fmt::format("{}: {}: size '{}' belongs to another module or loop", name, what,
                         atom->name));
      }
    }
  }
}

void Body::check_visible(const NodePtr& node) const {
  if (!node) fail(fmt::format("{}: a value that was never set is used", name));
  if (node->signal) {
    const Signal& s = *node->signal;
    if (s.owner != this) fail(fmt::format("{}: '{}' belongs to another module", name, s.name));
    if (!s.scope->contains(scope)) {
      fail(fmt::format("{}: '{}' is declared in a generate block and not visible here", name,
                       s.name));
    }
  }
  check_dim(node->width, "width");
  check_dim(node->lsb, "offset");
  for (const NodePtr& arg : node->args) check_visible(arg);
}

void Body::check_width(std::string_view who, const Dim& width) const {
  check_dim(width, "width");
  if (!proves_at_least(width, 1)) {
    fail(fmt::format("{}: '{}' has width {}, which may be below 1 (at least {})", name, who,
                     width.text(), bounds(width).min));
  }
}

void Body::check_range(std::string_view who, const NumType& type, const Range& range) const {
  if (point_is_dead()) return;
  const RangePtr allowed = type.shared_range();
  if (allowed->contains(range)) return;
  if (type.restriction) {
    fail(fmt::format("{}: '{}' has range {}, outside its declared range {}", name, who,
                     range.text(), allowed->text()));
  }
  fail(fmt::format("{}: '{}' has range {}, too wide for {} {}bits", name, who, range.text(),
                   type.width.value(), type.is_signed ? "signed " : ""));
}

SignalPtr Body::add(Signal signal) {
  claim(signal.name);
  if (signal.name.find("unused") != std::string::npos) {
    fail(fmt::format("{}: name '{}': linters skip names with 'unused'; see Module::unused", name,
                     signal.name));
  }
  signal.owner = this;
  signal.scope = scope;
  signal.number = signals++;
  if (in_clocked) fail(fmt::format("{}: '{}' is declared in a clocked block", name, signal.name));
  return std::make_shared<const Signal>(std::move(signal));
}

NodePtr Body::place(std::string_view who, const Dim& width, bool is_signed, const RangePtr& allowed,
                    const Num& value, std::vector<std::string>* notes) const {
  check_visible(value.node());
  if (!value.is_constant() && value.is_signed() != is_signed) {
    fail(fmt::format("{}: '{}' is {}, its value {}; convert with as_signed() or as_unsigned()",
                     name, who, is_signed ? "signed" : "unsigned",
                     value.is_signed() ? "signed" : "unsigned"));
  }
  NumType type{width, is_signed, {}};
  const RangePtr whole = type.shared_range();
  if (allowed != whole && !(*allowed == *whole)) type.restriction = allowed;
  check_range(who, type, value.range());
  try {
    NodePtr node = value.node();
    if (node->kind == Kind::kWrap) {
      if (!(node->lsb == width)) {
        fail(fmt::format("wrap to {} bits declared in {}", node->lsb.text(), width.text()));
      }
      node = node->args[0];
    }
    return legalise(node, width, is_signed, notes);
  } catch (const std::logic_error& error) {
    fail(fmt::format("{}: '{}': {}", name, who, error.what()));
  }
}

namespace {

NodePtr node_of(const SignalPtr& signal) {
  return make_node({.kind = Kind::kSignal,
                    .width = signal->width,
                    .is_signed = signal->is_signed,
                    .signal = signal});
}
Bits bits_of(const SignalPtr& signal) { return Bits(node_of(signal)); }
Num num_of(const SignalPtr& signal) { return Num(node_of(signal), signal->range); }

Signal vector_signal(Signal::Kind kind, std::string_view name, const BitsType& type) {
  Signal s;
  s.kind = kind;
  s.name = name;
  s.width = type.width;
  return s;
}
Signal number_signal(Signal::Kind kind, std::string_view name, const NumType& type) {
  Signal s;
  s.kind = kind;
  s.name = name;
  s.width = type.width;
  s.is_number = true;
  s.is_signed = type.is_signed;
  s.range = type.shared_range();
  return s;
}

// The declared signal that an assignment goes to.
const Signal& target_signal(const Body& body, const NodePtr& target, const char* what) {
  body.check_visible(target);
  const Node* node = target.get();
  if (node->kind == Kind::kSlice) node = node->args[0].get();
  if (node->kind != Kind::kSignal) {
    fail(fmt::format("{}: {} to '{}', which is no declared signal or slice of one", body.name, what,
                     describe(target)));
  }
  return *node->signal;
}

}  // namespace

// ---- Module: header and sizes

Module::Module(std::string name, std::vector<std::string> doc) : body_(std::make_unique<Body>()) {
  body_->name = std::move(name);
  body_->doc = std::move(doc);
  body_->claim(body_->name);
}
Module::~Module() = default;
Module::Module(Module&&) noexcept = default;
Module& Module::operator=(Module&&) noexcept = default;

const std::string& Module::name() const { return body_->name; }
void Module::set_generated_by(std::string command) { body_->command = std::move(command); }
void Module::set_cell() { body_->is_cell = true; }
const std::vector<PortInfo>& Module::ports() const { return body_->ports; }
const std::vector<ParameterInfo>& Module::parameters() const { return body_->parameters; }
std::vector<DimName> Module::localparams() const { return body_->localparams; }
void Module::check() const { check_module(*body_); }

Dim Module::parameter(std::string_view name, int64_t value, const Dim& min, const Dim& max,
                      std::string_view doc) {
  Body& b = *body_;
  if (!b.ports.empty()) fail(fmt::format("{}: parameter '{}' after a port", b.name, name));
  b.claim(name);
  b.check_dim(min, "bound");
  b.check_dim(max, "bound");
  if (value < min.value() || value > max.value()) {
    fail(fmt::format("{}: {}={} must be in {}..{}", b.name, name, value, min.value(), max.value()));
  }
  auto atom = std::make_shared<Atom>();
  atom->name = name;
  atom->value = value;
  atom->rank = static_cast<int>(b.parameters.size());
  atom->bounds = {min, max};
  b.parameters.push_back({std::string(name), value, min, max, std::string(doc), atom});
  return Dim(AtomPtr(atom));
}

void Module::require(std::string_view name, const DimCondition& condition) {
  Body& b = *body_;
  b.claim(fmt::format("gen_illegal_{}", name));
  b.check_dim(condition.lhs, "require");
  b.check_dim(condition.rhs, "require");
  if (!condition.holds()) {
    fail(fmt::format("{}: {}: {} = {} is below {} = {}", b.name, name, condition.lhs.text(),
                     condition.lhs.value(), condition.rhs.text(), condition.rhs.value()));
  }
  b.requirements.push_back({std::string(name), condition});
}

Dim Module::localparam(std::string_view name, const Dim& value) {
  Body& b = *body_;
  b.claim(name);
  if (b.scope != &b.root) fail(fmt::format("{}: localparam '{}' in a block", b.name, name));
  b.check_dim(value, "localparam");
  b.localparams.push_back({std::string(name), value});
  return value.named(std::string(name));
}

// ---- Ports

namespace {

SignalPtr add_port(Body& b, Signal signal, std::string_view doc, bool late = false) {
  if (b.scope != &b.root || (!late && !b.root.items.empty())) {
    fail(fmt::format("{}: port '{}' after the ports", b.name, signal.name));
  }
  b.check_width(signal.name, signal.width);
  SignalPtr s = b.add(std::move(signal));
  PortInfo info{
      s->name,         s->kind == Signal::Kind::kInput, s->is_number, s->is_signed, s->width, {},
      std::string(doc)};
  info.range = s->range;
  b.ports.push_back(std::move(info));
  b.port_signals.push_back(s);
  return s;
}

SignalPtr declare(Body& b, Signal signal, NodePtr value = nullptr,
                  std::vector<std::string> notes = {}) {
  b.check_width(signal.name, signal.width);
  SignalPtr s = b.add(std::move(signal));
  Item item{.kind = Item::Kind::kDeclare, .signal = s};
  item.value = std::move(value);
  item.notes = std::move(notes);
  b.scope->items.push_back(std::move(item));
  return s;
}

void check_equal_width(const Body& b, std::string_view who, const Dim& width, const Bits& value) {
  b.check_visible(value.node());
  if (value.width() == width) return;
  fail(fmt::format("{}: '{}' is {} bits wide, its value '{}' is {}", b.name, who, width.text(),
                   describe(value.node()), value.width().text()));
}

}  // namespace

Bits Module::input(std::string_view name, const BitsType& type, std::string_view doc) {
  return bits_of(add_port(*body_, vector_signal(Signal::Kind::kInput, name, type), doc));
}
Num Module::input(std::string_view name, const NumType& type, std::string_view doc) {
  return num_of(add_port(*body_, number_signal(Signal::Kind::kInput, name, type), doc));
}
Bits Module::output(std::string_view name, const BitsType& type, std::string_view doc) {
  return bits_of(add_port(*body_, vector_signal(Signal::Kind::kOutput, name, type), doc));
}
Num Module::output(std::string_view name, const NumType& type, std::string_view doc) {
  return num_of(add_port(*body_, number_signal(Signal::Kind::kOutput, name, type), doc));
}
Bits Module::late_output(std::string_view name, const BitsType& type, std::string_view doc) {
  return bits_of(add_port(*body_, vector_signal(Signal::Kind::kOutput, name, type), doc, true));
}

// ---- Constants

Bits Module::constant(std::string_view name, const BitsType& type, const mpz_class& value) {
  Body& b = *body_;
  if (!type.width.is_constant()) {
    fail(fmt::format("{}: constant '{}' has width {}, must be fixed", b.name, name,
                     type.width.text()));
  }
  b.check_range(name, hdl::uint(type.width), {value, value});
  Signal s = vector_signal(Signal::Kind::kConstant, name, type);
  s.value = value;
  b.constants.push_back(b.add(std::move(s)));
  return bits_of(b.constants.back());
}

namespace {

// `LargestBeat[7:0]`: part of an integer constant.
Num low_bits(const SignalPtr& integer, const NumType& type, const Range& range) {
  NodePtr node = make_node({.kind = Kind::kSlice, .args = {node_of(integer)}, .width = type.width});
  if (type.is_signed) {
    node =
        make_node({.kind = Kind::kSigned, .args = {node}, .width = type.width, .is_signed = true});
  }
  return Num(node, range);
}

}  // namespace

Num Module::constant(std::string_view name, const NumType& type, const Dim& value) {
  Body& b = *body_;
  const Range range{static_cast<long>(value.value()), static_cast<long>(value.value())};
  b.check_range(name, type, range);
  b.check_dim(value, "constant");
  b.check_width(name, type.width);
  if (!proves_at_least(32, type.width)) {
    fail(
        fmt::format("{}: constant '{}' has width {}, at most 32", b.name, name, type.width.text()));
  }
  if (b.scope != &b.root) fail(fmt::format("{}: constant '{}' in a block", b.name, name));
  Signal s = number_signal(Signal::Kind::kConstant, name, hdl::uint(32));
  s.is_integer = true;
  s.size = value;
  b.constants.push_back(b.add(std::move(s)));
  return low_bits(b.constants.back(), type, range);
}

Num Module::number(const NumType& type, const Dim& parameter) {
  Body& b = *body_;
  for (const ParameterInfo& p : b.parameters) {
    if (!(Dim(p.atom) == parameter)) continue;
    // Every legal value must fit: nobody checks an override against the type.
    b.check_range(p.name, type,
                  {static_cast<long>(bounds(p.min).min), static_cast<long>(bounds(p.max).max)});
    Signal s = number_signal(Signal::Kind::kConstant, p.name, hdl::uint(32));
    s.owner = &b;
    s.scope = &b.root;
    s.is_integer = true;
    s.size = parameter;
    const Range range{static_cast<long>(p.value), static_cast<long>(p.value)};
    return low_bits(std::make_shared<const Signal>(std::move(s)), type, range);
  }
  fail(fmt::format("{}: '{}' is no parameter", b.name, parameter.text()));
}

// ---- Wires and registers

Bits Module::wire(std::string_view name, const BitsType& type, const Bits& value) {
  check_equal_width(*body_, name, type.width, value);
  return bits_of(declare(*body_, vector_signal(Signal::Kind::kWire, name, type), value.node()));
}

Num Module::wire(std::string_view name, const NumType& type, const Num& value) {
  Body& b = *body_;
  if (type.width.has_genvar()) {
    fail(fmt::format("{}: width of number '{}' depends on a loop; use bits()", b.name, name));
  }
  std::vector<std::string> notes;
  NodePtr node = b.place(name, type.width, type.is_signed, type.shared_range(), value, &notes);
  Signal s = number_signal(Signal::Kind::kWire, name, type);
  if (!point_is_dead()) s.range = value.shared_range();
  return num_of(declare(b, std::move(s), std::move(node), std::move(notes)));
}

Bits Module::wire(std::string_view name, const BitsType& type) {
  return bits_of(declare(*body_, vector_signal(Signal::Kind::kWire, name, type)));
}
Num Module::wire(std::string_view name, const NumType& type) {
  return num_of(declare(*body_, number_signal(Signal::Kind::kWire, name, type)));
}

namespace {

void add_assign(Body& b, const NodePtr& target, NodePtr value, std::vector<std::string> notes) {
  const Signal& s = target_signal(b, target, "assign");
  if (s.kind != Signal::Kind::kWire && s.kind != Signal::Kind::kOutput) {
    fail(fmt::format("{}: assign to '{}', which is no wire or output", b.name, s.name));
  }
  Item item{.kind = Item::Kind::kAssign, .target = target};
  item.value = std::move(value);
  item.notes = std::move(notes);
  b.scope->items.push_back(std::move(item));
}

const Signal& number_target(const Body& b, const Num& target, const char* what) {
  const Signal& s = target_signal(b, target.node(), what);
  if (target.node()->kind != Kind::kSignal) {
    fail(fmt::format("{}: {} to a part of '{}': declare it as bits()", b.name, what, s.name));
  }
  return s;
}

}  // namespace

void Module::assign(const Bits& target, const Bits& value) {
  check_equal_width(*body_, describe(target.node()), target.width(), value);
  add_assign(*body_, target.node(), value.node(), {});
}

void Module::assign(const Num& target, const Num& value) {
  const Signal& s = number_target(*body_, target, "assign");
  std::vector<std::string> notes;
  NodePtr node = body_->place(s.name, s.width, s.is_signed, s.range, value, &notes);
  add_assign(*body_, target.node(), std::move(node), std::move(notes));
}

Bits Module::reg(std::string_view name, const BitsType& type) {
  return bits_of(declare(*body_, vector_signal(Signal::Kind::kReg, name, type)));
}
Num Module::reg(std::string_view name, const NumType& type) {
  return num_of(declare(*body_, number_signal(Signal::Kind::kReg, name, type)));
}
Bits Module::reg(std::string_view name, const BitsType& type, const mpz_class& reset_value) {
  body_->check_range(name, hdl::uint(type.width), {reset_value, reset_value});
  Signal s = vector_signal(Signal::Kind::kReg, name, type);
  s.reset = reset_value;
  return bits_of(declare(*body_, std::move(s)));
}
Num Module::reg(std::string_view name, const NumType& type, const mpz_class& reset_value) {
  body_->check_range(name, type, {reset_value, reset_value});
  Signal s = number_signal(Signal::Kind::kReg, name, type);
  s.reset = reset_value;
  return num_of(declare(*body_, std::move(s)));
}

Bits Module::reg(std::string_view name, const BitsType& type, const Bits& reset_constant) {
  check_equal_width(*body_, name, type.width, reset_constant);
  const Node& constant = *reset_constant.node();
  if (constant.kind != Kind::kSignal || constant.signal->kind != Signal::Kind::kConstant) {
    fail(fmt::format("{}: reset value '{}' of '{}' is no constant", body_->name,
                     describe(reset_constant.node()), name));
  }
  Signal s = vector_signal(Signal::Kind::kReg, name, type);
  s.reset = constant.signal->value;
  s.reset_constant = constant.signal;
  return bits_of(declare(*body_, std::move(s)));
}

Memory Module::memory(std::string_view name, const Dim& word_width, const Dim& depth) {
  Body& b = *body_;
  b.check_dim(depth, "depth");
  if (!proves_at_least(depth, 2)) {
    fail(fmt::format("{}: memory '{}' has depth {}, which may be below 2", b.name, name,
                     depth.text()));
  }
  Signal s = vector_signal(Signal::Kind::kMemory, name, bits(word_width));
  s.depth = depth;
  return Memory(node_of(declare(b, std::move(s))));
}

// ---- Words

void Module::section(std::string_view text) {
  body_->scope->items.push_back({.kind = Item::Kind::kSection, .text = std::string(text)});
}
void Module::comment(std::string_view text) {
  body_->scope->items.push_back({.kind = Item::Kind::kComment, .text = std::string(text)});
}

void Module::unused(std::string_view name, const Bits& bits) {
  Body& b = *body_;
  if (name.find("unused") == std::string_view::npos) {
    fail(fmt::format("{}: name '{}' must contain 'unused', which linters know", b.name, name));
  }
  b.claim(name);
  b.check_visible(bits.node());
  Item item{.kind = Item::Kind::kUnused, .text = std::string(name)};
  item.value = bits.node();
  b.scope->items.push_back(std::move(item));
}

void Module::name_unread() {
  Body& b = *body_;
  std::multimap<const Signal*, UnreadBits> unread;
  for (const UnreadBits& bits : unread_bits(b)) unread.emplace(bits.signal, bits);
  if (unread.empty()) return;
  std::vector<SignalPtr> signals = b.port_signals;
  for (const Item& item : b.root.items)
    if (item.kind == Item::Kind::kDeclare) signals.push_back(item.signal);
  bool any = false;
  for (const SignalPtr& signal : signals) {
    std::vector<Bits> parts;
    const auto [first, last] = unread.equal_range(signal.get());
    for (auto bits = first; bits != last; ++bits)
      parts.push_back(bits_of(signal).slice(bits->second.first, bits->second.count));
    if (parts.empty()) continue;
    if (!any) section("Bits above what sums modulo a power of two take.");
    any = true;
    std::reverse(parts.begin(), parts.end());
    unused("unused_bits_of_" + signal->name, concat(parts));
  }
}

}  // namespace hdl
