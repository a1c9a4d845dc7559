// Any command: what surrounds it, and one of the bodies. The list of bodies is the list of what can be asked of muniment.
#pragma once

#include <memory>
#include <utility>
#include <variant>

#include "commands/accept_clock.h"
#include "commands/accept_terms.h"
#include "commands/appoint_delegate.h"
#include "commands/appoint_officer.h"
#include "commands/assign_primary_user.h"
#include "commands/assign_reviewer.h"
#include "commands/assign_services.h"
#include "commands/attest_roster.h"
#include "commands/close_provider.h"
#include "commands/close_review.h"
#include "commands/create_subordinate.h"
#include "commands/decide_review.h"
#include "commands/define_service.h"
#include "commands/disable_account.h"
#include "commands/dismiss_delegate.h"
#include "commands/dismiss_officer.h"
#include "commands/dismiss_reviewer.h"
#include "commands/dispose_finding.h"
#include "commands/enable_account.h"
#include "commands/end_relationship.h"
#include "commands/erase_subject.h"
#include "commands/give_notice.h"
#include "commands/import_history.h"
#include "commands/initialize_store.h"
#include "commands/lift_hold.h"
#include "commands/link_subordinate.h"
#include "commands/lock_account.h"
#include "commands/open_review.h"
#include "commands/place_hold.h"
#include "commands/publish_terms.h"
#include "commands/record_archive.h"
#include "commands/record_denial.h"
#include "commands/record_log_key_rotation.h"
#include "commands/record_read.h"
#include "commands/record_restore.h"
#include "commands/record_rotation.h"
#include "commands/record_seal.h"
#include "commands/record_service_use.h"
#include "commands/record_sign_in.h"
#include "commands/redeem_credential.h"
#include "commands/register_provider.h"
#include "commands/remove_leaver.h"
#include "commands/remove_subordinate.h"
#include "commands/report_departure.h"
#include "commands/report_reconciliation.h"
#include "commands/request.h"
#include "commands/reset_password.h"
#include "commands/retire_service.h"
#include "commands/set_policy.h"
#include "commands/sign_report.h"
#include "commands/start_relationship.h"
#include "commands/terminate_account.h"
#include "commands/unlock_account.h"
#include "commands/update_subordinate.h"
#include "commands/upgrade_store.h"
#include "events/values/alternative_of.h"

namespace muniment {

using AnyCommand =
    std::variant<AppointOfficer, DismissOfficer, RegisterProvider, CloseProvider, StartRelationship, EndRelationship, AssignPrimaryUser,
                 CreateSubordinate, LinkSubordinate, UpdateSubordinate, AssignServices, ResetPassword, RedeemCredential, RemoveSubordinate,
                 AcceptTerms, PublishTerms, LockAccount, UnlockAccount, DisableAccount, EnableAccount, TerminateAccount, DefineService,
                 RetireService, RecordSignIn, RecordServiceUse, ReportDeparture, SetPolicy, EraseSubject, PlaceHold, LiftHold, OpenReview,
                 AssignReviewer, DecideReview, CloseReview, RemoveLeaver, AppointDelegate, DismissDelegate, AttestRoster, DisposeFinding,
                 DismissReviewer, SignReport, ReportReconciliation, StartImport, ImportRow, CompleteImport, AbandonImport, InitializeStore,
                 UpgradeStore, AcceptClock, RecordRead, RecordDenial, RecordRotation, RecordRestore, RecordLogKeyRotation, RecordSeal,
                 GiveNotice, RecordArchive>;

// A class with functions of its own to copy, move and end it, in command.cpp: whoever includes this would else make those of every command
// for itself, and name the variant with all of them in each symbol, which was most of what compiling took.
struct CommandBody : AnyCommand {
  template <AlternativeOf<AnyCommand> Body>
  CommandBody(Body body) : AnyCommand(std::in_place_type<Body>, std::move(body)) {}  // Each body is a command.
  CommandBody(const CommandBody& other);
  CommandBody(CommandBody&& other) noexcept;
  CommandBody& operator=(const CommandBody& other);
  CommandBody& operator=(CommandBody&& other) noexcept;
  ~CommandBody();
};

struct Command {
  Request request = {};
  CommandBody body;
  std::string_view type;  // link_subordinate; as in the schema's $Json names.
  // Whether the content has personal values or a secret, so that its fingerprint goes under the account's own key.
  bool is_personal = false;
  Bytes content = {};                        // Canonical; what the fingerprint is taken of.
  Bytes content_without_person = {};         // The same without what is personal or secret; where is_personal.
  std::shared_ptr<const void> message = {};  // Keeps what the body borrows.
};

// Checks the form of everything. `message` owns what `in` reads from, and lives as long as the command.
Field<Command> read_command(request::Command::Reader in, std::shared_ptr<const void> message);

// The names of all commands that can be submitted, in the order of the schema.
std::vector<std::string_view> command_types();

}  // namespace muniment
