// What the clients of a run sent and were told, and whether all of it can be true: together, and with what the log holds in the end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "events/log/event_log.h"
#include "events/vault/vault.h"
#include "tests/faults/simulation/model.h"

namespace muniment::faults {

class History {
 public:
  struct Sent {
    Wish wish;
    std::vector<Answer> answers = {};  // None of them `failed`: that says nothing.
  };

  void send(const std::string& id, const Wish& wish) { sent_.try_emplace(id, Sent{wish}); }
  void answered(const std::string& id, const Answer& answer);
  // What nobody knows the outcome of.
  std::vector<std::string> unanswered() const;
  const Sent& at(const std::string& id) const { return sent_.at(id); }
  // The id of something that was sent; precondition: something was.
  const std::string& any(std::uint64_t number) const {
    return std::next(sent_.begin(), static_cast<std::ptrdiff_t>(number % sent_.size()))->first;
  }
  bool empty() const { return sent_.empty(); }

  // What is wrong; empty: nothing. Reads the whole log. Counts what is lost and doubled.
  std::string check(const EventLog& log, Vault& vault);

  std::uint64_t acknowledged = 0;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;

 private:
  struct Recorded {
    Position first;
    std::string refusal;  // Empty: it was accepted.
  };

  std::string read(const EventLog& log, Vault& vault, std::map<std::string, Recorded>& recorded);
  std::string check_answers(const std::string& id, const Sent& sent, const std::map<std::string, Recorded>& recorded);
  std::string replay(const std::map<std::string, Recorded>& recorded) const;

  std::map<std::string, Sent> sent_;
};

}  // namespace muniment::faults
