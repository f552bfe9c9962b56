package com.datashop.gateway.ingest.elastic;

import com.datashop.gateway.ingest.Rejections;
import com.datashop.gateway.ingest.elastic.BulkReader.Item;
import com.datashop.gateway.json.JsonWriter;

/// The outcome of one action of a bulk request.
///
/// @param status the HTTP status that Elasticsearch would give
/// @param detail why it was rejected; null when it was not
record ItemOutcome(Item item, int status, String detail) {
    private static final String NO_INDEX = "logs";
    /// The heap of this object, its action, and the names in the answer, in bytes.
    private static final int BYTES = 400;
    /// The copies of the answer: it grows by doubling, and is copied at its end.
    private static final int COPIES = 3;

    /// The heap that this object and its part of the answer take, in bytes.
    ///
    /// @param index the index in the path; null when the path has none
    long held(String index) {
        int id = item.id() == null ? 0 : item.id().length();
        return BYTES + (long) COPIES * (id + index(index).length() + (detail == null ? 0 : shown().length()));
    }

    /// Writes it as an element of `items`.
    ///
    /// @param index the index in the path; null when the path has none
    /// @param made the id for a document that names none
    void writeTo(JsonWriter out, String index, String made) {
        out.beginObject().name(item.action().label()).beginObject()
                .member("_index", index(index))
                .member("_id", item.id() != null ? item.id() : made);
        if (detail == null) out.member("result", "created");
        out.member("status", status);
        if (detail != null) out.name("error").beginObject().member("type", ElasticAnswers.type(status))
                .member("reason", shown()).endObject();
        out.endObject().endObject();
    }

    private String index(String ofPath) {
        if (item.index() != null) return item.index();
        return ofPath != null ? ofPath : NO_INDEX;
    }

    private String shown() {
        return detail.length() <= Rejections.DETAIL ? detail : detail.substring(0, Rejections.DETAIL);
    }
}
