#include "commands/command.h"

#include <capnp/message.h>
#include <capnp/schema.h>

#include <algorithm>

#include "events/record/record.h"

namespace muniment {
namespace {

constexpr std::size_t command_id_max = 64;
constexpr std::size_t principal_max = 128;
constexpr std::size_t reference_max = 128;
constexpr std::size_t note_max = 500;

bool is_printable(std::string_view text, std::size_t size_max) {
  return !text.empty() && text.size() <= size_max && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// Names of people or systems elsewhere: identifiers, so that no free text about a person slips into the log.
Field<std::string> identifier_field(capnp::Text::Reader text, std::string_view field) {
  if (text.size() == 0) return std::string{};
  if (!is_printable(text_of(text), principal_max)) return malformed(field, "an identifier of 1 to 128 printable characters without spaces");
  return std::string{text_of(text)};
}

Field<Request> read_request(request::Command::Reader in) {
  Request out;
  if (!is_printable(text_of(in.getCommandId()), command_id_max))
    return malformed("command_id", "1 to 64 printable ASCII characters without spaces");
  out.command_id = text_of(in.getCommandId());
  const auto actor = Principal::parse(text_of(in.getActor()));
  if (!actor) return malformed("actor", "a username, officer:NAME or submitter:NAME");
  out.actor = *actor;
  if (in.getExpectedVersion() != ~std::uint64_t{0}) out.expected_version = in.getExpectedVersion();
  auto requested_by = identifier_field(in.getRequestedBy(), "requested_by");
  if (!requested_by) return std::unexpected(requested_by.error());
  auto approved_by = identifier_field(in.getApprovedBy(), "approved_by");
  if (!approved_by) return std::unexpected(approved_by.error());
  if (in.getReason().size() > 0) {
    const auto reason = code_field(in.getReason(), "reason");
    if (!reason) return std::unexpected(reason.error());
    out.reason = *reason;
  }
  auto reference = optional_text_field(in.getReference(), "reference", reference_max);
  if (!reference) return std::unexpected(reference.error());
  auto note = optional_text_field(in.getNote(), "note", note_max);
  if (!note) return std::unexpected(note.error());
  out.requested_by = std::move(*requested_by);
  out.approved_by = std::move(*approved_by);
  out.reference = std::move(*reference);
  out.note = std::move(*note);
  return out;
}

template <typename Body, typename Reader>
Field<CommandBody> body_of(Reader in) {
  auto body = Body::read(in);
  if (!body) return std::unexpected(std::move(body.error()));
  return CommandBody{std::move(*body)};
}

Field<CommandBody> read_body(request::Command::Body::Reader in) {
  using Body = request::Command::Body;
  switch (in.which()) {
    case Body::APPOINT_OFFICER:
      return body_of<AppointOfficer>(in.getAppointOfficer());
    case Body::DISMISS_OFFICER:
      return body_of<DismissOfficer>(in.getDismissOfficer());
    case Body::REGISTER_PROVIDER:
      return body_of<RegisterProvider>(in.getRegisterProvider());
    case Body::CLOSE_PROVIDER:
      return body_of<CloseProvider>(in.getCloseProvider());
    case Body::START_RELATIONSHIP:
      return body_of<StartRelationship>(in.getStartRelationship());
    case Body::END_RELATIONSHIP:
      return body_of<EndRelationship>(in.getEndRelationship());
    case Body::ASSIGN_PRIMARY_USER:
      return body_of<AssignPrimaryUser>(in.getAssignPrimaryUser());
    case Body::CREATE_SUBORDINATE:
      return body_of<CreateSubordinate>(in.getCreateSubordinate());
    case Body::LINK_SUBORDINATE:
      return body_of<LinkSubordinate>(in.getLinkSubordinate());
    case Body::UPDATE_SUBORDINATE:
      return body_of<UpdateSubordinate>(in.getUpdateSubordinate());
    case Body::ASSIGN_SERVICES:
      return body_of<AssignServices>(in.getAssignServices());
    case Body::RESET_PASSWORD:
      return body_of<ResetPassword>(in.getResetPassword());
    case Body::REDEEM_CREDENTIAL:
      return body_of<RedeemCredential>(in.getRedeemCredential());
    case Body::REMOVE_SUBORDINATE:
      return body_of<RemoveSubordinate>(in.getRemoveSubordinate());
    case Body::ACCEPT_TERMS:
      return body_of<AcceptTerms>(in.getAcceptTerms());
    case Body::PUBLISH_TERMS:
      return body_of<PublishTerms>(in.getPublishTerms());
    case Body::LOCK_ACCOUNT:
      return body_of<LockAccount>(in.getLockAccount());
    case Body::UNLOCK_ACCOUNT:
      return body_of<UnlockAccount>(in.getUnlockAccount());
    case Body::DISABLE_ACCOUNT:
      return body_of<DisableAccount>(in.getDisableAccount());
    case Body::ENABLE_ACCOUNT:
      return body_of<EnableAccount>(in.getEnableAccount());
    case Body::TERMINATE_ACCOUNT:
      return body_of<TerminateAccount>(in.getTerminateAccount());
    case Body::DEFINE_SERVICE:
      return body_of<DefineService>(in.getDefineService());
    case Body::RETIRE_SERVICE:
      return body_of<RetireService>(in.getRetireService());
    case Body::RECORD_SIGN_IN:
      return body_of<RecordSignIn>(in.getRecordSignIn());
    case Body::RECORD_SERVICE_USE:
      return body_of<RecordServiceUse>(in.getRecordServiceUse());
    case Body::REPORT_DEPARTURE:
      return body_of<ReportDeparture>(in.getReportDeparture());
    case Body::SET_POLICY:
      return body_of<SetPolicy>(in.getSetPolicy());
    case Body::ERASE_SUBJECT:
      return body_of<EraseSubject>(in.getEraseSubject());
    case Body::PLACE_HOLD:
      return body_of<PlaceHold>(in.getPlaceHold());
    case Body::LIFT_HOLD:
      return body_of<LiftHold>(in.getLiftHold());
    case Body::OPEN_REVIEW:
      return body_of<OpenReview>(in.getOpenReview());
    case Body::ASSIGN_REVIEWER:
      return body_of<AssignReviewer>(in.getAssignReviewer());
    case Body::DECIDE_REVIEW:
      return body_of<DecideReview>(in.getDecideReview());
    case Body::CLOSE_REVIEW:
      return body_of<CloseReview>(in.getCloseReview());
    case Body::REMOVE_LEAVER:
      return body_of<RemoveLeaver>(in.getRemoveLeaver());
    case Body::APPOINT_DELEGATE:
      return body_of<AppointDelegate>(in.getAppointDelegate());
    case Body::DISMISS_DELEGATE:
      return body_of<DismissDelegate>(in.getDismissDelegate());
    case Body::ATTEST_ROSTER:
      return body_of<AttestRoster>(in.getAttestRoster());
    case Body::DISPOSE_FINDING:
      return body_of<DisposeFinding>(in.getDisposeFinding());
    case Body::DISMISS_REVIEWER:
      return body_of<DismissReviewer>(in.getDismissReviewer());
    case Body::SIGN_REPORT:
      return body_of<SignReport>(in.getSignReport());
    case Body::REPORT_RECONCILIATION:
      return body_of<ReportReconciliation>(in.getReportReconciliation());
  }
  return malformed("type", "a command that this program knows");
}

// Whether there is an account under whose key a note could be sealed, and opened afterwards.
bool can_seal_a_note(const CommandBody& body) {
  if (std::holds_alternative<EraseSubject>(body)) return false;
  if (std::holds_alternative<DecideReview>(body)) return true;  // Under that of each whom it decides about.
  return std::visit([]<typename Body>(const Body& b) { return requires { b.username; } || requires { b.profile; }; }, body);
}

bool has_personal_values(const CommandBody& body) {
  return std::visit(
      []<typename Body>(const Body& b) { return requires { b.profile; } || requires { b.place; } || requires { b.credential; }; }, body);
}

Bytes canonical(request::Command::Reader in) {
  const auto words = capnp::canonicalize(in);
  const auto bytes = words.asBytes();
  return {bytes.begin(), bytes.end()};
}

// For refusals about nobody: there is no key then that an erasure could destroy.
Bytes canonical_without_person(request::Command::Reader in) {
  capnp::MallocMessageBuilder message;
  message.setRoot(in);
  auto command = message.getRoot<request::Command>();
  command.disownNote();
  auto body = command.getBody();
  switch (body.which()) {
    case request::Command::Body::CREATE_SUBORDINATE:
      body.getCreateSubordinate().disownProfile();
      body.getCreateSubordinate().disownPin();
      break;
    case request::Command::Body::UPDATE_SUBORDINATE:
      body.getUpdateSubordinate().disownProfile();
      body.getUpdateSubordinate().disownPin();
      break;
    case request::Command::Body::ASSIGN_PRIMARY_USER:
      body.getAssignPrimaryUser().disownProfile();
      body.getAssignPrimaryUser().disownPin();
      break;
    case request::Command::Body::REDEEM_CREDENTIAL:
      body.getRedeemCredential().disownCredential();
      break;
    case request::Command::Body::RECORD_SIGN_IN:
      body.getRecordSignIn().disownPlace();
      break;
    default:
      break;
  }
  return canonical(command.asReader());
}

// As the schema's $Json names, by the union's discriminant.
const std::vector<std::string_view>& type_names() {
  static const std::vector<std::string_view> names = [] {
    constexpr std::uint64_t json_name = 0xfa5b1fd61c2e7c3d;  // capnp/compat/json.capnp, annotation `name`
    std::vector<std::string_view> out;
    const auto body = capnp::Schema::from<request::Command::Body>();
    for (const auto field : body.getUnionFields()) {
      for (const auto annotation : field.getProto().getAnnotations()) {
        if (annotation.getId() == json_name) out.push_back(text_of(annotation.getValue().getText()));
      }
    }
    return out;
  }();
  return names;
}

}  // namespace

CommandBody::CommandBody(const CommandBody& other) = default;
CommandBody::CommandBody(CommandBody&& other) noexcept = default;
CommandBody& CommandBody::operator=(const CommandBody& other) = default;
CommandBody& CommandBody::operator=(CommandBody&& other) noexcept = default;
CommandBody::~CommandBody() = default;

Field<Command> read_command(request::Command::Reader in, std::shared_ptr<const void> message) {
  auto request = read_request(in);
  if (!request) return std::unexpected(std::move(request.error()));
  auto body = read_body(in.getBody());
  if (!body) return std::unexpected(std::move(body.error()));
  if (!request->note.empty() && !can_seal_a_note(*body))
    return malformed("note", "no note where the command is not about an account that keeps its key: nothing could seal it");
  Command out{
      .request = std::move(*request), .body = std::move(*body), .type = type_names()[static_cast<std::size_t>(in.getBody().which())]};
  out.is_personal = has_personal_values(out.body) || !out.request.note.empty();
  out.content = canonical(in);
  if (out.is_personal) out.content_without_person = canonical_without_person(in);
  out.message = std::move(message);
  return out;
}

std::vector<std::string_view> command_types() { return type_names(); }

}  // namespace muniment
