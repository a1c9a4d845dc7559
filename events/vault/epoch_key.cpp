#include "events/vault/epoch_key.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "events/vault/vault_error.h"

namespace muniment {
namespace {

constexpr std::string_view magic = "muniment/epoch/1";
constexpr std::size_t key_at = magic.size() + std::tuple_size_v<EpochId>;
constexpr std::size_t checksum_at = key_at + 32;
constexpr std::size_t file_size = checksum_at + 32;
using FileBytes = Secret<struct EpochFileKind, file_size>;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view doing, int error, std::string_view advice) {
  throw VaultError(
      fmt::format("epoch key file {}: cannot {}: {}; {}", file.string(), doing, std::generic_category().message(error), advice));
}

std::array<Byte, 32> checksum_of(std::span<const Byte, checksum_at> bytes) {
  std::array<Byte, 32> checksum;
  if (EVP_Digest(bytes.data(), bytes.size(), checksum.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL could not compute SHA-256: check that its default provider is installed and enabled");
  }
  return checksum;
}

FileBytes encode(const EpochKey& key) {
  std::array<Byte, file_size> bytes;
  std::ranges::copy(bytes_of(magic), bytes.begin());
  std::ranges::copy(key.id, bytes.begin() + magic.size());
  std::ranges::copy(key.secret.bytes(), bytes.begin() + key_at);
  std::ranges::copy(checksum_of(std::span<const Byte, file_size>(bytes).first<checksum_at>()), bytes.begin() + checksum_at);
  const FileBytes encoded(bytes);
  cleanse(bytes);
  return encoded;
}

void write_synced(const std::filesystem::path& file, ByteSpan bytes) {
  constexpr std::string_view advice = "check the disk and the folder's permissions";
  const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (*out < 0 && errno == EEXIST) {
    throw VaultError(fmt::format(
        "epoch key file {}: exists already, and overwriting it would lose every key wrapped by it; name another file", file.string()));
  }
  if (*out < 0) fail(file, "create it", errno, advice);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(*out, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const int error = count < 0 ? errno : EIO;
      ::unlink(file.c_str());
      fail(file, "write it", error, advice);
    }
    done += static_cast<std::size_t>(count);
  }
  // The file's name is an entry of its folder, which is synced on its own.
  const std::filesystem::path parent = file.has_parent_path() ? file.parent_path() : ".";
  const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (::fsync(*out) != 0 || *folder < 0 || ::fsync(*folder) != 0) {
    const int error = errno;
    ::unlink(file.c_str());
    fail(file, "sync it", error, advice);
  }
}

}  // namespace

EpochKey create_epoch_key(const std::filesystem::path& file) {
  EpochKey key{.id = {}, .secret = decltype(EpochKey::secret)::random()};
  fill_random(key.id);
  write_synced(file, encode(key).bytes());
  return key;
}

EpochKey read_epoch_key(const std::filesystem::path& file) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (*in < 0) fail(file, "open it", errno, "mount or restore the file, or name the right one");

  std::array<Byte, file_size + 1> bytes{};  // One more than fits, to notice a longer file.
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(*in, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(file, "read it", errno, "check the disk");
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  const auto content = std::span<const Byte, file_size + 1>(bytes).first<file_size>();
  const bool has_magic = std::ranges::equal(content.first<magic.size()>(), bytes_of(magic));
  const bool intact = size == file_size && has_magic && std::ranges::equal(content.last<32>(), checksum_of(content.first<checksum_at>()));
  if (!intact) {
    cleanse(bytes);
    throw VaultError(fmt::format("epoch key file {}: {}; restore it from the copy that you keep apart from the vault", file.string(),
                                 size != file_size ? fmt::format("{} bytes where an epoch key has {}",
                                                                 size == bytes.size() ? "more" : std::to_string(size), file_size)
                                 : has_magic       ? "damaged: its checksum does not match"
                                                   : "no epoch key of a format that this program knows"));
  }
  EpochKey key{.id = {}, .secret = decltype(EpochKey::secret)(content.subspan<key_at, 32>())};
  std::ranges::copy(content.subspan<magic.size(), 8>(), key.id.begin());
  cleanse(bytes);
  return key;
}

}  // namespace muniment
