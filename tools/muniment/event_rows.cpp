#include "tools/muniment/event_rows.h"

#include <capnp/message.h>
#include <capnp/schema.h>

#include <array>

#include "tools/muniment/exit_code.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

void write_personal(std::string& out, const Personal& personal) {
  out += ",\"personal\":{";
  const std::array<std::pair<std::string_view, std::string_view>, 8> members{{{"last_name", personal.profile.last_name},
                                                                              {"first_name", personal.profile.first_name},
                                                                              {"middle_initial", personal.profile.middle_initial},
                                                                              {"birth_day", personal.profile.birth_day},
                                                                              {"email", personal.profile.email},
                                                                              {"zip", personal.profile.zip},
                                                                              {"note", personal.note},
                                                                              {"place", personal.place}}};
  for (const auto& [name, text] : members) write_json_member(out, name, text_cell(text));
  out += '}';
}

}  // namespace

EventRows::EventRows(Format format, const Console& console, Open open)
    : format_(format),
      open_(std::move(open)),
      writer_(capnp::Schema::from<schema::Event>()),
      reader_(capnp::Schema::from<schema::Event>()),
      rows_(format, event_columns(), console.out, console.has_color) {}

void EventRows::add(schema::Event::Reader event) {
  if (!is_json()) {
    rows_.add(event_cells(event));
    return;
  }
  json_.clear();
  writer_.write(event, json_);
  if (open_ && event.hasSealed()) {
    json_.pop_back();
    const auto personal = open_(event);
    if (personal) {
      write_personal(json_, *personal);
    } else {
      write_json_member(json_, "personal", personal.error());
    }
    json_ += '}';
  }
  rows_.add_json(json_);
}

void EventRows::add_json(std::string_view event) {
  if (is_json()) {
    rows_.add_json(event);
    return;
  }
  capnp::MallocMessageBuilder message;
  auto into = message.initRoot<schema::Event>();
  if (const auto read = reader_.read(event, into); !read) {
    throw CliError(ExitCode::failure, "the node has an event that this program does not know: " + read.error().message() +
                                          "; ask with -o ndjson, or with a program of the node's version");
  }
  rows_.add(event_cells(into.asReader()));
}

}  // namespace muniment
