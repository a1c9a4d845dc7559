#include "commands/command_lookup.h"

#include <string>
#include <vector>

#include "commands/decider.h"

namespace muniment {

void look_up_commands(const EventLog& log, Partition partition, std::span<Submission> submissions) {
  const Position as_of = log.head(partition).position;
  std::vector<CommandName> names;
  names.reserve(submissions.size());
  std::vector<KeyHash> hashes;
  hashes.reserve(submissions.size());
  std::string key;
  for (Submission& submission : submissions) {
    submission.lookup.reset();
    const Request& request = submission.command.request;
    const Principal& sender = request.sender();
    names.push_back({sender.kind, sender.name, request.command_id});
    key.clear();
    put_command_name(sender.kind, sender.name, request.command_id, key);
    hashes.push_back(hash_of_key(key));
  }
  std::vector<std::optional<Position>> found(names.size());
  log.find_commands(partition, names, found);
  for (std::size_t i = 0; i < found.size(); ++i) submissions[i].lookup = {hashes[i], as_of, found[i]};
}

}  // namespace muniment
