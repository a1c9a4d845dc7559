// Puts the rows of the roster: one for each link with each name it ever had.
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "events/values/hash.h"
#include "projections/personal.h"
#include "projections/projection.h"
#include "projections/roster/person.h"

namespace muniment::view {

class RosterProjection : public Projection {
 public:
  // Both must outlive it.
  RosterProjection(const Database& database, const Table& table, PersonalOpener open);

  void apply(schema::Event::Reader event, RowBuffer& rows) override;
  void finish(RowBuffer& rows) override;
  void written() override;

 private:
  struct Known {
    Person person;
    bool changed = false;
  };
  using People = std::unordered_map<std::string, Known, TextHash, std::equal_to<>>;

  void create(schema::Event::Reader event, bool linked, RowBuffer& rows);
  void assign_primary_user(schema::Event::Reader event, RowBuffer& rows);
  void change_profile(schema::Event::Reader event, RowBuffer& rows);
  void erase_names(schema::Event::Reader event, RowBuffer& rows);
  void close(schema::Event::Reader event, RowBuffer& rows);
  Name name_in(schema::Event::Reader event) const;

  void start_link(schema::Event::Reader event, PackedProvider provider, std::string_view username, RowBuffer& rows);
  void end_link(schema::Event::Reader event, PackedProvider provider, std::string_view username, RowBuffer& rows);
  void add_name(schema::Event::Reader event, std::string_view username, Name name, RowBuffer& rows);
  void put_row(const Person& person, std::string_view username, const RosterLink& link, const RowPlace& place, RowBuffer& rows) const;
  void remove_row(const Person& person, std::string_view username, const RosterLink& link, const RowPlace& place, RowBuffer& rows) const;

  People::value_type& known(std::string_view username);
  Person& change(std::string_view username);
  void learn_account(schema::Event::Reader event, std::string_view username);
  bool is_final(const EventRef& event) const;
  bool is_over(const RosterLink& link) const;
  bool is_closed_since(PackedProvider provider, const EventRef& started) const;

  const Database& database_;
  const Table& table_;
  PersonalOpener open_;
  EraStarts eras_;
  People people_;
  std::vector<std::string> changed_;
  std::unordered_set<Position> completed_imports_;
  std::unordered_map<PackedProvider, Position> closed_;  // Position of the last closing.
};

}  // namespace muniment::view
