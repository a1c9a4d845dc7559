#include "events/record/stream_name.h"

#include <algorithm>

#include "events/values/assert.h"

namespace muniment {
namespace {

std::string_view kind_name(schema::StreamKind kind) {
  switch (kind) {
    case schema::StreamKind::ACCOUNT:
      return "account";
    case schema::StreamKind::PROVIDER:
      return "provider";
    case schema::StreamKind::USERNAME:
      return "username";
    case schema::StreamKind::CATALOGUE:
      return "catalogue";
    case schema::StreamKind::TERMS:
      return "terms";
    case schema::StreamKind::AGENCY:
      return "agency";
    case schema::StreamKind::POLICY:
      return "policy";
    case schema::StreamKind::REFUSALS:
      return "refusals";
    case schema::StreamKind::READS:
      return "reads";
    case schema::StreamKind::REVIEW:
      return "review";
    case schema::StreamKind::FINDING:
      return "finding";
    case schema::StreamKind::IMPORT:
      return "import";
    case schema::StreamKind::ERASURES:
      return "erasures";
  }
  return "unknown";  // Written by a newer program.
}

}  // namespace

StreamName::StreamName(schema::StreamKind kind, ByteSpan key) : kind_(kind), size_(static_cast<std::uint8_t>(key.size())) {
  MUNIMENT_ASSERT(key.size() <= key_size_max);
  std::copy(key.begin(), key.end(), key_.begin());
}

std::string StreamName::describe() const {
  std::string out{kind_name(kind_)};
  if (size_ == 0) return out;
  if (kind_ == schema::StreamKind::USERNAME || kind_ == schema::StreamKind::REVIEW) return out + ':' + std::string{text_of(key())};
  const bool is_provider = kind_ == schema::StreamKind::PROVIDER || kind_ == schema::StreamKind::POLICY;
  const auto provider = is_provider ? provider_of(key()) : std::nullopt;
  return out + ':' + (provider ? provider->text() : to_hex(key()));
}

StreamName::ProviderKey StreamName::provider_key(const ProviderId& id) {
  const std::uint32_t number = id.number();
  return {static_cast<Byte>(number >> 24), static_cast<Byte>(number >> 16), static_cast<Byte>(number >> 8), static_cast<Byte>(number),
          static_cast<Byte>(id.letter())};
}

std::optional<ProviderId> StreamName::provider_of(ByteSpan key) {
  if (key.size() != provider_key_size) return std::nullopt;
  return ProviderId::from(get_u32be(reinterpret_cast<const char*>(key.data())), static_cast<char>(key[4]));
}

}  // namespace muniment
