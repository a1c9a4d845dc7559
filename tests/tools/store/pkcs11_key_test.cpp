// Against SoftHSM, which signs Ed25519 as a token does.
#include "tools/store/pkcs11_key.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <p11-kit/pkcs11.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "tools/store/durable_file.h"
#include "tools/store/log_key.h"
#include "tools/store/log_key_handover.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

class Pkcs11Key : public testing::Test {
 protected:
  Pkcs11Key() : folder_(fs::path(testing::TempDir()) / ("muniment_pkcs11_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "tokens");
    std::ofstream(folder_ / "softhsm.conf") << "directories.tokendir = " << (folder_ / "tokens").string()
                                            << "\nobjectstore.backend = file\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", (folder_ / "softhsm.conf").c_str(), 1);
    std::ofstream(folder_ / "pin") << "1234\n";
    run("softhsm2-util --init-token --free --label audit --pin 1234 --so-pin 567890");
    key_ = make_key("log", "01");
  }
  ~Pkcs11Key() override { fs::remove_all(folder_); }

  void run(const std::string& command) const {
    const std::string quietly = command + " > " + (folder_ / "output").string() + " 2>&1";
    if (std::system(quietly.c_str()) != 0) throw std::runtime_error(command + ": " + read_whole_file(folder_ / "output"));
  }
  // A key in the token, and its public half as the file from which it came has it.
  VerifierKey make_key(const std::string& label, const std::string& id) const {
    const fs::path file = folder_ / (label + ".pem");
    const VerifierKey key = create_log_key(file, "example.com/log");
    run("softhsm2-util --import " + file.string() + " --token audit --label " + label + " --id " + id + " --pin 1234");
    fs::remove(file);
    return key;
  }
  std::string uri(const std::string& token = "audit", const std::string& label = "log") const {
    return "pkcs11:token=" + token + ";object=" + label +
           "?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:" + (folder_ / "pin").string();
  }

  // As where a token is taken out: below what the program has opened.
  static void lose_sessions() {
    void* const module = ::dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW);
    ASSERT_NE(module, nullptr);
    const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(module, "C_GetFunctionList"));
    CK_FUNCTION_LIST* calls = nullptr;
    ASSERT_EQ(get(&calls), CKR_OK);
    std::array<CK_SLOT_ID, 8> slots{};
    CK_ULONG count = slots.size();
    ASSERT_EQ(calls->C_GetSlotList(CK_TRUE, slots.data(), &count), CKR_OK);
    for (CK_ULONG i = 0; i < count; ++i) ASSERT_EQ(calls->C_CloseAllSessions(slots.at(i)), CKR_OK);
    ::dlclose(module);
  }

  fs::path folder_;
  VerifierKey key_;
};

TEST_F(Pkcs11Key, SignsInTheTokenWhatItsPublicHalfVerifies) {
  const auto signer = open_pkcs11_key(uri(), key_, {});
  EXPECT_EQ(signer->key(), key_);
  for (const std::string text : {"", "a text\n"})
    EXPECT_TRUE(verify_ed25519(key_.key, bytes_of(text), signer->sign(bytes_of(text)))) << text;
  EXPECT_EQ(public_key_in_token(uri(), {}), key_.key);
}

TEST_F(Pkcs11Key, TakesThePinThatIsGivenWhereTheUriNamesNone) {
  const std::string without = uri().substr(0, uri().find("&pin-source"));
  EXPECT_EQ(open_pkcs11_key(without, key_, "1234")->key(), key_);
  EXPECT_THROW(open_pkcs11_key(without, key_, {}), LogPinError);
}

TEST_F(Pkcs11Key, SaysWhatIsMissing) {
  const auto refuses = [&](const std::string& text, const char* why) {
    EXPECT_THAT([&] { open_pkcs11_key(text, key_, {}); }, ThrowsMessage<LogKeyError>(HasSubstr(why))) << text;
  };
  std::string other_module = uri();
  other_module.replace(other_module.find("libsofthsm2"), 11, "libnothing0");
  refuses(other_module, "the module /usr/lib/softhsm/libnothing0.so cannot be loaded");
  refuses(uri("elsewhere"), "no token is there that the URI names");
  refuses(uri("audit", "nothing"), "the token has no private key that the URI names");
  refuses("pkcs11:token=audit", "the URI names no module");
  refuses("pkcs11:token", "expected a URI of RFC 7512");
  refuses(uri() + "&pin-value=1234", "the URI has the PIN in it");
  std::string no_pin_file = uri() + "s";
  refuses(no_pin_file, "No such file");
  const VerifierKey other = make_key("other", "02");
  EXPECT_THAT([&] { open_pkcs11_key(uri(), other, {}); }, ThrowsMessage<LogKeyError>(HasSubstr("it is not the key of")));
  make_key("log", "03");
  refuses(uri(), "more than one private key that the URI names");
}

TEST_F(Pkcs11Key, TriesAWrongPinOnceAndSaysSoWithoutIt) {
  std::ofstream(folder_ / "pin") << "9876\n";
  try {
    open_pkcs11_key(uri(), key_, {});
    FAIL() << "the PIN was wrong";
  } catch (const LogPinError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the token does not take the PIN"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("9876")));
  }
}

TEST_F(Pkcs11Key, GoesOnInAnotherSessionWhereTheFirstWasLost) {
  const auto signer = open_pkcs11_key(uri(), key_, {});
  lose_sessions();
  constexpr std::string_view text = "a text\n";
  EXPECT_TRUE(verify_ed25519(key_.key, bytes_of(text), signer->sign(bytes_of(text))));
}

TEST_F(Pkcs11Key, TriesAPinThatIsNotTakenInAnotherSessionOnce) {
  const auto signer = open_pkcs11_key(uri(), key_, {});
  lose_sessions();
  std::ofstream(folder_ / "pin") << "9876\n";
  EXPECT_THROW(signer->sign({}), LogPinError);
  std::ofstream(folder_ / "pin") << "1234\n";
  EXPECT_THROW(signer->sign({}), LogPinError) << "until it is opened anew";
  EXPECT_EQ(open_pkcs11_key(uri(), key_, {})->key(), key_);
}

TEST_F(Pkcs11Key, TakesTheKeyThatItIsOfAPemFileToo) {
  replace_file(folder_ / "log.key", uri() + "\n");
  EXPECT_EQ(read_log_key(folder_ / "log.key", key_, {})->key(), key_);
  EXPECT_EQ(public_half_of(folder_ / "log.key", "example.com/log", {}), key_);
}

TEST_F(Pkcs11Key, TakesTheLogOverFromAKeyInAFileAndIsFollowedByAnotherInTheToken) {
  const fs::path store = folder_ / "store";
  Store::create(store, "rkelly", {.origin = "example.com/log"});
  const auto rotate = [&](const std::string& label) {
    replace_file(folder_ / "new", uri("audit", label) + "\n");
    return rotate_log_key(store, {.both_for = std::chrono::days{1}, .new_key = folder_ / "new"}, {});
  };
  EXPECT_EQ(rotate("log").current, key_);
  EXPECT_TRUE(open_checkpoint(read_whole_file(store / "checkpoint"), key_));
  const VerifierKey next = make_key("next", "07");
  EXPECT_EQ(rotate("next").current, next);
  // While both sign, both sessions are open.
  for (const VerifierKey& key : {key_, next}) EXPECT_TRUE(open_checkpoint(read_whole_file(store / "checkpoint"), key));
  EXPECT_THROW(rotate("nothing"), LogKeyError);
  EXPECT_EQ(read_public_log_key(store), next) << "nothing was recorded";
}

}  // namespace
}  // namespace muniment
