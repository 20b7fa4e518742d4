// SPDX-License-Identifier: Apache-2.0
// fircone fit: the cost model of a library, from netlists of filters.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>

#include "analysis/least_squares.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/measure.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "gen/cost.h"
#include "gen/generate.h"
#include "synth/library.h"

namespace cli {
namespace {

// What the model learns from: every scheme, narrow and wide, one channel and several, registers in
// other places, and units of nothing but operators. None takes long to map.
constexpr std::array kPoints = {
    "fcu kernel=2 arith=heap final_adder=ripple",
    "fcu kernel=2 arith=heap parallel_rows=2 final_adder=ripple DataWidth=5",
    "fcu kernel=2 arith=heap parallel_rows=2 final_adder=ripple cut=branch,post DataWidth=4 "
    "CoefWidth=4",
    "fcu kernel=2 scheme=ffa arith=heap final_adder=ripple InChannels=2 DataWidth=6",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple cut=post",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple cut=post DataWidth=12 CoefWidth=12",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple cut=branch,post",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple cut=post DataWidth=4 CoefWidth=4 "
    "InChannels=2 OutChannels=2",
    "fcu kernel=2 scheme=ffa2d arith=heap products=baugh_wooley preadd=offline",
    "fcu kernel=3 arith=heap final_adder=ripple cut=post",
    "fcu kernel=3 arith=heap DataWidth=4 CoefWidth=4",
    "fcu kernel=3 arith=heap cut=branch,post final_adder=ripple DataWidth=5",
    "fcu kernel=3 scheme=ffa arith=heap final_adder=ripple",
    "fcu kernel=3 scheme=ffa arith=heap DataWidth=4 CoefWidth=4 final_adder=ripple",
    "fcu kernel=3 scheme=ffa arith=heap final_adder=ripple cut=post",
    "fcu kernel=3 scheme=ffa algorithm=k3d arith=heap final_adder=ripple cut=post "
    "products=baugh_wooley",
    "fcu kernel=3 kernel_rows=1 scheme=ffa arith=heap DataWidth=16 CoefWidth=12 "
    "final_adder=ripple cut=post",
    "fcu kernel=3 scheme=ffa arith=heap cut=mult,post DataWidth=6 CoefWidth=6",
    "fcu kernel=3 scheme=ffa arith=heap data=signed DataWidth=6 products=baugh_wooley",
    "fcu kernel=3 scheme=ffa arith=heap final_adder=ripple cut=branch,post DataWidth=5",
    "fcu kernel=3 scheme=winograd arith=heap final_adder=ripple cut=post DataWidth=6",
    "fcu kernel=3 scheme=ffa2d arith=heap DataWidth=4 CoefWidth=4 final_adder=ripple cut=post",
    "fcu kernel=3 scheme=ffa2d parallel=2 arith=heap final_adder=ripple cut=post",
    "fcu kernel=3 scheme=ffa2d algorithm=k3d algorithm_rows=k3d arith=heap final_adder=ripple "
    "cut=post",
    "fcu kernel=5 kernel_rows=1 scheme=ffa arith=heap final_adder=ripple cut=post",
    "fcu kernel=5 kernel_rows=1 scheme=ffa algorithm=m5 arith=heap final_adder=ripple cut=post "
    "DataWidth=6",
    "fir taps=4 parallel=2 arith=heap final_adder=ripple cut=post DataWidth=6",
    "fir taps=4 parallel=2 scheme=ffa arith=heap final_adder=ripple cut=post DataWidth=6",
    "fir taps=4 parallel=2 scheme=ffa form=D arith=heap final_adder=ripple cut=post",
    "fcu kernel=2 DataWidth=10 CoefWidth=8",
    "fcu kernel=3 scheme=ffa DataWidth=5 CoefWidth=6",
    "fcu kernel=2 scheme=ffa2d DataWidth=6",
};

// With its errors as `fit`.
gen::CostModel fit_to(const std::string& library, const std::vector<gen::FilterParts>& parts,
                      const std::vector<double>& areas) {
  gen::CostModel model;
  model.library = library;
  std::vector<std::vector<double>> rows;
  for (const gen::FilterParts& row : parts) rows.emplace_back(row.begin(), row.end());
  const std::vector<double> factors = analysis::fit_non_negative(rows, areas);
  std::copy(factors.begin(), factors.end(), model.um2.begin());
  double mean = 0, worst = 0;
  for (size_t r = 0; r < rows.size(); ++r) {
    const double error = std::abs(gen::estimated_area(parts[r], model) / areas[r] - 1);
    mean += error / static_cast<double>(rows.size());
    worst = std::max(worst, error);
  }
  model.fit = fmt::format("{} netlists, mean error {:.1f} %, worst {:.1f} %", rows.size(),
                          100 * mean, 100 * worst);
  return model;
}

}  // namespace

void fit(const FitArgs& args) {
  const std::string library = synth::Library::open(args.library)->name();
  // A file that cannot be written is found out before and not after minutes of work.
  if (!args.output.empty()) base::write_file(args.output, "");
  std::vector<gen::FilterParts> parts;
  std::vector<double> areas;
  Progress progress("fit");
  for (const char* const point : kPoints) {
    const base::Spec spec = gen::resolve(base::Spec::parse_line(point));
    parts.push_back(gen::FilterCounter(spec).parts(spec));
    areas.push_back(mapped_area(spec, args.library));
    progress.show(static_cast<double>(parts.size()) / static_cast<double>(kPoints.size()));
  }
  const gen::CostModel model = fit_to(library, parts, areas);

  std::vector<std::vector<std::string>> table = {{"area um2", "model", "error", "point"}};
  for (size_t r = 0; r < parts.size(); ++r) {
    const double area = gen::estimated_area(parts[r], model);
    table.push_back({fmt::format("{:.0f}", areas[r]), fmt::format("{:.0f}", area),
                     fmt::format("{:+.1f} %", 100 * (area / areas[r] - 1)), kPoints[r]});
  }
  fmt::print(stderr, "{}", format_table(table));
  const std::string text = gen::cost_model_text(model);
  if (args.output.empty()) return fmt::print("{}", text);
  base::write_file(args.output, text);
  fmt::print("{}\n", args.output.string());
}

}  // namespace cli
