#include "commands/record_seal.h"

#include "commands/review_rules.h"

namespace muniment {

Decision decide(const RecordSeal& seal, const Request&, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  const Review& review = sight.review(seal.review);
  if (!review.is_closed() || review.closed_position() != seal.closed_position || !review.seal().empty()) return decided;
  const fact::ReviewSealed sealed{.review = seal.review,
                                  .closed_position = seal.closed_position,
                                  .people = seal.people,
                                  .kept = seal.kept,
                                  .revoked = seal.revoked,
                                  .asked = seal.asked,
                                  .undecided = seal.undecided,
                                  .not_carried_out = seal.not_carried_out,
                                  .digest = seal.digest};
  decided.events.push_back(review_event(sealed, seal.review, only_provider(review.providers()), sight));
  return decided;
}

}  // namespace muniment
