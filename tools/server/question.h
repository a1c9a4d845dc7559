// Reads a question's parameters, checked; the first that is wrong becomes the problem.
#pragma once

#include <optional>

#include "tools/server/horizon.h"

namespace muniment {

class Question {
 public:
  Question(Node& node, const Call& call) : node_(node), call_(call) {}

  std::optional<Timestamp> time(std::string_view name);
  std::optional<ProviderId> provider(std::string_view name);
  std::optional<Username> username(std::string_view name);
  std::optional<std::uint64_t> number(std::string_view name, std::uint64_t least, std::uint64_t most);
  bool flag(std::string_view name);
  std::string text(std::string_view name) const;  // Empty where it was not given.
  // at, recorded_at, position.
  Moment moment();
  std::size_t limit();
  // That the views have taken in the position `wait_for`, where one is given. Who asks has waited for that (Call::views_needed).
  void require_views();
  void fail(Problem problem);

  const std::optional<Problem>& problem() const { return problem_; }

 private:
  void expect(std::string_view name, std::string_view expected);

  Node& node_;
  const Call& call_;
  std::optional<Problem> problem_;
};

// Whether there is nothing at these positions but records of reads, or nothing: a reader that comes back for what is new must not find
// itself.
bool holds_reads_alone(const EventLog& log, Position first, Position last);

}  // namespace muniment
