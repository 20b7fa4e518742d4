// SPDX-License-Identifier: Apache-2.0
// Drivers and readers of every bit, at the point: loops are walked value by value.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>

#include "gen/hdl/module_impl.h"

namespace hdl {
namespace {

class Checker {
 public:
  // `unread`: where bits that nothing reads go, in place of an error.
  explicit Checker(const Body& body, std::vector<UnreadBits>* unread = nullptr)
      : body_(body), unread_(unread) {}

  void run() {
    places_.resize(static_cast<size_t>(body_.signals));
    for (const SignalPtr& s : body_.port_signals) open(*s);
    for (const SignalPtr& s : body_.constants) open(*s);
    walk(body_.root);
    for (const SignalPtr& s : body_.port_signals) close(*s);
    for (const SignalPtr& s : body_.constants) close(*s);
  }

 private:
  // Of a bit: read, driven, driven twice; set by the block at hand.
  static constexpr uint8_t kRead = 1, kDriven = 2, kTwice = 4, kSet = 8;
  // The bits of a signal among all.
  struct Place {
    size_t first = 0, count = 0;
  };
  struct Bits {
    uint8_t *first, *last;
    uint8_t* begin() const { return first; }
    uint8_t* end() const { return last; }
    size_t size() const { return static_cast<size_t>(last - first); }
  };

  int64_t evaluate(const Dim& d) const {
    if (loop_.empty() || d.is_constant() || !d.has_genvar()) return d.value();
    return d.substitute(loop_).value();
  }

  Place& place_of(const Signal& s) { return places_[static_cast<size_t>(s.number)]; }
  Bits bits_of(const Signal& s) {
    const Place& place = place_of(s);
    uint8_t* const first = bits_.data() + place.first;
    return {first, first + place.count};
  }

  void open(const Signal& s) {
    const auto width = static_cast<size_t>(std::max<int64_t>(evaluate(s.width), 1));
    Place& place = place_of(s);
    if (place.count == width) {  // in an earlier turn of a loop
      const Bits bits = bits_of(s);
      std::fill(bits.first, bits.last, uint8_t{0});
      return;
    }
    place = {bits_.size(), width};
    bits_.resize(bits_.size() + width, 0);
  }

  template <typename Wrong>
  void report(const Signal& s, const Bits& bits, Wrong wrong, const char* text) const {
    const uint8_t* const first = std::find_if(bits.first, bits.last, wrong);
    if (first == bits.last) return;
    const uint8_t* const end =
        std::find_if_not(first, static_cast<const uint8_t*>(bits.last), wrong);
    if (first == bits.first && end == bits.last)
      fail(fmt::format("{}: '{}' {}", body_.name, s.name, text));
    fail(fmt::format("{}: bits {}..{} of '{}' (of {}): {}", body_.name, first - bits.first,
                     end - bits.first - 1, s.name, bits.size(), text));
  }

  static bool is_read(uint8_t bit) { return (bit & kRead) != 0; }

  // Runs of bits that are not read.
  void collect(const Signal& s, const Bits& bits) {
    for (const uint8_t* at = bits.first; at != bits.last;) {
      at = std::find_if_not(at, static_cast<const uint8_t*>(bits.last), is_read);
      const uint8_t* const end = std::find_if(at, static_cast<const uint8_t*>(bits.last), is_read);
      if (at != end) unread_->push_back({&s, at - bits.first, end - at});
      at = end;
    }
  }

  void close(const Signal& s) {
    const Bits bits = bits_of(s);
    const auto is_usual = [](uint8_t bit) { return bit == (kRead | kDriven); };
    if (std::all_of(bits.begin(), bits.end(), is_usual)) return;
    const bool parts = s.kind != Signal::Kind::kConstant && s.kind != Signal::Kind::kMemory;
    const bool any_read = std::any_of(bits.begin(), bits.end(), is_read);
    const bool wanted = s.kind != Signal::Kind::kOutput && (parts || !any_read);
    if (wanted && unread_ != nullptr && parts) {
      collect(s, bits);
    } else if (wanted) {
      report(
          s, bits, [](uint8_t bit) { return !is_read(bit); },
          "is never used; declare less, or name it in unused()");
    }
    if (s.kind == Signal::Kind::kInput || s.kind == Signal::Kind::kConstant) return;
    report(
        s, bits, [](uint8_t bit) { return (bit & kDriven) == 0; }, "is never assigned");
    report(
        s, bits, [](uint8_t bit) { return (bit & kTwice) != 0; }, "is assigned twice");
  }

  // Bits of a signal, or of a slice of one.
  Bits bits_of(const NodePtr& node) {
    const bool part = node->kind == Kind::kSlice;
    const Signal& s = *(part ? node->args[0] : node)->signal;
    if (s.number < 0) return {nullptr, nullptr};  // a parameter
    Bits bits = bits_of(s);
    if (!part) return bits;
    const auto size = static_cast<int64_t>(bits.size());
    int64_t lsb = evaluate(node->lsb);
    int64_t end = lsb + evaluate(node->width);
    if ((lsb < 0 || end > size) && lsb < end) {
      if (s.kind != Signal::Kind::kConstant && s.kind != Signal::Kind::kMemory) {
        fail(fmt::format("{}: bit {} of '{}', which has {}", body_.name,
                         lsb < 0 || lsb >= size ? lsb : size, s.name, size));
      }
      lsb = std::clamp<int64_t>(lsb, 0, size);
      end = std::clamp<int64_t>(end, lsb, size);
    }
    return {bits.first + lsb, bits.first + std::max(lsb, end)};
  }

  static void add_driver(uint8_t& bit) {
    bit = static_cast<uint8_t>(bit | ((bit & kDriven) != 0 ? kTwice : kDriven));
  }

  void read(const NodePtr& node) {
    if (!node) return;
    if (node->kind == Kind::kSignal || node->kind == Kind::kSlice) {
      for (uint8_t& bit : bits_of(node)) bit |= kRead;
      return;
    }
    for (const NodePtr& arg : node->args) read(arg);
  }

  void drive(const NodePtr& node) {
    for (uint8_t& bit : bits_of(node)) add_driver(bit);
  }

  // Marks the bits that the statements set, however often.
  void statements(const std::vector<Statement>& list) {
    for (const Statement& s : list) {
      read(s.value);
      read(s.address);
      read(s.subject);
      if (s.target) {
        for (uint8_t& bit : bits_of(s.target)) {
          if ((bit & kSet) == 0) set_.push_back(static_cast<size_t>(&bit - bits_.data()));
          bit |= kSet;
        }
      }
      for (const Statement::Branch& branch : s.branches) {
        read(branch.condition);
        statements(branch.body);
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
        for (uint8_t& bit : bits_of(*item.signal)) add_driver(bit);
        break;
      case Item::Kind::kAssign:
        read(item.value);
        drive(item.target);
        break;
      case Item::Kind::kUnused:
        read(item.value);
        break;
      case Item::Kind::kClocked: {
        read(item.block->clock.clock.node());
        if (item.block->has_reset) read(item.block->clock.reset.node());
        for (const SignalPtr& r : item.block->registers) {
          if (r->reset_constant) *bits_of(*r->reset_constant).first |= kRead;
        }
        set_.clear();
        statements(item.block->statements);
        for (const size_t i : set_) {
          bits_[i] = static_cast<uint8_t>(bits_[i] & ~kSet);
          add_driver(bits_[i]);
        }
        break;
      }
      case Item::Kind::kAccumulate:
        drive(item.target);
        for (int64_t i = 0; i < evaluate(item.block->count); ++i) {
          loop_[item.block->genvar->name] = i;
          read(item.value);
        }
        loop_.erase(item.block->genvar->name);
        break;
      case Item::Kind::kFor:
        for (int64_t i = 0; i < evaluate(item.block->count); ++i) {
          loop_[item.block->genvar->name] = i;
          walk(*item.block->body);
        }
        loop_.erase(item.block->genvar->name);
        break;
      case Item::Kind::kIf:
        if (evaluate(item.block->condition.lhs) >= evaluate(item.block->condition.rhs)) {
          walk(*item.block->body);
        } else if (item.block->otherwise) {
          walk(*item.block->otherwise);
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
  std::vector<Place> places_;  // by the signals' numbers
  std::vector<uint8_t> bits_;
  std::vector<size_t> set_;  // bits that the clocked block at hand sets
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
