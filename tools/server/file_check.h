// Looks at the files that a configuration names, as far as can be told without using them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace muniment {

// Each says what is wrong and what to do; nothing: all is well.
std::optional<std::string> why_unreadable(const std::filesystem::path& file);
// Of a PEM file with one certificate at least.
std::optional<std::string> why_no_certificate(const std::filesystem::path& file);
// Precondition: both can be read. A key that needs a passphrase is of no use to a node.
std::optional<std::string> why_not_a_pair(const std::filesystem::path& certificate, const std::filesystem::path& key);

// One that backups of the store cannot be made in: it is in the store, no folder, or not to be written to. It may be missing.
std::optional<std::string> why_no_backup_folder(const std::filesystem::path& folder, const std::filesystem::path& store);
// Two folders of backups of which one is the other, or in it. Empty: none is named.
std::optional<std::string> why_not_apart(const std::filesystem::path& vault_backups, const std::filesystem::path& log_backups);
// No policy of witnesses (events/proof/witness_policy.h).
std::optional<std::string> why_no_policy(const std::filesystem::path& file);

// No secret of a webhook (tools/server/webhook.h).
std::optional<std::string> why_no_webhook_secret(const std::filesystem::path& file);

}  // namespace muniment
