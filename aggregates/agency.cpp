#include "aggregates/agency.h"

#include "aggregates/unknown_fact.h"

namespace muniment {

void Agency::evolve(schema::Event::Reader event, Version version) {
  using Fact = schema::Event::Fact;
  version_ = version;
  const auto fact = event.getFact();
  switch (fact.which()) {
    case Fact::STORE_CREATED:
      format_ = fact.getStoreCreated().getFormat();
      neutral_usernames_ = fact.getStoreCreated().getNeutralUsernames();
      return;
    case Fact::STORE_UPGRADED:
      format_ = fact.getStoreUpgraded().getToFormat();
      return;
    case Fact::OFFICER_APPOINTED:
      officers_.emplace(text_of(fact.getOfficerAppointed().getOfficer()));
      return;
    case Fact::OFFICER_DISMISSED:
      officers_.erase(std::string{text_of(fact.getOfficerDismissed().getOfficer())});
      return;
    case Fact::EPOCH_ROTATED:
      epoch_ = text_of(fact.getEpochRotated().getCurrent());
      return;
    case Fact::LOG_KEY_ROTATED:
      log_key_ = text_of(fact.getLogKeyRotated().getCurrent());
      return;
    case Fact::CLOCK_ACCEPTED:  // They say something of times and of files, and nothing of the agency.
    case Fact::STORE_RESTORED:
    case Fact::LOG_ARCHIVED:
    case Fact::IMPORT_ABANDONED:    // The import says it, and whoever folds passes over what it recorded.
    case Fact::DELEGATE_APPOINTED:  // The provider says what these give and take; here they are all found together.
    case Fact::DELEGATE_DISMISSED:
      return;
    default:
      stop_at_unknown_fact(event);
  }
}

void Agency::describe(Canonical& out) const {
  out.text("agency").number(version_).number(format_).flag(neutral_usernames_).number(officers_.size());
  for (const std::string& officer : officers_) out.text(officer);
  if (!epoch_.empty()) out.text(epoch_);
  if (!log_key_.empty()) out.text(log_key_);
}

}  // namespace muniment
