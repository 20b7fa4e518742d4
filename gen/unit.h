// SPDX-License-Identifier: Apache-2.0
// What a unit says about itself: its parameters, its limits, and the function that builds it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/spec.h"

namespace gen {

class DesignBuilder;  // gen/design_builder.h

enum class ParamKind {
  kFreeSize,   // Verilog parameter: the structure does not depend on it
  kFixedSize,  // integer that shapes the module, part of its name
  kOption,     // one word of `values`
  kSubset,     // any subset of `values`, in their order, joined by commas; or `none`
  kWord,       // a word whose legal values depend on the keys before it; or `auto`
};

// One word that an option may take.
struct Value {
  std::string_view name;
  std::string_view doc;
  std::string_view stands_for = {};  // an alias: resolve() replaces it ("fused": "pre,post")
};

// That a key has a certain word, {"arith", "heap"}, or one of several, {"approx", "a|b"}. Empty:
// always.
struct Condition {
  std::string_view key = {};
  std::string_view value = {};
  bool holds(const base::Spec& spec) const;
  std::string text() const;  // "arith=heap"
};

// A key of a unit's spec line. Keys that conditions read stand before those that have them.
struct Param {
  std::string_view name;
  ParamKind kind = ParamKind::kOption;
  std::string_view default_value;
  std::string_view doc;
  int64_t min = 0, max = 0;        // sizes
  std::string_view at_most = {};   // sizes: name of another size that is an upper limit too
  std::vector<Value> values = {};  // options and subsets
  std::string_view tag = {};       // module name: kept in front of a fixed size ("k": k3) or a word
  std::string_view silent = {};    // module name: the number (auto: what that gives) without a tag
  Condition free_if = {};          // free sizes: otherwise fixed, a number and part of the name
  Condition fixed_if = {};         // free sizes: fixed there, whatever free_if says
  Condition only_if = {};          // otherwise the key means nothing and keeps its default
  // Sizes: `auto` is allowed too; gives its number, from all keys that stand before this one.
  int64_t (*automatic)(const base::Spec& spec) = nullptr;
  // Options with a word `auto`: the word that it stands for, likewise.
  std::string_view (*automatic_word)(const base::Spec& spec) = nullptr;
  // Words (kWord): what `auto` stands for, and what is wrong with a word, "must be ..", or nothing;
  // both from all keys that stand before this one.
  std::string (*automatic_name)(const base::Spec& spec) = nullptr;
  std::string (*fault)(const base::Spec& spec, const std::string& word) = nullptr;

  bool is_size() const { return kind == ParamKind::kFreeSize || kind == ParamKind::kFixedSize; }
  bool is_free(const base::Spec& resolved) const {
    const bool fixed = !fixed_if.key.empty() && fixed_if.holds(resolved);
    return kind == ParamKind::kFreeSize && !fixed && free_if.holds(resolved);
  }
  bool is_fixed(const base::Spec& resolved) const { return is_size() && !is_free(resolved); }

  // The same key with a condition: free_size(...).free_with("arith", "operators").
  Param free_with(std::string_view other, std::string_view value) const;
  Param fixed_with(std::string_view other, std::string_view value) const;
  Param needs(std::string_view other, std::string_view value) const;
  Param up_to(std::string_view size) const;                        // at_most
  Param tagged(std::string_view text) const;                       // tag
  Param silent_at(std::string_view number) const;                  // silent
  Param or_auto(int64_t (*number)(const base::Spec& spec)) const;  // automatic, the default
  Param or_auto(std::string_view (*word)(const base::Spec& spec), std::string_view doc) const;
};

Param free_size(std::string_view name, std::string_view default_value, int64_t min, int64_t max,
                std::string_view doc);
Param fixed_size(std::string_view name, std::string_view tag, std::string_view default_value,
                 int64_t min, int64_t max, std::string_view doc);
Param option(std::string_view name, std::vector<Value> values,
             std::string_view doc);  // first: default
Param subset(std::string_view name, std::string_view default_value, std::vector<Value> values,
             std::string_view doc);
// Its default is `auto`.
Param word(std::string_view name, std::string_view tag, std::string_view doc,
           std::string (*automatic)(const base::Spec& spec),
           std::string (*fault)(const base::Spec& spec, const std::string& word));

// A rule between parameters. `broken` looks at values that are valid one by one.
struct Rule {
  std::vector<std::string_view> keys;  // what it reads
  bool (*broken)(const base::Spec& resolved);
  std::string_view text;  // "a beat has at most 256 samples"
  // Says it of these values, with the nearest valid choice: "block=3 must divide Width=16; ...".
  std::string (*explain)(const base::Spec& resolved) = nullptr;
};

struct Unit {
  std::string_view name;
  std::string_view doc;     // one sentence
  std::string_view source;  // where the method comes from
  std::vector<Param> params;
  std::vector<Rule> rules;
  std::vector<std::string_view> points;  // catalogue: "scheme=ffa DataWidth=8"
  void (*build)(const base::Spec& resolved, DesignBuilder& design);

  const Param* find(std::string_view key) const;  // nullptr when the unit has no such key
};

}  // namespace gen
