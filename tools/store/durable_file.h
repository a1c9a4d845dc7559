// Small files that are there whole or not at all.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace muniment {

// Writes a file with these bytes over what was there, with this mode: the old one or the new one is there whatever happens, and the new one
// durably when this returns. Nobody else may write it meanwhile. Throws std::system_error.
void replace_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode = 0640);
// Writes a file with these bytes over what was there. Durable only once sync_file_system_of() has returned. Throws std::system_error.
void write_unsynced(const std::filesystem::path& file, std::string_view bytes, unsigned mode = 0640);
// Makes everything durable that was written on the file system that has the folder. Throws std::system_error.
void sync_file_system_of(const std::filesystem::path& folder);
// Adds these bytes to the end of a file, which is made where there is none; durable when this returns. Nobody else may write it meanwhile.
// Throws std::system_error.
void append_to_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode = 0640);
// Overwrites what is in a file, and removes it; durable when this returns. What a disk keeps of overwritten blocks is beyond a program.
// Throws std::system_error.
void destroy_file(const std::filesystem::path& file);
// Makes a folder that nobody but its owner may enter, and with it those above it that are missing; the names of all are durable when this
// returns. One that is there stays as it is. Throws std::system_error.
void make_private_folder(const std::filesystem::path& folder);
// Makes the names in a folder durable. Throws std::system_error.
void sync_folder(const std::filesystem::path& folder);
// Makes the files in a folder durable, and their names; not those in folders in it. Throws std::system_error.
void sync_files_in(const std::filesystem::path& folder);
// Throws std::system_error.
std::string read_whole_file(const std::filesystem::path& file);
// Nothing where there is none. Throws std::system_error.
std::optional<std::string> read_file_if_any(const std::filesystem::path& file);

// NAME.WHY-1, or the first number after that which nothing has.
std::filesystem::path free_name_beside(const std::filesystem::path& name, std::string_view why);
// What was there is kept, under a name that nothing opens: which one. Empty: nothing was there.
std::filesystem::path set_aside(const std::filesystem::path& name, std::string_view why);

}  // namespace muniment
