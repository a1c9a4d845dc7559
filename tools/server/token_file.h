// The file of API tokens in a store's folder: who may call the node as whom. A token is shown once, when it is made; the file has its hash.
// Certificates of machines are registered in it too, by their fingerprint, with all that a token has.
//
// The file is replaced whole and synced, so that a reader sees the old one or the new one. Writers wait for one another; a running node
// needs no lock to read it. A revoked token stays in it: who had access, and until when, must be told later.
// Format: docs/formats.md, "API tokens".
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "events/record/principal.h"
#include "events/values/bytes.h"
#include "events/values/provider_id.h"
#include "events/values/timestamp.h"
#include "tools/server/schema/token.capnp.h"

namespace muniment {

using TokenRole = token::Role;
using TokenHash = std::array<Byte, 32>;

// The public names: account, officer, auditor, operator, submitter, node.
std::string_view name_of(TokenRole role);
std::optional<TokenRole> token_role_named(std::string_view name);

// How a caller shows who it is.
enum class AuthMethod { token, certificate, identity_provider };
std::string_view name_of(AuthMethod method);

// A caller, however it shows who it is. Those of an identity provider are not in the file.
struct Token {
  std::string id;
  TokenHash hash;
  TokenRole role = TokenRole::ACCOUNT;
  std::string name;
  std::vector<ProviderId> providers;
  Timestamp created_at;
  std::string created_by;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> revoked_at;
  std::string revoked_by;
  AuthMethod method = AuthMethod::token;
  std::optional<Timestamp> suspended_at = {};
  std::string suspended_by = {};
  std::uint32_t daily_quota = 0;  // Commands and questions a day, of UTC; 0: no bound.

  // Who acts with it in commands; nothing for those who only look.
  std::optional<Principal> principal() const;
  bool is_valid_at(Timestamp now) const { return !revoked_at && !suspended_at && (!expires_at || now < *expires_at); }
};

// The file is there and says nothing that can be read, so nobody may be let in by it.
struct TokensDamaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TokenHash hash_of_token(std::string_view text);

class TokenFile {
 public:
  explicit TokenFile(const std::filesystem::path& store);

  const std::filesystem::path& path() const { return path_; }
  // None where there is no file. Throws TokensDamaged, std::system_error.
  std::vector<Token> read() const;
  // Completes and adds the token; returns its text, which nobody can tell again. Durable when it returns. Throws as read().
  std::string create(Token token) const;
  // Completes and adds the certificate whose fingerprint the token has; returns its id. Nothing: it is registered already. Durable when it
  // returns. Throws as read().
  std::optional<std::string> register_certificate(Token token) const;
  // Whether it is registered and not revoked. Throws as read().
  bool has_certificate(const TokenHash& fingerprint) const;
  // False: there is no such token. To do it again changes nothing; what is revoked stays so. Durable when it returns. Throws as read().
  bool suspend(const std::string& id, Timestamp now, const std::string& by) const;
  bool resume(const std::string& id) const;
  bool revoke(const std::string& id, Timestamp now, const std::string& by) const;

 private:
  void add(Token& token, std::vector<Token>& tokens) const;
  template <typename Change>
  bool change(const std::string& id, const Change& change) const;

  std::filesystem::path path_;
};

}  // namespace muniment
