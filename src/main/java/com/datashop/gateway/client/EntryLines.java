package com.datashop.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.json.JsonString;

/// Makes the lines that publish entries of one channel. All of them begin with the same bytes, which it makes once.
public final class EntryLines {
    private final byte[] head;

    /// @param resource null for none
    public EntryLines(String service, String workspace, String resource) {
        head = ("{\"service\":" + new JsonString(service) + ",\"workspace_id\":" + new JsonString(workspace)
                + (resource == null ? "" : ",\"resource_id\":" + new JsonString(resource)) + ",\"logData\":")
                .getBytes(UTF_8);
    }

    /// The line of an entry.
    ///
    /// @param number as [EntryLine] has it
    /// @param data a JSON value in one line
    public EntryLine of(long number, byte[] data) {
        var line = new byte[head.length + data.length + 1];
        System.arraycopy(head, 0, line, 0, head.length);
        System.arraycopy(data, 0, line, head.length, data.length);
        line[line.length - 1] = '}';
        return new EntryLine(number, line, head.length);
    }
}
