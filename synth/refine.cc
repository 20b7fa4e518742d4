// SPDX-License-Identifier: Apache-2.0
// Greedy local changes on the critical nets, judged by incremental timing.

#include "synth/refine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "synth/timer.h"

namespace synth {
namespace {

// A net counts exp((arrival + tail - delay) / kSoftness delay), so that several paths of nearly the
// same length are shortened one after another, though no single one of them is the delay.
constexpr double kSoftness = 0.012;
constexpr double kWindow = 0.05;  // nets within this share of the delay are looked at
constexpr double kFollow = 0.88;  // changes on shorter paths are not followed in a trial
// Weight that doubling the area must gain. A path of 20 nets that gets 1 % shorter gains about 10.
constexpr double kCheap = 300, kDear = 3000;
constexpr int kRounds = 40;
constexpr uint64_t kMaxEvaluations = 20'000'000;  // of nets in trials: some seconds
constexpr double kSame = 0.5e-12;    // a net that moved less than this was tried before
constexpr double kLeastGain = 1e-3;  // of a round, in delay
constexpr size_t kMaxCells = 20000;  // above, only what is free

class Refiner {
 public:
  Refiner(const Netlist& netlist, RefineGoal goal, std::shared_ptr<const CellModels> models)
      : source_(netlist),
        models_(std::move(models)),
        timer_(netlist, models_),
        price_((goal == RefineGoal::kBalanced ? kDear : kCheap) / timer_.area()),
        free_(goal == RefineGoal::kFree || netlist.cells().size() > kMaxCells) {}

  Refined run() {
    const double delay = timer_.delay(), area = timer_.area();
    Refined result{source_, delay, delay, area, area};
    if (timer_.loops()) return result;  // for those who read the netlist to refuse
    double best = result.delay_before;
    Timer kept = timer_;
    int idle = 0;
    for (int round = 0; round < kRounds && idle < 3 && timer_.evaluations() < kMaxEvaluations;
         ++round) {
      improve();
      const double now = timer_.delay();
      idle = now < best * (1 - kLeastGain) ? 0 : idle + 1;
      if (now < best || (now == best && timer_.area() < kept.area())) {
        best = now;
        kept = timer_;
      }
    }
    timer_ = kept;
    if (!free_) recover(best);
    result.netlist = write();
    result.delay = timer_.delay();
    result.area = timer_.area();
    return result;
  }

 private:
  double weight(double length) const {
    return std::exp(std::min(0.0, length / scale_ - 1) / kSoftness) +
           std::max(0.0, length / scale_ - 1) * 1e3;
  }
  double weight(const Timer::Edges& at, const Timer::Net& net) const {
    double sum = 0;
    for (size_t edge = 0; edge < 2; ++edge) {
      const double length = at.arrival[edge] + net.tail[edge];
      if (length > 0.5 * scale_) sum += weight(length);
    }
    return sum;
  }

  // What the pending changes are worth; negative is better.
  double cost() {
    timer_.update(kFollow * scale_);
    double sum = 0;
    for (const auto& [id, before] : timer_.changed()) {
      const Timer::Net& net = timer_.nets()[id];
      sum += weight(net.at, net) - weight(before, net);
    }
    return sum;
  }

  using Move = std::function<bool()>;

  // Tries each; the best that gains is made.
  bool best_of(const std::vector<Move>& moves) {
    double best = -1e-6;
    const Move* chosen = nullptr;
    for (const Move& move : moves) {
      const double area = timer_.area();
      if (!move()) {
        revert();
        continue;
      }
      const double grown = timer_.area() - area;
      const double value = cost() + price_ * grown + extra_;
      if (!(free_ && grown > 1e-9) && value < best) {
        best = value;
        chosen = &move;
      }
      revert();
    }
    if (chosen == nullptr) return false;
    (*chosen)();
    timer_.update();
    extra_ = 0;
    restore_.first = kNoNet;
    timer_.commit();
    return true;
  }

  void improve() {
    timer_.update_tails();
    scale_ = timer_.delay();
    std::vector<std::pair<double, NetId>> nets;
    for (NetId net = 2; net < timer_.nets().size(); ++net) {
      const double length = timer_.nets()[net].tail_worst();
      if (length > (1 - kWindow) * scale_) nets.emplace_back(timer_.nets()[net].at.worst(), net);
    }
    std::sort(nets.begin(), nets.end());
    failed_.resize(timer_.nets().size(), {-1, -1, -1});
    for (const auto& [arrival, net] : nets) {
      if (timer_.evaluations() >= kMaxEvaluations) return;
      const Timer::Net& n = timer_.nets()[net];
      const std::array<double, 3> state = {arrival, scale_ - n.tail_worst(), n.load * 1e3};
      bool same = true;
      for (size_t i = 0; i < state.size(); ++i)
        same = same && std::abs(state[i] - failed_[net][i]) < kSame;
      if (same) continue;
      const uint32_t driver = timer_.nets()[net].driver.cell;
      std::vector<Move> moves;
      if (driver != Timer::kNone) cell_moves(driver, moves);
      if (!free_) net_moves(net, moves);
      if (best_of(moves))
        failed_.resize(timer_.nets().size(), {-1, -1, -1});
      else
        failed_[net] = state;
    }
  }

  void cell_moves(uint32_t id, std::vector<Move>& moves) {
    const Timer::Cell& cell = timer_.cells()[id];
    if (cell.model == nullptr) return;
    for (const CellModel* variant : cell.model->variants) {
      moves.emplace_back([this, id, variant] {
        timer_.resize(id, variant);
        return true;
      });
    }
    for (const auto& [i, j] : cell.model->swaps) {
      if (cell.pins[i] == cell.pins[j]) continue;
      moves.emplace_back([this, id, i = i, j = j] {
        const NetId a = timer_.cells()[id].pins[i], b = timer_.cells()[id].pins[j];
        timer_.connect({id, static_cast<uint32_t>(i)}, b);
        timer_.connect({id, static_cast<uint32_t>(j)}, a);
        return true;
      });
    }
    if (cell.model->buffer && !free_) moves.emplace_back([this, id] { return bypass(id); });
  }

  // A buffer's sinks go to what drives it.
  bool bypass(uint32_t id) {
    const Timer::Cell& cell = timer_.cells()[id];
    const NetId from = cell.pins[cell.model->inputs[0]], to = cell.pins[cell.model->outputs[0]];
    if (timer_.nets()[to].outputs > 0 || timer_.nets()[from].constant) return false;
    const std::vector<PinRef> sinks = timer_.nets()[to].sinks;
    for (const PinRef sink : sinks) timer_.connect(sink, from);
    timer_.remove(id);
    return true;
  }

  void net_moves(NetId net, std::vector<Move>& moves) {
    const Timer::Net& n = timer_.nets()[net];
    const size_t ends = n.sinks.size() + (n.outputs > 0 ? 1 : 0);
    // Sinks by how urgent they are: the tail behind each.
    std::vector<std::pair<double, PinRef>> sinks;
    for (const PinRef sink : n.sinks) sinks.emplace_back(urgency(sink), sink);
    std::stable_sort(sinks.begin(), sinks.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<size_t> cuts;  // how many of the most urgent stay
    for (size_t keep = 0; keep < sinks.size(); ++keep) {
      if (sinks.size() > 6 && keep > 2 && keep != sinks.size() / 2 && keep != sinks.size() - 1)
        continue;
      cuts.push_back(keep);
    }
    for (const size_t keep : cuts) {
      if (ends < 2 && keep == 0 && n.load < 2 * 30e-15 && n.outputs == 0) continue;
      const std::vector<std::pair<double, PinRef>> moved(
          sinks.begin() + static_cast<std::ptrdiff_t>(keep), sinks.end());
      for (const CellModel* buffer : models_->buffers()) {
        if (buffer->area > 3 * models_->buffers().front()->area) continue;
        moves.emplace_back([this, net, buffer, moved] { return insert(net, buffer, moved); });
      }
      if (keep > 0 && n.driver.cell != Timer::kNone)
        moves.emplace_back([this, net, moved] { return clone(net, moved); });
    }
    if (n.driver.cell != Timer::kNone && n.outputs > 0 && !sinks.empty())
      moves.emplace_back([this, net, sinks] { return clone(net, sinks); });
    // A buffer elsewhere on the net may serve more sinks.
    for (const PinRef other : n.sinks) {
      const Timer::Cell& cell = timer_.cells()[other.cell];
      if (!cell.model->buffer) continue;
      const NetId behind = cell.pins[cell.model->outputs[0]];
      for (const auto& [tail, sink] : sinks) {
        if (sink == other) continue;
        moves.emplace_back([this, sink = sink, behind] {
          timer_.connect(sink, behind);
          return true;
        });
      }
    }
    // What hangs on a buffer may be worth a direct connection.
    if (n.driver.cell != Timer::kNone && timer_.cells()[n.driver.cell].model->buffer && ends > 1 &&
        !sinks.empty()) {
      const Timer::Cell& cell = timer_.cells()[n.driver.cell];
      const NetId before = cell.pins[cell.model->inputs[0]];
      if (!timer_.nets()[before].constant) {
        moves.emplace_back([this, sink = sinks[0].second, before] {
          timer_.connect(sink, before);
          return true;
        });
      }
    }
  }

  double urgency(PinRef sink) const {
    const Timer::Cell& cell = timer_.cells()[sink.cell];
    if (cell.model->sequential) return 0;
    double tail = Timer::kNever;
    for (const CellModel::Arc& arc : cell.model->arcs) {
      const NetId out = cell.pins[arc.output];
      if (arc.input != sink.pin || out == kNoNet) continue;
      const Timer::Net& n = timer_.nets()[out];
      for (size_t edge = 0; edge < 2; ++edge)
        if (!arc.delay[edge].empty())
          tail = std::max(tail, n.tail[edge] + arc.delay[edge].at(50e-12, n.load));
    }
    return tail;
  }

  // After sinks of `net` went to the new net `fresh`: both have other tails than before, which
  // cost() does not see by itself.
  void split(NetId net, NetId fresh) {
    const auto old_tail = timer_.nets()[net].tail;
    const auto old_at = timer_.nets()[net].at;
    const double before = weight(old_at, timer_.nets()[net]);
    timer_.set_tail(fresh, old_tail);
    timer_.update(kFollow * scale_);
    timer_.compute_tail(fresh);
    timer_.compute_tail(net);
    extra_ = weight(old_at, timer_.nets()[net]) - before;
    restore_ = {net, old_tail};
  }
  void revert() {
    timer_.revert();
    if (restore_.first != kNoNet) timer_.set_tail(restore_.first, restore_.second);
    restore_.first = kNoNet;
    extra_ = 0;
  }

  bool insert(NetId net, const CellModel* buffer,
              const std::vector<std::pair<double, PinRef>>& moved) {
    const uint32_t driver = timer_.nets()[net].driver.cell;
    const double level = driver == Timer::kNone ? -0.5 : timer_.cells()[driver].level + 0.5;
    const uint32_t id = timer_.add(buffer, {net}, level);
    const NetId out = timer_.cells()[id].pins[buffer->outputs[0]];
    for (const auto& [tail, sink] : moved) timer_.connect(sink, out);
    split(net, out);
    return true;
  }

  // A second driver for some of the sinks.
  bool clone(NetId net, const std::vector<std::pair<double, PinRef>>& moved) {
    const PinRef driver = timer_.nets()[net].driver;
    const CellModel* model = timer_.cells()[driver.cell].model;
    if (model->sequential || model->outputs.size() != 1) return false;
    std::vector<NetId> inputs;
    for (const size_t input : model->inputs) {
      const NetId from = timer_.cells()[driver.cell].pins[input];
      if (from == kNoNet) return false;
      inputs.push_back(from);
    }
    const uint32_t id = timer_.add(model, inputs, timer_.cells()[driver.cell].level);
    const NetId out = timer_.cells()[id].pins[model->outputs[0]];
    for (const auto& [tail, sink] : moved) timer_.connect(sink, out);
    split(net, out);
    return true;
  }

  // Smaller cells and fewer buffers where the delay stays.
  void recover(double target) {
    target *= 1 + 1e-9;
    for (int pass = 0; pass < 2; ++pass) {
      bool gained = false;
      for (uint32_t id = static_cast<uint32_t>(timer_.cells().size()); id-- > 0;) {
        const CellModel* model = timer_.cells()[id].model;
        if (model == nullptr || model->sequential) continue;
        const auto keep_if_good = [&] {
          timer_.update();
          if (timer_.delay() <= target) {
            timer_.commit();
            gained = true;
            return true;
          }
          timer_.revert();
          return false;
        };
        if (model->buffer) {
          if (bypass(id)) {
            if (keep_if_good()) continue;
          } else {
            timer_.revert();
          }
        }
        std::vector<const CellModel*> smaller;
        for (const CellModel* variant : model->variants)
          if (variant->area < model->area) smaller.push_back(variant);
        std::sort(smaller.begin(), smaller.end(),
                  [](const CellModel* a, const CellModel* b) { return a->area < b->area; });
        for (const CellModel* variant : smaller) {
          timer_.resize(id, variant);
          if (keep_if_good()) break;
        }
      }
      if (!gained) break;
    }
  }

  Netlist write() const {
    std::vector<NetCell> cells;
    for (size_t i = 0; i < timer_.cells().size(); ++i) {
      const Timer::Cell& cell = timer_.cells()[i];
      if (cell.model == nullptr) continue;
      cells.push_back({fmt::format("g{}", cells.size()), cell.model->cell, cell.pins});
    }
    return source_.with_cells(std::move(cells), timer_.nets().size());
  }

  const Netlist& source_;
  std::shared_ptr<const CellModels> models_;
  Timer timer_;
  double price_;
  std::vector<std::array<double, 3>> failed_;  // per net: where it stood when no move gained
  bool free_;
  double scale_ = 1, extra_ = 0;
  std::pair<NetId, std::array<double, 2>> restore_{kNoNet, {}};
};

}  // namespace

Refined refine(const Netlist& netlist, RefineGoal goal,
               const std::shared_ptr<const CellModels>& models) {
  return Refiner(netlist, goal, models).run();
}

}  // namespace synth
