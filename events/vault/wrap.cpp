#include "events/vault/wrap.h"

#include <algorithm>

#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::string_view wrap_context = "muniment/wrap/1";
constexpr std::size_t nonce_at = std::tuple_size_v<EpochId>;
constexpr std::size_t wrapped_key_at = nonce_at + Aes256Gcm::nonce_size;
constexpr std::size_t key_tag_at = wrapped_key_at + 32;

// "muniment/wrap/1" | purpose | epoch id
class Aad {
 public:
  Aad(ByteSpan purpose, const EpochId& epoch) {
    MUNIMENT_ASSERT(wrap_context.size() + purpose.size() + epoch.size() <= bytes_.size());
    auto end = std::ranges::copy(bytes_of(wrap_context), bytes_.begin()).out;
    end = std::ranges::copy(purpose, end).out;
    end = std::ranges::copy(epoch, end).out;
    size_ = static_cast<std::size_t>(end - bytes_.begin());
  }
  ByteSpan bytes() const { return ByteSpan(bytes_).first(size_); }

 private:
  std::array<Byte, 64> bytes_;
  std::size_t size_;
};

}  // namespace

EpochId epoch_of(std::span<const Byte, wrapped_size> wrapped) {
  EpochId id;
  std::ranges::copy(wrapped.first<nonce_at>(), id.begin());
  return id;
}

Wrapped KeyWrapper::wrap_bytes(std::span<const Byte, 32> key, ByteSpan purpose) {
  Wrapped wrapped;
  const std::span<Byte, wrapped_size> out(wrapped);
  std::ranges::copy(epoch_id_, out.begin());
  nonces_.fill(out.subspan<nonce_at, Aes256Gcm::nonce_size>());
  std::ranges::copy(key, out.begin() + wrapped_key_at);
  cipher_.encrypt(out.subspan<nonce_at, Aes256Gcm::nonce_size>(), Aad(purpose, epoch_id_).bytes(), out.subspan<wrapped_key_at, 32>(),
                  out.subspan<key_tag_at, Aes256Gcm::tag_size>());
  return wrapped;
}

std::optional<KeyWrapper::Opened> KeyWrapper::unwrap_bytes(std::span<const Byte, wrapped_size> wrapped, ByteSpan purpose) {
  if (epoch_of(wrapped) != epoch_id_) return std::nullopt;
  std::array<Byte, 32> key;
  std::ranges::copy(wrapped.subspan<wrapped_key_at, 32>(), key.begin());
  if (!cipher_.decrypt(wrapped.subspan<nonce_at, Aes256Gcm::nonce_size>(), Aad(purpose, epoch_id_).bytes(), key,
                       wrapped.subspan<key_tag_at, Aes256Gcm::tag_size>())) {
    return std::nullopt;
  }
  std::optional<Opened> opened(key);
  cleanse(key);
  return opened;
}

}  // namespace muniment
