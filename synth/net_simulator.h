// SPDX-License-Identifier: Apache-2.0
// Bit-parallel simulation of a mapped netlist: many independent lanes at once, with toggle counts.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synth/netlist.h"

namespace synth {

// What the nets of a netlist did over a number of settled cycles.
struct Activity {
  std::string source;             // what drove it, for people
  uint64_t cycles = 0;            // settled cycles observed after the first, over all lanes
  std::vector<uint64_t> toggles;  // per net: changes between consecutive settled cycles
  uint64_t state_samples = 0;     // lanes x cycles in which cell states were counted
  // Per cell: how often its pins stood in each state. Cell c's part begins at state_begin[c] and
  // has one number for each value of its state pins (see state_pins), or is empty when the cell has
  // more than 8 of them.
  std::vector<uint32_t> state_begin;  // one more than there are cells
  std::vector<uint32_t> states;
};

// The pins that make up a cell's counted state: its inputs without the clock and, of a register,
// its state (as pin number type->pins.size()); bit i of the state is the i-th of these, an index
// into type->pins.
std::vector<uint32_t> state_pins(const LibCell& cell);

// Zero-delay, two-valued simulation. A *lane* is one independent stimulus stream; lane i of every
// net is bit i of its words. Registers start at 0 in all lanes. Values move only in settle() and
// clock(). Not synchronised: one thread an object.
class NetSimulator {
 public:
  // `lanes`: 64 or 512. Check error for a combinational loop or a cell that cannot be simulated.
  NetSimulator(std::shared_ptr<const Netlist> netlist, int lanes = 512);
  ~NetSimulator();
  NetSimulator(const NetSimulator&) = delete;
  NetSimulator& operator=(const NetSimulator&) = delete;

  const Netlist& netlist() const;
  int lanes() const;
  int words() const;  // uint64_t words of a net: lanes / 64

  // The words of a net, least lane first. Write only nets of input ports, then settle().
  std::span<uint64_t> net(NetId net);
  std::span<const uint64_t> net(NetId net) const;

  // Convenience for one lane of a port up to 64 bits wide, and the same value in all lanes.
  void set(const NetPort& port, int lane, uint64_t value);
  void set_all(const NetPort& port, uint64_t value);
  uint64_t get(const NetPort& port, int lane) const;

  // Combinational settling, asynchronous set and reset included; clock pins are not looked at.
  void settle();
  // One rising edge of the design's clock port in every lane: registers take their next state from
  // the settled values. Combinational nets follow at the next settle(). What the clock port's net
  // holds is of no account when all registers hang on it directly; else (gated, inverted, divided
  // clocks) it is pulsed.
  void clock();
  // General event step: settles, then lets every register whose own clock pin rose since the last
  // call take its value, until nothing changes. For models that drive the clock port as a plain
  // net.
  void settle_edges();

  // Adds the changes of every net since the last count() to its toggles, in the lanes of the mask
  // (all by default), and counts cell states every `state_stride` calls (0: never). The first call
  // only remembers. Call once per cycle, when settled, before the edge. A net that toggles
  // within a cycle (the clock) is counted as seen, so the clock's power is added by power().
  void count();
  void set_count_lanes(uint64_t mask_of_first_word, bool all_others);
  void set_state_stride(int stride);
  void reset_counts();
  Activity activity(std::string source) const;

  size_t gate_count() const;  // evaluations of one settle(): cell outputs
  bool simple_clock() const;  // every flip-flop rises with the clock port itself

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Uniformly random inputs, at least `cycles` clock cycles over 512 lanes after a warm-up; resets
// are held inactive, one-bit inputs with customary names of enables at 1.
Activity random_activity(const std::shared_ptr<const Netlist>& netlist, int cycles, uint64_t seed);

}  // namespace synth
