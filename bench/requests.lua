-- wrk sends requests that were written and signed before: one file, each request after its length in eight digits. Never twice.
local requests, next_request = {}, 0

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  while true do
    local size = file:read(8)
    if not size then break end
    requests[#requests + 1] = file:read(tonumber(size))
  end
  file:close()
end

function request()
  next_request = next_request + 1
  if next_request > #requests then
    -- Running out would measure refused repeats: counted as an error by its status instead.
    return "GET /out-of-requests HTTP/1.1\r\nHost: bench\r\n\r\n"
  end
  return requests[next_request]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50_ms":%.3f,"p99_ms":%.3f}\n', summary.requests,
    summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
