// SPDX-License-Identifier: Apache-2.0
// What ends a simulation: each kind of failure a bench can meet.

#pragma once

#include <stdexcept>
#include <string>

namespace sim {

// Base of all: the design or the bench is wrong (not the user's command line). One line of text.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Mismatch : public Failure {  // a value differs from the expected one
 public:
  using Failure::Failure;
};
class ProtocolFailure : public Failure {  // a bus rule is broken
 public:
  using Failure::Failure;
};
class Timeout : public Failure {  // with_timeout, or the scheduler's limit
 public:
  using Failure::Failure;
};
class Deadlock : public Failure {  // every process waits and nothing can happen any more
 public:
  using Failure::Failure;
};
class BenchLoop : public Failure {  // one time step does not come to rest
 public:
  using Failure::Failure;
};
class WriteRace : public Failure {  // two processes drive one bit to different values in one step
 public:
  using Failure::Failure;
};

// What ended a model: $finish, $stop or $fatal (also an assertion or a loop that does not settle).
enum class StopKind { kFinish, kStop, kFatal };

// Thrown by Model::eval() when the design ends the simulation; it must not be evaluated again.
class ModelStop : public Failure {
 public:
  ModelStop(StopKind kind, const std::string& text) : Failure(text), kind_(kind) {}
  StopKind kind() const { return kind_; }

 private:
  StopKind kind_;
};

}  // namespace sim
