#include "tools/store/pkcs11_key.h"

#include <fmt/format.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <vector>

#include "events/vault/secret.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_key.h"

namespace muniment {
namespace {

constexpr std::string_view scheme = "pkcs11:";
constexpr std::string_view file_scheme = "file:";

using Uri = std::unique_ptr<P11KitUri, decltype(&p11_kit_uri_free)>;

[[noreturn]] void fail(std::string_view what) { throw LogKeyError(fmt::format("the signing key in a PKCS#11 token: {}", what)); }

// The session is no more: the token was taken out, or what serves it began again. Another session may do.
struct SessionLost : LogKeyError {
  using LogKeyError::LogKeyError;
};

void check(CK_RV result, std::string_view doing) {
  if (result == CKR_SESSION_HANDLE_INVALID || result == CKR_DEVICE_REMOVED || result == CKR_USER_NOT_LOGGED_IN)
    throw SessionLost(fmt::format("the signing key in a PKCS#11 token: the module cannot {}: {}", doing, p11_kit_strerror(result)));
  if (result != CKR_OK) fail(fmt::format("the module cannot {}: {}", doing, p11_kit_strerror(result)));
}

Uri parse(const std::string& text) {
  Uri uri{p11_kit_uri_new(), &p11_kit_uri_free};
  const int code = p11_kit_uri_parse(text.c_str(), static_cast<P11KitUriType>(P11_KIT_URI_FOR_OBJECT_ON_TOKEN_AND_MODULE), uri.get());
  if (code != P11_KIT_URI_OK) fail(fmt::format("expected a URI of RFC 7512: {}", p11_kit_uri_message(code)));
  if (p11_kit_uri_get_module_path(uri.get()) == nullptr) fail("the URI names no module (module-path)");
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr) fail("the URI has the PIN in it; put that into a file and name it (pin-source)");
  return uri;
}

// One that is loaded and initialized.
class Module {
 public:
  explicit Module(const char* path) : calls_(p11_kit_module_load(path, 0)) {
    if (calls_ == nullptr) {
      const char* const why = p11_kit_message();
      fail(fmt::format("the module {} cannot be loaded: {}", path, why != nullptr ? why : "it is no PKCS#11 module"));
    }
    const CK_RV result = p11_kit_module_initialize(calls_);
    if (result == CKR_OK) return;
    p11_kit_module_release(calls_);
    check(result, "be initialized");
  }
  ~Module() {
    p11_kit_module_finalize(calls_);
    p11_kit_module_release(calls_);
  }
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  const CK_FUNCTION_LIST* operator->() const { return calls_; }

 private:
  CK_FUNCTION_LIST* calls_;
};

class Session {
 public:
  Session(const std::string& uri, const std::string& pin) : uri_(parse(uri)), module_(p11_kit_uri_get_module_path(uri_.get())) {
    check(module_->C_OpenSession(find_slot(), CKF_SERIAL_SESSION, nullptr, nullptr, &handle_), "open a session");
    try {
      log_in(pin);
    } catch (...) {
      module_->C_CloseSession(handle_);
      throw;
    }
  }
  ~Session() { module_->C_CloseSession(handle_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The only object of this class that the URI matches.
  CK_OBJECT_HANDLE find(CK_OBJECT_CLASS kind, std::string_view what) const {
    CK_ULONG count = 0;
    const CK_ATTRIBUTE* const named = p11_kit_uri_get_attributes(uri_.get(), &count);
    std::vector<CK_ATTRIBUTE> wanted;
    std::copy_if(named, named + count, std::back_inserter(wanted), [](const CK_ATTRIBUTE& one) { return one.type != CKA_CLASS; });
    wanted.push_back({CKA_CLASS, &kind, sizeof kind});
    std::array<CK_OBJECT_HANDLE, 2> found{};
    CK_ULONG number = 0;
    check(module_->C_FindObjectsInit(handle_, wanted.data(), wanted.size()), "look for the key");
    const CK_RV result = module_->C_FindObjects(handle_, found.data(), found.size(), &number);
    module_->C_FindObjectsFinal(handle_);
    check(result, "look for the key");
    if (number == 0) fail(fmt::format("the token has no {} that the URI names", what));
    if (number > 1) fail(fmt::format("the token has more than one {} that the URI names; name it by its id too", what));
    return found[0];
  }
  std::string attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
    CK_ATTRIBUTE asked{type, nullptr, 0};
    check(module_->C_GetAttributeValue(handle_, object, &asked, 1), "give the key's public half");
    std::string out(asked.ulValueLen, '\0');
    asked.pValue = out.data();
    check(module_->C_GetAttributeValue(handle_, object, &asked, 1), "give the key's public half");
    return out;
  }
  Signature sign(CK_OBJECT_HANDLE key, ByteSpan message) const {
    CK_MECHANISM ed25519{CKM_EDDSA, nullptr, 0};
    check(module_->C_SignInit(handle_, &ed25519, key), "sign with that key: it has to be of Ed25519");
    Signature out;
    CK_ULONG size = out.size();
    auto* const bytes = const_cast<CK_BYTE*>(message.data());  // Only read.
    check(module_->C_Sign(handle_, bytes, message.size(), out.data(), &size), "sign");
    if (size != out.size()) fail("its signatures are not those of Ed25519");
    return out;
  }

 private:
  CK_SLOT_ID find_slot() const {
    CK_ULONG count = 0;
    check(module_->C_GetSlotList(CK_TRUE, nullptr, &count), "list its tokens");
    std::vector<CK_SLOT_ID> slots(count);
    check(module_->C_GetSlotList(CK_TRUE, slots.data(), &count), "list its tokens");
    slots.resize(count);
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO info{};
      if (module_->C_GetTokenInfo(slot, &info) == CKR_OK && p11_kit_uri_match_token_info(uri_.get(), &info) != 0) return slot;
    }
    fail("no token is there that the URI names");
  }

  void log_in(const std::string& given) const {
    std::string pin = given;
    if (const char* const source = p11_kit_uri_get_pin_source(uri_.get())) pin = read_pin(source);
    const CK_RV result = module_->C_Login(handle_, CKU_USER, reinterpret_cast<CK_BYTE*>(pin.data()), pin.size());
    cleanse({reinterpret_cast<Byte*>(pin.data()), pin.size()});
    if (result == CKR_OK || result == CKR_USER_ALREADY_LOGGED_IN) return;
    if (result == CKR_PIN_INCORRECT || result == CKR_PIN_LOCKED || result == CKR_PIN_LEN_RANGE || result == CKR_PIN_INVALID || pin.empty())
      throw LogPinError(
          fmt::format("the signing key in a PKCS#11 token: the token does not take the PIN: {}; it is not tried again, since a "
                      "token locks itself after a few",
                      p11_kit_strerror(result)));
    check(result, "log in");
  }

  static std::string read_pin(std::string_view source) {
    if (source.starts_with(file_scheme)) source.remove_prefix(file_scheme.size());
    try {
      std::string pin = read_whole_file(std::filesystem::path(source));
      while (pin.ends_with('\n') || pin.ends_with('\r')) pin.pop_back();
      return pin;
    } catch (const std::system_error& error) {
      throw LogPinError(fmt::format("the PIN of the PKCS#11 token: {}: {}", source, error.code().message()));
    }
  }

  Uri uri_;
  Module module_;
  CK_SESSION_HANDLE handle_ = 0;
};

class TokenSigner final : public NoteSigner {
 public:
  TokenSigner(std::string uri, const VerifierKey& key, std::string pin) : uri_(std::move(uri)), key_(key), pin_(std::move(pin)) { open(); }
  ~TokenSigner() override { cleanse({reinterpret_cast<Byte*>(pin_.data()), pin_.size()}); }
  TokenSigner(const TokenSigner&) = delete;
  TokenSigner& operator=(const TokenSigner&) = delete;
  const VerifierKey& key() const override { return key_; }

  Signature sign(ByteSpan message) override {
    if (session_) {
      try {
        return session_->sign(object_, message);
      } catch (const SessionLost&) {
        session_.reset();
      }
    }
    if (refused_) throw LogPinError(*refused_);
    try {
      open();
    } catch (const LogPinError& error) {  // Whoever asks for a signature asks again: tries would lock the token.
      refused_ = error;
      throw;
    }
    return session_->sign(object_, message);
  }

 private:
  // That it is the key is asked of a signature: not every token shows the public half to a private key's owner.
  void open() {
    constexpr std::string_view probe = "muniment: is it this key?\n";  // No note: it has no signatures behind it, and no size.
    try {
      session_.emplace(uri_, pin_);
      object_ = session_->find(CKO_PRIVATE_KEY, "private key");
      if (!verify_ed25519(key_.key, bytes_of(probe), session_->sign(object_, bytes_of(probe))))
        fail(fmt::format("it is not the key of {}", key_.text()));
    } catch (...) {
      session_.reset();
      throw;
    }
  }

  const std::string uri_;
  const VerifierKey key_;
  std::string pin_;
  std::optional<Session> session_;  // None since it was lost.
  CK_OBJECT_HANDLE object_ = 0;
  std::optional<LogPinError> refused_;
};

}  // namespace

bool is_pkcs11_uri(std::string_view text) { return text.starts_with(scheme); }

std::unique_ptr<NoteSigner> open_pkcs11_key(const std::string& uri, const VerifierKey& key, const std::string& pin) {
  return std::make_unique<TokenSigner>(uri, key, pin);
}

PublicKey public_key_in_token(const std::string& uri, const std::string& pin) {
  const Session session(uri, pin);
  // DER: an OCTET STRING around the 32 bytes; from some modules the bytes alone.
  std::string point = session.attribute(session.find(CKO_PUBLIC_KEY, "public key"), CKA_EC_POINT);
  if (point.starts_with("\x04\x20")) point.erase(0, 2);
  PublicKey out;
  if (point.size() != out.size()) fail("the token's public key is not of Ed25519");
  std::ranges::copy(point, out.begin());
  return out;
}

}  // namespace muniment
