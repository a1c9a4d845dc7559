// What the store must say, in a page: an agency of a few providers and accounts. Every answer of a run is held against it, each in the
// state that its decision saw.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "commands/answer.h"
#include "commands/command.h"

namespace muniment::faults {

enum class Kind { register_provider, create, lock, unlock };

// A command as the simulation thinks of it.
struct Wish {
  Kind kind;
  int number;   // Of the provider or the person.
  int variant;  // Of a registration: its particulars.

  bool operator==(const Wish&) const = default;
};

std::string username_of(int person);
Command command_of(const Wish& wish, const std::string& id);

struct Expected {
  Answer::Status status;
  std::optional<Refusal> refusal = {};

  bool operator==(const Expected&) const = default;
};

class Model {
 public:
  Expected decide(const Wish& wish) const;
  // Its events are in the log.
  void apply(const Wish& wish);

 private:
  std::map<int, int> providers_;  // With the variant of each.
  std::map<int, bool> people_;    // Whether each is locked.
};

}  // namespace muniment::faults
