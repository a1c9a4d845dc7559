// A signer whose key is known to everybody, so that what it signs is the same every time.
#pragma once

#include "events/proof/note.h"

namespace muniment {

class SeedSigner final : public NoteSigner {
 public:
  // The seed is the byte, 32 times.
  SeedSigner(std::string name, Byte byte, SignatureType type = SignatureType::ed25519) {
    seed_.fill(byte);
    key_ = {.name = std::move(name), .type = type, .key = public_key_of(seed_)};
  }
  const VerifierKey& key() const override { return key_; }
  Signature sign(ByteSpan message) override { return sign_ed25519(seed_, message); }

 private:
  std::array<Byte, 32> seed_{};
  VerifierKey key_;
};

}  // namespace muniment
