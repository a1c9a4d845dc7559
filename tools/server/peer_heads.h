// What the other nodes of a log have seen of it, asked before this one takes the lease: a database that was put back to an earlier time, or
// a server that lost what was acknowledged, may have all that this node has seen, and not what another has. docs/ARCHITECTURE.md, "Beyond
// one machine".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "events/log/verification.h"
#include "tools/server/settings.h"

namespace muniment {

struct PeerHeads {
  // By each that answered: the newest checkpoint that it shows, which the log signed.
  std::vector<KnownRoot> known;
  // A sentence for each that did not, or whose answer is no checkpoint of this log. Their word is missing, and nothing waits for it: one of
  // them is what this node takes over from.
  std::vector<std::string> unheard;
};

// Asks all of cluster.nodes but this one at once, and waits for three seconds at most. `keys` are the log's.
PeerHeads ask_peers(const ClusterSettings& cluster, std::span<const VerifierKey> keys);

}  // namespace muniment
