package com.datashop.gateway.ingest.elastic;

import com.datashop.gateway.ingest.Rejections;
import com.datashop.gateway.ingest.elastic.BulkReader.Item;
import com.datashop.gateway.json.JsonWriter;

/// The outcome of one action of a bulk request.
///
/// @param status as Elasticsearch has it
/// @param detail why it was rejected; null when it was not
record ItemOutcome(Item item, int status, String detail) {
    private static final String NO_INDEX = "logs";
    /// This object, its action, and the names in the answer.
    private static final int BYTES = 400;
    /// An answer grows by doubling, and is copied at its end.
    private static final int COPIES = 3;

    /// The heap that it takes, with its part of the answer, in bytes.
    long held() {
        int id = item.id() == null ? 0 : item.id().length();
        int index = item.index() == null ? 0 : item.index().length();
        return BYTES + (long) COPIES * (id + index + (detail == null ? 0 : shown().length()));
    }

    /// Writes it as an element of `items`.
    ///
    /// @param index the one of the address; null when that has none
    /// @param made the id of a document that brings none
    void writeTo(JsonWriter out, String index, String made) {
        out.beginObject().name(item.action().label()).beginObject()
                .member("_index", item.index() != null ? item.index() : index != null ? index : NO_INDEX)
                .member("_id", item.id() != null ? item.id() : made);
        if (detail == null) out.member("result", "created");
        out.member("status", status);
        if (detail != null) out.name("error").beginObject().member("type", ElasticAnswers.type(status))
                .member("reason", shown()).endObject();
        out.endObject().endObject();
    }

    private String shown() {
        return detail.length() <= Rejections.DETAIL ? detail : detail.substring(0, Rejections.DETAIL);
    }
}
