// How a run of the program ended, as its exit code. Public: scripts rely on them. docs/cli.md, "Exit codes".
#pragma once

#include <chrono>
#include <stdexcept>

namespace muniment {

enum class ExitCode : int {
  ok = 0,
  failure = 1,
  usage = 2,
  not_found = 3,
  refused = 4,      // Or in conflict with what is there.
  denied = 5,       // Refused for want of authority.
  unavailable = 6,  // The store or its vault cannot be used now.
  start_again = 7,  // A node whose databases take nothing more from it; nothing on this machine is at fault.
  integrity = 10,   // What is stored is not what was written.
  findings = 11,
};

// What a subcommand throws to end the program; run_cli alone catches. The message says what is wrong and what to do.
struct CliError : std::runtime_error {
  CliError(ExitCode exit_code, const std::string& message) : std::runtime_error(message), code(exit_code) {}
  ExitCode code;
  std::chrono::seconds retry_after{0};  // Of a node that says when to ask again.
};

// What a node throws that ended because its store could not record something: the store is left as after a crash.
struct StoreStopped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The same where the store's databases are why: another node has taken the log or the vault, or it is not known what became of what was
// sent. A start goes on, or says what is wrong.
struct StoreTaken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace muniment
