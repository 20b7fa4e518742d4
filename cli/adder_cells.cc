// SPDX-License-Identifier: Apache-2.0
// From what synth finds in a library to what gen instantiates.

#include "cli/adder_cells.h"

#include <cctype>

#include "synth/library.h"

namespace cli {

std::optional<gen::AdderCells> adder_cells_of(const std::string& library) {
  const std::optional<synth::AdderCells> cells = synth::Library::open(library)->adder_cells();
  if (!cells || cells->full.inverted) return std::nullopt;
  const auto convert = [](const synth::AdderCell& from) {
    return gen::AdderCell{.cell = from.cell,
                          .a = from.a,
                          .b = from.b,
                          .c = from.c,
                          .sum = from.sum,
                          .carry = from.carry};
  };
  std::string word = cells->library;  // part of file names
  for (char& c : word)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return gen::AdderCells{.library = word,
                         .full = convert(cells->full),
                         .half = cells->half.inverted ? gen::AdderCell{} : convert(cells->half)};
}

}  // namespace cli
