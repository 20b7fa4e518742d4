// SPDX-License-Identifier: Apache-2.0
// Reads the table, measures its points, compares.

#include "cli/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "cli/measure.h"
#include "cli/table.h"

namespace cli {
namespace {

constexpr double kTolerance = 0.03, kDepthTolerance = 0.15;

class Line {
 public:
  Line(const std::filesystem::path& file, size_t number, const std::string& text)
      : subject_(fmt::format("{}:{}", file.string(), number)) {
    const size_t space = text.find(' '), colon = text.find(':');
    if (space == std::string::npos || colon == std::string::npos || colon < space)
      fail("must read KIND GROUP: FIELDS");
    kind = text.substr(0, space);
    group = text.substr(space + 1, colon - space - 1);
    std::istringstream fields(text.substr(colon + 1));
    for (std::string field; std::getline(fields, field, '|');) {
      const size_t first = field.find_first_not_of(' '), last = field.find_last_not_of(' ');
      rest_.push_back(first == std::string::npos ? "" : field.substr(first, last - first + 1));
    }
  }
  const std::string& field(size_t i) const {
    if (i >= rest_.size()) fail("has too few fields");
    return rest_[i];
  }
  double number(const std::string& text) const {
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size())
      fail(fmt::format("'{}' is no number", text));
    return value;
  }
  [[noreturn]] void fail(const std::string& what) const { base::usage_error(subject_, what); }

  std::string kind, group;

 private:
  std::string subject_;
  std::vector<std::string> rest_;
};

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

MeasureOptions options_for(const std::string& recipe) {
  return {.recipe = recipe, .boundary = {.driver = "INVX4", .load = 20e-15}};
}

QualityFigures figures(const Measurement& m) {
  return {m.figures.area_um2, m.figures.delay_ns, static_cast<int>(m.figures.depth)};
}

std::string percent(double value, double of) { return fmt::format("{:.2f}", value / of); }

// The file with other figures behind the points.
std::string recorded(const std::string& text, const std::vector<QualityFigures>& figures) {
  std::istringstream lines(text);
  std::string result;
  size_t next = 0;
  for (std::string line; std::getline(lines, line); result += line + "\n") {
    if (!line.starts_with("point ")) continue;
    const QualityFigures& f = figures[next++];
    line = line.substr(0, line.rfind('|')) +
           fmt::format("| {:.0f} {:.3f} {}", f.area, f.delay, f.depth);
  }
  return result;
}

bool meets(const QualityLimit& limit, const QualityFigures& f, const QualityFigures& plain) {
  return (limit.area <= 0 || f.area <= limit.area) &&
         (limit.delay <= 0 || f.delay <= limit.delay) &&
         (limit.ratio <= 0 || f.area <= limit.ratio * plain.area);
}

}  // namespace

QualityTable read_quality(const std::filesystem::path& file) {
  QualityTable table;
  std::istringstream lines(base::read_file(file));
  size_t number = 0;
  for (std::string text; std::getline(lines, text);) {
    ++number;
    if (text.empty() || text[0] == '#') continue;
    const Line line(file, number, text);
    if (line.kind == "plain") {
      QualityPlain plain{.group = line.group, .spec = line.field(0), .width = 0, .expression = ""};
      if (const std::string& first = line.field(0); !first.empty() && isdigit(first[0])) {
        plain.spec.clear();
        plain.width = static_cast<int>(line.number(first));
        plain.expression = line.field(1);
      }
      table.plains.push_back(plain);
    } else if (line.kind == "point") {
      QualityPoint point{line.group, line.field(0), line.field(1), {}};
      const std::vector<std::string> f = words(line.field(2));
      if (f.size() != 3) line.fail("needs area, delay and depth");
      point.recorded = {line.number(f[0]), line.number(f[1]), static_cast<int>(line.number(f[2]))};
      table.points.push_back(point);
    } else if (line.kind == "limit") {
      QualityLimit limit{.group = line.group};
      const std::vector<std::string> f = words(line.field(0));
      if (f.size() != 2) line.fail("needs two words: area and delay, or ratio and a number");
      if (f[0] == "ratio") {
        limit.ratio = line.number(f[1]);
      } else {
        limit.area = line.number(f[0]);
        limit.delay = line.number(f[1]);
      }
      table.limits.push_back(limit);
    } else {
      line.fail(fmt::format("'{}' must be one of plain, point, limit", line.kind));
    }
  }
  return table;
}

QualityFigures measure_quality(const QualityPoint& point) {
  return figures(measure(base::Spec::parse(words(point.spec)), options_for(point.recipe)));
}

QualityFigures measure_quality(const QualityPlain& plain, const std::string& recipe) {
  if (!plain.spec.empty())
    return figures(measure(base::Spec::parse(words(plain.spec)), options_for(recipe)));
  const std::string text = fmt::format(
      "module plain(input [{0}:0] a, input [{0}:0] b, output [{1}:0] y);\n"
      "  assign y = {2};\nendmodule\n",
      plain.width - 1, plain.width, plain.expression);
  return figures(measure_verilog({{"plain.v", text}}, "plain", options_for(recipe)));
}

bool is_worse(const QualityFigures& now, const QualityFigures& recorded) {
  return now.area > recorded.area * (1 + kTolerance) ||
         now.delay > recorded.delay * (1 + kTolerance) ||
         now.depth > recorded.depth * (1 + kDepthTolerance);
}

bool print_quality(const std::filesystem::path& file, bool record) {
  const QualityTable table = read_quality(file);
  std::vector<QualityFigures> all;
  std::map<std::pair<std::string, std::string>, QualityFigures> plains;  // by group and recipe
  std::vector<std::vector<std::string>> rows = {{"what", "recipe", "unit", "area", "delay", "depth",
                                                 "plain", "delay", "depth", "area/plain",
                                                 "delay/plain", "record"}};
  bool good = true;
  for (const QualityPoint& point : table.points) {
    const QualityFigures f = measure_quality(point);
    all.push_back(f);
    std::vector<std::string> row = {point.group,
                                    point.recipe,
                                    point.spec,
                                    fmt::format("{:.0f}", f.area),
                                    fmt::format("{:.3f}", f.delay),
                                    std::to_string(f.depth)};
    const auto plain = std::find_if(table.plains.begin(), table.plains.end(),
                                    [&](const QualityPlain& p) { return p.group == point.group; });
    if (plain != table.plains.end()) {
      const std::pair key(point.group, point.recipe);
      if (!plains.contains(key)) plains[key] = measure_quality(*plain, point.recipe);
      const QualityFigures& p = plains[key];
      row.insert(row.end(),
                 {fmt::format("{:.0f}", p.area), fmt::format("{:.3f}", p.delay),
                  std::to_string(p.depth), percent(f.area, p.area), percent(f.delay, p.delay)});
    } else {
      row.insert(row.end(), {"", "", "", "", ""});
    }
    const QualityFigures& r = point.recorded;
    const bool worse = is_worse(f, r);
    row.push_back(worse ? fmt::format("worse: {:.0f} / {:.3f}", r.area, r.delay) : "as recorded");
    good = good && (record || !worse);
    rows.push_back(row);
    fmt::print(stderr, "{}, {}: {:.0f} um2, {:.3f} ns\n", point.spec, point.recipe, f.area,
               f.delay);
  }
  fmt::print(
      "osu018, OpenSTA, no wires, inputs driven by INVX4, 20 fF on each output; um2, ns, cells "
      "on the deepest path\n{}\n",
      format_table(rows));
  rows = {{"limit", "area", "delay", "area/plain", "", "by"}};
  for (const QualityLimit& limit : table.limits) {
    std::string by;
    for (size_t i = 0; i < all.size() && by.empty(); ++i) {
      const QualityPoint& point = table.points[i];
      if (point.group != limit.group) continue;
      if (meets(limit, all[i], plains[{point.group, point.recipe}]))
        by = fmt::format("{}, {}", point.spec, point.recipe);
    }
    good = good && !by.empty();
    const auto number = [](double value, int digits) {
      return value > 0 ? fmt::format("{:.{}f}", value, digits) : "";
    };
    rows.push_back({limit.group, number(limit.area, 0), number(limit.delay, 2),
                    number(limit.ratio, 2), by.empty() ? "MISSED" : "met", by});
  }
  fmt::print("{}", format_table(rows));
  if (record) base::write_file(file, recorded(base::read_file(file), all));
  return good;
}

}  // namespace cli
