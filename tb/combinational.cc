// SPDX-License-Identifier: Apache-2.0
// Drives the ports of a model directly, without a scheduler: nothing here has a time.

#include "tb/combinational.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

#include "base/error.h"
#include "sim/scoreboard.h"
#include "tb/model_ports.h"

namespace tb {
namespace {

constexpr uint64_t kVectorPs = 10'000;

// An open waveform, closed whatever happens.
class Trace {
 public:
  Trace(sim::Model& model, const std::string& file) : model_(model), open_(!file.empty()) {
    if (open_) model.open_trace(file);
  }
  ~Trace() {
    if (open_) model_.close_trace();
  }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  void dump(uint64_t time_ps) {
    if (open_) model_.dump_trace(time_ps);
  }

 private:
  sim::Model& model_;
  bool open_;
};

class Run {
 public:
  Run(sim::Model& model, VectorUnit& unit, const Options& options)
      : model_(model), unit_(unit), options_(options) {
    for (const Field& f : unit.inputs()) inputs_.push_back(&model.port(f.port));
    for (const Field& f : unit.outputs()) {
      outputs_.push_back(&model.port(f.port));
      for (int i = 0; i < f.count; ++i) seen_.push_back({f.width, 0, 0});
    }
  }

  Verdict play(int64_t vectors) {
    Trace trace(model_, options_.trace_file);
    const int64_t last = options_.only >= 0 ? options_.only : vectors - 1;
    verdict_.passed = true;
    for (int64_t vector = 0; vector <= last && verdict_.passed; ++vector) {
      unit_.values(vector, in_);
      unit_.expect(in_, expected_);
      for (size_t i = 0; options_.tamper && i < expected_.size(); ++i)
        options_.tamper(vector, static_cast<int>(i), expected_[i]);
      drive();
      try {
        model_.eval();
      } catch (const sim::Failure& failure) {
        fail(vector,
             fmt::format("vector {}: {}: {}", vector, inputs_text(unit_, in_), failure.what()));
        break;
      }
      trace.dump(static_cast<uint64_t>(vector) * kVectorPs);
      ++verdict_.cycles;
      if (options_.only < 0 || vector == options_.only) compare(vector);
    }
    trace.dump(static_cast<uint64_t>(verdict_.cycles) * kVectorPs);  // the last one is seen, too
    cover();
    return verdict_;
  }

 private:
  struct Seen {
    int width;
    golden::UnsignedWide ones, zeros;
  };

  void drive() {
    size_t word = 0;
    for (size_t f = 0; f < inputs_.size(); ++f) {
      const Field& field = unit_.inputs()[f];
      for (int i = 0; i < field.count; ++i)
        sim::write_field(*inputs_[f], i * field.width, field.width,
                         static_cast<uint64_t>(in_[word++]));
    }
  }

  void compare(int64_t vector) {
    size_t word = 0;
    for (size_t f = 0; f < outputs_.size(); ++f) {
      const Field& field = unit_.outputs()[f];
      bool equal = true;
      actual_.clear();
      for (int i = 0; i < field.count; ++i) {
        const size_t n = word + static_cast<size_t>(i);
        actual_.push_back(read_word(*outputs_[f], i * field.width, field.width, field.is_signed));
        equal = equal && same_word(field, actual_.back(), expected_[n]);
        seen_[n].ones |= static_cast<golden::UnsignedWide>(actual_.back());
        seen_[n].zeros |= ~static_cast<golden::UnsignedWide>(actual_.back());
      }
      if (!equal) {
        fail(vector, sim::mismatch_line(vector, inputs_text(unit_, in_), field.port,
                                        "0x" + port_hex(field, actual_.data()),
                                        "0x" + port_hex(field, &expected_[word])));
        return;
      }
      word += static_cast<size_t>(field.count);
    }
    ++verdict_.vectors;
  }

  void fail(int64_t vector, const std::string& mismatch) {
    verdict_.passed = false;
    verdict_.failed_vector = vector;
    verdict_.mismatch = mismatch;
  }

  void cover() {
    int64_t moved = 0, bits = 0;
    for (const Seen& word : seen_) {
      const golden::UnsignedWide both = word.ones & word.zeros;
      for (int b = 0; b < word.width; ++b) moved += static_cast<int64_t>((both >> b) & 1);
      bits += word.width;
    }
    verdict_.coverage["result bits"] = bits;
    verdict_.coverage["result bits seen at 0 and at 1"] = moved;
  }

  sim::Model& model_;
  VectorUnit& unit_;
  const Options& options_;
  std::vector<const sim::ModelPort*> inputs_, outputs_;
  std::vector<Seen> seen_;  // of each result word
  Values in_;
  Sums expected_, actual_;
  Verdict verdict_;
};

}  // namespace

Verdict run_combinational(sim::Model& model, VectorUnit& unit, const base::Spec& spec,
                          const Options& options) {
  if (options.latency >= 0)
    base::usage_error(spec.unit(), fmt::format("latency={}: the unit is combinational, it has no "
                                               "latency",
                                               options.latency));
  std::vector<PortWidth> needed;
  for (const Field& f : unit.inputs()) needed.push_back({f.port, f.bits()});
  for (const Field& f : unit.outputs()) needed.push_back({f.port, f.bits()});
  check_ports(model, spec, needed);
  const int64_t vectors = options.vectors > 0 ? options.vectors : unit.default_vectors();
  check_only(spec.unit(), options, vectors);
  return Run(model, unit, options).play(vectors);
}

}  // namespace tb
