// SPDX-License-Identifier: Apache-2.0
// Column widths and alignment.

#include "cli/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace cli {
namespace {

bool is_number(const std::string& cell) {
  return !cell.empty() && (cell.find_first_of("0123456789") == 0 ||
                           (cell.size() > 1 && (cell[0] == '-' || cell[0] == '+')));
}

}  // namespace

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  // A column is aligned by its first cell below the heading, the heading with it.
  const auto right = [&rows](size_t column) {
    return rows.size() > 1 && column < rows[1].size() && is_number(rows[1][column]);
  };
  std::string text;
  for (size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (size_t i = 0; i < rows[r].size(); ++i) {
      const std::string& cell = rows[r][i];
      line += right(i) ? fmt::format("{:>{}}  ", cell, widths[i])
                       : fmt::format("{:<{}}  ", cell, widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (r != 0) continue;
    size_t total = 0;
    for (const size_t width : widths) total += width + 2;
    text += std::string(total - 2, '-') + "\n";
  }
  return text;
}

}  // namespace cli
