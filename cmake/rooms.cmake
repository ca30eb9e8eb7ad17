# A room is a folder of src/ (or sim/) with one library target of the same name. Its link line says which rooms it may use: it sees
# the headers of the rooms that it links, directly or through others, and no other headers.

# repopulse_room(NAME [DIR dir] [EXCEPT source...] ROOMS room... LIBRARIES library...): EXCEPT names sources in the folder
# that do not belong to the library. With REPOPULSE_UNITY, sources are compiled together, so a name in an unnamed namespace must be the
# only one of its room.
function(repopulse_room name)
  cmake_parse_arguments(ROOM "" "DIR" "EXCEPT;ROOMS;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  if(NOT ROOM_DIR)
    set(ROOM_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${ROOM_DIR}/*.cc)
  foreach(source ${ROOM_EXCEPT})
    list(REMOVE_ITEM sources ${ROOM_DIR}/${source})
  endforeach()
  file(GLOB headers CONFIGURE_DEPENDS ${ROOM_DIR}/*.h)
  list(TRANSFORM ROOM_ROOMS PREPEND "repopulse_")
  if(sources)
    add_library(repopulse_${name} STATIC ${sources} ${headers})
    target_include_directories(repopulse_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
    target_link_libraries(repopulse_${name} PUBLIC ${ROOM_ROOMS} ${ROOM_LIBRARIES} PRIVATE ${ROOM_PRIVATE_LIBRARIES})
    # More at once gains little, needs more memory, and leaves processors idle at the end.
    set_target_properties(repopulse_${name} PROPERTIES UNITY_BUILD ${REPOPULSE_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  else()
    add_library(repopulse_${name} INTERFACE)
    target_include_directories(repopulse_${name} INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
    target_link_libraries(repopulse_${name} INTERFACE ${ROOM_ROOMS} ${ROOM_LIBRARIES})
  endif()
endfunction()

# repopulse_test(NAME ROOMS room... [LIBRARIES library...] [LABELS label...] [TIMEOUT seconds] [BESIDES source...]): one executable of
# all .cc files of the folder and those BESIDES, so that no test can be forgotten, each test registered with CTest by its own name. A
# test's own code is not checked for undefined behaviour, only what it tests is: that halves the time to build it.
function(repopulse_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "ROOMS;LIBRARIES;LABELS;BESIDES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  list(TRANSFORM TEST_ROOMS PREPEND "repopulse_")
  add_executable(${name} ${sources} ${TEST_BESIDES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${TEST_ROOMS} ${TEST_LIBRARIES} GTest::gmock GTest::gtest_main)
  if(REPOPULSE_SANITIZE MATCHES "undefined")
    target_compile_options(${name} PRIVATE -fno-sanitize=undefined)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
endfunction()

# repopulse_reads_tree(SOURCE...): these sources find files of this tree, by REPOPULSE_SOURCE_DIR. Not whole executables: the path
# keeps clones from sharing what a compiler's cache has.
function(repopulse_reads_tree)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_DEFINITIONS REPOPULSE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endfunction()
