package com.datashop.gateway.ingest.elastic;

import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.json.JsonWriter;
import java.util.Map;

/// Answers as Elasticsearch gives them.
public final class ElasticAnswers {
    /// Clients accept only answers with this header as Elasticsearch's.
    private static final Map<String, String> PRODUCT = Map.of("X-Elastic-Product", "Elasticsearch");

    /// The version that the gateway claims. Clients refuse an Elasticsearch that is older than they are.
    private static final String VERSION = "8.19.0";
    private static final String NAME = "logs-sse-gateway";

    private ElasticAnswers() { }

    /// The answer to `GET /`. Clients look at the version, its flavor and the tagline.
    public static Answer info() {
        var info = object().member("name", NAME).member("cluster_name", NAME).member("cluster_uuid", NAME)
                .name("version").beginObject().member("number", VERSION).member("build_flavor", "default")
                .member("build_snapshot", false).member("minimum_wire_compatibility_version", "7.17.0")
                .member("minimum_index_compatibility_version", "7.0.0").endObject()
                .member("tagline", "You Know, for Search");
        return answer(200, info.endObject());
    }

    /// The answer about the license. Beats and Logstash need an active one, of any type.
    public static Answer license() {
        var license = object().name("license").beginObject().member("status", "active").member("uid", NAME)
                .member("type", "basic").member("issued_to", NAME).member("issuer", NAME).endObject();
        return answer(200, license.endObject());
    }

    /// The answer about the health, which Vector asks for.
    public static Answer health() {
        var health = object().member("cluster_name", NAME).member("status", "green").member("timed_out", false)
                .member("number_of_nodes", 1).member("number_of_data_nodes", 1);
        return answer(200, health.endObject());
    }

    /// The answer to a refresh. Nothing needs one, because an entry can be seen once its request is answered.
    ///
    /// The bulk helper of the client for Node.js asks for it at the end.
    public static Answer refreshed() {
        var refreshed = object().name("_shards").beginObject().member("total", 1).member("successful", 1)
                .member("failed", 0).endObject();
        return answer(200, refreshed.endObject());
    }

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

    /// The name of an error. Clients decide by the status, not by the name.
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
