// Feeds the rules: reads an event, brings what is known of the accounts and providers in it up to date, and has every rule see it.
#pragma once

#include "projections/findings/desk.h"
#include "projections/findings/local_clock.h"
#include "projections/personal.h"
#include "projections/projection.h"

namespace muniment::view {

class FindingsProjection : public Projection {
 public:
  // Both must outlive it.
  FindingsProjection(const Database& database, const Table& table, PersonalOpener open);

  void apply(schema::Event::Reader event, RowBuffer& rows) override;
  std::size_t kept_bytes() const override { return desk_.kept_bytes(); }
  void finish(RowBuffer& rows) override { desk_.finish(rows); }
  void written() override { desk_.written(); }

 private:
  using Services = std::vector<std::string_view>;
  struct Change;

  // Everything of the event that can be broken is read before anything is changed.
  Change read(schema::Event::Reader event) const;
  void update(const Change& change, Step& step, RowBuffer& rows);
  void see_acts(Step& step);
  PersonRow& meet(std::string_view username, Step& step);
  void take_home(const Change& change, Step& step);
  void change_link(const Change& change, Step& step, RowBuffer& rows);
  void change_services(const Change& change, const Step& step, LinkStep& out, RowBuffer& rows);
  LinkStep step_at(PackedProvider provider, std::string_view username, FindingPerson& person);
  void end_link(PackedProvider provider, std::string_view username, Step& step, RowBuffer& rows);
  void change_account(const Change& change, Step& step);
  void update_standing(PlaceRow& row, const Change& change, const EventRef& event, const FindingPerson& person);
  void leave_office(PlaceRow& row, Timestamp at);
  void report_departure(const Change& change, Step& step);
  void change_provider(const Change& change, Step& step, RowBuffer& rows);
  void end_links(PackedProvider provider, const Step& step, RowBuffer& rows);
  void note_import(schema::Event::Reader event, RowBuffer& rows);
  void take_mapping(PackedProvider provider, RowBuffer& rows);
  void update_administrators(const LinkStep& link);

  std::optional<OpenedPersonal> open(const Change& change) const;

  Desk desk_;
  LocalClock clock_;
  PersonalOpener open_;
  std::vector<std::string> meant_administrator_;  // As the last import that was started says.
};

}  // namespace muniment::view
