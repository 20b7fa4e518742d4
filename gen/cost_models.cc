// SPDX-License-Identifier: Apache-2.0
// The fitted libraries. They are part of the program: an installed one has no file to look for.

#include <algorithm>

#include "gen/cost.h"

namespace gen {
namespace {

constexpr CostModel kModels[] = {
#include "gen/models/osu018.def"
};

}  // namespace

std::span<const CostModel> cost_models() { return kModels; }

const CostModel* find_cost_model(std::string_view library) {
  const auto* const found =
      std::find_if(std::begin(kModels), std::end(kModels),
                   [&](const CostModel& model) { return model.library == library; });
  return found == std::end(kModels) ? nullptr : found;
}

}  // namespace gen
