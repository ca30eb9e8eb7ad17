# The Debian package: `./dev package`, or `cpack -G DEB` in a build folder.

# A package needs only the executable, even if this build folder is configured with tests.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(debian ${PROJECT_SOURCE_DIR}/deploy/debian)
set(generated ${PROJECT_BINARY_DIR}/package)
set(documents share/doc/repopulse)

# compressed(SOURCE NAME): compresses a file as Debian requires, with the same bytes each time.
function(repopulse_compress source name)
  file(MAKE_DIRECTORY ${generated})
  execute_process(COMMAND gzip -9n INPUT_FILE ${source} OUTPUT_FILE ${generated}/${name} COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
endfunction()

install(TARGETS repopulse RUNTIME DESTINATION bin)
install(FILES ${debian}/repopulse.service DESTINATION /lib/systemd/system)
install(FILES ${debian}/repopulse.toml DESTINATION /etc/repopulse PERMISSIONS OWNER_READ OWNER_WRITE)
install(FILES ${PROJECT_SOURCE_DIR}/deploy/certificates/amazon-documentdb.pem DESTINATION share/repopulse)
install(FILES ${debian}/copyright ${PROJECT_SOURCE_DIR}/NOTICE ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${documents})
install(FILES ${debian}/repopulse.lintian-overrides DESTINATION share/lintian/overrides RENAME repopulse)
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
install(FILES ${pages} DESTINATION ${documents})
repopulse_compress(${debian}/changelog changelog.gz)
install(FILES ${generated}/changelog.gz DESTINATION ${documents})
if(EXISTS ${PROJECT_SOURCE_DIR}/docs/repopulse.1)
  repopulse_compress(${PROJECT_SOURCE_DIR}/docs/repopulse.1 repopulse.1.gz)
  install(FILES ${generated}/repopulse.1.gz DESTINATION share/man/man1)
endif()

# repopulse_completion(SHELL FOLDER NAME): the executable itself writes what the shell reads, when the package is made.
function(repopulse_completion shell folder name)
  set(script ${generated}/completion/${shell})
  install(CODE "
    file(MAKE_DIRECTORY ${generated}/completion)
    execute_process(COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:repopulse> completion ${shell} OUTPUT_FILE ${script} COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${script} DESTINATION share/${folder} RENAME ${name})
endfunction()
repopulse_completion(bash bash-completion/completions repopulse)
repopulse_completion(zsh zsh/vendor-completions _repopulse)
repopulse_completion(fish fish/vendor_completions.d repopulse.fish)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME repopulse)
set(CPACK_PACKAGE_VENDOR "the repopulse authors")
set(CPACK_PACKAGE_CONTACT "the repopulse authors <repopulse@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "pulse of GitHub repositories, by REST")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "repopulse watches repositories through GitHub's Events API with as few requests\nas it can, keeps every event, and serves the average time between events of a\ntype over a rolling window: by a REST API, a stream, metrics and a web page.\n.\nIt keeps its events in a file, or shares a MongoDB with other servers.")
if(CMAKE_CROSSCOMPILING AND CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
endif()
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, init-system-helpers (>= 1.52), tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "sqlite3")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${debian}/postinst ${debian}/prerm ${debian}/postrm ${debian}/conffiles)
include(CPack)
