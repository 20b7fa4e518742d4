// SPDX-License-Identifier: Apache-2.0
// State, clock edges and counts of the netlist simulator.

#include "synth/net_simulator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>

#include "base/error.h"
#include "synth/cell_function.h"
#include "synth/net_kernels.h"
#include "synth/net_program.h"

namespace synth {
namespace {

constexpr size_t kMaxStatePins = 8;
constexpr int kMaxEdgeRounds = 100;

struct FreeAligned {
  void operator()(uint64_t* p) const { ::operator delete[](p, std::align_val_t{64}); }
};
using Words = std::unique_ptr<uint64_t[], FreeAligned>;

Words make_words(size_t count) {
  Words words(new (std::align_val_t{64}) uint64_t[count]);
  std::fill_n(words.get(), count, uint64_t{0});
  return words;
}

}  // namespace

std::vector<uint32_t> state_pins(const LibCell& cell) {
  std::vector<uint16_t> clocks;
  if (cell.sequential && !cell.sequential->latch && !cell.sequential->clock.empty()) {
    clocks = cell_expression(cell, cell.sequential->clock).variables();
  }
  std::vector<uint32_t> pins;
  for (uint32_t i = 0; i < cell.pins.size(); ++i) {
    const bool clock = std::find(clocks.begin(), clocks.end(), i) != clocks.end();
    if (cell.pins[i].direction == LibPin::Direction::kInput && !clock) pins.push_back(i);
  }
  if (cell.sequential) pins.push_back(static_cast<uint32_t>(state_variable(cell)));
  return pins;
}

struct NetSimulator::Impl {
  std::shared_ptr<const Netlist> netlist;
  NetProgram program;
  NetKernels kernels;
  int words;
  Words values, previous, mask, scratch;
  std::vector<uint64_t> counts;        // per slot
  std::vector<uint64_t> clock_before;  // per clock group, `words` each
  uint64_t calls = 0;
  int stride = 7;
  uint64_t active_lanes = 0;
  int only_lane = -1;  // when the mask has but one
  uint64_t state_samples = 0;
  std::vector<uint32_t> state_begin, states;
  std::vector<uint32_t> state_slots;       // of all counted cells, one after the other
  std::vector<uint32_t> state_slot_begin;  // one more than there are cells

  Impl(std::shared_ptr<const Netlist> n, int lanes)
      : netlist(std::move(n)),
        program(compile(*netlist)),
        kernels(net_kernels(lanes / 64).front()),
        words(lanes / 64) {
    const size_t total = static_cast<size_t>(program.slots) * static_cast<size_t>(words);
    values = make_words(total);
    previous = make_words(total);
    mask = make_words(static_cast<size_t>(words));
    std::fill_n(slot(1), words, ~uint64_t{0});
    size_t registers = 1;
    for (const auto& group : program.clocks)
      registers = std::max(registers, group.registers.size());
    scratch = make_words(registers * static_cast<size_t>(words));
    counts.assign(program.slots, 0);
    prepare_states();
    set_mask(~uint64_t{0}, true);
    settle();
    remember_clocks();
  }

  uint64_t* slot(uint32_t s) {
    return values.get() + static_cast<size_t>(s) * static_cast<size_t>(words);
  }
  void settle() { kernels.settle(program, values.get()); }

  void set_mask(uint64_t first, bool others) {
    active_lanes = 0;
    for (int w = 0; w < words; ++w) {
      mask[static_cast<size_t>(w)] = w == 0 ? first : others ? ~uint64_t{0} : 0;
      active_lanes += static_cast<uint64_t>(std::popcount(mask[static_cast<size_t>(w)]));
    }
    only_lane = active_lanes == 1 && first != 0 ? std::countr_zero(first) : -1;
  }

  void prepare_states() {
    state_begin = {0};
    state_slot_begin = {0};
    for (size_t c = 0; c < netlist->cells().size(); ++c) {
      const NetCell& cell = netlist->cells()[c];
      const std::vector<uint32_t> pins = state_pins(*cell.type);
      uint32_t size = 0;
      if (pins.size() <= kMaxStatePins) {
        size = uint32_t{1} << pins.size();
        for (const uint32_t pin : pins) {
          uint32_t s = 0;
          if (pin >= cell.pins.size()) {
            s = program.state_of_cell[c];
          } else if (cell.pins[pin] != kNoNet) {
            s = program.slot_of_net[cell.pins[pin]];
          }
          state_slots.push_back(s);
        }
      }
      state_begin.push_back(state_begin.back() + size);
      state_slot_begin.push_back(static_cast<uint32_t>(state_slots.size()));
    }
    states.assign(state_begin.back(), 0);
  }

  // Adds to `into[state]` the lanes of `lanes` in each state of `pins` slots, by halving.
  void split(const uint32_t* slots, size_t pins, const uint64_t* lanes, uint32_t state,
             uint32_t* into) {
    uint64_t any = 0;
    for (int w = 0; w < words; ++w) any |= lanes[w];
    if (any == 0) return;
    if (pins == 0) {
      for (int w = 0; w < words; ++w) {
        into[state] += static_cast<uint32_t>(std::popcount(lanes[w]));
      }
      return;
    }
    std::array<uint64_t, 8> high{}, low{};
    const uint64_t* const value = slot(slots[pins - 1]);
    for (int w = 0; w < words; ++w) {
      high[static_cast<size_t>(w)] = lanes[w] & value[w];
      low[static_cast<size_t>(w)] = lanes[w] & ~value[w];
    }
    split(slots, pins - 1, low.data(), state, into);
    split(slots, pins - 1, high.data(), state | uint32_t{1} << (pins - 1), into);
  }

  void count_states() {
    state_samples += active_lanes;
    const size_t cells = state_begin.size() - 1;
    for (size_t c = 0; c < cells; ++c) {
      if (state_begin[c] == state_begin[c + 1]) continue;
      const uint32_t* const slots = state_slots.data() + state_slot_begin[c];
      const size_t pins = state_slot_begin[c + 1] - state_slot_begin[c];
      uint32_t* const into = states.data() + state_begin[c];
      if (only_lane >= 0) {
        size_t state = 0;
        for (size_t i = 0; i < pins; ++i) state |= (*slot(slots[i]) >> only_lane & 1) << i;
        ++into[state];
      } else {
        split(slots, pins, mask.get(), 0, into);
      }
    }
  }

  void count() {
    const size_t bytes =
        static_cast<size_t>(program.slots) * static_cast<size_t>(words) * sizeof(uint64_t);
    if (calls == 0) {
      std::memcpy(previous.get(), values.get(), bytes);
    } else {
      kernels.count(values.get(), previous.get(), mask.get(), counts.data(), program.slots);
    }
    if (stride > 0 && calls % static_cast<uint64_t>(stride) == 0) count_states();
    ++calls;
  }

  void clock() {
    if (!program.simple_clock) {
      std::fill_n(slot(program.clock_slot), words, ~uint64_t{0});
      settle_edges();
      std::fill_n(slot(program.clock_slot), words, uint64_t{0});
      settle_edges();
      return;
    }
    const size_t n = static_cast<size_t>(words);
    for (const NetProgram::ClockGroup& group : program.clocks) {
      uint64_t* at = scratch.get();
      for (const NetProgram::Register& r : group.registers) {
        std::copy_n(slot(r.next), n, at);
        at += n;
      }
      at = scratch.get();
      for (const NetProgram::Register& r : group.registers) {
        std::copy_n(at, n, slot(r.state));
        at += n;
      }
    }
  }

  void remember_clocks() {
    clock_before.clear();
    for (const NetProgram::ClockGroup& group : program.clocks) {
      const uint64_t* const c = slot(group.clock);
      clock_before.insert(clock_before.end(), c, c + words);
    }
  }

  // One round: all flip-flops whose clock rose take what their data was before any of them moved.
  bool edges() {
    struct Rise {
      const NetProgram::ClockGroup* group;
      std::array<uint64_t, 8> lanes;
    };
    std::vector<Rise> rises;
    uint64_t* before = clock_before.data();
    for (const NetProgram::ClockGroup& group : program.clocks) {
      const uint64_t* const c = slot(group.clock);
      Rise rise{&group, {}};
      uint64_t any = 0;
      for (int w = 0; w < words; ++w) {
        rise.lanes[static_cast<size_t>(w)] = c[w] & ~before[w];
        any |= c[w] & ~before[w];
        before[w] = c[w];
      }
      before += words;
      if (any != 0) rises.push_back(rise);
    }
    std::vector<uint64_t> next;
    for (const Rise& rise : rises) {
      for (const NetProgram::Register& r : rise.group->registers) {
        const uint64_t* const from = slot(r.next);
        next.insert(next.end(), from, from + words);
      }
    }
    const uint64_t* at = next.data();
    for (const Rise& rise : rises) {
      for (const NetProgram::Register& r : rise.group->registers) {
        uint64_t* const state = slot(r.state);
        for (int w = 0; w < words; ++w) {
          const uint64_t lanes = rise.lanes[static_cast<size_t>(w)];
          state[w] = (state[w] & ~lanes) | (at[w] & lanes);
        }
        at += words;
      }
    }
    return !rises.empty();
  }

  void settle_edges() {
    for (int round = 0; round < kMaxEdgeRounds; ++round) {
      settle();
      if (!edges()) return;
    }
    base::check_error(netlist->top(), "the clocks of the netlist do not settle");
  }
};

NetSimulator::NetSimulator(std::shared_ptr<const Netlist> netlist, int lanes) {
  if (lanes != 64 && lanes != 512) {
    base::usage_error("netlist simulator", fmt::format("{} lanes, must be 64 or 512", lanes));
  }
  impl_ = std::make_unique<Impl>(std::move(netlist), lanes);
}
NetSimulator::~NetSimulator() = default;

const Netlist& NetSimulator::netlist() const { return *impl_->netlist; }
int NetSimulator::lanes() const { return impl_->words * 64; }
int NetSimulator::words() const { return impl_->words; }
size_t NetSimulator::gate_count() const { return impl_->program.gate_count; }
bool NetSimulator::simple_clock() const { return impl_->program.simple_clock; }

std::span<uint64_t> NetSimulator::net(NetId net) {
  return {impl_->slot(impl_->program.slot_of_net[net]), static_cast<size_t>(impl_->words)};
}
std::span<const uint64_t> NetSimulator::net(NetId net) const {
  return {impl_->slot(impl_->program.slot_of_net[net]), static_cast<size_t>(impl_->words)};
}

void NetSimulator::set(const NetPort& port, int lane, uint64_t value) {
  const size_t word = static_cast<size_t>(lane) / 64;
  const uint64_t bit = uint64_t{1} << (lane % 64);
  for (size_t i = 0; i < port.bits.size(); ++i) {
    uint64_t& w = net(port.bits[i])[word];
    w = i < 64 && (value >> i & 1) != 0 ? w | bit : w & ~bit;
  }
}

void NetSimulator::set_all(const NetPort& port, uint64_t value) {
  for (size_t i = 0; i < port.bits.size(); ++i) {
    const std::span<uint64_t> words = net(port.bits[i]);
    std::fill(words.begin(), words.end(), i < 64 && (value >> i & 1) != 0 ? ~uint64_t{0} : 0);
  }
}

uint64_t NetSimulator::get(const NetPort& port, int lane) const {
  uint64_t value = 0;
  for (size_t i = 0; i < port.bits.size() && i < 64; ++i) {
    value |= (net(port.bits[i])[static_cast<size_t>(lane) / 64] >> (lane % 64) & 1) << i;
  }
  return value;
}

void NetSimulator::settle() { impl_->settle(); }
void NetSimulator::clock() { impl_->clock(); }
void NetSimulator::settle_edges() { impl_->settle_edges(); }
void NetSimulator::count() { impl_->count(); }
void NetSimulator::set_state_stride(int stride) { impl_->stride = stride; }
void NetSimulator::set_count_lanes(uint64_t mask_of_first_word, bool all_others) {
  impl_->set_mask(mask_of_first_word, all_others);
}

void NetSimulator::reset_counts() {
  std::fill(impl_->counts.begin(), impl_->counts.end(), uint64_t{0});
  std::fill(impl_->states.begin(), impl_->states.end(), uint32_t{0});
  impl_->calls = 0;
  impl_->state_samples = 0;
}

Activity NetSimulator::activity(std::string source) const {
  Activity result;
  result.source = std::move(source);
  result.cycles = impl_->calls == 0 ? 0 : (impl_->calls - 1) * impl_->active_lanes;
  for (const uint32_t slot : impl_->program.slot_of_net) {
    result.toggles.push_back(impl_->counts[slot]);
  }
  result.state_samples = impl_->state_samples;
  result.state_begin = impl_->state_begin;
  result.states = impl_->states;
  return result;
}

}  // namespace synth
