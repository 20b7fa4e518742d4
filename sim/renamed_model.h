// SPDX-License-Identifier: Apache-2.0
// A model under other port names: foreign RTL behind the names that a bench expects.

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/model.h"

namespace sim {

struct PortMap {
  // Bench name -> name in the model. Ports that are not listed keep their names.
  std::vector<std::pair<std::string, std::string>> names = {};
  // Inputs (names in the model) that the model wants inverted: a reset that is active high where
  // the bench drives rst_ni.
  std::vector<std::string> inverted = {};
  // Inputs of the bench that the model does not have: writes go nowhere. Name and width.
  std::vector<std::pair<std::string, int>> ignored = {};
  // Inputs of the model (names in the model) held at a constant.
  std::vector<std::pair<std::string, uint64_t>> tied = {};
};

// Ports share the storage of the inner model, so that a renamed model costs nothing but one more
// virtual call; only inverted inputs are copied at each eval. Usage error when a name of the map
// does not exist or one bench name is given twice.
std::unique_ptr<Model> rename_ports(std::unique_ptr<Model> inner, const PortMap& map);

}  // namespace sim
