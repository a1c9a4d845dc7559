// A ledger with a review of mercy and general, for tests of what is done in one.
#pragma once

#include "tests/commands/ledger.h"

namespace muniment::test {

inline constexpr std::string_view yearly = "2026q4";
inline const std::string in_yearly = "review 2026q4";

class ReviewLedger : public Ledger {
 protected:
  using Item = DecideReview::Item;
  static constexpr auto keep = schema::ReviewDecision::KEEP;
  static constexpr auto revoke = schema::ReviewDecision::REVOKE;
  static constexpr auto ask = schema::ReviewDecision::ASK;

  Timestamp in_days(int days) const { return Timestamp{now().ns + std::int64_t{days} * 86'400'000'000'000}; }
  OpenReview opening(std::vector<ProviderId> providers = {mercy, general}) const {
    return {std::string{yearly}, std::move(providers), in_days(30)};
  }
  Asked was_opened() const { return {opening(), by(officer)}; }
  static Asked was_assigned(const ProviderId& at, std::string reviewer, std::vector<Username> people = {}) {
    return {AssignReviewer{std::string{yearly}, at, std::move(reviewer), std::move(people)}, by(officer)};
  }
  static Asked was_closed_again() { return {CloseReview{std::string{yearly}}, by(officer)}; }
  static DecideReview decision(std::vector<Item> items, std::uint32_t seconds = 0) {
    return {std::string{yearly}, std::move(items), seconds};
  }
  static Request reviewing(std::string_view who) { return by(who, {.reason = "yearly"}); }
  static Request reviewing(const Username& who) { return reviewing(who.text()); }
};

}  // namespace muniment::test
