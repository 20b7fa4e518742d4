// SPDX-License-Identifier: Apache-2.0
// Drivers and readers of every bit, at the point: loops are walked value by value.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "gen/hdl/module_impl.h"

namespace hdl {
namespace {

class Checker {
 public:
  // `unread`: where bits that nothing reads go, in place of an error.
  explicit Checker(const Body& body, std::vector<UnreadBits>* unread = nullptr)
      : body_(body), unread_(unread) {}

  void run() {
    for (const SignalPtr& s : body_.port_signals) open(*s);
    for (const SignalPtr& s : body_.constants) open(*s);
    walk(body_.root);
    for (const SignalPtr& s : body_.port_signals) close(*s);
    for (const SignalPtr& s : body_.constants) close(*s);
  }

 private:
  // Of a bit: whether it is read, twice the number of its drivers.
  using Use = std::vector<int>;

  int64_t evaluate(const Dim& d) const {
    if (loop_.empty() || d.is_constant() || !d.has_genvar()) return d.value();
    return d.substitute(loop_).value();
  }

  void open(const Signal& s) {
    const auto width = static_cast<size_t>(std::max<int64_t>(evaluate(s.width), 1));
    uses_[&s].assign(width, 0);
  }

  static bool is_read(int bit) { return bit % 2 != 0; }
  static int drivers(int bit) { return bit / 2; }

  template <typename Wrong>
  void report(const Signal& s, const Use& bits, Wrong wrong, const char* text) const {
    size_t first = 0;
    while (first < bits.size() && !wrong(bits[first])) ++first;
    if (first == bits.size()) return;
    size_t last = first;
    while (last + 1 < bits.size() && wrong(bits[last + 1])) ++last;
    if (first == 0 && last + 1 == bits.size())
      fail(fmt::format("{}: '{}' {}", body_.name, s.name, text));
    fail(fmt::format("{}: bits {}..{} of '{}' (of {}): {}", body_.name, first, last, s.name,
                     bits.size(), text));
  }

  // Runs of bits that are not read.
  void collect(const Signal& s, const Use& bits) {
    for (size_t i = 0; i < bits.size(); ++i) {
      if (is_read(bits[i])) continue;
      size_t end = i;
      while (end < bits.size() && !is_read(bits[end])) ++end;
      unread_->push_back({&s, static_cast<int64_t>(i), static_cast<int64_t>(end - i)});
      i = end;
    }
  }

  void close(const Signal& s) {
    const Use& use = uses_.at(&s);
    const bool parts = s.kind != Signal::Kind::kConstant && s.kind != Signal::Kind::kMemory;
    const bool any_read = std::any_of(use.begin(), use.end(), is_read);
    const bool wanted = s.kind != Signal::Kind::kOutput && (parts || !any_read);
    if (wanted && unread_ != nullptr && parts) {
      collect(s, use);
    } else if (wanted) {
      report(
          s, use, [](int bit) { return !is_read(bit); },
          "is never used; declare less, or name it in unused()");
    }
    if (s.kind == Signal::Kind::kInput || s.kind == Signal::Kind::kConstant) return;
    report(
        s, use, [](int bit) { return drivers(bit) == 0; }, "is never assigned");
    report(
        s, use, [](int bit) { return drivers(bit) > 1; }, "is assigned twice");
  }

  // Bits of a signal, or of a slice of one.
  template <typename F>
  void each_bit(const NodePtr& node, F f) {
    const bool part = node->kind == Kind::kSlice;
    const Signal& s = *(part ? node->args[0] : node)->signal;
    if (s.is_integer && !uses_.contains(&s)) return;  // a parameter
    Use& use = uses_.at(&s);
    const auto size = static_cast<int64_t>(use.size());
    const int64_t lsb = part ? evaluate(node->lsb) : 0;
    const int64_t width = part ? evaluate(node->width) : size;
    const bool known = s.kind == Signal::Kind::kConstant || s.kind == Signal::Kind::kMemory;
    for (int64_t i = lsb; i < lsb + width; ++i) {
      if (i < 0 || i >= size) {
        if (known) continue;
        fail(fmt::format("{}: bit {} of '{}', which has {}", body_.name, i, s.name, size));
      }
      f(use, static_cast<size_t>(i));
    }
  }

  void read(const NodePtr& node) {
    if (!node) return;
    if (node->kind == Kind::kSignal || node->kind == Kind::kSlice) {
      each_bit(node, [](Use& use, size_t i) { use[i] |= 1; });
      return;
    }
    for (const NodePtr& arg : node->args) read(arg);
  }

  void drive(const NodePtr& node) {
    each_bit(node, [](Use& use, size_t i) { use[i] += 2; });
  }

  // Bits that the statements set, however often.
  using BitSet = std::vector<std::pair<const Signal*, size_t>>;
  void statements(const std::vector<Statement>& list, BitSet* set) {
    for (const Statement& s : list) {
      read(s.value);
      read(s.address);
      read(s.subject);
      if (s.target) {
        const Signal* signal =
            (s.target->kind == Kind::kSlice ? s.target->args[0] : s.target)->signal.get();
        each_bit(s.target, [&](Use&, size_t i) { set->emplace_back(signal, i); });
      }
      for (const Statement::Branch& branch : s.branches) {
        read(branch.condition);
        statements(branch.body, set);
      }
    }
  }

  void walk(const Scope& scope) {
    for (const Item& item : scope.items) {
      if (item.kind == Item::Kind::kDeclare) open(*item.signal);
    }
    for (const Item& item : scope.items) walk(item);
    for (const Item& item : scope.items) {
      if (item.kind == Item::Kind::kDeclare) close(*item.signal);
    }
  }

  void walk(const Item& item) {
    switch (item.kind) {
      case Item::Kind::kDeclare:
        if (!item.value) break;
        read(item.value);
        for (int& bit : uses_.at(item.signal.get())) bit += 2;
        break;
      case Item::Kind::kAssign:
        read(item.value);
        drive(item.target);
        break;
      case Item::Kind::kUnused:
        read(item.value);
        break;
      case Item::Kind::kClocked: {
        read(item.clock.clock.node());
        if (item.has_reset) read(item.clock.reset.node());
        for (const SignalPtr& r : item.registers) {
          if (r->reset_constant) uses_.at(r->reset_constant.get())[0] |= 1;
        }
        BitSet set;
        statements(item.statements, &set);
        std::sort(set.begin(), set.end());
        set.erase(std::unique(set.begin(), set.end()), set.end());
        for (const auto& [signal, bit] : set) uses_.at(signal)[bit] += 2;
        break;
      }
      case Item::Kind::kAccumulate:
        drive(item.target);
        for (int64_t i = 0; i < evaluate(item.count); ++i) {
          loop_[item.genvar->name] = i;
          read(item.value);
        }
        loop_.erase(item.genvar->name);
        break;
      case Item::Kind::kFor:
        for (int64_t i = 0; i < evaluate(item.count); ++i) {
          loop_[item.genvar->name] = i;
          walk(*item.body);
        }
        loop_.erase(item.genvar->name);
        break;
      case Item::Kind::kIf:
        if (evaluate(item.condition.lhs) >= evaluate(item.condition.rhs)) {
          walk(*item.body);
        } else if (item.otherwise) {
          walk(*item.otherwise);
        }
        break;
      case Item::Kind::kInstance:
        for (const Item::Pin& pin : item.pins) {
          if (pin.is_input) {
            read(pin.value);
          } else {
            drive(pin.value);
          }
        }
        break;
      default:
        break;
    }
  }

  const Body& body_;
  std::vector<UnreadBits>* unread_;
  std::unordered_map<const Signal*, Use> uses_;
  std::map<std::string, Dim> loop_;
};

}  // namespace

void check_module(const Body& body) { Checker(body).run(); }

std::vector<UnreadBits> unread_bits(const Body& body) {
  std::vector<UnreadBits> unread;
  Checker(body, &unread).run();
  return unread;
}

}  // namespace hdl
