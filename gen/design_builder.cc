// SPDX-License-Identifier: Apache-2.0
// Collects the modules of a design.

#include "gen/design_builder.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace gen {
namespace {

base::Spec at_default_sizes(const Unit& unit, base::Spec spec) {
  for (const Param& param : unit.params) {
    if (param.is_free(spec)) spec.set(param.name, param.default_value);
  }
  return resolve(spec);  // `auto` becomes a number
}

}  // namespace

DesignBuilder::DesignBuilder(const Unit& unit, const base::Spec& resolved)
    : unit_(unit), spec_(resolved) {}

hdl::ResetStyle DesignBuilder::reset_style() const {
  return is("reset", "sync") ? hdl::ResetStyle::kSync : hdl::ResetStyle::kAsync;
}

hdl::Module DesignBuilder::top(std::vector<std::string> doc) const {
  hdl::Module module(module_name(spec_), std::move(doc));
  module.set_generated_by(command_line(spec_));
  return module;
}

hdl::Dim DesignBuilder::parameter(hdl::Module& module, std::string_view name,
                                  const hdl::Dim& at_most) const {
  const Param* param = unit_.find(name);
  if (param == nullptr) throw std::logic_error("no parameter " + std::string(name));
  const int64_t value = spec_.size(name);
  if (param->is_fixed(spec_)) return value;
  const hdl::Dim most = param->at_most.empty() ? hdl::Dim(param->max) : at_most;
  return module.parameter(name, value, param->min, most, param->doc);
}

void DesignBuilder::add(hdl::Module module) {
  if (heap_modules) module.name_unread();
  parts_.push_back({std::make_unique<hdl::Module>(std::move(module)), nullptr});
}

bool DesignBuilder::has_file(const std::string& name) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
    return part.file().name() == name && part.printed_here;
  });
}

const hdl::Module& DesignBuilder::helper(
    const std::string& name, const hdl::Point& here, const hdl::Point& defaults,
    const std::function<hdl::Module(const hdl::Point&)>& build) {
  std::string key = name;
  for (const auto& [size, value] : here) {
    key.append(" ").append(size).append("=").append(std::to_string(value));
  }
  if (const auto found = helpers_.find(key); found != helpers_.end()) return *found->second;
  Part part{std::make_unique<hdl::Module>(build(here)), nullptr};
  part.printed_here = !has_file(name);
  if (part.printed_here && here != defaults) {
    part.printed = std::make_unique<hdl::Module>(build(defaults));
  }
  if (part.here->name() != name) throw std::logic_error("helper " + name + " has another name");
  parts_.push_back(std::move(part));
  helpers_[key] = parts_.back().here.get();
  return *parts_.back().here;
}

DesignBuilder::SubUnit DesignBuilder::sub_unit(const base::Spec& wanted) {
  const base::Spec resolved = resolve(wanted);
  const Unit& unit = find_unit(resolved.unit());
  DesignBuilder child(unit, resolved);
  unit.build(resolved, child);
  if (const base::Spec defaults = at_default_sizes(unit, resolved); defaults != resolved) {
    DesignBuilder canonical(unit, defaults);
    unit.build(defaults, canonical);
    child.parts().back().printed = std::move(canonical.parts().back().here);
  }
  for (Part& part : child.parts()) {
    part.printed_here = part.printed_here && !has_file(part.file().name());
    parts_.push_back(std::move(part));
  }
  return {parts_.back().here.get(), child.latency_cycles, child.operations};
}

std::vector<hdl::Module> build_modules(const base::Spec& resolved) {
  const Unit& unit = find_unit(resolved.unit());
  DesignBuilder builder(unit, resolved);
  unit.build(resolved, builder);
  std::vector<hdl::Module> modules;
  for (Part& part : builder.parts()) modules.push_back(std::move(*part.here));
  return modules;
}

void check_free_sizes(const base::Spec& resolved, int max_corners) {
  const Unit& unit = find_unit(resolved.unit());
  std::vector<hdl::FreeSize> sizes;
  for (const Param& param : unit.params) {
    if (!param.is_free(resolved)) continue;
    sizes.push_back({std::string(param.name), resolved.size(param.name), param.min, param.max});
  }
  const auto at = [&](const hdl::Point& point) {
    base::Spec spec = resolved;
    for (const auto& [name, value] : point) spec.set(name, value);
    return spec;
  };
  // Of a helper that occurs at several sizes the first: at a corner two of its sizes may be equal.
  const auto modules_at = [&](const hdl::Point& point) {
    std::vector<hdl::Module> modules;
    std::set<std::string> names;
    for (hdl::Module& module : build_modules(at(point))) {
      if (names.insert(module.name()).second) modules.push_back(std::move(module));
    }
    return modules;
  };
  hdl::check_free_sizes(
      modules_at, sizes,
      [&](const hdl::Point& point) {
        for (const Param& param : unit.params) {
          if (!param.at_most.empty() &&
              at(point).size(param.name) > at(point).size(param.at_most)) {
            return false;
          }
        }
        const base::Spec spec = at(point);
        return std::none_of(unit.rules.begin(), unit.rules.end(),
                            [&](const Rule& rule) { return rule.broken(spec); });
      },
      max_corners);
}

std::string command_line(const base::Spec& resolved) {
  const base::Spec defaults = resolve(base::Spec(resolved.unit()));
  std::string line = "fircone generate " + resolved.unit();
  for (const auto& [key, value] : resolved.items()) {
    if (!defaults.is(key, value)) line.append(" ").append(key).append("=").append(value);
  }
  return line;
}

}  // namespace gen
