-- Posts the messages of a file in turn, from its beginning again after the last; the file's name is the argument.
-- Each message stands behind a line with its length in bytes.

local requests = {}
local turn = 0

function init(arguments)
  local headers = {
    ["Content-Type"] = "text/xml; charset=UTF-8",
    ["SOAPAction"] = '"urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3:CertificateStatusUpdateForCare"',
  }
  local file = assert(io.open(arguments[1], "rb"))
  for length in function() return file:read("*n") end do
    file:read(1)
    requests[#requests + 1] = wrk.format("POST", nil, headers, file:read(length))
    file:read(1)
  end
  file:close()
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
