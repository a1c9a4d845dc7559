// Connections that have not said yet who they are: where all places are taken, one of them gives way.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace muniment {

// By where they come from. One thread.
template <typename Connection>
class Strangers {
 public:
  void add(const std::string& address, Connection* connection) { by_address_[address].push_back(connection); }

  // Nothing where it is none of them.
  void remove(const std::string& address, Connection* connection) {
    const auto found = by_address_.find(address);
    if (found == by_address_.end()) return;
    std::erase(found->second, connection);
    if (found->second.empty()) by_address_.erase(found);
  }

  // The oldest one from the address that has the most: whoever takes many places makes room for others, and in the end for itself. Null:
  // there is none.
  Connection* first_to_go() const {
    const auto most = std::max_element(by_address_.begin(), by_address_.end(),
                                       [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    return most == by_address_.end() ? nullptr : most->second.front();
  }

 private:
  std::map<std::string, std::vector<Connection*>> by_address_;  // The oldest first.
};

}  // namespace muniment
