#include "tools/server/jwt_keys.h"

#include <cjose/cjose.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "events/values/freed.h"
#include "tools/server/base64url.h"

namespace muniment {
namespace {

constexpr std::size_t keys_max = 64;
constexpr std::size_t rsa_bits_min = 2048;
constexpr std::size_t ed25519_bytes = 32;
constexpr std::size_t ed25519_signature_bytes = 64;

using JoseKey = std::unique_ptr<cjose_jwk_t, Freed<cjose_jwk_release>>;
using JoseSignature = std::unique_ptr<cjose_jws_t, Freed<cjose_jws_release>>;
using EdKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

// What the key says of itself allows it to verify that algorithm's signatures.
bool is_for(const JsonObject& key, JwtAlgorithm algorithm) {
  if (key.has("alg") && key.text("alg") != name_of(algorithm)) return false;
  if (key.has("use") && key.text("use") != "sig") return false;
  if (!key.has("key_ops")) return true;
  const auto operations = key.texts("key_ops");
  return operations && std::find(operations->begin(), operations->end(), "verify") != operations->end();
}

// A key of its type and the members named alone: none of a private half, and each one Base64url in its only form, because cjose ends the
// process at a padding in the middle. Null: it is none.
JoseKey import(const JsonObject& key, std::string json, std::initializer_list<std::string_view> members) {
  for (const std::string_view name : members) {
    const auto text = key.text(name);
    if (!text || text->empty() || !from_base64url(*text)) return nullptr;
    json += fmt::format(",\"{}\":\"{}\"", name, *text);
  }
  json += '}';
  cjose_err error{};
  return JoseKey{cjose_jwk_import(json.data(), json.size(), &error)};
}

EdKey ed25519_key(const JsonObject& key) {
  const auto bytes = from_base64url(key.text("x").value_or(""));
  if (!bytes || bytes->size() != ed25519_bytes) return nullptr;
  return EdKey{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(bytes->data()), bytes->size())};
}

bool verify_jose(const Jwt& jwt, const cjose_jwk_t* key) {
  cjose_err error{};
  const JoseSignature signature{cjose_jws_import(jwt.text.data(), jwt.text.size(), &error)};
  if (!signature) return false;
  // Both readers of the header must have seen the same algorithm.
  const char* const algorithm = cjose_header_get(cjose_jws_get_protected(signature.get()), CJOSE_HDR_ALG, &error);
  return algorithm != nullptr && algorithm == name_of(jwt.algorithm) && cjose_jws_verify(signature.get(), key, &error);
}

bool verify_ed25519(const Jwt& jwt, EVP_PKEY* key) {
  if (jwt.signature.size() != ed25519_signature_bytes) return false;
  const Digest digest{EVP_MD_CTX_new()};
  const auto* signature = reinterpret_cast<const unsigned char*>(jwt.signature.data());
  const auto* text = reinterpret_cast<const unsigned char*>(jwt.signed_part.data());
  return EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(digest.get(), signature, jwt.signature.size(), text, jwt.signed_part.size()) == 1;
}

}  // namespace

struct JwtKeys::Key {
  std::string id;
  JwtAlgorithm algorithm = JwtAlgorithm::rs256;  // The only one that it verifies.
  JoseKey jose = {};
  EdKey ed25519 = {};

  bool has_signed(const Jwt& jwt) const { return ed25519 ? verify_ed25519(jwt, ed25519.get()) : verify_jose(jwt, jose.get()); }

  // Nothing: it is of another kind, too weak or broken.
  static std::optional<Key> of(const std::string& json) {
    const auto object = JsonObject::parse(json);
    if (!object) return std::nullopt;
    const auto type = object->text("kty");
    const auto curve = object->text("crv");
    Key out{.id = object->text("kid").value_or("")};
    cjose_err error{};
    if (type == "RSA") {
      out.jose = import(*object, R"({"kty":"RSA")", {"n", "e"});
      if (out.jose && cjose_jwk_get_keysize(out.jose.get(), &error) < rsa_bits_min) return std::nullopt;
    } else if (type == "EC" && curve == "P-256") {
      out.algorithm = JwtAlgorithm::es256;
      out.jose = import(*object, R"({"kty":"EC","crv":"P-256")", {"x", "y"});
    } else if (type == "OKP" && curve == "Ed25519") {
      out.algorithm = JwtAlgorithm::eddsa;
      out.ed25519 = ed25519_key(*object);
    }
    const bool is_usable = (out.jose || out.ed25519) && is_for(*object, out.algorithm);
    return is_usable ? std::optional{std::move(out)} : std::nullopt;
  }
};

struct JwtKeys::Keys {
  std::vector<Key> all;
};

JwtKeys::JwtKeys(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
JwtKeys::~JwtKeys() = default;
JwtKeys::JwtKeys(JwtKeys&&) noexcept = default;
JwtKeys& JwtKeys::operator=(JwtKeys&&) noexcept = default;

std::expected<JwtKeys, std::string> JwtKeys::parse(std::string_view json) {
  const auto object = JsonObject::parse(json);
  if (!object) return std::unexpected(fmt::format("the set of keys {}", object.error()));
  const auto elements = object->elements("keys");
  if (!elements) return std::unexpected("the set of keys has no list `keys`");
  if (elements->size() > keys_max) return std::unexpected(fmt::format("the set of keys has more than {}", keys_max));
  auto keys = std::make_unique<Keys>();
  for (const std::string& element : *elements) {
    if (auto key = Key::of(element)) keys->all.push_back(std::move(*key));
  }
  if (keys->all.empty()) return std::unexpected("the set of keys has none for RS256, ES256 or EdDSA");
  return JwtKeys(std::move(keys));
}

std::size_t JwtKeys::size() const { return keys_->all.size(); }

// A token that names no key may be of any that is of its kind.
JwtKeys::Verdict JwtKeys::verify(const Jwt& jwt) const {
  bool is_known = false;
  for (const Key& key : keys_->all) {
    if (!jwt.key_id.empty() && key.id != jwt.key_id) continue;
    is_known = true;
    if (key.algorithm == jwt.algorithm && key.has_signed(jwt)) return Verdict::valid;
  }
  return is_known ? Verdict::invalid : Verdict::key_unknown;
}

}  // namespace muniment
