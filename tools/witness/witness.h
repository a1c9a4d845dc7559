// A witness (c2sp.org/tlog-witness): cosigns checkpoints of logs that it knows, each only if it continues the one that it cosigned before.
// Its invariant: what it has cosigned is durable before anybody is told, so that no restart makes it forget and cosign another history.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "events/proof/checkpoint.h"
#include "events/proof/hash.h"

namespace muniment {

struct WitnessAnswer {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
};

class Witness {
 public:
  static constexpr std::size_t request_bytes_max = std::size_t{64} << 10;

  // `signer` has a key of type cosignature. Keys of one name are one log's, whose key is being rotated: each of them may sign. The newest
  // checkpoint of each log is kept in `folder`, whole, with the log's signature and the cosignature, and all of them one behind the other.
  // Throws std::runtime_error when what is kept there is none of a log's.
  Witness(std::unique_ptr<NoteSigner> signer, const std::vector<VerifierKey>& logs, std::filesystem::path folder);

  // The answer to `POST /add-checkpoint`. Thread-safe. Throws std::system_error when the checkpoint cannot be kept: nothing is cosigned
  // then.
  WitnessAnswer add_checkpoint(std::string_view request, std::uint64_t now_seconds);

  const VerifierKey& key() const { return signer_->key(); }
  // The newest that was cosigned, as it is kept; empty: none ever was. Throws std::runtime_error where it was lost.
  std::string newest(const std::string& origin) const;

 private:
  struct Log {
    std::vector<VerifierKey> keys;
    Checkpoint newest = {};  // Of size 0: none.
    std::string noted = {};  // The text that was written into its history last; empty: none since the start.

    bool has_made(const NoteSignature& signature) const;
  };

  std::filesystem::path file_of(const std::string& origin, std::string_view ending) const;
  std::uint64_t cosigned_at(const std::string& origin) const;  // The newest, in seconds; 0: none was.
  WitnessAnswer cosign_next(Log& log, const Note& note, const Checkpoint& checkpoint, std::uint64_t now_seconds);

  const std::unique_ptr<NoteSigner> signer_;
  const std::filesystem::path folder_;
  std::mutex mutex_;                 // One request at a time: comparing with the newest and replacing it are one step.
  std::map<std::string, Log> logs_;  // By origin.
  LeafHasher hasher_;
};

}  // namespace muniment
