#include "tools/server/callers.h"

#include <algorithm>
#include <cctype>

namespace muniment {
namespace {

constexpr std::string_view bearer = "bearer ";

// Refused attempts of one address.
constexpr double failures_a_second = 10;
constexpr double failures_burst = 100;
// What it asks without saying who it is: the health of the node, mostly.
constexpr double open_a_second = 100;
constexpr double open_burst = 500;
constexpr std::size_t addresses_max = 16'384;

using Found = std::expected<std::shared_ptr<const Token>, Callers::Unknown>;

std::unexpected<Callers::Unknown> unknown(Problem problem, std::shared_ptr<const Token> former = nullptr) {
  return std::unexpected(Callers::Unknown{.problem = std::move(problem), .former = std::move(former)});
}

bool is_bearer(std::string_view authorization) {
  return authorization.size() > bearer.size() &&
         std::equal(bearer.begin(), bearer.end(), authorization.begin(),
                    [](char known, char given) { return known == std::tolower(static_cast<unsigned char>(given)); });
}

}  // namespace

Callers::Callers(const std::filesystem::path& store, const std::vector<OidcSettings>& providers)
    : book_(store), failures_(failures_a_second, failures_burst, addresses_max), open_(open_a_second, open_burst, addresses_max) {
  for (const OidcSettings& provider : providers) providers_.push_back(std::make_unique<IdentityProvider>(provider));
}

void Callers::start(const std::function<void(const std::string& issuer, const IdentityProvider::Trouble& trouble)>& on_trouble) {
  for (const auto& provider : providers_) {
    provider->start([on_trouble, issuer = provider->issuer()](const IdentityProvider::Trouble& trouble) { on_trouble(issuer, trouble); });
  }
}

void Callers::stop() {
  for (const auto& provider : providers_) provider->stop();
}

Found Callers::find(const Credentials& credentials) {
  if (credentials.authorization.empty() && !credentials.session.empty()) return find_session(credentials.session, credentials.address);
  if (credentials.authorization.empty() && credentials.certificate != nullptr) return find_certificate(*credentials.certificate);
  if (credentials.authorization.empty()) return unknown({problem::token_missing});
  if (!is_bearer(credentials.authorization)) return unknown({problem::token_invalid});
  return find_bearer(credentials.authorization.substr(bearer.size()), credentials.address);
}

// What cannot be a session's text costs a guesser as much as a bad token does.
Found Callers::find_session(std::string_view text, std::string_view address) {
  if (auto caller = sessions_.use(text, Sessions::Time::clock::now())) {
    if (is_valid(*caller)) return caller;
    sessions_.end(text);
    return unknown({book_.failure().empty() ? problem::session_ended : problem::tokens_unreadable}, std::move(caller));
  }
  const auto now = RateLimiter::Time::clock::now();
  if (const auto wait = failures_.wait_for(address, now); wait.count() > 0)
    return unknown({.name = problem::rate_exceeded, .retry_after = std::chrono::ceil<std::chrono::seconds>(wait)});
  failures_.take(address, now);
  return unknown({problem::session_ended});
}

Found Callers::find_certificate(const PeerCertificate& certificate) {
  if (certificate.expires_at <= system_now())
    return unknown({problem::certificate_unknown, "it has expired"}, book_.find_invalid_certificate(certificate.fingerprint));
  auto found = book_.find_certificate(certificate.fingerprint);
  if (found) return found;
  return unknown({book_.failure().empty() ? problem::certificate_unknown : problem::tokens_unreadable},
                 book_.find_invalid_certificate(certificate.fingerprint));
}

// Whoever is known is let in whatever else comes from there; what costs more than a look is done for others within bounds.
Found Callers::find_bearer(std::string_view text, std::string_view address) {
  if (auto found = book_.find(text)) return found;
  const TokenHash hash = hash_of_token(text);
  for (const auto& provider : providers_) {
    if (auto found = provider->find(hash, system_now())) return found;
  }
  const auto now = RateLimiter::Time::clock::now();
  if (const auto wait = failures_.wait_for(address, now); wait.count() > 0) {
    return unknown({.name = problem::rate_exceeded, .retry_after = std::chrono::ceil<std::chrono::seconds>(wait)});
  }
  auto found = looks_like_jwt(text) && !providers_.empty() ? find_jwt(text) : Found{unknown({problem::token_invalid})};
  if (found || found.error().awaited != nullptr) return found;
  failures_.take(address, now);
  if (found.error().problem.name == problem::token_invalid && !book_.failure().empty()) return unknown({problem::tokens_unreadable});
  if (!found.error().former) found.error().former = book_.find_invalid(text);
  return found;
}

Found Callers::find_jwt(std::string_view text) {
  const auto jwt = parse_jwt(text);
  if (!jwt) return unknown({problem::token_invalid, std::string{jwt.error()}});
  const auto issuer = jwt->claims.text("iss");
  const auto provider = std::find_if(providers_.begin(), providers_.end(), [&](const auto& one) { return issuer == one->issuer(); });
  if (provider == providers_.end()) return unknown({problem::token_invalid, "the issuer is another one"});
  auto found = (*provider)->verify(*jwt, system_now());
  if (found) return *found;
  using Why = IdentityProvider::Denied::Why;
  if (found.error().why == Why::invalid)
    return unknown({problem::token_invalid, std::string{found.error().detail}}, std::move(found.error().former));
  IdentityProvider* const awaited = found.error().why == Why::keys_awaited ? provider->get() : nullptr;
  return std::unexpected(Unknown{.problem = {problem::identity_provider_unavailable}, .awaited = awaited});
}

std::optional<Problem> Callers::take_open(std::string_view address) {
  const auto wait = open_.take(address, RateLimiter::Time::clock::now());
  if (wait.count() == 0) return std::nullopt;
  return Problem{.name = problem::rate_exceeded, .retry_after = std::chrono::ceil<std::chrono::seconds>(wait)};
}

bool Callers::take_attempt(std::string_view address) { return failures_.take(address, RateLimiter::Time::clock::now()).count() == 0; }

std::vector<std::string> Callers::sign_in_names() const {
  std::vector<std::string> out;
  for (const auto& provider : providers_) {
    if (std::string name = provider->sign_in_name(); !name.empty()) out.push_back(std::move(name));
  }
  return out;
}

std::optional<std::size_t> Callers::sign_in_number(std::string_view name) const {
  const auto found = std::find_if(providers_.begin(), providers_.end(), [&](const auto& one) { return one->sign_in_name() == name; });
  if (name.empty() || found == providers_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - providers_.begin());
}

IdentityProvider* Callers::sign_in_provider(std::size_t number) const {
  return number < providers_.size() && !providers_[number]->sign_in_name().empty() ? providers_[number].get() : nullptr;
}

bool Callers::is_valid(const Token& caller, std::string_view session) {
  if (!session.empty() && !sessions_.is_open(session, Sessions::Time::clock::now())) return false;
  return caller.method == AuthMethod::identity_provider ? caller.is_valid_at(system_now()) : book_.is_valid(caller);
}

}  // namespace muniment
