// SPDX-License-Identifier: Apache-2.0
// Moves ports between the bench's storage and the netlist, and finds the clock edges.

#include "analysis/netlist_model.h"

#include <bit>
#include <cstring>

#include "base/error.h"

namespace analysis {

static_assert(std::endian::native == std::endian::little, "ports are copied as they lie");

NetlistModel::NetlistModel(std::shared_ptr<const synth::Netlist> netlist, std::string clock)
    : netlist_(std::move(netlist)), simulator_(netlist_, 64) {
  const std::string registers_clock = netlist_->clock_port();
  if (clock.empty()) clock = registers_clock.empty() ? "clk_i" : registers_clock;
  direct_clock_ =
      simulator_.simple_clock() && (registers_clock.empty() || registers_clock == clock);
  size_t words = 0;
  for (const synth::NetPort& port : netlist_->ports()) {
    offset_.push_back(words);
    words += (port.bits.size() + 63) / 64;
  }
  storage_.assign(words, 0);
  written_.assign(words, 0);
  for (size_t i = 0; i < netlist_->ports().size(); ++i) {
    const synth::NetPort& port = netlist_->ports()[i];
    ports_.push_back(
        {port.name, port.input, static_cast<int>(port.bits.size()), storage_.data() + offset_[i]});
    if (port.input && port.bits.size() == 1 && port.name == clock) clock_ = i;
  }
  simulator_.set_count_lanes(1, false);
  simulator_.settle();
  read_outputs();
}

NetlistModel::~NetlistModel() = default;

// Inputs other than the clock that the bench changed since the last call.
bool NetlistModel::write_inputs() {
  bool changed = false;
  for (size_t i = 0; i < ports_.size(); ++i) {
    const synth::NetPort& port = netlist_->ports()[i];
    if (!port.input || i == clock_) continue;
    for (size_t word = 0; word * 64 < port.bits.size(); ++word) {
      const uint64_t value = storage_[offset_[i] + word];
      uint64_t& before = written_[offset_[i] + word];
      uint64_t differing = value ^ before;
      before = value;
      for (; differing != 0; differing &= differing - 1) {
        const size_t bit = word * 64 + static_cast<size_t>(std::countr_zero(differing));
        if (bit >= port.bits.size()) break;
        simulator_.net(port.bits[bit])[0] = value >> (bit % 64) & 1;
        changed = true;
      }
    }
  }
  return changed;
}

void NetlistModel::read_outputs() {
  for (size_t i = 0; i < ports_.size(); ++i) {
    const synth::NetPort& port = netlist_->ports()[i];
    if (port.input) continue;
    for (size_t word = 0; word * 64 < port.bits.size(); ++word) {
      uint64_t value = 0;
      const size_t end = std::min(port.bits.size(), word * 64 + 64);
      for (size_t bit = word * 64; bit < end; ++bit) {
        value |= (simulator_.net(port.bits[bit])[0] & 1) << (bit % 64);
      }
      storage_[offset_[i] + word] = value;
    }
  }
}

void NetlistModel::count() {
  if (count_when_ != SIZE_MAX && (storage_[offset_[count_when_]] & 1) == 0) return;
  simulator_.count();
}

void NetlistModel::eval() {
  const bool changed = write_inputs();
  bool rises = false, moved = false;
  if (clock_ != SIZE_MAX) {
    const uint64_t now = storage_[offset_[clock_]] & 1;
    uint64_t& before = written_[offset_[clock_]];
    rises = now == 1 && before == 0;
    moved = now != before;
    before = now;
  }
  if (!changed && !moved) return;
  if (direct_clock_) {
    if (changed) simulator_.settle();
    if (rises) {
      count();
      simulator_.clock();
      simulator_.settle();
    }
  } else {
    // The cycle ends before the edge, so the new inputs settle under the old clock first.
    if (changed) simulator_.settle_edges();
    if (rises) count();
    if (moved) {
      simulator_.net(netlist_->ports()[clock_].bits[0])[0] = rises ? 1 : 0;
      simulator_.settle_edges();
    }
  }
  if (clock_ == SIZE_MAX) count();
  if (changed || rises || !direct_clock_) read_outputs();
}

void NetlistModel::count_only_when(const std::string& port) {
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i].name == port && ports_[i].width == 1) {
      count_when_ = i;
      return;
    }
  }
  base::usage_error("netlist", "no one-bit port '" + port + "' to count by");
}

void NetlistModel::reset_counts() { simulator_.reset_counts(); }

synth::Activity NetlistModel::activity(std::string source) const {
  return simulator_.activity(std::move(source));
}

}  // namespace analysis
