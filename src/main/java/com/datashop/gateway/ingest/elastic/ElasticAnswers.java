package com.datashop.gateway.ingest.elastic;

import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.json.JsonWriter;
import java.util.Map;

/// Answers as Elasticsearch gives them.
public final class ElasticAnswers {
    /// Its clients take nobody for Elasticsearch whose answers lack this header.
    private static final Map<String, String> PRODUCT = Map.of("X-Elastic-Product", "Elasticsearch");

    private ElasticAnswers() { }

    static JsonWriter object() {
        return new JsonWriter().beginObject();
    }

    /// A JSON document.
    static Answer answer(int status, JsonWriter body) {
        return new Answer(status, "application/json", body.toBytes(), PRODUCT);
    }

    /// A refusal of a whole request.
    public static Answer error(int status, String reason) {
        var answer = object().name("error").beginObject().name("root_cause").beginArray().beginObject()
                .member("type", type(status)).member("reason", reason).endObject().endArray()
                .member("type", type(status)).member("reason", reason).endObject().member("status", status);
        return answer(status, answer.endObject());
    }

    /// The name of an error. The clients tell by the status what to do.
    static String type(int status) {
        return switch (status) {
            case 400 -> "illegal_argument_exception";
            case 401, 403 -> "security_exception";
            case 413 -> "content_too_long_exception";
            case 415 -> "media_type_header_exception";
            case 429 -> "es_rejected_execution_exception";
            case 503 -> "unavailable_shards_exception";
            default -> "exception";
        };
    }
}
