#include "commands/erase_subject.h"

#include "commands/arriving.h"
#include "commands/retention.h"
#include "commands/rules.h"

namespace muniment {

std::string_view erasure_receipt(bool has_vault) {
  if (!has_vault)
    return "The erasure is recorded. The vault is away: the key of everything personal about the person is destroyed once it is back, "
           "before anything is served. The username stays, and who did what when.";
  return "The erasure is recorded. The key of everything personal about the person will be destroyed: by a running node at once, else "
         "before anything is served again. The username stays, and who did what when; copies of the vault from before can be read until "
         "the epoch key is rotated, which is due within 30 days.";
}

Field<EraseSubject> EraseSubject::read(request::EraseSubject::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  EraseSubject out{std::move(*username), {}};
  if (in.getLegalGround().size() == 0) return out;
  const auto ground = code_field(in.getLegalGround(), "legal_ground");
  if (!ground) return std::unexpected(ground.error());
  out.legal_ground = *ground;
  return out;
}

Decision decide(const EraseSubject& erase, const Request& request, Sight& sight) {
  const auto agency = agency_on_account(erase.username, request, sight);
  if (!agency) return std::unexpected(agency.error());
  const Account& account = *agency->account;
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");
  if (request.reference.empty()) return refuse(Refusal::reference_required, "reference");

  Decided decided{.authority = agency->authority};
  if (account.is_erased()) return decided;
  if (!account.is_terminated() && !sight.is_unlinked(account)) return refuse(Refusal::account_in_use, "username");
  if (has_arriving_link(account, sight)) return refuse(Refusal::import_in_progress, "username");
  if (!account.holds().empty()) return refuse(Refusal::legal_hold, "username");
  const auto until = retained_until(account, sight);
  const bool is_retained = !until || sight.now() < *until;
  if (is_retained && erase.legal_ground.empty()) return refuse(Refusal::legal_ground_required, "legal_ground");
  decided.receipt = erasure_receipt(!sight.vault().is_lost());
  decided.events.push_back(account_event(fact::SubjectErased{erase.legal_ground, until}, account, sight));
  decided.events.back().streams.push_back(StreamName::single(schema::StreamKind::ERASURES));
  return decided;
}

}  // namespace muniment
