-- Posts the lines of a file in turn as JSON: wrk --script load.lua URL -- FILE.
-- Prints one line of JSON at the end.

local bodies, index = {}, 0

function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for line in io.lines(arguments[1]) do
    -- Formatted with its headers here, so that nothing is formatted under load.
    bodies[#bodies + 1] = wrk.format(nil, nil, nil, line)
  end
end

function request()
  index = index % #bodies + 1
  return bodies[index]
end

function done(summary, latency)
  local errors = summary.errors
  local failures = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '{"responses":%d,"seconds":%f,"bytes":%d,"failures":%d,"p50 ms":%f,"p99 ms":%f,"p99.9 ms":%f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, failures,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3))
end
