// The key that the log signs its checkpoints with, or a witness its cosignatures: Ed25519, in a file of PKCS#8 in PEM, mode 0600, which
// OpenSSL's own tools read and put under a passphrase; or in a PKCS#11 token, and the file has its URI (pkcs11_key.h). Its public half and
// its name, the log's origin, stand in the open beside the log.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "events/proof/note.h"

namespace muniment {

// The file is missing, cannot be read, or holds another key. The message says what is needed.
struct LogKeyError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The file was read, and holds another key than the one asked for.
struct OtherLogKey : LogKeyError {
  using LogKeyError::LogKeyError;
};

// A PKCS#11 token does not take the PIN. Whoever tries again may lock it.
struct LogPinError : LogKeyError {
  using LogKeyError::LogKeyError;
};

// Makes a key for a log of this origin, or a witness of this name, in a new file; durable when it returns. Throws LogKeyError when there is
// one already.
VerifierKey create_log_key(const std::filesystem::path& file, const std::string& origin, SignatureType type = SignatureType::ed25519);

// Throws LogKeyError, also when it is not the private half of `key`. The passphrase is for a file that was put under one; of a token whose
// URI names no file with the PIN it is that.
std::unique_ptr<NoteSigner> read_log_key(const std::filesystem::path& file, const VerifierKey& key, const std::string& passphrase);

// The public half of what is in a file, as a log's key of that origin. Throws LogKeyError.
VerifierKey public_half_of(const std::filesystem::path& file, const std::string& origin, const std::string& passphrase);

}  // namespace muniment
