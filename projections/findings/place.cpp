#include "projections/findings/place.h"

namespace muniment::view {
namespace {

enum PlaceFlag : std::uint8_t { is_registered = 1, is_gone = 2 };

}  // namespace

std::string FindingPlaceFormat::key(PackedProvider provider) {
  std::string key;
  put_tag(key, TableTag::finding_place);
  put_provider(key, provider);
  return key;
}

void FindingPlaceFormat::put(std::string& out, const FindingPlace& place) {
  put_byte(out, static_cast<std::uint8_t>((place.registered ? is_registered : 0) | (place.primary_user_gone ? is_gone : 0)));
  put_ref(out, place.closed);
  put_text(out, place.organization);
  put_text(out, place.primary_user);
  put_time(out, place.gone_from);
  put_varint(out, place.administrators.size());
  for (const auto& administrator : place.administrators) {
    put_text(out, administrator.username);
    put_byte(out, administrator.usable ? 1 : 0);
  }
  put_varint(out, place.meant_administrator.size());
  for (const auto service : place.meant_administrator) put_varint(out, service);
  put_varint(out, place.acts_for.size());
  for (const auto provider : place.acts_for) put_varint(out, provider);
  put_reports(out, place.sign_ins);
  put_reports(out, place.uses);
  put_ref(out, place.first_departure);
  put_ref(out, place.first_move);
  put_varint(out, place.no_primary_user);
  put_time(out, place.no_primary_user_from);
  put_varint(out, place.no_backup);
  put_varint(out, place.no_sign_ins);
  put_varint(out, place.no_uses);
  put_varint(out, place.attestation_awaited);
  put_ref(out, place.reconciled);
  put_varint(out, place.discrepancies.size());
  for (const OpenDiscrepancy& one : place.discrepancies) {
    put_byte(out, static_cast<std::uint8_t>(one.rule));
    put_text(out, one.username);
    put_varint(out, one.service);
    put_ref(out, one.opened);
  }
}

FindingPlace FindingPlaceFormat::take(std::string_view value) {
  ByteReader from(value);
  FindingPlace out;
  const auto flags = from.byte();
  out.registered = (flags & is_registered) != 0;
  out.primary_user_gone = (flags & is_gone) != 0;
  out.closed = take_ref(from);
  out.organization = from.text();
  out.primary_user = from.text();
  out.gone_from = from.time();
  for (auto left = from.varint(); left > 0; --left) {
    std::string username{from.text()};
    out.administrators.push_back({std::move(username), from.byte() != 0});
  }
  for (auto left = from.varint(); left > 0; --left) out.meant_administrator.push_back(static_cast<FindingService>(from.varint()));
  for (auto left = from.varint(); left > 0; --left) out.acts_for.push_back(from.varint());
  out.sign_ins = take_reports(from);
  out.uses = take_reports(from);
  out.first_departure = take_ref(from);
  out.first_move = take_ref(from);
  out.no_primary_user = from.varint();
  out.no_primary_user_from = from.time();
  out.no_backup = from.varint();
  out.no_sign_ins = from.varint();
  out.no_uses = from.varint();
  out.attestation_awaited = from.varint();
  out.reconciled = take_ref(from);
  for (auto left = from.varint(); left > 0; --left) {
    OpenDiscrepancy one;
    one.rule = Rule{from.byte()};
    one.username = from.text();
    one.service = static_cast<FindingService>(from.varint());
    one.opened = take_ref(from);
    out.discrepancies.push_back(std::move(one));
  }
  return out;
}

std::string actor_at(PackedProvider provider, std::string_view actor) {
  std::string out;
  put_provider(out, provider);
  put_key_text(out, actor);
  return out;
}

std::string FindingActorFormat::key(std::string_view actor_at) {
  std::string key;
  put_tag(key, TableTag::finding_actor);
  return key.append(actor_at);
}

void FindingActorFormat::put(std::string& out, const FindingActor& actor) {
  put_run(out, actor.changes);
  put_run(out, actor.resets);
}

FindingActor FindingActorFormat::take(std::string_view value) {
  ByteReader from(value);
  FindingActor out;
  out.changes = take_run(from);
  out.resets = take_run(from);
  return out;
}

}  // namespace muniment::view
