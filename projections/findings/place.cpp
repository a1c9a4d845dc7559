#include "projections/findings/place.h"

namespace muniment::view {
namespace {

enum Flag : std::uint8_t { is_registered = 1, is_gone = 2, is_closed = 4 };

std::string of_provider(TableTag tag, PackedProvider provider) {
  std::string key;
  put_tag(key, tag);
  put_provider(key, provider);
  return key;
}

}  // namespace

std::string finding_place_key(PackedProvider provider) { return of_provider(TableTag::finding_place, provider); }

void put_finding_place(std::string& out, const FindingPlace& place) {
  put_byte(out, static_cast<std::uint8_t>((place.registered ? is_registered : 0) | (place.primary_user_gone ? is_gone : 0) |
                                          (place.closed ? is_closed : 0)));
  put_text(out, place.organization);
  put_text(out, place.primary_user);
  put_varint(out, place.administrators.size());
  for (const auto& administrator : place.administrators) {
    put_text(out, administrator.username);
    put_byte(out, administrator.usable ? 1 : 0);
  }
  put_varint(out, place.meant_administrator.size());
  for (const auto service : place.meant_administrator) put_varint(out, service);
  put_ref(out, place.first_sign_in);
  put_ref(out, place.first_use);
  put_varint(out, place.no_primary_user);
  put_varint(out, place.no_backup);
  put_varint(out, place.no_sign_ins);
  put_varint(out, place.no_uses);
}

FindingPlace take_finding_place(std::string_view value) {
  ByteReader from(value);
  FindingPlace out;
  const auto flags = from.byte();
  out.registered = (flags & is_registered) != 0;
  out.primary_user_gone = (flags & is_gone) != 0;
  out.closed = (flags & is_closed) != 0;
  out.organization = from.text();
  out.primary_user = from.text();
  for (auto left = from.varint(); left > 0; --left) {
    std::string username{from.text()};
    out.administrators.push_back({std::move(username), from.byte() != 0});
  }
  for (auto left = from.varint(); left > 0; --left) out.meant_administrator.push_back(static_cast<FindingService>(from.varint()));
  out.first_sign_in = take_ref(from);
  out.first_use = take_ref(from);
  out.no_primary_user = from.varint();
  out.no_backup = from.varint();
  out.no_sign_ins = from.varint();
  out.no_uses = from.varint();
  return out;
}

std::string finding_actor_key(PackedProvider provider, std::string_view actor) {
  std::string key = of_provider(TableTag::finding_actor, provider);
  put_key_text(key, actor);
  return key;
}

void put_finding_actor(std::string& out, const FindingActor& actor) {
  put_run(out, actor.changes);
  put_run(out, actor.resets);
}

FindingActor take_finding_actor(std::string_view value) {
  ByteReader from(value);
  FindingActor out;
  out.changes = take_run(from);
  out.resets = take_run(from);
  return out;
}

std::string finding_closings_prefix(PackedProvider provider) { return of_provider(TableTag::finding_closing, provider); }

}  // namespace muniment::view
