// A stream: the events about one thing. docs/formats.md, "Streams".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "events/record/position.h"
#include "events/schema/event.capnp.h"
#include "events/values/bytes.h"
#include "events/values/hash.h"
#include "events/values/id.h"
#include "events/values/provider_id.h"
#include "events/values/username.h"

namespace muniment {

class StreamName {
 public:
  static constexpr std::size_t key_size_max = Username::size_max;
  static constexpr std::size_t provider_key_size = 5;
  using ProviderKey = std::array<Byte, provider_key_size>;

  // A provider as a key: its number u32be and its letter, so that bytewise order is that of the PID/SLs. And back: nothing for other bytes.
  static ProviderKey provider_key(const ProviderId& id);
  static std::optional<ProviderId> provider_of(ByteSpan key);

  static StreamName account(const AccountId& id) { return {schema::StreamKind::ACCOUNT, id.bytes()}; }
  static StreamName provider(const ProviderId& id) { return {schema::StreamKind::PROVIDER, provider_key(id)}; }
  static StreamName username(const Username& name) { return {schema::StreamKind::USERNAME, bytes_of(name.text())}; }
  static StreamName import(const EventId& id) { return {schema::StreamKind::IMPORT, id.bytes()}; }
  // Precondition: a name of at most 64 bytes, as open_review checks it.
  static StreamName review(std::string_view name) { return {schema::StreamKind::REVIEW, bytes_of(name)}; }
  // The policy of one provider; that of the agency is `single(POLICY)`.
  static StreamName policy(const ProviderId& id) { return {schema::StreamKind::POLICY, provider_key(id)}; }
  // A kind of which there is one stream: catalogue, terms, agency, policy, refusals.
  static StreamName single(schema::StreamKind kind) { return {kind, {}}; }

  // Precondition: key.size() <= key_size_max.
  StreamName(schema::StreamKind kind, ByteSpan key);

  schema::StreamKind kind() const { return kind_; }
  ByteSpan key() const { return {key_.data(), size_}; }
  std::string describe() const;  // account:00ff..., provider:110012345A, catalogue

  bool operator==(const StreamName& other) const { return kind_ == other.kind_ && text_of(key()) == text_of(other.key()); }
  std::size_t hash() const { return hash_of(key()) + static_cast<std::size_t>(kind_) * 0x9e3779b97f4a7c15u; }

 private:
  schema::StreamKind kind_;
  std::uint8_t size_;
  std::array<Byte, key_size_max> key_;
};

struct StreamVersion {
  StreamName stream;
  Version version;
};

}  // namespace muniment

template <>
struct std::hash<muniment::StreamName> {
  std::size_t operator()(const muniment::StreamName& name) const noexcept { return name.hash(); }
};
