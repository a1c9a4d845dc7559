#include "tools/store/log_key_files.h"

#include <algorithm>
#include <optional>

#include "tools/store/durable_file.h"
#include "tools/store/log_key.h"

namespace muniment {

namespace fs = std::filesystem;

LogKeyFiles::LogKeyFiles(const fs::path& store, fs::path named, std::string passphrase)
    : usual_(store / "keys" / "log.key"), named_(std::move(named)), passphrase_(std::move(passphrase)) {}

fs::path LogKeyFiles::next() const { return usual_.string() + ".next"; }
fs::path LogKeyFiles::former() const { return usual_.string() + ".former"; }

std::vector<fs::path> LogKeyFiles::candidates() const {
  std::vector<fs::path> out{named_, usual_, next(), former()};
  if (named_.empty()) out.erase(out.begin());
  return out;
}

bool LogKeyFiles::is_in(const fs::path& file, const VerifierKey& key) const {
  try {
    read_log_key(file, key, passphrase_);
    return true;
  } catch (const LogPinError&) {  // Another attempt could lock the token.
    throw;
  } catch (const LogKeyError&) {
    return false;
  }
}

bool LogKeyFiles::holds(const VerifierKey& key) const {
  return std::ranges::any_of(candidates(), [&](const fs::path& file) { return is_in(file, key); });
}

std::unique_ptr<NoteSigner> LogKeyFiles::signer(const VerifierKey& key) const {
  std::optional<LogKeyError> unread;
  for (const fs::path& file : candidates()) {
    try {
      return read_log_key(file, key, passphrase_);
    } catch (const LogPinError&) {
      throw;
    } catch (const OtherLogKey&) {  // Perhaps the next one.
    } catch (const LogKeyError& error) {
      if (!unread && fs::exists(file)) unread = error;
    }
  }
  if (unread) throw LogKeyError(*unread);
  return read_log_key(candidates().front(), key, passphrase_);
}

VerifierKey LogKeyFiles::make_next(const std::string& origin) const {
  fs::create_directories(usual_.parent_path());
  return create_log_key(next(), origin);
}

VerifierKey LogKeyFiles::take_next(const fs::path& given, const std::string& origin) const {
  const VerifierKey key = public_half_of(given, origin, passphrase_);
  read_log_key(given, key, passphrase_);  // Whether it can sign, before anything rests on it.
  fs::create_directories(usual_.parent_path());
  replace_file(next(), read_whole_file(given), 0600);
  return key;
}

void LogKeyFiles::discard_next(const KeyChain& recorded) const {
  if (!fs::exists(next())) return;
  const VerifierKey waiting = public_half_of(next(), recorded.newest().name, passphrase_);
  const bool is_recorded = std::ranges::any_of(recorded.turns(), [&](const KeyChain::Turn& turn) { return turn.key == waiting; });
  if (!is_recorded) destroy_file(next());
}

void LogKeyFiles::adopt_next(const VerifierKey& current, const VerifierKey& before) const {
  if (!fs::exists(next()) || public_half_of(next(), current.name, passphrase_) != current) return;
  // A log that was put back to before a rotation goes on being signed by what is log.key.former, and log.key signs nothing.
  if (has_former() && is_in(former(), before)) {
    if (fs::exists(usual_)) destroy_file(usual_);
  } else if (fs::exists(usual_)) {
    if (has_former()) destroy_file(former());
    fs::rename(usual_, former());
  }
  fs::rename(next(), usual_);
  sync_folder(usual_.parent_path());
}

bool LogKeyFiles::has_former() const { return fs::exists(former()); }

void LogKeyFiles::destroy_former(const VerifierKey& key) const {
  if (has_former() && is_in(former(), key)) destroy_file(former());
}

}  // namespace muniment
