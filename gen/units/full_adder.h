// SPDX-License-Identifier: Apache-2.0
// The counters of bit heaps as modules: rows of independent full and half adders, all vectors.

#pragma once

#include <string>

#include "gen/design_builder.h"

namespace gen {

// sum_o[i] has the weight of the inputs' bits i, carry_o[i] twice that; the caller shifts. Where
// the design has a library's adder cells, fircone_fa and fircone_ha hold those.
const hdl::Module& full_adders(DesignBuilder& design, int64_t width);      // fircone_fa
const hdl::Module& half_adders(DesignBuilder& design, int64_t width);      // fircone_ha
const hdl::Module& half_adders_one(DesignBuilder& design, int64_t width);  // fircone_ha_one: a+b+1
// fircone_compressor_4_2: `width` columns side by side, a_i..d_i; carry_i goes into the lowest,
// chain_o comes out of the highest with twice its weight.
const hdl::Module& compressors_4_2(DesignBuilder& design, int64_t width);
// fircone_counter_7_3: a_i..g_i; carry2_o has four times the weight.
const hdl::Module& counters_7_3(DesignBuilder& design, int64_t width);

// fircone_fa, fircone_ha made of a library's cells, a loop of instances.
hdl::Module full_adder_cells(const AdderCell& cell, const std::string& library);
hdl::Module half_adder_cells(const AdderCell& cell, const std::string& library);

}  // namespace gen
