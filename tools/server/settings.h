// What a node is told before it starts: by its configuration file, its environment and its flags.
//
// Plain values, one struct for each part of the node that takes them. Who reads them from a file checks their form; the part itself checks
// what they name.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/server/listen_address.h"
#include "tools/server/log.h"

namespace muniment {

struct TlsSettings {
  std::filesystem::path certificate = {};  // PEM, the chain with the node's own first. Empty: plain HTTP.
  std::filesystem::path key = {};          // PEM.
  std::filesystem::path client_ca = {};    // PEM: who signs the certificates of machines. Empty: none is asked for.

  bool is_on() const { return !certificate.empty(); }
};

// Of an identity provider with which people sign in to the console.
struct SignInSettings {
  std::string name = {};                       // On the sign-in page.
  std::string client_id = {};                  // Empty: nobody signs in with it.
  std::filesystem::path client_secret_file{};  // Empty: a public client.
  std::string redirect_uri = {};               // This node's, as browsers reach it.
  std::string scope = "openid";

  bool is_on() const { return !client_id.empty(); }
};

// An identity provider whose bearer tokens are taken.
struct OidcSettings {
  std::string issuer = {};    // Its URL, as in `iss`.
  std::string audience = {};  // What `aud` must hold.
  std::string username_claim = "preferred_username";
  std::string role_claim = "muniment_role";
  std::string providers_claim = "muniment_providers";  // Of an auditor: PID/SLs, or * for all.
  std::filesystem::path ca = {};                       // PEM, where the machine's own store does not know who signed its certificate.
  std::chrono::seconds clock_skew_max{60};
  SignInSettings sign_in = {};
};

struct LimitSettings {
  std::size_t connections_max = 1024;  // Beyond them: 503.
  std::size_t header_bytes_max = std::size_t{16} << 10;
  std::size_t questions_max = 256;                   // Waiting for their answers; beyond them: 503.
  std::size_t commands_a_second_max = 50'000;        // Of one principal; beyond them: 429, and batches wait. 0: no bound.
  std::size_t questions_a_second_max = 1'000;        // Of one principal; beyond them: 429. 0: no bound.
  std::uint64_t disk_reserve_bytes = 1'000'000'000;  // With less left on the store's disk, commands are refused.
};

// How long a connection may take. What is late is closed.
struct TimeSettings {
  std::chrono::milliseconds handshake_max{10'000};  // Of TLS.
  std::chrono::milliseconds header_max{10'000};
  std::chrono::milliseconds idle_max{60'000};     // Between two requests.
  std::chrono::milliseconds silence_max{60'000};  // Until the next bytes of a batch.
  std::chrono::milliseconds write_max{30'000};    // For an answer, or for a piece of a stream, to be taken.
  std::chrono::milliseconds stop_max{10'000};     // For what is under way when the node is stopped.
};

// Of one kind of backups.
struct BackupKindSettings {
  std::filesystem::path folder = {};  // Of all of them. Empty: none are made.
  std::chrono::seconds interval{0};   // 0: only when they are asked for.
  std::uint32_t keep = 0;             // So many of the newest; 0: all.
};

struct BackupSettings {
  BackupKindSettings log{.interval = std::chrono::hours{1}};
  BackupKindSettings vault{.interval = std::chrono::hours{24}, .keep = 7};  // Each has the keys of who is erased later.
};

// A receiver of CloudEvents over HTTPS.
struct WebhookSettings {
  std::string name = {};  // In metrics, notices and the name of its folder: a-z, 0-9 and hyphens.
  std::string url = {};
  std::filesystem::path secret_file = {};  // Has whsec_ and the secret in base64.
  std::filesystem::path ca = {};           // PEM, where the machine's own store does not know who signed its certificate.
  std::uint32_t batch_events = 1;          // So many in a request; 1: each alone, structured.
  bool is_from_start = false;
};

// A receiver of syslog over TLS (RFC 5425).
struct SyslogSettings {
  std::string name = {};
  std::string host = {};
  std::uint16_t port = 6514;
  std::filesystem::path ca = {};
  std::filesystem::path certificate = {};  // PEM, the node's own, where the receiver asks for one.
  std::filesystem::path key = {};
  bool is_from_start = false;
};

// Of several nodes that have one log, in a database.
struct ClusterSettings {
  std::string advertise = {};             // Where the other nodes reach this one, for what only the one that appends can do.
  bool is_standby = false;                // While another node appends it follows, and takes over when that has gone.
  std::string read_log = {};              // From which a standby reads; empty: from store_log. May have a password.
  std::filesystem::path ca = {};          // PEM: who signs the certificates of the other nodes, and nobody else's counts.
  std::filesystem::path token_file = {};  // A token of role node, which tells the node that appends what was read here.
  std::vector<std::string> nodes = {};    // Where all of them are reached, for what each has seen of the log before one takes the lease.

  // Whether what callers show of themselves may go to a node at this address. The lease says it, so whoever can write to the database
  // could: where nodes have certificates it goes to those alone, and never in the clear.
  bool may_call(std::string_view address) const {
    const bool is_tls = address.starts_with("https:");
    return is_tls ? !ca.empty() : ca.empty() && !advertise.starts_with("https:");
  }
};

struct NodeSettings {
  std::filesystem::path store = {};  // The store's folder.
  std::string store_log = {};        // The database that has its log; empty: as the store says. May have a password: it is shown without.
  std::string store_vault = {};      // The same of its vault.
  ListenAddress listen{.host = "127.0.0.1", .port = 8080};
  LogLevel log_level = LogLevel::info;
  std::filesystem::path witness_policy = {};     // A tlog-policy file. Empty: nobody is asked to cosign.
  std::string time_authority_url = {};           // Empty: no time stamps are asked for.
  std::filesystem::path time_authority_ca = {};  // PEM: who certifies it.
  ClusterSettings cluster = {};
  BackupSettings backup = {};
  TlsSettings tls = {};
  std::vector<OidcSettings> identity_providers = {};
  std::vector<WebhookSettings> webhooks = {};
  std::vector<SyslogSettings> syslogs = {};
  LimitSettings limits = {};
  TimeSettings times = {};
};

}  // namespace muniment
