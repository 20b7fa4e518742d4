// SPDX-License-Identifier: Apache-2.0
// Errors that reach the user, and the search for what was meant.

#include "base/error.h"

#include <algorithm>
#include <vector>

namespace base {
namespace {

// Optimal string alignment distance: insertions, deletions, substitutions, neighbours swapped.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(previous);
    previous.swap(row);
  }
  return previous[b.size()];
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

Error::Error(ExitCode code, std::string_view subject, std::string_view text)
    : std::runtime_error(std::string(subject) + ": " + std::string(text)), code_(code) {}

Error::Error(ExitCode code, const std::string& what) : std::runtime_error(what), code_(code) {}

void usage_error(std::string_view subject, std::string_view text) {
  throw Error(ExitCode::kUsage, subject, text);
}

void check_error(std::string_view subject, std::string_view text) {
  throw Error(ExitCode::kCheckFailed, subject, text);
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(lower(word), lower(candidate));
    if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace base
