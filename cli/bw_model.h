// SPDX-License-Identifier: Apache-2.0
// Files of binary-weight networks: the one that a training writes, the one in integers.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/bw_fold.h"
#include "golden/bw_network.h"

namespace cli {

// What a model file says beside the network.
struct BwModelNotes {
  std::string name;
  std::string data;          // what the accuracy was measured on; empty: nothing is known
  double real_accuracy = 0;  // in floating point, with the activations rounded
};

struct BwModel {
  BwModelNotes notes;
  golden::BwNetwork network;
};

// Formats: networks/README.md. Usage errors name the file, the line or the layer, and the fault;
// the network that comes back fits together.
BwModel read_bw_model(const std::filesystem::path& path);

// Reads real weights and batch normalisation and makes integers of them; layers with at most four
// bits of result get thresholds on request.
BwModel binarize_bw_model(const std::filesystem::path& path, bool thresholds);

std::string bw_model_text(const BwModel& model);

// The folder that the user named, else $FIRCONE_MNIST, else empty.
std::filesystem::path mnist_folder(const std::filesystem::path& named);

}  // namespace cli
