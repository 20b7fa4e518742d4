// SPDX-License-Identifier: Apache-2.0
// The libraries known by name. One entry each; a library of your own is a path, or an entry here.

#include "synth/library.h"

namespace synth {
namespace {

// osu018 has no area for LATCH; 5.6 x 10.0 um is its size in osu018_stdcells.lef.
constexpr LibraryEntry::Area kOsu018Areas[] = {{"LATCH", 56}};

constexpr LibraryEntry kEntries[] = {
    {
        .name = "osu018",
        .path = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib",
        .package = "qflow-tech-osu018",
        .node = "TSMC 180 nm, OSU standard cells",
        .corner = "typical, 1.8 V, 25 C",
        .nand2 = "NAND2X1",
        .driver = "INVX4",
        .load_pf = 0.03,
        .input_slew_ns = 0.1,
        .full_adder = "FAX1",
        .half_adder = "HAX1",
        .areas = kOsu018Areas,
        .notes = "no wire loads in the library",
    },
};

}  // namespace

std::span<const LibraryEntry> library_entries() { return kEntries; }

}  // namespace synth
