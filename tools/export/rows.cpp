// CSV (RFC 4180) and NDJSON, the rows of `muniment audit trail`: byte for byte what that prints.
#include <capnp/schema.h>

#include "events/json/writer.h"
#include "projections/fact_type.h"
#include "tools/export/formats.h"
#include "tools/export/text_out.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/csv.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

// The cells of event_cells(), in the order of event_columns(), without making them first: that took most of an export's time.
class CsvExport final : public EventExport {
 public:
  void begin(std::string& out) override { write_csv_heading(out, event_columns()); }

  std::size_t add(schema::Event::Reader event, std::string& out) override {
    const auto context = event.getContext();
    const auto provider = provider_of(event);
    put_number(out, event.getPosition());
    out += ',';
    put_time(out, occurred_at(event));
    put_cell(out, fact_name(static_cast<FactNumber>(event.getFact().which())));
    put_cell(out, principal(event.getActor().getKind(), text_of(event.getActor().getName())));
    put_cell(out, name_of(event.getAuthority()));
    put_cell(out, provider ? provider->text() : std::string{});
    put_cell(out, text_of(event.getUsername()));
    put_cell(out, summary_of(event));
    put_cell(out, text_of(context.getRequestedBy()));
    put_cell(out, text_of(context.getReason()));
    put_cell(out, text_of(context.getReference()));
    const auto submitter = context.getSubmittedBy();
    put_cell(out, context.hasSubmittedBy() ? principal(submitter.getKind(), text_of(submitter.getName())) : std::string_view{});
    out += ',';
    put_time(out, recorded_at(event));
    put_cell(out, text_of(context.getApprovedBy()));
    out += ',';
    if (context.getImportedBy() != 0) put_number(out, context.getImportedBy());
    put_cell(out, text_of(context.getAddress()));
    put_cell(out, text_of(event.getCommandId()));
    out += ',';
    put_hex(out, event_id_of(event).bytes());
    out += '\n';
    return 1;
  }

 private:
  static void put_cell(std::string& out, std::string_view text) {
    out += ',';
    write_csv_cell(out, text);
  }

  std::string_view principal(schema::PrincipalKind kind, std::string_view name) {
    text_.clear();
    put_principal(text_, kind, name);
    return text_;
  }

  std::string text_;  // Scratch.
};

class NdjsonExport final : public EventExport {
 public:
  std::size_t add(schema::Event::Reader event, std::string& out) override {
    writer_.write(event, out);
    out += '\n';
    return 1;
  }

 private:
  JsonWriter writer_{capnp::Schema::from<schema::Event>()};
};

}  // namespace

std::unique_ptr<EventExport> make_csv_export() { return std::make_unique<CsvExport>(); }

std::unique_ptr<EventExport> make_ndjson_export() { return std::make_unique<NdjsonExport>(); }

}  // namespace muniment
