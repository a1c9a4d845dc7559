#include "commands/command_lookup.h"

#include <string>
#include <vector>

#include "commands/decider.h"

namespace muniment {

void look_up_commands(const EventLog& log, Partition partition, std::span<Submission> submissions) {
  const Position as_of = log.head(partition).position;
  std::vector<CommandName> names;
  names.reserve(submissions.size());
  std::string key;
  for (Submission& submission : submissions) {
    const Request& request = submission.command.request;
    const Principal& sender = request.sender();
    names.push_back({sender.kind, sender.name, request.command_id});
    key.clear();
    put_command_name(sender.kind, sender.name, request.command_id, key);
    submission.lookup = {hash_of_key(key), as_of};
  }
  std::vector<std::optional<Position>> found(names.size());
  log.find_commands(partition, names, found);
  for (std::size_t i = 0; i < found.size(); ++i) submissions[i].lookup->recorded = found[i];
}

}  // namespace muniment
