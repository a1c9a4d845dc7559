// The node over TLS, with certificates that the test makes.
#include <openssl/ssl.h>

#include <fstream>
#include <limits>

#include "http_fixture.h"
#include "make_token.h"
#include "test_certificates.h"
#include "tls_client.h"
#include "tools/server/certificate.h"
#include "tools/server/https_get.h"
#include "tools/server/tls_certificates.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;

std::filesystem::path fresh_folder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  auto out = std::filesystem::path(testing::TempDir()) / ("tls-" + std::to_string(::getpid()) + "-" + test->name());
  std::filesystem::remove_all(out);
  std::filesystem::create_directories(out);
  return out;
}

// An authority and a certificate of the node from it, in files.
struct Files {
  Files() {
    authority.write_certificate(folder / "ca.pem");
    authority.issue(folder / "node.pem", folder / "node.key", "first");
  }
  ~Files() { std::filesystem::remove_all(folder); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  TlsSettings settings() const { return {.certificate = folder / "node.pem", .key = folder / "node.key"}; }

  std::filesystem::path folder = fresh_folder();
  TestAuthority authority;
};

NodeSettings over_tls(const Files& files, std::chrono::milliseconds handshake_max = TimeSettings{}.handshake_max) {
  NodeSettings out{.listen = {"127.0.0.1", 0}, .tls = files.settings()};
  out.times.handshake_max = handshake_max;
  return out;
}

class Tls : public Files, public WithServer {
 protected:
  Tls() : WithServer(over_tls(*this)) {}
  explicit Tls(std::chrono::milliseconds handshake_max) : WithServer(over_tls(*this, handshake_max)) {}

  TlsClientOptions believing() const { return {.authority = Files::folder / "ca.pem"}; }
  std::string certificate_of_a_new_connection() const { return TlsClient(port, believing()).server_name(); }
};

TEST_F(Tls, AnswersAsOverTcp) {
  const std::string officer = token(TokenRole::OFFICER, "agency");
  TlsClient client(port, believing());
  for (int i = 0; i < 3; ++i) {
    client.send(http_request("GET", "/v1/accounts/jdoe1", officer));
    EXPECT_EQ(client.answer().status, 200U);
  }
  client.send(http_request("GET", "/v1/events", officer, "", "Accept: text/event-stream\r\nLast-Event-ID: 0\r\n"));
  EXPECT_TRUE(client.read_until("event: primary_user_assigned\n"));
}

TEST_F(Tls, AnswersALargeBatchWhileItIsBeingSent) {
  const std::string portal = token(TokenRole::SUBMITTER, "portal");
  std::string lines;
  for (int i = 0; i < 5000; ++i) {
    lines += R"({"type":"record_sign_in","command_id":"n)" + std::to_string(i) +
             R"(","username":"jdoe1","at":"2024-01-01","success":true})" + "\n";
  }
  TlsClient client(port, believing());
  client.send(http_request("POST", "/v1/commands", portal, lines, "Content-Type: application/x-ndjson\r\n"));
  const SocketAnswer answer = client.answer();
  EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), '\n'), 5000);
  EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr("failed")));
}

TEST_F(Tls, SpeaksTls12And13AndNothingOlder) {
  TlsClientOptions options = believing();
  EXPECT_EQ(TlsClient(port, options).version(), "TLSv1.3");
  options.version_max = TLS1_2_VERSION;
  EXPECT_EQ(TlsClient(port, options).version(), "TLSv1.2");
  options.version_max = TLS1_1_VERSION;
  EXPECT_THROW(TlsClient(port, options), std::runtime_error);
}

TEST_F(Tls, AgreesOnHttp11AndOnNothingElse) {
  TlsClientOptions options = believing();
  EXPECT_EQ(TlsClient(port, options).protocol(), "");
  options.protocols = "\x02h2\x08http/1.1";
  EXPECT_EQ(TlsClient(port, options).protocol(), "http/1.1");
  options.protocols = "\x02h2";
  EXPECT_THROW(TlsClient(port, options), std::runtime_error);
}

TEST_F(Tls, IsWhatItsAuthoritySaysAndNobodyElse) {
  const TestAuthority other;
  other.write_certificate(Files::folder / "other.pem");
  EXPECT_THROW(TlsClient(port, {.authority = Files::folder / "other.pem"}), std::runtime_error);
}

TEST_F(Tls, IsFetchedFromByWhoKnowsItsAuthorityAlone) {
  const std::string url = "https://localhost:" + std::to_string(port) + "/healthz";
  EXPECT_EQ(https_get({.url = url, .ca = Files::folder / "ca.pem"}).value(), "{\"alive\":true}\n");
  EXPECT_THAT(https_get({.url = url}).error(), testing::HasSubstr("certificate"));
}

TEST_F(Tls, ClosesWhatSpeaksPlainHttpToIt) {
  SocketClient plain(port);
  plain.send(http_request("GET", "/healthz", ""));
  EXPECT_TRUE(plain.is_closed_within(5s));
  EXPECT_EQ(plain.received().find("alive"), std::string::npos);
}

class ImpatientTls : public Tls {
 protected:
  ImpatientTls() : Tls(500ms) {}
};

TEST_F(ImpatientTls, ClosesAConnectionWhoseHandshakeStalls) {
  SocketClient silent(port);
  SocketClient stalled(port);
  stalled.send(std::string_view{"\x16\x03\x01\x02\x00\x01\x00", 7});  // The start of a ClientHello.
  EXPECT_TRUE(stalled.is_closed_within(10s));
  EXPECT_TRUE(silent.is_closed_within(10s));
  EXPECT_EQ(certificate_of_a_new_connection(), "first");
}

TEST_F(Tls, TellsItsEndWhenItStops) {
  TlsClient client(port, believing());
  client.send(http_request("GET", "/healthz", ""));
  EXPECT_EQ(client.answer().status, 200U);
  stop();
  EXPECT_TRUE(client.is_closed_within(5s));
}

TEST_F(Tls, GivesNewConnectionsTheNewCertificate) {
  TlsClient old(port, believing());
  authority.issue(Files::folder / "node.pem", Files::folder / "node.key", "second");
  EXPECT_EQ(certificate_of_a_new_connection(), "first");
  server.reload();
  for (int i = 0; i < 200 && certificate_of_a_new_connection() != "second"; ++i) std::this_thread::sleep_for(50ms);
  EXPECT_EQ(certificate_of_a_new_connection(), "second");
  old.send(http_request("GET", "/healthz", ""));
  EXPECT_EQ(old.answer().status, 200U);
}

TEST_F(Tls, KeepsTheCertificateBeforeWhenTheNewOneCannotBeUsed) {
  std::ofstream(Files::folder / "node.pem") << "no certificate";
  server.reload();
  EXPECT_EQ(certificate_of_a_new_connection(), "first");
  stop();
  EXPECT_THAT(written.str(), testing::HasSubstr("the one before stays"));
  EXPECT_THAT(written.str(), testing::HasSubstr("node.pem"));
}

// Under TLS 1.3 the client has done its part before the other side has looked at its certificate.
bool is_answered(std::uint16_t port, const TlsClientOptions& options) {
  try {
    TlsClient client(port, options);
    client.send(http_request("GET", "/healthz", ""));
    return client.answer().status == 200;
  } catch (const std::runtime_error&) {
    return false;
  }
}

TEST_F(Tls, AnswersNobodyOnceItsCertificateHasExpiredUntilANewOneIsRead) {
  TlsClient open(port, believing());
  authority.issue(Files::folder / "node.pem", Files::folder / "node.key", "past", -60s);
  server.reload();
  for (int i = 0; i < 200 && is_answered(port, believing()); ++i) std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(is_answered(port, believing()));
  open.send(http_request("GET", "/healthz", ""));
  EXPECT_EQ(open.answer().status, 200U) << "what is open stays";
  authority.issue(Files::folder / "node.pem", Files::folder / "node.key", "next");
  server.reload();
  for (int i = 0; i < 200 && !is_answered(port, believing()); ++i) std::this_thread::sleep_for(50ms);
  EXPECT_EQ(certificate_of_a_new_connection(), "next");
}

// Of a gauge that is a time.
double days_until(const std::string& metrics, const std::string& name) {
  const auto at = metrics.find("\n" + name + " ");
  if (at == std::string::npos) return std::numeric_limits<double>::quiet_NaN();
  const double now = static_cast<double>(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  return (std::stod(metrics.substr(at + 1 + name.size())) - now) / 86'400;
}

TEST_F(Tls, SaysWhenItsCertificateExpiresAndNothingWhileThatIsFar) {
  TlsClient client(port, believing());
  client.send(http_request("GET", "/metrics", token(TokenRole::OPERATOR, "ops")));
  const std::string metrics = client.answer().body;
  EXPECT_NEAR(days_until(metrics, "muniment_tls_certificate_expiry_seconds"), 90.0, 0.01);
  EXPECT_THAT(metrics, testing::Not(testing::HasSubstr("muniment_tls_client_ca_expiry_seconds")));
  stop();
  EXPECT_EQ(written.str().find("certificate expires"), std::string::npos);
}

TEST_F(Tls, WarnsOfACertificateThatExpiresInLessThan14Days) {
  authority.issue(Files::folder / "node.pem", Files::folder / "node.key", "brief", std::chrono::days{13});
  server.reload();
  for (int i = 0; i < 200 && certificate_of_a_new_connection() != "brief"; ++i) std::this_thread::sleep_for(50ms);
  stop();
  EXPECT_THAT(written.str(), testing::HasSubstr("the certificate expires soon"));
}

// Machines show a certificate instead of a token.
NodeSettings for_machines(const Files& files) {
  NodeSettings out = over_tls(files);
  out.tls.client_ca = files.folder / "ca.pem";
  return out;
}

class Machines : public Files, public WithServer {
 protected:
  Machines() : WithServer(for_machines(*this)) {}

  TlsClientOptions machine(const std::string& name = "portal") const {
    const auto file = [&](const std::string& end) { return Files::folder / (name + end); };
    if (!std::filesystem::exists(file(".key"))) authority.issue(file(".pem"), file(".key"), name);
    return {.authority = Files::folder / "ca.pem", .certificate = file(".pem"), .key = file(".key")};
  }
  // The id of the registration.
  std::string registered(const TlsClientOptions& options, TokenRole role, const std::string& name) const {
    Token token = make_token(role, name, read_certificate(options.certificate).fingerprint);
    return TokenFile(WithServer::folder).register_certificate(token).value();
  }
  SocketAnswer asked(TlsClient& client, const std::string& token = "") const {
    client.send(http_request("GET", "/v1/audit/as-of", token));
    return client.answer();
  }
};

TEST_F(Machines, AreToldOfInTimeWhenTheFirstOfTheirAuthoritiesExpires) {
  TlsClient client(port, machine());
  client.send(http_request("GET", "/metrics", token(TokenRole::OPERATOR, "ops")));
  EXPECT_NEAR(days_until(client.answer().body, "muniment_tls_client_ca_expiry_seconds"), 365.0, 0.01);
  const TestAuthority brief("Brief Authority", std::chrono::days{13});
  brief.write_certificate(Files::folder / "brief.pem");
  std::ofstream(Files::folder / "ca.pem", std::ios::app) << std::ifstream(Files::folder / "brief.pem").rdbuf();
  server.reload();
  stop();
  EXPECT_THAT(written.str(), testing::HasSubstr("a certificate of tls.client_ca expires soon"));
  EXPECT_THAT(written.str(), testing::Not(testing::HasSubstr("the certificate expires soon")));
}

TEST_F(Machines, ActAsWhoTheirCertificateIsRegisteredFor) {
  const TlsClientOptions options = machine();
  registered(options, TokenRole::SUBMITTER, "portal");
  TlsClient client(port, options);
  client.send(http_request("POST", "/v1/commands", "",
                           R"({"type":"record_sign_in","command_id":"m1","username":"jdoe1","at":"2024-01-01","success":true})",
                           "Content-Type: application/json\r\n"));
  EXPECT_EQ(client.answer().status, 200U);
  EXPECT_EQ(asked(client).status, 403U);  // A submitter sees nothing.
  stop();
  EXPECT_EQ(fingerprint_of(options.certificate), to_hex(read_certificate(options.certificate).fingerprint));
}

TEST_F(Machines, AreNobodyUntilTheirCertificateIsRegistered) {
  TlsClient client(port, machine());
  const SocketAnswer answer = asked(client);
  EXPECT_EQ(answer.status, 401U);
  EXPECT_THAT(answer.body, testing::HasSubstr("certificate_unknown"));
}

TEST_F(Machines, AreRefusedFromTheRevocationOrSuspensionOnWithinAConnection) {
  const TlsClientOptions options = machine("auditor");
  const std::string id = registered(options, TokenRole::AUDITOR, "ann");
  TlsClient client(port, options);
  EXPECT_EQ(asked(client).status, 200U);
  ASSERT_TRUE(TokenFile(WithServer::folder).suspend(id, system_now(), "tests"));
  EXPECT_EQ(asked(client).status, 401U);
  ASSERT_TRUE(TokenFile(WithServer::folder).resume(id));
  EXPECT_EQ(asked(client).status, 200U);
  ASSERT_TRUE(TokenFile(WithServer::folder).revoke(id, system_now(), "tests"));
  EXPECT_EQ(asked(client).status, 401U);
}

TEST_F(Machines, MayShowATokenInsteadWhichThenDecidesAlone) {
  const TlsClientOptions options = machine("auditor");
  registered(options, TokenRole::AUDITOR, "ann");
  TlsClient client(port, options);
  EXPECT_EQ(asked(client, token(TokenRole::SUBMITTER, "portal")).status, 403U);
  EXPECT_EQ(asked(client, "nonsense").status, 401U);
  EXPECT_EQ(asked(client).status, 200U);
  TlsClient bare(port, {.authority = Files::folder / "ca.pem"});
  EXPECT_EQ(asked(bare, token(TokenRole::AUDITOR, "ann")).status, 200U);
  EXPECT_THAT(asked(bare).body, testing::HasSubstr("token_missing"));
}

TEST_F(Machines, WhoseCertificateIsOfAnotherAuthorityOrHasExpiredGetNoConnection) {
  EXPECT_TRUE(is_answered(port, machine()));
  const TestAuthority other;
  other.issue(Files::folder / "other.pem", Files::folder / "other.key", "portal");
  EXPECT_FALSE(is_answered(port, machine("other")));
  authority.issue(Files::folder / "late.pem", Files::folder / "late.key", "late", std::chrono::seconds{-60});
  EXPECT_FALSE(is_answered(port, machine("late")));
}

TEST_F(Machines, WhoseCertificateIsNotBelievedAreOnRecord) {
  const TestAuthority other;
  other.issue(Files::folder / "other.pem", Files::folder / "other.key", "portal");
  EXPECT_FALSE(is_answered(port, machine("other")));
  // The client knows it first, and a node that stops takes note of nobody any more.
  const std::string operator_token = token(TokenRole::OPERATOR, "ops");
  const auto is_counted = [&] {
    TlsClient client(port, machine());
    client.send(http_request("GET", "/metrics", operator_token));
    return client.answer().body.find("muniment_handshakes_failed_total 1\n") != std::string::npos;
  };
  for (int i = 0; i < 200 && !is_counted(); ++i) std::this_thread::sleep_for(50ms);
  stop();
  std::string recorded;
  store->log().read(0, 1, store->log().head(0).position, [&](Position, RecordWords words) {
    RecordReader record(words);
    if (record.event().getFact().isAccessDenied()) recorded += text_of(record.event().getFact().getAccessDenied().getProblem());
    return true;
  });
  EXPECT_EQ(recorded, "certificate_unknown");
  EXPECT_THAT(written.str(), testing::HasSubstr("a client's certificate could not be verified"));
  std::string metrics;
  Exposition exposition(metrics);
  node->metrics().write(exposition);
  EXPECT_THAT(metrics, testing::HasSubstr("muniment_handshakes_failed_total 1\n"));
}

TEST_F(Machines, AreNotTakenUpAgainFromAnEarlierConnection) {
  const TlsClientOptions options = machine();
  TlsClient client(port, options);
  client.send(http_request("GET", "/healthz", ""));
  EXPECT_EQ(client.answer().status, 200U);
  EXPECT_FALSE(client.has_session_to_resume());
}

// A certificate is no secret: what is registered is that somebody has its key.
TEST_F(Machines, AreNotLetInByTheBytesOfACertificate) {
  const TlsClientOptions options = machine("auditor");
  registered(options, TokenRole::AUDITOR, "ann");
  EXPECT_EQ(node->tokens().find(der_of(options.certificate)), nullptr);
  EXPECT_NE(node->tokens().find_certificate(hash_of_token(der_of(options.certificate))), nullptr);
}

class Certificates : public testing::Test, public Files {};

TEST_F(Certificates, AreRefusedWithTheFileAtFault) {
  const auto why = [](const TlsSettings& settings) -> std::string {
    try {
      const TlsCertificates loaded(settings);
      return "none";
    } catch (const TlsRefused& error) {
      return error.what();
    }
  };
  EXPECT_EQ(why(settings()), "none");
  EXPECT_THAT(why({.certificate = folder / "absent.pem", .key = folder / "node.key"}), testing::HasSubstr("absent.pem"));
  EXPECT_THAT(why({.certificate = folder / "node.pem", .key = folder / "absent.key"}), testing::HasSubstr("absent.key"));
  EXPECT_THAT(why({.certificate = folder / "node.key", .key = folder / "node.key"}), testing::HasSubstr("no certificate"));
  authority.issue(folder / "other.pem", folder / "other.key", "other");
  EXPECT_THAT(why({.certificate = folder / "node.pem", .key = folder / "other.key"}), testing::HasSubstr("other.key"));
  std::ofstream(folder / "empty.pem").flush();
  EXPECT_THAT(why({.certificate = folder / "node.pem", .key = folder / "node.key", .client_ca = folder / "empty.pem"}),
              testing::HasSubstr("empty.pem"));
  std::ofstream(folder / "locked.key")
      << "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcGCSqGSIb3DQEFDTBK\n-----END ENCRYPTED PRIVATE KEY-----\n";
  EXPECT_THAT(why({.certificate = folder / "node.pem", .key = folder / "locked.key"}), testing::HasSubstr("passphrase"));
}

TEST_F(Certificates, EndWhenTheFirstOfTheirChainDoes) {
  authority.issue(folder / "brief.pem", folder / "brief.key", "brief", std::chrono::hours{1});
  std::ofstream(folder / "node.pem", std::ios::app) << std::ifstream(folder / "brief.pem").rdbuf();
  EXPECT_LT(TlsCertificates(settings()).expires_at().ns, system_now().ns + std::chrono::nanoseconds(2h).count());
}

}  // namespace
}  // namespace muniment
