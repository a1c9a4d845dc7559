// What the roster's writing side knows of an account: its names and links, and which rows they have.
//
// A row stands for one link with one name. It counts at a moment at which both had begun and nothing had ended either. What ends a row may
// belong to an import that never completes, so a row can have several ends.
#pragma once

#include <string>
#include <vector>

#include "events/values/id.h"
#include "projections/eras.h"
#include "projections/roster.h"

namespace muniment::view {

struct Name {
  NameState state = NameState::none;
  std::string last;
  std::string first;
  std::string middle_initial;

  bool operator==(const Name&) const = default;
};

// From the event on, until a later one.
struct NameVersion {
  EventRef event;
  Name name;
};

struct RowPlace {
  Position version;  // Position of the name version.
  Era era;
};

// One link of the account, from its start to its end; the same provider again is another one.
struct RosterLink {
  PackedProvider provider = 0;
  EventRef started;
  std::vector<EventRef> ends;
  std::vector<RowPlace> rows;
};

struct Person {
  AccountId account;
  std::vector<NameVersion> names;  // In their order. The first one stands for no name at all, from ever on.
  std::vector<RosterLink> links;   // In the order they started, all there ever were: an erasure must find every row.
};

// Of whom nothing is known yet.
Person unnamed_person();
void put_person(std::string& out, const Person& person);
Person take_person(std::string_view value);

// Where a row stands among those of its provider and era.
struct RowName {
  bool named = false;
  std::string last;  // Search keys.
  std::string first;
  std::string username;
  Position linked = 0;
  Position version = 0;
};

// When a row counts. The positions of the first two stand in its key.
struct Span {
  EventRef linked;
  EventRef named;
  std::vector<EventRef> ends;
};
void put_span(std::string& out, const Span& span);
Span take_span(const RowName& row, std::string_view value);

RowName row_name(const Name& name, std::string_view username, Position linked, Position version);
std::string last_name_suffix(const RowName& row);
std::string first_name_suffix(const RowName& row);
RowName take_last_name_suffix(std::string_view suffix);
RowName take_first_name_suffix(std::string_view suffix);

std::string person_key(std::string_view username);
std::string last_names_prefix(PackedProvider provider, Era era);
std::string first_names_prefix(PackedProvider provider, Era era);
std::string closings_of_prefix(PackedProvider provider);
std::string last_erasure_key();

}  // namespace muniment::view
