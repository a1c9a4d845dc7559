// Bytes that rot: a flipped bit, a zeroed page, a lost end, a lost file, in each kind of file that a store and its backups have. Whatever
// it is, either it is found and named with a word on what to do, and the file's true bytes make all right again; or nothing was lost by it,
// and all answers are as they were. Never another answer, and never less.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "../../tools/server/make_token.h"
#include "events/log/log_backups.h"
#include "events/vault/rotation.h"
#include "projections/roster.h"
#include "tests/e2e/store_check.h"
#include "tests/faults/report/report.h"
#include "tools/server/delivery_state.h"
#include "tools/server/token_file.h"
#include "tools/store/archive.h"
#include "tools/store/backup.h"
#include "tools/verify/verify.h"

namespace muniment::faults {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;

enum class Rot { flipped_bit, zeroed_page, truncated, missing };
constexpr std::array all_rot{Rot::flipped_bit, Rot::zeroed_page, Rot::truncated, Rot::missing};
std::string_view name_of(Rot rot) {
  constexpr std::array<std::string_view, all_rot.size()> names{"a flipped bit", "a zeroed page", "a truncated file", "a missing file"};
  return names[static_cast<std::size_t>(rot)];
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc).write(content.data(), static_cast<std::streamsize>(content.size()));
}

constexpr std::size_t page_bytes = 4'096;

// False where the file is as it was.
bool damage(const fs::path& file, Rot rot) {
  const std::string before = content_of(file);
  std::string bytes = before;
  const std::size_t middle = bytes.size() / 2;
  switch (rot) {
    case Rot::flipped_bit:
      bytes[middle] = static_cast<char>(bytes[middle] ^ 0x08);
      break;
    case Rot::zeroed_page: {
      const std::size_t begin = middle / page_bytes * page_bytes;
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), begin + page_bytes)), '\0');
      break;
    }
    case Rot::truncated:
      bytes.resize(middle);
      break;
    case Rot::missing:
      fs::remove(file);
      return true;
  }
  write_file(file, bytes);
  return bytes != before;
}

const ProviderId mercy = ProviderId::parse("110012345A").value();

// What must come of it.
enum class Fate {
  found,   // Refused or reported, and named.
  spared,  // Nothing depends on it, or there is another copy: all answers as before.
};

// A kind of file, by how its path under the store or the backup begins and ends.
struct Kind {
  std::string_view begins;
  std::string_view ends;  // Or what is in the name.
  Fate fate;
  std::string_view named;  // What the complaint names.
  bool advises = true;     // And says what to do. An outsider's verifier does not know what there is to be done.
};

// The first that fits holds.
constexpr std::array kinds{
    Kind{"store/log/IDENTITY", "", Fate::spared, ""},
    Kind{"store/log/", "", Fate::found, "/log"},
    Kind{"store/vault/IDENTITY", "", Fate::spared, ""},
    Kind{"store/vault/", "", Fate::found, "vault"},
    Kind{"store/views/", "", Fate::spared, ""},
    Kind{"store/keys/epoch.key", "", Fate::found, "epoch.key"},
    Kind{"store/keys/log.key", "", Fate::found, "log"},
    Kind{"store/log.vkey", "", Fate::found, "log.vkey"},
    Kind{"store/checkpoint", "", Fate::found, "checkpoint"},
    Kind{"store/STORE", "", Fate::found, "STORE"},
    Kind{"store/head", "", Fate::spared, "head"},
    Kind{"store/tokens", "", Fate::found, "tokens"},
    Kind{"store/deliveries/", "", Fate::found, "cursor"},
    Kind{"archived/store/archive", "", Fate::found, "archive"},
    Kind{"archived/archive/tile/entries/000", "", Fate::found, "archive/tile/entries/000"},
    Kind{"archived/archive/", "", Fate::found, "archive/", false},
    Kind{"log-backup/", "", Fate::found, "backup"},
    Kind{"vault-backup/", "", Fate::found, "vault"},
};

const Kind* kind_of(const std::string& path) {
  const auto found =
      std::ranges::find_if(kinds, [&](const Kind& kind) { return path.starts_with(kind.begins) && path.ends_with(kind.ends); });
  return found == kinds.end() ? nullptr : &*found;
}

struct Answers {
  std::string text = {};
  std::string complaints = {};  // Empty: there was none.
};

class RotTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = fs::path(testing::TempDir()) / fmt::format("muniment_rot_{}", ::getpid());
    fs::remove_all(home_);
    fs::create_directories(sound());
    const fs::path folder = sound() / "store";
    Store::create(folder, "agency");
    Store store(folder);
    for (Submission& submission : story()) ASSERT_EQ(store.sequencer().ask(std::move(submission)).status, Answer::Status::accepted);
    back_up_log(store, sound() / "log-backup");
    back_up_vault(store, sound() / "vault-backup");
    store.projector().catch_up();
    store.close();
    TokenFile(folder).create(make_token(TokenRole::AUDITOR, "ann"));
    make_archive();
    Store again(folder);
    DeliveryState(folder / "deliveries" / "siem").write(Generations::of(again.log()), 7);
    again.close();
  }
  // Of a copy of the store, which reads its older events there from then on.
  static void make_archive() {
    fs::create_directories(sound() / "archived");
    fs::copy(sound() / "store", sound() / "archived" / "store", fs::copy_options::recursive);
    Store store(sound() / "archived" / "store");
    store.sequencer();  // Signs what no checkpoint covers yet.
    const auto plan = plan_archive(store, store.log().head(0).position);
    ASSERT_TRUE(plan.has_value());
    archive_log(store, *plan, sound() / "archived" / "archive", {});
    store.close();
  }
  static void TearDownTestSuite() { fs::remove_all(home_); }

  static Submission submission(std::string id, std::string_view type, CommandBody body, Principal actor, bool is_personal = false) {
    Submission out{.command = {.body = std::move(body), .type = type, .is_personal = is_personal}};
    out.command.content.assign(id.begin(), id.end());
    out.command.request.command_id = std::move(id);
    out.command.request.actor = std::move(actor);
    return out;
  }
  static Submission registration(const std::string& id, const ProviderId& provider) {
    return submission(id, "register_provider", RegisterProvider{provider, schema::ProviderKind::PROVIDER, "Mercy", "Mercy"},
                      Principal::officer("agency"));
  }
  // A provider with two people, and of others more than enough for a full tile.
  static std::vector<Submission> story() {
    std::vector<Submission> all;
    all.push_back(registration("s1", mercy));
    all.push_back(
        submission("s2", "assign_primary_user",
                   AssignPrimaryUser{mercy, std::nullopt, Profile{"Hughes", "Mary", "", "11/23", "m@mercy.example", "02139"}, "4071", {}},
                   Principal::officer("agency"), true));
    all.push_back(
        submission("s3", "create_subordinate",
                   CreateSubordinate{mercy, {"Doe", "John", "", "07/04", "j@mass.example", "02302"}, "0123", {"manage_referrals"}, false},
                   Principal::account("mhughes1"), true));
    for (unsigned i = 0; i < 300; ++i) all.push_back(registration(fmt::format("p{}", i), ProviderId::from(120'000'000 + i, 'B').value()));
    return all;
  }
  static fs::path sound() { return home_ / "sound"; }
  // The copy that rots.
  static fs::path work() { return home_ / "work"; }

  static void make_copy() {
    fs::remove_all(work());
    fs::copy(sound(), work(), fs::copy_options::recursive);
  }
  // What it says where the work fails.
  template <typename Work>
  static void attempt(Answers& answers, const Work& work) {
    try {
      work();
    } catch (const std::exception& error) {
      answers.complaints += error.what();
      answers.complaints += '\n';
    }
  }
  // Every record read, PINs too, a view asked, and one more command, which changes nothing.
  static void use_store(Answers& answers) {
    Store store(work() / "store");
    const StoreFindings found = look_at(store, {});
    store.projector().catch_up();
    const auto page = Roster(store.views()).search({.provider = mercy});
    const std::size_t rows = page ? page->rows.size() : 0;
    const Answer answer = store.sequencer().ask(registration("again", mercy));
    const auto delivered = DeliveryState(work() / "store" / "deliveries" / "siem").read(Generations::of(store.log()));
    answers.complaints += found.wrong + answer.failure;
    answers.text += fmt::format("{} {} {} {} {}", to_hex(found.digest), to_hex(store.log().head(0).root), rows,
                                static_cast<int>(answer.status), delivered.value_or(0));
    store.close();
  }
  // The store that has an archive, and the archive by itself. Where it is, the store says itself: it names the sound one's.
  static void use_archive(Answers& answers, bool is_where_it_says) {
    StoreOptions options;
    if (!is_where_it_says) options.archive = work() / "archived" / "archive";
    attempt(answers, [&] {
      Store store(work() / "archived" / "store", options);
      const StoreFindings found = look_at(store, {});
      answers.complaints += found.wrong;
      answers.text += fmt::format("{} {}", to_hex(found.digest), to_hex(store.log().head(0).root));
      store.close();
    });
    const Verdict verdict = check_log(Trust(read_public_log_key(sound() / "store")), work() / "archived" / "archive", {});
    if (verdict.fault) answers.complaints += *verdict.fault;
  }
  static void use_log_backup() {
    read_public_log_key(work() / "log-backup");  // By which what is restored is verified.
    const auto backups = backups_in(work() / "log-backup");
    if (backups.empty()) throw NoBackup("the backup of the log is none: restore from another one");
    fs::remove_all(home_ / "restored");
    restore_log(work() / "log-backup" / "log", backups.back().number, home_ / "restored");
  }
  // All that can be asked of what has the file.
  static Answers use(const std::string& path) {
    const EpochKey escrow = read_epoch_key(sound() / "store" / "keys" / "epoch.key");
    Answers answers;
    if (path.starts_with("log-backup")) {
      attempt(answers, [] { use_log_backup(); });
    } else if (path.starts_with("vault-backup")) {
      attempt(answers, [] { vault_manifest_in(work() / "vault-backup"); });
      attempt(answers, [&] { drill_epoch_key(database_in_vault_backup(work() / "vault-backup"), escrow); });
    } else if (path.starts_with("archived")) {
      use_archive(answers, path == "archived/store/archive");
    } else {
      attempt(answers, [&] { use_store(answers); });
      attempt(answers, [&] { answers.text += fmt::format(" {} callers", TokenFile(work() / "store").read().size()); });
      attempt(answers, [&] { drill_epoch_key(work() / "store" / "vault", escrow); });
    }
    return answers;
  }

  // Damages a file of a fresh copy, and says what is wrong with what came of it.
  void rot(const std::string& path, Rot how, const Answers& before) {
    const Kind* kind = kind_of(path);
    // Of the durable head there are two sectors, and one is enough.
    const bool is_head_missing = path == "store/head" && how == Rot::missing;
    ASSERT_NE(kind, nullptr) << "a kind of file that the table does not have: " << path;
    make_copy();
    if (!damage(work() / path, how)) return;
    // A receiver without a cursor is one that was never begun, and a store without tokens one that lets nobody in.
    if (how == Rot::missing && (path == "store/tokens" || path.starts_with("store/deliveries/"))) return;
    SCOPED_TRACE(fmt::format("{} in {}", name_of(how), path));
    const Answers after = use(path);
    ++times_[how];
    if (after.complaints.empty()) {
      EXPECT_EQ(after.text, before.text) << "another answer, without a word";
      EXPECT_TRUE(kind->fate == Fate::spared && !is_head_missing) << "it went unnoticed";
      return;
    }
    EXPECT_TRUE(kind->fate == Fate::found || is_head_missing) << after.complaints;
    EXPECT_THAT(after.complaints, HasSubstr(std::string{kind->named}));
    if (kind->advises) {
      EXPECT_THAT(after.complaints, AnyOf(HasSubstr("restore"), HasSubstr("use another"), HasSubstr("is not the key of"),
                                          HasSubstr("STORE"), HasSubstr("put the archive back"), HasSubstr("tell the store where")));
    }
    // Nothing was dropped meanwhile.
    fs::copy_file(sound() / path, work() / path, fs::copy_options::overwrite_existing);
    const Answers mended = use(path);
    EXPECT_EQ(mended.complaints, "") << "with its true bytes it is not right again";
    EXPECT_EQ(mended.text, before.text);
  }

  // Of each kind of file below there the largest one that has bytes.
  static std::vector<std::string> files_below(const std::string& part) {
    std::map<std::string, fs::path> largest;
    for (const auto& entry : fs::recursive_directory_iterator(sound() / part)) {
      if (!entry.is_regular_file() || entry.file_size() == 0) continue;
      const std::string name = entry.path().filename().string();
      const std::string kind = entry.path().extension() == ".sst" ? ".sst" : name.substr(0, name.find('-'));
      fs::path& chosen = largest[kind];
      if (chosen.empty() || entry.file_size() > fs::file_size(chosen)) chosen = entry.path();
    }
    std::vector<std::string> files;
    for (const auto& [kind, file] : largest) files.push_back(file.lexically_relative(sound()).string());
    return files;
  }

  void rot_all(const std::vector<std::string>& files) {
    make_copy();
    const Answers before = use(files.front());
    ASSERT_EQ(before.complaints, "");
    for (const std::string& path : files) {
      for (const Rot how : all_rot) rot(path, how, before);
      if (HasFatalFailure()) return;
    }
    if (HasFailure()) return;
    for (const auto& [how, times] : times_) report({.fault = fmt::format("{}, in {}", name_of(how), part_of(files)), .times = times});
  }
  static std::string part_of(const std::vector<std::string>& files) { return fs::path(files.front()).parent_path().string(); }

  static inline fs::path home_;
  std::map<Rot, std::uint64_t> times_;
};

TEST_F(RotTest, OfTheLogIsFoundAndNamed) { rot_all(files_below("store/log")); }
TEST_F(RotTest, OfTheVaultIsFoundAndNamed) { rot_all(files_below("store/vault")); }
TEST_F(RotTest, OfTheViewsHealsFromTheLog) { rot_all(files_below("store/views")); }
TEST_F(RotTest, OfABackupOfTheLogIsFoundBeforeItIsRestored) { rot_all(files_below("log-backup")); }
TEST_F(RotTest, OfABackupOfTheVaultIsFound) { rot_all(files_below("vault-backup")); }

TEST_F(RotTest, OfWhatStandsBesideThemIsFoundAndNamed) {
  rot_all({"store/STORE", "store/checkpoint", "store/head", "store/keys/epoch.key", "store/keys/log.key", "store/log.vkey", "store/tokens",
           "store/deliveries/siem/cursor"});
}

TEST_F(RotTest, OfTheArchiveIsFoundByTheLogThatReadsItOrByWhoVerifiesIt) {
  rot_all({"archived/archive/tile/entries/000", "archived/archive/tile/0/000", "archived/archive/checkpoint", "archived/store/archive"});
}

}  // namespace
}  // namespace muniment::faults
