// What exported files of a log prove to somebody who has the log's public key and nothing else: no store, no network, no trust in whoever
// made the export. Read verify.cpp whole: it is meant to be.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "events/proof/key_chain.h"
#include "events/proof/time_stamp.h"
#include "events/proof/witness_policy.h"

namespace muniment {

// Whom the reader of a verdict trusts: the log's key, or several that it has had, and the witnesses that have to have cosigned what is
// checked, if any. A log goes from one key to the next by records of its own (LogKeyRotated); an export has them in `rotations/`, each with
// the checkpoint over it that both keys signed, and where they lead from a key that is trusted they are followed.
struct Trust {
  Trust(VerifierKey key) : keys{std::move(key)} {}
  Trust(std::vector<VerifierKey> all, WitnessPolicy policy) : keys(std::move(all)), witnesses(std::move(policy)) {}

  std::vector<VerifierKey> keys;  // Never none.
  WitnessPolicy witnesses = {};
  std::optional<TimeAuthority> times = {};
};

// Each is a sentence. Where there is a fault nothing counts as established.
struct Verdict {
  std::vector<std::string> established;
  std::vector<std::string> not_established;
  std::optional<std::string> fault;
};

// An export of the whole log: every record, every tile, the checkpoint's root and signature. `others`: checkpoints from elsewhere, which
// the same records must lead to. What none of them covers may still have been shown otherwise to others. Time stamps in it are checked
// where a time authority is trusted.
Verdict check_log(const Trust& trust, const std::filesystem::path& folder, const std::vector<std::filesystem::path>& others);

// A bundle of records, each with its proof of inclusion in the tree of one checkpoint, the same of all.
Verdict check_bundle(const Trust& trust, const std::filesystem::path& folder);

// That the checkpoint in a proof of consistency (the body of c2sp.org/tlog-witness's add-checkpoint) continues an older one. `exported`, if
// not empty: an export with the records that lead from one key to the other.
Verdict check_consistency(const Trust& trust, const std::filesystem::path& older, const std::filesystem::path& proof,
                          const std::filesystem::path& exported = {});

// Two checkpoints that two people were shown.
Verdict check_checkpoints(const Trust& trust, const std::filesystem::path& one, const std::filesystem::path& other,
                          const std::filesystem::path& exported = {});

}  // namespace muniment
