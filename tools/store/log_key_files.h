// Where the private halves of a log's keys are: in the file that was named, if one was, else in the store's keys/.
//
//   log.key          signs
//   log.key.next     will, once the log records it
//   log.key.former   signs too, for as long as both do
//
// A file counts by the key that it holds, so that whatever a crash leaves of a change of names, the right one is found.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "events/proof/key_chain.h"

namespace muniment {

class LogKeyFiles {
 public:
  // `named`: empty for none. The passphrase is for files that were put under one.
  LogKeyFiles(const std::filesystem::path& store, std::filesystem::path named, std::string passphrase);

  // Throws LogKeyError when none holds it: of a file that cannot be read, if there is one, else of where the key should be.
  std::unique_ptr<NoteSigner> signer(const VerifierKey& key) const;
  bool holds(const VerifierKey& key) const;
  // A new key, waiting as log.key.next; durable when it returns. Throws LogKeyError where one waits.
  VerifierKey make_next(const std::string& origin) const;
  // The same of one that somebody made: a copy of the file, or of what names it in a token. Throws LogKeyError where it cannot sign.
  VerifierKey take_next(const std::filesystem::path& given, const std::string& origin) const;
  // Destroys a key that waits and that the log does not record. Throws LogKeyError where which one it is cannot be read: it stays then.
  void discard_next(const KeyChain& recorded) const;
  // Once log.vkey names it: what waits becomes log.key, and the one `before` it, if it is in the store, log.key.former. Another that was
  // either until then is destroyed, also where its time was not over yet. Throws as discard_next.
  void adopt_next(const VerifierKey& current, const VerifierKey& before) const;
  bool has_former() const;
  void destroy_former(const VerifierKey& former) const;

 private:
  std::vector<std::filesystem::path> candidates() const;
  std::filesystem::path next() const;
  std::filesystem::path former() const;
  bool is_in(const std::filesystem::path& file, const VerifierKey& key) const;

  std::filesystem::path usual_;
  std::filesystem::path named_;
  std::string passphrase_;
};

}  // namespace muniment
