# repopulse_npm_packages(OUTPUT WHAT): installs the npm packages of this folder as its lock file says. Sets OUTPUT to the file that
# a rule must depend on if it needs the packages.
find_program(NPM npm REQUIRED)
function(repopulse_npm_packages output what)
  set(modules ${CMAKE_CURRENT_SOURCE_DIR}/node_modules/.package-lock.json)
  add_custom_command(
    OUTPUT ${modules}
    COMMAND ${NPM} ci --no-progress --loglevel=error
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    DEPENDS package.json package-lock.json .npmrc
    COMMENT "Installing the packages of ${what}"
    VERBATIM)
  set(${output} ${modules} PARENT_SCOPE)
endfunction()
