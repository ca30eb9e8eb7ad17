-- wrk sends 16 requests at once on each connection, and then waits for their answers.
function init()
  local request = wrk.format("GET")
  batch = string.rep(request, 16)
end

function request()
  return batch
end
