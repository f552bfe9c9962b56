package com.datashop.gateway.bench;

/// Everything that is measured, in the order of the table.
enum Figure {
    FAN_OUT("fan-out, 1,000 subscribers, one publisher at full speed", "deliveries/s", true),
    FAN_OUT_CPU("the same: server CPU", "µs a delivery", false),
    FAN_OUT_PAUSES("the same: garbage collector's pauses", "% of the time", false),
    PACED("highest paced rate to 1,000 subscribers with p99 under 100 ms and nothing lost", "events/s", true),
    OFFERED_P50("100 events/s offered: p50", "ms", false),
    OFFERED_P99("100 events/s offered: p99", "ms", false),
    OFFERED_CPU("100 events/s offered: server CPU", "µs a delivery", false),
    OFFERED_PUBLISH("100 events/s offered: a publish is answered, p99", "ms", false),
    OFFERED_PAUSES("100 events/s offered: garbage collector's pauses", "% of the time", false),
    COLD_P50("100 events/s offered, 20 s after the start: p50", "ms", false),
    COLD_P99("100 events/s offered, 20 s after the start: p99", "ms", false),
    COLD_PUBLISH("the same: a publish is answered, p99", "ms", false),
    COLD_CPU("the same: server CPU up to then", "s", false),
    CHANNELS("1,000 channels x 1 subscriber, 16 publishers", "publishes/s", true),
    CHANNELS_BATCH("the same in batches of 100", "events/s", true),
    PUBLISH("publish only, 16 connections", "publishes/s", true),
    PUBLISH_P99("the same: p99", "ms", false),
    PUBLISH_BATCH("publish only, batches of 100", "events/s", true),
    TO_ALL_P50("one event to all of 10,000 subscribers: p50", "ms", false),
    TO_ALL_LAST("one event to all of 10,000 subscribers: the last", "ms", false),
    CROWD_10_P50("10,000 subscribers, 10 events/s offered: p50", "ms", false),
    CROWD_10_P99("10,000 subscribers, 10 events/s offered: p99", "ms", false),
    CROWD_10_PUBLISH("the same: a publish is answered, p99", "ms", false),
    CROWD_10_HEALTH("the same: `/health` is answered, p99", "ms", false),
    CROWD_20_P50("10,000 subscribers, 20 events/s offered: p50", "ms", false),
    CROWD_20_P99("10,000 subscribers, 20 events/s offered: p99", "ms", false),
    CROWD_20_PUBLISH("the same: a publish is answered, p99", "ms", false),
    CROWD_20_HEALTH("the same: `/health` is answered, p99", "ms", false),
    CROWD_40_P50("10,000 subscribers, 40 events/s offered: p50", "ms", false),
    CROWD_40_P99("10,000 subscribers, 40 events/s offered: p99", "ms", false),
    CROWD_40_PUBLISH("the same: a publish is answered, p99", "ms", false),
    CROWD_40_HEALTH("the same: `/health` is answered, p99", "ms", false),
    CROWD_80_P50("10,000 subscribers, 80 events/s offered: p50", "ms", false),
    CROWD_80_P99("10,000 subscribers, 80 events/s offered: p99", "ms", false),
    CROWD_80_PUBLISH("the same: a publish is answered, p99", "ms", false),
    CROWD_80_HEALTH("the same: `/health` is answered, p99", "ms", false),
    FIRST_CONNECTS("connects, 200 at a time, the first 1,000 after a start: all are in, after", "s", false),
    CONNECTS("connects, 200 at a time, the next 9,000", "streams/s", true),
    CONNECTS_WARM("connects, 200 at a time, 9,000 again, once the JVM is warm", "streams/s", true),
    RESIDENT("idle stream: resident memory, just connected", "KB", false),
    RESIDENT_IDLE("idle stream: resident memory, two minutes later (one reading)", "KB", false),
    HEAP("idle stream: heap after a full collection", "KB", false),
    HEARTBEATS("heartbeats of 10,000 idle streams", "% of a core", false),
    STALLED_BEFORE("100 events/s offered, all reading: p99", "ms", false),
    STALLED("the same, a tenth of the subscribers stalled: p99 of the others", "ms", false),
    SHIP_PUBLISH("shippers, 16 connections, batches of 100: NDJSON to publish", "records/s", true),
    SHIP_INGEST("the same: NDJSON to ingest", "records/s", true),
    SHIP_OTLP("the same: OTLP, protobuf", "records/s", true),
    SHIP_OTLP_JSON("the same: OTLP, JSON", "records/s", true),
    SHIP_LOKI("the same: Loki push, JSON", "records/s", true),
    SHIP_HEC("the same: Splunk HEC", "records/s", true),
    SHIP_ELASTIC("the same: Elasticsearch bulk", "records/s", true),
    STORM("10,000 streams resumed after a restart, from the first connect to the last event", "s", false),
    RETURN("10,000 streams reset and back at once: until all are in", "s", false),
    RETURN_FREED("the same: until those that were left behind are gone", "s", false),
    RETURN_HEALTH("the same: `/health` is answered, the longest", "ms", false),
    RETURN_FIN("10,000 streams ended by FIN and back at once: until all are in", "s", false),
    RETURN_FIN_FREED("the same: until those that were left behind are gone", "s", false),
    RETURN_FIN_HEALTH("the same: `/health` is answered, the longest", "ms", false),
    FIRST_BYTE("first byte served, from the start of the process", "ms", false);

    private final String title;
    private final String unit;
    private final boolean moreIsBetter;

    Figure(String title, String unit, boolean moreIsBetter) {
        this.title = title;
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    boolean moreIsBetter() {
        return moreIsBetter;
    }
}
