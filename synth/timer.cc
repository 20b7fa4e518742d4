// SPDX-License-Identifier: Apache-2.0
// Propagates arrival times and slews through what changed, in the order of levels.

#include "synth/timer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>

#include "synth/cell_function.h"

namespace synth {
namespace {

std::pair<size_t, double> place(const std::vector<double>& index, double x) {
  if (index.size() < 2) return {0, 0.0};
  size_t i = 0;
  while (i + 2 < index.size() && x >= index[i + 1]) ++i;
  return {i, (x - index[i]) / (index[i + 1] - index[i])};
}

// Text by which cells of one function are found: pins in order with what they compute.
std::string signature(const LibCell& cell) {
  std::string text;
  std::vector<std::string> pins;
  for (const LibPin& pin : cell.pins) {
    std::string one = pin.name + ":";
    if (pin.direction == LibPin::Direction::kOutput) {
      const auto table = truth_table(cell_expression(cell, pin.function));
      one += table ? std::to_string(*table) : pin.function;
    }
    text += one + ";";
  }
  return text;
}

// Exchanging inputs i and j leaves every output what it is.
bool exchangeable(const LibCell& cell, size_t i, size_t j) {
  for (const LibPin& pin : cell.pins) {
    if (pin.direction != LibPin::Direction::kOutput) continue;
    const Expression expression = cell_expression(cell, pin.function);
    if (cell.pins.size() > 12) return false;
    for (uint64_t row = 0; row < (uint64_t{1} << cell.pins.size()); ++row) {
      const uint64_t bi = row >> i & 1, bj = row >> j & 1;
      if (bi == bj) continue;
      const uint64_t other = row ^ (uint64_t{1} << i) ^ (uint64_t{1} << j);
      if (expression.value(row) != expression.value(other)) return false;
    }
  }
  return true;
}

}  // namespace

Grid::Grid(const Table& table) {
  if (table.empty()) return;
  slews_ = {0};
  loads_ = {0};
  for (size_t axis = 0; axis < table.axes.size(); ++axis)
    (table.axes[axis] == Table::Axis::kSlew ? slews_ : loads_) = table.index[axis];
  values_.reserve(slews_.size() * loads_.size());
  for (const double slew : slews_)
    for (const double load : loads_) values_.push_back(table.at(slew, load));
}

double Grid::at(double slew, double load) const {
  const auto [i, u] = place(slews_, slew);
  const auto [j, v] = place(loads_, load);
  const size_t columns = loads_.size();
  const double* low = &values_[i * columns + j];
  const double at_low = columns < 2 ? low[0] : low[0] + v * (low[1] - low[0]);
  if (slews_.size() < 2) return at_low;
  const double* high = low + columns;
  const double at_high = columns < 2 ? high[0] : high[0] + v * (high[1] - high[0]);
  return at_low + u * (at_high - at_low);
}

CellModels::CellModels(std::shared_ptr<const Library> library) : library_(std::move(library)) {
  std::map<std::string, std::vector<CellModel*>> families;
  for (const LibCell& cell : library_->liberty().cells) {
    auto model = std::make_unique<CellModel>();
    model->cell = &cell;
    model->area = cell.area;
    model->sequential = cell.sequential.has_value() || cell.state_table;
    bool plain = !model->sequential;
    for (size_t i = 0; i < cell.pins.size(); ++i) {
      if (cell.pins[i].direction == LibPin::Direction::kInput) model->inputs.push_back(i);
      if (cell.pins[i].direction == LibPin::Direction::kOutput) {
        model->outputs.push_back(i);
        plain = plain && !cell.pins[i].function.empty() && cell.pins[i].three_state.empty();
      }
    }
    for (const size_t output : model->outputs) {
      for (const TimingArc& arc : cell.pins[output].arcs) {
        const LibPin* input = cell.find_pin(arc.related_pin);
        if (input == nullptr) continue;
        model->arcs.push_back({static_cast<size_t>(input - cell.pins.data()),
                               output,
                               arc.sense,
                               arc.rising_clock || arc.falling_clock,
                               {Grid(arc.rise), Grid(arc.fall)},
                               {Grid(arc.rise_slew), Grid(arc.fall_slew)}});
      }
    }
    if (plain && !cell.dont_use && cell.area > 0 && !model->arcs.empty()) {
      families[signature(cell)].push_back(model.get());
      for (size_t i = 0; i < model->inputs.size(); ++i)
        for (size_t j = i + 1; j < model->inputs.size(); ++j)
          if (exchangeable(cell, model->inputs[i], model->inputs[j]))
            model->swaps.emplace_back(model->inputs[i], model->inputs[j]);
      const Expression function = cell_expression(cell, cell.pins[model->outputs[0]].function);
      model->buffer = model->inputs.size() == 1 && model->outputs.size() == 1 &&
                      truth_table(function) == uint64_t{0b10};
      if (model->buffer) buffers_.push_back(model.get());
    }
    by_cell_[&cell] = model.get();
    models_.push_back(std::move(model));
  }
  for (const auto& [name, family] : families)
    for (CellModel* model : family)
      for (const CellModel* other : family)
        if (other != model) model->variants.push_back(other);
  std::sort(buffers_.begin(), buffers_.end(),
            [](const CellModel* a, const CellModel* b) { return a->area < b->area; });
}

Timer::Timer(const Netlist& netlist, std::shared_ptr<const CellModels> models)
    : models_(std::move(models)) {
  const Library& library = models_->library();
  input_slew_ = library.input_slew();
  output_load_ = library.load();
  if (library.drives_inputs()) driver_ = models_->find(library.liberty().find(library.driver()));
  nets_.resize(netlist.net_count());
  ends_.assign(nets_.size(), 0);
  nets_[kNetZero].constant = nets_[kNetOne].constant = true;
  for (const NetPort& port : netlist.ports()) {
    for (const NetId bit : port.bits) {
      if (port.input) nets_[bit].input = true;
      if (!port.input) {
        ++nets_[bit].outputs;
        nets_[bit].load += output_load_;
      }
    }
  }
  for (const NetCell& cell : netlist.cells()) {
    const auto id = static_cast<uint32_t>(cells_.size());
    cells_.push_back({models_->find(cell.type), cell.pins, 0});
    area_ += cells_.back().model->area;
    for (uint32_t pin = 0; pin < cell.pins.size(); ++pin) attach({id, pin}, cell.pins[pin]);
  }
  levelize();
  is_touched_.assign(nets_.size(), 0);
  is_changed_.assign(nets_.size(), 0);
  for (const NetId net : order_) nets_[net].at = evaluate(net);
}

double Timer::capacitance(PinRef pin) const {
  return cells_[pin.cell].model->cell->pins[pin.pin].capacitance;
}

void Timer::attach(PinRef pin, NetId net) {
  if (net == kNoNet) return;
  const CellModel& model = *cells_[pin.cell].model;
  if (model.cell->pins[pin.pin].direction == LibPin::Direction::kOutput) {
    nets_[net].driver = pin;
    return;
  }
  nets_[net].sinks.push_back(pin);
  nets_[net].load += capacitance(pin);
  if (model.sequential) ++ends_[net];
}

void Timer::detach(PinRef pin, NetId net) {
  if (net == kNoNet) return;
  const CellModel& model = *cells_[pin.cell].model;
  if (model.cell->pins[pin.pin].direction == LibPin::Direction::kOutput) {
    nets_[net].driver = {kNone, 0};
    return;
  }
  auto& sinks = nets_[net].sinks;
  sinks.erase(std::find(sinks.begin(), sinks.end(), pin));
  nets_[net].load -= capacitance(pin);
  if (model.sequential) --ends_[net];
}

// Topological order of nets; a cell's level is the length of the longest chain that leads to it.
void Timer::levelize() {
  order_.clear();
  for (Cell& cell : cells_) cell.level = 0;
  std::vector<size_t> missing(cells_.size(), 0);
  std::vector<NetId> ready;
  for (size_t c = 0; c < cells_.size(); ++c) {
    if (cells_[c].model == nullptr || cells_[c].model->sequential) continue;
    for (const size_t input : cells_[c].model->inputs) {
      const NetId net = cells_[c].pins[input];
      if (net != kNoNet && nets_[net].driver.cell != kNone) ++missing[c];
    }
  }
  const auto release = [&](size_t c) {
    for (const size_t output : cells_[c].model->outputs)
      if (cells_[c].pins[output] != kNoNet) ready.push_back(cells_[c].pins[output]);
  };
  for (NetId net = 0; net < nets_.size(); ++net)
    if (nets_[net].driver.cell == kNone) order_.push_back(net);
  for (size_t c = 0; c < cells_.size(); ++c)
    if (cells_[c].model != nullptr && missing[c] == 0) release(c);
  for (size_t at = 0; at < ready.size(); ++at) {
    const NetId net = ready[at];
    order_.push_back(net);
    for (const PinRef sink : nets_[net].sinks) {
      Cell& cell = cells_[sink.cell];
      if (cell.model->sequential) continue;
      cell.level = std::max(cell.level, cells_[nets_[net].driver.cell].level + 1);
      if (--missing[sink.cell] == 0) release(sink.cell);
    }
  }
  loops_ = order_.size() < nets_.size();
}

Timer::Edges Timer::evaluate(NetId id) const {
  const Net& net = nets_[id];
  Edges result;
  if (net.constant) return result;
  if (net.driver.cell == kNone) {
    if (!net.input) return result;
    result.arrival = {0, 0};
    result.slew = {input_slew_, input_slew_};
    if (driver_ == nullptr) return result;
    // What the load adds to the driver's delay, as set_driving_cell has it.
    result.slew = {0, 0};
    for (const CellModel::Arc& arc : driver_->arcs) {
      for (size_t edge = 0; edge < 2; ++edge) {
        if (arc.delay[edge].empty()) continue;
        result.arrival[edge] = std::max(result.arrival[edge],
                                        arc.delay[edge].at(0, net.load) - arc.delay[edge].at(0, 0));
        result.slew[edge] = std::max(result.slew[edge], arc.slew[edge].at(0, net.load));
      }
    }
    return result;
  }
  const Cell& cell = cells_[net.driver.cell];
  for (const CellModel::Arc& arc : cell.model->arcs) {
    if (arc.output != net.driver.pin) continue;
    if (cell.model->sequential && !arc.clocked) continue;  // through a transparent latch
    const NetId from = cell.pins[arc.input];
    if (from == kNoNet) continue;
    const Net& input = nets_[from];
    for (size_t edge = 0; edge < 2; ++edge) {
      if (arc.delay[edge].empty()) continue;
      for (size_t cause = 0; cause < 2; ++cause) {
        if (arc.sense == TimingArc::Sense::kPositive && cause != edge) continue;
        if (arc.sense == TimingArc::Sense::kNegative && cause == edge) continue;
        const double arrival = arc.clocked ? 0 : input.at.arrival[cause];
        if (arrival == kNever) continue;
        const double slew = arc.clocked ? input_slew_ : input.at.slew[cause];
        result.arrival[edge] =
            std::max(result.arrival[edge], arrival + arc.delay[edge].at(slew, net.load));
        result.slew[edge] = std::max(result.slew[edge], arc.slew[edge].at(slew, net.load));
      }
    }
  }
  return result;
}

double Timer::delay() const {
  double worst = 0;
  for (NetId net = 0; net < nets_.size(); ++net)
    if (end(net)) worst = std::max(worst, nets_[net].at.worst());
  return worst;
}

void Timer::touch_net(NetId net) {
  if (net == kNoNet || is_touched_[net]) return;
  is_touched_[net] = 1;
  touched_.push_back(net);
}

void Timer::touch_cell(uint32_t cell) {
  for (const size_t output : cells_[cell].model->outputs) touch_net(cells_[cell].pins[output]);
}

void Timer::connect(PinRef pin, NetId net) {
  const NetId before = cells_[pin.cell].pins[pin.pin];
  undo_.push_back({Undo::Kind::kConnect, pin, before, nullptr});
  detach(pin, before);
  cells_[pin.cell].pins[pin.pin] = net;
  attach(pin, net);
  touch_net(before);
  touch_net(net);
  touch_cell(pin.cell);
}

void Timer::resize(uint32_t id, const CellModel* model) {
  Cell& cell = cells_[id];
  undo_.push_back({Undo::Kind::kResize, {id, 0}, kNoNet, cell.model});
  area_ += model->area - cell.model->area;
  for (const size_t input : cell.model->inputs) {
    if (cell.pins[input] == kNoNet) continue;
    nets_[cell.pins[input]].load +=
        model->cell->pins[input].capacitance - cell.model->cell->pins[input].capacitance;
    touch_net(cell.pins[input]);
  }
  cell.model = model;
  touch_cell(id);
}

uint32_t Timer::add(const CellModel* model, const std::vector<NetId>& inputs, double level) {
  const auto id = static_cast<uint32_t>(cells_.size());
  cells_.push_back({model, std::vector<NetId>(model->cell->pins.size(), kNoNet), level});
  area_ += model->area;
  for (size_t i = 0; i < model->inputs.size(); ++i) {
    cells_[id].pins[model->inputs[i]] = inputs[i];
    attach({id, static_cast<uint32_t>(model->inputs[i])}, inputs[i]);
    touch_net(inputs[i]);
  }
  for (const size_t output : model->outputs) {
    const auto net = static_cast<NetId>(nets_.size());
    nets_.emplace_back();
    ends_.push_back(0);
    is_touched_.push_back(0);
    is_changed_.push_back(0);
    cells_[id].pins[output] = net;
    attach({id, static_cast<uint32_t>(output)}, net);
    touch_net(net);
  }
  undo_.push_back({Undo::Kind::kAdd, {id, 0}, kNoNet, nullptr});
  return id;
}

void Timer::remove(uint32_t id) {
  Cell& cell = cells_[id];
  undo_.push_back({Undo::Kind::kRemove, {id, 0}, kNoNet, cell.model});
  for (uint32_t pin = 0; pin < cell.pins.size(); ++pin) {
    detach({id, pin}, cell.pins[pin]);
    touch_net(cell.pins[pin]);
  }
  area_ -= cell.model->area;
  cell.model = nullptr;
}

void Timer::update(double least) {
  using Item = std::pair<double, NetId>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  const auto level = [this](NetId net) {
    const PinRef driver = nets_[net].driver;
    return driver.cell == kNone ? -1 : cells_[driver.cell].level;
  };
  for (const NetId net : touched_) queue.emplace(level(net), net);
  while (!queue.empty()) {
    const NetId id = queue.top().second;
    queue.pop();
    if (!is_touched_[id]) continue;  // stands in the queue twice
    is_touched_[id] = 0;
    Net& net = nets_[id];
    const Edges fresh = evaluate(id);
    ++evaluations_;
    if (fresh == net.at) continue;
    if (!is_changed_[id]) {
      is_changed_[id] = 1;
      changed_.emplace_back(id, net.at);
    }
    const auto length = [&net](const Edges& at) {
      return std::max(at.arrival[0] + net.tail[0], at.arrival[1] + net.tail[1]);
    };
    const bool follow = least <= 0 || length(fresh) >= least || length(net.at) >= least;
    net.at = fresh;
    if (!follow) continue;
    for (const PinRef sink : net.sinks) {
      const Cell& cell = cells_[sink.cell];
      if (cell.model->sequential) continue;
      for (const size_t output : cell.model->outputs) {
        const NetId next = cell.pins[output];
        if (next == kNoNet || is_touched_[next]) continue;
        is_touched_[next] = 1;
        queue.emplace(cell.level, next);
      }
    }
  }
  touched_.clear();
}

void Timer::commit() {
  for (const auto& [net, before] : changed_) is_changed_[net] = 0;
  changed_.clear();
  undo_.clear();
}

void Timer::revert() {
  for (const NetId net : touched_) is_touched_[net] = 0;
  touched_.clear();
  for (const auto& [net, before] : changed_) {
    nets_[net].at = before;
    is_changed_[net] = 0;
  }
  changed_.clear();
  std::vector<Undo> undo;
  undo.swap(undo_);
  for (auto step = undo.rbegin(); step != undo.rend(); ++step) {
    const uint32_t id = step->pin.cell;
    Cell& cell = cells_[id];
    switch (step->kind) {
      case Undo::Kind::kConnect:
        detach(step->pin, cell.pins[step->pin.pin]);
        cell.pins[step->pin.pin] = step->net;
        attach(step->pin, step->net);
        break;
      case Undo::Kind::kResize:
        resize(id, step->model);
        break;
      case Undo::Kind::kRemove:
        cell.model = step->model;
        area_ += cell.model->area;
        for (uint32_t pin = 0; pin < cell.pins.size(); ++pin) attach({id, pin}, cell.pins[pin]);
        break;
      case Undo::Kind::kAdd:
        for (uint32_t pin = 0; pin < cell.pins.size(); ++pin) detach({id, pin}, cell.pins[pin]);
        area_ -= cell.model->area;
        for (size_t i = 0; i < cell.model->outputs.size(); ++i) {
          nets_.pop_back();
          ends_.pop_back();
          is_touched_.pop_back();
          is_changed_.pop_back();
        }
        cells_.pop_back();
        break;
    }
  }
  for (const NetId net : touched_)
    if (net < is_touched_.size()) is_touched_[net] = 0;
  touched_.clear();
  undo_.clear();
}

void Timer::compute_tail(NetId id) {
  Net& net = nets_[id];
  net.tail = end(id) ? std::array<double, 2>{0, 0} : std::array<double, 2>{kNever, kNever};
  for (const PinRef sink : net.sinks) {
    const Cell& cell = cells_[sink.cell];
    if (cell.model->sequential) continue;
    for (const CellModel::Arc& arc : cell.model->arcs) {
      if (arc.input != sink.pin || cell.pins[arc.output] == kNoNet) continue;
      const Net& out = nets_[cell.pins[arc.output]];
      for (size_t edge = 0; edge < 2; ++edge) {
        if (arc.delay[edge].empty() || out.tail[edge] == kNever) continue;
        for (size_t cause = 0; cause < 2; ++cause) {
          if (arc.sense == TimingArc::Sense::kPositive && cause != edge) continue;
          if (arc.sense == TimingArc::Sense::kNegative && cause == edge) continue;
          net.tail[cause] = std::max(
              net.tail[cause], arc.delay[edge].at(net.at.slew[cause], out.load) + out.tail[edge]);
        }
      }
    }
  }
}

void Timer::update_tails() {
  levelize();  // cells were added and removed
  for (auto net = order_.rbegin(); net != order_.rend(); ++net) compute_tail(*net);
}

}  // namespace synth
