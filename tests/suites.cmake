# Read by ctest: each suite of @name@ is a test there. A process for each of its cases would take longer to start than most of them take, above
# all with a sanitizer. `cases` prints them as GoogleTest lists them, a suite's name by itself on a line with a dot behind it.
if(NOT EXISTS "@program@")
  add_test(@name@_NOT_BUILT "@program@")
  return()
endif()
execute_process(COMMAND "@program@" --gtest_list_tests OUTPUT_VARIABLE cases COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(^|\n)[A-Za-z0-9_/]+\\." suites "${cases}")
foreach(suite ${suites})
  string(STRIP "${suite}" suite)
  add_test("${suite}*" "@program@" "--gtest_filter=${suite}*")
  set_tests_properties("${suite}*" PROPERTIES TIMEOUT @timeout@ COST @cost@ LABELS "@label@" WORKING_DIRECTORY "@folder@")
endforeach()
