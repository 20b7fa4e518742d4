// SPDX-License-Identifier: Apache-2.0
// JSON files that users hand in: values that know their line, so that each fault is named with it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// The program's own output is written by cli/json.cc; this reads. Every access checks: usage error
// `FILE: line 7: 'shift' must be an integer in 0..31`.
class Json {
 public:
  // `source` names the text in errors.
  static Json parse(std::string_view text, const std::string& source);
  static Json read(const std::filesystem::path& path);

  // The member of an object; it is an error when there is none, or when this is no object.
  const Json& at(std::string_view key) const;
  // The same, or null.
  const Json* find(std::string_view key) const;
  // Error naming the nearest of them when the object has a key that is not among these.
  void only(const std::vector<std::string>& keys) const;

  const std::vector<Json>& items() const;  // of an array
  bool boolean() const;
  double number() const;
  int64_t integer(int64_t low, int64_t high) const;
  const std::string& text() const;

  std::string name() const;  // `'shift' ` of a member of an object, else empty

  // Usage error with file and line in front.
  [[noreturn]] void fail(std::string_view what) const;

 private:
  friend class JsonReader;
  enum class Kind { kNull, kBoolean, kNumber, kText, kArray, kObject };

  void require(Kind kind, const char* what) const;

  Kind kind_ = Kind::kNull;
  bool boolean_ = false;
  int line_ = 1;
  double number_ = 0;
  std::string text_;  // the text, or
  std::string key_;   // of a member, its name
  std::vector<Json> items_;
  std::shared_ptr<const std::string> source_;
};

}  // namespace base
