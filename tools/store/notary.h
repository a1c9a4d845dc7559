// Signs checkpoints of the log: of what is durable and of nothing else, at most one a second. Each is kept in the log, and a copy of the
// newest in a file beside it; whoever is shown one can find it in that file from then on.
//
// One that has nobody to sign (LogSigners::reading) shows the checkpoints that another keeps in the log, each once it was found to be of
// the log as it is here, with a copy of the newest in the file too.
#pragma once

#include <chrono>
#include <concepts>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "events/log/proven_log.h"
#include "events/proof/key_chain.h"

namespace muniment {

// A checkpoint, and the tree that it is of.
struct SignedTree {
  Checkpoint checkpoint;
  std::string note;
  MerkleTree tree;  // For one thread at a time: others take a fork().
};

// Who signs: the newest key of the chain, and for a time the one before it too.
struct LogSigners {
  // A log's only key.
  template <std::derived_from<NoteSigner> Signer>
  LogSigners(std::unique_ptr<Signer> only) : keys(only->key()), newest(std::move(only)) {}
  LogSigners(KeyChain chain, std::unique_ptr<NoteSigner> signer) : keys(std::move(chain)), newest(std::move(signer)) {}

  // Nobody: others sign.
  static LogSigners reading(KeyChain chain) { return {std::move(chain), nullptr}; }

  KeyChain keys;
  std::unique_ptr<NoteSigner> newest;       // Null: nobody.
  std::unique_ptr<NoteSigner> former = {};  // Null: the newest signs alone.
  Timestamp former_until = {};
  std::function<Timestamp()> clock = {};  // Where there is a former.
};

class Notary {
 public:
  static constexpr std::chrono::milliseconds interval{1000};

  // Borrows the log. Signs at once what no checkpoint covers. `copy` is the file of the newest one. Throws what signing, the log and the
  // file system throw.
  Notary(ProvenLog& log, LogSigners signers, std::filesystem::path copy);
  ~Notary();  // Signs nothing more.
  Notary(const Notary&) = delete;
  Notary& operator=(const Notary&) = delete;

  // Never null. Any thread.
  std::shared_ptr<const SignedTree> newest() const;
  const VerifierKey& key() const { return signers_.keys.newest(); }
  const KeyChain& keys() const { return signers_.keys; }
  // Why the last attempt to sign failed; empty: it did not. It is tried again every second. Any thread.
  std::string failure() const;

  // Ends the thread, and signs what was appended since. Nothing is appended meanwhile. Idempotent. Throws as the constructor.
  void stop();

 private:
  void run();
  void sign_if_grown();
  void sign(MerkleTree tree);
  void read_if_newer();

  ProvenLog& log_;
  const LogSigners signers_;
  const std::filesystem::path copy_;
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  std::shared_ptr<const SignedTree> newest_;
  std::string failure_;
  bool is_stopping_ = false;
  std::thread thread_;  // Last: it uses the members above.
};

// The first checkpoint of a key that takes the place of another, signed by both: of the whole log as it is, in place of the one that the
// former key signed alone, with what witnesses have added to that. Nobody signs meanwhile. Throws as Notary.
void sign_handover(ProvenLog& log, NoteSigner& newest, NoteSigner& former, const std::filesystem::path& copy);

}  // namespace muniment
