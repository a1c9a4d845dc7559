@0xc94f01e9a939af36;
# What happened: one envelope around one fact. The bytes of such a message are the record; docs/formats.md fixes them.
#
# Append-only: a field, a fact or an enumerant is added at the end and never changed, moved, renamed or removed. Texts are NFC UTF-8.
# Names in $Json are public: they stand in exports, in filters and in the documentation.

using Cxx = import "/capnp/c++.capnp";
using Json = import "/capnp/compat/json.capnp";
using import "annotations.capnp".id;
using import "annotations.capnp".optional;
using import "annotations.capnp".providerId;
using import "annotations.capnp".time;

$Cxx.namespace("muniment::schema");

struct Event {
  position @0 :UInt64;                                             # Gapless from 1 in a partition, in commit order.
  recordedAt @1 :Int64 $Json.name("recorded_at") $time;            # UTC ns. Never goes back from one position to the next.
  occurredAt @2 :Int64 $Json.name("occurred_at") $time;            # UTC ns. When it took effect: a claim of whoever reported it.
  source @3 :Source;
  authority @4 :Authority;                                         # By what right the actor did it, read from the log at that moment.
  actor :group {
    kind @5 :PrincipalKind;
    name @6 :Text;                                                 # A username for an account.
  }
  eventId :group $Json.name("event_id") $id {                      # 16 random bytes.
    first @7 :UInt64;
    last @8 :UInt64;
  }
  commandId @9 :Text $Json.name("command_id");                    # As the caller chose it; unique for the principal.
  fingerprint :group $id $optional {                               # Of the command's content, on its first event; keyed, see docs/formats.md.
    first @10 :UInt64;
    last @11 :UInt64;
  }

  # The streams it belongs to, one to four, in this order: the account's, the provider's, the username's, then those of the context. Of
  # the first three, which nearly every event has, only the versions are needed beside what the event says anyway.
  account :group $id $optional {                                   # The account that it is about, whose key seals its personal part.
    first @12 :UInt64;
    last @13 :UInt64;
  }
  accountVersion @14 :UInt64 = 0 $Json.name("account_version") $optional;
  provider :group $providerId $optional {                          # The provider acted for.
    number @15 :UInt32;
    letter @16 :UInt8;
  }
  providerVersion @17 :UInt64 = 0 $Json.name("provider_version") $optional;   # 0: named, and in another stream.
  username @18 :Text $optional;                                    # The account acted on.
  claimsUsername @19 :Bool = false $Json.name("claims_username") $optional;   # Version 1, the first and only one, of the username's stream.

  sealed @20 :Data $Json.base64 $optional;                         # A Personal message, sealed under the account's key.
  context @21 :Context $Json.flatten() $optional;

  fact :union $Json.flatten() $Json.discriminator(name = "type") {
    storeCreated @22 :StoreCreated $Json.name("store_created") $Json.flatten();
    storeUpgraded @23 :StoreUpgraded $Json.name("store_upgraded") $Json.flatten();
    officerAppointed @24 :OfficerChange $Json.name("officer_appointed") $Json.flatten();
    officerDismissed @25 :OfficerChange $Json.name("officer_dismissed") $Json.flatten();
    serviceDefined @26 :ServiceDefined $Json.name("service_defined") $Json.flatten();
    serviceRetired @27 :ServiceRetired $Json.name("service_retired") $Json.flatten();
    termsPublished @28 :TermsVersion $Json.name("terms_published") $Json.flatten();
    policySet @29 :Policy $Json.name("policy_set") $Json.flatten();
    providerRegistered @30 :ProviderRegistered $Json.name("provider_registered") $Json.flatten();
    providerClosed @31 :Void $Json.name("provider_closed");
    relationshipStarted @32 :Relationship $Json.name("relationship_started") $Json.flatten();
    relationshipEnded @33 :Relationship $Json.name("relationship_ended") $Json.flatten();
    accountCreated @34 :Void $Json.name("account_created");                              # A Primary User's account, by the agency; linked by the assignment.
    primaryUserAssigned @35 :PrimaryUserAssigned $Json.name("primary_user_assigned") $Json.flatten();
    subordinateCreated @36 :SubordinateCreated $Json.name("subordinate_created") $Json.flatten();
    subordinateLinked @37 :SubordinateLinked $Json.name("subordinate_linked") $Json.flatten();
    profileChanged @38 :ProfileChanged $Json.name("profile_changed") $Json.flatten();
    pinChanged @39 :Void $Json.name("pin_changed");                                      # The PIN itself is in the vault, under this event's id.
    servicesAssigned @40 :ServicesAssigned $Json.name("services_assigned") $Json.flatten();
    passwordReset @41 :PasswordReset $Json.name("password_reset") $Json.flatten();
    credentialRedeemed @42 :CredentialRedeemed $Json.name("credential_redeemed") $Json.flatten();
    subordinateRemoved @43 :SubordinateRemoved $Json.name("subordinate_removed") $Json.flatten();
    termsAccepted @44 :TermsVersion $Json.name("terms_accepted") $Json.flatten();
    accountLocked @45 :Void $Json.name("account_locked");
    accountUnlocked @46 :Void $Json.name("account_unlocked");
    accountDisabled @47 :Void $Json.name("account_disabled");
    accountEnabled @48 :Void $Json.name("account_enabled");
    accountTerminated @49 :Void $Json.name("account_terminated");
    signedIn @50 :SignedIn $Json.name("signed_in") $Json.flatten();                        # The place is personal and sealed.
    serviceUsed @51 :ServiceUsed $Json.name("service_used") $Json.flatten();
    departureReported @52 :DepartureReported $Json.name("departure_reported") $Json.flatten();
    commandRefused @53 :CommandRefused $Json.name("command_refused") $Json.flatten();
    importStarted @54 :ImportStarted $Json.name("import_started") $Json.flatten();
    providerImportStarted @55 :Void $Json.name("provider_import_started");               # The provider accepts nothing else until the import completes.
    importCompleted @56 :ImportCompleted $Json.name("import_completed") $Json.flatten();
    clockAccepted @57 :ClockAccepted $Json.name("clock_accepted") $Json.flatten();         # Of the node's machine, after a step.
    recordsRead @58 :RecordsRead $Json.name("records_read") $Json.flatten();               # The actor is who read.
    accessDenied @59 :AccessDenied $Json.name("access_denied") $Json.flatten();            # Somebody was not let in; the actor is the node where nobody knows who.
    subjectErased @60 :SubjectErased $Json.name("subject_erased") $Json.flatten();         # From here on the vault has no key of the account.
    holdPlaced @61 :Hold $Json.name("hold_placed") $Json.flatten();                        # A legal hold: the person is not erased while it stands.
    holdLifted @62 :Hold $Json.name("hold_lifted") $Json.flatten();
    epochRotated @63 :EpochRotated $Json.name("epoch_rotated") $Json.flatten();            # The former epoch key was destroyed.
    storeRestored @64 :StoreRestored $Json.name("store_restored") $Json.flatten();         # What follows was recorded after it.
    logKeyRotated @65 :LogKeyRotated $Json.name("log_key_rotated") $Json.flatten();        # Checkpoints that cover this event are signed by another key.
    reviewOpened @66 :ReviewOpened $Json.name("review_opened") $Json.flatten();            # Its population: everybody linked to its providers at this event's position.
    reviewerAssigned @67 :ReviewerAssigned $Json.name("reviewer_assigned") $Json.flatten();
    reviewDecided @68 :ReviewDecided $Json.name("review_decided") $Json.flatten();         # About one person at one provider.
    reviewClosed @69 :ReviewClosed $Json.name("review_closed") $Json.flatten();
    delegateAppointed @70 :DelegateAppointed $Json.name("delegate_appointed") $Json.flatten();   # By the agency, for a provider without a Primary User.
    delegateDismissed @71 :Void $Json.name("delegate_dismissed");
    rosterAttested @72 :RosterAttested $Json.name("roster_attested") $Json.flatten();
    findingDisposed @73 :FindingDisposed $Json.name("finding_disposed") $Json.flatten();   # What is done about a finding; of the provider that it is about.
    reviewerDismissed @74 :ReviewerDismissed $Json.name("reviewer_dismissed") $Json.flatten();   # At the event's provider.
    reviewSealed @75 :ReviewSealed $Json.name("review_sealed") $Json.flatten();            # By the node, once the review was closed.
    reportSigned @76 :ReportSigned $Json.name("report_signed") $Json.flatten();            # By the actor.
    noticeGiven @77 :NoticeGiven $Json.name("notice_given") $Json.flatten();               # For receivers of events: somebody has to be told.
    importAbandoned @78 :ImportAbandoned $Json.name("import_abandoned") $Json.flatten();   # What it recorded counts no more; of the services that it defined, they stay.
    logArchived @79 :LogArchived $Json.name("log_archived") $Json.flatten();               # Older records were moved out of the log's database; they are read where they are now.
    reconciliationReported @80 :ReconciliationReported $Json.name("reconciliation_reported") $Json.flatten();   # A provider's roster as a portal has it, beside the record's; occurred_at is the moment of both.
  }
}

enum Source {
  node @0;       # The node itself.
  operator @1;   # A store opened directly: the machine's operator vouches for the actor.
  network @2;    # An authenticated caller.
  import @3;     # History from elsewhere: actor, time and reference are what that history says.
}

enum PrincipalKind {
  node @0;
  account @1;
  officer @2;     # An enrolment officer of the agency.
  submitter @3;   # A machine.
  outsider @4;    # A name from imported history that is no account here.
  auditor @5;     # Reads, and decides nothing.
  operator @6;    # Runs the node or its machine; reads, and decides nothing.
}

enum Authority {
  none @0;                                            # A refused attempt.
  unknown @1;                                         # Imported: whether the actor was entitled cannot be told.
  officer @2;
  primaryUser @3 $Json.name("primary_user");
  backup @4;
  delegate @5;                                        # Holds Manage Subordinate Accounts, and policy allows delegation.
  self @6;
  submitter @7;
  node @8;
  reviewer @9;                                        # Assigned in the review.
  appointedDelegate @10 $Json.name("appointed_delegate");   # By the agency, for a while.
  auditor @11;
}

# Rarely needed, so it costs the usual record one pointer.
struct Context {
  requestedBy @0 :Text $Json.name("requested_by") $optional;
  approvedBy @1 :Text $Json.name("approved_by") $optional;
  reason @2 :Text $optional;                                       # A code; free text is in the sealed part.
  reference @3 :Text $optional;                                    # A ticket or request elsewhere.
  address @4 :Text $optional;
  program @5 :Text $optional;
  causedBy @6 :UInt64 = 0 $Json.name("caused_by") $optional;       # Position of the event that caused this one; 0: the command did.
  importedBy @7 :UInt64 = 0 $Json.name("imported_by") $optional;   # Position of the ImportStarted that brought it; 0: decided here.
  moreStreams @8 :List(StreamVersion) $Json.name("more_streams") $optional;
  submittedBy @9 :Principal $Json.name("submitted_by") $optional; # Who sent the command and named the actor: a submitter that the agency's policy lets. Its command ids count.
  tokenId @10 :Text $Json.name("token_id") $optional;             # Of the token or certificate that it was sent with; address is where from.
}

struct Principal {
  kind @0 :PrincipalKind;
  name @1 :Text;
}

enum StreamKind {
  account @0;
  provider @1;
  username @2;
  catalogue @3;
  terms @4;
  agency @5;
  policy @6;
  refusals @7;
  reads @8;
  review @9;
  finding @10;
  import @11;
  erasures @12;                                                    # Of which there is one: whoever restores a vault finds there whom it has to forget again.
}

struct StreamVersion {
  version @0 :UInt64;                                              # 1 for the first event of the stream.
  kind @1 :StreamKind;
  key @2 :Data $Json.hex;                                          # docs/formats.md, "Streams".
}

# The personal part, before sealing. docs/formats.md, "Seal".
struct Personal {
  lastName @0 :Text $Json.name("last_name") $optional;
  firstName @1 :Text $Json.name("first_name") $optional;
  middleInitial @2 :Text $Json.name("middle_initial") $optional;
  birthDay @3 :Text $Json.name("birth_day") $optional;             # mm/dd
  email @4 :Text $optional;
  zip @5 :Text $optional;
  note @6 :Text $optional;
  place @7 :Text $optional;
}

struct StoreCreated {
  format @0 :UInt32;
  neutralUsernames @1 :Bool $Json.name("neutral_usernames");       # Generated usernames carry no letters of the person's name.
}
struct StoreUpgraded {
  fromFormat @0 :UInt32 $Json.name("from_format");
  toFormat @1 :UInt32 $Json.name("to_format");
}
struct OfficerChange {
  officer @0 :Text;
}
struct ServiceDefined {
  service @0 :Text;
  name @1 :Text;
  administrator @2 :Bool;                                          # Holding it makes one a backup of the Primary User.
  delegate @3 :Bool;                                               # Holding it allows what the policy delegates.
}
struct ServiceRetired {
  service @0 :Text;
}
struct TermsVersion {
  termsVersion @0 :Text $Json.name("terms_version");
}

# The whole policy, for the agency or (provider present) for one provider; it replaces the former one.
struct Policy {
  timeZone @0 :Text $Json.name("time_zone") $optional;             # IANA name
  workDays @1 :List(UInt8) $Json.name("work_days") $optional;      # 1 Monday to 7 Sunday
  workFrom @2 :Text $Json.name("work_from") $optional;             # HH:MM, local
  workTo @3 :Text $Json.name("work_to") $optional;
  incompatible @4 :List(IncompatiblePair) $optional;
  thresholds @5 :List(Threshold) $optional;
  delegation @6 :Bool = false $optional;                           # Manage Subordinate Accounts may assign, reset and remove.
  delegates @7 :List(Text) $optional;                              # submitter:NAME, of those that may name an account as the actor. The agency's alone.
  # For how many years a person's data is kept after their last link has ended, by the class of the record: who ever was a Primary User, and
  # everybody else. In the agency's policy alone.
  retentionYears @8 :UInt8 = 10 $Json.name("retention_years") $optional;
  primaryUserRetentionYears @9 :UInt8 = 10 $Json.name("primary_user_retention_years") $optional;
}
struct IncompatiblePair {
  service @0 :Text;
  other @1 :Text;
}
struct Threshold {
  name @0 :Text;
  value @1 :UInt32;
}

struct ProviderRegistered {
  kind @0 :ProviderKind $Json.name("provider_kind");
  organization @1 :Text;
  name @2 :Text;
}
enum ProviderKind {
  provider @0;
  relationshipEntity @1 $Json.name("relationship_entity");
  billingEntity @2 $Json.name("billing_entity");
}
struct Relationship {
  entity @0 :Text;                                                 # The provider that acts for the event's provider.
}

struct PrimaryUserAssigned {
  services @0 :List(Text);                                         # Everything held at the provider from now on.
  former @1 :Text $optional;                                       # Username of the one who was it until now: its link at the provider ends.
  formerUnlinked @2 :Bool = false $Json.name("former_unlinked") $optional;
}
struct SubordinateCreated {
  services @0 :List(Text);
  duplicateAllowed @1 :Bool = false $Json.name("duplicate_allowed") $optional;
}
struct SubordinateLinked {
  services @0 :List(Text);
}
struct ProfileChanged {
  fields @0 :List(ProfileField);                                   # In this order. The new values are sealed.
}
enum ProfileField {
  lastName @0 $Json.name("last_name");
  firstName @1 $Json.name("first_name");
  middleInitial @2 $Json.name("middle_initial");
  birthDay @3 $Json.name("birth_day");
  email @4;
  zip @5;
}
struct ServicesAssigned {
  granted @0 :List(Text);
  revoked @1 :List(Text);
}
struct PasswordReset {
  expiresAt @0 :Int64 $Json.name("expires_at") $time;              # Of the one-time credential, whose verifier is in the vault.
}
struct CredentialRedeemed {
  resetPosition @0 :UInt64 $Json.name("reset_position");
}
struct SubordinateRemoved {
  ended @0 :List(Text);                                            # What was held at the provider.
  unlinked @1 :Bool = false $optional;                             # It was the last link.
}
struct SignedIn {
  success @0 :Bool;
}
struct ServiceUsed {
  service @0 :Text;
}
struct DepartureReported {
  leftAt @0 :Int64 $Json.name("left_at") $time;
  links @1 :List(Text);                                            # Providers that the account was linked to when it was reported.
}
struct CommandRefused {
  command @0 :Text;
  refusal @1 :Text;
  fields @2 :List(Text) $optional;                                 # Names of the fields at fault, never their values.
  expectedVersion @3 :UInt64 = 0xffffffffffffffff $Json.name("expected_version") $optional;   # Of version_conflict alone.
  actualVersion @4 :UInt64 = 0xffffffffffffffff $Json.name("actual_version") $optional;
}
struct ImportStarted {
  rows @0 :UInt64;
  administratorServices @1 :List(Text) $Json.name("administrator_services");   # Which services meant administrator in that history.
  sameUsernames @2 :Bool = false $Json.name("same_usernames") $optional;       # Said to be the same people: who has a name there, and here.
}
struct ImportCompleted {
  importPosition @0 :UInt64 $Json.name("import_position");         # Of its ImportStarted.
  rows @1 :UInt64;
}
struct ImportAbandoned {
  importPosition @0 :UInt64 $Json.name("import_position");         # Of its ImportStarted.
  rows @1 :UInt64;                                                 # Changes that it had recorded.
}
struct ClockAccepted {
  clock @0 :Int64 $time;                                           # What it said when it was accepted.
  expected @1 :Int64 $time;                                        # What it would have said without the step.
}
struct RecordsRead {
  question @0 :Text;                                               # As the node's routes name it, or the command line.
  narrowedBy @1 :List(Text) $Json.name("narrowed_by") $optional;   # Names of what was said to narrow it, never what was said: provider and username stand in the event.
  head @2 :UInt64;                                                 # The log's last position when it was answered last.
  times @3 :UInt32 = 1 $optional;                                  # Asked alike so often, from occurred_at ...
  lastAt @4 :Int64 = 0 $Json.name("last_at") $time $optional;      # ... to then.
  token @5 :Text $optional;                                        # The id of the token that was used.
  exported @6 :Exported $optional;                                 # An export, which has ended.
}
struct Exported {
  format @0 :Text;
  rows @1 :UInt64;
  digest @2 :Data $Json.hex;                                       # SHA-256 of the bytes that went out, before any content coding.
  cut @3 :Bool = false $optional;                                  # It ended before its end: the reader went, or was no longer let.
  checkpointSize @4 :UInt64 $Json.name("checkpoint_size");         # The newest signed checkpoint when it ended, as a rule one that covers all of its rows.
  checkpointRoot @5 :Data $Json.base64 $Json.name("checkpoint_root");
}
struct AccessDenied {
  problem @0 :Text;                                                # As the caller was told it.
  route @1 :Text $optional;
  times @2 :UInt32 = 1 $optional;                                  # As in RecordsRead.
  lastAt @3 :Int64 = 0 $Json.name("last_at") $time $optional;
  token @4 :Text $optional;                                        # The id of the token that was used, where it was one.
}
struct SubjectErased {
  legalGround @0 :Text $Json.name("legal_ground") $optional;       # A code; there where it was done within the retention time.
  retainedUntil @1 :Int64 = 0 $Json.name("retained_until") $time $optional;   # When that time ends or ended; absent: it had not begun.
}
struct Hold {
  matter @0 :Text;                                                 # What it is for: an identifier of whoever asked for it.
}
struct EpochRotated {
  former @0 :Text;                                                 # Ids of epoch keys, 16 hexadecimal digits.
  current @1 :Text;
}
struct StoreRestored {
  head @0 :UInt64 = 0 $optional;                                   # The last position that the restored log had; absent: the vault alone was restored.
  formerHead @1 :UInt64 = 0 $Json.name("former_head") $optional;   # The position that was known to be durable and is lost, with all after `head`.
  statement @2 :Text $optional;                                    # What was said to accept that.
  vault @3 :Bool = false $optional;                                # The vault was restored.
  erasures @4 :UInt32 = 0 $optional;                               # That the restored vault did not have, and that were carried out again.
}
struct LogKeyRotated {
  former @0 :Text;                                                 # Verifier keys, docs/formats.md, "Notes, keys, checkpoints".
  current @1 :Text;                                                # Signs each checkpoint from the size that has this event on.
  bothUntil @2 :Int64 $Json.name("both_until") $time;              # The former one signs them too until then, and at least the first.
}
enum Disposition {
  reopened @0;                                                     # What was said before is taken back.
  acceptedRisk @1 $Json.name("accepted_risk");
  fixed @2;
  falseAlarm @3 $Json.name("false_alarm");
}
struct FindingDisposed {
  finding @0 :Text;                                                # Its id, docs/formats.md, "Findings".
  disposition @1 :Disposition;
  until @2 :Int64 = 0 $time $optional;                             # Then it counts again; absent: no end.
}
struct ReviewOpened {
  review @0 :Text;                                                 # Its name, chosen by who opens it: the key of its stream.
  providers @1 :List(Text);                                        # In the order of the PID/SLs.
  dueAt @2 :Int64 $Json.name("due_at") $time;
  remindAt @3 :Int64 = 0 $Json.name("remind_at") $time $optional;  # From when on reminders are due; absent: none.
}
struct ReviewerAssigned {
  review @0 :Text;
  reviewer @1 :Text;                                               # A username, or officer:NAME. Of the event's provider.
  usernames @2 :List(Text) $optional;                              # Whom the reviewer reviews there; absent: everybody but themselves.
}
enum ReviewDecision {
  keep @0;
  revoke @1;
  ask @2;                                                          # Not decided yet: somebody has to be asked first.
}
struct ReviewDecided {
  review @0 :Text;
  decision @1 :ReviewDecision;
  services @2 :List(Text) $optional;                               # Of a revoke: what is to be taken away; absent: the link to the provider.
  decidedTogether @3 :UInt32 = 1 $Json.name("decided_together") $optional;   # How many one command decided: more than one is a bulk decision.
  secondsSpent @4 :UInt32 = 0 $Json.name("seconds_spent") $optional;         # On all of these, as the reviewer stated it; absent: not stated.
  revocation @5 :Revocation = none $optional;                                # Of a revoke: what came of it at once.
  refusal @6 :Text $optional;                                                # Of left_to_others: why the reviewer could not carry it out.
}
enum Revocation {
  none @0;                                                         # Nothing was to be revoked.
  carriedOut @1 $Json.name("carried_out");                         # By the event behind this one.
  leftToOthers @2 $Json.name("left_to_others");                    # The reviewer may not do it there.
  changedSince @3 $Json.name("changed_since");                     # The link is not what it was when the review was opened: somebody has to look.
  goneBefore @4 $Json.name("gone_before");                         # Nothing of it was held any more.
}
struct ReviewClosed {
  review @0 :Text;
  kept @1 :UInt32;                                                 # How many were decided so, by the last decision about each.
  revoked @2 :UInt32;
  asked @3 :UInt32;
}
struct ReviewerDismissed {
  review @0 :Text;
  reviewer @1 :Text;                                               # As reviewer_assigned has it: of all that it was assigned at the provider.
}
struct ReviewSealed {
  review @0 :Text;
  closedPosition @1 :UInt64 $Json.name("closed_position");         # What the rest is true of.
  people @2 :UInt64;                                               # Its population: one person at two providers counts twice.
  kept @3 :UInt64;
  revoked @4 :UInt64;
  asked @5 :UInt64;
  undecided @6 :UInt64;
  notCarriedOut @7 :UInt64 $Json.name("not_carried_out");          # Of the revoked.
  digest @8 :Data $Json.hex;                                       # SHA-256 of its rows. docs/formats.md, "Reports of reviews".
}
struct ReportSigned {
  review @0 :Text;
  digest @1 :Data $Json.hex;                                       # Of the report that was signed: that of its seal.
}
enum Notice {
  departure @0;                                                    # Somebody who is linked to the provider left, as another reported.
  vacancy @1;                                                      # The provider's Primary User left or leaves.
  reviewDue @2 $Json.name("review_due");                           # Its time to remind has come.
  reviewLate @3 $Json.name("review_late");                         # It was due and is open.
}
struct NoticeGiven {
  notice @0 :Notice;
  review @1 :Text $optional;
  at @2 :Int64 = 0 $time $optional;                                # When they left or leave; when the review is due.
}
struct LogArchived {
  fromPosition @0 :UInt64 $Json.name("from_position");             # What was moved, from there ...
  toPosition @1 :UInt64 $Json.name("to_position");                 # ... to there. All before it is archived too.
  checkpointSize @2 :UInt64 $Json.name("checkpoint_size");         # Of the checkpoint that the archive is proven by.
  checkpointRoot @3 :Data $Json.base64 $Json.name("checkpoint_root");
}
struct DelegateAppointed {
  until @0 :Int64 $time;                                           # From then on it gives no authority.
}
struct RosterAttested {
  asOf @0 :UInt64 $Json.name("as_of");                             # The position of the roster that was looked at.
  confirmed @1 :List(Text);                                        # Usernames of who belongs there, with what they hold.
  rejected @2 :List(Text) $optional;                               # Of who does not.
}
enum Difference {
  heldNotRecorded @0 $Json.name("held_not_recorded");
  recordedNotHeld @1 $Json.name("recorded_not_held");
}
struct Discrepancy {
  username @0 :Text;                                               # As the portal has it; where it is held and not recorded, perhaps nobody's here.
  service @1 :Text;                                                # The same.
  difference @2 :Difference;
  grantPosition @3 :UInt64 = 0 $Json.name("grant_position") $optional;   # Of the event that granted what is recorded and not held.
}
struct ReconciliationReported {
  rosterDigest @0 :Data $Json.hex $Json.name("roster_digest");     # SHA-256 of the portal's roster, as the file was.
  discrepancies @1 :List(Discrepancy);                             # All that there are; a username and a service once.
  after @2 :Text $optional;                                        # Of a part it speaks of usernames behind this one alone; absent: from the first ...
  through @3 :Text $optional;                                      # ... and up to this one; absent: to the last.
}
