// The tables of the views: what each first byte of a key stands for. These values are on disk: when one of them, a key or a value changes,
// layout_version rises, and views of another layout are dropped and built again.
//
// Notation: `u` is an ordered number (1 to 9 bytes), `t` a time (8 bytes), `text0` a text ended by a zero byte, `provider` a packed PID/SL
// (5 bytes). coding.h writes them.
#pragma once

#include <cstdint>
#include <string_view>

namespace muniment::view {

constexpr std::uint32_t layout_version = 12;

enum class TableTag : unsigned char {
  // In every projection.
  position = 0x00,    // -> u position, event id of that event
  quarantine = 0x01,  // u position -> Quarantined
  import = 0x02,      // u position of the start -> u position of the completion
  era = 0x03,         // provider, era u8 -> t, u: nothing in that era is earlier than this time or this position

  // Access.
  link_change = 0x10,     // provider, username text0, u position -> LinkChange
  link_start = 0x11,      // provider, era u8, username text0, u position -> t, import
  user_link = 0x12,       // username text0, provider -> nothing
  grant = 0x13,           // service u32, provider, era u8, username text0, u position -> t, import
  provider_close = 0x14,  // provider, u position -> LinkChange
  account_change = 0x15,  // username text0, u position -> AccountChange
  terms = 0x16,           // u position -> TermsChange
  service_text = 0x17,    // service u32 -> text
  service_number = 0x18,  // text -> service u32
  link_by_cell = 0x19,    // provider, the username's cell of CSV with the comma behind it text0, username -> nothing: of links whose
                          // usernames are not is_ordered_as_csv_cell(), in the order of CSV's rows

  // Roster.
  by_last_name = 0x20,   // provider, era u8, named u8, last text0, first text0, username text0, u link start, u profile -> Span
  by_first_name = 0x21,  // provider, era u8, first text0, last text0, username text0, u link start, u profile -> Span
  person = 0x22,         // username text0 -> Person
  closing = 0x23,        // provider, u position -> EventRef
  last_erasure = 0x24,   // -> u position of the event by which a name was erased last

  // Trail: postings of events that took effect in the order they were recorded, and of those that did not ("late").
  all_ordered = 0x30,  // t, u position -> run of postings
  all_late = 0x31,
  type_ordered = 0x32,  // type u16, t, u position -> run
  type_late = 0x33,
  actor_ordered = 0x34,  // kind u8, name text0, t, u position -> run
  actor_late = 0x35,
  subject_ordered = 0x36,  // username text0, t, u position -> run
  subject_late = 0x37,
  provider_ordered = 0x38,  // provider, t, u position -> run
  provider_late = 0x39,
  account = 0x3a,     // account id (16) -> username
  high_water = 0x3b,  // u block of positions -> t: the latest time of an ordered event before that block
  high_water_now = 0x3c,

  // Findings.
  finding_open = 0x40,       // provider, rule u8, subject text0, u id, u extra -> Interval
  finding_ended = 0x41,      // the same
  finding_person = 0x42,     // username text0 -> FindingPerson
  finding_place = 0x43,      // provider -> FindingPlace
  finding_actor = 0x44,      // provider, actor text0 -> FindingActor
  finding_policy = 0x45,     // provider (the agency's: all bits), u position -> PolicyVersion
  finding_member = 0x46,     // provider, username -> nothing; while linked
  finding_service = 0x47,    // text -> service u32, administrator u8, offered u8
  finding_outsider = 0x49,   // provider, provider (home), username -> nothing
  finding_terms = 0x4a,      // u position -> t, import, version text
  finding_newest = 0x4c,     // -> NewestFindings
  finding_review = 0x4d,     // name text -> u position of its opening, its providers
  finding_namesakes = 0x4e,  // rule u8, number -> FindingNamesakes
  finding_disposal = 0x4b,   // provider, u position -> Disposal
  finding_import = 0x48,     // -> what meant administrator in the history that was imported last
};

// The part of a key that scans have in common and that filters are built on, its tag included. Empty: the table has no such part, or the
// key is too short for it.
std::string_view key_prefix(std::string_view key);

}  // namespace muniment::view
