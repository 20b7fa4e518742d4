// SPDX-License-Identifier: Apache-2.0
// Libraries by name or by path.

#include "synth/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "synth/cell_function.h"

namespace synth {
namespace {

std::vector<const LibPin*> pins_of(const LibCell& cell, LibPin::Direction direction) {
  std::vector<const LibPin*> pins;
  for (const LibPin& pin : cell.pins) {
    if (pin.direction == direction) pins.push_back(&pin);
  }
  return pins;
}

// The only output's truth table over exactly `inputs` input pins is `table`.
bool computes(const LibCell& cell, size_t inputs, uint64_t table) {
  const auto outputs = pins_of(cell, LibPin::Direction::kOutput);
  if (cell.sequential || cell.dont_use || outputs.size() != 1 || cell.area <= 0) return false;
  if (pins_of(cell, LibPin::Direction::kInput).size() != inputs) return false;
  if (outputs[0]->function.empty() || !outputs[0]->three_state.empty()) return false;
  const Expression expression = cell_expression(cell, outputs[0]->function);
  return expression.variables().size() == inputs && truth_table(expression) == table;
}

double input_capacitance(const LibCell& cell) {
  return pins_of(cell, LibPin::Direction::kInput).at(0)->capacitance;
}

}  // namespace

std::shared_ptr<const Library> Library::open(const std::string& name_or_path) {
  std::shared_ptr<Library> library(new Library);
  for (const LibraryEntry& entry : library_entries()) {
    if (entry.name != name_or_path) continue;
    if (!std::filesystem::exists(entry.path)) {
      throw base::Error(base::ExitCode::kToolMissing,
                        fmt::format("library {}: {} not found; it is in the package '{}'",
                                    entry.name, entry.path, entry.package));
    }
    library->name_ = entry.name;
    library->node_ = entry.node;
    library->corner_ = entry.corner;
    library->notes_ = entry.notes;
    library->liberty_ = read_liberty(entry.path);
    library->driver_ = entry.driver;
    library->load_ = entry.load_pf * 1e-12;
    library->input_slew_ = entry.input_slew_ns * 1e-9;
    library->areas_ = entry.areas;
    const LibCell* nand2 = library->liberty_.find(std::string(entry.nand2));
    if (nand2 == nullptr || library->liberty_.find(library->driver_) == nullptr) {
      base::usage_error(library->name_, fmt::format("{} lacks the cell {} or {}", entry.path,
                                                    entry.nand2, entry.driver));
    }
    library->nand2_area_ = nand2->area;
    return library;
  }
  if (!std::filesystem::exists(name_or_path)) {
    std::vector<std::string> names;
    std::string list;
    for (const LibraryEntry& entry : library_entries()) {
      names.emplace_back(entry.name);
      list += (list.empty() ? "" : ", ") + names.back();
    }
    const std::string near = base::nearest(name_or_path, names);
    base::usage_error(
        "library",
        fmt::format("'{}' is neither a known library ({}) nor a Liberty file{}", name_or_path, list,
                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }
  library->liberty_ = read_liberty(name_or_path);
  library->name_ = library->liberty_.name;
  library->derive();
  return library;
}

void Library::derive() {
  constexpr uint64_t kNand2 = 0b0111, kInverter = 0b01;
  std::vector<const LibCell*> inverters;
  for (const LibCell& cell : liberty_.cells) {
    if (computes(cell, 2, kNand2) && (nand2_area_ == 0 || cell.area < nand2_area_)) {
      nand2_area_ = cell.area;
    }
    if (computes(cell, 1, kInverter)) inverters.push_back(&cell);
  }
  if (nand2_area_ == 0 || inverters.empty()) {
    base::usage_error(liberty_.path.string(),
                      "the library has no two-input NAND with an area, or no inverter");
  }
  const auto smaller = [](const LibCell* a, const LibCell* b) {
    return input_capacitance(*a) < input_capacitance(*b);
  };
  const LibCell* smallest = *std::min_element(inverters.begin(), inverters.end(), smaller);
  const double target = 4 * input_capacitance(*smallest);
  const auto nearer = [&](const LibCell* a, const LibCell* b) {
    return std::abs(input_capacitance(*a) - target) < std::abs(input_capacitance(*b) - target);
  };
  driver_ = (*std::min_element(inverters.begin(), inverters.end(), nearer))->name;
  load_ = target;
  input_slew_ = 0.1 * liberty_.time_unit;
  for (const LibPin* pin : pins_of(*smallest, LibPin::Direction::kOutput)) {
    for (const EnergyGroup& energy : pin->energies) {
      const Table& table = energy.rise;
      for (size_t axis = 0; axis < table.axes.size(); ++axis) {
        if (table.axes[axis] != Table::Axis::kSlew || table.index[axis].size() < 2) continue;
        input_slew_ = table.index[axis][1];
      }
    }
  }
  corner_ = fmt::format("{:g} V, {:g} C", liberty_.voltage, liberty_.temperature);
  node_ = liberty_.name;
  notes_ = "unit cell, driver, load and slew derived from the file";
}

double Library::area(const LibCell& cell) const {
  if (cell.area > 0) return cell.area;
  for (const LibraryEntry::Area& known : areas_) {
    if (known.cell == cell.name) return known.um2;
  }
  base::check_error(name_, fmt::format("cell {} has no area in the library, and the library's "
                                       "entry gives none",
                                       cell.name));
}

}  // namespace synth
