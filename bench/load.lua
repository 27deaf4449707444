-- Posts the lines of a file, one after the other, as JSON: wrk -s load.lua URL -- FILE.
-- Prints one line of JSON at the end.

local bodies, place = {}, 0

function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for line in io.lines(arguments[1]) do
    -- With its headers, so that nothing is put together under load.
    bodies[#bodies + 1] = wrk.format(nil, nil, nil, line)
  end
end

function request()
  place = place % #bodies + 1
  return bodies[place]
end

function done(summary, latency)
  local errors = summary.errors
  local failures = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '{"answers":%d,"seconds":%f,"bytes":%d,"failures":%d,"p50_us":%f,"p99_us":%f,"p999_us":%f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, failures,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
