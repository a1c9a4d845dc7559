#include "tools/import/accounts_import.h"

#include <fmt/format.h>

#include "events/record/record.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

// What the same id is always of.
Bytes content_of(const std::string& command_id) {
  const std::string text = "muniment/accounts-import/1\n" + command_id;
  return {text.begin(), text.end()};
}

template <typename Body>
Command command_of(std::string command_id, Body body, std::string_view type) {
  Command out{.body = std::move(body), .type = type, .content = content_of(command_id)};
  out.request.command_id = std::move(command_id);
  out.request.actor = Principal::node();
  return out;
}

std::expected<Position, Answer> ask(Sequencer& sequencer, Command command) {
  Answer answer = sequencer.ask({.command = std::move(command), .source = schema::Source::OPERATOR});
  if (answer.status != Answer::Status::accepted) return std::unexpected(std::move(answer));
  return answer.first_position;
}

EventId event_at(const EventLog& log, Position position) {
  std::optional<EventId> out;
  log.read(only_partition, position, position, [&](Position, RecordWords words) {
    RecordReader record(words);
    out = event_id_of(record.event());
    return false;
  });
  MUNIMENT_ASSERT(out.has_value());
  return *out;
}

}  // namespace

AccountsImport::AccountsImport(const EventLog& log, Sequencer& sequencer, const std::string& name)
    : log_(log), sequencer_(sequencer), reference_("accounts:" + name) {
  while (log_.find_command(only_partition, Principal::node(), completion_id())) ++number_;
  started_ = log_.find_command(only_partition, Principal::node(), start_id());
}

std::string AccountsImport::start_id() const { return fmt::format("{}:start:{}", reference_, number_); }
std::string AccountsImport::completion_id() const { return fmt::format("{}:complete:{}", reference_, number_); }

std::expected<void, Answer> AccountsImport::begin(std::uint64_t rows, const std::string& requested_by) {
  if (started_) return {};
  Command start = command_of(start_id(), StartImport{.providers = {}, .administrator_services = {}, .rows = rows}, "start_import");
  start.request.requested_by = requested_by;
  start.request.reference = reference_;
  auto position = ask(sequencer_, std::move(start));
  if (!position) return std::unexpected(std::move(position.error()));
  started_ = *position;
  return {};
}

std::expected<void, Answer> AccountsImport::complete(std::uint64_t rows) {
  Command end = command_of(completion_id(), CompleteImport{.import = event_at(log_, started_.value()), .rows = rows}, "complete_import");
  end.request.reference = reference_;
  auto position = ask(sequencer_, std::move(end));
  if (!position) return std::unexpected(std::move(position.error()));
  started_.reset();
  ++number_;
  return {};
}

}  // namespace muniment
