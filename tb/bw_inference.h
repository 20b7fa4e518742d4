// SPDX-License-Identifier: Apache-2.0
// A binary-weight network on the engine, layer after layer, beside golden.

#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/spec.h"
#include "golden/bw_layer.h"
#include "tb/bw_pictures.h"

namespace sim {
class Model;
}

namespace tb {

// Of all pictures together.
struct BwLayerTotals {
  int64_t results = 0, wrong = 0;  // wrong: differ from golden's definition of the layer
  int64_t cycles = 0;
  golden::BwTraffic counted = {}, predicted = {};  // by the engine; by golden
};

struct BwInference {
  std::vector<int> classes;
  std::vector<BwLayerTotals> layers;

  int64_t wrong() const;
  bool traffic_as_predicted() const;
};

// The first `count` pictures on one bw_conv2d_stream. A layer takes what the engine gave for the
// layer before. Throws sim::Failure when the engine refuses a layer or does not end. `done`: after
// each picture, with how many are done.
BwInference run_on_engine(sim::Model& model, const base::Spec& resolved,
                          const golden::BwNetwork& network, const LabelledPictures& pictures,
                          size_t count, const std::function<void(size_t)>& done);

}  // namespace tb
