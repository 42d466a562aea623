-- Copyright 2026 Odoo Integration Suite contributors
-- License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
--
-- wrk -s wrk.lua URL -- FOLDER FIRST OFFSET COPIES: sends each message COPIES times in
-- a row, so that its copies are under way at the same time on different connections.

local sent = 0

local function read(path)
    local handle = assert(io.open(path, "rb"))
    local text = handle:read("*a")
    handle:close()
    return text
end

function init(args)
    pattern = read(args[1] .. "/body.txt")
    signatures = read(args[1] .. "/signatures.txt")
    first = tonumber(args[2])
    offset = tonumber(args[3])
    copies = tonumber(args[4])
    -- The parts between the numbers, once: a request then is one concat.
    parts = {}
    for part in (pattern .. "%NUMBER%"):gmatch("(.-)%%NUMBER%%") do
        parts[#parts + 1] = part
    end
    headers = { ["Content-Type"] = "application/json" }
end

function request()
    local index = offset + math.floor(sent / copies)
    sent = sent + 1
    headers["X-Bench-Signature"] = signatures:sub(index * 64 + 1, index * 64 + 64)
    local body = table.concat(parts, string.format("%09d", first + index))
    return wrk.format("POST", nil, headers, body)
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        "\nRESULT %d %d %d %d %d %d %d\n",
        summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), latency.max, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout
    ))
end
