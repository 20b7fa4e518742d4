// SPDX-License-Identifier: Apache-2.0
// The sums that the bench converts coefficients to are those that the generated unit describes.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tb/fcu_sizes.h"
#include "tb/fir_sizes.h"
#include "tests/random_specs.h"
#include "tests/tb_support.h"

namespace {

// The numbers in "h[2][0]", or {} for another text.
std::vector<int> indices(const std::string& text) {
  std::vector<int> all;
  for (size_t at = text.find('['); at != std::string::npos; at = text.find('[', at + 1)) {
    all.push_back(std::stoi(text.substr(at + 1)));
  }
  return all;
}

// Different for each coefficient, and sums of few of them are different, too.
int64_t value_of(size_t place) {
  return static_cast<int64_t>((place + 1) * (place + 3) * 7919 % 100'003);
}

tb::Values values(int count) {
  tb::Values all;
  for (int i = 0; i < count; ++i) all.push_back(value_of(static_cast<size_t>(i)));
  return all;
}

// Which coefficient "h[..].." is. Channels stand in front where there are several: h[o][c][r][k].
int place(const golden::KernelShape& shape, const std::string& name) {
  std::vector<int> at = indices(name);
  if (at.size() == 1) return at[0];  // fir
  if (shape.in_channels == 1) at.insert(at.end() - 2, 0);
  if (shape.out_channels == 1) at.insert(at.begin(), 0);
  const int plane = at.at(0) * shape.in_channels + at.at(1);
  return (plane * shape.rows + at.at(2)) * shape.columns + at.at(3);
}

// What the unit says of its port, and what the bench makes of it.
void compare(const base::Spec& spec) {
  const gen::Design design = gen::generate(spec);
  tb::Field raw, port;
  tb::Values h, converted;
  golden::KernelShape shape;
  const auto convert = [&](const auto& sizes) {
    raw = sizes.raw_field();
    port = sizes.h();
    h = values(raw.count);
    converted = sizes.preadded(h);
  };
  if (design.spec.unit() == "fir") {
    convert(tb::FirSizes(design.spec));
  } else {
    const tb::FcuSizes sizes(design.spec);
    convert(sizes);
    shape = sizes.kernel;
  }

  tb::Values described;
  for (const gen::CoefficientSum& sum : design.coefficients) {
    int64_t value = 0;
    for (const auto& [factor, name] : sum.terms) {
      value += factor * h.at(static_cast<size_t>(place(shape, name)));
    }
    described.push_back(value);
  }
  EXPECT_EQ(converted, described) << spec.line();
  EXPECT_EQ(static_cast<size_t>(port.count), described.size()) << spec.line();
  for (const gen::Port& p : design.ports) {
    if (p.name == "h_i") {
      EXPECT_EQ(p.width_value, port.bits()) << spec.line();
    }
  }
}

class Offline : public testing::TestWithParam<const char*> {};

TEST_P(Offline, SumsAreThoseOfTheUnit) {
  compare(base::Spec::parse_line(std::string(GetParam()) + " preadd=offline"));
}

class OfflineAtRandom : public testing::TestWithParam<const char*> {};

TEST_P(OfflineAtRandom, SumsAreThoseOfTheUnit) {
  constexpr int kPoints = 60;
  int compared = 0;
  for (base::Spec spec : gen::random_specs(gen::find_unit(GetParam()), 8 * kPoints, 21, 7, 150)) {
    if (spec.is("scheme", "direct") || spec.is("arith", "heap") || compared == kPoints) continue;
    spec.set("preadd", "offline");
    compare(spec);
    ++compared;
  }
  EXPECT_EQ(compared, kPoints);
}

INSTANTIATE_TEST_SUITE_P(Units, OfflineAtRandom, testing::Values("fcu", "fir"),
                         [](const auto& point) { return std::string(point.param); });

INSTANTIATE_TEST_SUITE_P(
    Units, Offline,
    testing::Values(
        "fcu scheme=ffa", "fcu scheme=ffa2d",
        "fcu scheme=ffa2d kernel=2 kernel_rows=3 InChannels=2 OutChannels=3",
        "fcu kernel=5 scheme=ffa2d algorithm=m5 algorithm_rows=k5",
        "fcu kernel=7 scheme=ffa algorithm=m7", "fcu kernel=7 scheme=ffa algorithm=k7",
        "fcu kernel=6 scheme=ffa2d algorithm=m6 algorithm_rows=k2.k3", "fcu kernel=12 scheme=ffa",
        "fcu kernel=11 kernel_rows=3 scheme=ffa2d parallel=5 parallel_rows=2",
        "fcu kernel=3 kernel_rows=5 scheme=ffa2d parallel=5 parallel_rows=3",
        "fcu kernel=6 scheme=ffa parallel=10",
        "fcu kernel=6 scheme=ffa parallel=2 algorithm=k2.k2.k2",
        "fcu kernel=3 scheme=ffa algorithm=k3d", "fcu kernel=3 scheme=ffa algorithm=p3",
        "fcu kernel=5 scheme=ffa stride=2",
        "fcu kernel=5 scheme=ffa2d stride=2 dilation=2 parallel=3",
        "fcu kernel=5 scheme=ffa2d stride=4",
        "fcu kernel=7 scheme=ffa algorithm=k2 dilation=3 parallel=7",
        "fcu kernel=5 scheme=ffa2d algorithm=k2.k3 parallel=7",
        "fcu kernel=9 scheme=ffa stride=2 parallel=2", "fcu kernel=10 scheme=ffa algorithm=k2.m5",
        "fir taps=3 parallel=2 scheme=ffa", "fir taps=7 parallel=3 scheme=ffa",
        "fir taps=7 parallel=3 scheme=ffa form=D algorithm=k3d",
        "fir taps=64 parallel=4 scheme=ffa form=D", "fir taps=6 parallel=2 scheme=winograd",
        "fcu kernel=3 scheme=winograd InChannels=2"),
    [](const auto& point) { return tb_test::test_name(point.param); });

}  // namespace
