// SPDX-License-Identifier: Apache-2.0
// The common pipeline interface, and registers at the places that `cut` names.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gen/design_builder.h"
#include "gen/hdl/module.h"

namespace gen {

// Where pipeline registers may stand, in the order of the data path.
enum class Place { kPre, kMult, kBranch, kPost };

// Parameters that units share.
Param scheme_param();
Param cut_param();
Param preadd_param();
Param data_param();
Param reset_param();
Param data_width_param();
Param coef_width_param();
Rule preadd_rule();

// The places of a resolved spec's `cut`.
class Cut {
 public:
  explicit Cut(const base::Spec& resolved);
  bool at(Place place) const;
  int latency() const { return static_cast<int>(places_.size()); }
  const std::vector<Place>& places() const { return places_; }

 private:
  std::vector<Place> places_;
};

std::string_view place_name(Place place);

// clk_i, rst_ni, en_i, valid_i and what hangs on them. The constructor declares these ports; a unit
// declares its own inputs, then calls `start`, then its outputs' values stage by stage.
class Pipeline {
 public:
  Pipeline(hdl::Module& module, const DesignBuilder& design, const Cut& cut);

  hdl::Module& module() { return module_; }
  const Cut& cut() const { return cut_; }
  const hdl::Bits& enable() const { return enable_; }
  const hdl::Bits& valid_in() const { return valid_in_; }
  hdl::Clock data_clock() const { return {.clock = clock_, .reset = {}, .style = style_}; }
  hdl::Clock state_clock() const { return {.clock = clock_, .reset = reset_, .style = style_}; }

  // The chain of valid bits, and valid_o. `has_state`: the unit uses the clock though nothing is
  // cut.
  void start(const hdl::Bits& valid_out, bool has_state = false);
  // What is at `place` is marked valid by this.
  const hdl::Bits& valid_before(Place place) const;

  // A register `name_q` where `place` is cut, else a wire `name`. The clocked block of the
  // registers is written by `end_stage`.
  hdl::Num stage(Place place, const std::string& name, const hdl::NumType& type,
                 const hdl::Num& value);
  hdl::Bits stage(Place place, const std::string& name, const hdl::Bits& value);
  void end_stage();

 private:
  hdl::Module& module_;
  Cut cut_;
  hdl::ResetStyle style_;
  hdl::Bits clock_, reset_, enable_, valid_in_;
  std::vector<hdl::Bits> valid_;  // before each place that is cut, then the last
  std::vector<std::pair<hdl::Num, hdl::Num>> numbers_;
  std::vector<std::pair<hdl::Bits, hdl::Bits>> vectors_;
};

// `type` with the range that `value` has: later declarations are proved from it.
hdl::NumType exactly(const hdl::NumType& type, const hdl::Num& value);

}  // namespace gen
