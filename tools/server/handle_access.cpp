// POST /v1/nodes/access: a standby has recorded who read there, and who was not let in.
#include <fmt/format.h>

#include <future>

#include "tools/server/access_message.h"
#include "tools/server/handlers.h"
#include "tools/server/node.h"
#include "tools/server/problem.h"

namespace muniment {

// All of them or, as far as the standby knows, none: it sends what it is not told of again, under the same ids.
Response record_access(Node& node, const Call& call) {
  auto submissions = read_access_message(call.body);
  if (!submissions) return respond(Problem{problem::malformed, submissions.error()}, call.id);
  if (const std::string_view why = node.why_no_commands(); !why.empty()) return respond(Problem{why}, call.id);
  std::vector<std::future<bool>> outcomes;
  for (Submission& submission : *submissions) {
    auto place = node.take_place(*call.caller);
    if (!place) break;
    const auto outcome = std::make_shared<std::promise<bool>>();
    outcomes.push_back(outcome->get_future());
    submission.answer = [&node, place = std::move(place), outcome](const Answer& answer) {
      node.answered(answer, *place);
      outcome->set_value(answer.status == Answer::Status::accepted || answer.status == Answer::Status::unchanged);
    };
    std::vector<Submission> one;
    one.push_back(std::move(submission));
    node.submit(std::move(one));
  }
  std::size_t recorded = 0;
  for (auto& outcome : outcomes) recorded += outcome.get() ? 1U : 0U;
  if (outcomes.size() < submissions->size()) return respond(Problem{problem::overloaded}, call.id);
  if (recorded < outcomes.size()) return respond(Problem{problem::outcome_unknown}, call.id);
  return {.body = fmt::format("{{\"recorded\":{}}}\n", recorded)};
}

}  // namespace muniment
