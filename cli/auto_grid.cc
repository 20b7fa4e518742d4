// SPDX-License-Identifier: Apache-2.0
// Reads the grid, maps its forms, compares.

#include "cli/auto_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "cli/measure.h"
#include "gen/cost.h"

namespace cli {
namespace {

constexpr const char* kLibrary = "osu018";
// Forms within this of the estimate of the choice may turn out better; more than so many are not
// tried.
constexpr double kNear = 1.06;
constexpr size_t kMostForms = 8;

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '|');) {
    const size_t first = field.find_first_not_of(' '), last = field.find_last_not_of(' ');
    fields.push_back(first == std::string::npos ? "" : field.substr(first, last - first + 1));
  }
  return fields;
}

std::string form_of(const base::Spec& spec) {
  std::string form;
  for (const char* key : {"scheme", "algorithm", "algorithm_rows", "parallel", "parallel_rows",
                          "cut", "products", "form"})
    if (spec.has(key)) form += fmt::format("{}{}={}", form.empty() ? "" : " ", key, spec.get(key));
  return form;
}

std::string line_of(const GridPoint& point) {
  const GridResult& r = point.recorded;
  if (r.best == 0) return point.spec + "\n";
  return fmt::format("{} | {:.0f} {:.0f} {} | {} | {}\n", point.spec, r.chosen, r.best, r.tried,
                     r.chosen_form, r.best_form);
}

// Comments at the head of the file stay.
void write_grid(const std::filesystem::path& file, const std::vector<GridPoint>& points) {
  std::string text;
  std::istringstream old(base::read_file(file));
  for (std::string line; std::getline(old, line) && line.starts_with('#');) text += line + "\n";
  for (const GridPoint& point : points) text += line_of(point);
  base::write_file(file, text);
}

}  // namespace

std::vector<GridPoint> read_grid(const std::filesystem::path& file) {
  std::vector<GridPoint> points;
  std::istringstream lines(base::read_file(file));
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const std::vector<std::string> fields = fields_of(line);
    GridPoint point{.spec = fields[0], .recorded = {}};
    if (fields.size() > 1) {
      GridResult& r = point.recorded;
      if (fields.size() != 4 ||
          std::sscanf(fields[1].c_str(), "%lf %lf %d", &r.chosen, &r.best, &r.tried) != 3)
        base::usage_error(fmt::format("{}:{}", file.string(), number),
                          "must read SPEC | chosen best tried | chosen form | best form");
      r.chosen_form = fields[2];
      r.best_form = fields[3];
    }
    points.push_back(std::move(point));
  }
  return points;
}

GridResult measure_grid_point(const std::string& spec) {
  const std::vector<gen::Candidate> candidates =
      gen::candidates(base::Spec::parse_line(spec), *gen::find_cost_model(kLibrary));
  GridResult result;
  std::set<std::string> schemes;
  for (const gen::Candidate& c : candidates) {
    const bool near = c.area_per_output() <= kNear * candidates.front().area_per_output();
    const bool first = schemes.insert(c.spec.get("scheme")).second;
    if (!first && (!near || static_cast<size_t>(result.tried) >= kMostForms)) continue;
    const double area = mapped_area(c.spec, kLibrary) / c.outputs_per_cycle;
    if (result.tried++ == 0) {
      result.chosen = area;
      result.chosen_form = form_of(c.spec);
    }
    if (result.best == 0 || area < result.best) {
      result.best = area;
      result.best_form = form_of(c.spec);
    }
  }
  return result;
}

bool print_grid(const std::filesystem::path& file, size_t count, bool record) {
  std::vector<GridPoint> points = read_grid(file);
  bool fine = true;
  for (size_t i = 0; i < std::min(count, points.size()); ++i) {
    GridPoint& point = points[i];
    const bool known = record && point.recorded.best > 0;
    const GridResult now = known ? point.recorded : measure_grid_point(point.spec);
    fmt::print("{:+5.1f} %  {}: {:.0f} um2 an output, {}{}\n", 100 * (now.ratio() - 1), point.spec,
               now.chosen, now.chosen_form,
               now.best_form == now.chosen_form
                   ? ""
                   : fmt::format("; best of {}: {:.0f}, {}", now.tried, now.best, now.best_form));
    std::fflush(stdout);
    fine = fine && now.ratio() <= kGridTolerance;
    if (!record || known) continue;
    point.recorded = now;
    write_grid(file, points);
  }
  return fine;
}

}  // namespace cli
