// Entries altered behind the vault's back, by who can write to its files and make the database's own checksums right again.
#include <rocksdb/db.h>
#include <rocksdb/slice_transform.h>
#include <algorithm>

#include "events/vault/format.h"
#include "tests/events/vault/vault_fixture.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AnAlteredVault : public AVault {
 protected:
  AnAlteredVault() {
    VaultBatch batch;
    batch.put_pin(account.id, event, "0123");
    batch.put_credential(account.id, event, vault->make_credential(account.id, event, midnight));
    batch.add_tag(email, "", bytes_of("ada@example.org"), account.id);
    vault->stage(batch);
    vault->close();
    vault.reset();
  }
  std::string entry(const vault_format::Key& key) { return edit(std::string(key.text()), std::nullopt); }
  void alter(std::string_view key, const std::string& value) { edit(std::string(key), value); }
  void alter(const vault_format::Key& key, const std::string& value) { alter(key.text(), value); }
  // Into a text of its own: a moved parameter makes g++ 12 warn of a copy that is none.
  static std::string with_flipped_bit(const std::string& value, std::size_t byte) {
    std::string out(value);
    out.at(byte) = static_cast<char>(out.at(byte) ^ 1);
    return out;
  }
  std::string message_at_open() {
    return message_of<VaultError>([&] { open([](const AccountId&) { return true; }); });
  }

  const NewAccount account = new_account();
  const EventId event = new_event();

 private:
  std::string edit(const std::string& key, const std::optional<std::string>& value) {
    vault.reset();
    rocksdb::Options options;
    options.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(vault_format::prefix_size));
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, where.string(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    std::string before;
    EXPECT_TRUE(db->Get({}, key, &before).ok());
    const bool written = !value || db->Put({}, key, *value).ok();
    EXPECT_TRUE(written);
    return before;
  }
};

TEST_F(AnAlteredVault, NamesTheKeyThatIsDamaged) {
  const auto key = vault_format::Key::account(account.id);
  const std::string intact = entry(key);
  ASSERT_GT(intact.size(), 68U);
  for (const std::size_t byte : {0U, 8U, 20U, 51U, 52U, 67U}) {
    alter(key, with_flipped_bit(intact, byte));
    ASSERT_EQ(message_at_open(), "");
    EXPECT_THAT(
        message_of<VaultError>([&] { vault->account_key(account.id); }),
        AllOf(HasSubstr(where.string()), HasSubstr("the key of account " + account.id.hex()), HasSubstr("damaged"), HasSubstr("restore")))
        << "byte " << byte;
    vault.reset();
  }
  alter(key, intact.substr(0, 67));
  open([](const AccountId&) { return true; });
  EXPECT_THAT(message_of<VaultError>([&] { vault->account_key(account.id); }),
              AllOf(HasSubstr("the entry of account " + account.id.hex()), HasSubstr("damaged"), HasSubstr("restore")));
  vault.reset();
  alter(key, intact);
  open([](const AccountId&) { return true; });
  EXPECT_EQ(key_of(account.id), hex_of(account.key));
}

TEST_F(AnAlteredVault, OpensNoKeyThatWasPutInAnothersPlace) {
  ASSERT_EQ(message_at_open(), "");
  const NewAccount other = new_account();
  vault->close();
  vault.reset();
  alter(vault_format::Key::account(account.id), entry(vault_format::Key::account(other.id)));
  open([](const AccountId&) { return true; });
  EXPECT_NE(message_of<VaultError>([&] { vault->account_key(account.id); }), "");
  EXPECT_EQ(key_of(other.id), hex_of(other.key));
}

TEST_F(AnAlteredVault, NamesADamagedKeyThatWasReady) {
  ASSERT_EQ(message_at_open(), "");
  const AccountId ready = vault->take_account().id;
  vault->close();
  vault.reset();
  const auto key = vault_format::Key::account(ready);
  alter(key, with_flipped_bit(entry(key), 30));
  EXPECT_THAT(message_of<VaultError>([&] { open(); }), HasSubstr("the key of account " + ready.hex()));
}

TEST_F(AnAlteredVault, NamesThePinThatIsDamaged) {
  const auto key = vault_format::Key::account(account.id);
  alter(key, with_flipped_bit(entry(key), 100));  // The PIN stands first, from byte 68 + 17.
  ASSERT_EQ(message_at_open(), "");
  EXPECT_THAT(message_of<VaultError>([&] { vault->pin(account.id, event); }),
              AllOf(HasSubstr("the PIN of account " + account.id.hex()), HasSubstr(event.hex()), HasSubstr("does not open"),
                    Not(HasSubstr("0123"))));
}

TEST_F(AnAlteredVault, NamesTheCredentialThatIsDamaged) {
  const auto key = vault_format::Key::credential(account.id, event);
  alter(key, entry(key).substr(1));
  ASSERT_EQ(message_at_open(), "");
  EXPECT_THAT(message_of<VaultError>([&] { vault->check_credential(account.id, event, "", noon); }), HasSubstr("credential of account"));
}

TEST_F(AnAlteredVault, NamesTheTagsThatAreDamaged) {
  const auto key = vault_format::Key::account(account.id);
  const std::string intact = entry(key);
  alter(key, intact.substr(0, intact.size() - 1));
  ASSERT_EQ(message_at_open(), "");
  EXPECT_THAT(message_of<VaultError>([&] { stage_email(account.id, "new@example.org"); }),
              AllOf(HasSubstr("the entry of account " + account.id.hex()), HasSubstr("damaged")));
}

TEST_F(AnAlteredVault, NamesADamagedKeyOfItsOwn) {
  for (const auto name : {vault_format::OwnKey::tags, vault_format::OwnKey::fingerprints, vault_format::OwnKey::credentials}) {
    const auto key = vault_format::Key::own_key(name);
    const std::string intact = entry(key);
    alter(key, with_flipped_bit(intact, 30));
    EXPECT_THAT(message_at_open(), AllOf(HasSubstr("own key " + std::to_string(static_cast<int>(name))), HasSubstr("damaged")));
    alter(key, intact);
  }
  EXPECT_EQ(message_at_open(), "");
}

TEST_F(AnAlteredVault, DoesNotTakeOneOfItsKeysForAnother) {
  alter(vault_format::Key::own_key(vault_format::OwnKey::tags), entry(vault_format::Key::own_key(vault_format::OwnKey::credentials)));
  EXPECT_THAT(message_at_open(), HasSubstr("own key 1"));
}

TEST_F(AnAlteredVault, NamesADamagedPool) {
  alter(vault_format::pool_key, "not a multiple of 16");
  EXPECT_THAT(message_at_open(), HasSubstr("list of ready accounts"));
}

TEST_F(AnAlteredVault, IsRefusedWhenANewerProgramWroteIt) {
  std::string newer;
  put_u16be(newer, 7);
  put_u16be(newer, 2);
  alter(vault_format::format_key, newer);
  EXPECT_THAT(message_at_open(), AllOf(HasSubstr("format 2"), HasSubstr("newer muniment"), HasSubstr("run the newer one")));
  std::string readable;  // Newer, yet this program is said to understand it.
  put_u16be(readable, 7);
  put_u16be(readable, 1);
  alter(vault_format::format_key, readable);
  EXPECT_EQ(message_at_open(), "");
  vault.reset();
  alter(vault_format::format_key, "1");
  EXPECT_THAT(message_at_open(), HasSubstr("no entry that says its format"));
}

}  // namespace
}  // namespace muniment
