#include "tools/server/token_file.h"

#include <capnp/message.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/sha.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <system_error>

#include "events/json/reader.h"
#include "events/json/writer.h"
#include "events/record/record.h"
#include "tools/store/checksum_line.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr std::string_view tokens_first_line = "muniment tokens 1";
constexpr std::string_view text_prefix = "mnt_";

constexpr std::array<std::pair<TokenRole, std::string_view>, 6> role_names{{{TokenRole::ACCOUNT, "account"},
                                                                            {TokenRole::OFFICER, "officer"},
                                                                            {TokenRole::AUDITOR, "auditor"},
                                                                            {TokenRole::OPERATOR, "operator"},
                                                                            {TokenRole::SUBMITTER, "submitter"},
                                                                            {TokenRole::NODE, "node"}}};

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : path_(path.string()), descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) fail("cannot open " + path_);
  }
  ~Descriptor() { ::close(descriptor_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view text) const {
    while (!text.empty()) {
      const auto size = ::write(descriptor_, text.data(), text.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) fail("cannot write " + path_);
      text.remove_prefix(static_cast<std::size_t>(size));
    }
  }
  void sync() const {
    if (::fsync(descriptor_) != 0) fail("cannot sync " + path_);
  }
  // Until it is closed.
  void lock() const {
    while (::flock(descriptor_, LOCK_EX) != 0) {
      if (errno != EINTR) fail("cannot lock " + path_);
    }
  }

 private:
  std::string path_;
  int descriptor_;
};

// One writer at a time, among processes too. The file itself is replaced, so its lock is another one.
Descriptor lock_beside(const std::filesystem::path& path) { return Descriptor{path.string() + ".lock", O_RDWR | O_CREAT}; }

std::optional<Timestamp> moment(std::int64_t ns) { return ns == 0 ? std::nullopt : std::optional{Timestamp{ns}}; }

std::optional<Token> token_of(token::Token::Reader in) {
  Token out{.id = std::string{text_of(in.getId())},
            .hash = {},
            .role = in.getRole(),
            .name = std::string{text_of(in.getName())},
            .providers = {},
            .created_at = Timestamp{in.getCreatedAt()},
            .created_by = std::string{text_of(in.getCreatedBy())},
            .expires_at = moment(in.getExpiresAt()),
            .revoked_at = moment(in.getRevokedAt()),
            .revoked_by = std::string{text_of(in.getRevokedBy())},
            .method = in.getKind() == token::Kind::CERTIFICATE ? AuthMethod::certificate : AuthMethod::token,
            .suspended_at = moment(in.getSuspendedAt()),
            .suspended_by = std::string{text_of(in.getSuspendedBy())},
            .daily_quota = in.getDailyQuota()};
  if (out.id.empty() || in.getHash().size() != out.hash.size()) return std::nullopt;
  std::memcpy(out.hash.data(), in.getHash().begin(), out.hash.size());
  for (const auto text : in.getProviders()) {
    const auto provider = ProviderId::parse(text_of(text));
    if (!provider) return std::nullopt;
    out.providers.push_back(*provider);
  }
  return out;
}

void write_line(std::string& out, const Token& token, const JsonWriter& writer) {
  capnp::MallocMessageBuilder message;
  auto to = message.initRoot<token::Token>();
  to.setId(token.id);
  to.setHash({token.hash.data(), token.hash.size()});
  to.setRole(token.role);
  to.setName(token.name);
  if (!token.providers.empty()) {
    auto providers = to.initProviders(static_cast<unsigned>(token.providers.size()));
    for (unsigned i = 0; i < providers.size(); ++i) providers.set(i, token.providers[i].text());
  }
  to.setCreatedAt(token.created_at.ns);
  to.setCreatedBy(token.created_by);
  to.setExpiresAt(token.expires_at.value_or(Timestamp{0}).ns);
  to.setRevokedAt(token.revoked_at.value_or(Timestamp{0}).ns);
  if (!token.revoked_by.empty()) to.setRevokedBy(token.revoked_by);
  if (token.method == AuthMethod::certificate) to.setKind(token::Kind::CERTIFICATE);
  to.setSuspendedAt(token.suspended_at.value_or(Timestamp{0}).ns);
  if (!token.suspended_by.empty()) to.setSuspendedBy(token.suspended_by);
  to.setDailyQuota(token.daily_quota);
  writer.write(to.asReader(), out);
  out += '\n';
}

bool holds_certificate(const std::vector<Token>& tokens, const TokenHash& fingerprint) {
  return std::ranges::any_of(
      tokens, [&](const Token& one) { return one.method == AuthMethod::certificate && one.hash == fingerprint && !one.revoked_at; });
}

void replace(const std::filesystem::path& path, const std::vector<Token>& tokens) {
  const JsonWriter writer(capnp::Schema::from<token::Token>());
  std::string text{tokens_first_line};
  text += '\n';
  for (const Token& token : tokens) write_line(text, token, writer);
  const std::filesystem::path fresh = path.string() + ".new";
  {
    const Descriptor file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(with_checksum_line(std::move(text)));
    file.sync();
  }
  std::filesystem::rename(fresh, path);
  Descriptor(path.parent_path(), O_RDONLY | O_DIRECTORY).sync();
}

template <std::size_t Size>
std::string random_hex() {
  std::array<Byte, Size> bytes;
  fill_random(bytes);
  return to_hex(bytes);
}

}  // namespace

std::string_view name_of(TokenRole role) {
  for (const auto& [known, name] : role_names) {
    if (known == role) return name;
  }
  return "newer";
}

std::string_view name_of(AuthMethod method) {
  switch (method) {
    case AuthMethod::token:
      return "token";
    case AuthMethod::certificate:
      return "certificate";
    case AuthMethod::identity_provider:
      break;
  }
  return "identity_provider";
}

std::optional<TokenRole> token_role_named(std::string_view name) {
  for (const auto& [role, known] : role_names) {
    if (known == name) return role;
  }
  return std::nullopt;
}

std::optional<Principal> Token::principal() const {
  switch (role) {
    case TokenRole::ACCOUNT:
      return Principal::account(name);
    case TokenRole::OFFICER:
      return Principal::officer(name);
    case TokenRole::SUBMITTER:
      return Principal::submitter(name);
    case TokenRole::AUDITOR:
      return Principal::auditor(name);
    case TokenRole::OPERATOR:
    case TokenRole::NODE:
      break;
  }
  return std::nullopt;
}

TokenHash hash_of_token(std::string_view text) {
  TokenHash out;
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data());
  return out;
}

TokenFile::TokenFile(const std::filesystem::path& store) : path_(store / "tokens") {}

std::vector<Token> TokenFile::read() const {
  const auto bytes = read_file_if_any(path_);
  if (!bytes) return {};
  const auto damaged = [this](std::uint64_t line, const std::string& what) {
    return TokensDamaged(fmt::format("{} is damaged in line {}: {}; restore it from a backup, or remove it and make tokens anew",
                                     path_.string(), line, what));
  };
  const auto lines = before_checksum_line(*bytes);
  if (!lines) {
    const auto last = static_cast<std::uint64_t>(std::ranges::count(*bytes, '\n'));
    throw damaged(std::max<std::uint64_t>(last, 1), "its checksum is not that of the lines before it");
  }
  std::istringstream in{std::string{*lines}};
  std::string line;
  std::getline(in, line);
  if (line != tokens_first_line) throw damaged(1, fmt::format("expected `{}`", tokens_first_line));
  JsonReader reader(capnp::Schema::from<token::Token>());
  std::vector<Token> out;
  for (std::uint64_t number = 2; std::getline(in, line); ++number) {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<token::Token>();
    if (const auto read = reader.read(line, root); !read) throw damaged(number, read.error().message());
    auto token = token_of(root.asReader());
    if (!token) throw damaged(number, "expected an id, a hash of 32 bytes, and PID/SLs");
    out.push_back(std::move(*token));
  }
  return out;
}

void TokenFile::add(Token& token, std::vector<Token>& tokens) const {
  token.id = random_hex<8>();
  tokens.push_back(token);
  replace(path_, tokens);
}

std::string TokenFile::create(Token token) const {
  const Descriptor lock = lock_beside(path_);
  lock.lock();
  std::vector<Token> tokens = read();
  const std::string text = std::string{text_prefix} + random_hex<32>();
  token.hash = hash_of_token(text);
  add(token, tokens);
  return text;
}

bool TokenFile::has_certificate(const TokenHash& fingerprint) const { return holds_certificate(read(), fingerprint); }

std::optional<std::string> TokenFile::register_certificate(Token token) const {
  const Descriptor lock = lock_beside(path_);
  lock.lock();
  std::vector<Token> tokens = read();
  if (holds_certificate(tokens, token.hash)) return std::nullopt;
  token.method = AuthMethod::certificate;
  add(token, tokens);
  return token.id;
}

template <typename Change>
bool TokenFile::change(const std::string& id, const Change& change) const {
  const Descriptor lock = lock_beside(path_);
  lock.lock();
  std::vector<Token> tokens = read();
  const auto token = std::find_if(tokens.begin(), tokens.end(), [&](const Token& one) { return one.id == id; });
  if (token == tokens.end()) return false;
  if (!token->revoked_at && change(*token)) replace(path_, tokens);
  return true;
}

bool TokenFile::suspend(const std::string& id, Timestamp now, const std::string& by) const {
  return change(id, [&](Token& token) {
    if (token.suspended_at) return false;
    token.suspended_at = now;
    token.suspended_by = by;
    return true;
  });
}

bool TokenFile::resume(const std::string& id) const {
  return change(id, [](Token& token) {
    token.suspended_by.clear();
    return std::exchange(token.suspended_at, std::nullopt).has_value();
  });
}

bool TokenFile::revoke(const std::string& id, Timestamp now, const std::string& by) const {
  return change(id, [&](Token& token) {
    token.revoked_at = now;
    token.revoked_by = by;
    return true;
  });
}

}  // namespace muniment
