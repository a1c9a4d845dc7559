// The question that the parameters of a trail ask, of a caller who may see a part only, and its pages as that caller sees them.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "commands/refusal.h"
#include "projections/trail.h"
#include "tools/server/answer_rows.h"

namespace muniment {

// A name that nobody ever had is a problem, not an empty answer, for those who see everything: for whoever asks after the wrong name,
// "nothing" reads as "had no access". To the others it would tell which names there are elsewhere.
void require_known(Question& question, Node& node, const Horizon& horizon, const std::optional<ProviderId>& provider,
                   const std::optional<Username>& username);

// Narrows the question to a provider that the caller sees, unless the caller asks about itself.
std::optional<ProviderId> narrowed(Question& question, const Horizon& horizon, const std::optional<Username>& username,
                                   bool may_ask_about_itself);

struct TrailQuestion {
  TrailQuery query;                        // Without a cursor.
  bool is_of_nobody = false;               // Of somebody who was never where the caller sees: no rows, whoever it is.
  std::optional<Principal> see_also = {};  // Has acts of the same name besides.
};

// Reads provider, user, actor, type, not_type, from, to and the moment. Nothing: the question has a problem.
std::optional<TrailQuestion> trail_question(Node& node, const Call& call, Question& question, const Horizon& horizon);

// Shows an event that the query found, as the caller may see it. Not one that is asked for by an actor who is not shown with it. False: it
// is not shown.
bool show_of_trail(const EventView& view, const TrailQuery& query, schema::Event::Reader event,
                   const std::function<void(schema::Event::Reader)>& show);

// Who does not see everything gets the page that there would be if the events were all that it may see: neither how many there are beside
// them nor whose they are shows in its size, its end or its filters.
class TrailPages {
 public:
  // `refusal`: attempts alone that were refused for that.
  TrailPages(Node& node, TrailQuery query, const Horizon& horizon, std::optional<Refusal> refusal = {})
      : node_(node), query_(std::move(query)), horizon_(horizon), refusal_(refusal) {
    if (refusal_) query_.narrowed_by = name_of(*refusal_);
  }

  std::expected<PageEnd, BadCursor> operator()(std::size_t limit, const std::string& cursor, RowSink& rows);
  struct Visited {
    Truth truth;
    bool is_whole = false;
  };
  // Every event that would be shown, in the query's order, until `visit` says false.
  std::expected<Visited, BadCursor> each(const std::function<bool(const TrailRow&)>& visit);
  // Whether an event of the actor would be shown.
  bool has_acts(const Principal& actor);

 private:
  bool has_more(std::size_t looked_at);
  bool show(Position position, const std::function<void(schema::Event::Reader)>& show) const;

  Node& node_;
  TrailQuery query_;
  const Horizon horizon_;
  const std::optional<Refusal> refusal_;
};

}  // namespace muniment
