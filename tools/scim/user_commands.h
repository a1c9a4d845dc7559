// The commands that a SCIM request becomes. Each request about a User becomes one, so that none is done by half.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "commands/command.h"
#include "tools/scim/error.h"
#include "tools/scim/user.h"

namespace muniment::scim {

// What stands in every command.
struct Envelope {
  std::string command_id;
  std::string actor;  // Principal::text().
  std::optional<Principal> submitted_by = {};
  std::optional<Version> expected_version = {};
};

// The reason that is recorded where a command needs one.
inline constexpr std::string_view reason_code = "identity_provider";

// create_subordinate, at the provider that it says, or else `provider`. Errors: invalidValue, with the attribute that is missing or wrong.
std::expected<Command, Error> create_user(const UserWanted& wanted, const std::optional<ProviderId>& provider, const Envelope& envelope);

// update_subordinate, assign_services, disable_account or enable_account; nothing where all of it is so already. Errors: invalidValue,
// also where it would take more than one of them; mutability of a username and of where somebody is linked; 403 of particulars that are
// not the caller's to see.
std::expected<std::optional<Command>, Error> change_user(const User& user, const UserWanted& wanted, const Envelope& envelope);

std::expected<Command, Error> remove_user(const std::string& username, const ProviderId& provider, const Envelope& envelope);

// A membership: the services that are held there from then on; link_subordinate where there is no link yet. Errors: invalidValue.
std::expected<Command, Error> hold_services(const std::string& username, const ProviderId& provider,
                                            const std::vector<std::string>& services, bool is_linked, const Envelope& envelope);

}  // namespace muniment::scim
