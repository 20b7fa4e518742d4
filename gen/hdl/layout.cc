// SPDX-License-Identifier: Apache-2.0
// Greedy line breaking: at the outermost operators first, deeper only where a part is too long.

#include "gen/hdl/layout.h"

#include <algorithm>

namespace hdl {
namespace {

constexpr char kFirst = '\x01';  // break marks are the bytes 1..8: no text has them
constexpr int kDepths = 8;

bool is_mark(char c) { return c >= kFirst && c < kFirst + kDepths; }

void append_flat(std::string& out, std::string_view text) {
  const auto from = static_cast<std::ptrdiff_t>(out.size());
  out += text;
  // Every byte is written, so that many go at once.
  std::transform(out.begin() + from, out.end(), out.begin() + from,
                 [](char c) { return is_mark(c) ? ' ' : c; });
}

class Filler {
 public:
  Filler(std::string& out, size_t indent) : out_(out), start_(out.size()) {
    out_.append(indent, ' ');
  }

  // Appends a part; breaks inside it when it fits no line.
  void add(std::string_view part, bool space, size_t indent) {
    if (column() + (space ? 1 : 0) + part.size() <= kColumns) {
      if (space) out_ += ' ';
      append_flat(out_, part);
      return;
    }
    char mark = 0;
    for (const char c : part) {
      if (is_mark(c) && (mark == 0 || c < mark)) mark = c;
    }
    if (space && (mark == 0 || indent + part.size() <= kColumns)) {
      start(indent);
      space = false;
      if (column() + part.size() <= kColumns || mark == 0) {
        append_flat(out_, part);
        return;
      }
    }
    if (mark == 0) {
      append_flat(out_, part);
      return;
    }
    for (size_t from = 0; from <= part.size();) {
      const size_t to = std::min(part.find(mark, from), part.size());
      add(part.substr(from, to - from), from == 0 ? space : true, indent);
      from = to + 1;
    }
  }

  void end() { out_ += '\n'; }

 private:
  size_t column() const { return out_.size() - start_; }
  void start(size_t indent) {
    out_ += '\n';
    start_ = out_.size();
    out_.append(indent, ' ');
  }
  std::string& out_;
  size_t start_;  // of the line
};

}  // namespace

std::string break_mark(int depth) {
  return std::string(1, static_cast<char>(kFirst + 1 + std::min(depth, kDepths - 2)));
}

std::string assign_mark() { return std::string(1, kFirst); }

void lay_out(std::string& out, std::string_view text, size_t indent) {
  const size_t assign = text.find(kFirst);
  if (assign == std::string_view::npos || indent + text.size() <= kColumns) {
    Filler filler(out, indent);
    filler.add(text, false, indent + 4);
    return filler.end();
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
    Filler filler(out, indent);
    filler.add(head, false, indent + 4);
    filler.add(value, true, indent + 4);
    return filler.end();
  }
  out.append(indent, ' ');
  append_flat(out, head);
  out += '\n';
  Filler filler(out, indent + 4);
  filler.add(value, false, indent + 4);
  filler.end();
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
