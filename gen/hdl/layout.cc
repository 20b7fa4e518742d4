// SPDX-License-Identifier: Apache-2.0
// Greedy line breaking: at the outermost operators first, deeper only where a part is too long.

#include "gen/hdl/layout.h"

#include <algorithm>

namespace hdl {
namespace {

constexpr char kFirst = '\x01';  // break marks are the bytes 1..8: no text has them
constexpr int kDepths = 8;

bool is_mark(char c) { return c >= kFirst && c < kFirst + kDepths; }

std::string flat(std::string_view text) {
  std::string r(text);
  std::replace_if(r.begin(), r.end(), is_mark, ' ');
  return r;
}

class Filler {
 public:
  explicit Filler(size_t indent) : line_(indent, ' ') {}

  // Appends a part; breaks inside it when it fits no line.
  void add(std::string_view part, bool space, size_t indent) {
    const std::string plain = flat(part);
    if (line_.size() + (space ? 1 : 0) + plain.size() <= kColumns) {
      if (space) line_ += ' ';
      line_ += plain;
      return;
    }
    char mark = 0;
    for (const char c : part) {
      if (is_mark(c) && (mark == 0 || c < mark)) mark = c;
    }
    if (space && (mark == 0 || indent + plain.size() <= kColumns)) {
      start(indent);
      space = false;
      if (line_.size() + plain.size() <= kColumns || mark == 0) {
        line_ += plain;
        return;
      }
    }
    if (mark == 0) {
      line_ += plain;
      return;
    }
    for (size_t from = 0; from <= part.size();) {
      const size_t to = std::min(part.find(mark, from), part.size());
      add(part.substr(from, to - from), from == 0 ? space : true, indent);
      from = to + 1;
    }
  }

  std::string take() { return text_ + line_ + "\n"; }

 private:
  void start(size_t indent) {
    text_ += line_ + "\n";
    line_.assign(indent, ' ');
  }
  std::string text_, line_;
};

}  // namespace

std::string break_mark(int depth) {
  return std::string(1, static_cast<char>(kFirst + 1 + std::min(depth, kDepths - 2)));
}

std::string assign_mark() { return std::string(1, kFirst); }

std::string lay_out(std::string_view text, size_t indent) {
  const size_t assign = text.find(kFirst);
  if (assign == std::string_view::npos || indent + text.size() <= kColumns) {
    Filler filler(indent);
    filler.add(text, false, indent + 4);
    return filler.take();
  }
  // The right-hand side stays whole where it fits a line of its own; else its first operand stays
  // beside the sign where that fits.
  const std::string_view head = text.substr(0, assign), value = text.substr(assign + 1);
  char mark = 0;
  for (const char c : value) {
    if (is_mark(c) && (mark == 0 || c < mark)) mark = c;
  }
  const size_t first = std::min(mark ? value.find(mark) : value.size(), value.size());
  if (indent + 4 + value.size() > kColumns && indent + head.size() + 1 + first <= kColumns) {
    Filler filler(indent);
    filler.add(head, false, indent + 4);
    filler.add(value, true, indent + 4);
    return filler.take();
  }
  Filler filler(indent + 4);
  filler.add(value, false, indent + 4);
  return std::string(indent, ' ') + flat(head) + "\n" + filler.take();
}

std::string comment_lines(std::string_view text, size_t indent) {
  const std::string head = std::string(indent, ' ') + "//";
  std::string result, line = head;
  for (size_t from = 0; from < text.size();) {
    const size_t to = std::min(text.find(' ', from), text.size());
    const std::string_view word = text.substr(from, to - from);
    if (line.size() + 1 + word.size() > kColumns && line != head) {
      result += line + "\n";
      line = head;
    }
    if (!word.empty()) {
      line += ' ';
      line += word;
    }
    from = to + 1;
  }
  return result + line + "\n";
}

}  // namespace hdl
