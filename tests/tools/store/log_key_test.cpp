#include "tools/store/log_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include "tools/store/durable_file.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

class LogKey : public testing::Test {
 protected:
  LogKey() : folder_(fs::path(testing::TempDir()) / ("muniment_log_key_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~LogKey() override { fs::remove_all(folder_); }

  // As `openssl pkcs8 -topk8` does it.
  void put_under(const std::string& passphrase) {
    const std::string pem = read_whole_file(file_);
    BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    BIO* out = BIO_new(BIO_s_mem());
    ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_256_cbc(), passphrase.data(), static_cast<int>(passphrase.size()), nullptr,
                                            nullptr),
              1);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    replace_file(file_, {bytes, static_cast<std::size_t>(size)}, 0600);
    BIO_free(in);
    BIO_free(out);
    EVP_PKEY_free(key);
  }

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

TEST_F(LogKey, IsNotMadeOverAnother) {
  create_log_key(file_, "example.com/log");
  EXPECT_THAT([&] { create_log_key(file_, "example.com/log"); }, ThrowsMessage<LogKeyError>(HasSubstr("exists already")));
}

TEST_F(LogKey, IsAnotherEachTime) {
  EXPECT_NE(create_log_key(file_, "example.com/log").key, create_log_key(folder_ / "other.key", "example.com/log").key);
}

TEST_F(LogKey, MayBePutUnderAPassphrase) {
  const VerifierKey key = create_log_key(file_, "example.com/log");
  put_under("correct horse");
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
  replace_file(file_, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  EXPECT_THAT([&] { read_log_key(file_, key, {}); }, ThrowsMessage<LogKeyError>(HasSubstr("no Ed25519 key in PEM")));
}

}  // namespace
}  // namespace muniment
