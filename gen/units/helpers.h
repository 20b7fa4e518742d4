// SPDX-License-Identifier: Apache-2.0
// Small modules that units instantiate: a register slice and a memory.

#pragma once

#include <string>

#include "gen/design_builder.h"

namespace gen {

// `fircone_name`, with `_sync` where the reset is sampled: the text depends on it.
std::string helper_name(const DesignBuilder& design, const std::string& name);
// An empty helper module with its header.
hdl::Module helper_module(const std::string& name, std::vector<std::string> doc);

// fircone_skid_buffer: register slice of a valid/ready stream, `width` bits of data; valid, data
// and ready all come from registers, a beat a cycle.
const hdl::Module& skid_buffer(DesignBuilder& design, int64_t width);

// fircone_ram_1r1w: `depth` words, one port to read (a cycle later), one to write.
const hdl::Module& ram_1r1w(DesignBuilder& design, int64_t width, int64_t depth);

}  // namespace gen
