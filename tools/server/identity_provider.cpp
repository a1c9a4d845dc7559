#include "tools/server/identity_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "events/values/base64.h"
#include "tools/server/oidc_claims.h"
#include "tools/store/durable_file.h"
#include "tools/wire/percent_encoded.h"

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

constexpr std::string_view keys_trouble = "the keys of an identity provider could not be fetched";
constexpr std::string_view sign_in_trouble = "a sign-in with an identity provider failed";
constexpr std::string_view sign_in_endpoints_trouble = "nobody can sign in with an identity provider";

OidcSettings of_identity(OidcSettings settings) {
  settings.audience = settings.sign_in.client_id;
  return settings;
}

// A URL that may stand in a header and take a query, and where a secret may be sent to.
std::string endpoint_in(const JsonObject& discovery, std::string_view name) {
  const std::string url = discovery.text(name).value_or("");
  const bool is_plain = std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  return is_plain && !url.empty() && may_be_fetched(url) ? url : std::string{};
}

// Of a client with a secret; without a word on it, as the Authorization (OpenID Connect Discovery, 3).
bool takes_secret_in_body_alone(const JsonObject& discovery) {
  const auto methods = discovery.texts("token_endpoint_auth_methods_supported");
  const auto has = [&](std::string_view method) { return std::find(methods->begin(), methods->end(), method) != methods->end(); };
  return methods && !has("client_secret_basic") && has("client_secret_post");
}

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

std::string form_of(const Fields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, percent_encoded(value));
  return out;
}

// RFC 6749, 2.3.1.
std::string basic_authorization(std::string_view client, std::string_view secret) {
  std::string out = "Authorization: Basic ";
  append_base64(out, bytes_of(percent_encoded(client) + ":" + percent_encoded(secret)));
  return out;
}

// Read when it is needed, so that another one holds at once; without the end of its line. Nothing: it cannot be read.
std::optional<std::string> secret_in(const std::filesystem::path& file) {
  try {
    std::string out = read_whole_file(file);
    out.erase(out.find_last_not_of(" \t\r\n") + 1);
    return out.empty() ? std::nullopt : std::optional{std::move(out)};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// Of RFC 6749, 5.2; any other word is the provider's own, and not repeated.
std::string error_in(std::string_view body) {
  constexpr std::array<std::string_view, 6> known{"invalid_request",     "invalid_client",         "invalid_grant",
                                                  "unauthorized_client", "unsupported_grant_type", "invalid_scope"};
  const auto object = JsonObject::parse(body);
  const std::string error = object ? object->text("error").value_or("") : "";
  return std::find(known.begin(), known.end(), error) == known.end() ? "" : error;
}

}  // namespace

IdentityProvider::IdentityProvider(OidcSettings settings, Get get, std::chrono::milliseconds interval_min, Post post)
    : settings_(std::move(settings)),
      of_identity_(of_identity(settings_)),
      get_(std::move(get)),
      post_(std::move(post)),
      interval_min_(interval_min) {
  if (!get_) get_ = [this](const std::string& url) { return https_get({.url = url, .ca = settings_.ca, .is_stopping = &is_stopping_}); };
  if (!post_) post_ = [](const HttpsGet& request, const std::string& body) { return https_exchange(request, &body); };
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

// Precondition: the mutex is held.
std::shared_ptr<const IdentityProvider::Published> IdentityProvider::published() {
  return published_ && Clock::now() < published_at_ + keys_age_max ? published_ : nullptr;
}

void IdentityProvider::run() {
  std::unique_lock lock(mutex_);
  auto next = Clock::now();
  while (!is_stopping_) {
    changed_.wait_until(lock, next, [&] { return is_wanted_ || !redemptions_.empty() || is_stopping_; });
    if (is_stopping_) break;
    if (is_wanted_ || Clock::now() >= next) {
      next = fetch_now(lock);
    } else if (!redemptions_.empty()) {
      const Waiting waiting = std::move(redemptions_.front());
      redemptions_.pop_front();
      lock.unlock();
      answer(waiting);
      lock.lock();
    }
  }
  const auto waiting = std::exchange(waiting_, {});
  const auto redemptions = std::exchange(redemptions_, {});
  lock.unlock();
  for (const auto& callback : waiting) callback();
  for (const Waiting& each : redemptions) each.redemption.done(std::unexpected(SignInFailure::unavailable));
}

// When to do it again. `lock`: of the mutex, which is not held meanwhile.
IdentityProvider::Clock::time_point IdentityProvider::fetch_now(std::unique_lock<std::mutex>& lock) {
  is_wanted_ = false;
  is_fetching_ = true;
  began_ = Clock::now();
  lock.unlock();
  auto fetched = fetch();
  if (!fetched && on_trouble_ && !is_stopping_) on_trouble_({keys_trouble, fetched.error()});
  lock.lock();
  is_fetching_ = false;
  const auto next = *began_ + (fetched ? std::chrono::seconds{refresh_interval} : retry_interval);
  if (fetched) {
    published_ = std::move(*fetched);
    published_at_ = Clock::now();
    callers_.clear();  // Their key may have been taken back.
  }
  const auto waiting = std::exchange(waiting_, {});
  lock.unlock();
  for (const auto& callback : waiting) callback();
  lock.lock();
  return next;
}

std::expected<std::shared_ptr<const IdentityProvider::Published>, std::string> IdentityProvider::fetch() const {
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
  Published out{.keys = std::move(*parsed)};
  if (settings_.sign_in.is_on()) {
    out.authorization_endpoint = endpoint_in(*discovery, "authorization_endpoint");
    out.token_endpoint = endpoint_in(*discovery, "token_endpoint");
    out.takes_secret_in_body = takes_secret_in_body_alone(*discovery);
    const bool has_both = !out.authorization_endpoint.empty() && !out.token_endpoint.empty();
    if (!has_both && on_trouble_)
      on_trouble_({sign_in_endpoints_trouble, "its discovery document has no `authorization_endpoint` or `token_endpoint` that is https"});
  }
  return std::make_shared<const Published>(std::move(out));
}

std::shared_ptr<const Token> IdentityProvider::find(const TokenHash& hash, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = callers_.find(hash);
  return found != callers_.end() && found->second->is_valid_at(now) && published() ? found->second : nullptr;
}

std::expected<std::shared_ptr<const Token>, IdentityProvider::Denied> IdentityProvider::verify(const Jwt& jwt, Timestamp now) {
  std::shared_ptr<const Published> known;
  auto caller = check(jwt, settings_, now, known);
  if (!caller) return std::unexpected(caller.error());
  auto out = std::make_shared<const Token>(std::move(*caller));
  remember(out, known, now);
  return out;
}

// `known`: what it was verified with.
std::expected<Token, IdentityProvider::Denied> IdentityProvider::check(const Jwt& jwt, const OidcSettings& as, Timestamp now,
                                                                       std::shared_ptr<const Published>& known) {
  {
    const std::lock_guard lock(mutex_);
    known = published();
    if (!known) return std::unexpected(Denied{want_fetch() ? Denied::Why::keys_awaited : Denied::Why::keys_missing});
  }
  // What can be refused without a key is, so that it causes no fetch.
  auto caller = caller_of(jwt, as, now);
  if (!caller) return std::unexpected(Denied{Denied::Why::invalid, caller.error()});
  if (const auto wrong = why_not_now(jwt, as, now)) {
    // Whose it was is believed where a key that is known signed it: for the record.
    auto former = known->keys.verify(jwt) == JwtKeys::Verdict::valid ? std::make_shared<const Token>(std::move(*caller)) : nullptr;
    return std::unexpected(Denied{Denied::Why::invalid, *wrong, std::move(former)});
  }
  switch (known->keys.verify(jwt)) {
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
  return std::move(*caller);
}

void IdentityProvider::remember(std::shared_ptr<const Token> caller, const std::shared_ptr<const Published>& with, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (with != published_) return;
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

std::string IdentityProvider::sign_in_name() const {
  if (!settings_.sign_in.is_on() || !settings_.sign_in.name.empty()) return settings_.sign_in.name;
  return shown_url(settings_.issuer);
}

std::optional<std::string> IdentityProvider::authorization_url(const SignIn& sign_in) {
  std::string endpoint;
  {
    const std::lock_guard lock(mutex_);
    const auto known = published();
    if (known) endpoint = known->authorization_endpoint;
    if (!known) want_fetch();
  }
  if (endpoint.empty()) return std::nullopt;
  const SignInSettings& client = settings_.sign_in;
  const std::string challenge = code_challenge(sign_in.verifier);
  endpoint += endpoint.find('?') == std::string::npos ? '?' : '&';
  return endpoint + form_of({{"response_type", "code"},
                             {"client_id", client.client_id},
                             {"redirect_uri", client.redirect_uri},
                             {"scope", client.scope},
                             {"state", sign_in.state},
                             {"nonce", sign_in.nonce},
                             {"code_challenge", challenge},
                             {"code_challenge_method", "S256"}});
}

void IdentityProvider::redeem(Redemption redemption) {
  SignInFailure why = SignInFailure::overloaded;
  {
    const std::lock_guard lock(mutex_);
    const bool is_running = thread_.joinable() && !is_stopping_;
    if (is_running && redemptions_.size() < redemptions_max) {
      redemptions_.push_back({std::move(redemption), Clock::now() + redemption_wait_max});
      changed_.notify_all();
      return;
    }
    if (!is_running) why = SignInFailure::unavailable;
  }
  redemption.done(std::unexpected(why));
}

void IdentityProvider::answer(const Waiting& waiting) {
  const Redemption& redemption = waiting.redemption;
  if (Clock::now() > waiting.until)
    return redemption.done(fail(redemption, SignInFailure::unavailable, "others waited for the provider for too long"));
  redemption.done(caller_for(redemption));
}

std::unexpected<SignInFailure> IdentityProvider::fail(const Redemption& redemption, SignInFailure failure, std::string_view what) const {
  if (on_trouble_ && !is_stopping_) on_trouble_({sign_in_trouble, what, redemption.request_id});
  return std::unexpected(failure);
}

std::expected<std::shared_ptr<const Token>, SignInFailure> IdentityProvider::caller_for(const Redemption& redemption) {
  const auto text = identity_token_for(redemption);
  if (!text) return std::unexpected(text.error());
  const auto jwt = parse_jwt(*text);
  if (!jwt) return fail(redemption, SignInFailure::refused, fmt::format("the ID token: {}", jwt.error()));
  return caller_of_identity(*jwt, redemption);
}

// The code for an ID token, at the token endpoint.
std::expected<std::string, SignInFailure> IdentityProvider::identity_token_for(const Redemption& redemption) {
  constexpr unsigned status_ok = 200;
  constexpr std::chrono::seconds time_max{5};
  const SignInSettings& client = settings_.sign_in;
  std::shared_ptr<const Published> known;
  {
    const std::lock_guard lock(mutex_);
    known = published();
  }
  if (!known || known->token_endpoint.empty()) return fail(redemption, SignInFailure::unavailable, "its token endpoint is not known");
  const auto secret = client.client_secret_file.empty() ? std::optional<std::string>{""} : secret_in(client.client_secret_file);
  if (!secret) return fail(redemption, SignInFailure::unavailable, "client_secret_file cannot be read");
  Fields fields{{"grant_type", "authorization_code"},
                {"code", redemption.code},
                {"redirect_uri", client.redirect_uri},
                {"code_verifier", redemption.sign_in.verifier}};
  HttpsGet request{.url = known->token_endpoint,
                   .ca = settings_.ca,
                   .time_max = time_max,
                   .is_stopping = &is_stopping_,
                   .content_type = "application/x-www-form-urlencoded",
                   .headers = {"Accept: application/json"}};
  const bool is_in_body = secret->empty() || known->takes_secret_in_body;
  if (is_in_body) fields.emplace_back("client_id", client.client_id);
  if (is_in_body && !secret->empty()) fields.emplace_back("client_secret", *secret);
  if (!is_in_body) request.headers.push_back(basic_authorization(client.client_id, *secret));
  const auto answer = post_(request, form_of(fields));
  if (!answer) return fail(redemption, SignInFailure::unavailable, "its token endpoint: " + answer.error());
  if (answer->status != status_ok) {
    const std::string error = error_in(answer->body);
    const SignInFailure failure = error == "invalid_grant" ? SignInFailure::stale : SignInFailure::unavailable;
    return fail(redemption, failure,
                fmt::format("its token endpoint: the answer has status {}{}{}", answer->status, error.empty() ? "" : " ", error));
  }
  const auto object = JsonObject::parse(answer->body);
  auto text = object ? object->text("id_token") : std::nullopt;
  if (!text) return fail(redemption, SignInFailure::unavailable, "its token endpoint: the answer has no `id_token`");
  return std::move(*text);
}

std::expected<std::shared_ptr<const Token>, SignInFailure> IdentityProvider::caller_of_identity(const Jwt& jwt,
                                                                                                const Redemption& redemption) {
  std::shared_ptr<const Published> known;
  auto caller = check(jwt, of_identity_, system_now(), known);
  if (!caller && caller.error().why == Denied::Why::keys_awaited) {
    std::unique_lock lock(mutex_);
    fetch_now(lock);
    lock.unlock();
    caller = check(jwt, of_identity_, system_now(), known);
  }
  if (!caller && caller.error().why == Denied::Why::invalid)
    return fail(redemption, SignInFailure::refused, fmt::format("the ID token: {}", caller.error().detail));
  if (!caller) return fail(redemption, SignInFailure::unavailable, "its keys cannot be had now");
  const auto wrong = why_not_of_sign_in(jwt.claims, settings_.sign_in.client_id, redemption.sign_in.nonce);
  if (wrong) return fail(redemption, SignInFailure::refused, fmt::format("the ID token: {}", *wrong));
  return std::make_shared<const Token>(std::move(*caller));
}

}  // namespace muniment
