package com.datashop.gateway.ingest.entries;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.InvalidChannelException;
import com.datashop.gateway.event.InvalidTimeException;
import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNames;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import java.util.List;
import java.util.OptionalLong;

/// Reads one log entry: `{"service","workspace_id","logData"}`, at most one resource, and perhaps a time.
///
/// It builds no tree of `logData`. The tokens pass unchanged, without the white space between them.
final class EntryReader {
    private static final List<String> MEMBERS = List.of("service", "workspace_id", "logData", "timestamp",
            "workflow_id", "function_id", "resource_id");
    private static final JsonNames NAMES = new JsonNames(MEMBERS);

    private final JsonScanner in;
    private String service;
    private String workspace;
    private String resource;
    private String resourceMember;
    private byte[] data;
    private OptionalLong timestamp = OptionalLong.empty();
    private int seen;

    private EntryReader(JsonScanner in) {
        this.in = in;
    }

    /// Reads the entry that comes next in the scanner.
    ///
    /// @param now the time of an entry that has none, in milliseconds since 1970
    /// @param channels makes the channels of the batch
    /// @throws JsonException when it is not JSON
    /// @throws Declined when it is JSON but not an entry; the detail names the member
    static Draft read(JsonScanner in, EntryDefaults defaults, long now, LastChannel channels)
            throws JsonException, Declined {
        if (in.peek() != JsonScanner.Kind.OBJECT)
            throw refused("must be a JSON object with service, workspace_id and logData");
        var reader = new EntryReader(in);
        in.beginObject();
        for (int name = in.nextName(NAMES); name != JsonNames.END; name = in.nextName(NAMES)) {
            if (name == JsonNames.OTHER) in.skip(JsonValue.MAX_DEPTH);
            else reader.member(MEMBERS.get(name));
        }
        return reader.draft(defaults, now, channels);
    }

    private void member(String name) throws JsonException, Declined {
        switch (name) {
            case "service" -> service = text(name, 1);
            case "workspace_id" -> workspace = text(name, 2);
            case "logData" -> {
                once(name, 4);
                data = in.compact(JsonValue.MAX_DEPTH);
            }
            case "timestamp" -> timestamp = time(name);
            case "workflow_id", "function_id", "resource_id" -> {
                String id = optionalText(name, name.equals("workflow_id") ? 16 : name.equals("function_id") ? 32 : 64);
                if (id == null) return;
                if (resource != null) throw refused(resourceMember + " and " + name
                        + " both name the resource: give one");
                resource = id;
                resourceMember = name;
            }
            default -> in.skip(JsonValue.MAX_DEPTH);
        }
    }

    private Draft draft(EntryDefaults defaults, long now, LastChannel channels) throws Declined {
        if (service == null) service = required("service", defaults.service());
        if (workspace == null) workspace = required("workspace_id", defaults.workspace());
        if (data == null && defaults.data() == null) throw refused("logData is missing");
        try {
            var channel = channels.of(service, workspace, resource == null ? defaults.resource() : resource);
            return new Draft(channel, timestamp.orElse(now), data == null ? defaults.data() : data);
        } catch (InvalidChannelException invalid) {
            throw refused(resourceMember == null ? invalid.getMessage() : invalid.getMessage()
                    .replaceFirst("^resource_id", resourceMember));
        }
    }

    private static String required(String name, String otherwise) throws Declined {
        if (otherwise == null) throw refused(name + " is missing");
        return otherwise;
    }

    private String text(String name, int bit) throws JsonException, Declined {
        once(name, bit);
        if (in.peek() != JsonScanner.Kind.STRING) throw refused(name + " must be a string");
        return in.string();
    }

    /// The text of a member, or null. A JSON null counts as absent: clients that build a body from variables send it.
    private String optionalText(String name, int bit) throws JsonException, Declined {
        if (in.peek() != JsonScanner.Kind.NULL) return text(name, bit);
        once(name, bit);
        in.skip(0);
        return null;
    }

    private OptionalLong time(String name) throws JsonException, Declined {
        once(name, 8);
        if (in.peek() == JsonScanner.Kind.NULL) {
            in.skip(0);
            return OptionalLong.empty();
        }
        try {
            return switch (in.peek()) {
                case STRING -> OptionalLong.of(Timestamps.ofText(in.string()));
                case NUMBER -> OptionalLong.of(Timestamps.ofNumber(in.number()));
                case OBJECT, ARRAY, TRUE, FALSE, NULL, END ->
                        throw refused(name + " must be an RFC 3339 time or a number");
            };
        } catch (InvalidTimeException invalid) {
            throw refused(name + " " + invalid.getMessage());
        }
    }

    private void once(String name, int bit) throws Declined {
        if ((seen & bit) != 0) throw refused(name + " is given twice");
        seen |= bit;
    }

    private static Declined refused(String detail) {
        return new Declined(Declined.Reason.BAD_BODY, detail);
    }
}
