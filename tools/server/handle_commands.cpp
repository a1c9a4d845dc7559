// POST /v1/commands: one command, or a batch.
#include <charconv>

#include "commands/subject.h"
#include "tools/server/handlers.h"
#include "tools/server/horizon.h"
#include "tools/server/node.h"
#include "tools/server/problem.h"
#include "tools/wire/answer_frame.h"
#include "tools/wire/answer_line.h"
#include "tools/wire/command_frames.h"
#include "tools/wire/command_lines.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

// An ETag as the node gives them: a version in quotation marks.
std::optional<Version> version_in(std::string_view etag) {
  if (etag.size() < 3 || etag.front() != '"' || etag.back() != '"') return std::nullopt;
  Version version = 0;
  const char* const end = etag.data() + etag.size() - 1;
  const auto [stop, error] = std::from_chars(etag.data() + 1, end, version);
  constexpr Version absent = ~Version{0};  // As commands/schema/command.capnp has it: none is expected.
  if (error != std::errc{} || stop != end || version == absent) return std::nullopt;
  return version;
}

// Whether the version that it expects is one that the node gives as an ETag: an account's or a provider's.
bool has_etag(const CommandBody& body) {
  const auto subject = subject_kind(body);
  return subject == schema::StreamKind::ACCOUNT || subject == schema::StreamKind::PROVIDER;
}

std::expected<Command, JsonError> read(const Call& call, std::string& command_id) {
  CommandCarrier carrier{.sender = call.caller->principal().value().text()};
  if (!call.idempotency_key.empty()) carrier.command_id = call.idempotency_key;
  if (!call.if_match.empty()) {
    carrier.expected_version = version_in(call.if_match);
    if (!carrier.expected_version)
      return std::unexpected(JsonError{"If-Match", "expected one ETag as /v1/accounts and /v1/providers give it, such as \"7\""});
  }
  thread_local CommandReader reader;
  auto command = reader.read(call.body, command_id, carrier);
  if (command && carrier.expected_version && !has_etag(command->body))
    return std::unexpected(
        JsonError{"If-Match", "expected none: what the command is about has no ETag; its version may stand in `expected_version`"});
  return command;
}

// Auditors read; all that they may decide is what is done about a finding, of a provider that they see.
std::optional<Problem> beyond_auditor(const Token& caller, const CommandBody& body) {
  if (caller.role != TokenRole::AUDITOR) return std::nullopt;
  const auto* dispose = std::get_if<DisposeFinding>(&body);
  if (dispose == nullptr) return Problem{problem::role_denied};
  const Horizon horizon{.is_everything = caller.providers.empty(), .providers = caller.providers};
  if (!horizon.has(dispose->provider)) return Problem{problem::outside_scope, {}, "finding"};
  return std::nullopt;
}

std::unique_ptr<Batch> batch_of(Node& node, const Call& call, std::unique_ptr<CommandIntake> intake, std::function<void()> wake) {
  Batch::Form form{.answer = [](std::string& out, const LineAnswer& answer) { write_answer(out, answer, false); },
                   .stopped = &write_stopped};
  if (call.form == media::capnp) {
    const auto frames = std::make_shared<AnswerFrames>();
    form.answer = [frames](std::string& out, const LineAnswer& answer) { frames->write(out, answer); };
    form.stopped = [frames](std::string& out, const BatchStopped& stopped) { frames->write(out, stopped); };
  }
  return std::make_unique<Batch>(node, call.caller, call.origin, std::move(intake), std::move(form), std::move(wake));
}

}  // namespace

std::expected<Submission, Response> submit_command(Node& node, const Call& call, Reply reply) {
  std::string command_id;
  auto command = read(call, command_id);
  if (!command) return std::unexpected(respond(command.error(), call.id));
  if (const auto beyond = beyond_auditor(*call.caller, command->body)) {
    node.access_record().note_denied(call.caller.get(), beyond->name, "POST /v1/commands",
                                     call.origin ? call.origin->address : std::string{});
    return std::unexpected(respond(*beyond, call.id));
  }
  auto place = node.take_place(*call.caller);
  if (!place) return std::unexpected(respond(Problem{problem::overloaded}, call.id));
  return Submission{.command = std::move(*command),
                    .source = schema::Source::NETWORK,
                    .origin = call.origin,
                    .answer = [&node, place = std::move(place), reply = std::move(reply), caller = call.caller, command_id,
                               is_precondition = !call.if_match.empty(), request_id = call.id](const Answer& answer) {
                      node.answered(answer, *place);
                      node.access_record().note_answer(*caller, answer, "POST /v1/commands");
                      Response response = respond(answer, command_id, is_precondition, request_id);
                      response.headers.emplace_back("Muniment-Generation", node.generations().current());
                      reply(std::move(response));
                    }};
}

std::unique_ptr<Batch> submit_lines(Node& node, const Call& call, std::function<void()> wake) {
  return batch_of(node, call, std::make_unique<CommandLines>(call.caller->principal().value().text()), std::move(wake));
}

std::unique_ptr<Batch> submit_frames(Node& node, const Call& call, std::function<void()> wake) {
  return batch_of(node, call, std::make_unique<CommandFrames>(call.caller->principal().value().text()), std::move(wake));
}

}  // namespace muniment
