#include "commands/sign_report.h"

#include "commands/review_rules.h"

namespace muniment {
namespace {

constexpr std::size_t report_digest_bytes = 32;

// By what right the actor signs; none: it has no part in the review.
schema::Authority right_to_sign(const Review& review, const Request& request, Sight& sight) {
  for (const ProviderId& provider : review.providers()) {
    if (const auto authority = authority_at(Action::hold_review, request, provider, {}, sight)) return *authority;
  }
  return review.is_reviewer(request.actor.text()) ? schema::Authority::REVIEWER : schema::Authority::NONE;
}

}  // namespace

Field<SignReport> SignReport::read(request::SignReport::Reader in) {
  auto review = review_field(in.getReview());
  if (!review) return std::unexpected(std::move(review.error()));
  auto digest = from_hex(text_of(in.getDigest()));
  if (!digest || digest->size() != report_digest_bytes) return std::unexpected(Malformed{"digest", "64 hexadecimal digits"});
  return SignReport{std::move(*review), std::move(*digest)};
}

Decision decide(const SignReport& sign, const Request& request, Sight& sight) {
  const Review& review = sight.review(sign.review);
  const schema::Authority authority = review.exists() ? right_to_sign(review, request, sight) : schema::Authority::NONE;
  if (authority == schema::Authority::NONE) return refuse(Refusal::review_unknown, "review");
  if (review.seal().empty() || review.seal() != text_of(sign.digest)) return refuse(Refusal::report_unknown, "digest");

  Decided decided{.authority = authority};
  if (review.is_signed_by(request.actor.text())) return decided;
  decided.events.push_back(
      review_event(fact::ReportSigned{sign.review, sign.digest}, sign.review, only_provider(review.providers()), sight));
  return decided;
}

}  // namespace muniment
