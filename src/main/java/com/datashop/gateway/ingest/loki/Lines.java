package com.datashop.gateway.ingest.loki;

import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.Routing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Adds the lines of streams to the records of a push.
///
/// The labels and metadata of a line name its channel, or the line itself when it is a JSON object. Metadata wins over
/// a label of the same name, because it describes that one line.
final class Lines {
    private static final long NANOS_A_MILLI = 1_000_000;

    private final RecordCollector records;
    private Map<String, String> labels = Map.of();

    Lines(RecordCollector records) {
        this.records = records;
    }

    /// Begins a stream: the lines that follow have these labels.
    void stream(Map<String, String> labels) {
        this.labels = labels;
    }

    /// Adds a line.
    ///
    /// @param nanoseconds since 1970
    /// @throws Declined when its time is implausible, or nothing names its channel
    void add(long nanoseconds, String text, Map<String, String> metadata) throws Declined {
        long time = Math.floorDiv(nanoseconds, NANOS_A_MILLI);
        if (!Timestamps.isPlausible(time))
            throw bad("the time " + nanoseconds + " is before 1990 or after 2200, counted in nanoseconds since 1970");
        var all = all(metadata);
        var line = LogLine.read(text);
        try {
            var record = line.record();
            records.add(records.channel(first(Routing.SERVICE, all, record.service()),
                    first(Routing.WORKSPACE, all, record.workspace()), first(Routing.RESOURCE, all, record.resource())),
                    time, line.with(all));
        } catch (Declined refused) {
            records.reject(refused);
        }
    }

    /// A refusal with the index of the record that would have been next.
    Declined bad(String detail) {
        return new Declined(Reason.BAD_BODY, detail).at(records.count());
    }

    private Map<String, String> all(Map<String, String> metadata) {
        if (metadata.isEmpty()) return labels;
        var all = new LinkedHashMap<>(labels);
        all.putAll(metadata);
        return all;
    }

    private static String first(List<String> names, Map<String, String> labels, String otherwise) {
        for (var name : names) if (!labels.getOrDefault(name, "").isBlank()) return labels.get(name);
        return otherwise;
    }
}
