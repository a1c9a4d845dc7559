// POST /v1/credentials/redeem: an identity provider redeems the one-time credential of a reset.
#include <capnp/message.h>

#include <array>

#include "tools/server/handlers.h"
#include "tools/server/node.h"
#include "tools/server/problem.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

std::expected<Command, JsonError> read(const Call& call) {
  if (call.idempotency_key.empty()) return std::unexpected(JsonError{"Idempotency-Key", "is missing"});
  thread_local JsonReader reader(capnp::Schema::from<request::RedeemCredential>(), {.bytes = command_line_bytes_max});
  const auto message = std::make_shared<capnp::MallocMessageBuilder>();
  auto root = message->initRoot<request::Command>();
  root.setCommandId(call.idempotency_key);
  root.setActor(call.caller->principal().value().text());
  if (auto redemption = reader.read(call.body, root.getBody().initRedeemCredential()); !redemption)
    return std::unexpected(std::move(redemption.error()));
  return read_checked(root.asReader(), message);
}

// Whoever guesses is told nothing: not whether there is such an account, whether it was reset, nor what came of it since. The trail tells.
Response answer_redemption(const Answer& answer, const std::string& command_id, std::string_view request_id) {
  using enum Refusal;
  constexpr std::array about_the_account{credential_invalid, credential_expired, account_terminated};
  const bool is_about_the_account =
      answer.refusal && std::find(about_the_account.begin(), about_the_account.end(), *answer.refusal) != about_the_account.end();
  if (is_about_the_account) return respond(Problem{name_of(credential_invalid)}, request_id);
  return respond(answer, command_id, false, request_id);
}

}  // namespace

std::expected<Submission, Response> redeem_credential(Node& node, const Call& call, Reply reply) {
  auto command = read(call);
  if (!command) return std::unexpected(respond(command.error(), call.id));
  auto place = node.take_place(*call.caller);
  if (!place) return std::unexpected(respond(Problem{problem::overloaded}, call.id));
  return Submission{.command = std::move(*command),
                    .source = schema::Source::NETWORK,
                    .origin = call.origin,
                    .answer = [&node, place = std::move(place), reply = std::move(reply), caller = call.caller,
                               command_id = call.idempotency_key, request_id = call.id](const Answer& answer) {
                      node.answered(answer, *place);
                      node.access_record().note_answer(*caller, answer, "POST /v1/credentials/redeem");
                      Response response = answer_redemption(answer, command_id, request_id);
                      response.headers.emplace_back("Muniment-Generation", node.generations().current());
                      reply(std::move(response));
                    }};
}

}  // namespace muniment
