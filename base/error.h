// SPDX-License-Identifier: Apache-2.0
// Errors that reach the user: one line, an exit code, the nearest valid choice.

#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace base {

// Exit codes of every fircone command.
enum class ExitCode { kDone = 0, kCheckFailed = 1, kUsage = 2, kToolMissing = 3 };

// Thrown for whatever the user can mend. what() is `subject: text`; the program prints it behind
// `fircone: error: `. A text of several lines reports several faults, one a line.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, std::string_view subject, std::string_view text);
  // As `what` stands: for several faults reported at once, each line already `subject: text`.
  Error(ExitCode code, const std::string& what);
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

[[noreturn]] void usage_error(std::string_view subject, std::string_view text);
[[noreturn]] void check_error(std::string_view subject, std::string_view text);

// The candidate with the smallest edit distance to `word`; empty when none is near (above a third
// of the word's length, at least 2).
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace base
