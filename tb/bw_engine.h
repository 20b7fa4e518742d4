// SPDX-License-Identifier: Apache-2.0
// The binary-weight engine as something to compute with: a layer in, its results and counters out.

#pragma once

#include <cstdint>
#include <memory>

#include "base/spec.h"
#include "golden/bw_layer.h"

namespace sim {
class Model;
}

namespace tb {

struct BwLayerRun {
  golden::BwActivations outputs;
  golden::BwTraffic counters;  // as the engine counted
  int64_t cycles = 0;          // CYCLES: from the start to the end of the layer
};

// One bw_conv2d_stream. Layers run one after the other on it, each with its weights sent once, at
// full speed. The model must outlive it.
class BwEngine {
 public:
  BwEngine(sim::Model& model, const base::Spec& resolved, uint64_t seed = 1);
  ~BwEngine();
  BwEngine(const BwEngine&) = delete;
  BwEngine& operator=(const BwEngine&) = delete;

  // Throws sim::Failure when the engine refuses the layer (why), reports an error or does not end
  // in time; compares nothing. Samples must fit DataWidth, scales ScaleWidth; sums the accumulator.
  BwLayerRun run(const golden::BwLayer& layer, const golden::BwActivations& samples);

  int64_t cycles() const;  // simulated so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tb
