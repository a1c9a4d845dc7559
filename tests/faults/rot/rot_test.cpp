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
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "../../tools/server/make_token.h"
#include "events/log/log_backups.h"
#include "events/vault/rotation.h"
#include "projections/roster.h"
#include "tests/e2e/store_check.h"
#include "tests/faults/report/report.h"
#include "tests/places/places.h"
#include "tools/server/delivery_state.h"
#include "tools/server/quota_file.h"
#include "tools/server/token_file.h"
#include "tools/store/archive.h"
#include "tools/store/backup.h"
#include "tools/store/checksum_line.h"
#include "tools/store/clock_step.h"
#include "tools/verify/verify.h"

namespace muniment::faults {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
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
    Kind{"store/cosigned", "", Fate::spared, ""},    // checkpoint is never older and must be right; witnesses are asked again.
    Kind{"store/quotas", "", Fate::spared, ""},      // It may be deleted: the day is counted anew.
    Kind{"store/clock_step", "", Fate::spared, ""},  // That it is there says that there was a step, whatever it says.
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

// Whose absence says something too: a receiver without a cursor was never begun, a store without tokens lets nobody in, without a step of
// the clock there was none, and without cosignatures no witness has seen it.
bool may_be_absent(const std::string& path) {
  return path == "store/tokens" || path == "store/clock_step" || path == "store/cosigned" || path.starts_with("store/deliveries/");
}

const std::vector<std::string> files_beside{
    "store/STORE",    "store/checkpoint", "store/cosigned", "store/head",       "store/keys/epoch.key",        "store/keys/log.key",
    "store/log.vkey", "store/tokens",     "store/quotas",   "store/clock_step", "store/deliveries/siem/cursor"};
const std::vector<std::string> files_of_archive{"archived/archive/tile/entries/000", "archived/archive/tile/0/000",
                                                "archived/archive/checkpoint", "archived/store/archive"};

// Of what docs/formats.md lists in a store, what rots nowhere here, and why.
struct Spared {
  std::string_view path;
  std::string_view why;
};
constexpr std::array not_rotten{
    Spared{"INITIALIZING", "a store that is being made, which holds nothing yet"},
    Spared{"vault.rehearsal/", "a copy that is looked at once, and removed"},
    Spared{"keys/epoch.key.next", "of the form of epoch.key, while the vault is wrapped anew: tests/tools/muniment rotates and is killed"},
    Spared{"log.url", "the log is in a database: tests/events/log/postgres_failure_test.cpp"},
    Spared{"log.moved-1", "nothing opens it"},
    Spared{"moving.log/", "a copy that was cut off, and is made anew"},
    Spared{"moving.head", "the same"},
    Spared{"vault.url", "the vault is in a database: tests/tools/store/vault_move_test.cpp"},
    Spared{"vault.seen", "the same: tests/tools/store/vault_seen_test.cpp"},
    Spared{"vault.moved-1", "nothing opens it"},
    Spared{"moving.vault/", "a copy that was cut off, and is made anew"},
    Spared{"moved.vault/", "takes the place of vault/, which is damaged above"},
    Spared{"views.without-vault/", "as views/"},
    Spared{"restored", "until it is on record, at the next start: tests/fuzz/store_files_fuzz.cpp"},
    Spared{"restored.vault", "the same"},
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
    fs::copy_file(folder / "checkpoint", folder / "cosigned");  // As if no witness were asked for.
    QuotaFile(folder).write({{.token = "ann", .day = 20'000, .used = 7}});
    keep_step(folder, {.clock = Timestamp{2}, .expected = Timestamp{1}});
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
    const bool is_stepped = unaccepted_step(work() / "store", store.log(), system_now()).has_value();
    answers.text += fmt::format("{} {} {} {} {} {}", to_hex(found.digest), to_hex(store.log().head(0).root), rows,
                                static_cast<int>(answer.status), delivered.value_or(0), is_stepped);
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

  // What should not have come of it; empty: all is as it must be.
  static std::string wrong_with(const Kind& kind, bool is_head_missing, const Answers& before, const Answers& after) {
    const bool must_be_found = kind.fate == Fate::found || is_head_missing;
    if (after.complaints.empty()) {
      if (after.text != before.text) return fmt::format("another answer, without a word: {}, not {}", after.text, before.text);
      return must_be_found ? "it went unnoticed" : "";
    }
    if (!must_be_found) return after.complaints;
    const auto says = [&](std::string_view what) { return after.complaints.find(what) != std::string::npos; };
    constexpr std::array advice{"restore", "use another", "is not the key of", "STORE", "put the archive back", "tell the store where"};
    if (!says(kind.named)) return "what is damaged is not named: " + after.complaints;
    if (kind.advises && std::ranges::none_of(advice, says)) return "without a word on what to do: " + after.complaints;
    return "";
  }

  // Damages a file of a fresh copy, and says what is wrong with what came of it.
  void rot(const std::string& path, Rot how, const Answers& before) {
    const Kind* kind = kind_of(path);
    // Of the durable head there are two sectors, and one is enough.
    const bool is_head_missing = path == "store/head" && how == Rot::missing;
    ASSERT_NE(kind, nullptr) << "a kind of file that the table does not have: " << path;
    make_copy();
    if (!damage(work() / path, how)) return;
    if (how == Rot::missing && may_be_absent(path)) return;
    SCOPED_TRACE(fmt::format("{} in {}", name_of(how), path));
    const Answers after = use(path);
    ++times_[how];
    const std::string wrong = wrong_with(*kind, is_head_missing, before, after);
    EXPECT_EQ(wrong, "");
    if (after.complaints.empty() || !wrong.empty()) return;
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
  // The paths that the table of docs/formats.md has for a store.
  static std::vector<std::string> documented_files() {
    const std::string text = content_of(project_folder() / "docs" / "formats.md");
    std::istringstream lines(text.substr(0, text.find("### Formats of the store")));
    std::vector<std::string> paths;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("| `")) continue;
      const std::string cell = line.substr(0, line.find(" | "));
      for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {
        const std::size_t end = cell.find('`', at + 1);
        paths.push_back(cell.substr(at + 1, end - at - 1));
        at = end + 1;
      }
    }
    EXPECT_GT(paths.size(), 15U);
    return paths;
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

TEST_F(RotTest, OfWhatStandsBesideThemIsFoundAndNamed) { rot_all(files_beside); }

TEST_F(RotTest, OfTheArchiveIsFoundByTheLogThatReadsItOrByWhoVerifiesIt) { rot_all(files_of_archive); }

// The control: as if the cursor had no checksum, so that another position is believed.
TEST_F(RotTest, OfAFileWithoutAChecksumMakesThisSuiteRed) {
  const std::string path = "store/deliveries/siem/cursor";
  make_copy();
  const Answers before = use(path);
  std::string text = content_of(work() / path);
  text.erase(text.rfind('\n', text.size() - 2) + 1);  // The line of the checksum.
  text[text.size() - 2] = static_cast<char>(text[text.size() - 2] ^ 1);
  write_file(work() / path, with_checksum_line(text));
  const std::string wrong = wrong_with(*kind_of(path), false, before, use(path));
  EXPECT_THAT(wrong, HasSubstr("another answer, without a word"));
  report_control("rot: a checksum that fits whatever is there", !wrong.empty());
}

// A new kind of file comes with its rot, or with a reason for none.
TEST_F(RotTest, IsMadeInEachKindOfFileThatAStoreHas) {
  for (const auto& entry : fs::recursive_directory_iterator(sound())) {
    const std::string path = entry.path().lexically_relative(sound()).string();
    if (!entry.is_regular_file() || entry.file_size() == 0 || path.starts_with("archived/store/")) continue;
    EXPECT_NE(kind_of(path), nullptr) << path;
    if (path.starts_with("store/") && std::ranges::count(path, '/') == 1) {
      EXPECT_THAT(files_beside, Contains(path)) << "nothing damages it";
    }
  }
  for (const std::string& path : documented_files()) {
    const bool is_folder = path.ends_with('/') && kind_of("store/" + path + "any") != nullptr;
    const bool is_file =
        std::ranges::count(files_beside, "store/" + path) + std::ranges::count(files_of_archive, "archived/store/" + path) > 0;
    const bool is_excepted = std::ranges::count(not_rotten, path, &Spared::path) > 0;
    EXPECT_TRUE(is_folder || is_file || is_excepted) << path << ", in docs/formats.md, rots nowhere";
  }
}

// What became of many commands: how many could not be read, how many were decided, and what was said of the former.
struct Outcomes {
  std::mutex mutex = {};
  std::size_t unread = 0;
  std::size_t decided = 0;
  std::string damage = {};

  void count(const Answer& answer) {
    const std::lock_guard lock(mutex);
    ++(answer.is_unread ? unread : decided);
    if (answer.is_unread) damage = answer.damage;
  }
};

// An index is written once there is enough for it.
class RotOfALargeLogTest : public RotTest {
 protected:
  static constexpr std::uint32_t providers = 33'000;

  static void register_all(Store& store, std::string_view prefix, Outcomes& outcomes) {
    for (std::uint32_t done = 0; done < providers;) {
      std::vector<Submission> submissions;
      for (std::uint32_t end = done + 1'000; done < end; ++done) {
        submissions.push_back(registration(fmt::format("{}{}", prefix, done), ProviderId::from(200'000'000 + done, 'D').value()));
        submissions.back().answer = [&outcomes](const Answer& answer) { outcomes.count(answer); };
      }
      store.sequencer().submit(std::move(submissions));
    }
    store.sequencer().stop();
  }
  static void make_large(const fs::path& folder) {
    fs::remove_all(folder);
    Store::create(folder, "agency");
    Store store(folder);
    Outcomes outcomes;
    register_all(store, "c", outcomes);
    ASSERT_EQ(outcomes.decided, providers);
    store.close();
  }
  // The table of one of the log's families, which has the family's name in it.
  static fs::path table_of(const fs::path& log, std::string_view family) {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(log)) {
      if (entry.path().extension() == ".sst" && content_of(entry.path()).find(family) != std::string::npos) found = entry.path();
    }
    return found;
  }
};

class RotOfAnIndexTest : public RotOfALargeLogTest, public testing::WithParamInterface<std::string_view> {};

// Of the ids: the same commands again, none of which may be recorded twice. Of the streams: other commands about the same providers.
TEST_P(RotOfAnIndexTest, IsToldToTheCommandsThatNeedItAndStopsNoOther) {
  const fs::path folder = home_ / "large";
  make_large(folder);
  if (HasFatalFailure()) return;
  const fs::path table = table_of(folder / "log", GetParam());
  ASSERT_FALSE(table.empty());
  ASSERT_TRUE(damage(table, Rot::flipped_bit));
  Store store(folder);
  const Position before = store.log().head(0).position;
  Outcomes outcomes;
  register_all(store, GetParam() == "commands" ? "c" : "again", outcomes);
  EXPECT_GT(outcomes.unread, 0U);
  EXPECT_LT(outcomes.unread, 1'000U) << "a block of the index, of which there are many";
  EXPECT_EQ(outcomes.decided, providers - outcomes.unread);
  EXPECT_THAT(outcomes.damage, AllOf(HasSubstr(std::string{GetParam()}), HasSubstr("restore the log from a backup")));
  EXPECT_EQ(store.log().head(0).position, before) << "nothing was recorded twice";
  EXPECT_EQ(store.sequencer().failure(), "");
}

INSTANTIATE_TEST_SUITE_P(Every, RotOfAnIndexTest, testing::Values("commands", "streams"),
                         [](const auto& index) { return std::string{index.param}; });

}  // namespace
}  // namespace muniment::faults
