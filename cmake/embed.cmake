# Builds the files of a folder into a library, so that the executable can serve them without reading files.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# repopulse_embed(TARGET DIR SYMBOL [DEPENDS file...]): a static library TARGET that defines, sorted by path,
#   namespace repopulse { std::span<const embed::Asset> SYMBOL(); }
# Declare the function in your own header, which includes "embed/asset.h". If DIR is itself made by the build, DEPENDS names the
# files that it depends on; otherwise changes of its files are noticed.
function(repopulse_embed target dir symbol)
  cmake_parse_arguments(EMBED "" "" "DEPENDS" ${ARGN})
  if(NOT EMBED_DEPENDS)
    file(GLOB_RECURSE EMBED_DEPENDS CONFIGURE_DEPENDS ${dir}/*)
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}.cc)
  set(generator ${PROJECT_SOURCE_DIR}/cmake/embed/generate.py)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${Python3_EXECUTABLE} ${generator} ${dir} ${symbol} ${source}
    DEPENDS ${generator} ${EMBED_DEPENDS}
    COMMENT "Embedding ${dir}"
    VERBATIM)
  add_library(${target} STATIC ${source})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/cmake ${PROJECT_SOURCE_DIR})
  # Each file becomes one string literal, however long it is.
  target_compile_options(${target} PRIVATE -Wno-overlength-strings)
endfunction()
