// Deeds decided one after another by what a node decides with, over a log in memory: each answer held against the model, each command sent
// again, the decider begun anew now and then, and in the end the state that was decided on against replays of the log.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands/decider.h"
#include "events/log/memory_log.h"
#include "tests/commands/sequences/portal_model.h"

namespace muniment::sequences {

// What the model says that everybody holds, once the log has this position.
struct Held {
  Position position = 0;
  std::set<std::string> rows = {};
};

class Run {
 public:
  // The vault is borrowed; no two runs on one vault have the same number.
  Run(Vault& vault, std::uint64_t number, Flaw flaw = Flaw::none);

  // What is wrong; empty: nothing.
  std::string play(std::span<const Deed> deeds);

  const MemoryLog& log() const { return log_; }
  // One for each deed that was accepted, in order.
  const std::vector<Held>& held() const { return held_; }
  // How many were decided, and how many of these accepted.
  std::size_t decided() const { return static_cast<std::size_t>(commands_); }
  std::size_t accepted() const { return accepted_; }

 private:
  void set_up();
  void begin_decider();
  Answer submit(Command command);
  std::string play_one(const Deed& deed);
  std::string send_again(const Deed& deed, const std::string& id, const Answer& first);
  std::string check_replays();

  Vault& vault_;
  const std::uint64_t number_;
  PortalModel model_;
  MemoryLog log_;
  Sealer sealer_;
  Timestamp now_ = Timestamp::parse("2024-03-12T09:00:00Z").value();
  std::unique_ptr<Decider> decider_;
  int commands_ = 0;
  std::size_t accepted_ = 0;
  std::vector<Held> held_;
};

// A vault for many runs, which keeps nothing: its files are removed with it.
class RunVault {
 public:
  explicit RunVault(const std::filesystem::path& folder);
  ~RunVault();
  RunVault(const RunVault&) = delete;
  RunVault& operator=(const RunVault&) = delete;

  // Made anew now and then, so that what runs leave in memory does not grow without end.
  Vault& vault();

 private:
  const std::filesystem::path folder_;
  EpochKey epoch_;
  std::unique_ptr<Vault> vault_;
  unsigned used_ = 0;
};

}  // namespace muniment::sequences
