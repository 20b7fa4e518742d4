// SPDX-License-Identifier: Apache-2.0
// The committed network on the drawn digits, and on MNIST where FIRCONE_MNIST names its folder.

#include "tb/bw_pictures.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "cli/bw_model.h"
#include "golden/bw_network_fast.h"

namespace {

const golden::BwNetwork& network() {
  static const golden::BwNetwork kNetwork = cli::read_bw_model("networks/mnist.json").network;
  return kNetwork;
}

TEST(BwPictures, TheNetworkKnowsTheDrawnDigits) {
  const tb::LabelledPictures digits = tb::read_labelled_pictures("networks", "digits", "digits");
  ASSERT_EQ(digits.count(), 200U);
  const std::vector<int> classes = tb::classify(network(), digits, 1);
  EXPECT_GE(tb::count_right(digits, classes), 195);
  EXPECT_EQ(tb::classify(network(), digits, 3), classes);
  // One digit told wrongly is one fewer.
  std::vector<int> other = classes;
  other[7] = digits.labels[7] + 1;
  EXPECT_EQ(tb::count_right(digits, other),
            tb::count_right(digits, classes) - (classes[7] == digits.labels[7] ? 1 : 0));
}

TEST(BwPictures, TheFastFormIsTheDefinitionOnTheNetworkItself) {
  const tb::LabelledPictures digits = tb::read_labelled_pictures("networks", "digits", "digits");
  const golden::BwFastNetwork fast(network());
  for (const size_t n : {0, 8, 15}) {
    const std::vector<golden::BwActivations> layers =
        golden::bw_infer(network(), digits.activations(n));
    const std::vector<uint8_t> found = fast.run(digits.picture(n));
    EXPECT_EQ(std::vector<int64_t>(found.begin(), found.end()), layers.back().samples) << n;
    EXPECT_EQ(golden::largest_at(found), digits.labels[n]) << n;
  }
}

TEST(BwPictures, MnistIsKnownWell) {
  const char* folder = std::getenv("FIRCONE_MNIST");
  if (folder == nullptr) GTEST_SKIP() << "FIRCONE_MNIST names no folder with MNIST's test set";
  const tb::LabelledPictures digits = tb::read_labelled_pictures(folder, "t10k", "MNIST");
  ASSERT_EQ(digits.count(), 10'000U);
  EXPECT_GE(tb::count_right(digits, tb::classify(network(), digits)), 9850);
}

}  // namespace
