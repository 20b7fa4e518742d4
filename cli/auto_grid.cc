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
#include "gen/generate.h"

namespace cli {
namespace {

constexpr const char* kLibrary = "osu018";
// Forms that are estimated to be worse than the best by more than this are not mapped. The model is
// some percent off at most, so that what is left out could not win. The best of each scheme has a
// wider margin.
constexpr double kHopeless = 1.15, kHopelessScheme = 1.3;

// What the grid tries, written down apart from the search of scheme=auto: by the number of outputs
// and taps of a line, the algorithms that the literature and the size tables make likely.
struct Likely {
  int taps;
  std::vector<std::string> names;
};
const std::vector<Likely>& likely_algorithms() {
  static const std::vector<Likely> all = {{2, {"k2"}},
                                          {3, {"k3", "k3d", "p3"}},
                                          {4, {"k2.k2", "pw4"}},
                                          {5, {"k3.k2", "m5", "pw5"}},
                                          {6, {"k3.k2", "k2.k3", "m6"}},
                                          {7, {"k2.k2.k2", "m7", "k3.k3"}}};
  return all;
}

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

namespace {

// Every scheme in every tile with every likely algorithm, both kinds of partial products, registers
// at the outputs alone.
std::vector<base::Spec> likely_forms(const base::Spec& wanted) {
  const int taps = wanted.has("kernel") ? static_cast<int>(wanted.size("kernel")) : 3;
  const int rows = wanted.has("kernel_rows") ? static_cast<int>(wanted.size("kernel_rows")) : taps;
  std::vector<std::pair<int, int>> tiles = {
      {taps, rows}, {taps, 1}, {2, std::min(rows, 2)}, {2, 1}};
  if (wanted.has("parallel") || wanted.has("parallel_rows")) tiles = {{0, 0}};
  std::vector<std::string> algorithms = {"auto"};
  for (const Likely& likely : likely_algorithms())
    if (likely.taps == taps)
      algorithms.insert(algorithms.end(), likely.names.begin(), likely.names.end());
  std::vector<base::Spec> forms;
  const auto consider = [&](base::Spec spec) {
    for (const char* products : {"booth4", "baugh_wooley"}) {
      spec.set("products", products);
      try {
        base::Spec resolved = gen::resolve(spec);
        if (std::find(forms.begin(), forms.end(), resolved) == forms.end())
          forms.push_back(std::move(resolved));
      } catch (const base::Error& error) {  // the table has more than suits each tile
        if (error.code() != base::ExitCode::kUsage) throw;
      }
    }
  };
  for (const auto& [columns, lines] : tiles) {
    base::Spec spec = wanted;
    spec.set("arith", "heap");
    spec.set("final_adder", "ripple");
    if (!wanted.has("cut")) spec.set("cut", "post");
    if (columns > 0) {
      spec.set("parallel", columns);
      spec.set("parallel_rows", lines);
    }
    for (const char* scheme : {"direct", "winograd"}) {
      spec.set("scheme", scheme);
      consider(spec);
    }
    for (const std::string& name : algorithms) {
      base::Spec fast = spec;
      fast.set("algorithm", name);
      fast.set("scheme", "ffa");
      consider(fast);
      fast.set("algorithm_rows", name);
      fast.set("scheme", "ffa2d");
      consider(fast);
    }
  }
  return forms;
}

struct Estimate {
  base::Spec spec;
  double area;  // um2 an output
};

}  // namespace

std::string choice_of(const std::string& spec) {
  return form_of(
      gen::candidates(base::Spec::parse_line(spec), *gen::find_cost_model(kLibrary)).front().spec);
}

GridResult measure_grid_point(const std::string& line) {
  const base::Spec wanted = base::Spec::parse_line(line);
  const gen::CostModel& model = *gen::find_cost_model(kLibrary);
  GridResult result;
  const auto measure_form = [&](const base::Spec& spec) {
    const double area = mapped_area(spec, kLibrary) / gen::FilterCounter(spec).outputs_per_cycle();
    ++result.tried;
    if (result.best == 0 || area < result.best) {
      result.best = area;
      result.best_form = form_of(spec);
    }
    return area;
  };
  const base::Spec choice = gen::candidates(wanted, model).front().spec;
  result.chosen_form = form_of(choice);
  result.chosen = measure_form(choice);

  std::vector<Estimate> forms;
  for (const base::Spec& spec : likely_forms(wanted)) {
    const gen::FilterCounter counter(spec);
    forms.push_back(
        {spec, gen::estimated_area(counter.parts(spec), model) / counter.outputs_per_cycle()});
  }
  std::stable_sort(forms.begin(), forms.end(),
                   [](const Estimate& a, const Estimate& b) { return a.area < b.area; });
  std::set<std::string> schemes = {choice.get("scheme")};
  for (const Estimate& form : forms) {
    const bool first = schemes.insert(form.spec.get("scheme")).second;
    const double margin = first ? kHopelessScheme : kHopeless;
    if (form.area <= margin * forms.front().area && !(form.spec == choice)) measure_form(form.spec);
  }
  // More registers: only synthesis could make less of more.
  if (!wanted.has("cut")) {
    base::Spec other = choice;
    other.set("cut", choice.is("cut", "post") ? "pre,post" : "post");
    measure_form(other);
  }
  return result;
}

bool print_grid(const std::filesystem::path& file, size_t count, bool record) {
  std::vector<GridPoint> points = read_grid(file);
  bool fine = true;
  for (size_t i = 0; i < std::min(count, points.size()); ++i) {
    GridPoint& point = points[i];
    const bool known =
        record && point.recorded.best > 0 && point.recorded.chosen_form == choice_of(point.spec);
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
