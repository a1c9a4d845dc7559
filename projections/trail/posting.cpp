#include "projections/trail/posting.h"

namespace muniment::view {
namespace {

constexpr std::size_t run_postings_max = 128;

void start_entry(std::string& out, TableTag ordered, bool late) {
  out.clear();
  // The table of the late ones comes right after that of the ordered ones.
  put_byte(out, static_cast<std::uint8_t>(static_cast<unsigned>(ordered) + (late ? 1u : 0u)));
}

// What a posting is about: its type and its place.
void take_matter(ByteReader& from, Posting& posting) {
  const std::uint64_t type = from.varint();
  posting.type = static_cast<FactNumber>(type / 2);
  if (type % 2 != 0) posting.place = from.varint();
}

}  // namespace

void put_posting_key(std::string& out, const PostingKey& key) {
  put_time(out, key.at);
  put_ordered(out, key.position);
}

PostingKey take_posting_key(ByteReader& from) {
  const auto at = from.time();
  return {at, from.ordered()};
}

bool Run::add(const Posting& posting) {
  if (empty()) {
    first_ = posting.key;
    import_ = posting.import;
  } else {
    if (count_ == run_postings_max || posting.import != import_) return false;
    put_varint(steps_, static_cast<std::uint64_t>(posting.key.at.ns) - static_cast<std::uint64_t>(last_.at.ns));
    put_varint(steps_, posting.key.position - last_.position);
  }
  const bool is_elsewhere = posting.place != place_;
  put_varint(steps_, std::uint64_t{posting.type} * 2 + (is_elsewhere ? 1 : 0));
  if (is_elsewhere) put_varint(steps_, posting.place);
  place_ = posting.place;
  last_ = posting.key;
  ++count_;
  return true;
}

void Run::put_value(std::string& out) const {
  put_varint(out, import_);
  out += steps_;
}

void take_run(std::string_view key_suffix, std::string_view value, std::vector<Posting>& out) {
  out.clear();
  ByteReader key(key_suffix);
  ByteReader from(value);
  Posting posting{.key = take_posting_key(key), .import = from.varint()};
  take_matter(from, posting);
  out.push_back(posting);
  while (!from.at_end()) {
    posting.key.at.ns = static_cast<std::int64_t>(static_cast<std::uint64_t>(posting.key.at.ns) + from.varint());
    posting.key.position += from.varint();
    take_matter(from, posting);
    out.push_back(posting);
  }
}

void entry_of_all(std::string& out, bool late) { start_entry(out, TableTag::all_ordered, late); }

void entry_of_type(std::string& out, FactNumber type, bool late) {
  start_entry(out, TableTag::type_ordered, late);
  put_u16be(out, type);
}

void entry_of_actor(std::string& out, schema::PrincipalKind kind, std::string_view name, bool late) {
  start_entry(out, TableTag::actor_ordered, late);
  put_byte(out, static_cast<std::uint8_t>(kind));
  put_key_text(out, name);
}

void entry_of_subject(std::string& out, std::string_view username, bool late) {
  start_entry(out, TableTag::subject_ordered, late);
  put_key_text(out, username);
}

void entry_of_provider(std::string& out, PackedProvider provider, bool late) {
  start_entry(out, TableTag::provider_ordered, late);
  put_provider(out, provider);
}

std::string high_water_key(Position block) {
  std::string out;
  put_tag(out, TableTag::high_water);
  put_ordered(out, block);
  return out;
}

std::string high_water_now_key() {
  std::string out;
  put_tag(out, TableTag::high_water_now);
  return out;
}

std::string account_key(ByteSpan account) {
  std::string out;
  put_tag(out, TableTag::account);
  return out.append(text_of(account));
}

}  // namespace muniment::view
