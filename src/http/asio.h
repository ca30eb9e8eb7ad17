// The types of Boost.Asio that this room uses. They name the concrete executor: the type-erased one costs a virtual
// call for each operation.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace repopulse::http {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;
using ErrorCode = boost::system::error_code;

}  // namespace repopulse::http
