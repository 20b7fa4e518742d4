// SPDX-License-Identifier: Apache-2.0
// The renaming wrapper.

#include "sim/renamed_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/error.h"

namespace sim {
namespace {

class RenamedModel final : public Model {
 public:
  RenamedModel(std::unique_ptr<Model> inner, const PortMap& map) : inner_(std::move(inner)) {
    for (ModelPort port : inner_->ports()) {
      const std::string original = port.name;
      const auto tied = std::find_if(map.tied.begin(), map.tied.end(),
                                     [&](const auto& tie) { return tie.first == port.name; });
      if (tied != map.tied.end()) {
        for (int lsb = 0; lsb < port.width; lsb += 64) {
          write_field(port, lsb, std::min(64, port.width - lsb), lsb == 0 ? tied->second : 0);
        }
        continue;
      }
      if (std::find(map.inverted.begin(), map.inverted.end(), port.name) != map.inverted.end()) {
        invert(port);
      }
      for (const auto& [bench, name] : map.names) {
        if (name == original) port.name = bench;
      }
      ports_.push_back(port);
    }
    for (const auto& [name, width] : map.ignored) {
      std::vector<uint64_t>& store = spare_.emplace_back(static_cast<std::size_t>(width + 63) / 64);
      ports_.push_back({name, true, width, store.data()});
    }
    check(map);
  }

  void eval() override {
    for (const Inverted& port : inverted_) *port.inner = *port.outer ^ uint8_t { 1 };
    inner_->eval();
  }
  bool can_trace() const override { return inner_->can_trace(); }
  void open_trace(const std::filesystem::path& file) override { inner_->open_trace(file); }
  void dump_trace(uint64_t time_ps) override { inner_->dump_trace(time_ps); }
  void close_trace() override { inner_->close_trace(); }
  void write_coverage(const std::filesystem::path& file) override { inner_->write_coverage(file); }

 private:
  struct Inverted {
    uint8_t* inner;
    const uint8_t* outer;
  };

  void invert(ModelPort& port) {
    if (!port.input || port.width != 1) {
      base::usage_error(port.name, "only an input of one bit can be inverted");
    }
    auto* inner = static_cast<uint8_t*>(port.data);
    uint64_t& outer = spare_.emplace_back(1).front();
    outer = *inner ^ 1U;
    port.data = &outer;
    inverted_.push_back({inner, reinterpret_cast<const uint8_t*>(&outer)});
  }

  void check(const PortMap& map) const {
    for (const auto& [bench, name] : map.names) inner_->port(name);
    for (const std::string& name : map.inverted) inner_->port(name);
    for (const auto& [name, value] : map.tied) inner_->port(name);
    for (std::size_t i = 0; i < ports_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (ports_[i].name == ports_[j].name) {
          base::usage_error("port map", fmt::format("two ports are called '{}'", ports_[i].name));
        }
      }
    }
  }

  std::unique_ptr<Model> inner_;
  std::vector<Inverted> inverted_;
  std::deque<std::vector<uint64_t>> spare_;  // storage of ports that the inner model lacks
};

}  // namespace

std::unique_ptr<Model> rename_ports(std::unique_ptr<Model> inner, const PortMap& map) {
  return std::make_unique<RenamedModel>(std::move(inner), map);
}

}  // namespace sim
