#include "tools/server/identity_provider.h"

#include <fmt/format.h>

#include <cstring>

#include "tools/server/https_get.h"
#include "tools/server/oidc_claims.h"

namespace muniment {
namespace {

constexpr std::chrono::hours refresh_interval{1};
constexpr std::chrono::seconds retry_interval{60};
constexpr std::chrono::hours keys_age_max{24};
constexpr std::size_t callers_max = 4096;
constexpr std::string_view discovery_path = "/.well-known/openid-configuration";

std::string discovery_url(std::string_view issuer) {
  while (issuer.ends_with('/')) issuer.remove_suffix(1);
  return fmt::format("{}{}", issuer, discovery_path);
}

}  // namespace

IdentityProvider::IdentityProvider(OidcSettings settings, Get get, std::chrono::milliseconds interval_min)
    : settings_(std::move(settings)), get_(std::move(get)), interval_min_(interval_min) {
  if (get_) return;
  get_ = [this](const std::string& url) { return https_get({.url = url, .ca = settings_.ca, .is_stopping = &is_stopping_}); };
}

IdentityProvider::~IdentityProvider() { stop(); }

std::size_t IdentityProvider::Hash::operator()(const TokenHash& hash) const {
  std::size_t out;
  std::memcpy(&out, hash.data(), sizeof out);
  return out;
}

void IdentityProvider::start(OnTrouble on_trouble) {
  on_trouble_ = std::move(on_trouble);
  thread_ = std::thread([this] { run(); });
}

void IdentityProvider::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// Whether one is under way, or begins now. Precondition: the mutex is held.
bool IdentityProvider::want_fetch() {
  if (is_wanted_ || is_fetching_) return true;
  if (began_ && Clock::now() < *began_ + interval_min_) return false;
  is_wanted_ = true;
  changed_.notify_all();
  return true;
}

std::shared_ptr<const JwtKeys> IdentityProvider::keys() { return keys_ && Clock::now() < keys_at_ + keys_age_max ? keys_ : nullptr; }

void IdentityProvider::run() {
  std::unique_lock lock(mutex_);
  auto next = Clock::now();
  while (!is_stopping_) {
    changed_.wait_until(lock, next, [&] { return is_wanted_ || is_stopping_; });
    if (is_stopping_) break;
    is_wanted_ = false;
    is_fetching_ = true;
    began_ = Clock::now();
    lock.unlock();
    auto fetched = fetch();
    if (!fetched && on_trouble_ && !is_stopping_) on_trouble_(fetched.error());
    lock.lock();
    is_fetching_ = false;
    next = *began_ + (fetched ? std::chrono::seconds{refresh_interval} : retry_interval);
    if (fetched) {
      keys_ = std::move(*fetched);
      keys_at_ = Clock::now();
      callers_.clear();  // Their key may have been taken back.
    }
    const auto waiting = std::exchange(waiting_, {});
    lock.unlock();
    for (const auto& callback : waiting) callback();
    lock.lock();
  }
  const auto waiting = std::exchange(waiting_, {});
  lock.unlock();
  for (const auto& callback : waiting) callback();
}

std::expected<std::shared_ptr<const JwtKeys>, std::string> IdentityProvider::fetch() const {
  const auto document = get_(discovery_url(settings_.issuer));
  if (!document) return std::unexpected("its discovery document: " + document.error());
  const auto discovery = JsonObject::parse(*document);
  if (!discovery) return std::unexpected(fmt::format("its discovery document {}", discovery.error()));
  if (discovery->text("issuer") != settings_.issuer) return std::unexpected("its discovery document names another issuer");
  const auto url = discovery->text("jwks_uri");
  if (!url) return std::unexpected("its discovery document has no `jwks_uri`");
  const auto set = get_(*url);
  if (!set) return std::unexpected("its keys: " + set.error());
  auto parsed = JwtKeys::parse(*set);
  if (!parsed) return std::unexpected(parsed.error());
  return std::make_shared<const JwtKeys>(std::move(*parsed));
}

std::shared_ptr<const Token> IdentityProvider::find(const TokenHash& hash, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = callers_.find(hash);
  return found != callers_.end() && found->second->is_valid_at(now) && keys() ? found->second : nullptr;
}

std::expected<std::shared_ptr<const Token>, IdentityProvider::Denied> IdentityProvider::verify(const Jwt& jwt, Timestamp now) {
  std::shared_ptr<const JwtKeys> known;
  {
    const std::lock_guard lock(mutex_);
    known = keys();
    if (!known) return std::unexpected(Denied{want_fetch() ? Denied::Why::keys_awaited : Denied::Why::keys_missing});
  }
  // What can be refused without a key is, so that it causes no fetch.
  auto caller = caller_of(jwt, settings_, now);
  if (!caller) return std::unexpected(Denied{Denied::Why::invalid, caller.error()});
  switch (known->verify(jwt)) {
    case JwtKeys::Verdict::valid:
      break;
    case JwtKeys::Verdict::key_unknown: {
      const std::lock_guard lock(mutex_);
      if (want_fetch()) return std::unexpected(Denied{Denied::Why::keys_awaited});
      return std::unexpected(Denied{Denied::Why::invalid, "it is of no key that is known"});
    }
    case JwtKeys::Verdict::invalid:
      return std::unexpected(Denied{Denied::Why::invalid, "its signature is not that of its key"});
  }
  auto out = std::make_shared<const Token>(std::move(*caller));
  remember(out, known, now);
  return out;
}

void IdentityProvider::remember(std::shared_ptr<const Token> caller, const std::shared_ptr<const JwtKeys>& with, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (with != keys_) return;
  if (callers_.size() >= callers_max) std::erase_if(callers_, [&](const auto& entry) { return !entry.second->is_valid_at(now); });
  if (callers_.size() >= callers_max) callers_.clear();
  const TokenHash hash = caller->hash;
  callers_.insert_or_assign(hash, std::move(caller));
}

void IdentityProvider::when_fetched(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if ((is_wanted_ || is_fetching_) && thread_.joinable() && !is_stopping_) {
      waiting_.push_back(std::move(callback));
      return;
    }
  }
  callback();
}

}  // namespace muniment
