// The tokens as a running node sees them: the file, read again whenever it was replaced, so that a revocation holds from the next look on.
// A look costs no more than asking whether anything has happened (file_watch.h).
//
// Thread-safe. Denies by default: while the file cannot be read, nobody is let in.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/server/file_watch.h"
#include "tools/server/token_file.h"

namespace muniment {

class TokenBook {
 public:
  using Clock = Timestamp (*)();

  explicit TokenBook(const std::filesystem::path& store, Clock clock = system_now);

  // Whose token it is, if it is one that is valid now. Looked up by the hash of what was sent: how long that takes tells something about
  // hashes, and nothing about a token.
  std::shared_ptr<const Token> find(std::string_view text);
  // The same of a certificate that is registered.
  std::shared_ptr<const Token> find_certificate(const TokenHash& fingerprint);
  // Whose token it is or was, where it is not valid now: what was revoked, suspended or has expired. For the record alone.
  std::shared_ptr<const Token> find_invalid(std::string_view text);
  std::shared_ptr<const Token> find_invalid_certificate(const TokenHash& fingerprint);
  // Whether a token that was found before is still valid.
  bool is_valid(const Token& token);
  // All that the file has, in its order.
  std::vector<Token> all();
  // Why nobody is let in; empty: the file can be read.
  std::string failure();

 private:
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t modified_ns = 0;
    std::int64_t size = -1;  // -1: there is no file.
    bool operator==(const Stamp&) const = default;
  };
  struct HashOfHash {
    std::size_t operator()(const TokenHash& hash) const;
  };

  void look();
  void forget();
  std::shared_ptr<const Token> find(const TokenHash& hash, AuthMethod method, bool is_valid);

  TokenFile file_;
  FileWatch watch_;
  Clock clock_;
  std::mutex mutex_;
  std::optional<Stamp> seen_;
  std::vector<std::shared_ptr<const Token>> tokens_;
  std::unordered_map<TokenHash, std::shared_ptr<const Token>, HashOfHash> by_hash_;
  std::string failure_;
};

}  // namespace muniment
