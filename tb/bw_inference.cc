// SPDX-License-Identifier: Apache-2.0
// A binary-weight network on the engine, layer after layer, beside golden.

#include "tb/bw_inference.h"

#include <algorithm>
#include <utility>

#include "tb/bw_beats.h"
#include "tb/bw_engine.h"

namespace tb {
namespace {

void add_to(golden::BwTraffic& total, const golden::BwTraffic& more) {
  total.weight_bits += more.weight_bits;
  total.input_bits += more.input_bits;
  total.output_bits += more.output_bits;
  total.words += more.words;
}

}  // namespace

int64_t BwInference::wrong() const {
  int64_t sum = 0;
  for (const BwLayerTotals& layer : layers) sum += layer.wrong;
  return sum;
}

bool BwInference::traffic_as_predicted() const {
  return std::all_of(layers.begin(), layers.end(),
                     [](const BwLayerTotals& layer) { return layer.counted == layer.predicted; });
}

BwInference run_on_engine(sim::Model& model, const base::Spec& resolved,
                          const golden::BwNetwork& network, const LabelledPictures& pictures,
                          size_t count, const std::function<void(size_t)>& done) {
  const golden::BwStreams streams = BwSizes(resolved).streams();
  BwEngine engine(model, resolved);
  BwInference inference;
  inference.layers.resize(network.layers.size());
  for (size_t n = 0; n < count; ++n) {
    golden::BwActivations x = pictures.activations(n);
    for (size_t l = 0; l < network.layers.size(); ++l) {
      const golden::BwLayer& layer = network.layers[l];
      if (network.flatten[l]) x = golden::flattened(std::move(x));
      BwLayerRun run = engine.run(layer, x);
      const golden::BwActivations expected = golden::bw_layer(layer, x);
      BwLayerTotals& totals = inference.layers[l];
      totals.results += static_cast<int64_t>(expected.samples.size());
      for (size_t i = 0; i < expected.samples.size(); ++i)
        totals.wrong += run.outputs.samples.at(i) != expected.samples[i] ? 1 : 0;
      totals.cycles += run.cycles;
      add_to(totals.counted, run.counters);
      add_to(totals.predicted, golden::bw_traffic(layer, x.width, x.height, streams));
      x = std::move(run.outputs);
    }
    inference.classes.push_back(golden::largest_at(x.samples));
    done(n + 1);
  }
  return inference;
}

}  // namespace tb
