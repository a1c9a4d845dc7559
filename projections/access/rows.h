// Keys and small values of the access projection. projections/store/tables.h lists them.
#pragma once

#include <cstdint>
#include <string>

#include "projections/access/change.h"
#include "projections/eras.h"

namespace muniment::view {

std::string links_by_cell_prefix();
// Of the link; without a username where those of the provider begin.
std::string link_by_cell_key(PackedProvider provider, std::string_view username);

std::string link_prefix(PackedProvider provider, std::string_view username);
std::string link_change_key(PackedProvider provider, std::string_view username, Position position);
std::string link_starts_prefix(PackedProvider provider, Era era);
std::string user_links_prefix(std::string_view username);
std::string grants_prefix(ServiceNumber service, PackedProvider provider, Era era);
std::string closings_prefix(PackedProvider provider);
std::string account_changes_prefix(std::string_view username);
std::string all_account_changes_prefix();
std::string terms_prefix();
std::string service_text_key(ServiceNumber service);
std::string service_number_key(std::string_view service);

// Values of link_start and grant rows: when, and by which import.
void put_when(std::string& out, const EventRef& event);
EventRef take_when(Position position, std::string_view value);

}  // namespace muniment::view
