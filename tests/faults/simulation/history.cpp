#include "tests/faults/simulation/history.h"

#include <fmt/format.h>

#include "events/record/event_streams.h"

namespace muniment::faults {
namespace {

using Status = Answer::Status;

std::string text_of_expected(const Expected& expected) {
  if (expected.refusal) return std::string{name_of(*expected.refusal)};
  return expected.status == Status::accepted ? "accepted" : expected.status == Status::unchanged ? "unchanged" : "refused";
}

bool is_recorded(const Answer& answer) { return answer.first_position > 0; }

}  // namespace

void History::answered(const std::string& id, const Answer& answer) {
  sent_.at(id).answers.push_back(answer);
  ++acknowledged;
}

std::vector<std::string> History::unanswered() const {
  std::vector<std::string> ids;
  for (const auto& [id, sent] : sent_) {
    if (sent.answers.empty()) ids.push_back(id);
  }
  return ids;
}

// Positions without a hole, times that never go back, no command twice, and of each account that was created its PIN.
std::string History::read(const EventLog& log, Vault& vault, std::map<std::string, Recorded>& recorded) {
  std::string wrong;
  Position expected = 1;
  std::int64_t last_time = 0;
  log.read(0, 1, log.head(0).position, [&](Position position, RecordWords words) {
    RecordReader record(words);
    const auto event = record.event();
    if (position != expected || event.getPosition() != position) wrong = fmt::format("a hole before position {}", position);
    if (event.getRecordedAt() < last_time) wrong = fmt::format("the time of position {} goes back", position);
    last_time = event.getRecordedAt();
    ++expected;
    const auto fact = event.getFact();
    if (fact.isSubordinateCreated() && vault.pin(account_id_of(event), event_id_of(event)) != "0123")
      wrong = fmt::format("the PIN of position {} is not in the vault", position);
    if (!has_fingerprint(event)) return wrong.empty();
    const std::string id{text_of(event.getCommandId())};
    const std::string refusal = fact.isCommandRefused() ? std::string{text_of(fact.getCommandRefused().getRefusal())} : std::string{};
    if (recorded.emplace(id, Recorded{position, refusal}).second) return wrong.empty();
    ++doubled;
    wrong = fmt::format("{} is recorded twice", id);
    return false;
  });
  return wrong;
}

// Whoever was told that a command is recorded finds it there, as told.
std::string History::check_answers(const std::string& id, const Sent& sent, const std::map<std::string, Recorded>& recorded) {
  for (const Answer& answer : sent.answers) {
    if (!is_recorded(answer)) continue;
    const auto found = recorded.find(id);
    if (found == recorded.end()) {
      ++lost;
      return fmt::format("acknowledged and lost: {}", id);
    }
    const std::string refusal = answer.refusal ? std::string{name_of(*answer.refusal)} : std::string{};
    if (found->second.first != answer.first_position || found->second.refusal != refusal)
      return fmt::format("{} was answered as of position {}, and stands at {}", id, answer.first_position, found->second.first);
  }
  return {};
}

// Every decision that is known of, in the order in which they were made, is the model's.
std::string History::replay(const std::map<std::string, Recorded>& recorded) const {
  struct Decided {
    const std::string* id;
    const Wish* wish;
    Expected outcome;
    bool is_recorded;
  };
  std::multimap<Position, Decided> by_what_it_saw;
  for (const auto& [id, sent] : sent_) {
    const auto found = recorded.find(id);
    if (found != recorded.end()) {
      const bool is_accepted = found->second.refusal.empty();
      by_what_it_saw.emplace(found->second.first - 1, Decided{&id,
                                                              &sent.wish,
                                                              {is_accepted ? Status::accepted : Status::refused,
                                                               is_accepted ? std::nullopt : refusal_named(found->second.refusal)},
                                                              true});
    }
    for (const Answer& answer : sent.answers) {
      if (!is_recorded(answer)) by_what_it_saw.emplace(answer.true_of, Decided{&id, &sent.wish, {answer.status, answer.refusal}, false});
    }
  }
  Model model;
  for (auto at = by_what_it_saw.begin(); at != by_what_it_saw.end();) {
    const auto [begin, end] = by_what_it_saw.equal_range(at->first);
    for (auto one = begin; one != end; ++one) {
      if (model.decide(*one->second.wish) != one->second.outcome)
        return fmt::format("{}, decided behind position {}: {}, where the model says {}", *one->second.id, one->first,
                           text_of_expected(one->second.outcome), text_of_expected(model.decide(*one->second.wish)));
    }
    for (auto one = begin; one != end; ++one) {
      if (one->second.is_recorded && one->second.outcome.status == Status::accepted) model.apply(*one->second.wish);
    }
    at = end;
  }
  return {};
}

std::string History::check(const EventLog& log, Vault& vault) {
  std::map<std::string, Recorded> recorded;
  if (std::string wrong = read(log, vault, recorded); !wrong.empty()) return wrong;
  for (const auto& [id, sent] : sent_) {
    if (std::string wrong = check_answers(id, sent, recorded); !wrong.empty()) return wrong;
  }
  return replay(recorded);
}

}  // namespace muniment::faults
