// Answers a question and has it noted who asked: reads, and what was denied, are on record.
#pragma once

#include "tools/server/node.h"
#include "tools/server/route.h"

namespace muniment {

// Runs the route's handler, which is an AskHandler, and gives the answer the coding that the caller takes. May wait for the disk. Throws
// what the handler throws.
Response answer_question(Node& node, const Route& route, const Call& call);

// What is on record of a question that was asked by a route's path.
AccessRecord::Read read_of(std::string_view route, const Call& call, Position head);

}  // namespace muniment
