#include "api/pagination.h"

#include <algorithm>
#include <string_view>

#include "http/negotiation.h"

namespace repopulse::api {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host(std::string_view text) {
  constexpr std::size_t kLongest = 255;
  return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
}

// Unescaped characters of the request must not end the URL in the header.
void append_as_url(std::string& out, std::string_view text) {
  constexpr std::string_view kPlain = "-._~:/?#[]@!$&'()*+,;=%";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_alphanumeric(c) || kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append("%").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    }
  }
}

// The query of the request without `page`.
std::string other_parameters(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view word = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (word.empty() || word.substr(0, word.find('=')) == "page") continue;
    append_as_url(out, word);
    out.push_back('&');
  }
  return out;
}

}  // namespace

std::string base_url(const http::Request& request) {
  const std::string_view host = request.header("Host");
  if (!is_host(host)) return std::string(request.prefix());
  std::string_view forwarded = request.header("X-Forwarded-Proto");
  forwarded = forwarded.substr(0, forwarded.find(','));  // of several proxies, the first one, which the client reached
  const bool secure = request.secure || http::equals_ignoring_case(forwarded, "https");
  return std::string(secure ? "https://" : "http://").append(host).append(request.prefix());
}

std::string link_header(const http::Request& request, const Page& page, std::uint64_t total) {
  const std::uint64_t last = std::max<std::uint64_t>(1, (total + page.size - 1) / page.size);
  std::string address = base_url(request);
  append_as_url(address, request.path);
  address.append("?").append(other_parameters(request.query)).append("page=");
  std::string links;
  const auto link = [&](std::uint64_t number, std::string_view relation) {
    if (!links.empty()) links.append(", ");
    links.append("<").append(address).append(std::to_string(number)).append(">; rel=\"").append(relation).append("\"");
  };
  if (page.number > 1) link(std::min(page.number - 1, last), "prev");
  if (page.number < last) {
    link(page.number + 1, "next");
    link(last, "last");
  }
  if (page.number > last) link(last, "last");
  if (page.number > 1) link(1, "first");
  return links;
}

}  // namespace repopulse::api
