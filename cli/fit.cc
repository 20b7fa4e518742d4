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

namespace cli {
namespace {

// What the model learns from: every scheme, narrow and wide, one channel and several, registers in
// other places, and units of nothing but operators. None takes long to map.
constexpr std::array kPoints = {
    "fcu kernel=2 scheme=direct arith=heap final_adder=ripple",
    "fcu kernel=2 scheme=direct arith=heap parallel_rows=2 final_adder=ripple DataWidth=5",
    "fcu kernel=2 scheme=ffa arith=heap final_adder=ripple InChannels=2 DataWidth=6",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple DataWidth=12 CoefWidth=12",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple cut=branch,post",
    "fcu kernel=2 scheme=ffa2d arith=heap final_adder=ripple InChannels=2 OutChannels=2",
    "fcu kernel=2 scheme=ffa2d arith=heap products=baugh_wooley preadd=offline",
    "fcu kernel=3 scheme=direct arith=heap final_adder=ripple",
    "fcu kernel=3 scheme=direct arith=heap DataWidth=4 CoefWidth=4",
    "fcu kernel=3 scheme=direct arith=heap cut=branch,post final_adder=ripple DataWidth=5",
    "fcu kernel=3 scheme=ffa arith=heap final_adder=ripple",
    "fcu kernel=3 scheme=ffa arith=heap DataWidth=4 CoefWidth=4 final_adder=ripple",
    "fcu kernel=3 scheme=ffa arith=heap DataWidth=16 CoefWidth=12 final_adder=ripple",
    "fcu kernel=3 scheme=ffa arith=heap cut=mult,post DataWidth=6 CoefWidth=6",
    "fcu kernel=3 scheme=ffa arith=heap data=signed DataWidth=6 products=baugh_wooley",
    "fcu kernel=3 scheme=ffa2d arith=heap final_adder=ripple",
    "fcu kernel=3 scheme=ffa2d arith=heap DataWidth=4 CoefWidth=4 final_adder=ripple",
    "fcu kernel=4 scheme=ffa arith=heap final_adder=ripple DataWidth=6",
    "fcu kernel=5 scheme=ffa arith=heap final_adder=ripple DataWidth=4 CoefWidth=6",
    "fcu kernel=2 scheme=direct arith=heap parallel_rows=2 final_adder=ripple cut=branch,post "
    "DataWidth=4 CoefWidth=4",
    "fcu kernel=3 scheme=ffa arith=heap final_adder=ripple cut=branch,post DataWidth=5",
    "fcu kernel=2 scheme=ffa2d DataWidth=6",
    "fcu kernel=3 scheme=ffa DataWidth=5 CoefWidth=6",
    "fcu kernel=2 scheme=direct DataWidth=10 CoefWidth=8",
};

struct Fitted {
  hdl::Census um2{};
  double mean = 0, worst = 0;  // relative errors
};

Fitted fit_to(const std::vector<std::vector<double>>& rows, const std::vector<double>& areas) {
  Fitted result;
  const std::vector<double> factors = analysis::fit_non_negative(rows, areas);
  std::copy(factors.begin(), factors.end(), result.um2.begin());
  for (size_t r = 0; r < rows.size(); ++r) {
    double area = 0;
    for (size_t f = 0; f < hdl::kFeatures; ++f) area += rows[r][f] * result.um2[f];
    const double error = std::abs(area / areas[r] - 1);
    result.mean += error / static_cast<double>(rows.size());
    result.worst = std::max(result.worst, error);
  }
  return result;
}

std::string data_text(const std::string& library, const Fitted& fitted) {
  std::string names, numbers;
  for (size_t f = 0; f < hdl::kFeatures; ++f) {
    const char* comma = f == 0 ? "" : ", ";
    names += fmt::format("{}{}", comma, hdl::feature_name(static_cast<hdl::Feature>(f)));
    numbers += fmt::format("{}{:.4g}", comma, fitted.um2[f]);
  }
  return fmt::format(
      "// Written by: fircone fit --library {0} -o gen/models/{0}.def\n"
      "// um2 of one {1}.\n"
      "{{\"{0}\",\n"
      " {{{2}}},\n"
      " \"{3} netlists, mean error {4:.1f} %, worst {5:.1f} %\"}},\n",
      library, names, numbers, kPoints.size(), 100 * fitted.mean, 100 * fitted.worst);
}

}  // namespace

void fit(const FitArgs& args) {
  std::vector<std::vector<double>> rows;
  std::vector<double> areas;
  Progress progress("fit");
  for (const char* const point : kPoints) {
    const base::Spec spec = gen::resolve(base::Spec::parse_line(point));
    const hdl::Census census = gen::composition(spec).census;
    rows.emplace_back(census.begin(), census.end());
    areas.push_back(mapped_area(spec, args.library));
    progress.show(static_cast<double>(rows.size()) / static_cast<double>(kPoints.size()));
  }
  const Fitted fitted = fit_to(rows, areas);

  std::vector<std::vector<std::string>> table = {{"area um2", "model", "error", "point"}};
  for (size_t r = 0; r < rows.size(); ++r) {
    double area = 0;
    for (size_t f = 0; f < hdl::kFeatures; ++f) area += rows[r][f] * fitted.um2[f];
    table.push_back({fmt::format("{:.0f}", areas[r]), fmt::format("{:.0f}", area),
                     fmt::format("{:+.1f} %", 100 * (area / areas[r] - 1)), kPoints[r]});
  }
  fmt::print(stderr, "{}", format_table(table));
  const std::string text = data_text(args.library, fitted);
  if (args.output.empty()) return fmt::print("{}", text);
  base::write_file(args.output, text);
  fmt::print("{}\n", args.output.string());
}

}  // namespace cli
