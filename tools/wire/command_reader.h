// Commands out of JSON: one flat object each, as commands/schema/command.capnp says.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "commands/command.h"
#include "events/json/reader.h"

namespace muniment {

constexpr std::size_t command_line_bytes_max = std::size_t{64} << 10;
constexpr std::size_t command_id_bytes_max = 64;

// What is wrong with a larger one.
std::string command_too_large();

// The actor of a command, as its document has it and whoever carries the document lets it.
struct NamedActor {
  std::string text;                            // Principal::text().
  std::optional<Principal> submitted_by = {};  // The sender, where it names somebody else.
};
// `text` may be empty; `sender`, Principal::text(), may not. A submitter may name somebody else: the decision says whether that holds.
std::expected<NamedActor, JsonError> named_actor(std::string_view text, const std::string& sender);
// read_command(), with its error as that of a document; and a time zone that there is none of is one.
std::expected<Command, JsonError> read_checked(request::Command::Reader in, std::shared_ptr<const void> message,
                                               std::optional<Principal> submitted_by = {});

// What is known of a command beside its document, from who or what carries it. The document may leave it out, and may not say otherwise,
// but that a submitter may name another actor.
struct CommandCarrier {
  std::optional<std::string> sender = {};  // Principal::text().
  std::optional<std::string> command_id = {};
  std::optional<Version> expected_version = {};
};

// One thread.
class CommandReader {
 public:
  explicit CommandReader(std::size_t bytes_max = command_line_bytes_max);

  // `command_id` is filled if the document or the carrier has one of the right size, whatever else is wrong.
  std::expected<Command, JsonError> read(std::string_view json, std::string& command_id, const CommandCarrier& carrier = {});

 private:
  JsonReader reader_;
};

}  // namespace muniment
