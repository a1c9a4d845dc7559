#include "projections/access/change.h"

#include <algorithm>

#include "events/record/record.h"
#include "projections/event_fields.h"

namespace muniment::view {
namespace {

// Which optional texts the details have, in this order.
enum DetailFlag : std::uint8_t { has_requested_by = 1, has_approved_by = 2, has_reason = 4, has_reference = 8 };

void put_optional(std::string& out, std::uint8_t& flags, DetailFlag flag, std::string_view text) {
  if (text.empty()) return;
  flags = static_cast<std::uint8_t>(flags | flag);
  put_text(out, text);
}

}  // namespace

void put_details(std::string& out, schema::Event::Reader event) {
  put_varint(out, number_of(event));
  put_byte(out, static_cast<std::uint8_t>(event.getAuthority()));
  put_byte(out, static_cast<std::uint8_t>(event.getActor().getKind()));
  put_text(out, text_of(event.getActor().getName()));
  const std::size_t flags_at = out.size();
  put_byte(out, 0);
  std::uint8_t flags = 0;
  if (event.hasContext()) {
    const auto context = event.getContext();
    put_optional(out, flags, has_requested_by, text_of(context.getRequestedBy()));
    put_optional(out, flags, has_approved_by, text_of(context.getApprovedBy()));
    put_optional(out, flags, has_reason, text_of(context.getReason()));
    put_optional(out, flags, has_reference, text_of(context.getReference()));
  }
  out[flags_at] = static_cast<char>(flags);
}

AccessChange take_details(const EventRef& event, std::string_view bytes) {
  ByteReader from(bytes);
  AccessChange out;
  out.position = event.position;
  out.at = event.at;
  out.imported_by = event.import;
  out.type = fact_name(static_cast<FactNumber>(from.varint()));
  out.authority = schema::Authority{from.byte()};
  out.actor.kind = schema::PrincipalKind{from.byte()};
  out.actor.name = from.text();
  const std::uint8_t flags = from.byte();
  if (flags & has_requested_by) out.requested_by = from.text();
  if (flags & has_approved_by) out.approved_by = from.text();
  if (flags & has_reason) out.reason = from.text();
  if (flags & has_reference) out.reference = from.text();
  return out;
}

// kind u8, time, import, count and numbers granted, count and numbers revoked, details.
void put_link_change(std::string& out, LinkKind kind, schema::Event::Reader event, std::span<const ServiceNumber> granted,
                     std::span<const ServiceNumber> revoked) {
  put_byte(out, static_cast<std::uint8_t>(kind));
  put_time(out, occurred_at(event));
  put_varint(out, event.getContext().getImportedBy());
  for (const auto numbers : {granted, revoked}) {
    put_varint(out, numbers.size());
    for (const auto number : numbers) put_varint(out, number);
  }
  put_details(out, event);
}

void LinkHistory::clear() {
  changes_.clear();
  numbers_.clear();
  details_.clear();
}

void LinkHistory::add(Position position, std::string_view value) {
  ByteReader from(value);
  LinkChange change{};
  change.kind = LinkKind{from.byte()};
  change.event.position = position;
  change.event.at = from.time();
  change.event.import = from.varint();
  change.numbers_at = static_cast<std::uint32_t>(numbers_.size());
  for (auto* count : {&change.granted, &change.revoked}) {
    *count = static_cast<std::uint32_t>(from.varint());
    for (std::uint32_t i = 0; i < *count; ++i) numbers_.push_back(static_cast<ServiceNumber>(from.varint()));
  }
  change.details_at = static_cast<std::uint32_t>(details_.size());
  change.details_size = static_cast<std::uint32_t>(from.rest().size());
  details_ += from.rest();
  changes_.push_back(change);
}

void LinkHistory::add_closings(const LinkHistory& closings) {
  for (LinkChange closing : closings.changes_) {
    const auto details = std::string_view{closings.details_}.substr(closing.details_at, closing.details_size);
    closing.numbers_at = static_cast<std::uint32_t>(numbers_.size());
    closing.details_at = static_cast<std::uint32_t>(details_.size());
    details_ += details;
    const auto later = std::find_if(changes_.begin(), changes_.end(),
                                    [&](const LinkChange& change) { return change.event.position > closing.event.position; });
    changes_.insert(later, closing);
  }
}

AccessChange LinkHistory::describe(const LinkChange& change) const {
  return take_details(change.event, std::string_view{details_}.substr(change.details_at, change.details_size));
}

}  // namespace muniment::view
