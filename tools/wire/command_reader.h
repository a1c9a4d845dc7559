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

// Whether `text` names the principal whose text() is `carried`.
bool is_same_principal(std::string_view text, const std::string& carried);
// read_command(), with its error as that of a document.
std::expected<Command, JsonError> read_checked(request::Command::Reader in, std::shared_ptr<const void> message);

// What is known of a command beside its document, from who or what carries it. The document may leave it out, and may not say otherwise.
struct CommandCarrier {
  std::optional<std::string> actor = {};  // Principal::text().
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
