#include "commands/initialize_store.h"

#include <array>

namespace muniment {
namespace {

constexpr std::array<fact::ServiceDefined, 9> shipped_services{{
    {"primary_portal_user", "Primary Portal User", true, false},
    {"view_provider_contracts", "View Provider Contracts"},
    {"view_provider_reports", "View Provider Reports"},
    {"claims_submission_and_status", "Claims Submission and Status"},
    {"manage_member_eligibility", "Manage Member Eligibility"},
    {"manage_referrals", "Manage Referrals"},
    {"manage_subordinate_accounts", "Manage Subordinate Accounts", false, true},
    {"manage_provider_profile_information", "Manage Provider Profile Information"},
    {"batch_file_submit_and_download", "Batch File Submit and Download"},
}};

}  // namespace

Decision decide(const InitializeStore& initialize, const Request&, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  if (sight.agency().version() > 0) return decided;
  const StreamName agency = StreamName::single(schema::StreamKind::AGENCY);
  decided.events.push_back(
      {.id = sight.next_event_id(), .fact = fact::StoreCreated{initialize.format, initialize.neutral_usernames}, .streams = {agency}});
  decided.events.push_back({.id = sight.next_event_id(), .fact = fact::OfficerAppointed{initialize.officer}, .streams = {agency}});
  for (const fact::ServiceDefined& service : shipped_services) {
    decided.events.push_back(
        {.id = sight.next_event_id(), .fact = service, .streams = {StreamName::single(schema::StreamKind::CATALOGUE)}});
  }
  return decided;
}

}  // namespace muniment
