#include "tools/server/sign_ins.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <array>
#include <charconv>

#include "events/values/bytes.h"
#include "events/values/id.h"
#include "events/values/sha256.h"
#include "tools/server/base64url.h"

namespace muniment {
namespace {

constexpr std::int64_t sign_in_second_ns = 1'000'000'000;
constexpr std::size_t cookie_size_max = 128;

HmacKey random_key() {
  std::array<Byte, 32> bytes;
  fill_random(bytes);
  return HmacKey(bytes);
}

// The number before the next full stop, which is taken with it; nothing: there is none.
template <typename Number>
std::optional<Number> take_number(std::string_view& text) {
  Number out{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const auto size = static_cast<std::size_t>(stop - text.data());
  if (error != std::errc{} || size >= text.size() || text[size] != '.') return std::nullopt;
  text.remove_prefix(size + 1);
  return out;
}

bool is_same(std::string_view a, std::string_view b) { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace

std::string_view name_of(SignInFailure failure) {
  switch (failure) {
    case SignInFailure::cancelled:
      return "cancelled";
    case SignInFailure::stale:
      return "stale";
    case SignInFailure::unavailable:
      return "unavailable";
    case SignInFailure::refused:
      return "refused";
    case SignInFailure::overloaded:
      return "overloaded";
  }
  return {};
}

SignIns::SignIns() : key_(random_key()) {}

// PROVIDER.SECONDS.SECRET: its state is the proof that this node wrote it.
SignIn SignIns::begin(std::size_t provider, Timestamp now) const {
  std::array<Byte, 32> secret;
  fill_random(secret);
  return made_of(provider, fmt::format("{}.{}.{}", provider, now.ns / sign_in_second_ns, to_hex(secret)));
}

SignIn SignIns::made_of(std::size_t provider, std::string cookie) const {
  const auto derived = [&](std::string_view what) { return to_base64url(key_.mac({bytes_of(what), bytes_of(cookie)})); };
  SignIn out{.provider = provider, .cookie = {}, .state = derived("state:"), .nonce = derived("nonce:"), .verifier = derived("verifier:")};
  out.cookie = std::move(cookie);
  return out;
}

std::optional<SignIn> SignIns::find(std::string_view cookie, std::string_view state, Timestamp now) const {
  if (cookie.size() > cookie_size_max) return std::nullopt;
  std::string_view rest = cookie;
  const auto provider = take_number<std::size_t>(rest);
  const auto began = provider ? take_number<std::int64_t>(rest) : std::nullopt;
  if (!began) return std::nullopt;
  SignIn out = made_of(*provider, std::string{cookie});
  if (!is_same(out.state, state)) return std::nullopt;
  const std::int64_t age = now.ns / sign_in_second_ns - *began;
  if (age < 0 || age > std::chrono::seconds{life}.count()) return std::nullopt;
  return out;
}

std::string code_challenge(std::string_view verifier) { return to_base64url(sha256({bytes_of(verifier)})); }

}  // namespace muniment
