// A signing key in a PKCS#11 token, which it never leaves: named by a URI (RFC 7512) with the module in it. p11-kit reads the URI and loads
// the module; the rest are the module's own calls.
//
//   pkcs11:token=audit;object=log?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/muniment/log-pin
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "events/proof/note.h"

namespace muniment {

bool is_pkcs11_uri(std::string_view text);

// The session stays open as long as the signer is there. `pin` counts where the URI names no pin-source. Throws LogKeyError: the module,
// the token or the key is not there, or it is not the private half of `key`; LogPinError where the token does not take the PIN.
std::unique_ptr<NoteSigner> open_pkcs11_key(const std::string& uri, const VerifierKey& key, const std::string& pin);

// The public half, which the token has beside the key. Throws the same.
PublicKey public_key_in_token(const std::string& uri, const std::string& pin);

}  // namespace muniment
