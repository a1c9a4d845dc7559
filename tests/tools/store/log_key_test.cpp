#include "tools/store/log_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "sealed_key.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class LogKey : public testing::Test {
 protected:
  LogKey() : folder_(fs::path(testing::TempDir()) / ("muniment_log_key_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~LogKey() override { fs::remove_all(folder_); }

  fs::path folder_;
  fs::path file_ = folder_ / "log.key";
};

TEST_F(LogKey, IsMadeForItsOwnerAloneAndSignsUnderItsOrigin) {
  const VerifierKey key = create_log_key(file_, "example.com/log");
  EXPECT_EQ(key.name, "example.com/log");
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto signer = read_log_key(file_, key, {});
  Note note{.text = "text\n", .signatures = {}};
  note.signatures.push_back(sign_note(*signer, note.text));
  EXPECT_TRUE(verify_note(note, key));
}

TEST_F(LogKey, IsRefusedWhereOthersMayReadItButAmongCredentials) {
  const VerifierKey key = create_log_key(file_, "example.com/log");
  for (const fs::perms others : {fs::perms::group_read, fs::perms::others_read, fs::perms::others_write}) {
    fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write | others);
    EXPECT_THAT([&] { read_log_key(file_, key, {}); },
                ThrowsMessage<LogKeyError>(AllOf(HasSubstr("others than its owner may use it (mode 06"), HasSubstr("chmod 0600"))));
  }
  ::setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  EXPECT_EQ(read_log_key(file_, key, {})->key(), key);
  ::setenv("CREDENTIALS_DIRECTORY", (folder_ / "other").c_str(), 1);
  EXPECT_THROW(read_log_key(file_, key, {}), LogKeyError);
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(LogKey, IsNotMadeOverAnother) {
  create_log_key(file_, "example.com/log");
  EXPECT_THAT([&] { create_log_key(file_, "example.com/log"); }, ThrowsMessage<LogKeyError>(HasSubstr("exists already")));
}

TEST_F(LogKey, IsAnotherEachTime) {
  EXPECT_NE(create_log_key(file_, "example.com/log").key, create_log_key(folder_ / "other.key", "example.com/log").key);
}

TEST_F(LogKey, MayBePutUnderAPassphrase) {
  const VerifierKey key = create_log_key(file_, "example.com/log");
  test::put_under_passphrase(file_, "correct horse");
  EXPECT_EQ(read_log_key(file_, key, "correct horse")->key(), key);
  for (const char* wrong : {"", "battery"}) {
    EXPECT_THAT([&] { read_log_key(file_, key, wrong); }, ThrowsMessage<LogKeyError>(HasSubstr("the passphrase does not open it")))
        << wrong;
  }
}

TEST_F(LogKey, IsRefusedWhenItIsMissingDamagedOrAnothers) {
  const VerifierKey key = create_log_key(file_, "example.com/log");
  EXPECT_THAT([&] { read_log_key(folder_ / "none", key, {}); }, ThrowsMessage<LogKeyError>(HasSubstr("No such file")));
  create_log_key(folder_ / "other.key", "example.com/log");
  EXPECT_THAT([&] { read_log_key(folder_ / "other.key", key, {}); },
              ThrowsMessage<LogKeyError>(HasSubstr("it is not the key of example.com/log")));
  replace_file(file_, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 0600);
  EXPECT_THAT([&] { read_log_key(file_, key, {}); }, ThrowsMessage<LogKeyError>(HasSubstr("no Ed25519 key in PEM")));
}

}  // namespace
}  // namespace muniment
