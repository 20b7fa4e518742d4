// SPDX-License-Identifier: Apache-2.0
// A mapped netlist as a sim::Model, so that the bench of the RTL runs on it and its toggles count.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/model.h"
#include "synth/net_simulator.h"
#include "synth/netlist.h"

namespace analysis {

// Two-valued and zero-delay; registers start at 0. One lane of the bit-parallel simulator runs.
// Toggles count from one settled cycle to the next, looked at just before each rising clock edge
// (without a clock port: at every eval() with changed inputs).
class NetlistModel : public sim::Model {
 public:
  // `clock` empty: the port that the registers hang on, else an input named `clk_i`, if there is
  // one.
  explicit NetlistModel(std::shared_ptr<const synth::Netlist> netlist, std::string clock = "");
  ~NetlistModel() override;

  void eval() override;

  // Counts only cycles in which this one-bit port is 1 before the edge (`en_i`: stalled cycles do
  // not dilute the figure). Usage error when there is no such port.
  void count_only_when(const std::string& port);
  void reset_counts();
  synth::Activity activity(std::string source) const;

 private:
  bool write_inputs();
  void read_outputs();
  void count();

  std::shared_ptr<const synth::Netlist> netlist_;
  synth::NetSimulator simulator_;
  std::vector<uint64_t> storage_, written_;  // as the bench has it, and as last seen
  std::vector<size_t> offset_;               // of each port in them
  size_t clock_ = SIZE_MAX;                  // index of the port
  bool direct_clock_ = false;  // the clock port feeds no gate, so its fall changes nothing
  size_t count_when_ = SIZE_MAX;
};

}  // namespace analysis
