#include "tools/export/syslog_message.h"

#include "projections/fact_type.h"
#include "tools/export/fact_mapping.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

constexpr std::size_t host_bytes_max = 255;
constexpr std::int64_t ns_in_us = 1000;  // A time in a header has six digits behind the point at most.
constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

// What has no private enterprise number takes the one that is set aside for examples (RFC 5612).
constexpr std::string_view element = "[muniment@32473";

// A control character could begin a line of its own in whoever's file.
void put_text(std::string& out, std::string_view text, bool is_parameter) {
  constexpr unsigned char first_printable = 0x20;
  constexpr unsigned char deleted = 0x7f;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < first_printable || byte == deleted) {
      out += ' ';
      continue;
    }
    if (is_parameter && (c == '"' || c == '\\' || c == ']')) out += '\\';
    out += c;
  }
}

void put_parameter(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ' ';
  out += name;
  out += "=\"";
  put_text(out, value, true);
  out += '"';
}

}  // namespace

SyslogWriter::SyslogWriter(const std::string& origin, const std::string& host) : origin_(origin) {
  for (const char c : host) {
    if (c > ' ' && c < '\x7f' && host_.size() < host_bytes_max) host_ += c;
  }
  if (host_.empty()) host_ += '-';
}

void SyslogWriter::write(schema::Event::Reader event, std::string& out) {
  const auto context = event.getContext();
  const auto fact = event.getFact();
  const std::string_view failure = failure_of(fact);
  const std::string_view type = fact_name(static_cast<FactNumber>(fact.which()));
  out += failure.empty() ? "<110>1 " : "<108>1 ";
  out += Timestamp{event.getRecordedAt() / ns_in_us * ns_in_us}.text();
  out += ' ';
  out += host_;
  out += " muniment - ";
  out += type;
  out += ' ';
  out += element;
  put_parameter(out, "origin", origin_);
  put_parameter(out, "position", std::to_string(event.getPosition()));
  put_parameter(out, "event_id", event_id_of(event).hex());
  put_parameter(out, "occurred_at", occurred_at(event).text());
  text_.clear();
  put_principal(text_, event.getActor().getKind(), text_of(event.getActor().getName()));
  put_parameter(out, "actor", text_);
  put_parameter(out, "authority", name_of(event.getAuthority()));
  if (const auto provider = provider_of(event)) put_parameter(out, "provider", provider->text());
  put_parameter(out, "user", subject_of(event));
  put_parameter(out, "former_user", former_of(fact));
  put_parameter(out, "failure", failure);
  put_parameter(out, "requested_by", text_of(context.getRequestedBy()));
  put_parameter(out, "approved_by", text_of(context.getApprovedBy()));
  if (context.hasSubmittedBy()) {
    text_.clear();
    put_principal(text_, context.getSubmittedBy().getKind(), text_of(context.getSubmittedBy().getName()));
    put_parameter(out, "submitted_by", text_);
  }
  if (context.getImportedBy() != 0) put_parameter(out, "imported_by", std::to_string(context.getImportedBy()));
  put_parameter(out, "reason", text_of(context.getReason()));
  put_parameter(out, "reference", text_of(context.getReference()));
  put_parameter(out, "address", text_of(context.getAddress()));
  put_parameter(out, "command_id", text_of(event.getCommandId()));
  out += "] ";
  out += utf8_mark;
  out += type;
  if (const std::string summary = summary_of(event); !summary.empty()) {
    out += ": ";
    put_text(out, summary, false);
  }
}

}  // namespace muniment
