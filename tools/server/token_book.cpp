#include "tools/server/token_book.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace muniment {

TokenBook::TokenBook(const std::filesystem::path& store, Clock clock) : file_(store), watch_(file_.path()), clock_(clock) {}

std::size_t TokenBook::HashOfHash::operator()(const TokenHash& hash) const {
  std::size_t out;
  std::memcpy(&out, hash.data(), sizeof out);
  return out;
}

void TokenBook::forget() {
  tokens_.clear();
  by_hash_.clear();
}

// Reads the file if it is another one than last time. A replaced file has another inode or time.
void TokenBook::look() {
  const bool may_differ = watch_.may_have_changed();
  if (!may_differ && seen_) return;
  struct ::stat status{};
  Stamp stamp;
  if (::stat(file_.path().c_str(), &status) == 0) {
    constexpr std::int64_t ns_a_second = 1'000'000'000;
    stamp = {status.st_ino, status.st_mtim.tv_sec * ns_a_second + status.st_mtim.tv_nsec, status.st_size};
  } else if (errno != ENOENT) {
    forget();
    failure_ = "cannot look at the file of tokens: " + std::generic_category().message(errno);
    seen_.reset();
    return;
  }
  if (seen_ == stamp) return;
  forget();
  try {
    for (Token& token : file_.read()) {
      tokens_.push_back(std::make_shared<const Token>(std::move(token)));
      by_hash_.insert_or_assign(tokens_.back()->hash, tokens_.back());
    }
    failure_.clear();
    seen_ = stamp;
  } catch (const std::exception& error) {
    forget();
    failure_ = error.what();
    seen_.reset();
  }
}

// A text and a certificate are told apart: a certificate is no secret, and its bytes must not do as a token.
std::shared_ptr<const Token> TokenBook::find(const TokenHash& hash, AuthMethod method, bool is_valid) {
  const std::lock_guard lock(mutex_);
  look();
  const auto found = by_hash_.find(hash);
  if (found == by_hash_.end() || found->second->method != method) return nullptr;
  return found->second->is_valid_at(clock_()) == is_valid ? found->second : nullptr;
}

std::shared_ptr<const Token> TokenBook::find(std::string_view text) { return find(hash_of_token(text), AuthMethod::token, true); }

std::shared_ptr<const Token> TokenBook::find_certificate(const TokenHash& fingerprint) {
  return find(fingerprint, AuthMethod::certificate, true);
}

std::shared_ptr<const Token> TokenBook::find_invalid(std::string_view text) { return find(hash_of_token(text), AuthMethod::token, false); }

std::shared_ptr<const Token> TokenBook::find_invalid_certificate(const TokenHash& fingerprint) {
  return find(fingerprint, AuthMethod::certificate, false);
}

// A certificate that is registered anew has the same hash, and perhaps another role.
bool TokenBook::is_valid(const Token& token) {
  const auto found = find(token.hash, token.method, true);
  return found != nullptr && found->id == token.id;
}

std::vector<Token> TokenBook::all() {
  const std::lock_guard lock(mutex_);
  look();
  std::vector<Token> out;
  for (const auto& token : tokens_) out.push_back(*token);
  return out;
}

std::string TokenBook::failure() {
  const std::lock_guard lock(mutex_);
  look();
  return failure_;
}

}  // namespace muniment
