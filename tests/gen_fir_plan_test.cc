// SPDX-License-Identifier: Apache-2.0
// Plans of FIR filters, run on numbers: both forms, every algorithm, blocks of taps.

#include "gen/units/fir_plan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "gen/generate.h"
#include "golden/fir.h"

namespace {

using Values = std::vector<int64_t>;

int64_t dot(const ffa::Row& row, const Values& v) {
  int64_t sum = 0;
  for (size_t i = 0; i < row.size(); ++i) sum += row[i] * v[i];
  return sum;
}

// What the plan's circuit does block by block.
class Circuit {
 public:
  explicit Circuit(const gen::FirPlan& plan)
      : plan_(plan),
        window_(static_cast<size_t>(plan.window()), 0),
        past_(plan.data.size()),
        carry_(static_cast<size_t>(plan.carried()), 0) {}

  Values block(const Values& x, const Values& h) {
    window_.insert(window_.end(), x.begin(), x.end());
    window_.erase(window_.begin(), window_.end() - plan_.window());
    for (size_t f = 0; f < past_.size(); ++f) past_[f].push_back(dot(plan_.data[f], window_));
    Values branches(plan_.branch_names.size(), 0);
    for (const gen::FirPlan::Product& p : plan_.products) {
      const Values& u = past_[static_cast<size_t>(p.data)];
      const auto age = static_cast<size_t>(p.age);
      EXPECT_LE(p.age, plan_.ages[static_cast<size_t>(p.data)]);
      branches[static_cast<size_t>(p.branch)] +=
          dot(plan_.coefficient[static_cast<size_t>(p.coefficient)], h) *
          (age < u.size() ? u[u.size() - 1 - age] : 0);
    }
    Values y;
    for (const ffa::Row& row : plan_.post) y.push_back(dot(row, branches));
    Values next;
    for (size_t i = 0; i < carry_.size(); ++i) {
      y[i] += carry_[i];
      next.push_back(y[static_cast<size_t>(plan_.parallel) + i]);
    }
    carry_ = next;
    y.resize(static_cast<size_t>(plan_.parallel));
    return y;
  }

 private:
  const gen::FirPlan& plan_;
  Values window_;
  std::vector<Values> past_;
  Values carry_;
};

base::Spec spec_of(int taps, int parallel, const std::string& rest) {
  return gen::resolve(base::Spec::parse_line("fir taps=" + std::to_string(taps) +
                                             " parallel=" + std::to_string(parallel) + " " + rest));
}

void expect_filter(const base::Spec& spec, std::mt19937& random) {
  SCOPED_TRACE(spec.line());
  const gen::FirPlan plan = gen::fir_plan(spec);
  const auto values = [&](int count) {
    Values v;
    for (int i = 0; i < count; ++i) v.push_back(static_cast<int64_t>(random() % 201) - 100);
    return v;
  };
  Circuit circuit(plan);
  golden::Fir fir(plan.taps, plan.transposed ? 0 : plan.parallel);
  for (int block = 0; block < 4 + plan.taps / plan.parallel; ++block) {
    const Values x = values(plan.parallel), h = values(plan.taps);
    const Values y = circuit.block(x, h);
    const auto expected = fir.block(x, h);
    for (size_t i = 0; i < y.size(); ++i)
      ASSERT_EQ(golden::Wide{y[i]}, golden::Wide{expected[i]} * plan.divisor) << "output " << i;
  }
}

TEST(FirPlan, FiltersAStreamAsTheDefinitionSays) {
  std::mt19937 random(3);
  for (int parallel = 2; parallel <= 16; ++parallel) {
    for (const int taps : {2, 3, 4, 5, 7, 11, 12, 17, 31}) {
      if (taps * parallel > 180) continue;
      for (const char* form : {"T", "D"})
        expect_filter(spec_of(taps, parallel, std::string("scheme=ffa form=") + form), random);
    }
  }
}

TEST(FirPlan, EveryAlgorithmInBothForms) {
  std::mt19937 random(4);
  const std::pair<int, std::vector<const char*>> names[] = {
      {3, {"k3d", "p3", "k2.k2", "k2"}}, {4, {"pw4", "k5", "m5", "k3"}},
      {5, {"m5", "k5", "k2.k3"}},        {6, {"m6", "k2.k3"}},
      {7, {"m7", "k7", "k3.k3"}},        {10, {"k2.m5"}}};
  for (const auto& [parallel, words] : names) {
    for (const char* name : words) {
      for (const int taps : {3, parallel, parallel + 1, 2 * parallel + 2}) {
        for (const char* form : {"T", "D"}) {
          expect_filter(spec_of(taps, parallel,
                                std::string("scheme=ffa form=") + form + " algorithm=" + name),
                        random);
        }
      }
    }
  }
  for (const char* form : {"T", "D"})
    for (const int parallel : {2, 3, 4})
      for (const int taps : {2, 3, 4, 9})
        expect_filter(
            spec_of(taps, parallel, std::string("scheme=winograd arith=heap form=") + form),
            random);
}

// The published counts of F(parallel, taps).
TEST(FirPlan, Multiplications) {
  const auto count = [](int taps, int parallel, const std::string& rest = "scheme=ffa") {
    return gen::fir_plan(spec_of(taps, parallel, rest)).products.size();
  };
  EXPECT_EQ(count(2, 2), 3U);
  EXPECT_EQ(count(3, 2), 5U);
  EXPECT_EQ(count(5, 2), 8U);
  EXPECT_EQ(count(7, 2), 11U);
  EXPECT_EQ(count(3, 3), 6U);
  EXPECT_EQ(count(12, 3), 24U);
  EXPECT_EQ(count(3, 3, "scheme=winograd"), 5U);
  EXPECT_EQ(count(12, 12), 54U);
}

// The whole filter over one window: its tensor identity is checked as it is made.
TEST(FirPlan, WindowPlansAreProved) {
  for (const auto& [taps, parallel] :
       {std::pair{3, 3}, {7, 3}, {5, 4}, {12, 5}, {2, 6}, {16, 16}}) {
    for (const char* rest : {"scheme=ffa", "scheme=ffa form=D", "scheme=direct"}) {
      const gen::FilterPlan plan = gen::fir_window_plan(spec_of(taps, parallel, rest));
      EXPECT_EQ(plan.columns.shape.window(), taps + parallel - 1);
    }
  }
}

}  // namespace
