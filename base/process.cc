// SPDX-License-Identifier: Apache-2.0
// fork, exec and the two pipes, with a time limit.

#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "base/error.h"

namespace base {
namespace {

// Tools whose package has another name.
const std::map<std::string, std::string, std::less<>> kPackages = {
    {"sta", "opensta"}, {"yosys-abc", "berkeley-abc"}, {"vvp", "iverilog"}, {"dot", "graphviz"}};

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) check_error("pipe", std::strerror(errno));
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

struct Program {
  const char* path;
  char* const* argv;
  char* const* environment;
  const char* directory;
};

void end_group(int) { ::kill(0, SIGKILL); }

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

// The life of the first child: it starts the tool in a process group of their own, waits for it and
// passes its status on. The kernel tells a process of its parent's death, but not the parent's
// grandchildren (compilers, ABC); the guard hears of it and ends the whole group. Only
// async-signal-safe calls: other threads of the caller may have held any lock.
[[noreturn]] void guard(pid_t caller, const Program& program, int in, const Pipe& out,
                        const Pipe& err) {
  ::setpgid(0, 0);
  struct sigaction action {};
  action.sa_handler = end_group;
  ::sigaction(SIGTERM, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != caller) ::_exit(126);
  ::dup2(in, 0);
  ::dup2(out.write_end, 1);
  ::dup2(err.write_end, 2);
  ::close_range(3, ~0U, 0);  // pipes of other threads' tools, locks
  const pid_t tool = ::_Fork();
  if (tool == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (*program.directory != 0 && ::chdir(program.directory) != 0) ::_exit(126);
    ::execve(program.path, program.argv, program.environment);
    ::_exit(127);
  }
  if (tool < 0) ::_exit(126);
  ::close_range(0, 2, 0);  // or the caller would wait for their end
  int raw = 0;
  while (::waitpid(tool, &raw, 0) < 0 && errno == EINTR) {
  }
  ::_exit(status_of(raw));
}

// The caller's environment with some variables set, as `name=value`.
std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string_view name = std::string_view(*line).substr(0, std::strcspn(*line, "="));
    if (std::none_of(variables.begin(), variables.end(),
                     [&](const auto& variable) { return variable.first == name; }))
      lines.emplace_back(*line);
  }
  for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

// Standard input as a file in memory: a child that does not read it costs nothing, and no write
// can raise SIGPIPE.
int input_file(const std::string& text) {
  const int file = ::memfd_create("input", MFD_CLOEXEC);
  size_t written = 0;
  while (file >= 0 && written < text.size()) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    if (count > 0) written += static_cast<size_t>(count);
    if (count < 0 && errno != EINTR) break;
  }
  if (file < 0 || written < text.size() || ::lseek(file, 0, SEEK_SET) != 0)
    check_error("standard input of a tool", std::strerror(errno));
  return file;
}

// Appends what is there; closes the end at end of file.
void drain(int& end, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(end, buffer.data(), buffer.size());
  if (count > 0) text.append(buffer.data(), static_cast<size_t>(count));
  if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) Pipe::close_end(end);
}

}  // namespace

std::filesystem::path find_tool(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
  if (name.find('/') != std::string_view::npos && ::access(std::string(name).c_str(), X_OK) == 0)
    return name;
  while (!rest.empty()) {
    const size_t colon = rest.find(':');
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, colon)) / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
  }
  const auto known = kPackages.find(name);
  const std::string package = known != kPackages.end() ? known->second : std::string(name);
  throw Error(ExitCode::kToolMissing,
              std::string(name) + " not found; it is in the package '" + package + "'");
}

Output run(const Command& command) {
  const std::string path = find_tool(command.argv.at(0)).string();
  std::vector<std::string> words = command.argv;
  std::vector<std::string> variables = environment_with(command.environment);
  const std::vector<char*> argv = pointers(words), environment = pointers(variables);
  const Program program{path.c_str(), argv.data(), environment.data(), command.directory.c_str()};

  Pipe out, err;
  const int in = input_file(command.input);
  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) guard(self, program, in, out, err);
  const int fork_error = errno;
  ::close(in);
  if (child < 0) check_error(command.argv[0], std::strerror(fork_error));
  Pipe::close_end(out.write_end);
  Pipe::close_end(err.write_end);

  Output result;
  const auto start = std::chrono::steady_clock::now();
  const auto expired = [&] {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    return command.timeout_seconds > 0 && passed.count() > command.timeout_seconds;
  };
  while (out.read_end >= 0 || err.read_end >= 0) {
    std::array<pollfd, 2> ends = {{{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}}};
    ::poll(ends.data(), ends.size(), 100);
    if (ends[0].revents != 0) drain(out.read_end, result.out);
    if (ends[1].revents != 0) drain(err.read_end, result.err);
    if (expired()) {
      result.timed_out = true;
      ::kill(-child, SIGKILL);
      break;
    }
  }
  // Who closed both streams need not have ended.
  int raw = 0;
  for (int pause = 1;; pause = std::min(2 * pause, 100)) {
    const pid_t ended = ::waitpid(child, &raw, command.timeout_seconds > 0 ? WNOHANG : 0);
    if (ended == child || (ended < 0 && errno != EINTR)) break;
    if (result.timed_out || expired()) {
      result.timed_out = true;
      ::kill(-child, SIGKILL);
    }
    ::poll(nullptr, 0, pause);
  }
  result.status = status_of(raw);
  return result;
}

std::string tool_version(std::string_view name, std::string_view argument) {
  static std::mutex mutex;
  static std::map<std::string, std::string> known;
  const std::lock_guard lock(mutex);
  std::string& version = known[std::string(name)];
  if (version.empty()) {
    const Output output =
        run({.argv = {std::string(name), std::string(argument)}, .timeout_seconds = 20});
    const std::string& text = output.out.empty() ? output.err : output.out;
    version = text.substr(0, text.find('\n'));
  }
  return version;
}

}  // namespace base
