// One run of a store in one thread, out of one seed: its sequencer, decider and vault as they ship, over a disk, a log and a clock that are
// the simulation's, with clients that send again what they were not told about. Several lives, each ended by a power cut, a failure of the
// disk, the end of the process or an orderly one. The seed says what happens, so the same seed is the same run, byte for byte.
#pragma once

#include <memory>
#include <string>

#include "commands/sequencer.h"
#include "events/vault/vault.h"
#include "tests/faults/simulation/history.h"
#include "tests/faults/simulation/simulated_log.h"

namespace muniment::faults {

struct Outcome {
  std::string wrong = {};  // Empty: nothing.
  std::uint64_t commands = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t lives = 0;
  std::uint64_t cuts = 0;
  std::uint64_t disk_failures = 0;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  Hash root{};  // Of the log in the end.
};

class Simulation {
 public:
  // A vault that was made once, to begin each run with: making one takes files.
  struct Template {
    EpochKey epoch;
    std::string vault_bytes;
  };
  static Template make_template();

  Simulation(const Template& from, std::uint64_t seed, const Protections& protections = {}, const std::string& lying_file = {});
  Outcome run();

 private:
  void set_up();
  bool open();
  void live();
  void step();
  void submit_something();
  void submit(const std::string& id, const Wish& wish);
  void submit(Command command, std::function<void(const Answer&)> answered);
  void decide();
  void write();
  void drain();
  bool has_room() const;
  void meanwhile();
  void jump();
  void leave(bool power_goes);
  void finish();
  Wish any_wish();

  const Template& template_;
  Chance chance_;
  const Protections protections_;
  MemoryDisk disk_;
  History history_;
  Outcome outcome_;
  std::int64_t now_ns_;
  std::int64_t next_command_ = 0;

  std::unique_ptr<SimulatedLog> log_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Sequencer> sequencer_;
  bool is_concurrent_ = false;  // While a call of the disk is under way others go on.
  bool is_deciding_ = false;
  bool is_writing_ = false;
  bool is_on_head_ = false;
  int depth_ = 0;
};

}  // namespace muniment::faults
