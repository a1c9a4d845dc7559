@0x9d5d968e4c79490a;
# What can be asked of muniment: one command, flat in JSON. Public; append-only like the events.
#
# Text is NFC UTF-8. Which values are well-formed is said in the file of each command (commands/<command>.h).

using Cxx = import "/capnp/c++.capnp";
using Json = import "/capnp/compat/json.capnp";
using Event = import "/events/schema/event.capnp";
using import "/events/schema/annotations.capnp".optional;
using import "/events/schema/annotations.capnp".time;

$Cxx.namespace("muniment::request");

struct Command {
  commandId @0 :Text $Json.name("command_id") $optional;           # 1 to 64 printable ASCII characters, unique for the actor. A retry uses it again. May come beside the document.
  actor @1 :Text $optional;                                        # A username, officer:NAME or submitter:NAME. May come beside the document.
  expectedVersion @2 :UInt64 = 0xffffffffffffffff $Json.name("expected_version") $optional;   # Of the account, else of the provider, acted on.
  requestedBy @3 :Text $Json.name("requested_by") $optional;
  approvedBy @4 :Text $Json.name("approved_by") $optional;
  reason @5 :Text $optional;                                       # A code: a-z, 0-9 and _.
  reference @6 :Text $optional;
  note @7 :Text $optional;                                         # Free text, sealed under the account's key.

  body :union $Json.flatten() $Json.discriminator(name = "type") {
    appointOfficer @8 :Officer $Json.name("appoint_officer") $Json.flatten();
    dismissOfficer @9 :Officer $Json.name("dismiss_officer") $Json.flatten();
    registerProvider @10 :RegisterProvider $Json.name("register_provider") $Json.flatten();
    closeProvider @11 :AtProvider $Json.name("close_provider") $Json.flatten();
    startRelationship @12 :Relationship $Json.name("start_relationship") $Json.flatten();
    endRelationship @13 :Relationship $Json.name("end_relationship") $Json.flatten();
    assignPrimaryUser @14 :AssignPrimaryUser $Json.name("assign_primary_user") $Json.flatten();
    createSubordinate @15 :CreateSubordinate $Json.name("create_subordinate") $Json.flatten();
    linkSubordinate @16 :ServicesAtProvider $Json.name("link_subordinate") $Json.flatten();
    updateSubordinate @17 :UpdateSubordinate $Json.name("update_subordinate") $Json.flatten();
    assignServices @18 :ServicesAtProvider $Json.name("assign_services") $Json.flatten();
    resetPassword @19 :AccountAtProvider $Json.name("reset_password") $Json.flatten();
    redeemCredential @20 :RedeemCredential $Json.name("redeem_credential") $Json.flatten();
    removeSubordinate @21 :AccountAtProvider $Json.name("remove_subordinate") $Json.flatten();
    acceptTerms @22 :AcceptTerms $Json.name("accept_terms") $Json.flatten();
    publishTerms @23 :Terms $Json.name("publish_terms") $Json.flatten();
    lockAccount @24 :Account $Json.name("lock_account") $Json.flatten();
    unlockAccount @25 :Account $Json.name("unlock_account") $Json.flatten();
    disableAccount @26 :Account $Json.name("disable_account") $Json.flatten();
    enableAccount @27 :Account $Json.name("enable_account") $Json.flatten();
    terminateAccount @28 :Account $Json.name("terminate_account") $Json.flatten();
    defineService @29 :DefineService $Json.name("define_service") $Json.flatten();
    retireService @30 :RetireService $Json.name("retire_service") $Json.flatten();
    recordSignIn @31 :RecordSignIn $Json.name("record_sign_in") $Json.flatten();
    recordServiceUse @32 :RecordServiceUse $Json.name("record_service_use") $Json.flatten();
    reportDeparture @33 :ReportDeparture $Json.name("report_departure") $Json.flatten();
    setPolicy @34 :SetPolicy $Json.name("set_policy") $Json.flatten();
    eraseSubject @35 :EraseSubject $Json.name("erase_subject") $Json.flatten();
    placeHold @36 :Hold $Json.name("place_hold") $Json.flatten();
    liftHold @37 :Hold $Json.name("lift_hold") $Json.flatten();
    openReview @38 :OpenReview $Json.name("open_review") $Json.flatten();
    assignReviewer @39 :AssignReviewer $Json.name("assign_reviewer") $Json.flatten();
    decideReview @40 :DecideReview $Json.name("decide_review") $Json.flatten();
    closeReview @41 :Review $Json.name("close_review") $Json.flatten();
    removeLeaver @42 :Account $Json.name("remove_leaver") $Json.flatten();
    appointDelegate @43 :AppointDelegate $Json.name("appoint_delegate") $Json.flatten();
    dismissDelegate @44 :AtProvider $Json.name("dismiss_delegate") $Json.flatten();
    attestRoster @45 :AttestRoster $Json.name("attest_roster") $Json.flatten();
    disposeFinding @46 :DisposeFinding $Json.name("dispose_finding") $Json.flatten();
    dismissReviewer @47 :DismissReviewer $Json.name("dismiss_reviewer") $Json.flatten();
    signReport @48 :SignReport $Json.name("sign_report") $Json.flatten();
    reportReconciliation @49 :ReportReconciliation $Json.name("report_reconciliation") $Json.flatten();
  }
}

struct Officer {
  officer @0 :Text;
}

struct RegisterProvider {
  provider @0 :Text;
  kind @1 :Event.ProviderKind;
  organization @2 :Text;
  name @3 :Text;
}
struct AtProvider {
  provider @0 :Text;
}
struct Relationship {
  provider @0 :Text;
  entity @1 :Text;                                                 # The billing or relationship entity that acts for it.
}

# The panel's fields of a person.
struct Profile {
  lastName @0 :Text $Json.name("last_name");
  firstName @1 :Text $Json.name("first_name");
  middleInitial @2 :Text $Json.name("middle_initial") $optional;
  birthDay @3 :Text $Json.name("birth_day");                       # mm/dd
  email @4 :Text;
  zip @5 :Text;
}

struct AssignPrimaryUser {
  provider @0 :Text;
  username @1 :Text $optional;                                     # An account that exists; else a profile for a new one.
  profile @2 :Profile $optional;
  pin @3 :Text $optional;
  services @4 :List(Text) $optional;                               # Besides the administrator's own.
}
struct CreateSubordinate {
  provider @0 :Text;
  profile @1 :Profile $Json.flatten();
  pin @2 :Text;
  services @3 :List(Text);
  allowDuplicate @4 :Bool = false $Json.name("allow_duplicate") $optional;   # With a reason.
}
struct ServicesAtProvider {
  provider @0 :Text;
  username @1 :Text;
  services @2 :List(Text);                                         # The whole Assigned column.
}
struct UpdateSubordinate {
  provider @0 :Text;
  username @1 :Text;
  profile @2 :Profile $Json.flatten();
  pin @3 :Text $optional;                                          # Absent or empty keeps the PIN.
  services @4 :List(Text);
}
struct AccountAtProvider {
  provider @0 :Text;
  username @1 :Text;
}
struct Account {
  username @0 :Text;
}
struct RedeemCredential {
  username @0 :Text;
  credential @1 :Text;
}
struct Terms {
  termsVersion @0 :Text $Json.name("terms_version");
}
struct AcceptTerms {
  username @0 :Text;
  termsVersion @1 :Text $Json.name("terms_version");
}
struct DefineService {
  service @0 :Text;
  name @1 :Text;
}
struct RetireService {
  service @0 :Text;
}
struct RecordSignIn {
  username @0 :Text;
  at @1 :Int64 $time;
  success @2 :Bool;
  place @3 :Text $optional;
}
struct RecordServiceUse {
  provider @0 :Text;
  username @1 :Text;
  service @2 :Text;
  at @3 :Int64 $time;
}
struct ReportDeparture {
  provider @0 :Text $optional;
  username @1 :Text;
  leftAt @2 :Int64 $Json.name("left_at") $time;
}
struct SetPolicy {
  provider @0 :Text $optional;                                     # Absent: for the agency, and every provider that has none of its own.
  policy @1 :Event.Policy $Json.flatten();
}
struct EraseSubject {
  username @0 :Text;
  legalGround @1 :Text $Json.name("legal_ground") $optional;       # A code: a-z, 0-9 and _. Needed within the retention time.
}
struct Hold {
  username @0 :Text;
  matter @1 :Text;                                                 # An identifier: a docket number, a letter's.
}
struct DisposeFinding {
  finding @0 :Text;                                                # Its id, as `audit findings` shows it.
  disposition @1 :Event.Disposition;
  until @2 :Int64 = 0 $time $optional;                             # Then it counts again. An accepted risk needs it.
}
struct OpenReview {
  review @0 :Text;                                                 # A name: letters, digits, dot, hyphen and underscore. Unique for ever.
  providers @1 :List(Text);
  dueAt @2 :Int64 $Json.name("due_at") $time;
  remindAt @3 :Int64 = 0 $Json.name("remind_at") $time $optional;
}
struct AssignReviewer {
  review @0 :Text;
  provider @1 :Text;
  reviewer @2 :Text;                                               # A username, or officer:NAME.
  usernames @3 :List(Text) $optional;                              # Absent: everybody there but the reviewer.
}
struct ReviewItem {
  provider @0 :Text;
  username @1 :Text;
  decision @2 :Event.ReviewDecision;
  services @3 :List(Text) $optional;                               # Of a revoke: what to take away; absent: remove from the provider.
}
struct DismissReviewer {
  review @0 :Text;
  provider @1 :Text;
  reviewer @2 :Text;
}
struct SignReport {
  review @0 :Text;
  digest @1 :Text;                                                 # Of the report: 64 hexadecimal digits, as its seal has it.
}
struct DecideReview {
  review @0 :Text;
  items @1 :List(ReviewItem);
  secondsSpent @2 :UInt32 = 0 $Json.name("seconds_spent") $optional;
}
struct Review {
  review @0 :Text;
}
struct AppointDelegate {
  provider @0 :Text;
  username @1 :Text;
  until @2 :Int64 $time;
}
struct AttestRoster {
  provider @0 :Text;
  asOf @1 :UInt64 $Json.name("as_of");                             # The position of the sheet that was looked at.
  confirmed @2 :List(Text);
  rejected @3 :List(Text) $optional;
}
struct ReportReconciliation {
  provider @0 :Text;
  asOf @1 :Int64 $Json.name("as_of") $time;                        # The moment that the portal's roster and the record were compared at.
  rosterDigest @2 :Text $Json.name("roster_digest");               # SHA-256 of the portal's roster: 64 hexadecimal digits.
  discrepancies @3 :List(Event.Discrepancy);                       # None: both say the same.
  after @4 :Text $optional;                                        # Of a part: it speaks of usernames behind this one alone ...
  through @5 :Text $optional;                                      # ... and up to this one. The last part has none.
}
