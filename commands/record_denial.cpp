#include "commands/record_denial.h"

namespace muniment {

Decision decide(const RecordDenial& denial, const Request&, Sight& sight) {
  fact::AccessDenied fact{.problem = denial.problem, .route = denial.route, .times = denial.times, .token = denial.token};
  if (denial.times > 1) fact.last_at = denial.last_at;
  Decided decided{.authority = schema::Authority::NODE};
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact,
                            .streams = {StreamName::single(schema::StreamKind::READS)},
                            .occurred_at = std::min(denial.first_at, sight.now())});
  return decided;
}

}  // namespace muniment
