// Any bytes may come as a command. One that is accepted has the same content when its JSON is read again: a retry stays the same command.
#include <memory>

#include "commands/command.h"
#include "json_again.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static JsonAgain<request::Command> json;
  const auto message = std::make_shared<capnp::MallocMessageBuilder>();
  const auto again = std::make_shared<capnp::MallocMessageBuilder>();
  if (!json.read(bytes, size, *message, *again)) return 0;
  const auto command = read_command(message->getRoot<request::Command>().asReader(), message);
  const auto repeated = read_command(again->getRoot<request::Command>().asReader(), again);
  MUNIMENT_ASSERT(command.has_value() == repeated.has_value());
  if (command) MUNIMENT_ASSERT(command->content == repeated->content);
  if (!command) MUNIMENT_ASSERT(!command.error().expected.empty());
  return 0;
}
