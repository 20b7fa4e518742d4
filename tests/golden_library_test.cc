// SPDX-License-Identifier: Apache-2.0
// libfircone_golden.so as a C program sees it: loaded, called, refused.

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "gen/generate.h"
#include "golden/c_interface.h"
#include "golden/mul.h"
#include "tb/adder_functions.h"
#include "tb/multiplier_functions.h"
#include "tests/random_specs.h"

namespace {

using Words = std::vector<uint64_t>;

class Library {
 public:
  Library() {
    const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    const std::string file = (here.parent_path() / "libfircone_golden.so").string();
    handle_ = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
  }
  ~Library() { dlclose(handle_); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  template <typename Function>
  Function* find(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(handle_, name));
  }

 private:
  void* handle_;
};

class GoldenLibrary : public testing::Test {
 protected:
  Library library_;
  decltype(&fircone_add) add_ = library_.find<decltype(fircone_add)>("fircone_add");
  decltype(&fircone_mul) mul_ = library_.find<decltype(fircone_mul)>("fircone_mul");
  decltype(&fircone_dot) dot_ = library_.find<decltype(fircone_dot)>("fircone_dot");
  decltype(&fircone_last_error) last_error_ =
      library_.find<decltype(fircone_last_error)>("fircone_last_error");
};

// Any spec line of the program means the same to the library: random specs, defaults left out.
TEST_F(GoldenLibrary, AddersAreThoseOfTheBenches) {
  std::mt19937_64 random(5);
  int units = 0;
  for (const gen::Unit* unit : gen::units()) {
    if (!tb::is_adder(std::string(unit->name))) continue;
    ++units;
    std::vector<base::Spec> specs = gen::random_specs(*unit, 12, 9, 64);
    specs.push_back(gen::resolve(base::Spec(std::string(unit->name))));
    for (base::Spec spec : specs) {
      if (spec.has("carry_in")) spec.set("carry_in", "no");
      const base::Spec defaults = gen::resolve(base::Spec(spec.unit()));
      std::string line = spec.unit();
      for (const auto& [key, value] : spec.items()) {
        if (!defaults.is(key, value)) line.append(" ").append(key).append("=").append(value);
      }
      const tb::AdderFunction golden = tb::adder_function(spec);
      const int width = static_cast<int>(spec.size("Width"));
      Words a(20), b(20), low(20), high(20);
      for (size_t i = 0; i < a.size(); ++i) a[i] = random(), b[i] = i % 3 == 0 ? ~a[i] : random();
      ASSERT_EQ(add_(line.c_str(), a.data(), b.data(), low.data(), high.data(), a.size()),
                FIRCONE_OK)
          << line << ": " << last_error_();
      for (size_t i = 0; i < a.size(); ++i) {
        const int above = 64 - width;
        const golden::Wide expected = golden(a[i] << above >> above, b[i] << above >> above, false);
        ASSERT_EQ(low[i], static_cast<uint64_t>(expected)) << line;
        ASSERT_EQ(high[i], static_cast<uint64_t>(static_cast<golden::UnsignedWide>(expected) >> 64))
            << line;
      }
    }
  }
  EXPECT_EQ(units, 19);
}

TEST_F(GoldenLibrary, MultipliersAreThoseOfTheBenches) {
  std::mt19937_64 random(6);
  for (const base::Spec& spec : gen::random_specs(gen::find_unit("mul"), 40, 9, 64)) {
    const tb::MultiplierFunction golden = tb::multiplier_function(spec);
    const int wa = static_cast<int>(spec.size("WidthA")),
              wb = static_cast<int>(spec.size("WidthB"));
    Words a(20), b(20), low(20), high(20);
    for (size_t i = 0; i < a.size(); ++i) a[i] = random(), b[i] = ~(random() & (random() >> 1));
    const std::string line = spec.line();
    ASSERT_EQ(mul_(line.c_str(), a.data(), b.data(), low.data(), high.data(), a.size()), FIRCONE_OK)
        << line << ": " << last_error_();
    for (size_t i = 0; i < a.size(); ++i) {
      const auto bits = static_cast<golden::UnsignedWide>(
          golden(a[i] << (64 - wa) >> (64 - wa), b[i] << (64 - wb) >> (64 - wb)));
      const auto result = (golden::UnsignedWide{high[i]} << 64 | low[i]);
      EXPECT_EQ(static_cast<int>((result ^ bits) << (128 - wa - wb) == 0), 1) << line;
    }
  }
}

TEST_F(GoldenLibrary, MultipliesAndSums) {
  const Words a = {3, 0xff, 0x80}, b = {5, 2, 0x80};
  Words low(3), high(3);
  EXPECT_EQ(mul_("mul", a.data(), b.data(), low.data(), nullptr, 3), FIRCONE_OK);
  EXPECT_EQ(low, (Words{15, 510, 16384}));
  EXPECT_EQ(mul_("mul operands=signed arith=heap tree=dadda", a.data(), b.data(), low.data(),
                 high.data(), 3),
            FIRCONE_OK);
  EXPECT_EQ(low, (Words{15, static_cast<uint64_t>(-2), 16384}));
  EXPECT_EQ(high, (Words{0, ~uint64_t{0}, 0}));
  EXPECT_EQ(mul_("mul operands=mixed", a.data(), b.data(), low.data(), nullptr, 3), FIRCONE_OK);
  EXPECT_EQ(low, (Words{15, 510, static_cast<uint64_t>(-16384)}));
  EXPECT_EQ(mul_("mul approx=broken_array columns=3", a.data(), b.data(), low.data(), nullptr, 3),
            FIRCONE_OK);
  EXPECT_EQ(low, (Words{8, 504, 16384}));  // 3 * 5: 8 of 1 + 2 + 4 + 8; 255 * 2: without 2 + 4
  const Words c = {1};
  EXPECT_EQ(dot_("dot Count=3 AddendWidth=8", a.data(), b.data(), c.data(), low.data(), nullptr, 1),
            FIRCONE_OK);
  EXPECT_EQ(low[0], 15U + 510U + 16384U + 1U);
  EXPECT_EQ(dot_("dot operands=signed", a.data(), b.data(), nullptr, low.data(), nullptr, 1),
            FIRCONE_OK);
  EXPECT_EQ(low[0], 15U - 2U + 16384U);
  Words in_place = a;
  EXPECT_EQ(add_("add_loa ApproxWidth=0", in_place.data(), b.data(), in_place.data(), nullptr, 3),
            FIRCONE_OK);
  EXPECT_EQ(in_place, (Words{8, 0x101, 0x100}));
}

TEST_F(GoldenLibrary, RefusesWhatItCannotDo) {
  const Words a(4), b(4);
  Words low(4);
  const auto add = [&](const char* spec) {
    return add_(spec, a.data(), b.data(), low.data(), nullptr, 4);
  };
  EXPECT_EQ(add("add_nothing"), FIRCONE_UNKNOWN_UNIT);
  EXPECT_STREQ(last_error_(), "no unit 'add_nothing'");
  EXPECT_EQ(add(""), FIRCONE_UNKNOWN_UNIT);
  EXPECT_EQ(add("mul"), FIRCONE_UNKNOWN_UNIT);
  EXPECT_EQ(add("add_esa Width=10 block=4"), FIRCONE_BAD_KEY);
  EXPECT_STREQ(last_error_(), "add_esa: block=4 must divide Width=10");
  for (const char* spec : {"add_loa Width=0",
                           "add_loa Width=65",
                           "add_loa Width=8x",
                           "add_loa Width=",
                           "add_loa Width",
                           "add_loa ApproxWidth=17",
                           "add_loa Kernel=3",
                           "add_loa carry=or",
                           "add_loa Width=8 Width=8",
                           "add_oloca OnesWidth=9",
                           "add_aca1 window=17",
                           "add_gear r=5 p=3",
                           "add_gear r=9 p=8",
                           "add_ama cell=6",
                           "add_trunc fill=",
                           "add_prefix carry_in=yes",
                           "add_prefix nonsense=3",
                           "add_prefix block=4",
                           "add_ripple network=sklansky",
                           "add_skip fanout=10",
                           "add_skip block",
                           "add_loa cut=none",
                           "add_loa arith=heap"}) {
    EXPECT_EQ(add(spec), FIRCONE_BAD_KEY) << spec;
  }
  EXPECT_EQ(add("add_loa Width=64"), FIRCONE_TOO_WIDE);
  EXPECT_EQ(add(nullptr), FIRCONE_BAD_POINTER);
  EXPECT_EQ(add_("add_loa", nullptr, b.data(), low.data(), nullptr, 4), FIRCONE_BAD_POINTER);
  EXPECT_EQ(add_("add_loa", a.data(), b.data(), nullptr, nullptr, 4), FIRCONE_BAD_POINTER);
  EXPECT_EQ(dot_("dot AddendWidth=4", a.data(), b.data(), nullptr, low.data(), nullptr, 1),
            FIRCONE_BAD_POINTER);
  EXPECT_EQ(mul_("mul approx=truncated columns=16", a.data(), b.data(), low.data(), nullptr, 4),
            FIRCONE_BAD_KEY);
  EXPECT_EQ(mul_("mul network=sklansky", a.data(), b.data(), low.data(), nullptr, 4),
            FIRCONE_BAD_KEY);
  EXPECT_EQ(dot_("dot approx=truncated", a.data(), b.data(), nullptr, low.data(), nullptr, 1),
            FIRCONE_BAD_KEY);
  EXPECT_EQ(mul_("mul WidthA=40 WidthB=40", a.data(), b.data(), low.data(), nullptr, 4),
            FIRCONE_TOO_WIDE);
  EXPECT_EQ(library_.find<decltype(fircone_golden_abi)>("fircone_golden_abi")(),
            FIRCONE_GOLDEN_ABI);
}

}  // namespace
