// SPDX-License-Identifier: Apache-2.0
// JSON that users hand in: values, and the line of each fault.

#include "base/json.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.h"

namespace base {
namespace {

TEST(Json, Values) {
  const Json json = Json::parse(R"( {"a": [1, -2.5e1, true, false, null, "x\"\\\u00e9\u20ac\n"],
      "deep": {"empty": {}, "none": []}, "": 0} )",
                                "text");
  const std::vector<Json>& a = json.at("a").items();
  ASSERT_EQ(a.size(), 6U);
  EXPECT_EQ(a[0].integer(0, 9), 1);
  EXPECT_EQ(a[1].number(), -25);
  EXPECT_TRUE(a[2].boolean());
  EXPECT_FALSE(a[3].boolean());
  EXPECT_EQ(a[5].text(), "x\"\\\u00e9\u20ac\n");
  EXPECT_TRUE(json.at("deep").at("none").items().empty());
  EXPECT_EQ(json.at("deep").find("no"), nullptr);
  EXPECT_EQ(json.at("").integer(0, 0), 0);
  json.only({"a", "deep", ""});
}

std::string complaint(const std::string& text, const std::function<void(const Json&)>& use = {}) {
  try {
    const Json json = Json::parse(text, "f.json");
    if (use) use(json);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    return error.what();
  }
  return "";
}

TEST(Json, WhatIsNoJsonIsNamedWithItsLine) {
  EXPECT_EQ(complaint(""), "f.json: line 1: the file ends too early");
  EXPECT_EQ(complaint("[1,\n2"), "f.json: line 2: the file ends too early");
  EXPECT_EQ(complaint("{\"a\": \"x"), "f.json: line 1: the file ends too early");
  EXPECT_EQ(complaint("[1\n 2]"), "f.json: line 2: ']' is missing");
  EXPECT_EQ(complaint("{\"a\" 1}"), "f.json: line 1: ':' is missing");
  EXPECT_EQ(complaint("{a: 1}"), "f.json: line 1: a name in quotes is missing");
  EXPECT_EQ(complaint("{\"a\": 1,\n\"a\": 2}"), "f.json: line 2: 'a' stands here twice");
  EXPECT_EQ(complaint("[1, ]"), "f.json: line 1: a value is missing or no JSON");
  EXPECT_EQ(complaint("[nan]"), "f.json: line 1: a value is missing or no JSON");
  EXPECT_EQ(complaint("[1e999]"), "f.json: line 1: a value is missing or no JSON");
  EXPECT_EQ(complaint("[] []"), "f.json: line 1: text behind the end of the value");
  EXPECT_EQ(complaint("[\"a\nb\"]"), "f.json: line 1: a text does not end on its line");
  EXPECT_EQ(complaint("[\"\\x\"]"), "f.json: line 1: unknown escape in a text");
  EXPECT_EQ(complaint("[\"\\u12g4\"]"), "f.json: line 1: \\u wants four hexadecimal digits");
  EXPECT_EQ(complaint(std::string(100'000, '[')), "f.json: line 1: nested too deeply");
}

TEST(Json, WrongKindsAreNamedWithTheirLine) {
  const std::string text = "{\"shift\":\n 40, \"name\": true}";
  EXPECT_EQ(complaint(text, [](const Json& j) { j.at("shift").integer(0, 31); }),
            "f.json: line 2: 'shift' must be an integer in 0..31");
  EXPECT_EQ(complaint("[1.5]", [](const Json& j) { j.items()[0].integer(0, 31); }),
            "f.json: line 1: must be an integer in 0..31");
  EXPECT_EQ(complaint(text, [](const Json& j) { j.at("name").text(); }),
            "f.json: line 2: 'name' must be a text in quotes");
  EXPECT_EQ(complaint(text, [](const Json& j) { j.at("shift").items(); }),
            "f.json: line 2: 'shift' must be an array");
  EXPECT_EQ(complaint(text, [](const Json& j) { j.at("shift").boolean(); }),
            "f.json: line 2: 'shift' must be true or false");
  EXPECT_EQ(complaint(text, [](const Json& j) { j.at("name").number(); }),
            "f.json: line 2: 'name' must be a number");
  EXPECT_EQ(complaint(text, [](const Json& j) { j.at("name").at("x"); }),
            "f.json: line 2: 'name' must be an object");
  EXPECT_EQ(complaint(text, [](const Json& j) { j.at("scale"); }),
            "f.json: line 1: has no 'scale'");
  EXPECT_EQ(complaint(text,
                      [](const Json& j) {
                        j.only({"shifts", "name"});
                      }),
            "f.json: line 2: unknown name 'shift'; did you mean 'shifts'?");
  EXPECT_EQ(complaint(text, [](const Json& j) { j.only({"shift"}); }),
            "f.json: line 2: unknown name 'name'");
}

}  // namespace
}  // namespace base
