#include "tools/wire/command_reader.h"

#include <capnp/message.h>

#include <array>

#include "events/json/text_member.h"
#include "projections/findings/local_clock.h"

namespace muniment {
namespace {

constexpr std::string_view missing = "is missing";  // As JsonReader says it.

// A command's message, with room for the usual one in the same piece of memory.
struct BuiltMessage {
  std::array<capnp::word, 192> scratch{};
  capnp::MallocMessageBuilder builder{kj::arrayPtr(scratch.data(), scratch.size())};
};

std::unexpected<JsonError> wrong(std::string_view path, std::string_view problem) {
  return std::unexpected(JsonError{std::string{path}, std::string{problem}});
}

// Fills in what the carrier knows. Gives who sends it, where that is not the actor.
std::expected<std::optional<Principal>, JsonError> complete(request::Command::Builder command, const CommandCarrier& carrier) {
  std::optional<Principal> submitted_by;
  if (carrier.sender) {
    auto actor = named_actor(text_of(command.getActor().asReader()), *carrier.sender);
    if (!actor) return std::unexpected(std::move(actor.error()));
    command.setActor(actor->text);
    submitted_by = std::move(actor->submitted_by);
  }
  if (carrier.command_id) {
    if (command.hasCommandId() && text_of(command.getCommandId().asReader()) != *carrier.command_id)
      return wrong("command_id", "is not the Idempotency-Key; leave one of them out");
    command.setCommandId(*carrier.command_id);
  }
  if (carrier.expected_version) {
    constexpr std::uint64_t absent = ~std::uint64_t{0};
    if (command.getExpectedVersion() != absent && command.getExpectedVersion() != *carrier.expected_version)
      return wrong("expected_version", "is not the version in If-Match; leave one of them out");
    command.setExpectedVersion(*carrier.expected_version);
  }
  if (!command.hasCommandId()) return wrong("command_id", missing);
  if (!command.hasActor()) return wrong("actor", missing);
  return submitted_by;
}

// A decision must not depend on the machine's list of time zones, so what a policy names is looked up here, before it is one: findings take
// a zone that there is none of for UTC.
bool names_unknown_zone(const Command& command) {
  thread_local view::LocalClock clock;
  const auto* set = std::get_if<SetPolicy>(&command.body);
  return set != nullptr && set->policy.hasTimeZone() && !clock.knows(text_of(set->policy.getTimeZone()));
}

}  // namespace

std::string command_too_large() { return "is larger than " + std::to_string(command_line_bytes_max) + " bytes"; }

std::expected<NamedActor, JsonError> named_actor(std::string_view text, const std::string& sender) {
  if (text.empty() || text == sender) return NamedActor{sender};
  const auto named = Principal::parse(text);
  if (named && named->text() == sender) return NamedActor{sender};
  auto submitter = Principal::parse(sender);
  const bool is_submitter = submitter && submitter->kind == schema::PrincipalKind::SUBMITTER;
  const bool is_auditor = named && named->kind == schema::PrincipalKind::AUDITOR;  // Nobody speaks for those who check.
  if (!named || is_auditor || !is_submitter) return wrong("actor", "is not who sends the command; leave it out");
  return NamedActor{named->text(), std::move(submitter)};
}

std::expected<Command, JsonError> read_checked(request::Command::Reader in, std::shared_ptr<const void> message,
                                               std::optional<Principal> submitted_by) {
  auto command = read_command(in, std::move(message));
  if (!command) return std::unexpected(JsonError{command.error().field, "expected " + command.error().expected});
  if (names_unknown_zone(*command)) return wrong("time_zone", "expected a time zone that there is, such as America/New_York");
  command->request.submitted_by = std::move(submitted_by);
  return std::move(*command);
}

CommandReader::CommandReader(std::size_t bytes_max) : reader_(capnp::Schema::from<request::Command>(), {.bytes = bytes_max}) {}

std::expected<Command, JsonError> CommandReader::read(std::string_view json, std::string& command_id, const CommandCarrier& carrier) {
  const auto message = std::make_shared<BuiltMessage>();
  auto root = message->builder.initRoot<request::Command>();
  if (carrier.command_id && carrier.command_id->size() <= command_id_bytes_max) command_id = *carrier.command_id;
  if (auto read = reader_.read(json, root); !read) {
    if (auto id = text_member(json, "command_id"); id && id->size() <= command_id_bytes_max) command_id = std::move(*id);
    // What every command needs is named before what this one does; without a type nothing of it was read.
    if (read.error().problem != missing || read.error().path == "type") return std::unexpected(std::move(read.error()));
    if (auto completed = complete(root, carrier); !completed) return std::unexpected(std::move(completed.error()));
    return std::unexpected(std::move(read.error()));
  }
  auto completed = complete(root, carrier);
  const auto in = root.asReader();
  if (in.hasCommandId() && in.getCommandId().size() <= command_id_bytes_max) command_id = text_of(in.getCommandId());
  if (!completed) return std::unexpected(std::move(completed.error()));
  return read_checked(in, message, std::move(*completed));
}

}  // namespace muniment
