// The file of API tokens in a store's folder: who may call the node as whom. A token is shown once, when it is made; the file has its hash.
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

// The public names: account, officer, auditor, operator, submitter.
std::string_view name_of(TokenRole role);
std::optional<TokenRole> token_role_named(std::string_view name);

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

  // Who acts with it in commands; nothing for those who only look.
  std::optional<Principal> principal() const;
  bool is_valid_at(Timestamp now) const { return !revoked_at && (!expires_at || now < *expires_at); }
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
  // False: there is no such token. Revoking one again changes nothing. Durable when it returns. Throws as read().
  bool revoke(const std::string& id, Timestamp now, const std::string& by) const;

 private:
  std::filesystem::path path_;
};

}  // namespace muniment
