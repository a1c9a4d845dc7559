// A node that backs itself up while it runs.
#include "tools/server/backups.h"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include "node_fixture.h"
#include "tools/store/manifest_file.h"
#include "tools/store/restore.h"
#include "tools/store/vault_backups.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

namespace fs = std::filesystem;

struct BackupPlace {
  BackupPlace() { fs::remove_all(place); }
  ~BackupPlace() { fs::remove_all(place); }

  NodeOptions options(std::chrono::seconds interval = 0s) {
    return {.settings = {.backup = {.log = {place / "log", interval, 0}, .vault = {place / "vault", interval, 2}},
                         .limits = {.disk_reserve_bytes = 0}},
            .on_notice = [this](std::string_view notice) {
              const std::lock_guard lock(mutex);
              notices.emplace_back(notice);
            }};
  }
  std::vector<std::string> told() {
    const std::lock_guard lock(mutex);
    return notices;
  }

  const fs::path place = fs::path(testing::TempDir()) / ("node-backups-" + std::to_string(::getpid()));
  std::mutex mutex;
  std::vector<std::string> notices;
};

template <typename Is>
bool comes_true(Is is) {
  for (int i = 0; i < 60'000 && !is(); ++i) std::this_thread::sleep_for(1ms);
  return is();
}

class NodeBackups : protected BackupPlace, public WithNode {
 protected:
  explicit NodeBackups(std::chrono::seconds interval = 0s) : WithNode(options(interval)) {}
  ~NodeBackups() override { node.reset(); }

  Response ask_for(std::string_view of, const std::string& who) {
    const std::string authorization = "Bearer " + who;
    const std::string target = "/v1/backups/" + std::string{of};
    return ask({.method = "POST",
                .target = target,
                .authorization = authorization,
                .content_type = {},
                .accept = {},
                .idempotency_key = {},
                .if_match = {},
                .last_event_id = {}});
  }
  std::string metrics() { return get("/metrics", ops).body; }
  // The records up to there, hashed as the tree has them.
  static std::vector<Hash> leaves(const EventLog& log, Position last) {
    std::vector<Hash> out;
    LeafHasher hasher;
    log.read(0, 1, last, [&](Position, RecordWords words) {
      out.push_back(hasher.leaf_hash(bytes_of(words)));
      return true;
    });
    return out;
  }

  const std::string ops = token(TokenRole::OPERATOR, "ops");
};

// What is acknowledged while backups are made is in them up to a position, in order and unaltered, and nothing else is.
TEST_F(NodeBackups, HoldExactlyAPrefixOfWhatWasAcknowledgedWhileCommandsAreTaken) {
  std::atomic<bool> is_over = false;
  std::atomic<Position> acknowledged = 0;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&, writer, portal = token(TokenRole::SUBMITTER, "portal" + std::to_string(writer))] {
      for (int i = 0; !is_over; ++i) {
        const Response response = post(R"({"type":"record_sign_in","command_id":"w)" + std::to_string(writer) + "-" + std::to_string(i) +
                                           R"(","username":"jdoe1","at":"2024-01-01","success":true})",
                                       portal);
        ASSERT_EQ(response.status, 200U) << response.body;
        const Position position = std::stoull(member(response.body, "last_position"));
        for (Position known = acknowledged; known < position && !acknowledged.compare_exchange_weak(known, position);) {
        }
      }
    });
  }
  struct Made {
    std::uint32_t number;
    Position acknowledged_before;
    Position position;
  };
  std::vector<Made> made;
  for (int i = 0; i < 4; ++i) {
    const Position wanted = acknowledged + 25;
    EXPECT_TRUE(comes_true([&] { return acknowledged >= wanted; }));
    const Position before = acknowledged;
    const Response response = ask_for("log", ops);
    ASSERT_EQ(response.status, 200U) << response.body;
    made.push_back(
        {static_cast<std::uint32_t>(std::stoul(member(response.body, "number"))), before, std::stoull(member(response.body, "position"))});
    EXPECT_EQ(ask_for("vault", ops).status, 200U);
  }
  const Position after_the_last = acknowledged + 1;
  EXPECT_TRUE(comes_true([&] { return acknowledged >= after_the_last; })) << "and commands were taken all the time";
  is_over = true;
  for (std::thread& writer : writers) writer.join();
  for (const Made& one : made) {
    const fs::path to = place / ("restored-" + std::to_string(one.number));
    const RestoredLog restored = restore_store(to, {.backup = place / "log", .number = one.number, .requested_by = "operator:ops"},
                                               {.log_key_file = folder / "keys" / "log.key"});
    EXPECT_GE(one.position, one.acknowledged_before);
    EXPECT_GE(restored.head, one.position);
    StoreOptions options;
    options.without_vault = true;
    options.log_key_file = folder / "keys" / "log.key";
    Store opened(to, options);
    EXPECT_EQ(leaves(opened.log(), restored.head), leaves(store->log(), restored.head)) << one.number;
    EXPECT_EQ(opened.log().head(0).position, restored.head + 1) << "that it was restored is all that comes after";
    opened.close();
  }
  EXPECT_THAT(vault_backups_in(place / "vault"), SizeIs(2)) << "so many are kept";
}

TEST_F(NodeBackups, AreAskedForByAnOperatorAndByNobodyElse) {
  for (const std::string_view of : {"log", "vault"}) {
    for (const std::string& who : {token(TokenRole::OFFICER, "agency"), token(TokenRole::AUDITOR, "ann"),
                                   token(TokenRole::SUBMITTER, "portal"), token(TokenRole::ACCOUNT, "mhughes1")}) {
      EXPECT_EQ(problem_of(ask_for(of, who)), "role_denied");
    }
    EXPECT_EQ(problem_of(ask_for(of, "")), "token_invalid");
  }
  EXPECT_FALSE(fs::exists(place));
}

TEST_F(NodeBackups, SayWhatTheyHoldAndAreOnRecord) {
  const Position head = store->log().head(0).position;
  const Response log = ask_for("log", ops);
  EXPECT_EQ(member(log.body, "number"), "1");
  EXPECT_GE(std::stoull(member(log.body, "position")), head);
  EXPECT_EQ(member(log.body, "root"), to_hex(backups_in(place / "log").at(0).head.root));
  const Response vault = ask_for("vault", ops);
  const auto kept = vault_backups_in(place / "vault");
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(member(vault.body, "name"), kept[0].folder.filename());
  EXPECT_EQ(member(vault.body, "epoch"), kept[0].manifest.epoch);
  node->access_record().flush(true);
  ASSERT_TRUE(comes_true([&] {
    const std::string reads = get("/v1/audit/trail?type=records_read", token(TokenRole::OFFICER, "agency")).body;
    return reads.find("POST /v1/backups/log") != std::string::npos && reads.find("POST /v1/backups/vault") != std::string::npos &&
           reads.find("\"name\":\"ops\"") != std::string::npos;
  }));
}

TEST_F(NodeBackups, ThatCannotBeWrittenAreToldAndStopNothing) {
  fs::create_directories(place);
  std::ofstream(place / "log") << "a file where the folder should be";
  const Response failed = ask_for("log", ops);
  EXPECT_EQ(failed.status, 500U);
  EXPECT_EQ(problem_of(failed), "backup_failed");
  EXPECT_FALSE(member(failed.body, "detail").empty());
  ask_for("log", ops);
  EXPECT_THAT(told(), ElementsAre(HasSubstr("a backup of the log could not be made: "))) << "once";
  EXPECT_THAT(metrics(), AllOf(HasSubstr("\nmuniment_backup_failures_total{of=\"log\"} 2\n"),
                               HasSubstr("\nmuniment_backup_age_seconds{of=\"log\"} inf\n")));
  EXPECT_EQ(ask_for("vault", ops).status, 200U);
  EXPECT_EQ(post(R"({"type":"record_sign_in","command_id":"c1","username":"jdoe1","at":"2024-01-01","success":true})",
                 token(TokenRole::SUBMITTER, "portal"))
                .status,
            200U);
  EXPECT_EQ(get("/readyz", "").status, 200U);
  fs::remove(place / "log");
  EXPECT_EQ(ask_for("log", ops).status, 200U);
  EXPECT_THAT(told(), Contains("backups of the log are made again"));
}

// The one that is made is whole: that an older one is damaged is told once, and neither a failure nor a reason to keep all.
TEST_F(NodeBackups, AreMadeAndKeptInNumberWhereAnOlderOneIsDamaged) {
  for (const std::string_view of : {"log", "vault"}) ASSERT_EQ(ask_for(of, ops).status, 200U);
  std::ofstream(vault_backups_in(place / "vault").at(0).folder / "MANIFEST", std::ios::app) << "x";
  std::ofstream(place / "log" / "manifest-000001", std::ios::app) << "x";
  for (int i = 0; i < 4; ++i) {
    for (const std::string_view of : {"log", "vault"}) ASSERT_EQ(ask_for(of, ops).status, 200U);
  }
  EXPECT_THAT(vault_backups_in(place / "vault"), SizeIs(2));
  EXPECT_THAT(damaged_vault_backups_in(place / "vault"), SizeIs(1));
  EXPECT_THAT(told(), testing::UnorderedElementsAre(HasSubstr("a backup of the vault is damaged, and is left as it is: "),
                                                    HasSubstr("a backup of the log is damaged, and is left as it is: ")));
  EXPECT_THAT(metrics(), AllOf(HasSubstr("\nmuniment_backup_failures_total{of=\"vault\"} 0\n"),
                               HasSubstr("\nmuniment_backup_failures_total{of=\"log\"} 0\n")));
}

TEST_F(NodeBackups, OfANodeThatStopsAreNotBegun) {
  node->begin_stop();
  EXPECT_TRUE(comes_true([&] { return problem_of(ask_for("log", ops)) == "stopping"; }));
}

TEST_F(NodeBackups, AgeInTheMetricsUntilTheNextOne) {
  EXPECT_THAT(metrics(), HasSubstr("\nmuniment_backup_age_seconds{of=\"vault\"} inf\n"));
  ask_for("vault", ops);
  const std::string text = metrics();
  EXPECT_THAT(text, AllOf(HasSubstr("\nmuniment_backups_made_total{of=\"vault\"} 1\n"),
                          HasSubstr("\nmuniment_backup_interval_seconds{of=\"vault\"} 0\n"),
                          HasSubstr("\nmuniment_backup_failures_total{of=\"vault\"} 0\n"),
                          Not(HasSubstr("muniment_backup_age_seconds{of=\"vault\"} inf"))));
}

// Of a node that nobody asks.
class ScheduledBackups : public NodeBackups {
 protected:
  ScheduledBackups() : NodeBackups(1s) {}
};

TEST_F(ScheduledBackups, AreMadeByThemselvesAgainAndAgain) {
  EXPECT_TRUE(
      comes_true([&] { return node->backups().state(BackupOf::log).made >= 2 && node->backups().state(BackupOf::vault).made >= 2; }));
  EXPECT_GE(backups_in(place / "log").size(), 2U);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(ScheduledBackups, ThatFailAreTriedAgainAndMadeWhenTheyCanBe) {
  ASSERT_TRUE(comes_true([&] { return node->backups().state(BackupOf::log).made >= 1; }));
  fs::rename(place, place.string() + ".away");
  std::ofstream{place} << "in its place";
  ASSERT_TRUE(comes_true([&] { return node->backups().state(BackupOf::log).failures >= 2; }));
  fs::remove(place);
  fs::rename(place.string() + ".away", place);
  const std::uint64_t made = node->backups().state(BackupOf::log).made;
  EXPECT_TRUE(comes_true([&] { return node->backups().state(BackupOf::log).made > made; }));
}

class YoungBackups : public NodeBackups {
 protected:
  YoungBackups() : NodeBackups(0s) {}
};

TEST_F(YoungBackups, AreNotMadeAgainWhenTheNodeStarts) {
  ASSERT_EQ(ask_for("log", ops).status, 200U);
  ASSERT_EQ(ask_for("vault", ops).status, 200U);
  node.reset();
  store->close();
  store = std::make_unique<Store>(folder);
  node = std::make_unique<Node>(*store, options(3600s));
  EXPECT_THAT(metrics(), Not(HasSubstr("} inf\n"))) << "and their age is known";
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(node->backups().state(BackupOf::log).made, 0U);
  EXPECT_THAT(backups_in(place / "log"), SizeIs(1));
}

TEST_F(YoungBackups, ThatSayTheyAreFromTheFutureAreToldAndDoNotPutTheNextOneOff) {
  ASSERT_EQ(ask_for("vault", ops).status, 200U);
  const KeptVaultBackup made = vault_backups_in(place / "vault").at(0);
  write_manifest(made.folder / "MANIFEST", "muniment vault backup",
                 {{"epoch", made.manifest.epoch}, {"erasures", "0"}, {"made_at", "2096-01-01T00:00:00Z"}, {"number", "1"}});
  node.reset();
  store->close();
  store = std::make_unique<Store>(folder);
  node = std::make_unique<Node>(*store, options(3600s));
  EXPECT_TRUE(comes_true([&] { return node->backups().state(BackupOf::vault).made == 1U; }));
  EXPECT_THAT(told(), Contains(HasSubstr("the newest backup of the vault says that it was made at 2096-01-01T00:00:00")));
}

using NodeWithoutBackups = WithNode;

TEST_F(NodeWithoutBackups, SaysThatTheConfigurationNamesNoFolder) {
  const std::string authorization = "Bearer " + token(TokenRole::OPERATOR, "ops");
  const Response response = ask({.method = "POST",
                                 .target = "/v1/backups/log",
                                 .authorization = authorization,
                                 .content_type = {},
                                 .accept = {},
                                 .idempotency_key = {},
                                 .if_match = {},
                                 .last_event_id = {}});
  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(problem_of(response), "backup_not_configured");
  EXPECT_THAT(get("/metrics", token(TokenRole::OPERATOR, "ops")).body, Not(HasSubstr("muniment_backup")));
}

}  // namespace
}  // namespace muniment
