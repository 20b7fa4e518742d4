// SPDX-License-Identifier: Apache-2.0
// JSON files that users hand in: values that know their line, so that each fault is named with it.

#include "base/json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace base {

// By recursive descent, RFC 8259.
class JsonReader {
 public:
  JsonReader(std::string_view text, const std::string& source)
      : text_(text), source_(std::make_shared<const std::string>(source)) {}

  Json whole() {
    Json value = read(0);
    skip_blanks();
    if (place_ < text_.size()) fail("text behind the end of the value");
    return value;
  }

 private:
  static constexpr int kDepth = 64;  // of arrays in arrays; the stack bears more

  Json read(int depth) {
    if (depth > kDepth) fail("nested too deeply");
    skip_blanks();
    Json value;
    value.line_ = line_;
    value.source_ = source_;
    if (taken('{')) {
      value.kind_ = Json::Kind::kObject;
      read_members(value, depth);
    } else if (taken('[')) {
      value.kind_ = Json::Kind::kArray;
      if (taken(']')) return value;
      do value.items_.push_back(read(depth + 1));
      while (taken(','));
      expect(']');
    } else if (peek() == '"') {
      value.kind_ = Json::Kind::kText;
      value.text_ = read_text();
    } else if (word("true")) {
      value.kind_ = Json::Kind::kBoolean;
      value.boolean_ = true;
    } else if (word("false")) {
      value.kind_ = Json::Kind::kBoolean;
    } else if (!word("null")) {
      value.kind_ = Json::Kind::kNumber;
      value.number_ = read_number();
    }
    return value;
  }

  void read_members(Json& object, int depth) {
    if (taken('}')) return;
    do {
      skip_blanks();
      if (peek() != '"') fail("a name in quotes is missing");
      std::string key = read_text();
      if (object.find(key) != nullptr) fail(fmt::format("'{}' stands here twice", key));
      expect(':');
      object.items_.push_back(read(depth + 1));
      object.items_.back().key_ = std::move(key);
    } while (taken(','));
    expect('}');
  }

  std::string read_text() {
    std::string text;
    for (++place_; peek() != '"'; ++place_) {
      const char c = peek();
      if (static_cast<unsigned char>(c) < ' ') fail("a text does not end on its line");
      if (c != '\\') {
        text += c;
        continue;
      }
      ++place_;
      static constexpr std::string_view kNames = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
      const size_t which = kNames.find(peek());
      if (peek() == 'u') {
        read_code_point(text);
      } else if (peek() != '\0' && which != std::string_view::npos) {
        text += kMeant[which];
      } else {
        fail("unknown escape in a text");
      }
    }
    ++place_;
    return text;
  }

  // As UTF-8; halves of a pair (names beyond the basic plane) are left to others.
  void read_code_point(std::string& text) {
    unsigned code = 0;
    const char* first = text_.data() + place_ + 1;
    if (text_.size() - place_ < 5 || std::from_chars(first, first + 4, code, 16).ptr != first + 4)
      fail("\\u wants four hexadecimal digits");
    place_ += 4;
    if (code < 0x80) {
      text += static_cast<char>(code);
    } else if (code < 0x800) {
      text += static_cast<char>(0xc0 | code >> 6);
      text += static_cast<char>(0x80 | (code & 0x3f));
    } else {
      text += static_cast<char>(0xe0 | code >> 12);
      text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
      text += static_cast<char>(0x80 | (code & 0x3f));
    }
  }

  double read_number() {
    double value = 0;
    const char* first = text_.data() + place_;
    const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), value);
    // from_chars knows `inf` and `nan`, JSON does not.
    if (error != std::errc() || !std::isfinite(value)) fail("a value is missing or no JSON");
    place_ += static_cast<size_t>(end - first);
    return value;
  }

  char peek() const { return place_ < text_.size() ? text_[place_] : '\0'; }

  void skip_blanks() {
    for (; place_ < text_.size(); ++place_) {
      const char c = text_[place_];
      if (c == '\n') ++line_;
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
    }
  }

  bool taken(char c) {
    skip_blanks();
    if (peek() != c) return false;
    ++place_;
    return true;
  }

  void expect(char c) {
    if (!taken(c))
      fail(place_ < text_.size() ? fmt::format("'{}' is missing", c) : "the file ends too early");
  }

  bool word(std::string_view wanted) {
    if (!text_.substr(place_).starts_with(wanted)) return false;
    place_ += wanted.size();
    return true;
  }

  [[noreturn]] void fail(std::string_view what) const {
    usage_error(*source_, fmt::format("line {}: {}", line_,
                                      place_ < text_.size() ? what : "the file ends too early"));
  }

  std::string_view text_;
  std::shared_ptr<const std::string> source_;
  size_t place_ = 0;
  int line_ = 1;
};

Json Json::parse(std::string_view text, const std::string& source) {
  return JsonReader(text, source).whole();
}

Json Json::read(const std::filesystem::path& path) { return parse(read_file(path), path.string()); }

void Json::fail(std::string_view what) const {
  usage_error(*source_, fmt::format("line {}: {}", line_, what));
}

std::string Json::name() const { return key_.empty() ? "" : fmt::format("'{}' ", key_); }

void Json::require(Kind kind, const char* what) const {
  if (kind_ != kind) fail(fmt::format("{}must be {}", name(), what));
}

const Json* Json::find(std::string_view key) const {
  require(Kind::kObject, "an object");
  for (const Json& item : items_)
    if (item.key_ == key) return &item;
  return nullptr;
}

const Json& Json::at(std::string_view key) const {
  if (const Json* item = find(key)) return *item;
  fail(fmt::format("{}has no '{}'", name(), key));
}

void Json::only(const std::vector<std::string>& keys) const {
  require(Kind::kObject, "an object");
  for (const Json& item : items_) {
    bool known = false;
    for (const std::string& key : keys) known = known || item.key_ == key;
    if (known) continue;
    const std::string meant = nearest(item.key_, keys);
    item.fail(fmt::format("unknown name '{}'{}", item.key_,
                          meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant)));
  }
}

const std::vector<Json>& Json::items() const {
  require(Kind::kArray, "an array");
  return items_;
}

bool Json::boolean() const {
  require(Kind::kBoolean, "true or false");
  return boolean_;
}

double Json::number() const {
  require(Kind::kNumber, "a number");
  return number_;
}

int64_t Json::integer(int64_t low, int64_t high) const {
  if (kind_ != Kind::kNumber || number_ != std::floor(number_) ||
      number_ < static_cast<double>(low) || number_ > static_cast<double>(high))
    fail(fmt::format("{}must be an integer in {}..{}", name(), low, high));
  return static_cast<int64_t>(number_);
}

const std::string& Json::text() const {
  require(Kind::kText, "a text in quotes");
  return text_;
}

}  // namespace base
