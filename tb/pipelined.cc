// SPDX-License-Identifier: Apache-2.0
// The script of a pipelined unit and the process that plays it.

#include "tb/pipelined.h"

#include <algorithm>
#include <cstddef>

#include "sim/scheduler.h"
#include "sim/scoreboard.h"
#include "sim/triggers.h"
#include "tb/model_ports.h"

namespace tb {
namespace {

constexpr uint64_t kScriptStream = 0x7363;
constexpr int64_t kModeCycles = 64;
constexpr int64_t kFewestVectorsForReset = 64;

}  // namespace

PipelineScript::PipelineScript(VectorUnit& unit, const Options& options)
    : unit_(unit),
      options_(options),
      random_(options.seed, kScriptStream),
      vectors_(options.vectors > 0 ? options.vectors : unit.default_vectors()),
      pipe_(static_cast<size_t>(unit.latency())) {
  reset_at_ = options.gaps && vectors_ >= kFewestVectorsForReset ? vectors_ / 2 : -1;
}

void PipelineScript::junk(Values& in) {
  in.clear();
  for (const Field& field : unit_.inputs()) {
    for (int i = 0; i < field.count; ++i) {
      in.push_back(word_of_bits(random_.bits(field.width), field.width, field.is_signed));
    }
  }
}

// Chooses en and valid. Modes: all out, both random, mostly stalled, mostly bubbles, en only.
void PipelineScript::draw(Cycle& cycle) {
  cycle.en = cycle.valid = true;
  if (!options_.gaps) return;
  if (cycle_ % kModeCycles == 0) mode_ = static_cast<int>(random_.below(5));
  const uint64_t en = random_.below(8), valid = random_.below(8);
  if (mode_ == 1) cycle.en = en < 6, cycle.valid = valid < 6;
  if (mode_ == 2) cycle.en = en < 2, cycle.valid = valid < 7;
  if (mode_ == 3) cycle.en = en < 7, cycle.valid = valid < 2;
  if (mode_ == 4) cycle.en = en < 5;
}

bool PipelineScript::next(Cycle& cycle) {
  const auto lost = [&] {  // oldest vector in flight, or the next one
    int64_t oldest = next_vector_;
    for (const Result& r : pipe_) oldest = r.vector >= 0 ? std::min(oldest, r.vector) : oldest;
    return oldest;
  };
  if (reset_cycles_ == 0 && next_vector_ >= vectors_ && lost() >= vectors_) return false;
  if (reset_at_ >= 0 && next_vector_ >= reset_at_ && reset_cycles_ == 0) {
    reset_at_ = -1;
    reset_cycles_ = 2;
    next_vector_ = unit_.resume(lost());
    ++coverage_["reset while running"];
  }
  cycle.reset = reset_cycles_ > 0;
  draw(cycle);
  if (next_vector_ >= vectors_ || !unit_.ready()) cycle.valid = false;
  const bool taken = !cycle.reset && cycle.en && cycle.valid;
  cycle.states.clear();
  if (!cycle.reset) unit_.state(cycle.states);
  Result entering;
  if (taken) {
    entering.vector = next_vector_++;
    unit_.values(entering.vector, cycle.in);
    entering.in = cycle.in;
    unit_.expect(entering.in, entering.out);
    entering.valid = unit_.has_result();
    if (options_.tamper && entering.valid) {
      for (size_t i = 0; i < entering.out.size(); ++i) {
        options_.tamper(entering.vector, static_cast<int>(i), entering.out[i]);
      }
    }
  } else {
    junk(cycle.in);
  }
  unit_.at_ports(cycle.in, taken, cycle.en && !cycle.reset);
  cycle.vector = entering.vector;

  // With latency 0 a result belongs to the inputs of its own cycle. A synchronous reset is seen
  // behind the first edge under reset.
  const bool combinational = pipe_.empty();
  const Result& leaving = combinational ? entering : pipe_.back();
  cycle.check_valid = cycle_ > 0 && (combinational ? taken || (!cycle.reset && !cycle.valid)
                                                   : !cycle.reset || was_reset_);
  cycle.out_valid = leaving.valid;
  cycle.out_vector = leaving.vector;
  cycle.out_in = leaving.in;
  cycle.out = leaving.out;

  if (cycle.check_valid && !cycle.reset) {
    if (cycle.out_valid && !cycle.en) ++coverage_["result held by en_i"];
    if (!cycle.valid && cycle.en) ++coverage_["bubble"];
    if (cycle.out_valid && taken) ++coverage_["result and vector in one cycle"];
  }
  if (cycle.reset) {
    for (Result& r : pipe_) r = {};
    unit_.reset();
    --reset_cycles_;
  } else if (cycle.en && !combinational) {
    std::rotate(pipe_.begin(), pipe_.end() - 1, pipe_.end());
    pipe_.front() = std::move(entering);
  }
  was_reset_ = cycle.reset;
  ++cycle_;
  return true;
}

namespace {

struct Player {
  VectorUnit& unit;
  const base::Spec& spec;
  const Options& options;
  PipelineScript script;
  sim::Signal clock, reset, en, valid_in, valid_out;
  std::vector<sim::Signal> inputs, outputs, states;
  Verdict verdict;

  void fail(int64_t vector, const Values* in, const std::string& port, const std::string& actual,
            const std::string& expected) {
    verdict.failed_vector = vector;
    verdict.mismatch = sim::mismatch_line(vector, in != nullptr ? inputs_text(unit, *in) : "", port,
                                          actual, expected);
  }

  void drive(const Cycle& cycle) {
    reset.set(cycle.reset ? 0 : 1);
    en.set(cycle.en ? 1 : 0);
    valid_in.set(cycle.valid ? 1 : 0);
    size_t word = 0;
    for (size_t f = 0; f < inputs.size(); ++f) {
      const Field& field = unit.inputs()[f];
      for (int i = 0; i < field.count; ++i) {
        inputs[f].set_field(i * field.width, field.width, cycle.in[word++]);
      }
    }
  }

  bool check_states(const Cycle& cycle) {
    size_t word = 0;
    for (size_t f = 0; f < states.size() && !cycle.states.empty(); ++f) {
      const Field& field = unit.states()[f];
      for (int i = 0; i < field.count; ++i, ++word) {
        const golden::Wide actual =
            read_word(states[f], i * field.width, field.width, field.is_signed);
        if (same_word(field, actual, cycle.states[word])) continue;
        fail(cycle.vector, &cycle.in, field.port, golden::to_string(actual),
             golden::to_string(cycle.states[word]));
        return false;
      }
    }
    return true;
  }

  // False when something differs.
  bool check(const Cycle& cycle) {
    if (options.only < 0 && !check_states(cycle)) return false;
    if (!cycle.check_valid) return true;
    if (options.only >= 0 && cycle.out_vector != options.only) return true;
    if (valid_out.bound() && valid_out.high() != cycle.out_valid) {
      // A result from nowhere has the number of the next one.
      fail(cycle.out_valid ? cycle.out_vector : std::min(verdict.vectors, script.vectors() - 1),
           cycle.out_valid ? &cycle.out_in : nullptr, "valid_o", cycle.out_valid ? "0x0" : "0x1",
           cycle.out_valid ? "0x1" : "0x0");
      return false;
    }
    if (!cycle.out_valid) return true;
    size_t word = 0;
    for (size_t f = 0; f < outputs.size(); ++f) {
      const Field& field = unit.outputs()[f];
      bool equal = true;
      Sums actual(static_cast<size_t>(field.count));
      for (int i = 0; i < field.count; ++i) {
        const size_t n = static_cast<size_t>(i);
        actual[n] = read_word(outputs[f], i * field.width, field.width, field.is_signed);
        equal = equal && same_word(field, actual[n], cycle.out[word + n]);
      }
      if (!equal) {
        fail(cycle.out_vector, &cycle.out_in, field.port, "0x" + port_hex(field, actual.data()),
             "0x" + port_hex(field, &cycle.out[word]));
        return false;
      }
      word += static_cast<size_t>(field.count);
    }
    return true;
  }
};

// Samples before each edge what the last cycle's inputs made, then drives the next.
sim::Task<> play(Player& player) {
  Cycle cycle;
  int64_t last_result = -1;
  bool more = player.script.next(cycle);
  while (more) {
    player.drive(cycle);
    co_await sim::rising_edge(player.clock);
    ++player.verdict.cycles;
    if (!player.check(cycle)) co_return;
    // A stalled result is looked at again and again, but counts once.
    const bool compared = player.options.only < 0 || cycle.out_vector == player.options.only;
    if (cycle.check_valid && cycle.out_vector > last_result && compared) {
      last_result = cycle.out_vector;
      if (cycle.out_valid) ++player.verdict.vectors;
    }
    if (player.options.only >= 0 && last_result == player.options.only) break;
    more = player.script.next(cycle);
  }
  player.verdict.passed = true;
}

}  // namespace

Verdict run_pipelined(sim::Model& model, VectorUnit& unit, const base::Spec& spec,
                      const Options& options) {
  std::vector<PortWidth> needed = {{"clk_i", 1}, {"rst_ni", 1}, {"en_i", 1}, {"valid_i", 1}};
  for (const Field& f : unit.inputs()) needed.push_back({f.port, f.bits()});
  for (const Field& f : unit.outputs()) needed.push_back({f.port, f.bits()});
  for (const Field& f : unit.states()) needed.push_back({f.port, f.bits()});
  // Foreign modules without a valid are compared at full throughput, by latency alone.
  const bool has_valid = options.gaps || model.find("valid_o") != nullptr;
  if (has_valid) needed.push_back({"valid_o", 1});
  check_ports(model, spec, needed);

  Player player{unit, spec, options, PipelineScript(unit, options), {}, {}, {}, {}, {}, {},
                {},   {},   {}};
  check_only(spec.unit(), options, player.script.vectors());
  sim::SchedulerOptions scheduling;
  scheduling.trace_file = options.trace_file;
  sim::Scheduler scheduler(model, scheduling);
  player.clock = scheduler.add_clock("clk_i");
  player.reset = scheduler.signal("rst_ni");
  player.en = scheduler.signal("en_i");
  player.valid_in = scheduler.signal("valid_i");
  if (has_valid) player.valid_out = scheduler.signal("valid_o");
  for (const Field& f : unit.inputs()) player.inputs.push_back(scheduler.signal(f.port));
  for (const Field& f : unit.outputs()) player.outputs.push_back(scheduler.signal(f.port));
  for (const Field& f : unit.states()) player.states.push_back(scheduler.signal(f.port));
  run_checked(scheduler, play(player), player.verdict);
  player.verdict.coverage = player.script.coverage();
  return player.verdict;
}

}  // namespace tb
