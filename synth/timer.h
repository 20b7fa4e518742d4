// SPDX-License-Identifier: Apache-2.0
// Incremental timing of a netlist that changes, by the Liberty tables: OpenSTA's rules, no wires.

#pragma once

#include <array>
#include <limits>
#include <memory>
#include <unordered_map>
#include <vector>

#include "synth/netlist.h"

namespace synth {

// A table as a grid over (slew, load), whatever axes the file has.
class Grid {
 public:
  Grid() = default;
  explicit Grid(const Table& table);
  bool empty() const { return values_.empty(); }
  double at(double slew, double load) const;

 private:
  std::vector<double> slews_, loads_, values_;
};

// What optimisation needs to know of a library cell.
struct CellModel {
  struct Arc {
    size_t input, output;  // pins
    TimingArc::Sense sense;
    bool clocked;
    std::array<Grid, 2> delay, slew;  // by the output's edge: 0 rise, 1 fall
  };
  const LibCell* cell = nullptr;
  double area = 0;
  std::vector<size_t> inputs, outputs;
  std::vector<Arc> arcs;
  std::vector<const CellModel*> variants;        // same pins and functions, itself excepted
  std::vector<std::pair<size_t, size_t>> swaps;  // input pins that are exchangeable
  bool buffer = false;                           // one input, one output, positive
  bool sequential = false;
};

class CellModels {
 public:
  explicit CellModels(std::shared_ptr<const Library> library);
  const CellModel* find(const LibCell* cell) const { return by_cell_.at(cell); }
  const std::vector<const CellModel*>& buffers() const { return buffers_; }
  const Library& library() const { return *library_; }

 private:
  std::shared_ptr<const Library> library_;
  std::vector<std::unique_ptr<CellModel>> models_;
  std::unordered_map<const LibCell*, const CellModel*> by_cell_;
  std::vector<const CellModel*> buffers_;
};

struct PinRef {
  uint32_t cell, pin;
  bool operator==(const PinRef&) const = default;
};

// Arrival times and slews of every net, kept up to date while cells change.
class Timer {
 public:
  struct Edges {
    std::array<double, 2> arrival{kNever, kNever}, slew{0, 0};  // rise, fall
    double worst() const { return std::max(arrival[0], arrival[1]); }
    bool operator==(const Edges&) const = default;
  };
  struct Cell {
    const CellModel* model = nullptr;  // null: removed
    std::vector<NetId> pins;
    double level = 0;
  };
  struct Net {
    PinRef driver{kNone, 0};
    bool input = false, constant = false;
    int outputs = 0;  // output ports on it
    double load = 0;
    std::vector<PinRef> sinks;
    Edges at;
    std::array<double, 2> tail{kNever, kNever};  // longest delay from here to an end
    double tail_worst() const { return std::max(at.arrival[0] + tail[0], at.arrival[1] + tail[1]); }
  };
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr double kNever = -std::numeric_limits<double>::infinity();

  Timer(const Netlist& netlist, std::shared_ptr<const CellModels> models);

  bool loops() const { return loops_; }  // combinational; then no figure here has a meaning
  const std::vector<Cell>& cells() const { return cells_; }
  const std::vector<Net>& nets() const { return nets_; }
  const CellModels& models() const { return *models_; }
  double delay() const;  // latest arrival at an output or at a register's input
  double area() const { return area_; }
  uint64_t evaluations() const { return evaluations_; }  // of nets, ever: what updates cost

  // Changes; arrival times follow at `update()`.
  void connect(PinRef pin, NetId net);
  void resize(uint32_t cell, const CellModel* model);
  // A new cell, its inputs connected, its outputs on new nets.
  uint32_t add(const CellModel* model, const std::vector<NetId>& inputs, double level);
  void remove(uint32_t cell);  // its outputs must have no sinks

  // Recomputes what follows from the changes since the last update. The nets that changed, with
  // their former values, are in changed() until commit() or revert(), which takes the changes back.
  // With `least`, changes are not followed behind nets on paths that are shorter before and after:
  // enough for a trial that is taken back, not before commit().
  void update(double least = 0);
  const std::vector<std::pair<NetId, Edges>>& changed() const { return changed_; }
  void commit();
  void revert();

  // Longest delays from every net to an end.
  void update_tails();
  void compute_tail(NetId net);
  void set_tail(NetId net, const std::array<double, 2>& tail) { nets_[net].tail = tail; }

 private:
  struct Undo {
    enum class Kind { kConnect, kResize, kAdd, kRemove } kind;
    PinRef pin;
    NetId net = kNoNet;
    const CellModel* model = nullptr;
  };
  void attach(PinRef pin, NetId net);
  void detach(PinRef pin, NetId net);
  double capacitance(PinRef pin) const;
  void touch_net(NetId net);  // its load or driver changed
  void touch_cell(uint32_t cell);
  Edges evaluate(NetId net) const;
  bool end(NetId net) const { return nets_[net].outputs > 0 || ends_[net] > 0; }
  void levelize();

  std::shared_ptr<const CellModels> models_;
  double input_slew_, output_load_;
  const CellModel* driver_ = nullptr;  // of the inputs
  std::vector<Cell> cells_;
  std::vector<Net> nets_;
  std::vector<int> ends_;  // per net: register inputs on it
  std::vector<NetId> order_;
  double area_ = 0;
  uint64_t evaluations_ = 0;
  bool loops_ = false;
  std::vector<NetId> touched_;
  std::vector<char> is_touched_;
  std::vector<std::pair<NetId, Edges>> changed_;
  std::vector<char> is_changed_;
  std::vector<Undo> undo_;
};

}  // namespace synth
