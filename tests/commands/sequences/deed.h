// A command out of a few small numbers, so that any bytes and any draws are one: who does what, to whom, where, with which services.
// An agency of three providers, six people of whom each may have two accounts, an officer and a portal; and one actor of whom nobody knows.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "commands/command.h"

namespace muniment::sequences {

enum class Kind : std::uint8_t {
  register_provider,
  close_provider,
  assign_new_primary_user,  // Of a person who gets an account by it.
  assign_primary_user,
  create,
  link,
  assign,
  reset,
  remove,
  lock,
  unlock,
  disable,
  enable,
  terminate,
};
inline constexpr unsigned kinds = 14;
inline constexpr unsigned providers = 3;
inline constexpr unsigned people = 6;
inline constexpr unsigned accounts = 2 * people;  // Each person's first and second.
inline constexpr unsigned services = 4;
inline constexpr unsigned service_sets = 1U << services;

// Actors: the accounts, then these.
inline constexpr unsigned officer = accounts;
inline constexpr unsigned stranger = accounts + 1;
inline constexpr unsigned portal = accounts + 2;
inline constexpr unsigned actors = accounts + 3;

struct Deed {
  Kind kind{};
  std::uint8_t actor = 0;
  std::uint8_t provider = 0;
  std::uint8_t account = 0;   // Of whom it is about; where an account is made, its person's number is half of it.
  std::uint8_t services = 0;  // A bit each, of service_names.

  unsigned person() const { return account / 2U; }
  bool operator==(const Deed&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Deed& deed);

// Five bytes a deed; what is left over is none.
std::vector<Deed> deeds_of(std::span<const std::uint8_t> bytes);

// primary_portal_user, manage_subordinate_accounts, and two that give no power.
inline constexpr std::uint8_t administrator_bit = 1;
inline constexpr std::uint8_t delegate_bit = 2;
std::string_view service_name(unsigned bit);
// Who has the delegate's service from the beginning, and then perhaps not.
inline constexpr std::uint8_t first_delegate = 2;

ProviderId provider_id(unsigned number);
std::string username_of(unsigned account);
// Whose name it is; nothing: none of these.
std::optional<unsigned> account_of(std::string_view username);

// `id` is its command id. `run` tells people of different runs apart, who would be duplicates of one another in one vault.
Command command_of(const Deed& deed, const std::string& id, std::uint64_t run);

}  // namespace muniment::sequences
